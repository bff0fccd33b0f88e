package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"strings"
	"syscall"

	"casefile/internal/fault"
)

// partial is the ending of a blob that is being put. Its name is made of the
// key, so that it is also the lock that keeps two from putting one key.
const partial = ".part"

// A Folder keeps each blob in a file of its own, for its owner alone to read,
// in folders named after the first two digits of the keys.
type Folder struct {
	root *os.Root // refuses what leads out of the folder, whatever is done to the folder
	// make makes the file that a blob is written to; tests make one that fails.
	make func(name string) (file, error)
}

// A file is what Folder asks of a file that it writes.
type file interface {
	io.WriteCloser
	Sync() error
}

// OpenFolder opens a folder, making it if it is not there. Close it.
func OpenFolder(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of files: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open the folder of files: %w", err)
	}
	f := &Folder{root: root}
	f.make = func(name string) (file, error) {
		return root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	}
	return f, nil
}

// Close lets go of the folder. Blobs that were got can be read to their end.
func (f *Folder) Close() error { return f.root.Close() }

var errNoBlob = fault.New(fault.NotFound, "")

func name(key Key) string { return path.Join(string(key[:2]), string(key)) }

// PutIfAbsent writes beside the place, flushes, and moves into it.
func (f *Folder) PutIfAbsent(ctx context.Context, key Key, r io.Reader) error {
	if !key.Valid() {
		return errNoBlob
	}
	shard := string(key[:2])
	if err := f.folder(shard); err != nil {
		return unavailable(err)
	}
	part := name(key) + partial
	w, err := f.make(part)
	if errors.Is(err, fs.ErrExist) {
		return fault.Wrap(fault.Conflict, "", errors.New("a blob of this key is being put"))
	}
	if err != nil {
		return unavailable(err)
	}
	if err := f.fill(ctx, w, part, name(key), r); err != nil {
		return errors.Join(err, f.remove(part)) // half a blob is none
	}
	if err := f.flush(shard); err != nil {
		return errors.Join(unavailable(err), f.remove(name(key))) // it could be gone after a crash
	}
	return nil
}

// folder makes one of the folders; it is on disk before anything stands in it.
func (f *Folder) folder(shard string) error {
	err := f.root.Mkdir(shard, 0o700)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.flush(".")
}

func (f *Folder) fill(ctx context.Context, w file, part, whole string, r io.Reader) error {
	_, err := io.Copy(unbroken{ctx, w}, r)
	if err == nil {
		err = unavailable(w.Sync())
	}
	if err = errors.Join(err, w.Close()); err != nil {
		return err
	}
	// Nobody else can be moving to this place: the partial file is ours.
	if _, err := f.root.Lstat(whole); err == nil {
		return fault.Wrap(fault.Conflict, "", errors.New("there is a blob of this key"))
	} else if !errors.Is(err, fs.ErrNotExist) {
		return unavailable(err)
	}
	return unavailable(f.root.Rename(part, whole))
}

// unbroken writes until its context is done, and marks what goes wrong in
// writing, so that it is told from what goes wrong in reading.
type unbroken struct {
	ctx context.Context
	w   io.Writer
}

func (u unbroken) Write(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, fault.Wrap(fault.Unavailable, "This took too long and was stopped.", err)
	}
	n, err := u.w.Write(p)
	return n, unavailable(err)
}

// flush has the names in a folder on disk.
func (f *Folder) flush(dir string) error {
	d, err := f.root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (f *Folder) remove(name string) error {
	err := f.root.Remove(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return unavailable(err)
}

// Get opens the file.
func (f *Folder) Get(_ context.Context, key Key, offset, length int64) (io.ReadCloser, error) {
	if !key.Valid() || offset < 0 {
		return nil, errNoBlob
	}
	r, err := f.root.Open(name(key))
	if err != nil {
		return nil, missing(key, err)
	}
	if _, err := r.Seek(offset, io.SeekStart); err != nil {
		return nil, errors.Join(unavailable(err), r.Close())
	}
	if length < 0 {
		return r, nil
	}
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(r, length), r}, nil
}

// Stat looks at the file.
func (f *Folder) Stat(_ context.Context, key Key) (Info, error) {
	if !key.Valid() {
		return Info{}, errNoBlob
	}
	i, err := f.root.Lstat(name(key))
	if err != nil {
		return Info{}, missing(key, err)
	}
	return Info{Key: key, Size: i.Size(), Put: i.ModTime()}, nil
}

// Delete removes the file.
func (f *Folder) Delete(_ context.Context, key Key) error {
	if !key.Valid() {
		return errNoBlob
	}
	partErr := f.root.Remove(name(key) + partial)
	err := f.root.Remove(name(key))
	switch {
	case err == nil || partErr == nil && errors.Is(err, fs.ErrNotExist):
		return unavailable(f.flush(string(key[:2])))
	default:
		return missing(key, err)
	}
}

// List reads folder by folder.
func (f *Folder) List(ctx context.Context) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		shards, err := fs.ReadDir(f.root.FS(), ".")
		if err != nil {
			yield(Info{}, unavailable(err))
			return
		}
		for _, shard := range shards {
			if err := ctx.Err(); err != nil {
				yield(Info{}, fault.Wrap(fault.Unavailable, "This took too long and was stopped.", err))
				return
			}
			entries, err := fs.ReadDir(f.root.FS(), shard.Name())
			if err != nil && !yield(Info{}, unavailable(err)) {
				return
			}
			for _, e := range entries {
				if info, ok := listed(shard.Name(), e); ok && !yield(info, nil) {
					return
				}
			}
		}
	}
}

// listed is what a file says of the blob in it. What is no blob, and what went
// away meanwhile, is passed over.
func listed(shard string, e fs.DirEntry) (Info, bool) {
	base, part := strings.CutSuffix(e.Name(), partial)
	key := Key(base)
	if !key.Valid() || string(key[:2]) != shard {
		return Info{}, false
	}
	i, err := e.Info()
	if err != nil {
		return Info{}, false
	}
	return Info{Key: key, Size: i.Size(), Put: i.ModTime(), Partial: part}, true
}

func missing(key Key, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fault.Wrap(fault.NotFound, "", fmt.Errorf("there is no blob %s", key))
	}
	return unavailable(err)
}

// unavailable is what the place itself does wrong: it is full, or out of reach.
func unavailable(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		return fault.Wrap(fault.Unavailable, "There is no room left to save on.", err)
	}
	return fault.Wrap(fault.Unavailable, "The files cannot be reached just now.", err)
}
