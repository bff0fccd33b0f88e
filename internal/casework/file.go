package casework

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/document"
	"casefile/internal/entry"
	"casefile/internal/person"
	"casefile/internal/store"
	"casefile/internal/watch"
)

// An Overview is who the person is.
type Overview struct {
	Names           []person.Name
	Addresses       []person.Address
	Contacts        []person.Contact
	Characteristics []person.Characteristic
	Births          []person.Birth
	Deaths          []person.Death
	Identifiers     []person.Identifier
	Practice        person.Practice
	Plans           []PlanLine // that run, as far as the viewer may read them
	Missing         []string   // facts that the viewer's service wants known (CX-02)
}

// OverviewPart is the front page of the file.
func OverviewPart() Part[Overview] {
	return Part[Overview]{access.Identity, access.Look, func(ctx context.Context, r reading) (Overview, error) {
		k, err := r.known(ctx, r.at)
		if err != nil {
			return Overview{}, err
		}
		o := Overview{
			Names: person.Once(k.Names), Addresses: person.Once(k.Addresses), Contacts: person.Once(k.Contacts), Characteristics: person.Once(k.Characteristics),
			Births: person.Once(k.Births), Deaths: person.Once(k.Deaths), Identifiers: person.Once(k.Identifiers), Practice: r.defs.People(),
		}
		if svc, ok := r.defs.Service(r.viewer.Service); ok {
			o.Missing = person.Missing(svc.Wanted, k)
		}
		if r.at == 0 && r.ask(access.Plans, access.Look).Outcome == access.Shown {
			if o.Plans, err = r.plans(ctx); err != nil {
				return Overview{}, err
			}
			o.Plans = slices.DeleteFunc(o.Plans, func(l PlanLine) bool { return l.Masked || !l.Runs() })
		}
		return o, nil
	}}
}

// EndOf is the last moment of a day, for what was known on it.
func EndOf(day date.Date) date.Instant { return watch.Midnight(day.AddDays(1)) - 1 }

// known reads who the person is.
func (r reading) known(ctx context.Context, at date.Instant) (k person.Known, err error) {
	if k.Names, err = r.Names(ctx, r.person, at); err != nil {
		return k, err
	}
	if k.Births, err = r.Births(ctx, r.person, at); err != nil {
		return k, err
	}
	if k.Deaths, err = r.Deaths(ctx, r.person, at); err != nil {
		return k, err
	}
	if k.Addresses, err = r.Addresses(ctx, r.person, at); err != nil {
		return k, err
	}
	secret := secretsAmong(k.Addresses)
	if at != 0 {
		if secret, err = r.secrets(ctx); err != nil {
			return k, err
		}
	}
	for i := range k.Addresses {
		k.Addresses[i].Confidential = secret.is(k.Addresses[i])
	}
	k.Addresses = r.addresses(k.Addresses)
	if k.Contacts, err = r.Contacts(ctx, r.person, at); err != nil {
		return k, err
	}
	if k.Identifiers, err = r.Identifiers(ctx, r.person, at); err != nil {
		return k, err
	}
	k.Characteristics, err = r.Characteristics(ctx, r.person, at)
	return k, err
}

// addresses masks those that are confidential, or leaves them out, as the
// viewer's rights have it.
func (r reading) addresses(list []person.Address) []person.Address {
	var shown []person.Address
	for _, a := range list {
		if !a.Confidential {
			shown = append(shown, a)
			continue
		}
		switch r.ask(access.ConfidentialAddresses, access.Look).Outcome {
		case access.Shown:
			shown = append(shown, a)
		case access.Masked, access.ReasonFirst:
			shown = append(shown, person.Address{Confidential: true, Clocks: a.Clocks})
		}
	}
	return shown
}

// secrets are the addresses of a person that are confidential by what is known today,
// whatever was known of them before: whoever went into hiding is not found in history.
type secrets struct {
	rows   map[string]bool // by their keys
	places map[string]bool
}

func (s secrets) is(a person.Address) bool {
	return a.Confidential || s.rows[a.ID] || s.places[a.PlaceKey()]
}

// secretsAmong are those of a list of addresses.
func secretsAmong(list []person.Address) secrets {
	s := secrets{rows: map[string]bool{}, places: map[string]bool{}}
	for _, a := range list {
		if a.Confidential {
			s.rows[a.ID] = true
			if place := a.PlaceKey(); a.Current() && place != "" {
				s.places[place] = true
			}
		}
	}
	return s
}

func (r reading) secrets(ctx context.Context) (secrets, error) {
	ever, err := r.Addresses(ctx, r.person, store.Ever)
	if err != nil {
		return secrets{}, err
	}
	s := secretsAmong(ever)
	changes, err := r.Changes(ctx, r.person)
	if err != nil {
		return s, err
	}
	for _, c := range changes { // the latest first, so that a chain of corrections is followed back
		if c.Fact == string(store.AddressFact) && c.Before != "" && s.rows[c.After] {
			s.rows[c.Before] = true
		}
	}
	return s, nil
}

// day is the day as of which the file is read.
func (sat *sitting) day() date.Date {
	if sat.at == 0 {
		return sat.s.Today()
	}
	return sat.at.Date()
}

// A sight is what a viewer gets of what each service wrote on a file.
type sight struct {
	service                            string // the viewer's own
	sensitive, others, othersSensitive access.Outcome
}

// sight asks for all of it at once: the look rests on it.
func (r reading) sight() sight {
	return sight{
		r.viewer.Service, r.ask(access.SensitiveEntries, access.Look).Outcome,
		r.ask(access.OtherServices, access.Look).Outcome, r.ask(access.OtherSensitive, access.Look).Outcome,
	}
}

// of is what the viewer gets of something that a service wrote. What no service
// wrote is nobody's own.
func (v sight) of(service string, sensitive bool) access.Outcome {
	outcome := access.Shown
	switch own := service == "" || service == v.service; {
	case own && sensitive:
		outcome = v.sensitive
	case !own && sensitive:
		outcome = min(v.others, v.othersSensitive)
	case !own:
		outcome = v.others
	}
	if outcome == access.ReasonFirst { // a part of a page asks for no reason of its own
		outcome = access.Masked
	}
	return outcome
}

// PageLines is how many entries, or looks, a page shows.
const PageLines = 50

// A Timeline is a page of the running record, the latest first.
type Timeline struct {
	Lines []entry.Line
	Older string // names the next page; empty when there is none
	// Documents are what was done with forms in the time of the page, the latest
	// first.
	Documents []DocumentLineOfDay
	// Served are the actions of plans that entries served, in words.
	Served map[entry.ID][]string
}

// A DocumentLineOfDay is something that was done with a document, as the timeline has
// it. Before is how many of the lines of the page are later.
type DocumentLineOfDay struct {
	document.Document
	Step   document.Step
	Before int
}

// dayKey is the place of a step among entries, as the store orders those.
func (l DocumentLineOfDay) dayKey() string {
	at := l.Step.Recorded.At.Time()
	return fmt.Sprintf("%s %5s %s", date.Of(at), at.Format("15:04"), l.ID)
}

// documentsOfDays are the steps of documents whose place is after one key and before
// another, each empty for no bound.
func (r reading) documentsOfDays(ctx context.Context, after, before string) ([]DocumentLineOfDay, error) {
	if r.ask(access.Documents, access.Look).Outcome != access.Shown {
		return nil, nil
	}
	docs, err := r.documents(ctx)
	if err != nil {
		return nil, err
	}
	var list []DocumentLineOfDay
	for _, d := range docs.List {
		if d.Masked {
			continue
		}
		for _, step := range d.Steps {
			l := DocumentLineOfDay{Document: d.Document, Step: step}
			shown := step.Final || d.Service == r.viewer.Service && (step.Did == document.Completed || step.Did == document.Returned || step.Did == document.Reopened)
			if key := l.dayKey(); shown && key > after && (before == "" || key < before) {
				list = append(list, l)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b DocumentLineOfDay) int {
		return cmp.Or(strings.Compare(b.dayKey(), a.dayKey()), cmp.Compare(b.Step.Number, a.Step.Number))
	})
	return list, nil
}

// TimelinePart is the running record, PageLines entries older than before,
// which a page before it gave as Older; empty for the latest.
func TimelinePart(before string) Part[Timeline] {
	return Part[Timeline]{access.Timeline, access.Look, func(ctx context.Context, r reading) (Timeline, error) {
		var t Timeline
		sight := r.sight()
		last := "" // the key of the last line
		var keys []string
		// Read on until the page is full: a page that is short because of what is
		// absent from it would say that something is.
		for from, more := before, true; more && t.Older == ""; {
			entries, err := r.Timeline(ctx, r.person, from, PageLines+1)
			if err != nil {
				return Timeline{}, err
			}
			more = len(entries) > PageLines
			for _, e := range entries {
				from = e.Key
				line := entry.Line{Entry: e.Entry}
				switch sight.of(e.Service, e.Content.Sensitive) {
				case access.Shown:
				case access.Masked:
					line = e.Mask(e.Service != sight.service)
				default:
					continue
				}
				if len(t.Lines) == PageLines {
					t.Older = last
					break
				}
				t.Lines, last = append(t.Lines, line), e.Key
				keys = append(keys, e.Key)
			}
		}
		var err error
		if t.Served, err = r.servedOn(ctx); err != nil {
			return t, err
		}
		t.Documents, err = r.documentsOfDays(ctx, t.Older, before)
		for i := range t.Documents {
			for t.Documents[i].Before < len(keys) && keys[t.Documents[i].Before] > t.Documents[i].dayKey() {
				t.Documents[i].Before++
			}
		}
		return t, err
	}}
}
