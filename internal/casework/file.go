package casework

import (
	"context"
	"slices"

	"casefile/internal/access"
	"casefile/internal/date"
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
		if r.ask(access.Plans, access.Look).Outcome == access.Shown {
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
