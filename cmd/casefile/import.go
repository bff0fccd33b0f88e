package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"casefile/internal/casework"
	"casefile/internal/intake"
)

type importCmd struct {
	People    importPeopleCmd    `cmd:"" help:"Make a file for each person in a CSV file."`
	Relations importRelationsCmd `cmd:"" help:"Record what people who are here are to each other, from a CSV file."`
	Addresses importAddressesCmd `cmd:"" help:"Record where people who are here live and lived, from a CSV file."`
	Places    importPlacesCmd    `cmd:"" help:"Take up addresses from a CSV file, to be found by their postcode."`
}

type importPlacesCmd struct {
	dataDir
	File   string `arg:"" help:"The CSV file: columns postcode, line1 and, if there are, line2, town, uprn; docs/examples/places.csv shows."`
	Commit bool   `help:"Save. Without it, the command only says what it would do."`
}

// Run reads the whole file, reports every bad row on standard error, and saves the
// good ones. Run again it goes on where it stopped. Bad rows are an error at the end.
func (c *importPlacesCmd) Run(ctx context.Context) (err error) {
	run, err := hashFiles(c.File)
	if err != nil {
		return err
	}
	h, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	file, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer file.Close()
	in, err := intake.NewPlaceReader(file)
	if err != nil {
		return fmt.Errorf("%s: %s", c.File, sentence(err))
	}
	report, err := h.casework.ImportPlaces(ctx, in, casework.Import{
		Run: run, Commit: c.Commit, Problem: tellProblem(c.File), Progress: tellProgress(),
	})
	if report.Resumed > 0 {
		fmt.Printf("An earlier run had dealt with the file up to line %d.\n", report.Resumed)
	}
	fmt.Printf("Rows read %d: new %d, already here %d, refused %d.\n", report.Read, report.Made, report.Matched, report.Bad)
	switch {
	case err != nil:
		return err
	case !c.Commit:
		fmt.Println("Nothing was saved. Run it with --commit to save.")
	}
	if report.Bad > 0 {
		return fmt.Errorf("%s: %d rows were refused", c.File, report.Bad)
	}
	return nil
}

func tellProblem(file string) func(intake.Problem) {
	return func(p intake.Problem) { fmt.Fprintf(os.Stderr, "%s: %s\n", file, p) }
}

// tellProgress says every two seconds how far an import has come.
func tellProgress() func(line int) {
	told := time.Now()
	return func(line int) {
		if time.Since(told) > 2*time.Second {
			told = time.Now()
			fmt.Fprintf(os.Stderr, "up to line %d\n", line)
		}
	}
}

type importPeopleCmd struct {
	dataDir
	File   string `arg:"" help:"The CSV file."`
	Map    string `required:"" placeholder:"FILE" help:"Which column holds what; docs/examples/people-map.yaml explains."`
	Team   string `required:"" help:"The team whose cases the people become, unallocated."`
	Report string `placeholder:"FILE" help:"Write the refused rows, with the reason for each, into a CSV file for whoever mends them. It holds what the rows hold."`
	Commit bool   `help:"Save. Without it, the command only says what it would do."`
}

// Run reads the whole file, reports every bad row on standard error, and saves
// the good ones. Run again it goes on where it stopped.
func (c *importPeopleCmd) Run(ctx context.Context) (err error) {
	mapText, err := os.Open(c.Map)
	if err != nil {
		return err
	}
	defer mapText.Close()
	columns, err := intake.ReadMap(mapText)
	if err != nil {
		return fmt.Errorf("%s: %s", c.Map, sentence(err))
	}
	run, err := hashFiles(c.Map, c.File)
	if err != nil {
		return err
	}
	h, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	team, err := h.casework.Team(ctx, c.Team)
	if err != nil {
		return err
	}
	file, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer file.Close()
	in, err := intake.NewReader(file, columns, h.casework.Today())
	if err != nil {
		return fmt.Errorf("%s: %s", c.File, sentence(err))
	}
	refused := newRefusals(c.File)
	report, err := h.casework.ImportPeople(ctx, in, casework.Import{
		Run: run, Source: columns.Source, Team: team, Commit: c.Commit,
		Problem: refused.tell, Progress: tellProgress(),
	})
	fmt.Printf("The file is in %s.\n", in.Encoding())
	return refused.finish(report, c.Commit, c.Report, err, func(r io.Reader) (cells, error) {
		return intake.NewReader(r, columns, h.casework.Today())
	})
}

// hashFiles names an import by the bytes of its files.
func hashFiles(names ...string) (string, error) {
	sum := sha256.New()
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return "", err
		}
		_, err = io.Copy(sum, f)
		if err := errors.Join(err, f.Close()); err != nil {
			return "", fmt.Errorf("read %s: %w", name, err)
		}
		sum.Write([]byte{0})
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
