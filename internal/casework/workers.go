package casework

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"casefile/internal/access"
	"casefile/internal/caseload"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/store"
)

// Workers are who works with a child, and who did (CX-06, CR-16).
type Workers struct {
	Involvements  []Involvement // those that run first, then the latest
	Professionals []person.Professional
	MayAdd        bool // to the professionals
	MayOpen       bool // an episode of the viewer's service
	MostFurther   int
}

// An Involvement is one episode of a service's work, with the teams that it
// was with and everybody who worked in it.
type Involvement struct {
	Key         string
	Service     string
	Episodes    []person.Episode   // the latest first; one for each team
	Allocations []store.Allocation // the latest first
	MayChange   bool
}

// Latest is how the involvement stands now, or stood last.
func (i Involvement) Latest() person.Episode { return i.Episodes[0] }

// Running reports whether the service works with the child on a day.
func (i Involvement) Running(today date.Date) bool { return i.Latest().Period.Contains(today) }

// WorkersPart is who works with the child.
func WorkersPart() Part[Workers] {
	return Part[Workers]{access.Workers, access.Look, func(ctx context.Context, r reading) (w Workers, err error) {
		w.Involvements, err = r.involvements(ctx)
		if err != nil {
			return w, err
		}
		if w.Professionals, err = r.Professionals(ctx, r.person, r.at); err != nil {
			return w, err
		}
		if err := r.hideProfessionals(ctx, w.Professionals); err != nil {
			return w, err
		}
		w.Professionals = r.professionals(w.Professionals)
		now := r.at == 0 // nothing is changed on a page of a day that has passed
		w.MayAdd = now && r.may(access.Workers, access.Record)
		_, known := r.s.set().Service(r.viewer.Service)
		w.MayOpen = now && known && r.may(access.Workers, access.Change)
		w.MostFurther = r.s.set().Passing().MostFurther
		return w, err
	}}
}

// professionals masks those whose whereabouts are confidential, or leaves them
// out, as addresses does.
func (r reading) professionals(list []person.Professional) []person.Professional {
	var shown []person.Professional
	for _, p := range list {
		if !p.Confidential {
			shown = append(shown, p)
			continue
		}
		switch r.ask(access.ConfidentialAddresses, access.Look).Outcome {
		case access.Shown:
			shown = append(shown, p)
		case access.Masked, access.ReasonFirst:
			shown = append(shown, person.Professional{Confidential: true, Clocks: p.Clocks})
		}
	}
	return shown
}

// hideProfessionals has those be confidential who are so by what is known today:
// whoever works at a refuge is not found in history, nor where they stood openly before.
func (r reading) hideProfessionals(ctx context.Context, list []person.Professional) error {
	ever := slices.Clone(list)
	if r.at != 0 {
		var err error
		if ever, err = r.Professionals(ctx, r.person, store.Ever); err != nil {
			return err
		}
	}
	for i, p := range list {
		list[i].Confidential = p.Confidential || slices.ContainsFunc(ever, func(e person.Professional) bool {
			return e.Confidential && (e.Agency == p.Agency && e.Name == p.Name || e.Address != "" && e.Address == p.Address)
		})
	}
	return nil
}

// may says whether to offer something. The page behind it decides again.
func (sat *sitting) may(part access.Part, action access.Action) bool {
	return sat.s.decide(sat.standing, part, action).Outcome == access.Shown
}

func (r reading) involvements(ctx context.Context) ([]Involvement, error) {
	episodes, err := r.Episodes(ctx, r.person, r.at)
	if err != nil {
		return nil, err
	}
	allocations, err := r.AllocationsKnown(ctx, r.person, r.at)
	if err != nil {
		return nil, err
	}
	// What was written on closing is part of the record, and this page is for
	// some who do not read that.
	reads := r.ask(access.Timeline, access.Look).Outcome == access.Shown
	sight := r.sight()
	change := r.at == 0 && r.may(access.Workers, access.Change)
	var list []Involvement
	at := map[string]int{}
	for _, e := range episodes {
		if !reads || sight.of(e.Service, false) != access.Shown {
			e.EndNote = ""
		}
		i, known := at[e.Key()]
		if !known {
			i = len(list)
			at[e.Key()] = i
			list = append(list, Involvement{
				Key: e.Key(), Service: e.Service, MayChange: change && e.Service == r.viewer.Service && e.Period.To.IsZero(),
			})
		}
		list[i].Episodes = append(list[i].Episodes, e)
	}
	for _, a := range allocations {
		if i, known := at[a.Episode]; known {
			list[i].Allocations = append(list[i].Allocations, a)
		}
	}
	return list, nil
}

// Longest texts about a professional, in characters.
const (
	maxProfessional = 200
	maxAbout        = 500
)

// AddProfessional states that somebody of another agency is involved (CR-16).
// Invalid with each problem by its field.
func (s *Service) AddProfessional(ctx context.Context, a Actor, ref id.Reference, p person.Professional) error {
	for _, v := range []*string{&p.Agency, &p.Name, &p.JobTitle, &p.Telephone, &p.Email, &p.Address, &p.Note} {
		*v = entry.OneLine(*v)
	}
	if err := problems(checkProfessional(p, s.Today())); err != nil {
		return err
	}
	return s.addToWorkers(ctx, a, ref, "added a professional", func(tx store.Tx, sat *sitting) error {
		p.ID, p.Recorded = id.New(), tx.Stamp(string(a.Worker))
		return tx.AddProfessional(ctx, sat.person, p)
	})
}

func checkProfessional(p person.Professional, today date.Date) []fault.Problem {
	var ps []fault.Problem
	if p.Agency == "" {
		ps = append(ps, fault.Problem{Field: "agency", Message: "Enter the agency, such as a school or a surgery"})
	}
	if p.Name == "" && p.JobTitle == "" {
		ps = append(ps, fault.Problem{Field: "name", Message: "Enter their name, or what they do there"})
	}
	if p.Telephone == "" && p.Email == "" && p.Address == "" {
		ps = append(ps, fault.Problem{Field: "telephone", Message: "Enter a telephone number, an email address or an address to reach them"})
	}
	if p.Telephone != "" && strings.IndexFunc(p.Telephone, func(r rune) bool { return r >= '0' && r <= '9' }) < 0 {
		ps = append(ps, fault.Problem{Field: "telephone", Message: "Telephone must contain a number"})
	}
	if p.Email != "" && (!strings.Contains(p.Email, "@") || strings.ContainsAny(p.Email, " <>")) {
		ps = append(ps, fault.Problem{Field: "email", Message: "Enter an email address in the correct format, like name@example.org"})
	}
	for _, f := range []struct {
		field, label, value string
		most                int
	}{
		{"agency", "Agency", p.Agency, maxProfessional},
		{"name", "Name", p.Name, maxProfessional},
		{"job-title", "What they do there", p.JobTitle, maxProfessional},
		{"telephone", "Telephone", p.Telephone, maxProfessional},
		{"email", "Email", p.Email, maxProfessional},
		{"address", "Address", p.Address, maxAbout},
		{"note", "Note", p.Note, maxAbout},
	} {
		if utf8.RuneCountInString(f.value) > f.most {
			ps = append(ps, fault.TooLong(f.field, f.label, f.most))
		}
	}
	if p.Period.From.After(today) {
		ps = append(ps, fault.Problem{Field: "from-day", Message: "The day since when they are involved must be today or in the past"})
	}
	return ps
}

// EndProfessional notes the last day on which a professional was involved.
// Conflict when somebody changed it first.
func (s *Service) EndProfessional(ctx context.Context, a Actor, ref id.Reference, professional string, last date.Date) error {
	return s.addToWorkers(ctx, a, ref, "ended a professional", func(tx store.Tx, sat *sitting) error {
		list, err := tx.Professionals(ctx, sat.person, 0)
		if err != nil {
			return err
		}
		for _, p := range list {
			if p.ID != professional {
				continue
			}
			if p.Confidential && sat.ask(access.ConfidentialAddresses, access.Look).Outcome != access.Shown {
				break // as one that is not there
			}
			switch {
			case !p.Period.To.IsZero():
				return fault.New(fault.Conflict, "Their last day is recorded already.")
			case last.IsZero():
				return fault.Problems([]fault.Problem{{Field: "last-day", Message: "Enter the last day on which they were involved"}})
			case last.After(s.Today()):
				return fault.Problems([]fault.Problem{{Field: "last-day", Message: "The last day must be today or in the past"}})
			case last.Before(p.Period.From):
				return fault.Problems([]fault.Problem{{Field: "last-day", Message: fmt.Sprintf("The last day must not be before %s, when they became involved", p.Period.From.Long())}})
			}
			if err := tx.Supersede(ctx, store.ProfessionalFact, p.ID, tx.Stamp(string(a.Worker))); err != nil {
				return err
			}
			p.ID, p.Clocks = id.New(), date.Clocks{Period: date.Period{From: p.Period.From, To: last}, Recorded: tx.Stamp(string(a.Worker))}
			return tx.AddProfessional(ctx, sat.person, p)
		}
		return fault.New(fault.Conflict, "This professional was changed by somebody else first.")
	})
}

// ProfessionalPart is one professional, to be ended. NotFound where they are
// not on the file or have a last day.
func ProfessionalPart(professional string) Part[person.Professional] {
	return Part[person.Professional]{access.Workers, access.Record, func(ctx context.Context, r reading) (person.Professional, error) {
		list, err := r.Professionals(ctx, r.person, 0)
		if err != nil {
			return person.Professional{}, err
		}
		if err := r.hideProfessionals(ctx, list); err != nil {
			return person.Professional{}, err
		}
		for _, p := range r.professionals(list) {
			if p.ID == professional && p.Period.To.IsZero() {
				return p, nil
			}
		}
		return person.Professional{}, fault.New(fault.NotFound, "There is no such professional.")
	}}
}

// NewProfessionalPart is the page on which a professional is added. Of the file
// it has the header alone.
func NewProfessionalPart() Part[struct{}] {
	return Part[struct{}]{access.Workers, access.Record, func(context.Context, reading) (struct{}, error) { return struct{}{}, nil }}
}

// addToWorkers does what adds to who works with a child: rights, change,
// footprint.
func (s *Service) addToWorkers(ctx context.Context, a Actor, ref id.Reference, done string, do func(store.Tx, *sitting) error) error {
	return s.toWorkers(ctx, a, ref, access.Record, func(tx store.Tx, sat *sitting) (footprint.Detail, error) {
		return footprint.Detail{Done: done}, do(tx, sat)
	})
}

func (s *Service) toWorkers(ctx context.Context, a Actor, ref id.Reference, action access.Action, do func(store.Tx, *sitting) (footprint.Detail, error)) error {
	err := s.db.Update(ctx, func(tx store.Tx) error {
		sat, err := s.mayDo(ctx, tx, a, ref, access.Workers, action)
		if err != nil {
			return err
		}
		detail, err := do(tx, sat)
		if err != nil {
			return err
		}
		_, err = s.leave(ctx, tx, sat.footprint(sat.claims[0].decision), &detail)
		return err
	})
	return s.refusedWorkers(ctx, a, ref, action, err)
}

// holdsCases reports whether cases are allocated to a role: the table lets it
// write on the record of those allocated to it.
func (s *Service) holdsCases(role access.Role) bool {
	held := []access.Held{{Ground: access.Allocated}}
	d := s.set().Access().Decide(access.Viewer{Role: role}, access.Timeline, access.Record, held, date.At(s.now()))
	return d.Outcome == access.Shown
}

// managesWork reports whether a role decides about the work of its team.
func (s *Service) managesWork(role access.Role) bool {
	held := []access.Held{{Ground: access.Team}}
	d := s.set().Access().Decide(access.Viewer{Role: role}, access.Workers, access.Change, held, date.At(s.now()))
	return d.Outcome == access.Shown
}

// caseHolders are the members of a team to whom a case can be allocated.
func (s *Service) caseHolders(list []caseload.Member) []caseload.Member {
	var holders []caseload.Member
	for _, m := range list {
		if s.holdsCases(m.Role) {
			holders = append(holders, m)
		}
	}
	return holders
}
