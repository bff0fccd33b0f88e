package casework

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/intake"
	"casefile/internal/person"
	"casefile/internal/store"
)

// mostPlaces is how many addresses of one postcode are offered.
const mostPlaces = 200

// PlacesAt lists the addresses of a postcode (CR-10). They are what anybody can look
// up, and say nothing of a person. Invalid, by the field postcode, where it is none.
func (s *Service) PlacesAt(ctx context.Context, typed string) ([]person.Place, error) {
	code, err := id.ParsePostcode(typed)
	if err != nil {
		return nil, problems([]fault.Problem{{Field: "postcode", Message: "Postcode " + err.Error()}})
	}
	var places []person.Place
	err = s.db.View(ctx, func(r store.Reader) (err error) {
		places, err = r.PlacesAt(ctx, code, mostPlaces)
		return err
	})
	return places, err
}

// fillIn writes the address that was chosen into a form whose lines are empty. What
// was typed stands.
func (s *Service) fillIn(ctx context.Context, r store.Reader, f person.Form) error {
	if f.Typed("place") == "" {
		return nil
	}
	if f.Typed("line1")+f.Typed("line2")+f.Typed("town") != "" {
		f["place"] = "" // it was typed after all
		return nil
	}
	code, err := id.ParsePostcode(f.Typed("postcode"))
	if err != nil {
		return nil //nolint:nilerr // said beside the postcode when the address is read
	}
	places, err := r.PlacesAt(ctx, code, mostPlaces)
	for _, p := range places {
		if p.ID == f.Typed("place") {
			f["line1"], f["line2"], f["town"] = p.Line1, p.Line2, p.Town
		}
	}
	return err
}

// placeBatch is how many addresses are saved together.
const placeBatch = 500

// ImportPlaces takes up addresses, placeBatch at a time with the note of how far it
// has come: one cut short goes on where it stopped, and the same file again changes
// nothing.
func (s *Service) ImportPlaces(ctx context.Context, in *intake.PlaceReader, o Import) (ImportReport, error) {
	run, err := s.importRun(ctx, o.Run, "places")
	if err != nil {
		return ImportReport{}, err
	}
	report := ImportReport{Resumed: run.Line, Made: run.Made, Matched: run.Matched}
	var batch []person.Place
	last := run.Line
	flush := func(done bool) error {
		if !done && len(batch) < placeBatch {
			return nil
		}
		next, err := s.placeBatch(ctx, batch, o.Commit, store.ImportRun{
			ID: run.ID, Source: run.Source, Line: last, Made: run.Made, Matched: run.Matched, Bad: report.Bad, Done: done,
		})
		if err != nil {
			return fmt.Errorf("up to line %d: %w", last, err)
		}
		run, batch = next, batch[:0]
		report.Made, report.Matched = run.Made, run.Matched
		if o.Progress != nil {
			o.Progress(last)
		}
		return nil
	}
	for {
		row, ps, err := in.Next()
		if errors.Is(err, io.EOF) {
			return report, flush(true)
		}
		if err != nil {
			return report, errors.Join(flush(true), err)
		}
		report.Read++
		if len(ps) > 0 {
			report.Bad++
			for _, p := range ps {
				o.Problem(p)
			}
			continue
		}
		if row.Line <= run.Line { // dealt with by an earlier run
			continue
		}
		batch, last = append(batch, row.Place), row.Line
		if err := flush(false); err != nil {
			return report, err
		}
	}
}

// placeBatch saves addresses and how far the import has come, or neither.
func (s *Service) placeBatch(ctx context.Context, places []person.Place, commit bool, run store.ImportRun) (store.ImportRun, error) {
	next := run
	once := map[string]person.Place{} // a file may say the same twice
	for _, p := range places {
		once[p.ID] = p
	}
	count := func(r store.Reader) error {
		next = run
		known, err := r.KnownPlaces(ctx, slices.Collect(maps.Values(once)))
		next.Made += len(once) - known
		next.Matched += len(places) - len(once) + known
		return err
	}
	if !commit {
		err := s.db.View(ctx, count)
		return next, err
	}
	err := s.db.Update(ctx, func(tx store.Tx) error {
		if err := count(tx); err != nil {
			return err
		}
		if err := tx.SavePlaces(ctx, places); err != nil {
			return err
		}
		return tx.SaveImportRun(ctx, next)
	})
	return next, err
}
