package intake

import (
	"crypto/sha256"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"casefile/internal/date"
	"casefile/internal/id"
)

// A Who names somebody who is here already: by the number that the source of the
// file gave them, with which they were imported, or by our reference. One of the
// two is empty.
type Who struct {
	Number    string
	Reference id.Reference
	Field     Field // where the file says it
}

// LogValue keeps the person out of the log.
func (Who) LogValue() slog.Value { return slog.StringValue("somebody") }

// facts reads rows about people who are here already.
type facts struct {
	*table
	layout layout
	today  date.Date
	seen   map[[16]byte]int // what the rows say, to the line that says it
}

// A factRow is one row being read.
type factRow struct {
	in    *facts
	line  int
	cells map[Field]string
	ps    []Problem
}

// read gives the next row's cells, each checked by itself.
func (in *facts) read() (*factRow, error) {
	line, cells, ps, err := in.next()
	if err != nil || len(ps) > 0 {
		return &factRow{ps: ps}, err
	}
	r := &factRow{in: in, line: line, cells: map[Field]string{}}
	for _, k := range in.layout.fields {
		value, p := in.cell(line, cells, k)
		if p.Message == "" && value == "" && slices.Contains(in.m.Require, k.field) {
			p.Message = "the cell is empty"
		}
		if p.Message != "" {
			r.ps = append(r.ps, p)
		}
		r.cells[k.field] = value
	}
	return r, nil
}

func (r *factRow) wrong(f Field, message string) {
	p := r.in.At(r.line, f)
	if message != "" && !slices.ContainsFunc(r.ps, func(o Problem) bool { return o.Number == p.Number && p.Number > 0 }) {
		p.Message = message
		r.ps = append(r.ps, p)
	}
}

// who reads who the row is about.
func (r *factRow) who(number, reference Field) Who {
	w, typed := Who{Number: r.cells[number], Field: number}, r.cells[reference]
	switch {
	case w.Number != "" && typed != "":
		r.wrong(reference, "the row says twice who it is, by number and by reference; one of the two must be empty")
	case typed != "":
		ref, err := id.ParseReference(typed)
		if err != nil {
			r.wrong(reference, "there is no such reference: a letter or number may be mistyped")
		}
		w.Reference, w.Field = ref, reference
	case w.Number == "" && r.in.m.Columns[number] != "":
		r.wrong(number, "the row does not say who it is")
	case w.Number == "":
		r.wrong(reference, "the row does not say who it is")
	}
	return w
}

// days reads the first and the last day, neither of which need be known.
func (r *factRow) days() (from, to date.Date) {
	day := func(f Field) date.Date {
		d, problem := readDate(r.cells[f])
		switch {
		case problem != "":
			r.wrong(f, problem)
		case d.After(r.in.today):
			r.wrong(f, "the date is in the future")
		case !d.IsZero() && d.Age(r.in.today) > oldest:
			r.wrong(f, fmt.Sprintf("the date is more than %d years ago", oldest))
		}
		return d
	}
	from, to = day(From), day(To)
	if !from.IsZero() && !to.IsZero() && to.Before(from) {
		r.wrong(To, "the last day is before the first")
	}
	return from, to
}

// oneOf reads a word that is one of a few, or nothing.
func (r *factRow) oneOf(f Field, words ...string) string {
	word := strings.ToLower(r.cells[f])
	if word != "" && !slices.Contains(words, word) {
		last := len(words) - 1
		r.wrong(f, "the cell is none of "+strings.Join(words[:last], ", ")+" and "+words[last]+"; the map can say under values what the source's words mean")
	}
	return word
}

// once refuses what an earlier row says in the same cells.
func (r *factRow) once() {
	if len(r.ps) > 0 {
		return
	}
	h := sha256.New()
	for _, k := range r.in.layout.fields {
		_, _ = h.Write([]byte(r.cells[k.field] + "\x00")) // never fails
	}
	key := [16]byte(h.Sum(nil))
	if before, ok := r.in.seen[key]; ok {
		r.ps = append(r.ps, Problem{Line: r.line, Message: fmt.Sprintf("the row says the same as line %d", before)})
		return
	}
	r.in.seen[key] = r.line
}

// needsWho says that a map must name people in one of the two ways.
func needsWho(m Map, add func(field, format string, args ...any), number, reference Field) {
	if m.Columns[number] == "" && m.Columns[reference] == "" {
		add("columns", "Say which column says who it is: %s by the source's number, or %s by ours", number, reference)
	}
	for _, f := range []Field{number, reference} {
		if m.Fixed[f] != "" {
			add("fixed", "%s cannot be the same for every row", f)
		}
	}
}

func needsKind(m Map, add func(field, format string, args ...any)) {
	if m.Columns[Kind] == "" && m.Fixed[Kind] == "" {
		add("columns", "Say which column holds the kind, or under fixed which it always is")
	}
}
