package casework

import (
	"context"
	"slices"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/task"
)

// awaits are the parts of a file that wait to be authorised.
var awaits = []access.Part{access.Documents, access.Plans}

// decidedWords say of the task what was done with what waited.
var decidedWords = map[string]string{
	AuthorisesDocument: "It was authorised.", ReturnsDocument: "It was returned, with requests.",
	AuthorisesPlan: "It was authorised.", ReturnsPlan: "It was returned, with requests.",
}

// openAuthorise opens the task to authorise what waits, once, where its kind is defined. It
// lies where those who may authorise it find it, and whoever is to come who may: who has one
// of its roles, and whose the file is to change, is asked anew whenever a tray is read. Its
// roles are those of the day on which it was completed: where others are approved while it
// waits, those authorise it from its page, and have no task in a tray.
func (s *Service) openAuthorise(ctx context.Context, tx store.Tx, sat *sitting, w awaited) error {
	kind, ok := s.set().Tasks().Caused(task.Authorise, w.service)
	if !ok {
		return nil
	}
	open, err := toBeAuthorised(ctx, tx, sat.person, w.link)
	if err != nil || len(open) > 0 {
		return err
	}
	o := opening{
		kind: kind, words: entry.OneLine("Authorise: " + w.title), person: sat.person, service: w.service, link: w.link,
		from: task.FromRule, fromID: task.Awaiting{Part: w.part, Roles: w.roles, Wrote: w.wrote}.Rule(), team: staff.TeamID(sat.viewer.Team),
	}
	if o.to, o.team, err = s.toAuthorise(ctx, tx, o, w); err != nil {
		if err == error(errNoTeam) {
			return nil // there is no team in whose tray it could lie
		}
		return err
	}
	if o.put, err = putOn(ctx, tx, w.moves, w.key, sat.person); err != nil {
		return err
	}
	_, err = s.openTask(ctx, tx, tx.Stamp(string(sat.actor.Worker)), o)
	return err
}

// toAuthorise is in whose tray what waits lies: that of the team of the case or, where
// nobody of it may authorise it, of the first team with somebody who may. Where nobody may
// it waits with the team of the case, or with that of whoever completed it.
func (s *Service) toAuthorise(ctx context.Context, r store.Reader, o opening, w awaited) (task.Holder, staff.TeamID, error) {
	if o.kind.To != task.ToTeam {
		return s.recipient(ctx, r, o)
	}
	of, err := s.runningCase(ctx, r, o.person, o.service)
	if err != nil {
		return "", "", err
	}
	list, err := s.authorisers(ctx, r, o.person, w)
	if err != nil {
		return "", "", err
	}
	list = slices.DeleteFunc(list, func(h staff.Holder) bool { return h.Team == "" })
	team := staff.TeamID(of.TeamID)
	if len(list) > 0 && !slices.ContainsFunc(list, func(h staff.Holder) bool { return h.Team == team }) {
		team = list[0].Team
	}
	if team == "" {
		team = o.team
	}
	if team == "" {
		return "", "", errNoTeam
	}
	return task.OfTeam(team), team, nil
}

// toBeAuthorised are the open tasks to authorise what stands at a place of a file.
func toBeAuthorised(ctx context.Context, r store.Reader, p person.ID, link string) ([]task.Task, error) {
	open, err := r.TasksLeading(ctx, p, link)
	return slices.DeleteFunc(open, func(t task.Task) bool {
		_, ok := t.Awaiting()
		return !ok || t.Link != link
	}), err
}

// endAuthorise has the task be done with what waited: it was authorised or returned.
func (s *Service) endAuthorise(ctx context.Context, tx store.Tx, sat *sitting, link, why string) error {
	open, err := toBeAuthorised(ctx, tx, sat.person, link)
	if err != nil {
		return err
	}
	for _, t := range open {
		was := t.Holder
		if err := t.Do(sat.actor.Worker, date.At(s.now()), ""); err != nil { // which asks for nothing: the kind may not, and nobody can
			return err
		}
		if err := tx.SaveTask(ctx, t); err != nil {
			return err
		}
		if err := tx.AddTaskEvent(ctx, task.Event{Task: t.ID, Step: task.Finished, From: was, To: t.Holder, Reason: why, Stamp: tx.Stamp(string(sat.actor.Worker))}); err != nil {
			return err
		}
	}
	return nil
}

// awaitedOf is what a task is to authorise; false for other tasks.
func awaitedOf(t task.Task) (awaited, bool) {
	a, ok := t.Awaiting()
	return awaited{part: a.Part, service: t.Service, roles: a.Roles, wrote: a.Wrote, link: t.Link}, ok
}

// mayAwait reports whether somebody, as they stand to a file, may authorise what a task is
// to authorise; true for other tasks.
func (s *Service) mayAwait(st standing, t task.Task) bool {
	w, ok := awaitedOf(t)
	return !ok || st.viewer.Service == t.Service && w.is(st.viewer.Role, staffID(st.viewer)) && s.decide(st, w.part, access.Change).Outcome == access.Shown
}

// mayAwaitAs is that of somebody in a role they hold.
func (s *Service) mayAwaitAs(ctx context.Context, r store.Reader, h staff.Holder, t task.Task) (bool, error) {
	if _, ok := t.Awaiting(); !ok {
		return true, nil
	}
	st, err := s.standingOf(ctx, r, h, t.Person)
	return err == nil && s.mayAwait(st, t), err
}

// isSeenBy is isSeen of a task that perhaps only some may do: somebody of its holder's may
// authorise what it is to authorise, whoever else may and comes first.
func (s *Service) isSeenBy(ctx context.Context, r store.Reader, t task.Task) (bool, error) {
	all, err := r.Holders(ctx, s.Today())
	if err != nil {
		return false, err
	}
	w, single := t.Holder.Worker()
	for _, h := range all {
		if single && h.Worker != w || !single && !s.lies(t.Holder, h) {
			continue
		}
		may, err := s.mayHold(ctx, r, h, t.Person)
		if may && err == nil {
			may, err = s.mayAwaitAs(ctx, r, h, t)
		}
		if err != nil || may {
			return may, err
		}
	}
	return false, nil
}

// awaitQuery has a query hold what waits to be authorised for whoever may: of the service in
// which they are now, in whose role it is authorised, who wrote nothing of it, and whose to
// change the file is.
func (s *Service) awaitQuery(v access.Viewer, q *task.Query) {
	q.Named = append(q.Named, task.Named{Rule: task.AwaitingRule, Service: v.Service, With: task.AwaitingRole(v.Role), Without: task.AwaitingWriter(staffID(v))})
	for _, part := range awaits {
		sc, change := s.set().Access().Scope(v, part, access.Look, access.Shown), s.set().Access().Scope(v, part, access.Change, access.Shown)
		sc.Gives = slices.DeleteFunc(sc.Gives, func(g access.Ground) bool { return !slices.Contains(change.Gives, g) })
		if slices.ContainsFunc(q.Scope.Gives, func(g access.Ground) bool { return !slices.Contains(sc.Gives, g) }) {
			q.Within = append(q.Within, task.Within{Rule: task.AwaitingPart(part), Scope: sc})
		}
	}
}
