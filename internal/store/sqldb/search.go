package sqldb

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"casefile/internal/date"
	"casefile/internal/match"
	"casefile/internal/person"
	"casefile/internal/store"
)

// FindPeople finds by keys, and never by looking through people. Each stage
// takes some who answer by one way of typing, within the scope; what it took is
// compared in Go, by match alone. A later stage is left out when the earlier
// ones found enough: they found within the scope, so that whoever is outside it
// changes neither what is asked of the database nor how often. The vocabulary is
// of everybody, and only says which keys are looked up, in as many statements
// whatever it says.
func (t *tx) FindPeople(ctx context.Context, s store.Search) ([]person.Found, error) {
	q := s.Query
	if t.d.Search != "" {
		if _, err := t.exec(ctx, t.d.Search); err != nil {
			return nil, err
		}
	}
	if q.Reference != "" {
		a := args{string(q.Reference)}
		people, err := all(ctx, t, func(s scanner) (p person.ID, err error) { return p, s.Scan(&p) },
			"SELECT m.file_id FROM person q JOIN file_member m ON m.person_id = q.id WHERE q.reference = $1 AND "+t.inScope(&a, s.Scope, "m.file_id", s.Now), a...)
		if err != nil {
			return nil, err
		}
		if len(people) > 0 {
			found, err := t.listOf(ctx, people)
			for i := range found {
				found[i].Reasons = []match.Reason{{Why: match.WhyReference}}
			}
			return found, err
		}
	}
	f := &finding{t: t, s: s, today: s.Now.Date(), grown: s.Now.Date().AddMonths(-12 * person.Majority), seen: map[person.ID]bool{}}
	if err := f.find(ctx); err != nil {
		return nil, err
	}
	people := make([]person.ID, len(f.good))
	for i, g := range f.good {
		people[i] = g.id
	}
	found, err := t.listOf(ctx, people)
	for i := range found {
		j := slices.Index(people, found[i].ID)
		found[i].Score, found[i].Exact, found[i].Reasons = f.good[j].fit.Score, f.good[j].fit.Exact, f.good[j].fit.Reasons
	}
	return found, err
}

// Bounds of a search.
const (
	mostPairs    = 4   // words that are paired with each other
	mostSlips    = 40  // words of the vocabulary that one that was typed may be a slip for
	mostEndings  = 150 // words that begin so, or fit a pattern
	mostTaken    = 400 // people taken at a stage who live somewhere near
	mostOnADay   = 3000
	mostByOne    = 500 // people taken by one word, where two were typed
	singleSlots  = 8   // slips of a word that stands alone which are looked up
	mostLookedUp = 1500
	mostTwice    = 16 // forms of each of two words, where neither was typed as it is recorded
)

// A finding is one search under way.
type finding struct {
	t     *tx
	s     store.Search
	today date.Date
	seen  map[person.ID]bool
	good  []finder  // the best first, once put in order
	grown date.Date // who was born on this day, or before, is of age
}

type finder struct {
	id   person.ID
	fit  match.Fit
	name match.Name
	// adult is whoever is known to be of age: children stand before them where both
	// answer equally well.
	adult bool
}

func childrenFirst(a, b finder) int {
	switch {
	case a.adult == b.adult:
		return 0
	case a.adult:
		return 1
	}
	return -1
}

// taken is how many people a stage takes: of those who answer less well than
// others did, not many more than there is room for. Where a postcode tells apart
// whom the keys do not, all of them have to be compared. It is one of few numbers,
// because a statement is planned for each.
func (f *finding) taken() int {
	switch {
	case f.s.Query.Postcode != "":
		return max(mostTaken, 4*f.s.Limit)
	case !f.s.Query.Dated() && 2*len(f.good) > f.s.Limit:
		return f.few()
	}
	return 3 * f.s.Limit
}

// few is how many a stage takes whose people all answer equally well: more of them
// would not be shown, and are told apart by nothing that was typed.
func (f *finding) few() int {
	if f.s.Query.Postcode != "" {
		return f.taken()
	}
	return 2 * f.s.Limit
}

// enough reports whether more of a kind that answers less well would not be
// shown.
func (f *finding) enough() bool { return len(f.good) >= f.s.Limit }

func (f *finding) find(ctx context.Context) error {
	q := f.s.Query
	stages := []func(context.Context) error{f.numbers, f.place}
	switch len(q.Words) {
	case 0:
		stages = append(stages, f.day)
	case 1:
		stages = append(stages, f.word)
	default:
		stages = append(stages, f.pairs)
	}
	for _, stage := range stages {
		if err := stage(ctx); err != nil {
			return err
		}
	}
	slices.SortFunc(f.good, func(a, b finder) int {
		return cmp.Or(cmp.Compare(b.fit.Score, a.fit.Score), childrenFirst(a, b), strings.Compare(a.name.Family, b.name.Family),
			strings.Compare(a.name.Given, b.name.Given), strings.Compare(string(a.id), string(b.id)))
	})
	f.good = f.good[:min(len(f.good), f.s.Limit)]
	return nil
}

// take compares those whom a query yields: from gives the table k with a column
// person_id, and the conditions beside the scope.
func (f *finding) take(ctx context.Context, a args, from, order string, limit int) error {
	scope := f.t.inScope(&a, f.s.Scope, "k.person_id", f.s.Now)
	whole := "1"
	if f.s.Query.Postcode != "" {
		whole = "CASE WHEN " + f.t.inScope(&a, f.s.Whole, "k.person_id", f.s.Now) + " THEN 1 ELSE 0 END"
	}
	switch f.s.Ages {
	case store.UnderAge:
		scope += " AND (COALESCE(k.born, '') = '' OR k.born > " + a.add(f.grown.String()) + ")"
	case store.OfAge:
		scope += " AND COALESCE(k.born, '') <= " + a.add(f.grown.String())
	}
	if order != "" {
		order = " ORDER BY " + order
	}
	type row struct {
		id    person.ID
		card  string
		whole int
	}
	rows, err := all(ctx, f.t, func(s scanner) (r row, err error) { return r, s.Scan(&r.id, &r.card, &r.whole) },
		fmt.Sprintf("SELECT k.person_id, (SELECT c.card FROM person_card c WHERE c.person_id = k.person_id), %s FROM %s AND %s%s LIMIT %d",
			whole, from, scope, order, limit), a...) // for a limit given apart SQLite plans anew
	if err != nil {
		return err
	}
	for _, r := range rows {
		if f.seen[r.id] {
			continue
		}
		f.seen[r.id] = true
		card, err := match.ReadCard(r.card)
		if err != nil {
			return err
		}
		if r.whole == 0 {
			card.Postcodes = nil
		}
		if fit := f.s.Query.Compare(card, f.today); fit.Good {
			g := finder{id: r.id, fit: fit, adult: !card.Born.IsZero() && !card.Born.After(f.grown)}
			if len(card.Names) > 0 {
				g.name = card.Names[0]
			}
			f.good = append(f.good, g)
		}
	}
	return nil
}

// byKeys takes those who are found by any of the keys, the first keys first.
func (f *finding) byKeys(ctx context.Context, keys []string, dated bool, limit int) error {
	return f.byAny(ctx, keys, "k.born", dated, limit)
}

// byPairs is byKeys for the keys of several words, which are many and found by few
// each: their days of birth are compared, not looked up, so that as often as a
// key leads to nobody costs one step.
func (f *finding) byPairs(ctx context.Context, keys []string, dated bool, limit int) error {
	return f.byAny(ctx, keys, "COALESCE(k.born, '')", dated, limit)
}

func (f *finding) byAny(ctx context.Context, keys []string, born string, dated bool, limit int) error {
	list, err := values(keys)
	if err != nil {
		return err
	}
	var a args
	from := f.t.d.Rows(a.add(list)) + " CROSS JOIN find_key k WHERE k.key = v.value"
	if dated {
		from += f.bornNear(&a, born)
	}
	return f.take(ctx, a, from, "", limit)
}

// bornNear is the condition that a day of birth may be the one that was asked
// for: the very day or one slip from it, one in the months asked for, or none.
func (f *finding) bornNear(a *args, born string) string {
	q := f.s.Query
	if !q.Dated() {
		return ""
	}
	if q.BornOn != (match.DayOfYear{}) {
		return " AND " + born + " IN " + f.t.d.Values(a.add(daysOf(append([]date.Date{{}}, q.BornOn.Days(f.today)...))))
	}
	if q.Born.IsZero() {
		between := q.Between(f.today)
		return fmt.Sprintf(" AND (%s BETWEEN %s AND %s OR %s = '')", born, a.add(between.From.String()), a.add(between.To.String()), born)
	}
	days := append([]date.Date{{}, q.Born}, match.NearDays(q.Born)...)
	for year := q.Born.Year() - 1; year <= q.Born.Year()+1; year++ {
		if d, err := date.New(year, 1, 1); err == nil { // where only the year was known
			days = append(days, d)
		}
	}
	return " AND " + born + " IN " + f.t.d.Values(a.add(daysOf(days)))
}

// daysOf are days as the store has them, in one argument. The zero Date is no day
// at all.
func daysOf(days []date.Date) string {
	list := make([]string, len(days))
	for i, d := range days {
		list[i] = d.String()
	}
	s, err := values(list)
	if err != nil {
		panic(err) // texts can always be written
	}
	return s
}

func (f *finding) numbers(ctx context.Context) error {
	if len(f.s.Query.Numbers) == 0 {
		return nil
	}
	keys := make([]string, len(f.s.Query.Numbers))
	for i, n := range f.s.Query.Numbers {
		keys[i] = match.NumberKey(n)
	}
	return f.byKeys(ctx, keys, false, f.taken())
}

// day takes those who were born on the day, whatever they are called; or in the
// months, or on the birthday of any year, where nothing else is asked for.
func (f *finding) day(ctx context.Context) error {
	q := f.s.Query
	var a args
	switch {
	case !q.Born.IsZero():
		from := "find_key k WHERE k.key = " + a.add(match.DayKey(q.Born))
		return f.take(ctx, a, from, "", mostOnADay)
	case len(q.Words) > 0:
	case q.BornOn != match.DayOfYear{}:
		days := q.BornOn.Days(f.today)
		keys := make([]string, len(days))
		for i, d := range days {
			keys[i] = match.DayKey(d)
		}
		list, err := values(keys)
		if err != nil {
			return err
		}
		from := "find_key k WHERE k.key IN " + f.t.d.Values(a.add(list))
		return f.take(ctx, a, from, "k.key DESC, k.person_id", f.taken())
	case q.Dated():
		between := q.Between(f.today)
		from := "find_key k WHERE k.key BETWEEN " + a.add(match.DayKey(between.From)) + " AND " + a.add(match.DayKey(between.To))
		return f.take(ctx, a, from, "k.key, k.person_id", f.taken())
	}
	return nil
}

// place takes those who live there, as far as it may be known.
func (f *finding) place(ctx context.Context) error {
	q := f.s.Query
	if q.Postcode == "" || len(q.Words) > 1 || !q.Born.IsZero() {
		return nil
	}
	var a args
	first, beyond := match.PostcodeKeys(q.Postcode)
	from := "find_key k WHERE k.key >= " + a.add(first) + " AND k.key < " + a.add(beyond) + " AND " + f.t.inScope(&a, f.s.Whole, "k.person_id", f.s.Now)
	return f.take(ctx, a, from, "k.key, k.born, k.person_id", max(f.taken(), 1000))
}

// one takes those who bear a word, the youngest first.
func (f *finding) one(ctx context.Context, key string, dated bool) error {
	var a args
	from := "find_key k WHERE k.key = " + a.add(key)
	if dated {
		from += f.bornNear(&a, "k.born")
	}
	return f.take(ctx, a, from, "k.born DESC, k.person_id DESC", f.few())
}

// word finds by a word alone: those who bear it, then by its other forms, then
// those whose name begins so, then what it may be a slip for.
func (f *finding) word(ctx context.Context) error {
	w := f.s.Query.Words[0]
	if w.Pattern != "" {
		tokens, err := f.fitting(ctx, []match.Word{w})
		if err != nil {
			return err
		}
		if err := f.byKeys(ctx, tokens[0], true, f.taken()); err != nil || f.certain() {
			return err
		}
		return f.day(ctx)
	}
	for _, key := range append([]string{w.Text}, w.Others...) {
		if f.enough() {
			return nil
		}
		if err := f.one(ctx, key, true); err != nil {
			return err
		}
	}
	if w.Prefix && !f.enough() {
		var a args
		from := "find_key k WHERE k.key > " + a.add(w.Text) + " AND k.key < " + a.add(w.Text+match.Beyond)
		from += f.bornNear(&a, "k.born")
		if err := f.take(ctx, a, from, "k.key, k.born, k.person_id", f.few()); err != nil {
			return err
		}
	}
	if !f.certain() {
		if err := f.day(ctx); err != nil {
			return err
		}
	}
	if w.Whole || len(f.good) > 0 { // a word that somebody bears is no slip
		return nil
	}
	slips, err := f.slips(ctx, f.s.Query.Words)
	if err != nil {
		return err
	}
	// As many statements whatever the vocabulary holds.
	for i := range singleSlots {
		key := ""
		if i < len(slips[0]) {
			key = slips[0][i]
		}
		if err := f.one(ctx, key, true); err != nil {
			return err
		}
	}
	if len(f.good) == 0 && f.s.Query.Dated() {
		return f.one(ctx, w.Text, false)
	}
	return nil
}

// slips are, for each word, the words of the vocabulary that it may be a slip
// for or sounds like, the closest first.
func (f *finding) slips(ctx context.Context, words []match.Word) ([][]string, error) {
	var keys []string
	for _, w := range words {
		if w.Pattern == "" && !w.Whole {
			keys = append(keys, match.SpellingKeys(w.Text)...)
		}
	}
	list, err := values(keys)
	if err != nil {
		return nil, err
	}
	type known struct {
		token   string
		bearers int
	}
	tokens, err := all(ctx, f.t, func(s scanner) (k known, err error) { return k, s.Scan(&k.token, &k.bearers) },
		"SELECT DISTINCT w.token, w.bearers FROM "+f.t.d.Rows("$1")+" CROSS JOIN name_spelling s JOIN name_word w ON w.token = s.token WHERE s.key = v.value", list)
	if err != nil {
		return nil, err
	}
	out := make([][]string, len(words))
	for i, w := range words {
		type near struct {
			known
			alike match.Alike
		}
		var nears []near
		for _, k := range tokens {
			if a := w.Alike(k.token); a == match.Misspelt || a == match.Sounds {
				nears = append(nears, near{k, a})
			}
		}
		slices.SortFunc(nears, func(a, b near) int {
			return cmp.Or(cmp.Compare(b.alike, a.alike), cmp.Compare(b.bearers, a.bearers), strings.Compare(a.token, b.token))
		})
		for _, n := range nears[:min(len(nears), mostSlips)] {
			out[i] = append(out[i], n.token)
		}
	}
	return out, nil
}

// fitting are, for each word, the words of the vocabulary that fit its pattern, or
// begin as an unfinished word does, those that most bear first.
func (f *finding) fitting(ctx context.Context, words []match.Word) ([][]string, error) {
	if len(words) == 0 {
		return nil, nil
	}
	var a args
	arms := make([]string, len(words))
	for i, w := range words {
		where := "1 = 1"
		if w.Text != "" {
			where += " AND w.token >= " + a.add(w.Text) + " AND w.token < " + a.add(w.Text+match.Beyond)
		}
		if w.Pattern != "" {
			if end := w.Pattern[strings.LastIndexByte(w.Pattern, '*')+1:]; end != "" {
				from := backward(end)
				where += " AND w.backward >= " + a.add(from) + " AND w.backward < " + a.add(from+match.Beyond)
			}
			like := strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`, "*", "%").Replace(w.Pattern)
			where += " AND w.token LIKE " + a.add(like) + ` ESCAPE '\'`
		}
		arms[i] = fmt.Sprintf("SELECT * FROM (SELECT %d AS word, w.token, w.bearers FROM name_word w WHERE %s ORDER BY w.bearers DESC, w.token LIMIT %d) AS f%d",
			i, where, mostEndings, i)
	}
	out := make([][]string, len(words))
	_, err := all(ctx, f.t, func(s scanner) (none struct{}, err error) {
		var word, bearers int
		var token string
		if err := s.Scan(&word, &token, &bearers); err != nil {
			return none, err
		}
		out[word] = append(out[word], token)
		return none, nil
	}, strings.Join(arms, " UNION ALL ")+" ORDER BY word, bearers DESC, token", a...)
	return out, err
}

// forms are the words of the vocabulary that answer one that was typed.
type forms struct{ exact, others, endings, slips []string }

// pairs finds by every three and every two of the first words together, stage after
// stage until enough is found: as they were typed, in their other forms, as the
// beginnings of words, with a slip in one or in both, by the day alone.
func (f *finding) pairs(ctx context.Context) error {
	words := f.s.Query.Words[:min(len(f.s.Query.Words), mostPairs)]
	p := &pairing{f, words, make([]forms, len(words))}
	patterns := func(w match.Word) bool { return w.Pattern != "" }
	if err := p.fit(ctx, patterns, func(i int, tokens []string) { p.forms[i].exact = tokens }); err != nil {
		return err
	}
	for i, w := range words {
		if w.Pattern == "" {
			p.forms[i].exact, p.forms[i].others = []string{w.Text}, w.Others
		}
	}
	for i, stage := range []func(context.Context) error{p.asTyped, p.inOtherForms, p.unfinished, p.misspelt, p.day} {
		if err := stage(ctx); err != nil {
			return err
		}
		// Whoever is found for certain may be recorded twice, by a nickname.
		if p.certain() && (i > 0 || !f.s.Query.Dated()) {
			return nil
		}
	}
	if len(f.good) > 0 {
		return nil
	}
	if f.s.Query.Dated() { // another day of birth, then, and said so
		if err := f.byPairs(ctx, over(p.forms, typed), false, f.few()); err != nil {
			return err
		}
	}
	return f.anyOf(ctx, words)
}

// A pairing is a finding by several words, and the forms of each that are known so
// far.
type pairing struct {
	*finding
	words []match.Word
	forms []forms
}

// twice are the likeliest of the words that are put together with as many others.
func twice(words []string) []string { return words[:min(len(words), mostTwice)] }

func typed(a, b forms) []string { return keysOf(a.exact, b.exact) }

func (p *pairing) asTyped(ctx context.Context) error {
	if len(p.words) > 2 {
		if err := p.byPairs(ctx, trios(p.forms), true, p.few()); err != nil {
			return err
		}
	}
	return p.byPairs(ctx, over(p.forms, typed), true, p.few())
}

func (p *pairing) inOtherForms(ctx context.Context) error {
	other := func(a, b forms) []string {
		return slices.Concat(keysOf(a.exact, b.others), keysOf(a.others, b.exact), keysOf(a.others, b.others))
	}
	return p.byPairs(ctx, over(p.forms, other), true, p.taken())
}

// unfinished takes the words as the beginnings of others, or as initials.
func (p *pairing) unfinished(ctx context.Context) error {
	begins := func(w match.Word) bool {
		return w.Pattern == "" && !w.Whole && (w.Prefix || utf8.RuneCountInString(w.Text) == 1)
	}
	err := p.fit(ctx, begins, func(i int, tokens []string) {
		for _, token := range tokens {
			if token != p.words[i].Text && !slices.Contains(p.forms[i].others, token) {
				p.forms[i].endings = append(p.forms[i].endings, token)
			}
		}
	})
	if err != nil {
		return err
	}
	ending := func(a, b forms) []string {
		keys := slices.Concat(keysOf(a.exact, b.endings), keysOf(a.endings, b.exact), keysOf(twice(a.endings), twice(b.endings)))
		return slices.Concat(keys, keysOf(a.others, twice(b.endings)), keysOf(twice(a.endings), b.others))
	}
	return p.byPairs(ctx, over(p.forms, ending), true, p.taken())
}

// misspelt takes one word as it was typed, or both not: of those, only the
// likeliest.
func (p *pairing) misspelt(ctx context.Context) error {
	slips, err := p.slips(ctx, p.words)
	if err != nil {
		return err
	}
	slip := func(a, b forms) []string {
		as, bs := twice(slices.Concat(a.others, a.endings)), twice(slices.Concat(b.others, b.endings))
		keys := slices.Concat(keysOf(a.exact, b.slips), keysOf(a.slips, b.exact))
		return slices.Concat(keys, keysOf(as, twice(b.slips)), keysOf(twice(a.slips), bs), keysOf(twice(a.slips), twice(b.slips)))
	}
	for i := range p.forms {
		p.forms[i].slips = slips[i]
	}
	return p.byPairs(ctx, over(p.forms, slip), true, p.taken())
}

// fit gives, for each of the words that are to be looked up, those that fit it.
func (p *pairing) fit(ctx context.Context, which func(match.Word) bool, give func(i int, tokens []string)) error {
	var places []int
	var asked []match.Word
	for i, w := range p.words {
		if which(w) {
			places, asked = append(places, i), append(asked, w)
		}
	}
	tokens, err := p.fitting(ctx, asked)
	if err != nil {
		return err
	}
	for i, place := range places {
		give(place, tokens[i])
	}
	return nil
}

// certain reports whether somebody answers so well that a slip is not the
// likelier: name and day of birth, or more people by name than are shown.
func (f *finding) certain() bool {
	if !f.s.Query.Dated() {
		return f.enough()
	}
	return slices.ContainsFunc(f.good, func(g finder) bool { return g.fit.Score >= 1400 })
}

// anyOf goes through those who answer the longest word, for two beginnings of
// names that few bear.
func (f *finding) anyOf(ctx context.Context, words []match.Word) error {
	long := slices.MaxFunc(words, func(a, b match.Word) int { return len(a.Text) - len(b.Text) })
	if long.Text == "" {
		return nil
	}
	var a args
	from := "find_key k WHERE k.key >= " + a.add(long.Text) + " AND k.key < " + a.add(long.Text+match.Beyond)
	return f.take(ctx, a, from, "k.key, k.born, k.person_id", mostByOne)
}

// keysOf are the keys of one word of each list together.
func keysOf(as, bs []string) []string {
	keys := make([]string, 0, len(as)*len(bs))
	for _, a := range as {
		for _, b := range bs {
			keys = append(keys, match.PairKey(a, b))
		}
	}
	return keys
}

// trios are the keys of every three words as they were typed.
func trios(all []forms) []string {
	var keys []string
	for i := range all {
		for j := range i {
			for k := range j {
				for _, a := range all[k].exact {
					for _, b := range all[j].exact {
						for _, c := range all[i].exact {
							if len(keys) == mostLookedUp {
								return keys
							}
							keys = append(keys, match.TrioKey(a, b, c))
						}
					}
				}
			}
		}
	}
	return keys
}

// over gathers the keys of every two words, each key once: first those of the
// first and the last word, which are oftenest the given and the family name.
func over(all []forms, of func(a, b forms) []string) []string {
	var keys []string
	seen := map[string]bool{}
	for i := range slices.Backward(all) {
		for j := range i {
			for _, k := range of(all[j], all[i]) {
				if !seen[k] && len(keys) < mostLookedUp {
					seen[k] = true
					keys = append(keys, k)
				}
			}
		}
	}
	return keys
}
