// Package files is the pages of the files and photographs on a child's record.
package files

import (
	"fmt"
	"strconv"
	"strings"

	"casefile/internal/casework"

	"casefile/internal/fault"
	"casefile/internal/media"
	"casefile/internal/scan"
	"casefile/internal/web/file"
	"casefile/internal/web/frame"
	"casefile/internal/web/govuk"
)

// ListPage is a page of the files on a record, the last added first.
type ListPage struct {
	file.File
	Masked bool
	Files  []casework.FileLine
	MayAdd bool
	Newer  string // address; empty on the first page
	Older  string
	Told   frame.Told
}

// AddPage asks for a file. ID is drawn for it, so that the form sent twice adds
// one file.
type AddPage struct {
	file.File
	ID       media.ID
	Rules    media.Rules
	Typed    media.Typed
	Problems []fault.Problem
}

var kinds = map[media.Kind]string{
	media.Document: "Document", media.Photograph: "Photograph", media.Diagram: "Diagram", media.Audio: "Sound recording", media.Video: "Film",
}

// what says what a file is: "Photograph, JPEG picture, 2.4 MB".
func what(f media.File) string {
	kind, ok := kinds[f.Kind]
	if !ok {
		kind = frame.Capital(string(f.Kind))
	}
	return kind + ", " + f.TypeTitle + ", " + Size(f.Size)
}

// Size is a number of bytes in words: 812 bytes, 3 KB, 2.4 MB, counted in
// steps of 1,024 as systems show it.
func Size(bytes int64) string {
	switch {
	case bytes == 1:
		return "1 byte"
	case bytes < 1<<10:
		return strconv.FormatInt(bytes, 10) + " bytes"
	case bytes < 1<<20-1<<9:
		return strconv.FormatInt((bytes+1<<9)>>10, 10) + " KB"
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(bytes)/(1<<20)), ".0") + " MB"
}

// checked says what the virus scanner said.
func checked(f media.File) string {
	switch f.Scanned {
	case scan.Clean:
		return "Checked for viruses on " + f.ScannedAt.Date().Long() + ": nothing found"
	case scan.Found:
		return "Something harmful was found on " + f.ScannedAt.Date().Long() + ". It is not given out: ask for another copy"
	}
	return "Not checked for viruses"
}

func dated(f media.File) string {
	if f.Dated.IsZero() {
		return "Not given"
	}
	return f.Dated.Long()
}

// added says who added a file, in which role, for which service and when (CR-40).
func added(w frame.Words, f media.File) string {
	return f.AuthorName + ", " + f.AuthorRole + ", " + frame.Service(w, f.Service) + ", on " + f.Recorded.At.Long()
}

func (p ListPage) href(f media.File) string {
	return frame.File(p.Header) + file.Files + "/" + string(f.ID)
}

// move is where a file is moved to another record; empty where it is not offered.
func (p ListPage) move(f media.File) string {
	if !p.Offers.Move {
		return ""
	}
	return p.href(f) + "/move"
}

func (p ListPage) rows() [][]govuk.TableCell {
	rows := make([][]govuk.TableCell, 0, len(p.Files))
	for _, l := range p.Files {
		f := l.File
		if l.Masked {
			rows = append(rows, []govuk.TableCell{
				{Text: "A file that you may not open", Attributes: named("Title")},
				{Text: "Ask who works with them", Attributes: named("What it is")},
				{Text: "", Attributes: named("Date")},
				{Text: frame.Service(p.Words, f.Service) + ", on " + f.Recorded.At.Long(), Attributes: named("Added")},
			})
			continue
		}
		rows = append(rows, []govuk.TableCell{
			{HTML: title(p.href(f), l), Attributes: named("Title")},
			{HTML: description(f, p.move(f)), Attributes: named("What it is")},
			{Text: dated(f), Attributes: named("Date")},
			{Text: added(p.Words, f), Attributes: named("Added")},
		})
	}
	return rows
}

// named is the head of a cell's column, which stands in the cell where a
// narrow screen stacks the table.
func named(column string) map[string]any { return map[string]any{"data-label": column} }

// hint says what may be added: the types by kind, with how large they may be.
func (p AddPage) hint() string {
	var parts []string
	for _, l := range p.Rules.Limits {
		var ends []string
		for _, t := range p.Rules.Types {
			if t.Kind == l.Kind {
				ends = append(ends, t.Extensions...)
			}
		}
		if len(ends) > 0 {
			parts = append(parts, fmt.Sprintf("%s (%s) up to %d MB", strings.ToLower(kinds[l.Kind]), strings.Join(ends, ", "), l.MiB))
		}
	}
	if len(parts) == 0 {
		return "No type of file may be added. Ask who looks after the definitions."
	}
	return "One file: " + strings.Join(parts, "; ") + "."
}

func (p AddPage) accept() string { return strings.Join(p.Rules.Extensions(), ",") }
