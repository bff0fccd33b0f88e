package casework

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"casefile/internal/access"
	"casefile/internal/alert"
	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// A headed is somebody whose header is shown, by the sitting that decides about them.
type headed struct {
	*sitting
	head *person.Header
}

// seesAlerts reports whether a role sees alerts of anybody's. Where it does not, nothing
// of them is read, whoever has some.
func seesAlerts(defs *definition.Set, v access.Viewer) bool {
	return slices.ContainsFunc(alert.Parts, func(p access.Part) bool {
		return len(defs.Access().Scope(v, p, access.Look, access.Shown).Gives) > 0
	})
}

// A link is somebody whose alert stands on the files of those they are linked to, and
// whether the viewer may know of them.
type link struct {
	of    person.ID
	light bool
	knows bool
}

// firstOnFiles puts in the headers of people what must be seen before anything else: by
// as many statements, whoever has alerts.
func (s *Service) firstOnFiles(ctx context.Context, r store.Reader, v access.Viewer, defs *definition.Set, people []headed, known date.Instant, day date.Date) error {
	if !seesAlerts(defs, v) {
		return nil
	}
	practice := defs.Alerts()
	keys := make([]person.ID, len(people))
	for i, p := range people {
		keys[i] = p.person
	}
	on, err := r.AlertsOn(ctx, store.AlertQuery{People: keys, Linked: practice.LinkedKinds(), Known: known, Day: day})
	if err != nil {
		return err
	}
	slices.SortStableFunc(on, practice.First)
	var others []link
	for _, o := range on {
		if o.Via != alert.Own && !slices.ContainsFunc(others, func(l link) bool { return l.of == o.Of }) {
			others = append(others, link{of: o.Of, light: o.Light})
		}
	}
	if err := s.knowsOf(ctx, r, v, defs, others); err != nil {
		return err
	}
	for _, p := range people {
		sees := map[access.Part]bool{}
		for _, part := range alert.Parts {
			sees[part] = p.ask(part, access.Look).Outcome == access.Shown
		}
		p.head.Alerts = nil
		for _, o := range on {
			kind, _ := practice.Kind(o.Kind)
			if o.On != p.person || !sees[kind.Part] {
				continue
			}
			words := kind.Words
			if o.Via != alert.Own {
				i := slices.IndexFunc(others, func(l link) bool { return l.of == o.Of })
				if !alert.Concerns(*p.head, day) {
					continue
				}
				if !slices.Contains(p.links, others[i]) {
					p.links = append(p.links, others[i])
				}
				if words = kind.Linked; !others[i].knows {
					continue
				}
			}
			line := person.HeadAlert{Words: words, Severity: string(kind.Severity), Due: o.Via == alert.Own && o.Due(day), AtDoor: kind.AtDoor}
			same := func(h person.HeadAlert) bool { return h.Words == line.Words }
			if i := slices.IndexFunc(p.head.Alerts, same); i >= 0 {
				p.head.Alerts[i].Due, p.head.Alerts[i].AtDoor = p.head.Alerts[i].Due || line.Due, p.head.Alerts[i].AtDoor || line.AtDoor
				continue
			}
			p.head.Alerts = append(p.head.Alerts, line)
		}
	}
	return nil
}

// knowsOf says of each link whether the viewer may know of whom it is: by one statement,
// which is asked of nobody, too, so that how many are asked does not tell.
func (s *Service) knowsOf(ctx context.Context, r store.Reader, v access.Viewer, defs *definition.Set, links []link) error {
	people := make([]person.ID, len(links))
	for i, l := range links {
		people[i] = l.of
	}
	held, err := r.HeldOf(ctx, v, people, date.At(s.now()))
	if err != nil {
		return err
	}
	s.know(v, defs, links, held)
	return nil
}

// know is the same by what the viewer holds of those people.
func (s *Service) know(v access.Viewer, defs *definition.Set, links []link, held map[person.ID][]access.Held) {
	for i := range links {
		st := standing{v, held[links[i].of], defs}
		links[i].knows = !barred(st) && (links[i].light || s.decide(st, access.Identity, access.Find).Outcome >= access.ReasonFirst)
	}
}

// linksStand checks that the viewer may still know, or not know, of whom alerts are that
// stand on the files of others.
func (s *Service) linksStand(v access.Viewer, defs *definition.Set, links []link, held map[person.ID][]access.Held) error {
	now := slices.Clone(links)
	s.know(v, defs, now, held)
	if !slices.Equal(now, links) {
		return errRightsChanged
	}
	return nil
}

// withLinks are people and those whose alerts stand on their files: what is held of all of
// them is read by one statement, whether there are any or not.
func withLinks(people []person.ID, links []link) []person.ID {
	for _, l := range links {
		people = append(people, l.of)
	}
	return people
}

// An AlertLine is an alert with what was said before, the last first.
type AlertLine struct {
	alert.Alert
	Kind   alert.Kind
	Made   *person.Change // how it came to be what it says
	Gone   *person.Change // how it was put aside, where nothing took its place
	Before []AlertLine
	// Reaches are those on whose files it stands besides, as far as the viewer may know.
	Reaches             []AlertLink
	MayChange, MayEnd   bool
	Ended, Due, IsTaken bool // it is over; it is to be looked at; it never was so
}

// An AlertLink is somebody whom an alert links to a child, and how.
type AlertLink struct {
	Who   person.Header
	How   []string // in words: what they are to each other, that they live together
	Opens bool
}

// A LinkedAlert is an alert on a child's file that is somebody else's.
type LinkedAlert struct {
	Kind  alert.Kind
	Since date.Date
	AlertLink
}

// Alerts are those of a file.
type Alerts struct {
	Own    []AlertLine // the gravest first
	Ended  []AlertLine // the last first
	Linked []LinkedAlert
	Kinds  []alert.Kind      // that the viewer may set
	Seen   string            // how they stood; a change made on the page names it
	Names  map[string]string // of workers

	rows []KnownFact // all that was ever said
}

// Since is what was said, and what was put aside, after the alerts stood as seen names
// them.
func (p Alerts) Since(seen string) (stated, aside []AlertLine) {
	all := FactPage{Now: p.rows}
	s, a := all.Since(seen)
	return factsOf[AlertLine](s), factsOf[AlertLine](a)
}

// Find finds an alert that holds by the key of its row.
func (p Alerts) Find(key string) (AlertLine, bool) {
	i := slices.IndexFunc(p.Own, func(l AlertLine) bool { return l.ID == key })
	if i < 0 {
		return AlertLine{}, false
	}
	return p.Own[i], true
}

// Latest is what an alert says now, whatever row of it is named; false where it is over.
func (p Alerts) Latest(key string) (AlertLine, bool) {
	i := slices.IndexFunc(p.Own, func(l AlertLine) bool {
		return l.ID == key || slices.ContainsFunc(l.Before, func(b AlertLine) bool { return b.ID == key })
	})
	if i < 0 {
		return AlertLine{}, false
	}
	return p.Own[i], true
}

// AlertsPart is what must be seen first, with those that ended (CR-20, CX-21).
func AlertsPart() Part[Alerts] {
	return Part[Alerts]{access.Alerts, access.Look, func(ctx context.Context, r reading) (Alerts, error) { return r.alerts(ctx) }}
}

// SetAlertPart is the page on which an alert is set; with the key of one, that on which it
// is changed.
func SetAlertPart(key string) Part[Alerts] {
	return Part[Alerts]{access.Alerts, access.Record, func(ctx context.Context, r reading) (Alerts, error) {
		p, err := r.alerts(ctx)
		switch l, ok := p.Find(key); {
		case err != nil:
		case key == "" && len(p.Kinds) == 0, key != "" && (!ok || !l.MayChange):
			err = errNoAlert
		}
		return p, err
	}}
}

// EndAlertPart is the page on which an alert is ended.
func EndAlertPart(key string) Part[Alerts] {
	return Part[Alerts]{access.Alerts, access.Record, func(ctx context.Context, r reading) (Alerts, error) {
		p, err := r.alerts(ctx)
		if l, ok := p.Find(key); err == nil && (!ok || !l.MayEnd) {
			err = errNoAlert
		}
		return p, err
	}}
}

// LatestAlertsPart is the page for somebody who was not the first to change an alert.
func LatestAlertsPart() Part[Alerts] {
	return Part[Alerts]{access.Alerts, access.Record, func(ctx context.Context, r reading) (Alerts, error) { return r.alerts(ctx) }}
}

var errNoAlert = fault.New(fault.NotFound, "There is no such alert to change.")

// alerts reads those of the file that the viewer may see.
func (r reading) alerts(ctx context.Context) (Alerts, error) {
	p := Alerts{Names: map[string]string{}}
	practice := r.defs.Alerts()
	sees, records := map[access.Part]bool{}, map[access.Part]bool{}
	for _, part := range alert.Parts {
		sees[part] = r.ask(part, access.Look).Outcome == access.Shown
		records[part] = sees[part] && r.ask(part, access.Record).Outcome == access.Shown
	}
	for _, k := range practice.Kinds {
		if records[k.Part] && k.Sets(r.viewer.Role) {
			p.Kinds = append(p.Kinds, k)
		}
	}
	ever, err := r.Alerts(ctx, r.person, store.Ever)
	if err != nil {
		return p, err
	}
	changes, err := r.Changes(ctx, r.person)
	if err != nil {
		return p, err
	}
	if r.at != 0 {
		ever = slices.DeleteFunc(ever, func(a alert.Alert) bool { return a.Recorded.At > r.at })
		changes = slices.DeleteFunc(changes, func(c person.Change) bool { return c.Recorded.At > r.at })
	}
	threads := map[string][]AlertLine{}
	for _, a := range ever {
		kind, _ := practice.Kind(a.Kind)
		if !sees[kind.Part] {
			continue
		}
		if r.at != 0 && a.Superseded.At > r.at {
			a.Superseded = date.Stamp{}
		}
		l := AlertLine{Alert: a, Kind: kind}
		for i := range changes {
			switch c := &changes[i]; {
			case c.Fact != string(store.AlertFact):
			case c.After == a.ID:
				l.Made = c
			case c.Before == a.ID && c.After == "":
				l.Gone = c
			}
		}
		threads[a.Key()] = append(threads[a.Key()], l)
		p.rows = append(p.rows, KnownFact{ID: a.ID, Fact: l, Clocks: a.Clocks})
		for _, by := range []string{a.Recorded.By, a.Superseded.By} {
			if err := r.signer(ctx, p.Names, by); err != nil {
				return p, err
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(threads)) {
		of := threads[key]
		slices.SortFunc(of, func(a, b AlertLine) int { return cmp.Compare(b.Recorded.Seq, a.Recorded.Seq) })
		l := of[0]
		l.Before = of[1:]
		l.IsTaken = !l.Current()
		l.Ended = l.IsTaken || !l.Period.Contains(r.day())
		l.Due = !l.Ended && l.Alert.Due(r.day())
		l.MayChange = !l.Ended && r.at == 0 && records[l.Kind.Part] && l.Kind.Sets(r.viewer.Role)
		l.MayEnd = !l.Ended && r.at == 0 && records[l.Kind.Part] && l.Kind.Ends(r.viewer.Role)
		if l.Ended {
			p.Ended = append(p.Ended, l)
			continue
		}
		p.Own = append(p.Own, l)
	}
	slices.SortStableFunc(p.Own, func(a, b AlertLine) int { return practice.First(alert.On{Alert: a.Alert}, alert.On{Alert: b.Alert}) })
	slices.SortStableFunc(p.Ended, func(a, b AlertLine) int {
		return cmp.Compare(max(b.Recorded.Seq, b.Superseded.Seq), max(a.Recorded.Seq, a.Superseded.Seq))
	})
	p.Seen = seenOf(slices.DeleteFunc(slices.Clone(p.rows), func(f KnownFact) bool { return !f.Current() }))
	return p, r.linked(ctx, &p, sees)
}

// signer puts the name of a worker among others.
func (r reading) signer(ctx context.Context, names map[string]string, by string) error {
	if by == "" || names[by] != "" || !id.Valid(by) {
		return nil
	}
	w, err := r.Worker(ctx, staff.ID(by))
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	names[by] = w.Name()
	return nil
}

// linked reads whose alerts stand on this file, and on whose files its own stand. Each of
// those people is decided about by themselves.
func (r reading) linked(ctx context.Context, p *Alerts, sees map[access.Part]bool) error {
	practice := r.defs.Alerts()
	q := store.AlertQuery{People: []person.ID{r.person}, Linked: practice.LinkedKinds(), Known: r.at, Day: r.day()}
	here, err := r.AlertsOn(ctx, q)
	if err != nil {
		return err
	}
	away, err := r.LinkedAlerts(ctx, q)
	if err != nil {
		return err
	}
	own, err := r.HeaderKnown(ctx, r.person, r.at)
	if err != nil {
		return err
	}
	relations, err := r.Relationships(ctx, r.person, r.at)
	if err != nil {
		return err
	}
	people := map[person.ID]*relative{}
	who := func(o person.ID) (*relative, error) {
		if w, ok := people[o]; ok {
			return w, nil
		}
		w, err := r.consider(ctx, o, r.at)
		people[o] = w
		return w, err
	}
	named := map[person.ID]bool{}
	name := func(w *relative) AlertLink {
		if !named[w.header.ID] {
			named[w.header.ID] = true
			r.others = append(r.others, w.other)
		}
		return AlertLink{Who: w.header, Opens: w.opens}
	}
	slices.SortStableFunc(here, practice.First)
	for _, o := range here {
		kind, _ := practice.Kind(o.Kind)
		if o.Via == alert.Own || !sees[kind.Part] || !alert.Concerns(own, r.day()) {
			continue
		}
		w, err := who(o.Of)
		if err != nil {
			return err
		}
		if w == nil {
			continue
		}
		i := slices.IndexFunc(p.Linked, func(l LinkedAlert) bool { return l.Who.ID == o.Of && l.Kind.ID == kind.ID })
		if i < 0 {
			i = len(p.Linked)
			p.Linked = append(p.Linked, LinkedAlert{Kind: kind, Since: o.Period.From, AlertLink: name(w)})
		}
		p.Linked[i].how(r.howLinked(o.Via, relations, w))
	}
	for i := range p.Own {
		l := &p.Own[i]
		for _, o := range away {
			if o.Key() != l.Key() {
				continue
			}
			w, err := who(o.On)
			if err != nil {
				return err
			}
			if w == nil || !alert.Concerns(w.header, r.day()) {
				continue
			}
			at := slices.IndexFunc(l.Reaches, func(k AlertLink) bool { return k.Who.ID == o.On })
			if at < 0 {
				at = len(l.Reaches)
				l.Reaches = append(l.Reaches, name(w))
			}
			l.Reaches[at].how(r.howLinked(o.Via, relations, w))
		}
	}
	return nil
}

func (l *AlertLink) how(words []string) {
	for _, w := range words {
		if !slices.Contains(l.How, w) {
			l.How = append(l.How, w)
		}
	}
}

// howLinked says what somebody is to the person whose file it is.
func (r reading) howLinked(via alert.Link, relations []person.Relationship, w *relative) []string {
	switch via {
	case alert.Household:
		return []string{"Lives with them"}
	case alert.Address:
		return []string{"Has the same address"}
	case alert.Own, alert.Related:
	}
	var words []string
	for _, rel := range relations {
		if rel.With(r.person) != w.header.ID || !rel.Period.Contains(r.day()) {
			continue
		}
		kind, ok := r.defs.Relations().Kind(rel.Kind)
		if !ok {
			kind = person.RelationKind{ID: rel.Kind, First: person.Words{Any: rel.Kind}, Second: person.Words{Any: rel.Kind}}
		}
		if word := strings.TrimSpace(kind.Word(rel.Person == w.header.ID, w.header.Gender)); word != "" {
			words = append(words, word)
		}
	}
	return words
}

// linkWarningPart says which alerts will stand on a child's file once two people are
// related, whichever of them has the alert: before it is done (CR-20).
func linkWarningPart(who id.Reference) Part[[]string] {
	return Part[[]string]{access.Relations, access.Record, func(ctx context.Context, r reading) ([]string, error) {
		with, err := r.PersonByReference(ctx, who)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		w, err := r.consider(ctx, with.ID, 0) // by the same steps whether there is somebody or not
		if fault.Is(err, fault.NotFound) || err == nil && w == nil {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		own, err := r.HeaderKnown(ctx, r.person, 0)
		if err != nil {
			return nil, err
		}
		theirs, err := r.warnings(ctx, with.ID, own)
		if err != nil {
			return nil, err
		}
		ours, err := r.warnings(ctx, r.person, w.header)
		if words := append(theirs, ours...); len(words) > 0 {
			r.others = append(r.others, w.other)
			return words, err
		}
		return nil, err
	}}
}

// warnings are the alerts of somebody that will stand on the file of a child, in words.
func (r reading) warnings(ctx context.Context, of person.ID, child person.Header) ([]string, error) {
	list, err := r.Alerts(ctx, of, 0)
	if err != nil || !alert.Concerns(child, r.day()) {
		return nil, err
	}
	var words []string
	for _, a := range list {
		kind, _ := r.defs.Alerts().Kind(a.Kind)
		if kind.Linked == "" || !a.Period.Contains(r.day()) || r.ask(kind.Part, access.Look).Outcome != access.Shown {
			continue
		}
		if line := kind.Words + ", since " + a.Period.From.Long(); !slices.Contains(words, line) {
			words = append(words, line)
		}
	}
	return words, nil
}

// keyOfWords names what was shown.
func keyOfWords(words []string) string {
	facts := make([]KnownFact, len(words))
	for i, w := range words {
		facts[i] = KnownFact{ID: w}
	}
	return seenOf(facts)
}
