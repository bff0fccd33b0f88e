package casework

import (
	"context"
	"slices"

	"casefile/internal/access"
	"casefile/internal/correction"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/meeting"
	"casefile/internal/person"
	"casefile/internal/right"
	"casefile/internal/store"
)

// UndoCorrection takes a correction back, with why. Both files are as they were;
// what was recorded meanwhile stays where it was recorded, and those who recorded
// it are told.
//
// Errors: Conflict when it was undone meanwhile, or when what was moved has been
// moved on.
func (s *Service) UndoCorrection(ctx context.Context, a Actor, ref id.Reference, key, reason string) error {
	reason = entry.Lines(reason)
	if wrong := correction.CheckReason(reason); len(wrong) > 0 {
		return problems(wrong)
	}
	// Which right it takes goes by the kind, and is asked for before anything of
	// the correction counts.
	action := access.Change
	err := s.db.Update(ctx, func(tx store.Tx) error {
		x, err := tx.Correction(ctx, key)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		action = actionOf(x.Kind)
		sat, err := s.mayDo(ctx, tx, a, ref, access.Corrections, action)
		if err != nil {
			return err
		}
		if x.ID == "" {
			return errNoCorrection
		}
		// What is of two files is undone by a right to both.
		files := map[person.ID]*sitting{}
		for _, p := range []person.ID{x.From, x.To} {
			file, err := tx.FileOf(ctx, p)
			if err != nil {
				return err
			}
			if file == sat.person {
				files[p] = sat
			} else if files[p], err = s.mayOn(ctx, tx, a, file, access.Corrections, action, access.Shown); err != nil {
				return err
			}
		}
		if files[x.From] != sat && files[x.To] != sat {
			return errNoCorrection
		}
		c := &correcting{Tx: tx, s: s, a: a, kind: correction.Undo, reason: reason, from: files[x.From], to: files[x.To]}
		// Those who acted on it, before the files part again.
		told, err := c.workers(ctx, x.Recorded.Seq)
		if err != nil {
			return err
		}
		barred, err := tx.Restrictions(ctx, sat.person)
		if err != nil {
			return err
		}
		connected, err := c.connected(ctx, sat.person)
		if err != nil {
			return err
		}
		due, err := c.countings(ctx, x.Kind, x.Object, c.to)
		if err != nil {
			return err
		}
		c.undoes = x.ID
		if err := c.add(ctx, x.Object, x.From, x.To); err != nil {
			return err
		}
		if x.Kind == correction.MoveMeeting {
			m, err := c.Meeting(ctx, meeting.ID(x.Object))
			if err != nil {
				return err
			}
			if err := c.leaveOnOthers(ctx, filesOfMeeting(m)); err != nil {
				return err
			}
		}
		if err := c.takeBack(ctx, x); err != nil {
			return err
		}
		if err := c.countAnew(ctx, due, x.Object, x); err != nil {
			return err
		}
		if err := s.replace(ctx, tx, x.From, x.To); err != nil {
			return err
		}
		if x.Kind == correction.Merge {
			if err := c.stayRestricted(ctx, x, barred); err != nil {
				return err
			}
			if err := c.stayConnected(ctx, x, connected); err != nil {
				return err
			}
		}
		kind := map[correction.Kind]string{correction.Merge: FilesUnmerged, correction.NeverSame: NeverUndone}[x.Kind]
		if kind == "" {
			kind = MoveUndone
		}
		for _, p := range []person.ID{x.From, x.To} {
			file, err := tx.FileOf(ctx, p)
			if err != nil {
				return err
			}
			now, err := s.toTell(ctx, tx, file)
			if err != nil {
				return err
			}
			if err := s.tellOn(ctx, tx, a, file, kind, append(now, told[files[p].person]...)...); err != nil {
				return err
			}
			f := files[p].footprint(files[p].claims[0].decision)
			f.Object, f.Action = string(file), string(correction.Undo)
			if _, err := s.leave(ctx, tx, f, &footprint.Detail{Purpose: reason}); err != nil {
				return err
			}
		}
		return nil
	})
	return s.refusedTo(ctx, a, ref, access.Corrections, string(action), err)
}

// stayRestricted lays on the file that parts from another what was restricted
// since the two were merged: it was laid on what stood on both, and nobody has
// said that either may be opened.
func (c *correcting) stayRestricted(ctx context.Context, merge correction.Correction, barred []right.Restriction) error {
	own, err := c.Restrictions(ctx, merge.From)
	if err != nil {
		return err
	}
	for _, r := range barred {
		if r.Recorded.Seq <= merge.Recorded.Seq || slices.ContainsFunc(own, func(o right.Restriction) bool { return o.ID == r.ID }) {
			continue
		}
		r.ID, r.Person, r.Recorded = id.New(), merge.From, c.Stamp(string(c.a.Worker))
		if err := c.AddRestriction(ctx, r); err != nil {
			return err
		}
		for _, n := range r.Named {
			n.ID, n.Restriction, n.Recorded = id.New(), r.ID, r.Recorded
			if err := c.AddNamed(ctx, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// connected are the connections that workers declared to a file.
func (c *correcting) connected(ctx context.Context, file person.ID) ([]right.Connection, error) {
	all, err := c.AllConnections(ctx)
	return slices.DeleteFunc(all, func(k right.Connection) bool { return k.Person != file }), err
}

// stayConnected declares to the file that parts from another what was declared
// since the two were merged, for the same reason.
func (c *correcting) stayConnected(ctx context.Context, merge correction.Correction, declared []right.Connection) error {
	own, err := c.connected(ctx, merge.From)
	if err != nil {
		return err
	}
	for _, k := range declared {
		if k.Recorded.Seq <= merge.Recorded.Seq || slices.ContainsFunc(own, func(o right.Connection) bool { return o.ID == k.ID }) {
			continue
		}
		k.ID, k.Person, k.Recorded = id.New(), merge.From, c.Stamp(string(c.a.Worker))
		if err := c.AddConnection(ctx, k); err != nil {
			return err
		}
	}
	return nil
}

var errNoCorrection = fault.New(fault.NotFound, "There is no such correction of this file.")
