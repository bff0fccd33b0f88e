package casework

import (
	"context"
	"slices"

	"casefile/internal/access"
	"casefile/internal/correction"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// The kinds of notice that tell of a correction.
const (
	FilesMerged   = "files-merged"
	FilesUnmerged = "files-unmerged"
	MovedHere     = "moved-here"   // something, to this record
	MovedAway     = "moved-away"   // likewise, from this record
	MoveUndone    = "move-undone"  // it stands where it stood
	NeverTheSame  = "never-same"   // two files are of two people
	NeverUndone   = "never-undone" // that was taken back
)

// A Corrected is one line of what was corrected about a file.
type Corrected struct {
	correction.Correction
	// Other is the other file's reference as it was given then; empty where it
	// is none that the viewer finds.
	Other   id.Reference
	Into    bool   // Other is where it went: merged into it, or moved to it
	What    string // the title of what moved, or of its type; empty where it is not the viewer's to read
	MayUndo bool
}

// Corrections are those of a file, the latest first.
type Corrections struct {
	List     []Corrected
	MayMerge bool
}

// CorrectionsPart is what was corrected about a file, and what can be undone.
func CorrectionsPart() Part[Corrections] {
	return Part[Corrections]{access.Corrections, access.Look, func(ctx context.Context, r reading) (c Corrections, err error) {
		list, err := r.Corrections(ctx, r.person)
		if err != nil {
			return c, err
		}
		members, err := r.FileMembers(ctx, r.person)
		if err != nil {
			return c, err
		}
		c.MayMerge = r.s.decide(r.standing, access.Corrections, access.Change).Outcome == access.Shown
		for _, x := range list {
			line := Corrected{Correction: x, Into: !slices.Contains(members, x.To) || x.Kind == correction.Merge && x.To == r.person && !slices.Contains(members, x.From)}
			other := x.To
			if slices.Contains(members, x.To) {
				line.Into, other = false, x.From
			}
			if line.Other, err = r.otherFile(ctx, other); err != nil {
				return c, err
			}
			if x.Kind.Moves() && line.Other != "" { // what stands on a record that they do not find has no name
				m, err := r.moving(ctx, x.Kind, x.Object)
				if err != nil && !fault.Is(err, fault.NotFound) {
					return c, err
				}
				line.What = m.Title
			}
			line.MayUndo = x.Stands() && (x.Kind == correction.Merge || line.Other != "") && r.s.decide(r.standing, access.Corrections, actionOf(x.Kind)).Outcome == access.Shown
			c.List = append(c.List, line)
		}
		return c, nil
	}}
}

// actionOf is what doing or undoing a kind of correction takes.
func actionOf(k correction.Kind) access.Action {
	if k.Moves() {
		return access.Record
	}
	return access.Change
}

// otherFile is the reference of another file that a correction names, where the
// viewer finds it.
func (r reading) otherFile(ctx context.Context, p person.ID) (id.Reference, error) {
	file, err := r.FileOf(ctx, p)
	if err != nil {
		return "", err
	}
	if file != r.person {
		st, err := r.s.standing(ctx, r, r.actor, file)
		if err != nil {
			return "", err
		}
		if r.s.decide(st, access.Identity, access.Find).Outcome == access.Absent {
			return "", nil
		}
	}
	return r.Reference(ctx, p)
}

// A Compared is what of a file is held against another before the two are
// merged.
type Compared struct {
	Overview
	Restricted bool
	Family     Family
	FamilyTold bool      // it is the viewer's to see
	Since      date.Date // when the file was made
}

// ComparePart is a file as it is compared with another.
func ComparePart() Part[Compared] {
	overview := OverviewPart()
	return Part[Compared]{access.Corrections, access.Change, func(ctx context.Context, r reading) (c Compared, err error) {
		if c.Overview, err = overview.read(ctx, r); err != nil {
			return c, err
		}
		if c.FamilyTold = r.ask(access.Relations, access.Look).Outcome == access.Shown; c.FamilyTold {
			if c.Family, err = r.family(ctx, 0); err != nil {
				return c, err
			}
		}
		names, err := r.Names(ctx, r.person, store.Ever)
		if err != nil {
			return c, err
		}
		for _, n := range names {
			if day := n.Recorded.At.Date(); c.Since.IsZero() || day.Before(c.Since) {
				c.Since = day
			}
		}
		now, err := r.s.restriction(ctx, r, r.person)
		c.Restricted = now.ID != ""
		return c, err
	}}
}

// MergeFiles makes one file of two: what stood on from stands on into, where
// from's reference leads from now on. Nothing is copied and nothing is lost;
// UndoCorrection gives both back. Whoever works with either is told.
//
// Errors: Invalid with each problem by its field; Conflict when either was
// merged meanwhile; NotFound when either is not the actor's to merge.
func (s *Service) MergeFiles(ctx context.Context, a Actor, from, into id.Reference, reason string) error {
	return s.correct(ctx, a, correction.Merge, from, into, reason, func(c *correcting) error {
		never, err := c.NeverSame(ctx, c.from.person, c.to.person)
		if err != nil {
			return err
		}
		if never {
			return problems([]fault.Problem{{Field: "other", Message: "Somebody recorded that these two are never the same. Undo that first, if it is wrong"}})
		}
		told, err := c.workers(ctx, 0)
		if err != nil {
			return err
		}
		if err := c.add(ctx, "", c.from.person, c.to.person); err != nil {
			return err
		}
		return s.tellOn(ctx, c.Tx, a, c.to.person, FilesMerged, append(told[c.from.person], told[c.to.person]...)...)
	})
}

// SayNeverSame records that two files are of two people, however alike, so that
// nobody merges them.
func (s *Service) SayNeverSame(ctx context.Context, a Actor, ref, other id.Reference, reason string) error {
	return s.correct(ctx, a, correction.NeverSame, ref, other, reason, func(c *correcting) error {
		never, err := c.NeverSame(ctx, c.from.person, c.to.person)
		if err != nil {
			return err
		}
		if never {
			return fault.New(fault.Conflict, "This is recorded already.")
		}
		if err := c.add(ctx, "", c.from.person, c.to.person); err != nil {
			return err
		}
		told, err := c.workers(ctx, 0)
		if err != nil {
			return err
		}
		if err := s.tellWorkers(ctx, c.Tx, c.from, NeverTheSame, told[c.from.person]...); err != nil {
			return err
		}
		return s.tellWorkers(ctx, c.Tx, c.to, NeverTheSame, told[c.to.person]...)
	})
}

// A correcting is a correction on its way.
type correcting struct {
	store.Tx
	s        *Service
	a        Actor
	kind     correction.Kind
	reason   string
	undoes   string
	from, to *sitting
}

// correct is the way that all corrections of two files take: the rights to both,
// the correction itself, a footprint on each.
func (s *Service) correct(ctx context.Context, a Actor, kind correction.Kind, from, to id.Reference, reason string, do func(*correcting) error) error {
	reason = entry.Lines(reason)
	wrong := correction.CheckReason(reason)
	action := actionOf(kind)
	refused := from
	err := s.db.Update(ctx, func(tx store.Tx) (err error) {
		c := &correcting{Tx: tx, s: s, a: a, kind: kind, reason: reason}
		refused = from
		if c.from, err = s.mayDo(ctx, tx, a, from, access.Corrections, action); err != nil {
			return err
		}
		refused = to
		if c.to, err = s.mayDo(ctx, tx, a, to, access.Corrections, action); err != nil {
			return err
		}
		if c.from.person == c.to.person {
			wrong = append(slices.Clone(wrong), fault.Problem{Field: "other", Message: "That is the same file"})
		}
		if len(wrong) > 0 {
			return problems(wrong)
		}
		if err := do(c); err != nil {
			return err
		}
		if err := s.replace(ctx, tx, c.from.person, c.to.person); err != nil {
			return err
		}
		if err := s.linkAlerts(ctx, tx, c.from.person, c.to.person); err != nil {
			return err
		}
		for _, sat := range []*sitting{c.from, c.to} {
			f := sat.footprint(sat.claims[0].decision)
			f.Action = string(kind)
			if _, err := s.leave(ctx, tx, f, &footprint.Detail{Purpose: reason}); err != nil {
				return err
			}
		}
		return nil
	})
	return s.refusedTo(ctx, a, refused, access.Corrections, string(action), err)
}

// add notes the correction.
func (c *correcting) add(ctx context.Context, object string, from, to person.ID) error {
	who, err := c.Worker(ctx, c.a.Worker)
	if err != nil {
		return err
	}
	return c.AddCorrection(ctx, correction.Correction{
		ID: id.New(), Kind: c.kind, Object: object, From: from, To: to, Undoes: c.undoes, Reason: c.reason,
		By: c.a.Worker, ByName: who.Name(), ByRole: c.s.RoleTitle(c.from.viewer.Role), Recorded: c.Stamp(string(c.a.Worker)),
	})
}

// workers are those to tell, by file: whoever works with the child now, and
// whoever recorded something on that file since, because they may have acted on
// what was wrong. No since means that there is nothing to have acted on.
func (c *correcting) workers(ctx context.Context, since int64) (map[person.ID][]staff.ID, error) {
	told := map[person.ID][]staff.ID{}
	for _, sat := range []*sitting{c.from, c.to} {
		if told[sat.person] != nil {
			continue
		}
		workers, err := c.s.toTell(ctx, c.Tx, sat.person)
		if err != nil {
			return nil, err
		}
		if since > 0 {
			acted, err := c.RecordedSince(ctx, sat.person, since)
			if err != nil {
				return nil, err
			}
			workers = append(workers, acted...)
		}
		told[sat.person] = workers
	}
	return told, nil
}
