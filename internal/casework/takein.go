package casework

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/intake"
	"casefile/internal/person"
	"casefile/internal/store"
)

// A taking is an import of rows about people who are here already.
type taking[R any] struct {
	next func() (R, []intake.Problem, error)
	line func(R) int
	// take records a row, or finds that it was, or says what is wrong with it. In a
	// dry run tx is nil.
	take func(ctx context.Context, r store.Reader, tx store.Tx, row R) (made bool, ps []intake.Problem, err error)
	// begin is before the rows of a transaction, which may be taken more than once,
	// and end after.
	begin, end func()
	// known are those of whom what was taken since begin told that they are here: a look.
	known *known
}

// A known gathers those of whom an import tells that they are here.
type known struct{ people []person.ID }

// is notes that of somebody.
func (k *known) is(p person.ID) {
	if p != "" && !slices.Contains(k.people, p) {
		k.people = append(k.people, p)
	}
}

// FindsByImport is the action of the footprint that an import leaves on somebody whom a row
// was about, where it recorded nothing of them.
const FindsByImport = "find-by-import"

// leaveKnown leaves those footprints, together.
func (k *known) leave(ctx context.Context, tx store.Tx) error {
	prints := make([]footprint.Footprint, len(k.people))
	for i, p := range k.people {
		prints[i] = footprint.Footprint{
			Actor: importJob, Action: FindsByImport, Object: string(p), Part: string(access.Identity), Outcome: access.Shown.String(),
		}
	}
	return tx.LeaveFootprints(ctx, prints)
}

// leaveDry leaves those of a dry run, which writes nothing else.
func (s *Service) leaveDry(ctx context.Context, k *known) error {
	if len(k.people) == 0 {
		return nil
	}
	return s.db.Update(ctx, func(tx store.Tx) error { return k.leave(ctx, tx) })
}

// A row as it was read, or what is wrong with it.
type readRow[R any] struct {
	row      R
	line     int
	problems []intake.Problem
}

// takeRows reads a file to its end, importBatch rows at a time: what a batch records
// with the note of how far the import has come.
//
// What was recorded once is found again, so an import that was cut short, or is run
// again, goes over all of it and records nothing twice. A row that was refused gets
// another chance by that.
func takeRows[R any](ctx context.Context, s *Service, o Import, t taking[R]) (ImportReport, error) {
	before, err := s.importRun(ctx, o.Run, o.Source)
	if err != nil {
		return ImportReport{}, err
	}
	report := ImportReport{Resumed: before.Line}
	run, made := before, 0 // made by this run
	var batch []readRow[R]
	flush := func(done bool) error {
		if !done && len(batch) < importBatch {
			return nil
		}
		next := report
		next.Read += len(batch)
		var fresh int
		var refused [][]intake.Problem
		work := func(r store.Reader, tx store.Tx) error {
			fresh, refused = 0, nil
			t.known.people = nil
			t.begin()
			for _, b := range batch {
				ps, made := b.problems, false
				if len(ps) == 0 {
					var err error
					if made, ps, err = t.take(ctx, r, tx, b.row); err != nil {
						return fmt.Errorf("line %d: %w", b.line, err)
					}
				}
				if made {
					fresh++
				}
				if len(ps) > 0 {
					refused = append(refused, ps)
				}
			}
			next.Bad = report.Bad + len(refused)
			next.add(before.Made + made + fresh)
			if tx == nil {
				return nil
			}
			if err := t.known.leave(ctx, tx); err != nil {
				return err
			}
			run.Made, run.Matched, run.Bad, run.Done = before.Made+made+fresh, next.Matched, next.Bad, done
			if len(batch) > 0 {
				run.Line = max(before.Line, batch[len(batch)-1].line)
			}
			return tx.SaveImportRun(ctx, run)
		}
		if o.Commit {
			err = s.db.Update(ctx, func(tx store.Tx) error { return work(tx, tx) })
		} else {
			if err = s.db.View(ctx, func(r store.Reader) error { return work(r, nil) }); err == nil {
				err = s.leaveDry(ctx, t.known)
			}
		}
		if err != nil {
			return err
		}
		t.end()
		report, made = next, made+fresh
		for _, ps := range refused {
			for _, p := range ps {
				o.Problem(p)
			}
		}
		if o.Progress != nil && len(batch) > 0 {
			o.Progress(batch[len(batch)-1].line)
		}
		batch = batch[:0]
		return nil
	}
	for {
		row, ps, err := t.next()
		if err != nil { // what was read before stands
			if errors.Is(err, io.EOF) {
				err = nil
			}
			err = errors.Join(flush(true), s.alertsAfter(ctx, o), err)
			return report, err
		}
		line := t.line(row)
		for _, p := range ps {
			line = max(line, p.Line)
		}
		batch = append(batch, readRow[R]{row, line, ps})
		if err := flush(false); err != nil {
			return report, err
		}
	}
}

// add sets how many rows were made, of which some by an earlier run, so that the
// figures add up.
func (r *ImportReport) add(made int) {
	r.Made = min(made, r.Read-r.Bad) // of a file gone over again, or whoever was there is no longer
	r.Matched = r.Read - r.Made - r.Bad
}

// A dry run has what it would have recorded of each person, since the rows of a
// file may be about each other; any run has so what it has held.
type dry[T any] struct {
	kept, fresh map[person.ID][]T
}

func (d *dry[T]) begin() { d.fresh = map[person.ID][]T{} }

func (d *dry[T]) end() {
	if d.kept == nil {
		d.kept = map[person.ID][]T{}
	}
	for p, list := range d.fresh {
		d.kept[p] = append(d.kept[p], list...)
	}
	d.fresh = nil
}

func (d *dry[T]) of(p person.ID) []T { return append(slices.Clone(d.kept[p]), d.fresh[p]...) }

func (d *dry[T]) add(p person.ID, v T) { d.fresh[p] = append(d.fresh[p], v) }

// A party is somebody whom a row names, as the import may know them. Of a file that
// is restricted that is what was recorded before it was, and what is held: by what
// an import says nothing came between.
type party struct {
	id         person.ID
	source     string
	there      bool
	restricted bool
	before     bool  // an import found them before their file was restricted
	since      int64 // the place in the order of the restriction
	born       date.Date
	held       []HeldAdd // of this source
	row        intake.Row
}

// party finds somebody, by the same steps whether there is such a file or not, and
// whether it is restricted or not.
func (s *Service) party(ctx context.Context, r store.Reader, source string, who intake.Who) (party, error) {
	w := party{source: source}
	var err error
	if who.Reference != "" {
		var p person.Person
		p, err = r.PersonByReference(ctx, who.Reference)
		w.id = p.ID
	} else {
		w.id, err = r.PersonByIdentifier(ctx, source, who.Number)
	}
	if err != nil && !fault.Is(err, fault.NotFound) {
		return w, err
	}
	if w.restricted, err = s.isRestricted(ctx, r, w.id); err != nil {
		return w, err
	}
	if w.before, err = r.MatchedBefore(ctx, w.id, source, who.Number); err != nil {
		return w, err
	}
	if w.since, err = r.RestrictedSince(ctx, w.id); err != nil {
		return w, err
	}
	list, err := s.heldAdds(ctx, r, w.id)
	if err != nil {
		return w, err
	}
	births, err := r.Births(ctx, w.id, store.Ever)
	if err != nil {
		return w, err
	}
	made := false
	for _, h := range list {
		if h.Source != source {
			continue
		}
		w.held = append(w.held, h)
		if !made && who.Number != "" && h.aboutPerson(source, who.Number) {
			made, w.row = true, h.Row
		}
	}
	w.there = w.id != "" && (!w.restricted || who.Number != "" && (w.before || made))
	if w.restricted && !w.before {
		w.born = w.row.Born
		return w, nil
	}
	for _, b := range births {
		if _, now := w.knows(b.Clocks); now {
			if b.Sure() {
				w.born = b.Day
			}
			break
		}
	}
	return w, nil
}

// knows reports whether the import may know that something was recorded of the
// party, and that it is held to be so.
func (w party) knows(c date.Clocks) (ever, now bool) {
	switch {
	case !w.restricted:
		return true, c.Current()
	case !w.before || c.Recorded.Seq >= w.since:
		return false, false
	}
	return true, c.Current() || c.Superseded.Seq >= w.since
}

// nobody is what an import says of whom it does not find.
func nobody(at func(intake.Field) intake.Problem, who intake.Who) intake.Problem {
	p := at(who.Field)
	p.Message = "nobody here has this number of the source"
	if who.Reference != "" {
		p.Message = "nobody here has this reference"
	}
	return p
}

// importedFrom is how an import says how it knows.
func importedFrom(source string) string { return "Import from " + source }
