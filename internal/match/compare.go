package match

import (
	"cmp"
	"slices"
	"strings"

	"casefile/internal/date"
)

// A Why is one kind of reason for which somebody was found.
type Why int

// The kinds of reason.
const (
	WhyNothing    Why = iota
	WhyOther          // a nickname or another spelling of the same name
	WhyBegins         // the name begins so
	WhyMisspelt       // one letter different
	WhySounds         // sounds alike
	WhyInitial        // the initial
	WhyFits           // fits the pattern
	WhyFormer         // a former name
	WhyKnownAs        // the name they are known by
	WhyMiddle         // a middle name
	WhyReversed       // given and family name the other way round
	WhyPart           // half of a double-barrelled name
	WhyMissing        // a word that was typed is no name of theirs
	WhyBorn           // the day of birth
	WhyBornIn         // the month, the year or the age
	WhyEstimated      // the recorded day is an estimate
	WhySwapped        // day and month exchanged
	WhyDigit          // one digit of the day different
	WhyExchanged      // two digits exchanged
	WhyNotBorn        // no day of birth is recorded
	WhyOtherBorn      // another day of birth
	WhyPostcode       // the postcode
	WhyOtherPlace     // another postcode
	WhyNumber         // an identifier
	WhyReference      // the reference
)

// A Reason says why somebody was found: what was typed and, where it is
// another, what is recorded. Both are personal data.
type Reason struct {
	Why             Why
	Typed, Recorded string
}

// A Fit is how well a card answers a query. A higher Score is better; Good says
// that it is worth showing.
type Fit struct {
	Score   int
	Good    bool
	Exact   bool // all that was typed of the name stands so in the record
	Reasons []Reason
}

// Between are the days of birth that a query asks for where it asks for no
// single one. An age may be one out either way.
func (q Query) Between(today date.Date) date.Period {
	if q.About > 0 {
		return date.Period{From: today.AddMonths(-12 * (q.About + 2)).AddDays(1), To: today.AddMonths(-12 * (q.About - 1))}
	}
	return q.BornIn
}

// What the parts of a comparison weigh. The name alone makes at most 1000.
// Source: inferred, tried on the published error model of package population.
const (
	weighBorn      = 700
	weighSwapped   = 450
	weighDigit     = 450
	weighBornIn    = 350
	weighBornOn    = 450
	weighEstimated = 250
	weighNotBorn   = 50
	weighOtherBorn = -450
	weighPostcode  = 250
	weighOutward   = 120
	weighElsewhere = -60
	weighNumber    = 2000
)

// Compare says how well a card answers a query and why. It knows nothing of
// who may see whom.
func (q Query) Compare(c Card, today date.Date) Fit {
	var f Fit
	name := q.compareNames(c)
	f.Score, f.Reasons, f.Exact = name.score, name.reasons, name.exact
	born, reason := q.compareBorn(c, today)
	f.Score += born
	if reason.Why != WhyNothing {
		f.Reasons = append(f.Reasons, reason)
	}
	place := q.comparePostcode(c, &f)
	number := slices.ContainsFunc(q.Numbers, func(n string) bool { return slices.Contains(c.Numbers, n) })
	if number {
		f.Score += weighNumber
		f.Reasons = append(f.Reasons, Reason{Why: WhyNumber})
	}
	dated := reason.Why == WhyBorn || reason.Why == WhyBornIn
	switch {
	case number:
		f.Good = true
	case len(q.Words) == 0:
		f.Good = (dated || place && !q.Dated()) && (place || q.Postcode == "")
	case name.missing == 0 && born >= 0:
		f.Good = true
	case name.missing == 0: // another day of birth altogether
		f.Good = name.score >= 880
	case dated && reason.Why == WhyBorn:
		f.Good = name.missing < name.words && name.best >= Sounds.weight()
	default: // one word of three or more may be none of theirs
		f.Good = name.missing == 1 && name.words >= 3 && born >= 0
	}
	return f
}

type nameFit struct {
	score          int // of 1000
	words, missing int
	best           int
	exact          bool
	reasons        []Reason
}

// compareNames takes the name of the card that the words fit best.
func (q Query) compareNames(c Card) nameFit {
	if len(q.Words) == 0 {
		return nameFit{}
	}
	best := nameFit{score: -1}
	for _, n := range c.Names {
		if f := q.compareName(n); f.score > best.score {
			best = f
		}
	}
	if best.score < 0 {
		return nameFit{words: len(q.Words), missing: len(q.Words)}
	}
	return best
}

type pairing struct {
	word, token int
	alike       Alike
	weight      int
}

// tokensOf are the words of a name, the given ones first, and which are of the
// family name.
func tokensOf(n Name) (tokens []string, family []bool) {
	tokens = Tokens(n.Given)
	given := len(tokens)
	tokens = append(tokens, Tokens(n.Family)...)
	family = make([]bool, len(tokens))
	for i := given; i < len(tokens); i++ {
		family[i] = true
	}
	return tokens, family
}

func (q Query) compareName(n Name) nameFit {
	tokens, family := tokensOf(n)
	var pairs []pairing
	for i, w := range q.Words {
		for j, t := range tokens {
			a := w.Alike(t)
			if a == Unlike {
				continue
			}
			weight := a.weight()
			if a == Begins { // the more of it was typed, the likelier
				weight += 100 * len(w.Text) / len(t)
			}
			if w.As == GivenName && family[j] || w.As == FamilyName && !family[j] {
				weight -= 120
			}
			if !family[j] && j > 0 {
				weight -= 15 // a middle name
			}
			pairs = append(pairs, pairing{i, j, a, weight})
		}
	}
	slices.SortStableFunc(pairs, func(a, b pairing) int { return cmp.Compare(b.weight, a.weight) })
	word, token := make([]int, len(q.Words)), make([]bool, len(tokens))
	for i := range word {
		word[i] = -1
	}
	total := 0
	f := nameFit{words: len(q.Words), missing: len(q.Words), exact: true}
	taken := make([]pairing, len(q.Words))
	for _, p := range pairs {
		if word[p.word] >= 0 || token[p.token] {
			continue
		}
		word[p.word], token[p.token], taken[p.word] = p.token, true, p
		total += p.weight
		f.missing--
		f.best = max(f.best, p.weight)
	}
	f.score = total / len(q.Words)
	// Of two who answer as well, the one of whose name more was typed.
	firstGiven, anyFamily, allFamily := len(tokens) == 0 || family[0] || token[0], false, true
	for j := range tokens {
		if family[j] && !joinedOf(tokens, j) {
			anyFamily = anyFamily || token[j]
			allFamily = allFamily && token[j]
		}
	}
	switch {
	case !firstGiven && len(q.Words) > 1:
		f.score -= 25
	case !anyFamily && len(q.Words) > 1:
		f.score -= 20
	case !allFamily:
		f.score -= 10
	}
	if n.Kind == Former {
		f.score -= 30
	}
	f.reasons = q.nameReasons(n, tokens, family, word, taken)
	for _, r := range f.reasons {
		if r.Why != WhyKnownAs && r.Why != WhyMiddle {
			f.exact = false
		}
	}
	return f
}

// joinedOf reports whether a token is others of the same name written together.
func joinedOf(tokens []string, j int) bool {
	for i := range tokens {
		if i != j && i+1 < len(tokens) && i+1 != j && tokens[j] == tokens[i]+tokens[i+1] {
			return true
		}
	}
	return false
}

var whyAlike = map[Alike]Why{Other: WhyOther, Begins: WhyBegins, Misspelt: WhyMisspelt, Sounds: WhySounds, Initial: WhyInitial, Fits: WhyFits}

func (q Query) nameReasons(n Name, tokens []string, family []bool, word []int, taken []pairing) []Reason {
	var rs []Reason
	reversed, inOrder := false, false
	for i, w := range q.Words {
		typed := w.Text
		if w.Pattern != "" {
			typed = w.Pattern
		}
		j := word[i]
		if j < 0 {
			rs = append(rs, Reason{Why: WhyMissing, Typed: typed})
			continue
		}
		if why := whyAlike[taken[i].alike]; why != WhyNothing {
			rs = append(rs, Reason{why, typed, tokens[j]})
		}
		switch {
		case w.As != AnyName && family[j] != (w.As == FamilyName):
			reversed = true
		case !family[j] && j > 0:
			rs = append(rs, Reason{WhyMiddle, typed, tokens[j]})
		case family[j] && strings.Contains(n.Family, "-") && !joinedOf(tokens, j):
			inOrder = true
		}
	}
	if reversed {
		rs = append(rs, Reason{Why: WhyReversed})
	}
	if inOrder {
		for j := range tokens {
			if family[j] && !joinedOf(tokens, j) && !slices.Contains(word, j) {
				rs = append(rs, Reason{Why: WhyPart, Recorded: n.Family})
				break
			}
		}
	}
	switch n.Kind {
	case Former:
		rs = append(rs, Reason{Why: WhyFormer, Recorded: n.Full()})
	case KnownAs:
		rs = append(rs, Reason{Why: WhyKnownAs, Recorded: n.Full()})
	}
	return rs
}

func (q Query) compareBorn(c Card, today date.Date) (int, Reason) {
	if !q.Dated() {
		return 0, Reason{}
	}
	if c.Born.IsZero() {
		return weighNotBorn, Reason{Why: WhyNotBorn}
	}
	if q.BornOn != (DayOfYear{}) {
		if q.BornOn == (DayOfYear{c.Born.Day(), c.Born.Month()}) {
			return weighBornOn, Reason{Why: WhyBornIn}
		}
		return weighOtherBorn, Reason{WhyOtherBorn, "", c.Born.Long()}
	}
	if q.Born.IsZero() {
		if q.Between(today).Contains(c.Born) {
			return weighBornIn, Reason{Why: WhyBornIn}
		}
		return weighOtherBorn, Reason{WhyOtherBorn, "", c.Born.Long()}
	}
	if c.Born == q.Born {
		return weighBorn, Reason{Why: WhyBorn}
	}
	a, b := q.Born.String(), c.Born.String()
	apart := 0
	for i := range a {
		if a[i] != b[i] {
			apart++
		}
	}
	switch {
	case c.Born.Day() == q.Born.Month() && c.Born.Month() == q.Born.Day() && c.Born.Year() == q.Born.Year():
		return weighSwapped, Reason{WhySwapped, "", c.Born.Long()}
	case apart == 1:
		return weighDigit, Reason{WhyDigit, "", c.Born.Long()}
	case slices.Contains(NearDays(q.Born), c.Born):
		return weighDigit, Reason{WhyExchanged, "", c.Born.Long()}
	case c.Estimated && abs(c.Born.Year()-q.Born.Year()) <= 1:
		return weighEstimated, Reason{WhyEstimated, "", c.Born.Long()}
	}
	return weighOtherBorn, Reason{WhyOtherBorn, "", c.Born.Long()}
}

func (q Query) comparePostcode(c Card, f *Fit) bool {
	if q.Postcode == "" || len(c.Postcodes) == 0 {
		return false
	}
	outward, second, _ := strings.Cut(q.Postcode, " ")
	half := false
	for _, p := range c.Postcodes {
		if second != "" && strings.HasPrefix(p, q.Postcode) || second == "" && strings.HasPrefix(p, outward+" ") {
			f.Score += weighPostcode
			f.Reasons = append(f.Reasons, Reason{WhyPostcode, q.Postcode, p})
			return true
		}
		half = half || strings.HasPrefix(p, outward+" ")
	}
	if half {
		f.Score += weighOutward
		f.Reasons = append(f.Reasons, Reason{WhyPostcode, q.Postcode, outward})
		return false
	}
	f.Score += weighElsewhere
	f.Reasons = append(f.Reasons, Reason{WhyOtherPlace, q.Postcode, ""})
	return false
}

// Of is the query by which others are found who may be the same person. Its
// words have no nicknames yet.
func (n *Nicknames) Of(c Card) Query {
	var q Query
	for _, name := range c.Names {
		if name.Kind != Legal && len(q.Words) > 0 {
			continue
		}
		f := Fields{Given: name.Given, Family: name.Family}
		q = n.Query(f)
		for i := range q.Words { // these names are finished
			q.Words[i].Prefix = false
		}
	}
	q.Born, q.Numbers = c.Born, c.Numbers
	if len(c.Postcodes) > 0 {
		q.Postcode = c.Postcodes[0]
	}
	return q
}

func abs(n int) int { return max(n, -n) }
