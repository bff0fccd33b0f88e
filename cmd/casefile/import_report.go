package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"casefile/internal/casework"
	"casefile/internal/intake"
)

// refusals are the rows that an import did not take.
type refusals struct {
	file  string
	lines map[int][]intake.Problem
}

func newRefusals(file string) *refusals {
	return &refusals{file: file, lines: map[int][]intake.Problem{}}
}

// tell says on standard error what is wrong with a row.
func (f *refusals) tell(p intake.Problem) {
	fmt.Fprintf(os.Stderr, "%s: %s\n", f.file, p)
	f.lines[p.Line] = append(f.lines[p.Line], p)
}

// cells is a file being read for its cells alone.
type cells interface {
	Header() []string
	Cells() (line int, cells []string)
	Skip() ([]intake.Problem, error)
	Encoding() string
}

// finish prints the figures, which add up to the rows read, and writes the refused
// rows into a file, if one is named. Refused rows are an error, in a dry run too.
//
// There is no figure for rows held because a file is restricted: whoever imports
// learns of none (CR-31), so they count as made or matched.
func (f *refusals) finish(report casework.ImportReport, commit bool, name string, err error, again func(io.Reader) (cells, error)) error {
	made := "made"
	if !commit {
		made = "would be made"
	}
	if report.Resumed > 0 {
		fmt.Printf("An earlier run had dealt with the file up to line %d.\n", report.Resumed)
		made += " in all"
	}
	fmt.Printf("Rows read %d: %s %d, matched %d, refused %d.\n", report.Read, made, report.Made, report.Matched, report.Bad)
	if !commit && err == nil {
		fmt.Println("Nothing was saved. Run it with --commit to save.")
	}
	if name != "" {
		err = errors.Join(err, f.write(name, again))
	}
	if err == nil && report.Bad > 0 {
		return fmt.Errorf("%s: rows refused: %d", f.file, report.Bad)
	}
	return err
}

// write reads the file once more for the cells of the refused rows, so that they
// need not be kept in memory. Nobody else may read what it writes.
func (f *refusals) write(name string, again func(io.Reader) (cells, error)) (err error) {
	file, err := os.Open(f.file)
	if err != nil {
		return err
	}
	defer file.Close()
	in, err := again(file)
	if err != nil {
		return err
	}
	out, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write the refused rows: %w", err)
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	w := csv.NewWriter(out)
	if err := w.Write(defused(append([]string{"line", "column", "reason"}, in.Header()...))); err != nil {
		return fmt.Errorf("write the refused rows: %w", err)
	}
	for {
		ps, err := in.Skip()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			w.Flush()
			return errors.Join(fmt.Errorf("write the refused rows, of which some are missing: %w", err), w.Error())
		}
		line, row := in.Cells()
		if len(ps) > 0 {
			line = ps[0].Line
		}
		for _, p := range f.lines[line] {
			if err := w.Write(defused(append([]string{fmt.Sprint(p.Line), p.Column, p.Message}, row...))); err != nil {
				return fmt.Errorf("write the refused rows: %w", err)
			}
		}
	}
	w.Flush()
	return w.Error()
}

// defused keeps a spreadsheet from reading a cell as a formula.
func defused(row []string) []string {
	for i, c := range row {
		if c != "" && strings.ContainsRune("=+-@\t\r", rune(c[0])) {
			row[i] = "'" + c
		}
	}
	return row
}
