package wording_test

import (
	"slices"
	"strings"
	"testing"

	"casefile/definitions"
	"casefile/internal/clause"
	"casefile/internal/definition"
	"casefile/internal/wording"
)

func practice(t testing.TB) wording.Practice {
	t.Helper()
	set, err := definition.Load(definitions.FS, "")
	if err != nil {
		t.Fatal(err)
	}
	return set.Wording()
}

// What our own definitions point out, and what they leave alone.
func TestLook(t *testing.T) {
	p := practice(t)
	for _, c := range []struct {
		text string
		want []string // kind and words
	}{
		{"", nil},
		{"She was glad to see her brother, and said so.", nil},
		{"Referred to CAMHS by the school.", []string{"acronym CAMHS"}},
		{"CAMHS rang, and CAMHS rang again.", []string{"acronym CAMHS"}},
		{"Referred to child and adolescent mental health services (CAMHS). CAMHS rang.", nil},
		{"CAMHS (child and adolescent mental health services) rang.", nil},
		{"The Zebra Hub for Families (ZHF) rang. ZHF will ring again.", nil},
		{"ZHF rang.", []string{"acronym ZHF"}},
		{"He watches TV in the UK, at ZX1 1AA, since World War II.", nil},
		{"PLEASE RING HIS MOTHER BEFORE FRIDAY ABOUT THE SCHOOL PLACE", nil},
		{"The kids kicked off.", []string{"colloquial kids", "colloquial kicked off"}},
		{"The skids were kicked. Off they went.", nil},
		{"He Stormed out in one of his usual tempers.", []string{"loaded Stormed out", "loaded usual tempers"}},
		{"The health visitor has not seen him.", []string{"professional health visitor"}},
		{"Ann Bell, health visitor, has not seen him. The health visitor rang.", nil},
		{"The health visitor, Ann Bell, has not seen him.", nil},
		{"Health visitor Ann Bell rang.", nil},
		{"Health visitors came.", nil},
		{"Dr Ahmed has seen him.", []string{"professional Dr Ahmed"}},
		{"Dr Sara Ahmed, paediatrician, has seen him. Dr Ahmed will again.", nil},
		{"Mrs Bell is his aunt.", nil},
		{"[reported by PC Jones] He was asleep.", []string{"professional PC Jones"}},
	} {
		var got []string
		for _, r := range p.Look(c.text) {
			got = append(got, string(r.Kind)+" "+r.Words)
			if r.Say == "" {
				t.Errorf("%q: nothing is said of %q", c.text, r.Words)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
	clause.Shows(t, "CR-56")
}

// Whatever is typed, what is pointed out stands in it, and there is never too much of it.
func FuzzLook(f *testing.F) {
	p := practice(f)
	f.Add("Dr Ahmed of CAMHS saw the kids’ health visitor.\n\n[observed] HE STORMED OUT")
	f.Add("(A&E) Dr\n\nSister Ann-Mary o’Neill\xff")
	f.Fuzz(func(t *testing.T, text string) {
		list := p.Look(text)
		if len(list) > wording.MostRemarks {
			t.Errorf("%d remarks", len(list))
		}
		for _, r := range list {
			if r.Words == "" || !strings.Contains(text, r.Words) {
				t.Errorf("%q is not in the text", r.Words)
			}
		}
	})
}
