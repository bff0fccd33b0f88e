package casework

import (
	"context"
	"errors"
	"fmt"
	"io"

	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/intake"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// importBatch is how many rows of a file are saved together.
const importBatch = 100

// importJob is the name under which imports record.
const importJob = "job:import"

// An Import is one reading of a file.
type Import struct {
	// Run names the file and its map, by their hash: the same again goes on
	// where it stopped.
	Run    string
	Source string     // the system the file came from
	Team   staff.Team // whose cases people become, unallocated
	Commit bool       // otherwise nothing is saved
	// Problem is told of every bad row, those of an earlier run too.
	Problem func(intake.Problem)
	// Progress is told, now and then, up to which line the file is dealt with.
	Progress func(line int)
}

// An ImportReport counts rows: Read is Made, Matched (already here, by the
// source's own identifier), and Bad together.
type ImportReport struct {
	Read, Made, Matched, Bad int
	Resumed                  int // the line after which this run went on; 0 for a first run
}

// ImportPeople makes a file for each good row that has none yet, importBatch
// rows at a time: those of a batch together with the note of how far the
// import has come, so that one cut short goes on where it stopped and makes
// nobody twice.
//
// A row about a child whose file is restricted is held for those named on the
// restriction. It counts as made, or as matched where an import had matched it
// before: nothing that an import says tells that there is such a file, or that it
// was restricted since.
func (s *Service) ImportPeople(ctx context.Context, in *intake.Reader, o Import) (ImportReport, error) {
	run, err := s.importRun(ctx, o.Run, o.Source)
	if err != nil {
		return ImportReport{}, err
	}
	report := ImportReport{Resumed: run.Line, Made: run.Made, Matched: run.Matched}
	var batch []intake.Row
	last := run.Line
	flush := func(done bool) error {
		if !done && len(batch) < importBatch {
			return nil
		}
		next := run
		next.Line, next.Bad, next.Done = last, report.Bad, done
		if err := s.importBatch(ctx, batch, o, &next); err != nil {
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
		row, problems, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			// What was read before stands; the rest cannot be read.
			return report, errors.Join(flush(true), err)
		}
		if len(problems) == 0 {
			problems = s.checkCodes(row)
		}
		report.Read++
		if len(problems) > 0 {
			report.Bad++
			for _, p := range problems {
				o.Problem(p)
				last = max(last, p.Line)
			}
			continue
		}
		if row.Line <= run.Line { // dealt with by an earlier run
			continue
		}
		batch, last = append(batch, row), row.Line
		if err := flush(false); err != nil {
			return report, err
		}
	}
	return report, errors.Join(flush(true), s.alertsAfter(ctx, o))
}

// contactsOf are the ways to reach somebody that a row has.
func contactsOf(row intake.Row) (list []person.Contact) {
	for _, c := range []person.Contact{{Kind: person.Phone, Value: row.Phone}, {Kind: person.Email, Value: row.Email}} {
		if c.Value != "" {
			list = append(list, c)
		}
	}
	return list
}

// importRun is how far an import of the same file and map has come before.
func (s *Service) importRun(ctx context.Context, key, source string) (store.ImportRun, error) {
	run := store.ImportRun{ID: key, Source: source}
	err := s.db.View(ctx, func(r store.Reader) error {
		before, err := r.ImportRun(ctx, key)
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		run = before
		return err
	})
	return run, err
}

// checkCodes finds codes that are in no code set, and what a page would not take
// either.
func (s *Service) checkCodes(row intake.Row) []intake.Problem {
	var ps []intake.Problem
	for _, c := range []struct{ set, field, code string }{{"gender", "sex", row.Sex}, {"ethnicity", "ethnicity", row.Ethnicity}} {
		if set, ok := s.set().CodeSet(c.set); c.code != "" && (!ok || !set.Known(c.code)) {
			ps = append(ps, intake.Problem{Line: row.Line, Message: fmt.Sprintf("the %s is not a code of the set %q", c.field, c.set)})
		}
	}
	for _, c := range contactsOf(row) {
		if wrong := c.Wrong(); wrong != "" {
			ps = append(ps, intake.Problem{Line: row.Line, Message: wrong})
		}
	}
	return ps
}

// importBatch saves rows and how far the import has come, or neither. It counts
// into run, which is set afresh when the transaction runs again.
func (s *Service) importBatch(ctx context.Context, rows []intake.Row, o Import, run *store.ImportRun) error {
	begin := *run
	k := &known{}
	work := func(r store.Reader, tx store.Tx) error {
		*run, k.people = begin, nil
		for _, row := range rows {
			p, err := r.PersonByIdentifier(ctx, o.Source, row.SourceID)
			if err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
			// By the same steps whether there is such a file or not: what an
			// import says must not tell that somebody's file is restricted.
			h, err := s.hides(ctx, r, p, row, o)
			if err != nil {
				return err
			}
			matched := p != "" && !h.restricted || h.matched
			if matched {
				run.Matched++
				k.is(p)
			} else {
				run.Made++
			}
			if tx == nil || matched && !h.restricted || h.held {
				continue
			}
			if h.restricted {
				if err := s.hold(ctx, tx, p, sealedAdd{Source: o.Source, Row: row, Team: o.Team.Name}); err != nil {
					return fmt.Errorf("line %d: %w", row.Line, err)
				}
				continue
			}
			f := s.importedFile(row, o)
			if _, err := s.makeFile(ctx, tx, importJob, &f); err != nil {
				return fmt.Errorf("line %d: %w", row.Line, err)
			}
		}
		if tx == nil {
			return nil
		}
		if err := k.leave(ctx, tx); err != nil {
			return err
		}
		return tx.SaveImportRun(ctx, *run)
	}
	if !o.Commit {
		if err := s.db.View(ctx, func(r store.Reader) error { return work(r, nil) }); err != nil {
			return err
		}
		return s.leaveDry(ctx, k)
	}
	return s.db.Update(ctx, func(tx store.Tx) error { return work(tx, tx) })
}

func (s *Service) importedFile(row intake.Row, o Import) NewFile {
	f := NewFile{New: person.New{
		Names:       []person.Name{{Kind: person.Legal, Given: row.Given, Family: row.Family}},
		Birth:       person.Birth{Day: row.Born},
		Identifiers: []person.Identifier{{System: o.Source, Value: row.SourceID}},
	}}
	if row.KnownAs != "" {
		f.Names = append(f.Names, person.Name{Kind: person.KnownAs, Given: row.KnownAs, Family: row.Family})
	}
	f.Addresses = rowAddresses(row)
	f.Contacts = contactsOf(row)
	for _, c := range []person.Characteristic{{Kind: "gender", Code: row.Sex}, {Kind: "ethnicity", Code: row.Ethnicity}} {
		if c.Code != "" {
			f.Characteristics = append(f.Characteristics, c)
		}
	}
	if o.Team.Service != "" {
		f.Episodes = []NewEpisode{{Service: o.Team.Service, Team: o.Team.ID, Period: date.Period{From: s.Today()}}}
	}
	return f
}

// rowAddresses has the address of a row of people, if it has one.
func rowAddresses(row intake.Row) []person.Address {
	if row.Address1+row.Address2+row.Town+row.Postcode == "" {
		return nil
	}
	return []person.Address{{Line1: row.Address1, Line2: row.Address2, Town: row.Town, Postcode: row.Postcode}}
}
