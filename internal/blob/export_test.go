package blob

import "io"

// FailWriting has the files that f makes from now on fail after so many bytes,
// as those of a full disk do.
func FailWriting(f *Folder, after int, with error) {
	inner := f.make
	f.make = func(name string) (file, error) {
		w, err := inner(name)
		if err != nil {
			return nil, err
		}
		return &failing{w, after, with}, nil
	}
}

type failing struct {
	file
	left int
	with error
}

var _ io.Writer = (*failing)(nil)

func (f *failing) Write(p []byte) (int, error) {
	if len(p) > f.left {
		n, err := f.file.Write(p[:f.left])
		f.left = 0
		if err != nil {
			return n, err
		}
		return n, f.with
	}
	f.left -= len(p)
	return f.file.Write(p)
}
