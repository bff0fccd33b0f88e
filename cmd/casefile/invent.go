package main

import (
	"context"
	"fmt"
	"iter"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/population"
	"casefile/internal/staff"
)

// byDemo is the name under which the invented authority stands in the record.
const byDemo = "job:demo"

// A settling gives the invented workers and teams their keys in the database.
type settling struct {
	teams   map[string]staff.Team
	workers map[string]staff.Worker
	roles   map[string]string // worker's key to the role in words
}

// invent makes the invented authority through casework, as everything is made; with
// relatives, the adults of its families too.
func (h *house) invent(ctx context.Context, a *population.Authority, relatives bool, progress func(done int)) (*settling, error) {
	s, err := h.settle(ctx, a)
	if err != nil {
		return nil, err
	}
	const batch = 50
	files := make([]casework.NewFile, 0, batch)
	children := make([]population.Child, 0, batch)
	var families []casework.NewFamily
	c := &cast{a: a, s: s}
	done := 0
	flush := func() error {
		if len(files) == 0 {
			return nil
		}
		refs, err := h.casework.MakeFiles(ctx, byDemo, files)
		if err != nil {
			return fmt.Errorf("make invented files: %w", err)
		}
		for i, ref := range refs {
			c.note(children[i], ref)
		}
		if relatives {
			for i := range families {
				families[i].Children, refs = refs[:len(families[i].Children)], refs[len(families[i].Children):]
			}
			if err := h.casework.MakeFamilies(ctx, byDemo, families); err != nil {
				return fmt.Errorf("make invented families: %w", err)
			}
		}
		done += len(files)
		files, children, families = files[:0], children[:0], families[:0]
		progress(done)
		return nil
	}
	for family := range a.Families() {
		for _, child := range family.Children {
			files, children = append(files, s.file(child)), append(children, child)
		}
		families = append(families, s.family(family))
		if len(files) >= batch {
			if err := flush(); err != nil {
				return nil, err
			}
		}
	}
	if err := flush(); err != nil {
		return nil, err
	}
	return s, h.tell(ctx, c)
}

func (h *house) settle(ctx context.Context, a *population.Authority) (*settling, error) {
	s := &settling{map[string]staff.Team{}, map[string]staff.Worker{}, map[string]string{}}
	for t := range a.EveryTeam() {
		team, err := h.casework.MakeTeam(ctx, byDemo, t.Name, t.Service)
		if err != nil {
			return nil, fmt.Errorf("make the team %s: %w", t.Key, err)
		}
		s.teams[t.Key] = team
	}
	trained := trainedBefore(a)
	for w := range everyWorker(a) {
		worker := staff.Worker{
			Given: w.Given, Family: w.Family, JobTitle: w.JobTitle,
			Contact: staff.Contact{Telephone: w.Phone, Mobile: w.Mobile, Email: w.Email, Base: s.teams[w.TeamKey].Name},
		}
		key, _, err := h.casework.MakeWorker(ctx, byDemo, worker, access.Role(w.Role), s.teams[w.TeamKey],
			date.Period{From: w.Started, To: w.Left}, h.casework.Today().AddDays(-trained[w.Key]))
		if err != nil {
			return nil, fmt.Errorf("make the worker %s: %w", w.Key, err)
		}
		worker.ID = key
		s.workers[w.Key], s.roles[w.Key] = worker, h.casework.RoleTitle(access.Role(w.Role))
		if w.Demo {
			if err := h.demoAccount(ctx, w.Login, key); err != nil {
				return nil, err
			}
		}
	}
	return s, nil
}

// everyWorker yields those that the authority holds, in their order, and then those
// of the teams that it does not.
func everyWorker(a *population.Authority) iter.Seq[population.Worker] {
	return func(yield func(population.Worker) bool) {
		for _, w := range a.Workers {
			if !yield(w) {
				return
			}
		}
		teams := 0
		for _, crew := range a.EveryTeam() {
			if teams++; teams <= len(a.Teams) {
				continue
			}
			for _, w := range crew {
				if !yield(w) {
					return
				}
			}
		}
	}
}

// demoAccount makes an account that the demo's door opens and no password does:
// the one it is made with is told to nobody.
func (h *house) demoAccount(ctx context.Context, login string, worker staff.ID) error {
	account, _, err := h.auth.NewAccount(ctx, login, string(worker))
	if err != nil {
		return fmt.Errorf("make a demo account: %w", err)
	}
	signIn := h.db.SignIn()
	if account, err = signIn.Account(ctx, account.ID); err != nil {
		return err
	}
	account.MustChange = false
	return signIn.UpdateAccount(ctx, account)
}

func (s *settling) file(c population.Child) casework.NewFile {
	var f casework.NewFile
	for _, n := range c.Names {
		given := n.Given
		if n.Middle != "" {
			given += " " + n.Middle
		}
		f.Names = append(f.Names, person.Name{
			Kind: string(n.Kind), Given: given, Family: n.Family, Clocks: date.Clocks{Period: n.Period},
		})
	}
	f.Birth = person.Birth{Day: c.Born, Estimated: c.BornEstimated}
	for _, a := range c.Addresses {
		f.Addresses = append(f.Addresses, person.Address{
			Line1: a.Line1, Town: a.Town, Postcode: a.Postcode, Confidential: a.Confidential, Clocks: date.Clocks{Period: a.Period},
		})
	}
	for _, v := range []struct{ kind, value string }{{person.Phone, c.Mobile}, {person.Phone, c.HomePhone}, {person.Email, c.Email}} {
		if v.value != "" {
			f.Contacts = append(f.Contacts, person.Contact{Kind: v.kind, Value: v.value})
		}
	}
	for _, v := range []struct{ kind, code string }{{"gender", c.Sex}, {"ethnicity", c.Ethnicity}} {
		if v.code != "" {
			f.Characteristics = append(f.Characteristics, person.Characteristic{Kind: v.kind, Code: v.code})
		}
	}
	for _, e := range c.Episodes {
		n := casework.NewEpisode{Service: e.Service, Team: s.teams[e.TeamKey].ID, Period: date.Period{From: e.Opened, To: e.Closed}}
		for _, w := range append([]string{e.Allocated}, e.Further...) {
			if w != "" {
				n.Workers = append(n.Workers, s.workers[w].ID)
			}
		}
		f.Episodes = append(f.Episodes, n)
	}
	for _, p := range c.Professionals {
		f.Professionals = append(f.Professionals, person.Professional{
			Agency: p.Agency, Name: p.Name, JobTitle: p.Job, Telephone: p.Phone, Clocks: date.Clocks{Period: p.Period},
		})
	}
	for _, e := range c.Entries {
		clock := ""
		if e.Minute >= 0 {
			clock = fmt.Sprintf("%02d:%02d", e.Minute/60, e.Minute%60)
		}
		f.Entries = append(f.Entries, casework.NewEntry{
			Service: e.Service, Author: s.workers[e.AuthorKey], Role: s.roles[e.AuthorKey], Written: e.Recorded,
			Content: entry.Content{
				Type: e.Type, Category: e.Category, Happened: e.Happened, Time: clock, WithWhom: e.WithWhom,
				Seen: string(e.Seen), SeenAlone: string(e.SeenAlone), Reason: e.Reason, Text: e.Text,
				Significant: e.Significant, Sensitive: e.Sensitive,
			},
		})
	}
	f.Identifiers = append(f.Identifiers, person.Identifier{ID: id.New(), System: "demo", Value: c.Key})
	return f
}
