package casework

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"

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

// NewChild is the page on which a file is made for a child who has none.
type NewChild struct {
	Practice person.Practice
	Wanted   []person.Wanted // by the actor's service
	Team     string          // of the actor; empty for none that works with children
	Holds    bool            // the actor can hold the case
}

// Who works with a child whose file is made, as the form has it.
const (
	WorkMine = "mine" // the actor, for their team
	WorkTeam = "team" // the actor's team, and nobody of it yet
	WorkNone = "none"
)

// MayAddChild reports whether a role makes files: whether to offer it.
func (s *Service) MayAddChild(role access.Role) bool {
	return len(s.set().Access().Scope(access.Viewer{Role: role}, access.NewFiles, access.Record, access.Shown).Gives) > 0
}

// NewChild says what the page of a new file asks. NotFound for whoever makes none.
func (s *Service) NewChild(ctx context.Context, a Actor) (NewChild, error) {
	var n NewChild
	err := s.db.View(ctx, func(r store.Reader) error {
		v, err := s.mayAddChild(ctx, r, a)
		if err != nil {
			return err
		}
		n, err = s.newChild(ctx, r, v)
		return err
	})
	return n, s.refusedOffice(ctx, a, access.NewFiles, access.Record, "", err)
}

func (s *Service) mayAddChild(ctx context.Context, r store.Reader, a Actor) (access.Viewer, error) {
	v, err := s.viewer(ctx, r, a)
	if err == nil && s.office(v, access.NewFiles, access.Record, staff.TeamID(v.Team), v.Service).Outcome != access.Shown {
		err = errNotHere
	}
	return v, err
}

func (s *Service) newChild(ctx context.Context, r store.Reader, v access.Viewer) (NewChild, error) {
	n := NewChild{Practice: s.set().People()}
	svc, ok := s.set().Service(v.Service)
	if !ok {
		return n, nil
	}
	n.Wanted = svc.Wanted
	teams, err := r.Teams(ctx)
	if err != nil {
		return n, err
	}
	for _, t := range teams {
		if string(t.ID) == v.Team {
			n.Team, n.Holds = t.Name, s.holdsCases(v.Role)
		}
	}
	return n, nil
}

// An Adding is what came of asking for a new file: the file, or those who may be
// the same child. Key names these: a second asking that names it says that it is
// none of them.
type Adding struct {
	Reference id.Reference
	Likely    []person.Found
	Key       string
}

// AddChild makes a file, once the actor has seen who may be the same child.
// Invalid with each problem by its field.
func (s *Service) AddChild(ctx context.Context, a Actor, f person.Form, checked string) (Adding, error) {
	var file NewFile
	var v access.Viewer
	var taken []*numberTaken
	err := s.db.View(ctx, func(r store.Reader) (err error) {
		if v, err = s.mayAddChild(ctx, r, a); err != nil {
			return err
		}
		n, err := s.newChild(ctx, r, v)
		if err != nil {
			return err
		}
		var ps []fault.Problem
		taken = nil
		file, ps = s.childOf(f, n)
		// A number that another file has is told with all else that is wrong.
		for _, i := range file.Identifiers {
			_, err := s.numberOf(ctx, r, v, "", i, "number-"+i.System)
			if t, ok := errors.AsType[*numberTaken](err); ok {
				said, _ := errors.AsType[*fault.Error](err)
				ps, taken = append(ps, said.Problems...), append(taken, t)
				continue
			}
			if err != nil {
				return err
			}
		}
		if len(ps) > 0 {
			return problems(ps)
		}
		return nil
	})
	if err != nil {
		return Adding{}, s.refusedOffice(ctx, a, access.NewFiles, access.Record, "", s.told(ctx, a, err, taken...))
	}
	likely, err := s.Likely(ctx, a, file.New)
	if err != nil {
		return Adding{}, err
	}
	if key := keyOf(likely); len(likely) > 0 && key != checked {
		return Adding{Likely: likely, Key: key}, nil
	}
	var made Adding
	err = s.db.Update(ctx, func(tx store.Tx) error {
		if v, err = s.mayAddChild(ctx, tx, a); err != nil {
			return err
		}
		anew := file // the transaction may run again
		anew.Identifiers = slices.Clone(file.Identifiers)
		for i := range anew.Identifiers {
			n := &anew.Identifiers[i]
			if *n, err = s.numberOf(ctx, tx, v, "", *n, "number-"+n.System); err != nil {
				return err
			}
		}
		if f.Typed("work") != WorkNone && v.Team != "" && v.Service != "" {
			e := NewEpisode{Service: v.Service, Team: staff.TeamID(v.Team), Period: date.Period{From: s.Today()}}
			if f.Typed("work") == WorkMine {
				e.Workers = []staff.ID{a.Worker}
			}
			anew.Episodes = []NewEpisode{e}
		}
		p, err := s.addFile(ctx, tx, tx.Stamp(string(a.Worker)), &anew)
		if err != nil {
			return err
		}
		made.Reference = p.Reference
		if err := s.linkAlerts(ctx, tx, p.ID); err != nil {
			return err
		}
		d := s.office(v, access.NewFiles, access.Record, staff.TeamID(v.Team), v.Service)
		_, err = s.leave(ctx, tx, footprint.Footprint{
			Actor: v.Worker, Role: string(v.Role), Action: "make", Object: string(p.ID), Part: string(access.Identity), Ground: string(d.Ground), Outcome: d.Outcome.String(),
		}, nil)
		return err
	})
	if err != nil {
		return Adding{}, s.refusedOffice(ctx, a, access.NewFiles, access.Record, "", s.told(ctx, a, err))
	}
	return made, nil
}

// keyOf names a list of people.
func keyOf(people []person.Found) string {
	if len(people) == 0 {
		return ""
	}
	refs := make([]string, len(people))
	for i, f := range people {
		refs[i] = string(f.Reference)
	}
	slices.Sort(refs)
	sum := sha256.Sum256([]byte(strings.Join(refs, " ")))
	return hex.EncodeToString(sum[:12])
}

// childOf reads the form of a new file.
func (s *Service) childOf(f person.Form, n NewChild) (NewFile, []fault.Problem) {
	var file NewFile
	var ps []fault.Problem
	today := s.Today()
	legal, wrong := person.StateName(person.Form{"kind": person.Legal, "given": f["given"], "family": f["family"], "family-first": f["family-first"]}, today)
	ps = append(ps, wrong...)
	file.Names = []person.Name{legal}
	if f.Typed("known-as") != "" {
		known, wrong := person.StateName(person.Form{"kind": person.KnownAs, "given": f["known-as"], "family": f["family"], "family-first": f["family-first"]}, today)
		ps = append(ps, renamed(wrong, "given", "known-as")...)
		file.Names = append(file.Names, known)
	}
	file.Birth, wrong = person.StateBirth(f, today)
	ps = append(ps, wrong...)
	if f.Typed("line1")+f.Typed("line2")+f.Typed("town")+f.Typed("postcode") != "" {
		at := person.Form{"kind": person.Home, "line1": f["line1"], "line2": f["line2"], "town": f["town"], "postcode": f["postcode"], "place": f["place"], "confidential": f["confidential"]}
		a, wrong := person.StateAddress(at, today)
		ps = append(ps, wrong...)
		a.Period.From = today
		file.Addresses = []person.Address{a}
	}
	for _, c := range []struct{ field, kind string }{{"phone", person.Phone}, {"phone2", person.Phone}, {"email", person.Email}} {
		if f.Typed(c.field) == "" {
			continue
		}
		v, wrong := person.StateContact(person.Form{"kind": c.kind, "value": f[c.field]}, file.Contacts, today)
		ps = append(ps, renamed(wrong, "value", c.field)...)
		file.Contacts = append(file.Contacts, v)
	}
	for _, k := range n.Practice.Kinds {
		field := "fact-" + k.ID
		if f.Typed(field) == "" {
			continue
		}
		set, _ := s.set().CodeSet(k.Set)
		said := person.Form{"kind": k.ID, "code": f[field]}
		if k.Set == "" {
			said = person.Form{"kind": k.ID, "note": f[field]}
		}
		c, wrong := n.Practice.StateCharacteristic(said, set, file.Characteristics, today)
		ps = append(ps, renamed(renamed(wrong, "code", field), "note", field)...)
		file.Characteristics = append(file.Characteristics, c)
	}
	for _, k := range n.Practice.Numbers {
		field := "number-" + k.ID
		if f.Typed(field) == "" {
			continue
		}
		i, _, wrong := n.Practice.StateIdentifier(person.Form{"system": k.ID, "value": f[field]}, nil, today)
		ps = append(ps, renamed(wrong, "value", field)...)
		file.Identifiers = append(file.Identifiers, i)
	}
	switch work := f.Typed("work"); {
	case work == WorkMine && n.Holds && n.Team != "", work == WorkTeam && n.Team != "", work == WorkNone, n.Team == "":
	default:
		ps = append(ps, fault.Problem{Field: "work", Message: "Select who works with them"})
	}
	return file, ps
}

// renamed has problems stand beside another field.
func renamed(ps []fault.Problem, from, to string) []fault.Problem {
	for i := range ps {
		if ps[i].Field == from {
			ps[i].Field = to
		}
	}
	return ps
}

// KindTitle is what a kind of coded fact is called; its id where nothing says.
func (s *Service) KindTitle(kind string) string {
	k, ok := s.set().People().Kind(kind)
	if k.Title != "" {
		return k.Title
	}
	set := kind
	if ok && k.Set != "" {
		set = k.Set
	}
	if v, ok := s.set().CodeSet(set); ok && v.Title != "" {
		return v.Title
	}
	return kind
}

// CodesNow are the codes of a set that are in use today, for a form.
func (s *Service) CodesNow(set string) []codeset.Code {
	v, _ := s.set().CodeSet(set)
	return v.At(s.Today())
}
