package id_test

import (
	"strings"
	"testing"

	"casefile/internal/id"
)

func TestReferenceReadsBack(t *testing.T) {
	for range 1000 {
		r := id.NewReference()
		for _, typed := range []string{string(r), r.String(), strings.ToLower(r.String()), " " + strings.ReplaceAll(string(r), "0", "o")} {
			got, err := id.ParseReference(typed)
			if err != nil || got != r {
				t.Fatalf("ParseReference(%q) = %q, %v; want %q", typed, got, err, r)
			}
		}
	}
}

// Every single wrong character and every exchange of two is caught: this is
// what the check character is for (CR-09), so it is tried in full, not sampled.
func TestReferenceCatchesMistypingInFull(t *testing.T) {
	const alphabet = "023456789BCDFGHJKMNPQRSTVWXYZ"
	for range 50 {
		r := []byte(id.NewReference())
		for i := range r {
			for _, c := range []byte(alphabet) {
				if c == r[i] {
					continue
				}
				wrong := append([]byte(nil), r...)
				wrong[i] = c
				if _, err := id.ParseReference(string(wrong)); err == nil {
					t.Fatalf("%s passes for %s", wrong, r)
				}
			}
			for j := range i {
				if r[i] == r[j] {
					continue
				}
				wrong := append([]byte(nil), r...)
				wrong[i], wrong[j] = wrong[j], wrong[i]
				if _, err := id.ParseReference(string(wrong)); err == nil {
					t.Fatalf("%s passes for %s", wrong, r)
				}
			}
		}
	}
}

func TestValidKey(t *testing.T) {
	if !id.Valid(id.New()) {
		t.Error("a fresh key is not valid")
	}
	for _, s := range []string{"", "1", "../../etc", strings.ToUpper(id.New()), "{" + id.New() + "}"} {
		if id.Valid(s) {
			t.Errorf("%q passes for a key", s)
		}
	}
}

func FuzzParseReference(f *testing.F) {
	f.Add("2345-6789")
	f.Add("K7M2 9QX4")
	f.Fuzz(func(t *testing.T, s string) {
		r, err := id.ParseReference(s)
		if err != nil {
			return
		}
		if again, err := id.ParseReference(r.String()); err != nil || again != r {
			t.Errorf("ParseReference(%q) = %q, which does not read back", s, r)
		}
	})
}
