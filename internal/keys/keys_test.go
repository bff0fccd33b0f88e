package keys_test

import (
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"casefile/internal/fault"
	"casefile/internal/keys"
)

var row = keys.Row("account", "a1", "code_secret")

func newRing(t *testing.T) (*keys.Ring, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keys.json")
	r, err := keys.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	return r, path
}

func load(t *testing.T, path string) *keys.Ring {
	t.Helper()
	r, err := keys.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func seal(t *testing.T, r *keys.Ring, plain string) []byte {
	t.Helper()
	b, err := r.Seal([]byte(plain), row)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func wantOpens(t *testing.T, r *keys.Ring, sealed []byte, want string) {
	t.Helper()
	got, err := r.Open(sealed, row)
	if err != nil || string(got) != want {
		t.Errorf("Open = %q, %v; want %q", got, err, want)
	}
}

func TestSealedValueOpensAfterRestart(t *testing.T) {
	r, path := newRing(t)
	sealed := seal(t, r, "secret")
	if bytes.Contains(sealed, []byte("secret")) {
		t.Error("the sealed value shows its text")
	}
	if bytes.Equal(sealed, seal(t, r, "secret")) {
		t.Error("sealing twice gives the same bytes, which shows equality")
	}
	wantOpens(t, load(t, path), sealed, "secret")
}

func TestRotationOpensOldValues(t *testing.T) {
	r, path := newRing(t)
	before := seal(t, r, "before")
	hash := r.Hash("address", []byte("x"))
	for want := 2; want < 5; want++ {
		if err := r.Rotate(); err != nil {
			t.Fatal(err)
		}
		if got := r.Keys(); got != want {
			t.Errorf("keys after rotation: got %d, want %d", got, want)
		}
	}
	after := seal(t, r, "after")
	if bytes.Equal(before[:5], after[:5]) { // Tink's prefix names the key
		t.Error("the old key still seals after rotation")
	}
	for _, ring := range []*keys.Ring{r, load(t, path)} {
		wantOpens(t, ring, before, "before")
		wantOpens(t, ring, after, "after")
		if !bytes.Equal(ring.Hash("address", []byte("x")), hash) {
			t.Error("rotation changed a hash, and with it every stored one")
		}
	}
	wantMode(t, path)
	if _, err := os.Stat(path + ".new"); !os.IsNotExist(err) {
		t.Errorf("rotation left its temporary file behind: %v", err)
	}
}

// Two rings over one file are two processes.
func TestAnotherProcessRotates(t *testing.T) {
	a, path := newRing(t)
	b := load(t, path)
	if err := a.Rotate(); err != nil {
		t.Fatal(err)
	}
	fromA := seal(t, a, "made with a key that b has not seen")
	wantOpens(t, b, fromA, "made with a key that b has not seen")

	c := load(t, path)
	if err := a.Rotate(); err != nil {
		t.Fatal(err)
	}
	fromA = seal(t, a, "2")
	if err := c.Rotate(); err != nil { // c's copy is older than the file
		t.Fatal(err)
	}
	wantOpens(t, load(t, path), fromA, "2")
}

func TestRotationCutShort(t *testing.T) {
	r, path := newRing(t)
	if err := os.WriteFile(path+".new", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := r.Rotate(); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), path+".new") {
		t.Errorf("rotate beside another: got %v, want a conflict that names the file", err)
	}
	wantOpens(t, load(t, path), seal(t, r, "still"), "still")
}

func TestTamperedValuesDoNotOpen(t *testing.T) {
	r, _ := newRing(t)
	sealed := seal(t, r, "secret")
	for i := range sealed {
		wrong := bytes.Clone(sealed)
		wrong[i] ^= 1
		if got, err := r.Open(wrong, row); err == nil {
			t.Fatalf("byte %d changed, and it opened to %q", i, got)
		}
	}
	for _, b := range [][]byte{nil, sealed[:4], sealed[:len(sealed)-1]} {
		if got, err := r.Open(b, row); err == nil {
			t.Errorf("%d bytes of %d opened to %q", len(b), len(sealed), got)
		}
	}
}

func TestValueBelongsToItsRow(t *testing.T) {
	r, _ := newRing(t)
	sealed := seal(t, r, "secret")
	for _, other := range [][]byte{
		nil, keys.Row("account", "a2", "code_secret"), keys.Row("account", "a1", "other"),
		keys.Row("account", "a1code_secret"), keys.Row("accounta1", "", "code_secret"),
	} {
		if got, err := r.Open(sealed, other); err == nil {
			t.Errorf("opened to %q in another row (%q)", got, other)
		}
	}
	stranger, _ := newRing(t)
	if got, err := stranger.Open(sealed, row); err == nil {
		t.Errorf("opened to %q with another installation's keys", got)
	}
}

func TestHash(t *testing.T) {
	r, path := newRing(t)
	h := r.Hash("address", []byte("192.0.2.1"))
	if len(h) != keys.HashSize {
		t.Errorf("hash of %d bytes, want %d", len(h), keys.HashSize)
	}
	if !bytes.Equal(h, load(t, path).Hash("address", []byte("192.0.2.1"))) {
		t.Error("the hash differs after a restart")
	}
	stranger, _ := newRing(t)
	for what, other := range map[string][]byte{
		"other data":         r.Hash("address", []byte("192.0.2.2")),
		"other purpose":      r.Hash("login", []byte("192.0.2.1")),
		"purpose runs on":    r.Hash("addres", []byte("s192.0.2.1")),
		"other installation": stranger.Hash("address", []byte("192.0.2.1")),
	} {
		if bytes.Equal(h, other) {
			t.Errorf("%s: the same hash", what)
		}
	}
}

func wantMode(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("mode %04o, want 0600", got)
	}
}

func TestCreateTouchesNothingThatExists(t *testing.T) {
	r, path := newRing(t)
	wantMode(t, path)
	sealed := seal(t, r, "kept")
	if _, err := keys.Create(path); !fault.Is(err, fault.Conflict) {
		t.Errorf("create again: got %v, want a conflict", err)
	}
	wantOpens(t, load(t, path), sealed, "kept")
}

// A program that is killed while it makes the keys must not leave half a file,
// so from the moment the file is there it is whole.
func TestFileIsNeverThereByHalf(t *testing.T) {
	for range 20 {
		path := filepath.Join(t.TempDir(), "keys.json")
		seen := make(chan error, 1)
		go func() {
			for {
				_, err := keys.Load(path)
				if !fault.Is(err, fault.NotFound) {
					seen <- err
					return
				}
			}
		}()
		if _, err := keys.Create(path); err != nil {
			t.Fatal(err)
		}
		if err := <-seen; err != nil {
			t.Fatalf("as soon as it was there: %v", err)
		}
		if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
			t.Errorf("%d files beside each other (%v), want the keys alone", len(left), err)
		}
	}
}

func TestFilesThatAreRefused(t *testing.T) {
	for _, mode := range []os.FileMode{0o640, 0o604, 0o620, 0o602, 0o644} {
		_, path := newRing(t)
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := keys.Load(path); !fault.Is(err, fault.Refused) || !strings.Contains(err.Error(), "0600") {
			t.Errorf("mode %04o: got %v, want a refusal that says what to do", mode, err)
		}
	}
	dir := t.TempDir()
	if _, err := keys.Load(dir); !fault.Is(err, fault.Refused) {
		t.Errorf("a folder: got %v, want a refusal", err)
	}
	if _, err := keys.Load(filepath.Join(dir, "none")); !fault.Is(err, fault.NotFound) {
		t.Errorf("no file: got %v, want not found", err)
	}
}

func TestBrokenFileDoesNotShowItself(t *testing.T) {
	_, path := newRing(t)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for what, b := range map[string][]byte{
		"empty":         {},
		"half":          good[:len(good)/2],
		"other version": bytes.Replace(good, []byte(`"version": 1`), []byte(`"version": 9`), 1),
		"no seal keys":  bytes.Replace(good, []byte(`"seal"`), []byte(`"sael"`), 1),
		"secret text":   []byte(`"verysecret"`),
	} {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := keys.Load(path)
		if err == nil {
			t.Errorf("%s: loaded", what)
			continue
		}
		if strings.Contains(err.Error(), "verysecret") {
			t.Errorf("%s: the error shows what is in the file: %v", what, err)
		}
	}
}

func TestUseWhileRotating(t *testing.T) {
	r, _ := newRing(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				b, err := r.Seal([]byte("x"), row)
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := r.Open(b, row); err != nil {
					t.Errorf("open while rotating: %v", err)
				}
			}
		})
	}
	for range 3 {
		if err := r.Rotate(); err != nil {
			t.Error(err)
		}
	}
	wg.Wait()
	if got := hex.EncodeToString(r.Hash("p", nil)); got == "" {
		t.Error("no hash")
	}
}
