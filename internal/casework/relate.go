package casework

import (
	"context"
	"slices"
	"strings"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/store"
)

// A relating is a change of a family under way.
type relating struct {
	s   *Service
	tx  store.Tx
	sat *sitting
	by  date.Stamp
	Family
}

func (s *Service) changeFamily(ctx context.Context, a Actor, ref id.Reference, seen string, done string, do func(*relating) error) error {
	err := s.db.Update(ctx, func(tx store.Tx) error {
		sat, err := s.mayDo(ctx, tx, a, ref, access.Relations, access.Record)
		if err != nil {
			return err
		}
		c := &relating{s: s, tx: tx, sat: sat, by: tx.Stamp(string(a.Worker))}
		if c.Family, err = (reading{tx, sat, string(a.Worker), sat.person}).family(ctx, 0); err != nil {
			return err
		}
		if c.Seen != seen {
			return errFactsChanged
		}
		before, err := s.kin(ctx, tx, sat.person)
		if err != nil {
			return err
		}
		if err := do(c); err != nil {
			return err
		}
		after, err := s.kin(ctx, tx, sat.person)
		if err != nil {
			return err
		}
		if err := s.replace(ctx, tx, append(before, after...)...); err != nil {
			return err
		}
		if err := s.linkAlerts(ctx, tx, append(append(before, after...), sat.person)...); err != nil {
			return err
		}
		_, err = s.leave(ctx, tx, sat.footprint(sat.claims[0].decision), &footprint.Detail{Done: done})
		return err
	})
	return s.refusedTo(ctx, a, ref, access.Relations, string(access.Record), err)
}

// A NewRelative is somebody to be related to the person whose file it is: somebody
// who is on the record, by their reference, or somebody new.
type NewRelative struct {
	Form    person.Form
	Who     id.Reference // empty for somebody new
	Checked string       // who may be the same, as it was shown
	Warned  string       // which alerts will stand on a file, as it was shown
	Seen    string
}

// Sides of a kind of relationship, as the form has them after its id.
const (
	AsFirst  = ":first"
	AsSecond = ":second"
)

// A Relating is what came of adding a relative: those who may be the same person, the
// alerts that will stand on a file by it, or nothing where it was done.
type Relating struct {
	Likely []person.Found
	Alerts []string
	Key    string // what was shown, for the form to name
}

// AddRelative relates somebody to the person. Somebody new is made as a relation,
// without a file of their own, once the actor has seen who may be the same person.
func (s *Service) AddRelative(ctx context.Context, a Actor, ref id.Reference, n NewRelative) (Relating, error) {
	light, ps := s.relativeOf(n.Form)
	if n.Who == "" {
		if len(ps) > 0 {
			return Relating{}, problems(ps)
		}
		if err := s.mayRelate(ctx, a, ref); err != nil {
			return Relating{}, err
		}
		likely, err := s.Likely(ctx, a, light.New)
		if err != nil {
			return Relating{}, err
		}
		likely = slices.DeleteFunc(likely, func(f person.Found) bool { return f.Reference == ref })
		if key := keyOf(likely); len(likely) > 0 && key != n.Checked {
			return Relating{Likely: likely, Key: key}, nil
		}
	} else {
		warned, err := Open(ctx, s, Look{Actor: a, Reference: ref}, linkWarningPart(n.Who))
		if err != nil {
			return Relating{}, err
		}
		if key := keyOfWords(warned.Value); len(warned.Value) > 0 && key != n.Warned {
			return Relating{Alerts: warned.Value, Key: key}, nil
		}
	}
	return Relating{}, s.changeFamily(ctx, a, ref, n.Seen, "relative added", func(c *relating) error {
		with, err := c.partner(ctx, a, n.Who, &light)
		if err != nil {
			return err
		}
		r, err := c.relationOf(ctx, n.Form, with, "")
		if err != nil {
			return err
		}
		r.ID, r.Recorded = id.New(), c.by
		if err := c.tx.AddRelationship(ctx, r); err != nil {
			return err
		}
		change := person.Change{Action: person.Added, After: r.ID, Basis: n.Form.Typed("basis-of")}
		if err := c.changed(ctx, store.RelationshipFact, change, with); err != nil {
			return err
		}
		if n.Form.Typed("lives") == "" {
			return nil
		}
		return c.house(ctx, with, r.Period.From)
	})
}

// mayRelate asks whether the actor may, before anybody is searched for.
func (s *Service) mayRelate(ctx context.Context, a Actor, ref id.Reference) error {
	err := s.db.View(ctx, func(r store.Reader) error {
		_, err := s.mayDo(ctx, r, a, ref, access.Relations, access.Record)
		return err
	})
	return s.refusedTo(ctx, a, ref, access.Relations, string(access.Record), err)
}

// relativeOf reads who somebody new is.
func (s *Service) relativeOf(f person.Form) (NewFile, []fault.Problem) {
	today := s.Today()
	file := NewFile{New: person.New{MadeAs: person.AsRelation}}
	name, ps := person.StateName(person.Form{"kind": person.Legal, "given": f["given"], "family": f["family"], "family-first": f["family-first"]}, today)
	file.Names = []person.Name{name}
	birth, wrong := person.StateBirth(f, today)
	ps = append(ps, wrong...)
	file.Birth = birth
	for _, field := range []string{"phone", "phone2"} {
		if f.Typed(field) == "" {
			continue
		}
		v, wrong := person.StateContact(person.Form{"kind": person.Phone, "value": f[field]}, file.Contacts, today)
		ps = append(ps, renamed(wrong, "value", field)...)
		file.Contacts = append(file.Contacts, v)
	}
	if code := f.Typed("gender"); code != "" {
		set, _ := s.set().CodeSet("gender")
		c, wrong := s.set().People().StateCharacteristic(person.Form{"kind": "gender", "code": code}, set, nil, today)
		ps = append(ps, renamed(wrong, "code", "gender")...)
		file.Characteristics = append(file.Characteristics, c)
	}
	return file, ps
}

// partner is the other of a new relationship: somebody on the record whom the actor
// may find, or somebody new, who is then made.
func (c *relating) partner(ctx context.Context, a Actor, who id.Reference, light *NewFile) (person.ID, error) {
	if who == "" {
		anew := *light
		p, err := c.s.addFile(ctx, c.tx, c.by, &anew)
		if err != nil {
			return "", err
		}
		f := c.sat.footprint(c.sat.claims[0].decision)
		f.Action, f.Object, f.Part = "make", string(p.ID), string(access.Identity)
		_, err = c.s.leave(ctx, c.tx, f, nil)
		return p.ID, err
	}
	nobody := problems([]fault.Problem{{Field: "who", Message: "Select who it is"}})
	p, err := c.tx.PersonByReference(ctx, who)
	if fault.Is(err, fault.NotFound) {
		return "", nobody
	}
	if err != nil {
		return "", err
	}
	st, err := c.s.standing(ctx, c.tx, a, p.ID)
	if err != nil {
		return "", err
	}
	if c.s.decide(st, access.Identity, access.Find).Outcome < access.ReasonFirst {
		return "", nobody
	}
	return p.ID, nil
}

// relationOf reads a relationship with somebody as it was typed, and checks it.
// not is the key of the one that it takes the place of.
func (c *relating) relationOf(ctx context.Context, f person.Form, with person.ID, not string) (person.Relationship, error) {
	kind, second := strings.CutSuffix(f.Typed("kind"), AsSecond)
	if !second {
		kind = strings.TrimSuffix(kind, AsFirst)
	}
	r := person.Relationship{
		Kind: kind, Person: with, Other: c.sat.person,
		Basis: f.Typed("rests"), Responsible: f.Typed("responsible"), Carer: f.Typed("carer"), Note: f.Typed("note"),
	}
	if second {
		r.Person, r.Other = r.Other, r.Person
	}
	today := c.s.Today()
	var ps []fault.Problem
	if r.Period, ps = f.Period(today); len(ps) > 0 {
		return r, problems(ps)
	}
	var others []person.Relationship
	for _, o := range c.Relatives {
		if o.ID != not {
			others = append(others, o.Relationship)
		}
	}
	first, err := bornSurely(ctx, c.tx, r.Person)
	if err != nil {
		return r, err
	}
	other, err := bornSurely(ctx, c.tx, r.Other)
	if err != nil {
		return r, err
	}
	ps = c.Kinds.Check(r, others, first, other, today)
	return r, problems(append(ps, renamed(person.CheckBasis(f.Typed("basis-of")), "basis", "basis-of")...))
}

// changed says why something was changed, on the record of everybody it is about.
func (c *relating) changed(ctx context.Context, table store.Fact, change person.Change, with ...person.ID) error {
	change.Fact, change.Recorded = string(table), c.by
	for _, p := range append([]person.ID{c.sat.person}, with...) {
		change.ID = id.New()
		if err := c.tx.AddChange(ctx, p, change); err != nil {
			return err
		}
	}
	return nil
}

func (c *relating) supersede(ctx context.Context, table store.Fact, key string) error {
	err := c.tx.Supersede(ctx, table, key, c.by)
	if fault.Is(err, fault.Conflict) {
		return errFactsChanged
	}
	return err
}

// ChangeRelative corrects what a relationship is, with why, and the telephone
// numbers of a relative who has no file of their own.
func (s *Service) ChangeRelative(ctx context.Context, a Actor, ref id.Reference, key string, n NewRelative) error {
	return s.changeFamily(ctx, a, ref, n.Seen, "relative changed", func(c *relating) error {
		was, ok := c.Relative(key)
		if !ok {
			return errFactsChanged
		}
		with := was.With(c.sat.person)
		r, err := c.relationOf(ctx, n.Form, with, key)
		if err != nil {
			return err
		}
		if was.Light {
			if err := c.rephone(ctx, was, n.Form); err != nil {
				return err
			}
		}
		r.Period.To = was.Period.To
		same := r
		same.ID, same.Clocks = was.ID, was.Clocks
		if same == was.Relationship && r.Period == was.Period {
			return nil // only the numbers were changed
		}
		why := n.Form.Typed("why")
		if ps := person.CheckWhy(why); len(ps) > 0 {
			return problems(ps)
		}
		if err := c.supersede(ctx, store.RelationshipFact, key); err != nil {
			return err
		}
		r.ID, r.Recorded = id.New(), c.by
		if err := c.tx.AddRelationship(ctx, r); err != nil {
			return err
		}
		return c.changed(ctx, store.RelationshipFact, person.Change{Action: person.Corrected, Before: key, After: r.ID, Why: why, Basis: n.Form.Typed("basis-of")}, with)
	})
}

// rephone brings a relative's telephone numbers up to what was typed (CX-03).
func (c *relating) rephone(ctx context.Context, was Relative, f person.Form) error {
	p := was.Who.ID
	var typed []person.Contact
	var ps []fault.Problem
	for _, field := range []string{"phone", "phone2"} {
		if f.Typed(field) == "" {
			continue
		}
		v, wrong := person.StateContact(person.Form{"kind": person.Phone, "value": f[field]}, typed, c.s.Today())
		ps = append(ps, renamed(wrong, "value", field)...)
		typed = append(typed, v)
	}
	if len(ps) > 0 {
		return problems(ps)
	}
	is := func(v person.Contact) func(person.Contact) bool {
		return func(o person.Contact) bool { return o.Kind == v.Kind && o.Value == v.Value }
	}
	for _, old := range was.Contacts {
		if old.Kind != person.Phone || slices.ContainsFunc(typed, is(old)) {
			continue
		}
		if err := c.supersede(ctx, store.ContactFact, old.ID); err != nil {
			return err
		}
		ended := old
		ended.ID, ended.Clocks = id.New(), date.Clocks{Period: date.Period{From: old.Period.From, To: c.s.Today()}, Recorded: c.by}
		if ended.Period.To = c.s.Today().AddDays(-1); !ended.Period.Valid() {
			ended.Period.To = c.s.Today()
		}
		if err := c.tx.AddContact(ctx, p, ended); err != nil {
			return err
		}
		change := person.Change{ID: id.New(), Fact: string(store.ContactFact), Action: person.Ended, Before: old.ID, After: ended.ID, Recorded: c.by}
		if err := c.tx.AddChange(ctx, p, change); err != nil {
			return err
		}
	}
	for _, v := range typed {
		if slices.ContainsFunc(was.Contacts, is(v)) {
			continue
		}
		v.ID, v.Clocks = id.New(), date.Clocks{Recorded: c.by}
		if err := c.tx.AddContact(ctx, p, v); err != nil {
			return err
		}
		change := person.Change{ID: id.New(), Fact: string(store.ContactFact), Action: person.Added, After: v.ID, Recorded: c.by}
		if err := c.tx.AddChange(ctx, p, change); err != nil {
			return err
		}
	}
	return nil
}

// EndRelative says that a relationship is over since a day; or, with never, that it
// never was, and why that is known.
func (s *Service) EndRelative(ctx context.Context, a Actor, ref id.Reference, key string, n NewRelative, never bool) error {
	return s.changeFamily(ctx, a, ref, n.Seen, "relative ended", func(c *relating) error {
		was, ok := c.Relative(key)
		if !ok {
			return errFactsChanged
		}
		change := person.Change{Action: person.Withdrawn, Before: key, Why: n.Form.Typed("why")}
		if never {
			if err := problems(person.CheckWhy(change.Why)); err != nil {
				return err
			}
		}
		r := was.Relationship
		if !never {
			last, err := c.last(n.Form, was.Period)
			if err != nil {
				return err
			}
			change.Action, change.After = person.Ended, id.New()
			r.ID, r.Clocks = change.After, date.Clocks{Period: date.Period{From: was.Period.From, To: last}, Recorded: c.by}
		}
		if err := c.supersede(ctx, store.RelationshipFact, key); err != nil {
			return err
		}
		if !never {
			if err := c.tx.AddRelationship(ctx, r); err != nil {
				return err
			}
		}
		return c.changed(ctx, store.RelationshipFact, change, r.With(c.sat.person))
	})
}

// last reads the last day of something.
func (c *relating) last(f person.Form, of date.Period) (date.Date, error) {
	last, ps := f.Day("last", "The last day")
	switch {
	case len(ps) > 0:
	case last.IsZero():
		ps = []fault.Problem{{Field: "last-day", Message: "Enter the last day"}}
	case last.After(c.s.Today()):
		ps = []fault.Problem{{Field: "last-day", Message: "The last day must be today or in the past"}}
	case last.Before(of.From):
		ps = []fault.Problem{{Field: "last-day", Message: "The last day must not be before " + of.From.Long()}}
	}
	return last, problems(ps)
}

// house has somebody live with the person from a day on, in the household that the
// person lives in, or in a new one of the two. What the other lived in before is
// left as it is: people live in two households.
func (c *relating) house(ctx context.Context, with person.ID, from date.Date) error {
	today := c.s.Today()
	household := ""
	for _, m := range c.Mine {
		if m.Period.Contains(today) {
			household = m.Household
		}
	}
	live := func(p person.ID) error {
		m := person.Member{ID: id.New(), Household: household, Person: p, Clocks: date.Clocks{Period: date.Period{From: from}, Recorded: c.by}}
		if err := c.tx.AddMember(ctx, m); err != nil {
			return err
		}
		return c.tx.AddChange(ctx, p, person.Change{ID: id.New(), Fact: string(store.MemberFact), Action: person.Added, After: m.ID, Recorded: c.by})
	}
	if household == "" {
		household = id.New()
		if err := live(c.sat.person); err != nil {
			return err
		}
	}
	for _, h := range c.Household {
		if h.Member.Person == with && h.Member.Household == household && h.Member.Period.Open() {
			return nil // they live there already
		}
	}
	return live(with)
}

// AddHousemate has a relative live with the person from a day on.
func (s *Service) AddHousemate(ctx context.Context, a Actor, ref id.Reference, key string, n NewRelative) error {
	return s.changeFamily(ctx, a, ref, n.Seen, "household", func(c *relating) error {
		was, ok := c.Relative(key)
		if !ok {
			return errFactsChanged
		}
		period, ps := n.Form.Period(s.Today())
		if len(ps) > 0 {
			return problems(ps)
		}
		return c.house(ctx, was.Who.ID, period.From)
	})
}

// EndHousemate says that somebody of the household, or the person themself, lives
// there no longer.
func (s *Service) EndHousemate(ctx context.Context, a Actor, ref id.Reference, member string, n NewRelative) error {
	return s.changeFamily(ctx, a, ref, n.Seen, "household", func(c *relating) error {
		all := slices.Clone(c.Mine)
		for _, h := range c.Household {
			all = append(all, h.Member)
		}
		i := slices.IndexFunc(all, func(m person.Member) bool { return m.ID == member && m.Period.Open() })
		if i < 0 {
			return errFactsChanged
		}
		m := all[i]
		last, err := c.last(n.Form, m.Period)
		if err != nil {
			return err
		}
		if err := c.supersede(ctx, store.MemberFact, member); err != nil {
			return err
		}
		m.ID, m.Clocks = id.New(), date.Clocks{Period: date.Period{From: m.Period.From, To: last}, Recorded: c.by}
		if err := c.tx.AddMember(ctx, m); err != nil {
			return err
		}
		return c.tx.AddChange(ctx, m.Person, person.Change{ID: id.New(), Fact: string(store.MemberFact), Action: person.Ended, Before: member, After: m.ID, Recorded: c.by})
	})
}

// StateWhereabouts says what is known of a parent who is not on the record; what
// was said before of the same one is put aside.
func (s *Service) StateWhereabouts(ctx context.Context, a Actor, ref id.Reference, n NewRelative) error {
	return s.changeFamily(ctx, a, ref, n.Seen, "whereabouts", func(c *relating) error {
		w := person.Whereabouts{ID: id.New(), Of: n.Form.Typed("of"), Statement: n.Form.Typed("statement"), Clocks: date.Clocks{Recorded: c.by}}
		w.Period.From = s.Today()
		if err := problems(c.Kinds.CheckWhereabouts(w, s.Today())); err != nil {
			return err
		}
		change := person.Change{Action: person.Added, After: w.ID}
		for _, old := range c.Whereabouts {
			if old.Of == w.Of && old.Period.Open() {
				if err := c.supersede(ctx, store.WhereaboutsFact, old.ID); err != nil {
					return err
				}
				change.Action, change.Before = person.Corrected, old.ID
			}
		}
		if err := c.tx.AddWhereabouts(ctx, c.sat.person, w); err != nil {
			return err
		}
		return c.changed(ctx, store.WhereaboutsFact, change)
	})
}
