//go:build unix

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// lockFolder keeps a folder for this process; the system lets go of it when the
// process ends, however it ends. ok is false where another has it.
func lockFolder(folder string) (unlock func() error, ok bool, err error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, false, fmt.Errorf("make the folder: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(folder, "in-use"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, false, fmt.Errorf("lock the folder: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return f.Close, true, nil
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, false, f.Close()
	}
	return nil, false, errors.Join(fmt.Errorf("lock the folder: %w", err), f.Close())
}
