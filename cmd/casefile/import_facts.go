package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/intake"
)

type importRelationsCmd struct {
	dataDir
	File   string `arg:"" help:"The CSV file: two people in a row, by the numbers with which they were imported or by reference."`
	Map    string `required:"" placeholder:"FILE" help:"Which column holds what; docs/examples/relations-map.yaml explains."`
	Report string `placeholder:"FILE" help:"Write the refused rows, with the reason for each, into a CSV file for whoever mends them. It holds what the rows hold."`
	Commit bool   `help:"Save. Without it, the command only says what it would do."`
}

// Run reads the whole file, reports every bad row on standard error, and saves
// the good ones. Run again it saves nothing twice.
func (c *importRelationsCmd) Run(ctx context.Context) error {
	return importFacts(ctx, c.dataDir, factFile[*intake.RelationReader]{
		file: c.File, columns: c.Map, report: c.Report, commit: c.Commit,
		readMap: intake.ReadRelationMap, open: intake.NewRelationReader, take: (*casework.Service).ImportRelations,
	})
}

type importAddressesCmd struct {
	dataDir
	File   string `arg:"" help:"The CSV file: an address in a row, with the number with which the person was imported or their reference."`
	Map    string `required:"" placeholder:"FILE" help:"Which column holds what; docs/examples/addresses-map.yaml explains."`
	Report string `placeholder:"FILE" help:"Write the refused rows, with the reason for each, into a CSV file for whoever mends them. It holds what the rows hold."`
	Commit bool   `help:"Save. Without it, the command only says what it would do."`
}

// Run does as importRelationsCmd.Run.
func (c *importAddressesCmd) Run(ctx context.Context) error {
	return importFacts(ctx, c.dataDir, factFile[*intake.AddressReader]{
		file: c.File, columns: c.Map, report: c.Report, commit: c.Commit,
		readMap: intake.ReadAddressMap, open: intake.NewAddressReader, take: (*casework.Service).ImportAddresses,
	})
}

// A factFile is a file of what is so of people who are here, and how it is read.
type factFile[R cells] struct {
	file, columns, report string
	commit                bool
	readMap               func(io.Reader) (intake.Map, error)
	open                  func(io.Reader, intake.Map, date.Date) (R, error)
	take                  func(*casework.Service, context.Context, R, casework.Import) (casework.ImportReport, error)
}

func importFacts[R cells](ctx context.Context, dir dataDir, c factFile[R]) (err error) {
	mapText, err := os.Open(c.columns)
	if err != nil {
		return err
	}
	defer mapText.Close()
	columns, err := c.readMap(mapText)
	if err != nil {
		return fmt.Errorf("%s: %s", c.columns, sentence(err))
	}
	run, err := hashFiles(c.columns, c.file)
	if err != nil {
		return err
	}
	h, err := dir.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	file, err := os.Open(c.file)
	if err != nil {
		return err
	}
	defer file.Close()
	in, err := c.open(file, columns, h.casework.Today())
	if err != nil {
		return fmt.Errorf("%s: %s", c.file, sentence(err))
	}
	refused := newRefusals(c.file)
	report, err := c.take(h.casework, ctx, in, casework.Import{
		Run: run, Source: columns.Source, Commit: c.commit, Problem: refused.tell, Progress: tellProgress(),
	})
	fmt.Printf("The file is in %s.\n", in.Encoding())
	return refused.finish(report, c.commit, c.report, err, func(r io.Reader) (cells, error) {
		return c.open(r, columns, h.casework.Today())
	})
}
