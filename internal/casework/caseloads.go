package casework

import (
	"context"
	"errors"

	"casefile/internal/access"
	"casefile/internal/caseload"
	"casefile/internal/date"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// CaseloadLines is how many cases a page shows.
const CaseloadLines = 50

// A CaseloadAsk asks for a list of cases: of a team, or of the viewer's whole
// service; the viewer's own team where neither is said.
type CaseloadAsk struct {
	Team    staff.TeamID
	Service bool
	State   caseload.State
	Order   caseload.Order
	Page    int // from 1
}

// A Caseload is a page of the cases of a team or of a service (CR-51).
type Caseload struct {
	Team         staff.Team // zero for the whole service
	Service      string
	Teams        []staff.Team // whose cases the viewer may list
	WholeService bool         // they may list all of it
	Counts       caseload.Counts
	Cases        []caseload.Case
	Pages        int
}

// MayListCases reports whether a role lists the cases of its team: whether to
// offer it.
func (s *Service) MayListCases(role access.Role) bool {
	v := access.Viewer{Role: role, Team: "its own", Service: "its own"}
	return s.mayOffice(v, access.Caseloads, access.Look, v.Team, v.Service)
}

// mayOffice decides about what is of a team in a service.
func (s *Service) mayOffice(v access.Viewer, part access.Part, action access.Action, team, service string) bool {
	return s.set().Access().Decide(v, part, action, access.OfficeHeld(v, team, service), date.At(s.now())).Outcome == access.Shown
}

// Caseload lists cases. It names children, so it is a search: one footprint for
// the list, one for each child on it. NotFound where the team is not there, or
// its cases are not the viewer's to list.
func (s *Service) Caseload(ctx context.Context, a Actor, ask CaseloadAsk) (Caseload, error) {
	var c Caseload
	cases, err := s.listCases(ctx, a, "caseload", func(r store.Reader, v access.Viewer) ([]caseload.Case, error) {
		c = Caseload{Service: v.Service}
		teams, err := r.Teams(ctx)
		if err != nil {
			return nil, err
		}
		wanted := ask.Team
		if wanted == "" && !ask.Service {
			wanted = staff.TeamID(v.Team)
		}
		for _, t := range teams {
			if t.Service == v.Service && s.mayOffice(v, access.Caseloads, access.Look, string(t.ID), t.Service) {
				c.Teams = append(c.Teams, t)
				if t.ID == wanted && !ask.Service {
					c.Team = t
				}
			}
		}
		c.WholeService = v.Service != "" && s.mayOffice(v, access.Caseloads, access.Look, "", v.Service)
		q := caseload.Query{
			Scope: s.listScope(v), Now: date.At(s.now()), State: ask.State, Order: ask.Order,
			Skip: (max(ask.Page, 1) - 1) * CaseloadLines, Limit: CaseloadLines,
		}
		switch {
		case ask.Service && c.WholeService:
			q.Service = v.Service
		case c.Team.ID != "":
			q.Team = c.Team.ID
		default:
			return nil, errNotHere
		}
		if c.Counts, err = r.CountCases(ctx, q); err != nil {
			return nil, err
		}
		c.Pages = (c.Counts.In(ask.State) + CaseloadLines - 1) / CaseloadLines
		return r.Cases(ctx, q)
	})
	if err != nil {
		return Caseload{}, s.refusedOffice(ctx, a, access.Caseloads, access.Look, string(ask.Team), err)
	}
	c.Cases = cases
	return c, nil
}

// listCases is list for cases: each child stands in the footprints once.
func (s *Service) listCases(ctx context.Context, a Actor, terms string, read func(store.Reader, access.Viewer) ([]caseload.Case, error)) ([]caseload.Case, error) {
	var cases []caseload.Case
	people, err := s.list(ctx, a, listing{terms: terms, forAction: true, atLeast: everybody(access.Shown), read: func(r store.Reader, v access.Viewer) (people []person.Found, err error) {
		if cases, err = read(r, v); err != nil {
			return nil, err
		}
		return People(cases), nil
	}})
	if err != nil {
		return nil, err
	}
	return casesOf(cases, people), nil
}

// People are the people of cases, each once.
func People(cases []caseload.Case) []person.Found {
	var people []person.Found
	on := map[person.ID]bool{}
	for _, c := range cases {
		if !on[c.ID] {
			on[c.ID] = true
			people = append(people, c.Found)
		}
	}
	return people
}

// casesOf are the cases of those who were shown, as they were.
func casesOf(cases []caseload.Case, shown []person.Found) []caseload.Case {
	at := map[person.ID]person.Found{}
	for _, f := range shown {
		at[f.ID] = f
	}
	var list []caseload.Case
	for _, c := range cases {
		if f, ok := at[c.ID]; ok && !f.Outside {
			c.Found = f
			list = append(list, c)
		}
	}
	return list
}

// refusedOffice leaves the footprint of what of the office was withheld.
func (s *Service) refusedOffice(ctx context.Context, a Actor, part access.Part, action access.Action, object string, err error) error {
	if !errors.Is(err, errNotHere) {
		return err
	}
	return errors.Join(err, s.looks.commit(ctx, func(ctx context.Context, tx store.Tx) error {
		return s.leaveRefusal(ctx, tx, a, part, action, object)
	}))
}
