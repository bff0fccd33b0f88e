package match_test

import (
	"slices"
	"strings"
	"testing"

	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/match"
)

var today = date.Must(2026, 3, 5)

// A slip of one letter, of any of the four kinds, leaves two words a spelling
// key in common.
func TestOneSlipSharesAKey(t *testing.T) {
	shares := func(a, b string) bool {
		keys := match.SpellingKeys(a)
		return slices.ContainsFunc(match.SpellingKeys(b), func(k string) bool { return slices.Contains(keys, k) })
	}
	for _, name := range []string{"smith", "mohammed", "zoe", "wójcik", "oneill", "fitzgerald"} {
		runes := []rune(name)
		for i := range runes {
			typed := []string{string(runes[:i]) + string(runes[i+1:]), string(runes[:i]) + "q" + string(runes[i+1:]), string(runes[:i]) + "q" + string(runes[i:])}
			if i+1 < len(runes) {
				typed = append(typed, string(runes[:i])+string(runes[i+1])+string(runes[i])+string(runes[i+2:]))
			}
			for _, s := range typed {
				if len([]rune(s)) < 3 {
					continue
				}
				if !shares(name, s) {
					t.Errorf("%q and %q share no key", name, s)
				}
				if d := match.Apart(name, s, 3); d > 1 {
					t.Errorf("%q and %q are %d apart, want at most 1", name, s, d)
				}
			}
		}
	}
	if shares("smith", "jones") {
		t.Error("smith and jones share a key")
	}
}

func TestApart(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"a", "", 1},
		{"smith", "smyth", 1},
		{"smith", "simth", 1},
		{"smith", "smit", 1},
		{"smith", "smiths", 1},
		{"katherine", "catharine", 2},
		{"abc", "xyz", 3},
		{"abcdefgh", "z", 4},
		{"zoë", "zoe", 1},
		{strings.Repeat("a", 70), strings.Repeat("a", 70), 4},
	} {
		if got := match.Apart(c.a, c.b, 3); got != c.want {
			t.Errorf("Apart(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestSound(t *testing.T) {
	for _, alike := range []string{
		"smith smyth smithe", "clark clarke", "reid reed", "thompson thomson tomson", "stephen steven stefan", "philip phillip filip",
		"catherine katherine kathryn", "mohammed muhammad mohamed", "nikolas nicolas", "geoffrey jeffrey", "macdonald mcdonald",
		"wright right", "knight night", "siobhan shivaun", "shaun shawn sean", "gillian jillian", "jackson jaxon", "bailey bayley",
	} {
		words := strings.Fields(alike)
		for _, w := range words[1:] {
			if a, b := match.Sound(words[0]), match.Sound(w); a != b {
				t.Errorf("%s sounds %q and %s %q", words[0], a, w, b)
			}
		}
	}
	for _, apart := range []string{"smith jones", "anna emma", "oliver olivia"} {
		w := strings.Fields(apart)
		if match.Sound(w[0]) == match.Sound(w[1]) {
			t.Errorf("%s sound alike", apart)
		}
	}
}

func TestNearDays(t *testing.T) {
	days := match.NearDays(date.Must(2010, 3, 5))
	for _, want := range []date.Date{date.Must(2010, 5, 3), date.Must(2011, 3, 5), date.Must(2010, 3, 6), date.Must(2010, 3, 15), date.Must(2001, 3, 5)} {
		if !slices.Contains(days, want) {
			t.Errorf("%v is not near 5 March 2010", want)
		}
	}
	for _, not := range []date.Date{date.Must(2010, 3, 5), date.Must(2010, 4, 6), date.Must(1990, 3, 5)} {
		if slices.Contains(days, not) {
			t.Errorf("%v is near 5 March 2010", not)
		}
	}
}

func card(born date.Date, names ...match.Name) match.Card {
	return match.Card{Names: names, Born: born}
}

var william = match.Card{
	Names: []match.Name{
		{Kind: match.Legal, Given: "William James", Family: "O’Neill-Smith"},
		{Kind: match.KnownAs, Given: "Jamie", Family: "O’Neill-Smith"},
		{Kind: match.Former, Given: "William", Family: "Fenwick"},
	},
	Born: date.Must(2010, 3, 5), Postcodes: []string{"ZX1 1AA"}, Numbers: []string{"A123456789012"},
}

// Every way of typing finds him, and the reason is said.
func TestCompareSaysWhy(t *testing.T) {
	for typed, want := range map[string][]match.Why{
		"william smith":             {match.WhyPart},
		"smith william":             {match.WhyPart},
		"bill oneill smith":         {match.WhyOther},
		"jamie o'neill smith":       {match.WhyKnownAs},
		"james smith":               {match.WhyMiddle, match.WhyPart},
		"wiliam smith":              {match.WhyMisspelt, match.WhyPart},
		"william smyth":             {match.WhyMisspelt, match.WhyPart},
		"wil oneil":                 {match.WhyBegins, match.WhyPart},
		"william fenwick":           {match.WhyFormer},
		"*neill william":            {match.WhyFits, match.WhyPart},
		"william fenwick 5/3/2010":  {match.WhyFormer, match.WhyBorn},
		"fenwick 3/5/2010":          {match.WhyFormer, match.WhySwapped},
		"fenwick 6/3/2010":          {match.WhyFormer, match.WhyDigit},
		"fenwick 3/2010":            {match.WhyFormer, match.WhyBornIn},
		"fenwick about 15":          {match.WhyFormer, match.WhyBornIn},
		"fenwick zx1":               {match.WhyFormer, match.WhyPostcode},
		"a123456789012":             {match.WhyNumber},
		"5 March 2010":              {match.WhyBorn},
		"zx1 1a":                    {match.WhyPostcode},
		"william jones 5/3/2010":    {match.WhyMissing, match.WhyBorn},
		"william peter fenwick":     {match.WhyMissing, match.WhyFormer},
		"William Fenwick 1/12/1999": {match.WhyFormer, match.WhyOtherBorn},
	} {
		f := match.ParseQuery(typed).Compare(william, today)
		if !f.Good {
			t.Errorf("%q does not find him", typed)
		}
		var got []match.Why
		for _, r := range f.Reasons {
			got = append(got, r.Why)
		}
		for _, w := range want {
			if !slices.Contains(got, w) {
				t.Errorf("%q: reasons %v, want %v among them", typed, got, w)
			}
		}
	}
	for _, typed := range []string{"jones", "william jones", "wallace fenwick", "fen* 1/12/1999", `"wiliam"`, "6 April 2011", "zx2", "A000000000000", "jo"} {
		if f := match.ParseQuery(typed).Compare(william, today); f.Good {
			t.Errorf("%q finds him: %+v", typed, f)
		}
	}
	clause.Shows(t, "CR-11")
}

// The better answer comes first.
func TestCompareOrders(t *testing.T) {
	born := date.Must(2010, 3, 5)
	legal := func(given, family string) match.Name {
		return match.Name{Kind: match.Legal, Given: given, Family: family}
	}
	for _, c := range []struct {
		typed         string
		better, worse match.Card
	}{
		{"jess smith", card(born, legal("Jess", "Smith")), card(born, legal("Jessica", "Smith"))},
		{"jessica smith", card(born, legal("Jessica", "Smith")), card(born, legal("Jessica", "Smyth"))},
		{"jessica smith", card(born, legal("Jessica", "Smith")), card(born, legal("Jessica", "Smith-Jones"))},
		{"jessica smith", card(born, legal("Jessica", "Smith")), card(born, legal("Amy Jessica", "Smith"))},
		{"jessica smith 5/3/2010", card(born, legal("Jessica", "Smyth")), card(born.AddDays(99), legal("Jessica", "Smith"))},
		{"jessica smith 5/3/2010", card(born, legal("Jessica", "Smith")), card(born.AddDays(1), legal("Jessica", "Smith"))},
		{"jessica smith 5/3/2010", card(born.AddDays(1), legal("Jessica", "Smith")), card(date.Date{}, legal("Jessica", "Smith"))},
	} {
		q := match.ParseQuery(c.typed)
		if a, b := q.Compare(c.better, today), q.Compare(c.worse, today); a.Score <= b.Score {
			t.Errorf("%q: %v scores %d, %v scores %d", c.typed, c.better.Names, a.Score, c.worse.Names, b.Score)
		}
	}
}

func TestFieldsAreRoles(t *testing.T) {
	n, err := match.ReadNicknames(strings.NewReader("name,others,kind,source\nwilliam,bill,short,recalled\n"))
	if err != nil {
		t.Fatal(err)
	}
	right := n.Query(match.Fields{Given: "bill", Family: "fenwick", Day: "5", Month: "3", Year: "2010", Postcode: "zx11aa"})
	turned := n.Query(match.Fields{Given: "fenwick", Family: "william"})
	if f := right.Compare(william, today); !f.Good || f.Score < 1500 {
		t.Errorf("the right way round: %+v", f)
	}
	f := turned.Compare(william, today)
	if !f.Good || !slices.ContainsFunc(f.Reasons, func(r match.Reason) bool { return r.Why == match.WhyReversed }) {
		t.Errorf("the wrong way round: %+v", f)
	}
	bad := n.Query(match.Fields{Day: "31", Month: "2", Year: "2010", Postcode: "nowhere", Age: "x"})
	if len(bad.Unread) != 3 || !bad.IsZero() {
		t.Errorf("what cannot be read: %+v", bad)
	}
	part := n.Query(match.Fields{Family: "fenwick", Month: "3", Year: "2010"})
	if part.BornIn.From != date.Must(2010, 3, 1) {
		t.Errorf("month and year: %+v", part)
	}
}

// A card reads back, and its keys hold what a query looks for.
func TestCard(t *testing.T) {
	back, err := match.ReadCard(william.String())
	if err != nil || !slices.Equal(back.Names, william.Names) || back.Born != william.Born || !slices.Equal(back.Postcodes, william.Postcodes) || !slices.Equal(back.Numbers, william.Numbers) {
		t.Errorf("read back %+v (%v)", back, err)
	}
	keys := william.Keys()
	from, to := match.PostcodeKeys("ZX1")
	for _, want := range []string{"fenwick", match.PairKey("william", "smith"), match.PairKey("smith", "william"), match.NumberKey("A123456789012"), "oneillsmith"} {
		if !slices.Contains(keys, want) {
			t.Errorf("no key %q among %q", want, keys)
		}
	}
	if !slices.ContainsFunc(keys, func(k string) bool { return k >= from && k < to }) {
		t.Errorf("no key of the postcode among %q", keys)
	}
	if other, beyond := match.PostcodeKeys("ZX11"); slices.ContainsFunc(keys, func(k string) bool { return k >= other && k < beyond }) {
		t.Error("ZX1 1AA stands under ZX11")
	}
	if v := william.Vocabulary(); slices.Contains(v, "oneillsmith") || !slices.Contains(v, "oneill") {
		t.Errorf("vocabulary %q", v)
	}
	if _, err := match.ReadCard("b\x1fnever\x1f"); err == nil {
		t.Error("a day that is none was read")
	}
}

func TestOfFindsThemself(t *testing.T) {
	n, err := match.ReadNicknames(strings.NewReader("name,others,kind,source\n"))
	if err != nil {
		t.Fatal(err)
	}
	if f := n.Of(william).Compare(william, today); !f.Good || f.Score < 1800 {
		t.Errorf("he is not like himself: %+v", f)
	}
}

func BenchmarkCompare(b *testing.B) {
	q := match.ParseQuery("wiliam smyth 5/3/2010")
	for b.Loop() {
		q.Compare(william, today)
	}
}
