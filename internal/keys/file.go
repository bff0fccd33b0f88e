package keys

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"

	"casefile/internal/fault"
)

// document is the key file. The keysets are in Tink's own JSON, in clear: the
// file's mode and the disk below protect it.
type document struct {
	Version int             `json:"version"`
	Seal    json.RawMessage `json:"seal"`
	Hash    json.RawMessage `json:"hash"`
}

const version = 1

func (s set) encode() ([]byte, error) {
	d := document{Version: version}
	for _, part := range []struct {
		to   *json.RawMessage
		from *keyset.Handle
	}{{&d.Seal, s.seal}, {&d.Hash, s.hash}} {
		var b bytes.Buffer
		if err := insecurecleartextkeyset.Write(part.from, keyset.NewJSONWriter(&b)); err != nil {
			return nil, fmt.Errorf("write keys: %w", err)
		}
		*part.to = b.Bytes()
	}
	return json.MarshalIndent(d, "", "  ")
}

func decode(b []byte) (set, error) {
	var d document
	if err := json.Unmarshal(b, &d); err != nil {
		// The decoder's own words may quote what it stumbled over: a key.
		return set{}, errors.New("it is not a key file")
	}
	if d.Version != version {
		return set{}, fmt.Errorf("it is a key file of version %d, and this program reads version %d", d.Version, version)
	}
	var s set
	for _, part := range []struct {
		name string
		from json.RawMessage
		to   **keyset.Handle
	}{{"seal", d.Seal, &s.seal}, {"hash", d.Hash, &s.hash}} {
		h, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(part.from)))
		if err != nil {
			return set{}, fmt.Errorf("its %q keys cannot be read", part.name)
		}
		*part.to = h
	}
	return s, nil
}

// read reads the file and says what it looked like. The mode is that of the
// open file, so that it cannot be exchanged between the check and the reading.
func read(path string) (set, os.FileInfo, error) {
	f, err := os.Open(path)
	if err != nil {
		return set{}, nil, err
	}
	defer f.Close() // read only: nothing to lose
	info, err := f.Stat()
	if err != nil {
		return set{}, nil, err
	}
	if !info.Mode().IsRegular() {
		return set{}, nil, fault.New(fault.Refused, path+" is not a file that can hold keys.")
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return set{}, nil, fault.New(fault.Refused, fmt.Sprintf(
			"The key file %s has mode %04o: others than its owner can reach it. Set its mode to 0600, and think of rotating the keys.", path, mode))
	}
	b, err := io.ReadAll(f)
	if err != nil {
		return set{}, nil, fmt.Errorf("read key file: %w", err)
	}
	s, err := decode(b)
	if err != nil {
		return set{}, nil, fmt.Errorf("key file %s: %w", path, err)
	}
	return s, info, nil
}

// create writes a file that must not exist, and waits until it is on disk. It
// is written under another name and then given its own, so that a program that
// is killed meanwhile leaves no half of it: that would be taken for a broken
// one, and nothing would start.
func create(path string, s set) (info os.FileInfo, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.part") // of mode 0600
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.Remove(f.Name())) }()
	if info, err = fill(f, s); err != nil {
		return nil, err
	}
	if err := os.Link(f.Name(), path); err != nil { // fails where there is a file
		return nil, err
	}
	return info, syncDir(filepath.Dir(path))
}

// fill writes s to f, flushes and closes it.
func fill(f *os.File, s set) (os.FileInfo, error) {
	b, err := s.encode()
	if err == nil {
		_, err = f.Write(append(b, '\n'))
	}
	if err == nil {
		err = f.Sync()
	}
	var info os.FileInfo
	if err == nil {
		info, err = f.Stat()
	}
	return info, errors.Join(err, f.Close())
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// A replacement is a key file being written beside the one in use. Its name is
// always the same, so that it is also the lock that keeps rotations apart.
type replacement struct {
	f    *os.File
	path string
	done bool
}

func begin(path string) (*replacement, error) {
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if os.IsExist(err) {
		return nil, fault.Wrap(fault.Conflict, fmt.Sprintf(
			"The keys are being rotated elsewhere. If nothing is running, a rotation was cut short: remove %s.new and try again.", path), err)
	}
	if err != nil {
		return nil, fmt.Errorf("begin to rotate: %w", err)
	}
	return &replacement{f: f, path: path}, nil
}

// replace puts s in place of the file, whole or not at all.
func (w *replacement) replace(s set) (os.FileInfo, error) {
	info, err := fill(w.f, s)
	if err != nil {
		return nil, fmt.Errorf("write the new key file: %w", err)
	}
	if err := os.Rename(w.path+".new", w.path); err != nil {
		return nil, fmt.Errorf("put the new key file in place: %w", err)
	}
	w.done = true
	// Until the folder is flushed a crash can bring back the old file, and with it
	// lose what the new key sealed. So the new key is not used before.
	if err := syncDir(filepath.Dir(w.path)); err != nil {
		return nil, fmt.Errorf("flush the folder of the key file: %w", err)
	}
	return info, nil
}

// abandon removes what was not put in place.
func (w *replacement) abandon() {
	if w.done {
		return
	}
	// Neither failure can be mended here: a file that stays is found, with its
	// name and what to do, by the next rotation.
	_ = w.f.Close()
	_ = os.Remove(w.path + ".new")
}
