package casework

import (
	"context"
	"slices"
	"strings"

	"casefile/internal/access"
	"casefile/internal/correction"
	"casefile/internal/document"
	"casefile/internal/fault"
	"casefile/internal/form"
	"casefile/internal/person"
	"casefile/internal/plan"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// DocumentWaits is the kind of notice that a document waits to be authorised, to those who
// may and whom its form has told nothing.
const DocumentWaits = "document-waits"

// An awaited is what waits to be authorised, or agreed.
type awaited struct {
	part    access.Part
	service string
	episode string        // the work that it belongs to; empty for none
	roles   []access.Role // that authorise it, as its definition has them
	wrote   []staff.ID    // who wrote in what waits

	title string
	link  string // where it is on the file
	moves correction.Kind
	key   string
}

func documentAwaits(d document.Document, f *form.Form) awaited {
	return awaited{access.Documents, d.Service, d.Episode, rolesOf(f.AuthoriseBy), d.Wrote(), d.Title, linkOfDocument(d.ID), correction.MoveDocument, string(d.ID)}
}

func planAwaits(p plan.Plan, k plan.Kind) awaited {
	return awaited{access.Plans, p.Service, p.Episode, k.AuthoriseBy, p.Wrote(), p.Title, planLink(p.ID, ""), correction.MovePlan, string(p.ID)}
}

func rolesOf(list []form.Word) []access.Role {
	roles := make([]access.Role, len(list))
	for i, w := range list {
		roles[i] = access.Role(w.Text)
	}
	return roles
}

func (s *Service) roleTitles(roles []access.Role) []string {
	titles := make([]string, len(roles))
	for i, r := range roles {
		titles[i] = s.RoleTitle(r)
	}
	return titles
}

// is reports whether somebody in a role authorises it: the definition names the role, and
// they wrote nothing of it. Whether the file is theirs to change, access decides.
func (w awaited) is(role access.Role, who staff.ID) bool {
	return slices.Contains(w.roles, role) && !slices.Contains(w.wrote, who)
}

// mayAuthorise is that rule, for whoever is about to: Refused, with why.
func (s *Service) mayAuthorise(sat *sitting, w awaited) error {
	switch {
	case w.is(sat.viewer.Role, sat.actor.Worker):
		return nil
	case len(w.roles) == 0:
		return fault.New(fault.Refused, "Nobody authorises this until a second person has approved who does.")
	case !slices.Contains(w.roles, sat.viewer.Role):
		return fault.New(fault.Refused, "This is authorised by: "+strings.Join(s.roleTitles(w.roles), ", ")+".")
	}
	return fault.New(fault.Refused, "You wrote in this, so somebody else authorises it.")
}

// authorisers are those who may authorise what waits on a file: of the team of its case or,
// where none of them may, of the service.
func (s *Service) authorisers(ctx context.Context, r store.Reader, p person.ID, w awaited) ([]staff.Holder, error) {
	all, err := r.Holders(ctx, s.Today())
	if err != nil {
		return nil, err
	}
	episodes, err := r.Episodes(ctx, p, 0)
	if err != nil {
		return nil, err
	}
	near := func(h staff.Holder) bool {
		return slices.ContainsFunc(episodes, func(e person.Episode) bool { return inCase(w.episode, e) && e.TeamID == string(h.Team) })
	}
	for _, nearby := range []bool{true, false} {
		var list []staff.Holder
		for _, h := range all {
			if h.Service != w.service || !w.is(h.Role, h.Worker) || near(h) != nearby {
				continue
			}
			st, err := s.standingOf(ctx, r, h, p)
			if err != nil {
				return nil, err
			}
			if s.decide(st, w.part, access.Change).Outcome == access.Shown && s.decide(st, access.Identity, access.Find).Outcome == access.Shown {
				list = append(list, h)
			}
		}
		if len(list) > 0 {
			return list, nil
		}
	}
	return nil, nil
}

// tellWaits tells those who may authorise what waits, but for some who were told, and has
// it be a task.
func (s *Service) tellWaits(ctx context.Context, tx store.Tx, sat *sitting, w awaited, news store.Notice, but ...staff.ID) error {
	if err := s.openAuthorise(ctx, tx, sat, w); err != nil {
		return err
	}
	list, err := s.authorisers(ctx, tx, sat.person, w)
	if err != nil {
		return err
	}
	var to []staff.ID
	for _, h := range list {
		if !slices.Contains(but, h.Worker) {
			to = append(to, h.Worker)
		}
	}
	return s.tellWith(ctx, tx, sat, news, to...)
}

// tellDocumentWaits tells of a document that was completed and waits, whomever its form has
// not told of it.
func (s *Service) tellDocumentWaits(ctx context.Context, tx store.Tx, sat *sitting, d document.Document, f *form.Form, does []form.Doing) error {
	if d.State() != document.Waiting {
		return nil
	}
	var told []staff.ID
	for _, do := range does {
		if do.Act != form.Message {
			continue
		}
		to, err := s.recipients(ctx, tx, sat, d, do.Target)
		if err != nil {
			return err
		}
		told = append(told, to...)
	}
	return s.tellWaits(ctx, tx, sat, documentAwaits(d, f), store.Notice{Kind: DocumentWaits, Document: d.ID}, told...)
}

// A Waits is what a page says of what waits to be authorised.
type Waits struct {
	Authorise []string // the titles of the roles that authorise it
	// For are the names of those who may; empty for nobody. It is asked only where the
	// viewer may not, and is of the service whose it is.
	For   []string
	Asked bool
	// MayAuthorise is set for the viewer whose it is to do, and Own where they wrote in
	// it.
	MayAuthorise bool
	Own          bool
}

// waits says so of what is on the file, to whoever reads it. waiting is whether it does wait.
func (r reading) waits(ctx context.Context, w awaited, waiting bool) (Waits, error) {
	out := Waits{Authorise: r.s.roleTitles(w.roles), Own: slices.Contains(w.wrote, r.actor.Worker)}
	if !waiting || w.service != r.viewer.Service {
		return out, nil
	}
	out.MayAuthorise = w.is(r.viewer.Role, r.actor.Worker) && r.s.decide(r.standing, w.part, access.Change).Outcome == access.Shown
	if out.MayAuthorise {
		return out, nil
	}
	list, err := r.s.authorisers(ctx, r.Reader, r.person, w)
	out.Asked = true
	for _, h := range list {
		if !slices.Contains(out.For, h.Name) {
			out.For = append(out.For, h.Name)
		}
	}
	return out, err
}

// otherWriters are the names of those who wrote in what a step completed, but for who
// completed it.
func (r reading) otherWriters(ctx context.Context, wrote []staff.ID, by staff.ID) ([]string, error) {
	var names []string
	for _, w := range wrote {
		if w == by {
			continue
		}
		name, err := r.workerName(ctx, w)
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}
