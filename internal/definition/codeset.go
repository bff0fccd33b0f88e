package definition

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"casefile/internal/codeset"
	"casefile/internal/date"
)

var codeSetHeader = []string{"set", "code", "label", "from", "to", "source"}

// readCodeSets reads codesets/NAME.csv: the rows of one or more sets. The row
// of a set with no code gives the set its title and source; the others are its
// codes, in the order to show them in.
func (l *loader) readCodeSets(file, text string) {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1 // counted here, so that the others are still read
	report := func(field int, format string, args ...any) {
		line, column := r.FieldPos(field)
		l.p.report(file, line, column, format, args...)
	}
	sets := map[string]*setAt{}
	var order []string
	for first := true; ; first = false {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			if first {
				l.p.report(file, 1, 1, "the file is empty")
			}
			break
		}
		if err != nil {
			line, column := 1, 1
			if e, ok := errors.AsType[*csv.ParseError](err); ok {
				line, column, err = e.Line, e.Column, e.Err
			}
			l.p.report(file, line, column, "this is not CSV that can be read: %v", err)
			return // where the next row begins cannot be known
		}
		if first {
			if !l.codeSetHead(row, report) {
				return
			}
			continue
		}
		if len(row) != len(codeSetHeader) {
			report(0, "the row has %d columns instead of %d; text with a comma goes in double quotes", len(row), len(codeSetHeader))
			continue
		}
		for i, v := range row {
			if strings.ContainsAny(v, "\r\n") {
				report(i, "the %s has a line break in it; is a double quote without its partner?", codeSetHeader[i])
			} else if strings.TrimSpace(v) != v {
				report(i, "the %s %s has space around it", codeSetHeader[i], quote(v))
				row[i] = strings.TrimSpace(v)
			}
		}
		id := row[0]
		if !idShape.MatchString(id) {
			report(0, "set %s must be %s", quote(id), idRule)
			continue
		}
		s := sets[id]
		if s == nil {
			line, column := r.FieldPos(0)
			s = &setAt{Set: codeset.Set{ID: id}, at: position{line, column}, byCode: map[string][]int{}}
			sets[id] = s
			order = append(order, id)
			if other, there := l.setFiles[id]; there {
				report(0, "set '%s' is also in %s; a set stands in one file", id, other)
			}
			l.setFiles[id] = file
		}
		s.row(row, r, report)
	}
	for _, id := range order {
		s := sets[id]
		if s.titled == 0 {
			l.p.report(file, s.at.line, s.at.column, "set '%s' has no title: give it a row with no code and the title as its label", id)
		}
		if len(s.Codes) == 0 {
			l.p.report(file, s.at.line, s.at.column, "set '%s' has no codes", id)
		}
		l.set.codeSets = append(l.set.codeSets, s.Set)
	}
}

func (l *loader) codeSetHead(row []string, report func(int, string, ...any)) bool {
	if slices.Equal(row, codeSetHeader) {
		return true
	}
	want := strings.Join(codeSetHeader, ",")
	for i, name := range row {
		if !slices.Contains(codeSetHeader, name) {
			report(i, "unknown column %s%s", quote(name), meant(name, codeSetHeader))
			return false
		}
	}
	report(0, "the first line must be %s", want)
	return false
}

// A setAt is a code set being read.
type setAt struct {
	codeset.Set
	at     position
	titled int              // the line of its title, 0 before it was seen
	lines  []int            // of Set.Codes, one for one
	byCode map[string][]int // into Set.Codes
}

// row takes up one row of the set.
func (s *setAt) row(row []string, r *csv.Reader, report func(int, string, ...any)) {
	line, _ := r.FieldPos(0)
	code, label, source := row[1], row[2], row[5]
	if label == "" {
		report(2, "set '%s', code %s: the label is empty", s.ID, quote(code))
	}
	var mark codeset.Mark
	text, wrong := "", ""
	if source == "" {
		report(5, "set '%s', code %s has no source", s.ID, quote(code))
	} else if mark, text, wrong = parseSource(source); wrong != "" {
		report(5, "%s", wrong)
	}
	if code == "" {
		if s.titled > 0 {
			report(0, "set '%s' is given a title twice; first on line %d", s.ID, s.titled)
			return
		}
		if row[3] != "" || row[4] != "" {
			report(3, "the title of set '%s' has no dates; only codes have", s.ID)
		}
		s.titled, s.Title, s.Mark, s.Source = line, label, mark, text
		return
	}
	made := codeset.Code{Code: code, Label: label, Mark: mark, Source: text}
	dated := true
	for i, day := range []*date.Date{&made.From, &made.To} {
		d, err := date.Parse(row[3+i])
		if err != nil {
			report(3+i, "%s is not a date: %v", quote(row[3+i]), err)
			dated = false
			continue
		}
		*day = d
	}
	switch {
	case !dated:
		return
	case !made.Period().Valid():
		report(3, "code %s ends on %s, before it begins on %s", quote(code), made.To.Long(), made.From.Long())
		return
	}
	for _, i := range s.byCode[code] {
		if s.Codes[i].Period().Overlaps(made.Period()) {
			report(1, "code %s is in use twice at once in set '%s'; first on line %d", quote(code), s.ID, s.lines[i])
			break
		}
	}
	s.byCode[code] = append(s.byCode[code], len(s.Codes))
	s.Codes, s.lines = append(s.Codes, made), append(s.lines, line)
}
