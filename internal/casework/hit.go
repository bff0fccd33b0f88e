package casework

import (
	"context"
	"slices"
	"unicode/utf8"

	"casefile/internal/access"
	"casefile/internal/concern"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/watch"
)

// WatchListed is a page of the watch list, by worker.
type WatchListed struct {
	Hits  []watch.Hit
	Total int  // open ones in all
	More  bool // there is a next page
}

// WatchList lists the hits about workers in the viewer's scope: those that are
// open, or those that are not. It names workers and no child.
func (s *Service) WatchList(ctx context.Context, a Actor, resolved bool, page int) (WatchListed, error) {
	return present(ctx, s, a, access.WatchList, "", func(ctx context.Context, tx store.Tx, v access.Viewer) (WatchListed, []footprint.Footprint, error) {
		scope := s.watches(v, access.Look)
		if len(scope.Gives) == 0 {
			return WatchListed{}, nil, errNotHere
		}
		now := date.At(s.now())
		var l WatchListed
		var err error
		l.Hits, err = tx.Hits(ctx, store.HitQuery{Scope: scope, Now: now, Resolved: resolved, Skip: page * PageLines, Limit: PageLines + 1})
		if err != nil {
			return l, nil, err
		}
		if l.More = len(l.Hits) > PageLines; l.More {
			l.Hits = l.Hits[:PageLines]
		}
		if l.Total, err = tx.CountHits(ctx, scope, now); err != nil {
			return l, nil, err
		}
		return l, []footprint.Footprint{s.officePrint(v, access.WatchList, access.Look, "", access.Decision{Outcome: access.Shown, Ground: scope.Gives[0]})}, nil
	})
}

// A HitFile is one of the files that a hit is about. Of a file from which a bar
// keeps the viewer there is none.
type HitFile struct {
	Child    person.Header // the name only where the viewer may find the child in their work
	Looks    []footprint.Look
	Purposes []string // what the looker had said why, by title
}

// HitPage is one hit as a manager sees it.
type HitPage struct {
	watch.Hit
	Files     []HitFile
	MayChange bool
}

// OpenHit is the page of one hit; NotFound for a hit that is not in the
// viewer's scope, or about themselves.
func (s *Service) OpenHit(ctx context.Context, a Actor, hit string) (HitPage, error) {
	return present(ctx, s, a, access.WatchList, hit, func(ctx context.Context, tx store.Tx, v access.Viewer) (HitPage, []footprint.Footprint, error) {
		now := date.At(s.now())
		scope := s.watches(v, access.Look)
		h, err := tx.Hit(ctx, scope, hit, now)
		if err != nil {
			return HitPage{}, nil, err
		}
		p := HitPage{Hit: h}
		if p.Hit, err = s.hitWords(h); err != nil {
			return HitPage{}, nil, err
		}
		if p.Files, err = s.hitFiles(ctx, tx, a, h); err != nil {
			return HitPage{}, nil, err
		}
		if _, err := tx.Hit(ctx, s.watches(v, access.Change), hit, now); err == nil {
			_, ended := h.Resolved()
			p.MayChange = !ended
		} else if !fault.Is(err, fault.NotFound) {
			return HitPage{}, nil, err
		}
		if h.Person == "" {
			p.Figures.Files = len(p.Files) // what stands there is what the viewer may know of
		}
		d := access.Decision{Outcome: access.Shown, Ground: scope.Gives[0]}
		prints := []footprint.Footprint{s.officePrint(v, access.WatchList, access.Look, "", d)}
		for _, f := range p.Files {
			prints = append(prints, s.officePrint(v, access.WatchList, access.Look, string(f.Child.ID), d))
		}
		return p, prints, nil
	})
}

// hitWords opens the words of the steps.
func (s *Service) hitWords(h watch.Hit) (watch.Hit, error) {
	for i, step := range h.Steps {
		words, err := s.open(step.Sealed, "watch_step", step.ID)
		if err != nil {
			return watch.Hit{}, err
		}
		h.Steps[i].Text = words.Text
	}
	return h, nil
}

// hitFiles are the files of a hit that the viewer may know of, in the order of
// the looks, each with its looks.
func (s *Service) hitFiles(ctx context.Context, r store.Reader, a Actor, h watch.Hit) ([]HitFile, error) {
	looks, err := r.LooksNumbered(ctx, h.Looks)
	if err != nil {
		return nil, err
	}
	var files []HitFile
	at := map[string]int{} // into files; -1 for one that the viewer may not know of
	for _, l := range looks {
		l.RoleName = s.RoleTitle(access.Role(l.Role))
		i, ok := at[l.Object]
		if !ok {
			child, d, err := s.shownAs(ctx, r, a, person.ID(l.Object))
			if err != nil {
				return nil, err
			}
			if i = -1; d.Outcome > access.Absent {
				i = len(files)
				f := HitFile{Child: child}
				if f.Purposes, err = s.purposesAt(ctx, r, h.Worker, child.ID, l.At); err != nil {
					return nil, err
				}
				files = append(files, f)
			}
			at[l.Object] = i
		}
		if i >= 0 {
			files[i].Looks = append(files[i].Looks, l)
		}
	}
	return files, nil
}

// purposesAt is what a worker had said why they needed a file, in titles.
func (s *Service) purposesAt(ctx context.Context, r store.Reader, w staff.ID, p person.ID, at date.Instant) ([]string, error) {
	ids, err := r.PurposesOf(ctx, w, p, at)
	if err != nil {
		return nil, err
	}
	var titles []string
	for _, id := range ids {
		title := id
		if purpose, ok := s.Purposes().Purpose(id); ok {
			title = purpose.Title
		}
		if !slices.Contains(titles, title) {
			titles = append(titles, title)
		}
	}
	return titles, nil
}

// errHitMoved says that a step was taken since the page was read.
var errHitMoved = fault.New(fault.Conflict, "Somebody took a step about this since you opened it.")

// A HitStep is what a manager, or the looker, does about a hit.
type HitStep struct {
	ID      string // drawn when the page was made, so that pressing twice is one step
	Kind    watch.StepKind
	Text    string
	Person  person.ID  // of NotExplained: whose file the concern is about, where the hit is about several
	Concern concern.ID // of NotExplained: the key that the concern gets
}

func (h HitStep) check() error {
	var ps []fault.Problem
	missing := map[watch.StepKind]string{
		watch.Asked: "Enter what you want to know", watch.Answered: "Enter your answer",
		watch.Explained: "Enter the explanation", watch.NotExplained: "Enter what is not explained",
	}[h.Kind]
	switch {
	case missing == "" || !id.Valid(h.ID) || h.Kind == watch.NotExplained && !id.Valid(string(h.Concern)):
		return errNotOurs
	case h.Text == "":
		ps = append(ps, fault.Problem{Field: "text", Message: missing})
	case utf8.RuneCountInString(h.Text) > concern.MaxText:
		ps = append(ps, fault.TooLong("text", "What you write", concern.MaxText))
	}
	return problems(ps)
}

// TakeHitStep asks the looker to explain a hit, or ends it: explained, or with
// a concern that is linked to it. seen is how many steps the page showed.
//
// Errors: Invalid with each problem by its field; Conflict when a step was taken
// since; NotFound for a hit that is not in the actor's scope, or about
// themselves. The same step sent twice is taken once.
func (s *Service) TakeHitStep(ctx context.Context, a Actor, hit string, seen int, step HitStep) error {
	step.Text = entry.Lines(step.Text)
	if step.Kind == watch.Answered {
		return errNotOurs
	}
	err := s.db.Update(ctx, func(tx store.Tx) error {
		st, err := s.standing(ctx, tx, a, "")
		if err != nil {
			return err
		}
		scope := s.watches(st.viewer, access.Change)
		h, err := tx.Hit(ctx, scope, hit, date.At(s.now()))
		if err != nil {
			return err
		}
		if slices.ContainsFunc(h.Steps, func(t watch.Step) bool { return t.ID == step.ID && t.By == a.Worker }) {
			return nil
		}
		if _, ended := h.Resolved(); ended || len(h.Steps) != seen {
			return errHitMoved
		}
		if err := step.check(); err != nil {
			return err
		}
		if step.Kind == watch.NotExplained {
			if err := s.concernOf(ctx, tx, a, h, step); err != nil {
				return err
			}
		}
		return s.addHitStep(ctx, tx, a, st.viewer, h, step, access.Change, access.Decision{Outcome: access.Shown, Ground: scope.Gives[0]})
	})
	return s.refusedAway(ctx, a, access.WatchList, access.Change, hit, err)
}

// concernOf makes a concern of a hit.
func (s *Service) concernOf(ctx context.Context, tx store.Tx, a Actor, h watch.Hit, step HitStep) error {
	files, err := s.hitFiles(ctx, tx, a, h)
	if err != nil {
		return err
	}
	about := h.Person
	if about == "" {
		about = step.Person
		if !slices.ContainsFunc(files, func(f HitFile) bool { return f.Child.ID == about }) {
			return problems([]fault.Problem{{Field: "person", Message: "Select the file that the concern is about"}})
		}
	}
	st, err := s.standing(ctx, tx, a, about)
	if err != nil {
		return err
	}
	sat := s.sit(st, a, about)
	if sat.ask(access.Concerns, access.Record).Outcome != access.Shown {
		return errNotHere
	}
	return s.addConcern(ctx, tx, sat, Report{ID: step.Concern, Text: step.Text, About: h.Worker, Happened: h.Day}, h.ID)
}

// addHitStep signs a step, adds it, and leaves a footprint on each file that
// the actor may know of.
func (s *Service) addHitStep(ctx context.Context, tx store.Tx, a Actor, v access.Viewer, h watch.Hit, step HitStep, action access.Action, d access.Decision) error {
	sign, err := s.signs(ctx, tx, a, v)
	if err != nil {
		return err
	}
	sealed, err := s.seal(concern.Words{Text: step.Text}, "watch_step", step.ID)
	if err != nil {
		return err
	}
	made := watch.Step{ID: step.ID, Number: len(h.Steps) + 1, Kind: step.Kind, By: a.Worker, ByName: sign.name, ByRole: sign.role, Sealed: sealed, Recorded: sign.by}
	if step.Kind == watch.NotExplained {
		made.Concern = string(step.Concern)
	}
	if err := tx.AddWatchStep(ctx, h.ID, made); err != nil {
		return err
	}
	files, err := s.hitFiles(ctx, tx, a, h)
	if err != nil {
		return err
	}
	prints := []footprint.Footprint{s.officePrint(v, access.WatchList, action, "", d)}
	for _, f := range files {
		prints = append(prints, s.officePrint(v, access.WatchList, action, string(f.Child.ID), d))
	}
	_, err = s.leaveAll(ctx, tx, prints)
	return err
}

// Explaining is a hit as the looker sees it who is asked to explain it: which files,
// as far as they may still know of them, and what they were asked.
type Explaining struct {
	ID    string
	Day   date.Date
	Files []HitFile
	Steps []watch.Step // what was asked, and answered before
	Seen  int
}

// AskedOf is the page on which the actor explains their looks; NotFound where
// nothing is asked of them.
func (s *Service) AskedOf(ctx context.Context, a Actor, hit string) (Explaining, error) {
	return present(ctx, s, a, access.WatchList, hit, func(ctx context.Context, tx store.Tx, v access.Viewer) (Explaining, []footprint.Footprint, error) {
		h, err := tx.HitAsking(ctx, a.Worker, hit)
		if err != nil {
			return Explaining{}, nil, err
		}
		if h, err = s.hitWords(h); err != nil {
			return Explaining{}, nil, err
		}
		asked := Explaining{ID: h.ID, Day: h.Day, Steps: h.Steps, Seen: len(h.Steps)}
		if asked.Files, err = s.hitFiles(ctx, tx, a, h); err != nil {
			return Explaining{}, nil, err
		}
		d := access.Decision{Outcome: access.Shown, Ground: askedGround}
		prints := []footprint.Footprint{s.officePrint(v, access.WatchList, access.Look, "", d)}
		for i, f := range asked.Files {
			// The looker knows which file it was, and is told no more of it.
			asked.Files[i].Child = person.Header{ID: f.Child.ID, Reference: f.Child.Reference}
			prints = append(prints, s.officePrint(v, access.WatchList, access.Look, string(f.Child.ID), d))
		}
		return asked, prints, nil
	})
}

// ExplainLooks is the actor's answer about looks of their own.
//
// Errors: Invalid with the problem by its field; Conflict when a step was taken
// since; NotFound when nothing is asked.
func (s *Service) ExplainLooks(ctx context.Context, a Actor, hit string, seen int, answer, text string) error {
	step := HitStep{ID: answer, Kind: watch.Answered, Text: entry.Lines(text)}
	err := s.db.Update(ctx, func(tx store.Tx) error {
		st, err := s.standing(ctx, tx, a, "")
		if err != nil {
			return err
		}
		h, err := tx.HitAsking(ctx, a.Worker, hit)
		if err != nil {
			return err
		}
		if len(h.Steps) != seen {
			return errHitMoved
		}
		if err := step.check(); err != nil {
			return err
		}
		return s.addHitStep(ctx, tx, a, st.viewer, h, step, access.Record, access.Decision{Outcome: access.Shown, Ground: askedGround})
	})
	return s.refusedAway(ctx, a, access.WatchList, access.Record, hit, err)
}
