package record

import (
	"strings"
	"testing"

	"casefile/internal/entry"
)

func TestPieces(t *testing.T) {
	for _, c := range []struct{ mine, theirs, want string }{
		{"", "", ""},
		{"same words", "same words", "same words"},
		{"one two three", "one six three", "one |two| three"},
		{"one", "", "|one|"},
		{"a b", "a b c", "a b"},
		{"a b c", "a b", "a b |c|"},
		{"line\n\nnext", "line\n\nother", "line\n\n|next|"},
		{"ab ab", "ab", "ab |ab|"},
	} {
		var b strings.Builder
		for _, p := range pieces(c.mine, c.theirs) {
			if p.differs {
				word := strings.TrimLeft(p.text, " \n") // the space before a word goes with it
				b.WriteString(p.text[:len(p.text)-len(word)] + "|" + word + "|")
			} else {
				b.WriteString(p.text)
			}
		}
		if got := b.String(); got != c.want {
			t.Errorf("pieces(%q, %q) = %q, want %q", c.mine, c.theirs, got, c.want)
		}
	}
}

// FuzzPieces: whatever is typed, nothing is lost or added, and texts that are
// alike have nothing marked.
func FuzzPieces(f *testing.F) {
	f.Add("one two", "one three")
	f.Add("\xff \n", "")
	f.Fuzz(func(t *testing.T, mine, theirs string) {
		var b strings.Builder
		for _, p := range pieces(mine, theirs) {
			b.WriteString(p.text)
			if p.differs && mine == theirs {
				t.Errorf("pieces(%q) of the same text marks %q", mine, p.text)
			}
		}
		if b.String() != mine {
			t.Errorf("pieces(%q, %q) gives %q back", mine, theirs, b.String())
		}
	})
}

func TestMerged(t *testing.T) {
	text := func(s string) map[string]string { return map[string]string{entry.FieldText: s} }
	for _, c := range []struct{ mine, theirs, want string }{
		{"mine", "theirs", "theirs\n\nmine"},
		{"", "theirs", "theirs"},
		{"mine", "", "mine"},
		{"the whole story", "the whole", "the whole story"},
		{"the whole", "the whole story", "the whole story"},
	} {
		if got := Merged(text(c.mine), text(c.theirs))[entry.FieldText]; got != c.want {
			t.Errorf("Merged(%q, %q) = %q, want %q", c.mine, c.theirs, got, c.want)
		}
	}
	got := Merged(map[string]string{entry.FieldReason: "mine", entry.FieldSeen: ""}, map[string]string{entry.FieldReason: "theirs", entry.FieldSeen: "yes"})
	if got[entry.FieldReason] != "mine" || got[entry.FieldSeen] != "yes" {
		t.Errorf("short answers: %v", got)
	}
}
