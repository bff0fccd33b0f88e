package casework

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"casefile/internal/access"
	"casefile/internal/alert"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/task"
)

// The jobs about alerts: LinkAlerts tells those who work with a child that somebody with
// an alert is linked to the child (CR-20); AlertsDay does so for what no change by hand
// brought about, and opens tasks for alerts that are to be looked at again.
const (
	LinkAlerts = "link-alerts"
	AlertsDay  = "alerts-day"
)

// The kinds of notice about alerts. Neither says of what.
const (
	AlertSet    = "alert-set"    // one was set on the file of a child of the worker's
	AlertLinked = "alert-linked" // somebody with an alert is linked to a child of theirs
)

// alertsJob is the name under which the jobs look.
const alertsJob = "job:alerts"

// TellsOfAlert is the action of that footprint.
const TellsOfAlert = "tell-of-alert"

type linkedPeople struct {
	People []person.ID `json:"people"`
}

// linkAlerts puts in the outbox that those around some people may have to be told.
func (s *Service) linkAlerts(ctx context.Context, tx store.PlainTx, people ...person.ID) error {
	if len(s.set().Alerts().LinkedKinds()) == 0 {
		return nil
	}
	slices.Sort(people)
	payload, err := json.Marshal(linkedPeople{slices.Compact(people)})
	if err != nil {
		return err
	}
	return tx.Enqueue(ctx, store.Job{Kind: LinkAlerts, Payload: payload})
}

// linkAlertsOfKin does so around a person and whoever lives with them, who may have moved
// along.
func (s *Service) linkAlertsOfKin(ctx context.Context, tx store.Tx, p person.ID) error {
	kin, err := s.kin(ctx, tx, p)
	if err != nil {
		return err
	}
	return s.linkAlerts(ctx, tx, kin...)
}

// TellOfLinks is the job. It may run twice.
func (s *Service) TellOfLinks(ctx context.Context, payload []byte) error {
	var job linkedPeople
	if err := json.Unmarshal(payload, &job); err != nil {
		return fault.Wrap(fault.Invalid, "the payload is not that of people", err)
	}
	for _, p := range job.People {
		if err := s.tellAround(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// tellAround settles who was told of what on the files of a person and of all to whom
// they are, or were, linked.
func (s *Service) tellAround(ctx context.Context, p person.ID) error {
	var files []person.ID
	err := s.db.View(ctx, func(r store.Reader) error {
		file, err := r.FileOf(ctx, p)
		if err != nil {
			return err
		}
		files = []person.ID{file}
		linked, err := r.LinkedAlerts(ctx, s.alertQuery(file))
		if err != nil {
			return err
		}
		for _, o := range linked {
			files = append(files, o.On)
		}
		told, err := r.ToldOfAlerts(ctx, file)
		files = append(files, told...)
		return err
	})
	if err != nil {
		return err
	}
	slices.Sort(files)
	for _, child := range slices.Compact(files) {
		if err := s.db.Update(ctx, func(tx store.Tx) error { return s.tellOfChild(ctx, tx, child) }); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) alertQuery(p person.ID) store.AlertQuery {
	return store.AlertQuery{People: []person.ID{p}, Linked: s.set().Alerts().LinkedKinds(), Day: s.Today()}
}

// tellOfChild tells those who work with a child of each alert that the child is newly
// linked to, and forgets those of links that are over.
func (s *Service) tellOfChild(ctx context.Context, tx store.Tx, child person.ID) error {
	on, err := tx.AlertsOn(ctx, s.alertQuery(child))
	if err != nil {
		return err
	}
	told, err := tx.AlertsTold(ctx, child)
	if err != nil {
		return err
	}
	h, err := tx.Header(ctx, child)
	if err != nil {
		return err
	}
	links := map[string]alert.On{}
	for _, o := range on {
		if o.Via != alert.Own && alert.Concerns(h, s.Today()) {
			links[o.Key()] = o
		}
	}
	for _, key := range told {
		if _, ok := links[key]; !ok {
			if err := tx.ForgetAlert(ctx, child, key); err != nil {
				return err
			}
		}
	}
	for _, o := range links {
		if slices.Contains(told, o.Key()) {
			continue
		}
		if _, err := tx.TellOfAlert(ctx, child, o.Key()); err != nil {
			return err
		}
		if err := s.tellOfLink(ctx, tx, child, o); err != nil {
			return err
		}
	}
	return nil
}

// tellOfLink tells whoever works with the child and may see the alert there. The job
// looked at both files, and leaves its footprints on both.
func (s *Service) tellOfLink(ctx context.Context, tx store.Tx, child person.ID, o alert.On) error {
	kind, _ := s.set().Alerts().Kind(o.Kind)
	workers, err := s.toTell(ctx, tx, child)
	if err != nil {
		return err
	}
	all, err := tx.Holders(ctx, s.Today())
	if err != nil {
		return err
	}
	for _, w := range workers {
		knows, err := s.knowsAlert(ctx, tx, all, w, child, kind.Part, &link{of: o.Of, light: o.Light})
		if err != nil {
			return err
		}
		if !knows {
			continue
		}
		n := store.Notice{ID: id.New(), Worker: w, Person: child, Kind: AlertLinked, At: date.At(s.now())}
		if err := tx.AddNotice(ctx, n); err != nil {
			return err
		}
	}
	for _, p := range []person.ID{child, o.Of} {
		_, err := s.leave(ctx, tx, footprint.Footprint{
			Actor: alertsJob, Action: TellsOfAlert, Object: string(p), Part: string(access.Alerts), Outcome: access.Shown.String(),
		}, nil)
		if err != nil {
			return err
		}
	}
	return nil
}

// knowsAlert reports whether a worker, in any of the roles they hold, sees an alert of a
// part on a person's file and, with of, may know of whom it is.
func (s *Service) knowsAlert(ctx context.Context, r store.Reader, all []staff.Holder, w staff.ID, p person.ID, part access.Part, of *link) (bool, error) {
	defs := s.set()
	for _, h := range all {
		if h.Worker != w {
			continue
		}
		v := access.Viewer{Worker: string(h.Worker), Role: h.Role, Team: string(h.Team), Service: h.Service, Courses: defs.CourseIDs()}
		held, err := r.Held(ctx, v, p, date.At(s.now()))
		if err != nil {
			return false, err
		}
		st := standing{v, held, defs}
		if s.decide(st, part, access.Look).Outcome != access.Shown || s.decide(st, access.Identity, access.Find).Outcome != access.Shown {
			continue
		}
		if of == nil {
			return true, nil
		}
		links := []link{*of}
		if err := s.knowsOf(ctx, r, v, defs, links); err != nil || links[0].knows {
			return links[0].knows, err
		}
	}
	return false, nil
}

// tellOfOwnAlert tells those who work with somebody that an alert was set on their file,
// but for whoever set it.
func (s *Service) tellOfOwnAlert(ctx context.Context, tx store.Tx, p person.ID, part access.Part, by staff.ID) error {
	workers, err := s.toTell(ctx, tx, p)
	if err != nil {
		return err
	}
	all, err := tx.Holders(ctx, s.Today())
	if err != nil {
		return err
	}
	for _, w := range workers {
		if w == by {
			continue
		}
		knows, err := s.knowsAlert(ctx, tx, all, w, p, part, nil)
		if err != nil {
			return err
		}
		if knows {
			n := store.Notice{ID: id.New(), Worker: w, Person: p, By: by, Kind: AlertSet, At: date.At(s.now())}
			if err := tx.AddNotice(ctx, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// withoutAlertNews leaves out notices about alerts where the role in which they would be
// read sees no risks: that there is something to see is a part of it.
func (s *Service) withoutAlertNews(v access.Viewer, notices []store.Notice) []store.Notice {
	if len(s.set().Access().Scope(v, access.Risks, access.Look, access.Shown).Gives) > 0 {
		return notices
	}
	return slices.DeleteFunc(notices, func(n store.Notice) bool { return n.Kind == AlertSet || n.Kind == AlertLinked })
}

// alertsAfter has an import be gone through for whom it linked.
func (s *Service) alertsAfter(ctx context.Context, o Import) error {
	if !o.Commit {
		return nil
	}
	return s.db.Plain(ctx, func(tx store.PlainTx) error { return tx.Enqueue(ctx, store.Job{Kind: AlertsDay}) })
}

// AlertsThrough is the nightly job: relationships, stays and alerts begin and end by the
// day, files are merged and imported, and alerts become due for review.
func (s *Service) AlertsThrough(ctx context.Context) error {
	const together = 50
	kinds := s.set().Alerts().LinkedKinds()
	for last := person.ID(""); len(kinds) > 0; {
		var people []person.ID
		err := s.db.View(ctx, func(r store.Reader) (err error) {
			people, err = r.AlertsOfKinds(ctx, kinds, last, together)
			return err
		})
		if err != nil {
			return err
		}
		if len(people) == 0 {
			break
		}
		for _, p := range people {
			if err := s.tellAround(ctx, p); err != nil {
				return err
			}
		}
		last = people[len(people)-1]
	}
	by := s.Today().AddDays(s.set().Alerts().TellDays)
	for last := ""; ; {
		var due []alert.On
		err := s.db.View(ctx, func(r store.Reader) (err error) {
			due, err = r.AlertsForReview(ctx, by, last, together)
			return err
		})
		if err != nil || len(due) == 0 {
			return err
		}
		err = s.db.Update(ctx, func(tx store.Tx) error {
			for _, o := range due {
				if err := s.openReview(ctx, tx, o); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		last = due[len(due)-1].ID
	}
}

// reviewFrom is the name of the rule that opens the task to look at an alert again: with
// the part of the file that the alert is, because whoever may not see that may not see
// the task, and with the alert's key.
func reviewFrom(part access.Part, key string) string {
	return string(task.AlertReview) + ":" + string(part) + ":" + key
}

// reviewOf takes it apart; false for other tasks.
func reviewOf(t task.Task) (part access.Part, key string, ok bool) {
	rest, ok := strings.CutPrefix(t.FromID, string(task.AlertReview)+":")
	if !ok || t.From != task.FromRule {
		return "", "", false
	}
	of, key, ok := strings.Cut(rest, ":")
	return access.Part(of), key, ok
}

// reviewLink is where a task to look at an alert again leads.
const reviewLink = "/alerts"

// openReview opens the task to look at an alert again, once.
func (s *Service) openReview(ctx context.Context, tx store.Tx, o alert.On) error {
	practice, _ := s.set().Alerts().Kind(o.Kind)
	kind, ok := s.set().Tasks().Caused(task.AlertReview, o.Service)
	if !ok || practice.Part == "" {
		return nil
	}
	from := reviewFrom(practice.Part, o.Key())
	tasks, err := tx.TasksLeading(ctx, o.Of, reviewLink)
	if err != nil || slices.ContainsFunc(tasks, func(t task.Task) bool { return t.FromID == from }) {
		return err
	}
	row, err := tx.FactOwner(ctx, store.AlertFact, o.ID)
	if err != nil {
		return err
	}
	_, err = s.openTask(ctx, tx, tx.Stamp(alertsJob), opening{
		kind: kind, person: o.Of, put: row, service: o.Service, link: reviewLink, from: task.FromRule, fromID: from, due: o.Review,
	})
	if err == error(errNoTeam) {
		return nil // no case of the service runs: the alert says itself that it is due
	}
	return err
}
