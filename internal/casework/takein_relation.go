package casework

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/intake"
	"casefile/internal/person"
	"casefile/internal/store"
)

// ImportRelations records what people who are here are to each other, by the rules
// of the page: see takeRows.
//
// A row is matched where it was ever recorded, or is held: one that was ended or
// withdrawn since is not brought back. Where it says besides that the two live together,
// and they never did, that is recorded, and the row counts as made. One about a restricted file is held for those
// named on it, and counts as made; or is refused as if nobody were there, where an
// import never said that somebody was.
func (s *Service) ImportRelations(ctx context.Context, in *intake.RelationReader, o Import) (ImportReport, error) {
	var d dryFamily
	k := &known{}
	return takeRows(ctx, s, o, taking[intake.RelationRow]{
		next: in.Next,
		line: func(row intake.RelationRow) int { return row.Line },
		take: func(ctx context.Context, r store.Reader, tx store.Tx, row intake.RelationRow) (bool, []intake.Problem, error) {
			at := func(f intake.Field) intake.Problem { return in.At(row.Line, f) }
			made, parties, ps, err := s.takeRelation(ctx, r, tx, row, o, at, &d)
			held := slices.ContainsFunc(parties, func(w party) bool { return w.restricted })
			for _, w := range parties {
				// Of what is recorded or held, the footprint of that says so.
				if w.there && (!made || tx == nil || held && !w.restricted) {
					k.is(w.id)
				}
			}
			return made, ps, err
		},
		known: k,
		begin: func() { d.relations.begin(); d.lives.begin() }, end: func() { d.relations.end(); d.lives.end() },
	})
}

// A dryFamily is what a dry run would have recorded of families: relationships, and with
// whom each lives.
type dryFamily struct {
	relations dry[person.Relationship]
	lives     dry[person.ID]
}

func (s *Service) takeRelation(ctx context.Context, r store.Reader, tx store.Tx, row intake.RelationRow, o Import, at func(intake.Field) intake.Problem, d *dryFamily) (made bool, parties []party, ps []intake.Problem, err error) {
	kinds := s.set().Relations()
	if _, ok := kinds.Kind(row.Kind); !ok {
		p := at(intake.Kind)
		p.Message = "the cell is no kind of relationship; the map can say under values what the source's words mean"
		return false, nil, []intake.Problem{p}, nil
	}
	first, err := s.party(ctx, r, o.Source, row.First)
	if err != nil {
		return false, nil, nil, err
	}
	second, err := s.party(ctx, r, o.Source, row.Second)
	if err != nil {
		return false, nil, nil, err
	}
	parties = []party{first, second}
	for i, w := range parties {
		if !w.there {
			ps = append(ps, nobody(at, []intake.Who{row.First, row.Second}[i]))
		}
	}
	if len(ps) > 0 {
		return false, parties, ps, nil
	}
	rel := person.Relationship{
		Kind: row.Kind, Person: first.id, Other: second.id, Basis: row.Basis, Responsible: row.Responsible, Carer: row.Carer, Note: row.Note,
		Clocks: date.Clocks{Period: row.Period},
	}
	ever, now, err := relationsKnown(ctx, r, first, second, d)
	if err != nil {
		return false, parties, nil, err
	}
	lived := true
	if row.Lives {
		if lived, err = livedTogether(ctx, r, first, second, d); err != nil {
			return false, parties, nil, err
		}
		lived = lived || !rel.Period.Open() // it is over
	}
	same := func(o person.Relationship) bool { return o.Period == rel.Period && kinds.Same(o, rel) }
	hidden := first.restricted || second.restricted
	keep := func() { // of what is held, the file of neither leads to the other
		d.relations.add(first.id, rel)
		d.relations.add(second.id, rel)
	}
	if has(ever, same) {
		if hidden && has(now, same) {
			keep()
		}
		if lived || !has(now, same) {
			return false, parties, nil, nil
		}
		d.lives.add(first.id, second.id)
		switch {
		case tx == nil:
			return true, parties, nil, nil
		case hidden:
			return true, parties, nil, s.holdRelation(ctx, tx, rel, true, o, first, second)
		}
		return true, parties, nil, s.recordLives(ctx, tx, rel)
	}
	for _, p := range kinds.Check(rel, now, first.born, second.born, s.Today()) {
		ps = append(ps, relationProblem(at, row, p))
	}
	if len(ps) == 0 {
		circle, err := s.inCircle(ctx, r, kinds, rel, first, second, d)
		if err != nil {
			return false, parties, nil, err
		}
		if circle {
			p := at(intake.Kind)
			p.Message = "the second of the two is recorded as a forebear of the first"
			ps = []intake.Problem{p}
		}
	}
	if len(ps) == 0 && row.Lives {
		d.lives.add(first.id, second.id)
	}
	switch {
	case len(ps) > 0:
		return false, parties, ps, nil
	case tx == nil:
		keep()
		return true, parties, nil, nil
	case hidden:
		keep()
		return true, parties, nil, s.holdRelation(ctx, tx, rel, row.Lives, o, first, second)
	}
	return true, parties, nil, s.recordRelation(ctx, tx, rel, row.Lives, o.Source)
}

// holdRelation holds a row about two, of whom the file of one at least is restricted.
func (s *Service) holdRelation(ctx context.Context, tx store.Tx, rel person.Relationship, lives bool, o Import, parties ...party) error {
	for _, w := range parties {
		if !w.restricted {
			continue
		}
		if err := s.hold(ctx, tx, w.id, sealedAdd{Source: o.Source, Relation: &rel, First: w.id == rel.Person, Lives: lives}); err != nil {
			return err
		}
	}
	return nil
}

// livedTogether reports whether two ever lived together, as far as an import may know, or
// are held to. What ended since is not brought back.
func livedTogether(ctx context.Context, r store.Reader, first, second party, d *dryFamily) (bool, error) {
	members, err := r.Household(ctx, first.id, store.Ever)
	if err != nil {
		return false, err
	}
	known := func(w party, m person.Member) bool {
		ever, _ := w.knows(m.Clocks)
		return m.Person == w.id && ever
	}
	for _, m := range members {
		if known(first, m) && has(members, func(o person.Member) bool { return o.Household == m.Household && known(second, o) }) {
			return true, nil
		}
	}
	held := func(w, with party) bool {
		return w.restricted && has(w.held, func(h HeldAdd) bool {
			return h.Relation != nil && h.Relation.Lives && (h.Relation.Person == with.id || h.Relation.Other == with.id)
		})
	}
	if held(first, second) || held(second, first) {
		return true, nil
	}
	return slices.Contains(d.lives.of(first.id), second.id) || slices.Contains(d.lives.of(second.id), first.id), nil
}

// relationsKnown are the relationships between two that an import may know of: all
// that ever were recorded, and those that are held to be so.
func relationsKnown(ctx context.Context, r store.Reader, first, second party, d *dryFamily) (ever, now []person.Relationship, err error) {
	rows, err := r.Relationships(ctx, first.id, store.Ever)
	if err != nil {
		return nil, nil, err
	}
	for _, o := range rows {
		if o.With(first.id) != second.id {
			continue
		}
		one, oneNow := first.knows(o.Clocks)
		two, twoNow := second.knows(o.Clocks)
		if !one || !two {
			continue
		}
		ever = append(ever, o)
		// Whoever put it aside while one of the files was restricted could see it.
		if oneNow || twoNow {
			now = append(now, o)
		}
	}
	add := func(list []person.Relationship, with person.ID) {
		for _, o := range list {
			same := func(e person.Relationship) bool {
				return e.Kind == o.Kind && e.Person == o.Person && e.Period == o.Period
			}
			if (o.Person == with || o.Other == with) && !has(ever, same) { // what both hold is one
				ever, now = append(ever, o), append(now, o)
			}
		}
	}
	add(first.relations(), second.id)
	add(second.relations(), first.id)
	add(d.relations.of(first.id), second.id)
	return ever, now, nil
}

// mostForebears is how many people are gone through for a circle.
const mostForebears = 200

// inCircle reports whether the second of a descent is recorded as a forebear of the
// first, through others, as far as the import may know: of whoever's file is
// restricted that is what it may know of a party.
func (s *Service) inCircle(ctx context.Context, r store.Reader, kinds person.RelationKinds, rel person.Relationship, first, second party, d *dryFamily) (bool, error) {
	descent := func(o person.Relationship) bool {
		k, _ := kinds.Kind(o.Kind)
		return k.Shape == person.Descent
	}
	if !descent(rel) {
		return false, nil
	}
	// What is held stands with one of the two, or with neither.
	held := append(first.relations(), second.relations()...)
	seen, next := map[person.ID]bool{first.id: true}, []party{first}
	for len(next) > 0 && len(seen) < mostForebears {
		p := next[0]
		next = next[1:]
		rows, err := r.Relationships(ctx, p.id, store.Ever)
		if err != nil {
			return false, err
		}
		found := map[person.ID]party{}
		for _, o := range slices.Concat(rows, held, p.relations(), d.relations.of(p.id)) {
			if o.Other != p.id || seen[o.Person] || !descent(o) {
				continue
			}
			f, ok := found[o.Person]
			if !ok {
				if f, err = s.forebear(ctx, r, first.source, o.Person); err != nil {
					return false, err
				}
				found[o.Person] = f
			}
			if o.Recorded.Seq != 0 { // and is neither held nor of a dry run
				one, oneNow := p.knows(o.Clocks)
				two, twoNow := f.knows(o.Clocks)
				if !one || !two || !oneNow && !twoNow {
					continue
				}
			}
			if o.Person == second.id {
				return true, nil
			}
			seen[o.Person] = true
			next = append(next, f)
		}
	}
	return false, nil
}

// forebear is somebody as an import may know them that did not name them, by the same
// steps whether their file is restricted or not.
func (s *Service) forebear(ctx context.Context, r store.Reader, source string, p person.ID) (w party, err error) {
	w.id, w.source = p, source
	if w.restricted, err = s.isRestricted(ctx, r, p); err != nil {
		return w, err
	}
	if w.since, err = r.RestrictedSince(ctx, p); err != nil {
		return w, err
	}
	numbers, err := r.Identifiers(ctx, p, 0)
	if err != nil {
		return w, err
	}
	w.before = has(numbers, func(n person.Identifier) bool { return n.System == source && n.Recorded.Seq <= w.since })
	list, err := s.heldAdds(ctx, r, p)
	w.held = slices.DeleteFunc(list, func(h HeldAdd) bool { return h.Source != source })
	return w, err
}

// relations are those that are held on the file of a party while it is restricted.
func (w party) relations() (list []person.Relationship) {
	if !w.restricted {
		return nil
	}
	for _, h := range w.held {
		if h.Relation != nil {
			list = append(list, h.Relation.Relationship)
		}
	}
	return list
}

// relationProblem says where in the file a problem of a relationship is.
func relationProblem(at func(intake.Field) intake.Problem, row intake.RelationRow, p fault.Problem) intake.Problem {
	field := map[string]intake.Field{
		"kind": intake.Kind, "with": row.Second.Field, "basis": intake.RestsOn, "carer": intake.Carer, "responsible": intake.Responsible,
		"from-day": intake.From, "to-day": intake.To, "note": intake.Note,
	}[p.Field]
	wrong := at(field)
	if wrong.Message = lowerFirst(p.Message); p.Field == "with" {
		wrong.Message = "the two are one person: nobody is related to themselves"
	}
	return wrong
}

func lowerFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[n:]
}

// recordRelation records a relationship in the name of the import, on the record of
// both.
func (s *Service) recordRelation(ctx context.Context, tx store.Tx, rel person.Relationship, lives bool, source string) error {
	by := tx.Stamp(importJob)
	c := &relating{s: s, tx: tx, sat: &sitting{s: s, person: rel.Other}, by: by}
	if err := c.take(ctx, rel, lives, source); err != nil {
		return err
	}
	for _, p := range []person.ID{rel.Person, rel.Other} {
		_, err := s.leave(ctx, tx, footprint.Footprint{
			Actor: importJob, Action: string(access.Record), Object: string(p), Part: string(access.Relations), Outcome: access.Shown.String(),
		}, &footprint.Detail{Done: "relative added"})
		if err != nil {
			return err
		}
	}
	return nil
}

// recordLives records in the name of the import that two who are related live together.
func (s *Service) recordLives(ctx context.Context, tx store.Tx, rel person.Relationship) error {
	c := &relating{s: s, tx: tx, sat: &sitting{s: s, person: rel.Other}, by: tx.Stamp(importJob)}
	if err := c.live(ctx, rel); err != nil {
		return err
	}
	for _, p := range []person.ID{rel.Person, rel.Other} {
		_, err := s.leave(ctx, tx, footprint.Footprint{
			Actor: importJob, Action: string(access.Record), Object: string(p), Part: string(access.Relations), Outcome: access.Shown.String(),
		}, &footprint.Detail{Done: "household"})
		if err != nil {
			return err
		}
	}
	return nil
}

// take records a relationship that an import brought, and that the two live together,
// as the page does.
func (c *relating) take(ctx context.Context, rel person.Relationship, lives bool, source string) error {
	rel.ID, rel.Recorded, rel.Superseded = id.New(), c.by, date.Stamp{}
	if err := c.tx.AddRelationship(ctx, rel); err != nil {
		return err
	}
	change := person.Change{Action: person.Added, After: rel.ID, Basis: importedFrom(source)}
	if err := c.changed(ctx, store.RelationshipFact, change, rel.With(c.sat.person)); err != nil || !lives {
		return err
	}
	return c.live(ctx, rel)
}

// live records that two who are related live together: in the household of the person whose
// file it is, mostly the child.
func (c *relating) live(ctx context.Context, rel person.Relationship) error {
	members, err := c.tx.Household(ctx, c.sat.person, 0)
	if err != nil {
		return err
	}
	for _, m := range members {
		if m.Person == c.sat.person {
			c.Mine = append(c.Mine, m)
		} else {
			c.Household = append(c.Household, Housemate{Member: m})
		}
	}
	return c.house(ctx, rel.With(c.sat.person), rel.Period.From)
}

// errHeldOther says that what is held is about somebody else too, whom the decider
// may not find.
var errHeldOther = fault.New(fault.Invalid, "The other person is not one that you can find. Ask somebody who can, or set this aside.")

// takeOverRelation adds a relationship that is held, where the decider may know of
// the other person, by the rules of the page.
func (s *Service) takeOverRelation(ctx context.Context, tx store.Tx, sat *sitting, h HeldAdd, by date.Stamp) error {
	rel := h.Relation.Relationship
	with, err := tx.FileOf(ctx, rel.With(sat.person))
	if err != nil {
		return err
	}
	if rel.Person, rel.Other = sat.person, with; !h.Relation.First {
		rel.Person, rel.Other = with, sat.person
	}
	st, err := s.standing(ctx, tx, sat.actor, with)
	if err != nil {
		return err
	}
	if s.decide(st, access.Identity, access.Find).Outcome < access.ReasonFirst {
		return errHeldOther
	}
	kinds := s.set().Relations()
	rows, err := tx.Relationships(ctx, sat.person, store.Ever)
	if err != nil {
		return err
	}
	var now []person.Relationship
	for _, o := range rows {
		switch {
		case o.With(sat.person) != with:
		case kinds.Same(o, rel) && o.Period == rel.Period && h.Relation.Lives && o.Current():
			return (&relating{s: s, tx: tx, sat: sat, by: by}).live(ctx, rel) // that they live together is new
		case kinds.Same(o, rel) && o.Period == rel.Period:
			return nil // it was recorded, whatever became of it
		case o.Current():
			now = append(now, o)
		}
	}
	first, err := bornSurely(ctx, tx, rel.Person)
	if err != nil {
		return err
	}
	second, err := bornSurely(ctx, tx, rel.Other)
	if err != nil {
		return err
	}
	if ps := kinds.Check(rel, now, first, second, s.Today()); len(ps) > 0 {
		var words []string
		for _, p := range ps {
			words = append(words, p.Message+".")
		}
		return fault.New(fault.Invalid, strings.Join(words, " "))
	}
	c := &relating{s: s, tx: tx, sat: sat, by: by}
	return c.take(ctx, rel, h.Relation.Lives, h.Source)
}
