package match_test

import (
	"log/slog"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/match"
)

func TestFold(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"", ""},
		{"O'Neill", "oneill"},
		{"O’Neill", "oneill"},
		{"O´Neill", "oneill"},
		{"ONeill", "oneill"},
		{"  Anne-Marie  ", "anne marie"},
		{"ANNE   MARIE", "anne marie"},
		{"Zoë", "zoe"},
		{"Zoe\u0308", "zoe"},
		{"Łukasz Wójcik", "lukasz wojcik"},
		{"Søren Þórsson", "soren thorsson"},
		{"Ægir Đorđe", "aegir dorde"},
		{"Strauß", "strauss"},
		{"STRAUẞ", "strauss"},
		{"Şükrü Işık", "sukru isik"},
		{"İbrahim", "ibrahim"},
		{"Ｗｉｄｅ", "wide"},
		{"So\u00adft\u200bSpace", "softspace"},
		{"J.P. Smith", "j p smith"},
		{"王 小明", "王 小明"},
		{"Νίκος", "νικοσ"},
		{"bad\xffbyte", "badbyte"},
		{"--", ""},
	} {
		if got := match.Fold(c.name); got != c.want {
			t.Errorf("Fold(%q) = %q, want %q", c.name, got, c.want)
		}
	}
}

func TestTokens(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"", ""},
		{"Smith", "smith"},
		{"Smith-Jones", "smith jones smithjones"},
		{"Smith Jones", "smith jones"},
		{"O'Neill", "oneill"},
		{"O Neill", "o neill oneill"},
		{"van der Berg", "van vander der derberg vanderberg berg"},
		{"Al-Hassan", "al hassan alhassan"},
		{"Mc Donald", "mc donald mcdonald"},
		{"Anna Anna", "anna"},
	} {
		got, want := match.Tokens(c.name), strings.Fields(c.want)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("Tokens(%q) = %q, want %q", c.name, got, want)
		}
	}
}

// A name finds itself however it is typed: every way of writing it is answered
// by the keys of every other.
func TestWaysOfWritingFindEachOther(t *testing.T) {
	for _, ways := range [][]string{
		{"O'Neill", "O’Neill", "ONeill", "o neill", "ONEILL", "O'NEILL"},
		{"Smith-Jones", "smith jones", "Smith‑Jones", "SMITH - JONES"},
		{"McDonald", "Mc Donald", "mcdonald"},
		{"Siân", "Sian", "SIA\u0302N"},
		{"Łukasz", "Lukasz"},
	} {
		for _, stored := range ways {
			keys := match.Tokens(stored)
			for _, typed := range ways {
				for _, w := range match.ParseQuery(typed).Words {
					if !slices.ContainsFunc(keys, w.Match) {
						t.Errorf("%q does not find %q: no key of %q answers %+v", typed, stored, keys, w)
					}
				}
			}
		}
	}
}

func TestParseQuery(t *testing.T) {
	ref := referenceWithDigits(t)
	born := date.Must(2010, 3, 5)
	open := func(s string) match.Word { return match.Word{Text: s, Prefix: true} }
	for _, c := range []struct {
		typed string
		want  match.Query
	}{
		{"", match.Query{}},
		{"   ", match.Query{}},
		{"smith", match.Query{Words: []match.Word{open("smith")}}},
		{"Jo Smi", match.Query{Words: []match.Word{open("jo"), open("smi")}}},
		{"Smith, J", match.Query{Words: []match.Word{open("smith"), {Text: "j"}}}},
		{`"Smith" jo`, match.Query{Words: []match.Word{{Text: "smith"}, open("jo")}}},
		{"s*", match.Query{Words: []match.Word{open("s")}}},
		{"sm%th", match.Query{Words: []match.Word{{Text: "sm", Prefix: true, Pattern: "sm*th"}}}},
		{"Smith-J%", match.Query{Words: []match.Word{open("smith"), open("j")}}},
		{"*son", match.Query{Words: []match.Word{{Pattern: "*son"}}}},
		{"%neil jo", match.Query{Words: []match.Word{{Pattern: "*neil"}, open("jo")}}},
		{"*n", match.Query{Unread: []string{"*n"}}},
		{"*", match.Query{Unread: []string{"*"}}},
		{"O Neill", match.Query{Words: []match.Word{open("oneill")}}},
		{ref.String(), match.Query{Reference: ref}},
		{strings.ToLower(string(ref)), match.Query{Reference: ref}},
		{strings.ReplaceAll(ref.String(), "-", " "), match.Query{Reference: ref}},
		{"5/3/2010", match.Query{Born: born}},
		{"05.03.10", match.Query{Born: born}},
		{"5-3-2010", match.Query{Born: born}},
		{"2010-03-05", match.Query{Born: born}},
		{"5 March 2010", match.Query{Born: born}},
		{"5th mar 10", match.Query{Born: born}},
		{"5-Mar-2010", match.Query{Born: born}},
		{"Sept 1999", match.Query{BornIn: date.Period{From: date.Must(1999, 9, 1), To: date.Must(1999, 9, 30)}}},
		{"12 sept. 1999", match.Query{Born: date.Must(1999, 9, 12)}},
		{"12 sept 1999", match.Query{Born: date.Must(1999, 9, 12)}},
		{"1/1/50", match.Query{Born: date.Must(1950, 1, 1)}},
		{"1/1/49", match.Query{Born: date.Must(2049, 1, 1)}},
		{"smith 5 March 2010 jo", match.Query{Born: born, Words: []match.Word{open("smith"), open("jo")}}},
		{"May Smith", match.Query{Words: []match.Word{open("may"), open("smith")}}},
		{"31/2/2010", match.Query{Unread: []string{"31/2/2010"}}},
		{"3/13/2010", match.Query{Unread: []string{"3/13/2010"}}},
		{"5/3/2010 6/3/2010", match.Query{Born: born, Unread: []string{"6/3/2010"}}},
		{"smith March 2010", match.Query{Words: []match.Word{open("smith")}, BornIn: date.Period{From: date.Must(2010, 3, 1), To: date.Must(2010, 3, 31)}}},
		{"5 March", match.Query{BornOn: match.DayOfYear{Day: 5, Month: 3}}},
		{"smith 5th mar", match.Query{Words: []match.Word{open("smith")}, BornOn: match.DayOfYear{Day: 5, Month: 3}}},
		{"March 5th smith", match.Query{Words: []match.Word{open("smith")}, BornOn: match.DayOfYear{Day: 5, Month: 3}}},
		{"5/3", match.Query{BornOn: match.DayOfYear{Day: 5, Month: 3}}},
		{"29 February", match.Query{BornOn: match.DayOfYear{Day: 29, Month: 2}}},
		{"31 February", match.Query{Unread: []string{"31", "February"}}},
		{"March 5 2010", match.Query{Born: date.Must(2010, 3, 5)}},
		{"3/2010", match.Query{BornIn: date.Period{From: date.Must(2010, 3, 1), To: date.Must(2010, 3, 31)}}},
		{"2010 smith", match.Query{Words: []match.Word{open("smith")}, BornIn: date.Period{From: date.Must(2010, 1, 1), To: date.Must(2010, 12, 31)}}},
		{"smith about 12", match.Query{Words: []match.Word{open("smith")}, About: 12}},
		{"smith 12 years old", match.Query{Words: []match.Word{open("smith")}, About: 12}},
		{"smith zx1", match.Query{Words: []match.Word{open("smith")}, Postcode: "ZX1"}},
		{"smith zx1 1aa", match.Query{Words: []match.Word{open("smith")}, Postcode: "ZX1 1AA"}},
		{"ZX11AA", match.Query{Postcode: "ZX1 1AA"}},
		{"zx1 1", match.Query{Postcode: "ZX1 1"}},
		{"smith zx1 5 March 2010", match.Query{Words: []match.Word{open("smith")}, Postcode: "ZX1", Born: born}},
		{"943 476 5919", match.Query{Numbers: []string{"9434765919"}}},
		{"943-476-5919 smith", match.Query{Words: []match.Word{open("smith")}, Numbers: []string{"9434765919"}}},
		{"smith 99", match.Query{Words: []match.Word{open("smith")}, Unread: []string{"99"}}},
	} {
		got := match.ParseQuery(c.typed)
		if !same(got, c.want) {
			t.Errorf("ParseQuery(%q) = %+v, want %+v", c.typed, got, c.want)
		}
	}
}

func same(a, b match.Query) bool {
	return a.Reference == b.Reference && a.Born == b.Born && a.BornIn == b.BornIn && a.BornOn == b.BornOn && a.About == b.About && a.Cut == b.Cut &&
		a.Postcode == b.Postcode && slices.Equal(a.Numbers, b.Numbers) && slices.Equal(a.Unread, b.Unread) &&
		slices.EqualFunc(a.Words, b.Words, func(x, y match.Word) bool {
			return x.Text == y.Text && x.Prefix == y.Prefix && x.Pattern == y.Pattern && x.As == y.As
		})
}

func referenceWithDigits(t *testing.T) id.Reference {
	t.Helper()
	for range 1000 {
		// A digit in both halves and in the first place, so that neither half is
		// a name and the whole is no date.
		if r := id.NewReference(); strings.ContainsAny(string(r[:1]), "23456789") && strings.ContainsAny(string(r[4:]), "23456789") &&
			strings.ContainsAny(string(r[1:4]), "BCDFG") {
			return r
		}
	}
	t.Fatal("no reference with a digit in 1,000")
	return ""
}

// A reference of letters alone may be a name, so both are looked for.
func TestReferenceThatCouldBeAName(t *testing.T) {
	for range 100_000 {
		r := id.NewReference()
		if strings.ContainsAny(string(r), "023456789") {
			continue
		}
		q := match.ParseQuery(string(r))
		if q.Reference != r || len(q.Words) != 1 || q.Words[0].Text != strings.ToLower(string(r)) {
			t.Errorf("ParseQuery(%q) = %+v, want the reference and the word", r, q)
		}
		return
	}
	t.Fatal("no reference of letters alone in 100,000")
}

func TestParseQueryIsCapped(t *testing.T) {
	long := match.ParseQuery(strings.Repeat("é", 5000))
	if len(long.Words) != 1 || utf8.RuneCountInString(long.Words[0].Text) != 200 || !long.Cut {
		t.Errorf("5,000 letters: %d words, cut %v; want one word of 200, cut", len(long.Words), long.Cut)
	}
	many := match.ParseQuery("ab cd ef gh ij kl mn op qr st")
	if len(many.Words) != 8 || !many.Cut {
		t.Errorf("ten words: %d words, cut %v; want 8, cut", len(many.Words), many.Cut)
	}
}

func TestQueryStaysOutOfLogs(t *testing.T) {
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("search", "query", match.ParseQuery("Secret 5/3/2010 x99"))
	if s := log.String(); strings.Contains(strings.ToLower(s), "secret") || strings.Contains(s, "2010-") || !strings.Contains(s, "query.words=1") {
		t.Errorf("logged %q, want how many words and none of them", s)
	}
}

func TestWordMatch(t *testing.T) {
	for _, c := range []struct {
		typed, key string
		want       bool
	}{
		{"smi", "smith", true},
		{`"smi"`, "smith", false},
		{"sm*th", "smith", true},
		{"sm*th", "smyth", true},
		{"sm*th", "smithson", false},
		{"sm*th*", "smithson", true},
		{"s%i%h", "smith", true},
		{"s%i%h", "smyth", false},
		{"smith*", "smith", true},
	} {
		w := match.ParseQuery(c.typed).Words[0]
		if got := w.Match(c.key); got != c.want {
			t.Errorf("%s against %q: got %v, want %v", c.typed, c.key, got, c.want)
		}
	}
}

func TestVariants(t *testing.T) {
	for _, c := range []struct{ typed, recorded string }{
		{"bill", "william"},
		{"william", "bill"},
		{"kate", "catherine"},
		{"chevonne", "siobhan"},
		{"muhammad", "mohammed"},
		{"macdonald", "mcdonald"},
		{"mcdonald", "macdonald"},
	} {
		if got := match.Variants(c.typed); !slices.Contains(got, c.recorded) || slices.Contains(got, c.typed) {
			t.Errorf("Variants(%q) = %q, want %q among them and not itself", c.typed, got, c.recorded)
		}
	}
	for _, s := range []string{"", "mack", "mace", "xyzzy"} {
		if got := match.Variants(s); len(got) != 0 {
			t.Errorf("Variants(%q) = %q, want none", s, got)
		}
	}
}

func TestVariantsBelongToTheCaller(t *testing.T) {
	before := match.Variants("bill")
	for i := range before {
		before[i] = "spoilt"
	}
	if slices.Contains(match.Variants("bill"), "spoilt") {
		t.Error("changing the answer changed the table")
	}
}

func TestReadNicknamesRefuses(t *testing.T) {
	const header = "name,others,kind,source\n"
	for _, c := range []struct{ table, says string }{
		{"name,other\n", "cannot be read"},
		{"names,others,kind,source\n", "must begin"},
		{header + "william,bill,short\n", "cannot be read"},
		{header + "william,,short,recalled\n", "line 2: there is no other name"},
		{header + "william,bill,short,recalled\nann,anne,odd,recalled\n", "line 3: the kind"},
		{header + "william,bill,short,guessed\n", "line 2: the source"},
		{header + "William,bill,short,recalled\n", "line 2: names are"},
		{header + ",bill,short,recalled\n", "line 2: names are"},
	} {
		_, err := match.ReadNicknames(strings.NewReader(c.table))
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("table %q: got %v, want Invalid saying %q", c.table, err, c.says)
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"O'Neill", "Zoë", "İıςß", "ŉ", "ǅ", "가", "\xff", "ﷺ", "½"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := match.Fold(s)
		if !utf8.ValidString(once) || strings.Contains(once, "  ") || strings.TrimSpace(once) != once {
			t.Errorf("Fold(%q) = %q: not clean", s, once)
		}
		if twice := match.Fold(once); twice != once {
			t.Errorf("Fold(%q) = %q, and again %q", s, once, twice)
		}
		for _, k := range match.Tokens(s) {
			if k == "" || match.Fold(k) != k || strings.Contains(k, " ") {
				t.Errorf("Tokens(%q) holds %q", s, k)
			}
		}
	})
}

func FuzzParseQuery(f *testing.F) {
	for _, s := range []string{"smith 5/3/2010", "K7M2 9QX4", `"a" b*c%d`, "5 March 2010", "\xff*", "1 2 3 4 5 6 7 8 9", "O mc o"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q := match.ParseQuery(s)
		if len(q.Words) > 8 || len(q.Unread) > 8 {
			t.Errorf("ParseQuery(%q): %d words and %d unread, want at most 8", s, len(q.Words), len(q.Unread))
		}
		for _, w := range q.Words {
			if w.Text == "" && !strings.HasPrefix(w.Pattern, "*") || match.Fold(w.Text) != w.Text || strings.ContainsAny(w.Text, " *%") {
				t.Errorf("ParseQuery(%q): word %+v", s, w)
			}
			if !w.Match(strings.ReplaceAll(w.Pattern, "*", "")) && w.Pattern != "" || w.Pattern == "" && !w.Match(w.Text) {
				t.Errorf("ParseQuery(%q): word %+v does not match its own letters", s, w)
			}
		}
		if q.Reference != "" {
			if _, err := id.ParseReference(string(q.Reference)); err != nil {
				t.Errorf("ParseQuery(%q): %q is not a reference", s, q.Reference)
			}
		}
	})
}

func BenchmarkTokens(b *testing.B) {
	for b.Loop() {
		match.Tokens("Zoë Anne-Marie O’Neill-Smith")
	}
}
