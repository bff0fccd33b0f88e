package blob_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"

	"casefile/internal/blob"
	"casefile/internal/fault"
	"casefile/internal/keys"
)

func newFolder(t *testing.T) (*blob.Folder, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "files")
	f, err := blob.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return f, dir
}

func newSealed(t *testing.T) (*blob.Sealed, *keys.Ring, string) {
	t.Helper()
	f, dir := newFolder(t)
	ring, err := keys.Create(filepath.Join(t.TempDir(), "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	return blob.Seal(f, ring), ring, dir
}

func wantKind(t *testing.T, what string, err error, want fault.Kind) {
	t.Helper()
	if !fault.Is(err, want) {
		t.Errorf("%s: got %v, want %v", what, err, want)
	}
}

func read(t *testing.T, s *blob.Sealed, key blob.Key) ([]byte, error) {
	t.Helper()
	r, err := s.Get(t.Context(), key)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err := r.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}()
	return io.ReadAll(r)
}

// onDisk lists the files below the folder.
func onDisk(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func list(t *testing.T, s blob.Store) []blob.Info {
	t.Helper()
	var all []blob.Info
	for i, err := range s.List(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, i)
	}
	return all
}

func TestPutGetDelete(t *testing.T) {
	f, dir := newFolder(t)
	key := blob.NewKey()
	if err := f.PutIfAbsent(t.Context(), key, strings.NewReader("0123456789")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		offset, length int64
		want           string
	}{{0, -1, "0123456789"}, {3, 4, "3456"}, {8, 9, "89"}, {10, -1, ""}, {20, 5, ""}, {0, 0, ""}} {
		r, err := f.Get(t.Context(), key, c.offset, c.length)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil || string(got) != c.want {
			t.Errorf("from %d, %d bytes: got %q, %v; want %q", c.offset, c.length, got, err, c.want)
		}
	}
	info, err := f.Stat(t.Context(), key)
	if err != nil || info.Key != key || info.Size != 10 || info.Put.IsZero() || info.Partial {
		t.Errorf("stat: %+v, %v", info, err)
	}
	if all := list(t, f); len(all) != 1 || all[0] != info {
		t.Errorf("list: %+v, want %+v", all, info)
	}
	for _, name := range onDisk(t, dir) {
		i, err := os.Stat(name)
		if err != nil || i.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, %v; want 0600", name, i.Mode(), err)
		}
		if parent, err := os.Stat(filepath.Dir(name)); err != nil || parent.Mode().Perm() != 0o700 {
			t.Errorf("its folder has mode %v, %v; want 0700", parent.Mode(), err)
		}
	}
	wantKind(t, "put again", f.PutIfAbsent(t.Context(), key, strings.NewReader("other")), fault.Conflict)
	if info, err := f.Stat(t.Context(), key); err != nil || info.Size != 10 {
		t.Errorf("after putting again: %+v, %v", info, err)
	}
	if err := f.Delete(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	_, err = f.Get(t.Context(), key, 0, -1)
	wantKind(t, "get what was deleted", err, fault.NotFound)
	_, err = f.Stat(t.Context(), key)
	wantKind(t, "stat what was deleted", err, fault.NotFound)
	wantKind(t, "delete it again", f.Delete(t.Context(), key), fault.NotFound)
	if left := onDisk(t, dir); len(left) != 0 {
		t.Errorf("left on disk: %q", left)
	}
}

func TestKeysLeadNowhereElse(t *testing.T) {
	f, dir := newFolder(t)
	secret := filepath.Join(filepath.Dir(dir), "secret")
	if err := os.WriteFile(secret, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	hex := string(blob.NewKey())
	for _, key := range []string{
		"", "x", "../secret", "..", "/etc/passwd", "../" + hex[3:], hex[:31] + "/", hex[:31], hex + "0", strings.ToUpper("ab" + hex[2:]),
		hex[:30] + "\x00\x00", hex[:29] + "../", "a/../../secret000000000000000000",
	} {
		k := blob.Key(key)
		wantKind(t, "put "+key, f.PutIfAbsent(t.Context(), k, strings.NewReader("x")), fault.NotFound)
		_, err := f.Get(t.Context(), k, 0, -1)
		wantKind(t, "get "+key, err, fault.NotFound)
		_, err = f.Stat(t.Context(), k)
		wantKind(t, "stat "+key, err, fault.NotFound)
		wantKind(t, "delete "+key, f.Delete(t.Context(), k), fault.NotFound)
	}
	// Somebody else's link inside the folder does not lead out of it either.
	key := blob.NewKey()
	if err := os.MkdirAll(filepath.Join(dir, string(key[:2])), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(secret, filepath.Join(dir, string(key[:2]), string(key))); err != nil {
		t.Fatal(err)
	}
	if r, err := f.Get(t.Context(), key, 0, -1); err == nil {
		got, _ := io.ReadAll(r)
		t.Errorf("a link out of the folder gave %q", got)
	}
	if got, err := os.ReadFile(secret); err != nil || string(got) != "secret" {
		t.Errorf("the file outside: %q, %v", got, err)
	}
}

func TestKeysAreDrawn(t *testing.T) {
	seen := map[blob.Key]bool{}
	for range 1000 {
		k := blob.NewKey()
		if !k.Valid() || seen[k] {
			t.Fatalf("key %q", k)
		}
		seen[k] = true
	}
}

// Many put one key at once: one does, the others hear of it, and nobody's bytes
// are mixed.
func TestOneKeyIsPutOnce(t *testing.T) {
	f, dir := newFolder(t)
	key := blob.NewKey()
	var wg sync.WaitGroup
	results := make([]error, 8)
	for i := range results {
		wg.Go(func() {
			results[i] = f.PutIfAbsent(context.Background(), key, bytes.NewReader(bytes.Repeat([]byte{byte(i)}, 100_000)))
		})
	}
	wg.Wait()
	put := 0
	for _, err := range results {
		if err == nil {
			put++
		} else {
			wantKind(t, "the others", err, fault.Conflict)
		}
	}
	r, err := f.Get(t.Context(), key, 0, -1)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if err := errors.Join(err, r.Close()); err != nil || put != 1 || len(got) != 100_000 || bytes.Count(got, got[:1]) != len(got) {
		t.Errorf("put %d times; %d bytes, %v", put, len(got), err)
	}
	if left := onDisk(t, dir); len(left) != 1 {
		t.Errorf("on disk: %q", left)
	}
}

func TestNothingHalfKept(t *testing.T) {
	full := &os.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}
	cut := errors.New("the line went dead")
	t.Run("full disk", func(t *testing.T) {
		f, dir := newFolder(t)
		blob.FailWriting(f, 1000, full)
		err := f.PutIfAbsent(t.Context(), blob.NewKey(), bytes.NewReader(make([]byte, 5000)))
		wantKind(t, "put", err, fault.Unavailable)
		if e, ok := errors.AsType[*fault.Error](err); !ok || e.Message != "There is no room left to save on." {
			t.Errorf("the words are %v", err)
		}
		if left := onDisk(t, dir); len(left) != 0 {
			t.Errorf("left on disk: %q", left)
		}
	})
	t.Run("full disk, sealed", func(t *testing.T) {
		f, dir := newFolder(t)
		blob.FailWriting(f, 2<<20, full)
		ring, err := keys.Create(filepath.Join(t.TempDir(), "keys.json"))
		if err != nil {
			t.Fatal(err)
		}
		err = blob.Seal(f, ring).PutIfAbsent(t.Context(), blob.NewKey(), bytes.NewReader(make([]byte, 5<<20)))
		wantKind(t, "put", err, fault.Unavailable)
		if left := onDisk(t, dir); len(left) != 0 {
			t.Errorf("left on disk: %q", left)
		}
	})
	t.Run("a reader that fails", func(t *testing.T) {
		s, _, dir := newSealed(t)
		err := s.PutIfAbsent(t.Context(), blob.NewKey(), io.MultiReader(bytes.NewReader(make([]byte, 3<<20)), iotest.ErrReader(cut)))
		if !errors.Is(err, cut) {
			t.Errorf("got %v, want the reader's own error", err)
		}
		if left := onDisk(t, dir); len(left) != 0 {
			t.Errorf("left on disk: %q", left)
		}
	})
	t.Run("stopped", func(t *testing.T) {
		s, _, dir := newSealed(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		wantKind(t, "put", s.PutIfAbsent(ctx, blob.NewKey(), strings.NewReader("x")), fault.Unavailable)
		if left := onDisk(t, dir); len(left) != 0 {
			t.Errorf("left on disk: %q", left)
		}
	})
}

// A crash while a blob is put leaves part of one: it cannot be got, it is
// listed as what it is, and it can be deleted.
func TestWhatACrashLeaves(t *testing.T) {
	f, dir := newFolder(t)
	whole, half := blob.NewKey(), blob.NewKey()
	if err := f.PutIfAbsent(t.Context(), whole, strings.NewReader("whole")); err != nil {
		t.Fatal(err)
	}
	shard := filepath.Join(dir, string(half[:2]))
	if err := os.MkdirAll(shard, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{string(half) + ".part": "hal", "README": "no blob", "lost+found": ""} {
		if err := os.WriteFile(filepath.Join(shard, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, err := f.Get(t.Context(), half, 0, -1)
	wantKind(t, "get half a blob", err, fault.NotFound)
	var parts, wholes []blob.Key
	for _, i := range list(t, f) {
		if i.Partial {
			parts = append(parts, i.Key)
		} else {
			wholes = append(wholes, i.Key)
		}
	}
	if len(parts) != 1 || parts[0] != half || len(wholes) != 1 || wholes[0] != whole {
		t.Errorf("listed: whole %q, partial %q", wholes, parts)
	}
	if err := f.Delete(t.Context(), half); err != nil {
		t.Fatal(err)
	}
	if all := list(t, f); len(all) != 1 {
		t.Errorf("after deleting: %+v", all)
	}
}

func TestSealedIsUnreadableOnDisk(t *testing.T) {
	s, ring, dir := newSealed(t)
	text := strings.Repeat("Ines rang from the college. ", 100_000)
	key := blob.NewKey()
	if err := s.PutIfAbsent(t.Context(), key, strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	for _, name := range onDisk(t, dir) {
		b, err := os.ReadFile(name)
		if err != nil || bytes.Contains(b, []byte("Ines rang")) {
			t.Errorf("%s shows its content (%v)", name, err)
		}
	}
	if err := ring.Rotate(); err != nil {
		t.Fatal(err)
	}
	if got, err := read(t, s, key); err != nil || string(got) != text {
		t.Errorf("got %d bytes, %v", len(got), err)
	}
	_, err := read(t, s, blob.NewKey())
	wantKind(t, "no blob", err, fault.NotFound)
	wantKind(t, "put again", s.PutIfAbsent(t.Context(), key, strings.NewReader(text)), fault.Conflict)
}

// Who can write to the disk can make a blob unreadable, and not make it say
// something else.
func TestSealedTamperedWith(t *testing.T) {
	s, _, dir := newSealed(t)
	put := func(text string) (blob.Key, string) {
		key := blob.NewKey()
		if err := s.PutIfAbsent(t.Context(), key, strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
		return key, filepath.Join(dir, string(key[:2]), string(key))
	}
	long := strings.Repeat("x", 3<<20)
	for name, c := range map[string]struct {
		text string
		do   func(b []byte) []byte
	}{
		"a flipped bit":           {"short", func(b []byte) []byte { b[len(b)-20] ^= 4; return b }},
		"a flipped bit, later on": {long, func(b []byte) []byte { b[2<<20] ^= 4; return b }},
		"the end cut off":         {long, func(b []byte) []byte { return b[:len(b)-1000] }},
		"a whole piece cut off":   {long, func(b []byte) []byte { return b[:25+16+2*(1<<20+33)] }},
		"emptied":                 {"short", func([]byte) []byte { return nil }},
	} {
		key, file := put(c.text)
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, c.do(b), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := read(t, s, key)
		if err == nil || !strings.HasPrefix(c.text, string(got)) {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
	one, oneFile := put("about one child")
	two, twoFile := put("about another")
	for _, step := range [][2]string{{oneFile, oneFile + "x"}, {twoFile, oneFile}, {oneFile + "x", twoFile}} {
		if err := os.Rename(step[0], step[1]); err != nil {
			t.Fatal(err)
		}
	}
	for _, key := range []blob.Key{one, two} {
		if got, err := read(t, s, key); err == nil || len(got) != 0 {
			t.Errorf("exchanged with another: got %q", got)
		}
	}
}
