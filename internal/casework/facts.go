package casework

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"

	"casefile/internal/access"
	"casefile/internal/codeset"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// A FactKind is what one page of what is known is about.
type FactKind string

// The kinds.
const (
	NameFacts    FactKind = "names"
	BirthFacts   FactKind = "birth"
	DeathFacts   FactKind = "death"
	AddressFacts FactKind = "addresses"
	ContactFacts FactKind = "contacts"
	CodedFacts   FactKind = "characteristics"
	NumberFacts  FactKind = "numbers"
)

// FactKinds are the kinds, in the order of the page that leads to them.
var FactKinds = []FactKind{NameFacts, BirthFacts, AddressFacts, ContactFacts, CodedFacts, NumberFacts, DeathFacts}

var tableOf = map[FactKind]store.Fact{
	NameFacts: store.NameFact, BirthFacts: store.BirthFact, DeathFacts: store.DeathFact, AddressFacts: store.AddressFact,
	ContactFacts: store.ContactFact, CodedFacts: store.CharacteristicFact, NumberFacts: store.IdentifierFact,
}

// A KnownFact is one fact as it is or was held.
type KnownFact struct {
	ID     string
	Fact   any  // a person.Name, person.Birth and so on
	Masked bool // it is there, and not for this viewer to see or change
	date.Clocks
	Made    *person.Change  // how it came to be; nil for what was there from the first
	Gone    *person.Change  // how it was put aside
	With    []person.Header // who of the household moved with them
	Checked *person.Change  // when it was last confirmed as still so; nil for never
	// Of two files that are one: whose row it is, by the reference which that file
	// had, and what the other says alike.
	Of    id.Reference
	Alike []KnownFact
}

// FactPage is all that is and was recorded of one kind, and what it takes to
// change it.
type FactPage struct {
	Kind     FactKind
	Now      []KnownFact
	Before   []KnownFact // put aside, the last one first
	Seen     string      // how the facts stood; a change made on the page names it
	Names    map[string]string
	Practice person.Practice
	Movers   []Mover // who of the household may move with them; of the page of a new address
}

// Find finds a fact that is held now.
func (p FactPage) Find(key string) (KnownFact, bool) {
	i := slices.IndexFunc(p.Now, func(s KnownFact) bool { return s.ID == key && !s.Masked })
	if i < 0 {
		return KnownFact{}, false
	}
	return p.Now[i], true
}

// FactsPart is the page of one kind of fact.
func FactsPart(kind FactKind, action access.Action) Part[FactPage] {
	return Part[FactPage]{access.Identity, action, func(ctx context.Context, r reading) (FactPage, error) {
		p, err := r.factPage(ctx, kind)
		switch {
		case err != nil || kind != AddressFacts || r.at != 0:
		case action == access.Record:
			p.Movers, err = r.movers(ctx)
		default:
			err = r.moved(ctx, &p)
		}
		return p, err
	}}
}

// FactPart is the page on which one fact that is held now is changed.
func FactPart(kind FactKind, key string) Part[FactPage] {
	return Part[FactPage]{access.Identity, access.Record, func(ctx context.Context, r reading) (FactPage, error) {
		p, err := r.factPage(ctx, kind)
		if err != nil {
			return p, err
		}
		if _, ok := p.Find(key); !ok {
			return p, errNoFact
		}
		return p, nil
	}}
}

var errNoFact = fault.New(fault.NotFound, "There is no such fact to change.")

// errFactsChanged says that facts were changed since they were read.
var errFactsChanged = fault.New(fault.Conflict, "Somebody changed this while you were on this page. What you typed is not lost: it is on this page.")

// FactsChanged reports whether err says that facts were changed since they were
// read.
func FactsChanged(err error) bool { return errors.Is(err, errFactsChanged) }

func (r reading) factPage(ctx context.Context, kind FactKind) (FactPage, error) {
	p := FactPage{Kind: kind, Names: map[string]string{}, Practice: r.defs.People()}
	table, ok := tableOf[kind]
	if !ok {
		return p, errNoFact
	}
	ever, err := readFacts(ctx, r.Reader, r.person, kind, store.Ever)
	if err != nil {
		return p, err
	}
	changes, err := r.Changes(ctx, r.person)
	if err != nil {
		return p, err
	}
	if ever, changes, err = r.asOf(ctx, kind, ever, changes); err != nil {
		return p, err
	}
	ever = r.maskFacts(ever)
	if err := r.whose(ctx, table, ever); err != nil {
		return p, err
	}
	for i := range ever {
		f := &ever[i]
		for j := range changes {
			c := &changes[j]
			if f.Masked || c.Fact != string(table) {
				continue
			}
			if c.Action == person.Verified {
				if c.After == f.ID && f.Checked == nil { // the latest comes first
					f.Checked = c
				}
				continue
			}
			if c.After == f.ID {
				f.Made = c
			}
			if c.Before == f.ID {
				f.Gone = c
			}
		}
		if f.Current() {
			p.Now = append(p.Now, *f)
		} else {
			p.Before = append(p.Before, *f)
		}
		said := []string{f.Recorded.By, f.Superseded.By}
		if f.Checked != nil {
			said = append(said, f.Checked.Recorded.By)
		}
		for _, by := range said {
			if by == "" || p.Names[by] != "" || !id.Valid(by) {
				continue
			}
			w, err := r.Worker(ctx, staff.ID(by))
			if err != nil && !fault.Is(err, fault.NotFound) {
				return p, err
			}
			p.Names[by] = w.Name()
		}
	}
	slices.SortStableFunc(p.Before, func(a, b KnownFact) int { return int(b.Superseded.Seq - a.Superseded.Seq) })
	p.Seen = seenOf(p.Now)
	return p, nil
}

// asOf has facts and their changes be as they were known at the moment of the reading,
// and addresses be confidential that are so by what is known today.
func (r reading) asOf(ctx context.Context, kind FactKind, ever []KnownFact, changes []person.Change) ([]KnownFact, []person.Change, error) {
	if r.at != 0 {
		ever = slices.DeleteFunc(ever, func(f KnownFact) bool { return f.Recorded.At > r.at })
		for i := range ever {
			if ever[i].Superseded.At > r.at {
				ever[i].Superseded = date.Stamp{}
			}
		}
		changes = slices.DeleteFunc(changes, func(c person.Change) bool { return c.Recorded.At > r.at })
	}
	if kind != AddressFacts {
		return ever, changes, nil
	}
	secret, err := r.secrets(ctx)
	for i := range ever {
		if a, ok := ever[i].Fact.(person.Address); ok {
			a.Confidential = secret.is(a)
			ever[i].Fact = a
		}
	}
	return ever, changes, err
}

// maskFacts masks confidential addresses, or leaves them out, as the viewer's
// rights have it.
func (r reading) maskFacts(list []KnownFact) []KnownFact {
	var shown []KnownFact
	for _, f := range list {
		if a, ok := f.Fact.(person.Address); ok && a.Confidential {
			switch r.ask(access.ConfidentialAddresses, access.Look).Outcome {
			case access.Shown:
			case access.Absent:
				continue
			default:
				f.Masked, f.Fact = true, person.Address{Confidential: true, Clocks: a.Clocks}
			}
		}
		shown = append(shown, f)
	}
	return shown
}

// seenOf names a state of facts, so that a change made on what is no longer so is
// found out.
func seenOf(now []KnownFact) string {
	ids := make([]string, len(now))
	for i, f := range now {
		ids[i] = f.ID
	}
	slices.Sort(ids)
	h := sha256.New()
	for _, key := range ids {
		_, _ = h.Write([]byte(key + "\n")) // never fails
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// statedOf makes one kind's rows into facts.
func statedOf[T any](rows []T, err error, of func(T) (string, date.Clocks)) ([]KnownFact, error) {
	list := make([]KnownFact, 0, len(rows))
	for _, row := range rows {
		key, clocks := of(row)
		list = append(list, KnownFact{ID: key, Fact: row, Clocks: clocks})
	}
	return list, err
}

func readFacts(ctx context.Context, r store.Reader, p person.ID, kind FactKind, known date.Instant) ([]KnownFact, error) {
	switch kind {
	case NameFacts:
		rows, err := r.Names(ctx, p, known)
		return statedOf(rows, err, func(f person.Name) (string, date.Clocks) { return f.ID, f.Clocks })
	case BirthFacts:
		rows, err := r.Births(ctx, p, known)
		return statedOf(rows, err, func(f person.Birth) (string, date.Clocks) { return f.ID, f.Clocks })
	case DeathFacts:
		rows, err := r.Deaths(ctx, p, known)
		return statedOf(rows, err, func(f person.Death) (string, date.Clocks) { return f.ID, f.Clocks })
	case AddressFacts:
		rows, err := r.Addresses(ctx, p, known)
		return statedOf(rows, err, func(f person.Address) (string, date.Clocks) { return f.ID, f.Clocks })
	case ContactFacts:
		rows, err := r.Contacts(ctx, p, known)
		return statedOf(rows, err, func(f person.Contact) (string, date.Clocks) { return f.ID, f.Clocks })
	case CodedFacts:
		rows, err := r.Characteristics(ctx, p, known)
		return statedOf(rows, err, func(f person.Characteristic) (string, date.Clocks) { return f.ID, f.Clocks })
	case NumberFacts:
		rows, err := r.Identifiers(ctx, p, known)
		return statedOf(rows, err, func(f person.Identifier) (string, date.Clocks) { return f.ID, f.Clocks })
	}
	return nil, errNoFact
}

// addFact states a fact under a key of its own.
func addFact(ctx context.Context, tx store.Tx, p person.ID, fact any, key string, c date.Clocks) error {
	switch f := fact.(type) {
	case person.Name:
		f.ID, f.Clocks = key, c
		return tx.AddName(ctx, p, f)
	case person.Birth:
		f.ID, f.Clocks = key, c
		return tx.AddBirth(ctx, p, f)
	case person.Death:
		f.ID, f.Clocks = key, c
		return tx.AddDeath(ctx, p, f)
	case person.Address:
		f.ID, f.Clocks = key, c
		return tx.AddAddress(ctx, p, f)
	case person.Contact:
		f.ID, f.Clocks = key, c
		return tx.AddContact(ctx, p, f)
	case person.Characteristic:
		f.ID, f.Clocks = key, c
		return tx.AddCharacteristic(ctx, p, f)
	case person.Identifier:
		f.ID, f.Clocks = key, c
		return tx.AddIdentifier(ctx, p, f)
	}
	return errNoFact
}

// factsOf are those of a list that are of one type.
func factsOf[T any](list []KnownFact) []T {
	var of []T
	for _, s := range list {
		if f, ok := s.Fact.(T); ok {
			of = append(of, f)
		}
	}
	return of
}

// stateFact reads a fact of a kind as it was typed. others are the current ones,
// without the one that it takes the place of.
func (s *Service) stateFact(kind FactKind, f person.Form, others []KnownFact, born date.Date) (fact any, c date.Period, ps []fault.Problem) {
	today, people := s.Today(), s.set().People()
	switch kind {
	case NameFacts:
		n, ps := person.StateName(f, today)
		return n, n.Period, ps
	case BirthFacts:
		b, ps := person.StateBirth(f, today)
		if len(ps) == 0 && b.Day.IsZero() {
			ps = []fault.Problem{{Field: "say", Message: "Select how much of the date of birth is known"}}
		}
		return b, b.Period, ps
	case DeathFacts:
		d, ps := person.StateDeath(f, born, today)
		return d, d.Period, ps
	case AddressFacts:
		a, ps := person.StateAddress(f, today)
		return a, a.Period, ps
	case ContactFacts:
		v, ps := person.StateContact(f, factsOf[person.Contact](others), today)
		return v, v.Period, ps
	case CodedFacts:
		var set codeset.Set
		if k, ok := people.Kind(f.Typed("kind")); ok {
			set, _ = s.set().CodeSet(k.Set)
		}
		v, ps := people.StateCharacteristic(f, set, factsOf[person.Characteristic](others), today)
		return v, v.Period, ps
	case NumberFacts:
		i, _, ps := people.StateIdentifier(f, factsOf[person.Identifier](others), today)
		return i, i.Period, ps
	}
	return nil, c, []fault.Problem{{Message: "There is nothing of this kind to record"}}
}

// A Stating is what somebody says is so. Fact is what it takes the place of, empty
// for a fact beside the others. Seen is how the facts stood on the page.
type Stating struct {
	Kind FactKind
	Fact string
	Seen string
	Form person.Form
}

// StateFact adds a fact, or with Fact corrects one: the old one is put aside, with
// why. What only one can be so of at a time ends the one before it, the day before
// the new one begins. Errors: NotFound for a file or a fact that is not there to
// this actor; Invalid with each problem by its field; FactsChanged when somebody
// else was quicker.
func (s *Service) StateFact(ctx context.Context, a Actor, ref id.Reference, st Stating) error {
	return s.changeFacts(ctx, a, ref, st.Kind, st.Seen, func(c *factChange) error {
		others := c.Now
		var old KnownFact
		var twins []KnownFact
		change := person.Change{Action: person.Added, Basis: st.Form.Typed("basis")}
		if st.Fact != "" {
			var ok bool
			if old, ok = c.Find(st.Fact); !ok {
				return errFactsChanged // the page showed it
			}
			twins = c.twins(old)
			others = slices.DeleteFunc(slices.Clone(c.Now), func(o KnownFact) bool {
				return o.ID == st.Fact || slices.ContainsFunc(twins, func(t KnownFact) bool { return t.ID == o.ID })
			})
			change.Action, change.Before, change.Why = person.Corrected, old.ID, st.Form.Typed("why")
		}
		born, err := bornSurely(ctx, c.tx, c.sat.person)
		if err != nil {
			return err
		}
		if st.Kind == AddressFacts {
			if err := s.fillIn(ctx, c.tx, st.Form); err != nil {
				return err
			}
		}
		fact, period, ps := s.stateFact(st.Kind, st.Form, others, born)
		ps = append(ps, person.CheckBasis(change.Basis)...)
		birth, was := old.Fact.(person.Birth)
		if st.Fact != "" && (!was || birth.Exactness != person.Expected) { // that a child was born corrects nothing
			ps = append(ps, person.CheckWhy(change.Why)...)
		}
		if slot := c.Practice.Slot(fact); slot != "" && st.Form.Typed("keep") == "" && len(ps) == 0 {
			if ps, err = c.endOthers(ctx, slot, others, period); err != nil {
				return err
			}
		}
		if len(ps) > 0 {
			return problems(ps)
		}
		if i, ok := fact.(person.Identifier); ok {
			if fact, err = c.number(ctx, i); err != nil {
				return err
			}
		}
		if err := c.putAll(ctx, change, twins, fact, period); err != nil {
			return err
		}
		if home, ok := fact.(person.Address); ok && st.Fact == "" && home.Kind == "" {
			return c.moveOthers(ctx, st.Form, home, change.Basis)
		}
		return nil
	})
}

// EndFact says that something is so no longer, and since when; or, with never,
// that it never was, and why that is known.
func (s *Service) EndFact(ctx context.Context, a Actor, ref id.Reference, st Stating, never bool) error {
	return s.changeFacts(ctx, a, ref, st.Kind, st.Seen, func(c *factChange) error {
		old, ok := c.Find(st.Fact)
		if !ok {
			return errFactsChanged
		}
		change := person.Change{Action: person.Withdrawn, Before: old.ID, Why: st.Form.Typed("why"), Basis: st.Form.Typed("basis")}
		if never {
			if err := problems(append(person.CheckWhy(change.Why), person.CheckBasis(change.Basis)...)); err != nil {
				return err
			}
			return c.putAll(ctx, change, c.twins(old), nil, date.Period{})
		}
		last, ps := st.Form.Day("last", "The last day")
		switch {
		case len(ps) > 0:
		case last.IsZero():
			ps = []fault.Problem{{Field: "last-day", Message: "Enter the last day on which it was so"}}
		case last.After(s.Today()):
			ps = []fault.Problem{{Field: "last-day", Message: "The last day must be today or in the past"}}
		case last.Before(old.Period.From):
			ps = []fault.Problem{{Field: "last-day", Message: "The last day must not be before " + old.Period.From.Long() + ", since when it is so"}}
		}
		if ps = append(ps, person.CheckBasis(change.Basis)...); len(ps) > 0 {
			return problems(ps)
		}
		change.Action = person.Ended
		fact := old.Fact
		if i, ok := fact.(person.Identifier); ok && i.Status == "" {
			i.Status = person.FormerNumber
			fact = i
		}
		return c.putAll(ctx, change, c.twins(old), fact, date.Period{From: old.Period.From, To: last})
	})
}

// CheckFact says that something is still so today, and how that is known. The fact
// stays as it is; that it was confirmed is added to its history.
func (s *Service) CheckFact(ctx context.Context, a Actor, ref id.Reference, st Stating) error {
	return s.changeFacts(ctx, a, ref, st.Kind, st.Seen, func(c *factChange) error {
		fact, ok := c.Find(st.Fact)
		if !ok || !person.CanCheck(fact.Fact, s.Today()) {
			return errFactsChanged
		}
		basis := st.Form.Typed("basis")
		ps := person.CheckBasis(basis)
		if basis == "" {
			ps = []fault.Problem{{Field: "basis", Message: "Enter who said so, or what you saw"}}
		}
		if len(ps) > 0 {
			return problems(ps)
		}
		for _, f := range append([]KnownFact{fact}, c.twins(fact)...) {
			owner, err := c.tx.FactOwner(ctx, tableOf[st.Kind], f.ID) // it goes with the fact, should two files be two again
			if err != nil {
				return err
			}
			if err := c.tx.AddChange(ctx, owner, person.Change{
				ID: id.New(), Fact: string(tableOf[st.Kind]), After: f.ID, Action: person.Verified, Basis: basis, Recorded: c.by,
			}); err != nil {
				return err
			}
		}
		return nil
	})
}

// CheckPart is the page on which something is confirmed as still so.
func CheckPart(kind FactKind, key string) Part[FactPage] {
	part := FactPart(kind, key)
	return Part[FactPage]{part.part, part.action, func(ctx context.Context, r reading) (FactPage, error) {
		p, err := part.read(ctx, r)
		if err != nil {
			return p, err
		}
		if f, _ := p.Find(key); !person.CanCheck(f.Fact, r.s.Today()) {
			return p, errNoFact
		}
		return p, nil
	}}
}

// A factChange is a change of what is known of somebody, under way.
type factChange struct {
	s   *Service
	tx  store.Tx
	sat *sitting
	by  date.Stamp
	FactPage
}

// changeFacts does a change of what is known: rights, change, footprint, all or
// nothing.
func (s *Service) changeFacts(ctx context.Context, a Actor, ref id.Reference, kind FactKind, seen string, do func(*factChange) error) error {
	err := s.db.Update(ctx, func(tx store.Tx) error {
		sat, err := s.mayDo(ctx, tx, a, ref, access.Identity, access.Record)
		if err != nil {
			return err
		}
		c := &factChange{s: s, tx: tx, sat: sat, by: tx.Stamp(string(a.Worker))}
		r := reading{tx, sat, string(a.Worker), sat.person}
		if c.FactPage, err = r.factPage(ctx, kind); err != nil {
			return err
		}
		if c.Seen != seen {
			return errFactsChanged
		}
		if err := do(c); err != nil {
			return err
		}
		switch kind {
		case NameFacts:
			err = s.replace(ctx, tx, sat.person)
		case AddressFacts:
			err = s.linkAlertsOfKin(ctx, tx, sat.person)
		case BirthFacts, DeathFacts, ContactFacts, CodedFacts, NumberFacts:
		}
		if err != nil {
			return err
		}
		_, err = s.leave(ctx, tx, sat.footprint(sat.claims[0].decision), &footprint.Detail{Done: string(kind)})
		return err
	})
	return s.refusedTo(ctx, a, ref, access.Identity, string(access.Record), s.told(ctx, a, err))
}

// putAll is put for a fact and for what another file says alike: each gets its own,
// so that the files have it should they be two again.
func (c *factChange) putAll(ctx context.Context, change person.Change, twins []KnownFact, fact any, period date.Period) error {
	if err := c.put(ctx, change, fact, period); err != nil {
		return err
	}
	for _, t := range twins {
		change.Before = t.ID
		since := period
		if change.Action == person.Ended && !t.Period.From.After(period.To) { // which is not what was said
			since.From = t.Period.From
		}
		if err := c.put(ctx, change, fact, since); err != nil {
			return err
		}
	}
	return nil
}

// put puts a fact aside and another in its place, and says why. Without a fact
// nothing takes its place.
func (c *factChange) put(ctx context.Context, change person.Change, fact any, period date.Period) error {
	table := tableOf[c.Kind]
	// Of two files that are one, what takes the place of a row is of whom that row is.
	owner := c.sat.person
	if change.Before != "" {
		var err error
		if owner, err = c.tx.FactOwner(ctx, table, change.Before); err != nil {
			return err
		}
		err = c.tx.Supersede(ctx, table, change.Before, c.by)
		if fault.Is(err, fault.Conflict) {
			return errFactsChanged
		}
		if err != nil {
			return err
		}
	}
	if fact != nil {
		change.After = id.New()
		if err := addFact(ctx, c.tx, owner, fact, change.After, date.Clocks{Period: period, Recorded: c.by}); err != nil {
			return err
		}
	}
	change.ID, change.Fact, change.Recorded = id.New(), string(table), c.by
	return c.tx.AddChange(ctx, c.sat.person, change)
}

// endOthers ends what a new fact takes the place of.
func (c *factChange) endOthers(ctx context.Context, slot string, others []KnownFact, fresh date.Period) ([]fault.Problem, error) {
	for _, o := range others {
		if c.Practice.Slot(o.Fact) != slot || !o.Period.Overlaps(fresh) {
			continue
		}
		if slot == "only" {
			return []fault.Problem{{Message: "This is recorded already. Correct what is recorded instead"}}, nil
		}
		if o.Masked { // nor may it be ended by whoever may not see it
			return []fault.Problem{{Field: "from-day", Message: "There is a confidential address for this time, which you may not change. Ask whoever works with them"}}, nil
		}
		last, ps := person.EndFor(o.Period, fresh)
		if len(ps) > 0 {
			return ps, nil
		}
		if err := c.put(ctx, person.Change{Action: person.Ended, Before: o.ID}, o.Fact, date.Period{From: o.Period.From, To: last}); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// number keeps a number that another file has too beside it, where whoever types
// it may not know of that file; otherwise it is a problem, by its field.
func (c *factChange) number(ctx context.Context, i person.Identifier) (person.Identifier, error) {
	return c.s.numberOf(ctx, c.tx, c.sat.viewer, c.sat.person, i, "value")
}

func (s *Service) numberOf(ctx context.Context, r store.Reader, v access.Viewer, p person.ID, i person.Identifier, field string) (person.Identifier, error) {
	holder, err := r.PersonByIdentifier(ctx, i.System, i.Value)
	if fault.Is(err, fault.NotFound) || err == nil && holder == p {
		return i, nil
	}
	if err != nil {
		return i, err
	}
	v.Courses = s.set().CourseIDs()
	scope := s.set().Access().Scope(v, access.Identity, access.Find, access.ReasonFirst)
	in, err := r.InScope(ctx, scope, holder, date.At(s.now()))
	if err != nil {
		return i, err
	}
	if in {
		h, err := r.Header(ctx, holder)
		if err != nil {
			return i, err
		}
		said := problems([]fault.Problem{{Field: field, Message: "The file " + h.Reference.String() + " has this number. Look whether it is the same child before you go on"}})
		return i, &numberTaken{error: said, number: i, holder: holder}
	}
	i.Status = person.Twice
	return i, nil
}

// A numberTaken refuses a number and names the file that has it: whoever is told it has
// found somebody, by told.
type numberTaken struct {
	error
	number person.Identifier
	holder person.ID
}

func (t *numberTaken) Unwrap() error { return t.error }

// told gives err once the footprints of what it names are on disk: a number that is
// refused is a search for whoever has it. What took numbers is in err, or in more.
func (s *Service) told(ctx context.Context, a Actor, err error, more ...*numberTaken) error {
	if taken, ok := errors.AsType[*numberTaken](err); ok {
		more = append(more, taken)
	}
	for _, t := range more {
		found, notLeft := s.list(ctx, a, listing{
			terms: "number: " + t.number.System + " " + t.number.Value, atLeast: everybody(access.ReasonFirst),
			read: func(r store.Reader, _ access.Viewer) ([]person.Found, error) {
				h, err := r.Header(ctx, t.holder)
				return []person.Found{{Header: h}}, err
			},
		})
		if notLeft != nil {
			return notLeft
		}
		if len(found) == 0 {
			return fault.Wrap(fault.Unavailable, "The rights to these files are being changed. Try again.", errRightsChanged)
		}
	}
	return err
}

// bornSurely is the day of birth where it is the day, and not a guess.
func bornSurely(ctx context.Context, r store.Reader, p person.ID) (date.Date, error) {
	births, err := r.Births(ctx, p, 0)
	if err != nil || len(births) == 0 || !births[0].Sure() {
		return date.Date{}, err
	}
	return births[0].Day, nil
}
