package intake

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"casefile/internal/date"
	"casefile/internal/fault"
)

// A Row is one person as the file gives them. Empty means not given.
type Row struct {
	Line      int    // where the row begins; the header is line 1
	SourceID  string // the source's own identifier: not empty, and once in a file
	Given     string
	Family    string
	KnownAs   string
	Born      date.Date
	Sex       string // as the source has it: codes are checked by whoever saves them
	Ethnicity string // likewise
	Email     string // likewise
	Phone     string // likewise
	Address1  string
	Address2  string
	Town      string
	Postcode  string
}

// LogValue keeps the person out of the log.
func (r Row) LogValue() slog.Value { return slog.GroupValue(slog.Int("line", r.Line)) }

// A Problem is one thing wrong with a row. It holds nothing from the cells.
type Problem struct {
	Line    int
	Column  string // the column's name in the header; empty for the row as a whole
	Number  int    // the column's number, from 1; 0 for the row as a whole
	Message string // begins in lower case, to stand after "line 12, column dob (4): "
}

// String is the problem as a report prints it.
func (p Problem) String() string {
	if p.Number == 0 {
		return fmt.Sprintf("line %d: %s", p.Line, p.Message)
	}
	return fmt.Sprintf("line %d, column %s (%d): %s", p.Line, p.Column, p.Number, p.Message)
}

const (
	maxColumns = 500
	// A row that runs on for longer has a quotation mark that never closes.
	maxRowBytes = 1 << 20
	oldest      = 120 // years; nobody is older, so the century is wrong
)

// A Reader reads the rows of one file, one at a time, in memory that grows
// only with the identifiers seen. It is for one goroutine.
type Reader struct {
	*table
	today date.Date
	seen  map[string]int
}

// A table is a CSV file with a header, of whatever.
type table struct {
	m      Map
	csv    *csv.Reader
	guard  *guard
	header []string
	column map[Field]int // from 0
	cells  []string      // of the last row
	line   int           // where the last row that could be read began
	err    error

	encoding     string
	windowsRows  int
	windowsFirst int
}

// newTable reads the header, in which the columns must be.
func newTable(r io.Reader, m Map) (*table, error) {
	text, encoding, err := decoded(r)
	if err != nil {
		return nil, err
	}
	g := &guard{r: text, left: maxRowBytes}
	in := &table{m: m, guard: g, csv: csv.NewReader(g), encoding: encoding, column: map[Field]int{}}
	in.csv.FieldsPerRecord = -1 // counted here, so that the message can say more
	if m.Separator != "" {
		in.csv.Comma = []rune(m.Separator)[0]
	}
	if err := in.readHeader(m.Columns); err != nil {
		return nil, err
	}
	return in, nil
}

// Header has the names of the columns.
func (in *table) Header() []string { return in.header }

// Cells has the last row as it is in the file, and where it begins; nothing
// where it could not be read. It is for a report that goes to whoever has the
// file, never for a log.
func (in *table) Cells() (line int, cells []string) {
	for _, c := range in.cells {
		if !utf8.ValidString(c) {
			c = fromWindows1252(c)
		}
		cells = append(cells, c)
	}
	return in.line, cells
}

// NewReader reads the header. Today is the day on which nobody can be born
// later. An error is Invalid where the file or its header will not do, and
// otherwise what reading the file gave.
func NewReader(r io.Reader, m Map, today date.Date) (*Reader, error) {
	m, err := people.checked(m)
	if err != nil {
		return nil, err
	}
	in, err := newTable(r, m)
	if err != nil {
		return nil, err
	}
	return &Reader{table: in, today: today, seen: map[string]int{}}, nil
}

func (in *table) readHeader(columns map[Field]string) error {
	cells, err := in.csv.Read()
	if errors.Is(err, io.EOF) {
		return fault.New(fault.Invalid, "The file is empty.")
	}
	if err != nil {
		return in.unreadable(err)
	}
	if len(cells) > maxColumns {
		return fault.New(fault.Invalid, fmt.Sprintf("The header has %d columns; at most %d are read.", len(cells), maxColumns))
	}
	if anyInvalid(cells) {
		line, _ := in.csv.FieldPos(0)
		in.noteWindows(line)
	}
	for i, c := range cells {
		if !utf8.ValidString(c) {
			c = fromWindows1252(c)
		}
		cells[i] = printable(c)
	}
	in.header = cells

	var ps []fault.Problem
	found := 0
	for _, f := range sorted(columns) {
		name := columns[f]
		i := slices.Index(cells, name)
		switch {
		case i < 0:
			ps = append(ps, fault.Problem{Field: string(f), Message: fmt.Sprintf("there is no column %q", name)})
		case slices.Contains(cells[i+1:], name):
			ps = append(ps, fault.Problem{Field: string(f), Message: fmt.Sprintf("column %q is there twice", name)})
		default:
			in.column[f] = i
			found++
		}
	}
	if len(ps) == 0 {
		return nil
	}
	if found == 0 {
		// Without one known column the first line may be a person, who must not
		// end up in an error message.
		return &fault.Error{Kind: fault.Invalid, Problems: ps, Message: "The first line of the file has none of the mapped columns. Is it a header, and is the separator right?"}
	}
	return &fault.Error{Kind: fault.Invalid, Problems: ps, Message: "The header does not fit the map. The file's columns are: " + strings.Join(cells, ", ")}
}

// printable is a column's name fit for a message.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s)
	s = strings.TrimSpace(s)
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60])
	}
	return s
}

// Next gives the next row, or what is wrong with it. At the end of the file
// the error is io.EOF. Any other error ends the reading as well: Invalid where
// a quotation mark that never closes makes the rest unreadable, else what
// reading the file gave. A row with problems is the zero Row.
func (in *Reader) Next() (Row, []Problem, error) {
	line, cells, ps, err := in.next()
	if err != nil || len(ps) > 0 {
		return Row{}, ps, err
	}
	row, ps := in.row(line, cells)
	if len(ps) > 0 {
		return Row{}, ps, nil
	}
	return row, nil, nil
}

// next gives the cells of the next row, as many as the header has at least.
func (in *table) next() (line int, cells []string, ps []Problem, err error) {
	if in.err != nil {
		return 0, nil, nil, in.err
	}
	in.guard.left = maxRowBytes
	in.cells = nil
	cells, err = in.csv.Read()
	if bad, ok := errors.AsType[*csv.ParseError](err); ok {
		// A mark that is still open when the file ends has swallowed the rest.
		if bad.Line == bad.StartLine || in.csv.InputOffset() < in.guard.total {
			in.line = bad.Line
			return 0, nil, []Problem{quoting(bad)}, nil
		}
	}
	if errors.Is(err, io.EOF) {
		in.err = io.EOF
		return 0, nil, nil, io.EOF
	}
	if err != nil {
		in.err = in.unreadable(err)
		return 0, nil, nil, in.err
	}
	line, _ = in.csv.FieldPos(0)
	in.line, in.cells = line, cells
	if extra := cells[min(len(in.header), len(cells)):]; len(cells) < len(in.header) || slices.ContainsFunc(extra, notBlank) {
		// Which cell belongs where is anybody's guess, so no other check would mean anything.
		return line, nil, []Problem{{Line: line, Message: fmt.Sprintf("the row has %d cells and the header has %d", len(cells), len(in.header))}}, nil
	}
	if anyInvalid(cells) {
		in.noteWindows(line)
	}
	return line, cells, nil, nil
}

// At says where a row has a field.
func (in *table) At(line int, f Field) Problem {
	p := Problem{Line: line}
	if i, ok := in.column[f]; ok {
		p.Column, p.Number = in.header[i], i+1
	}
	return p
}

// cell is what a row has for a field, cleaned and in our words, and where it has it.
func (in *table) cell(line int, cells []string, k limit) (string, Problem) {
	value, p := in.m.Fixed[k.field], in.At(line, k.field)
	i, ok := in.column[k.field]
	if !ok {
		value, p.Message = clean(k.field, value, k.most)
		return value, p
	}
	value = cells[i]
	if !utf8.ValidString(value) {
		value = fromWindows1252(value)
	}
	value, p.Message = clean(k.field, value, k.most)
	return in.m.value(k.field, value), p
}

// Encoding says, for the report, what the file so far was written in: "UTF-8",
// "UTF-16", or that some rows were read as Windows-1252, in which older
// spreadsheets save, because they are not UTF-8.
func (in *table) Encoding() string {
	switch {
	case in.windowsRows == 1:
		return fmt.Sprintf("%s, except line %d, read as Windows-1252: check its accents", in.encoding, in.windowsFirst)
	case in.windowsRows > 1:
		return fmt.Sprintf("%s, except %d rows, the first on line %d, read as Windows-1252: check their accents", in.encoding, in.windowsRows, in.windowsFirst)
	}
	return in.encoding
}

func (in *table) noteWindows(line int) {
	if in.windowsRows == 0 {
		in.windowsFirst = line
	}
	in.windowsRows++
}

// quoting says what is wrong with a row that the CSV reader refused. It starts
// afresh on the line after.
func quoting(e *csv.ParseError) Problem {
	p := Problem{Line: e.StartLine}
	switch {
	case errors.Is(e.Err, csv.ErrBareQuote):
		p.Message = fmt.Sprintf("there is a quotation mark inside a cell that does not begin with one (character %d of the line)", e.Column)
	case e.Line > e.StartLine:
		p.Message = fmt.Sprintf("the quotation marks on lines %d to %d do not pair up, so none of these lines was read", e.StartLine, e.Line)
	default:
		p.Message = fmt.Sprintf("the quotation marks do not pair up (character %d of the line)", e.Column)
	}
	return p
}

// unreadable is the error with which reading ends early.
func (in *table) unreadable(err error) error {
	if bad, ok := errors.AsType[*csv.ParseError](err); ok {
		return fault.New(fault.Invalid, fmt.Sprintf("A quotation mark in the row that begins on line %d is never closed, so nothing from line %d on could be read.", bad.StartLine, bad.StartLine))
	}
	if errors.Is(err, errTooLong) {
		return fault.New(fault.Invalid, fmt.Sprintf("A row after line %d runs on for more than a million characters. A quotation mark may never be closed. Nothing after line %d could be read.", in.line, in.line))
	}
	return fmt.Errorf("read the file: %w", err)
}

func (in *Reader) row(line int, cells []string) (Row, []Problem) {
	var ps []Problem
	row := Row{Line: line}
	for _, f := range people.fields {
		value, p := in.cell(line, cells, f)
		if p.Message == "" && value == "" && (f.field == ID || slices.Contains(in.m.Require, f.field)) {
			p.Message = "the cell is empty"
			if f.field == ID {
				p.Message = "the row has no identifier of its own"
			}
		}
		if p.Message == "" {
			p.Message = in.set(&row, f.field, value)
		}
		if p.Message != "" {
			ps = append(ps, p)
		}
	}
	if row.Given == "" && row.Family == "" && !slices.ContainsFunc(ps, in.aboutName) {
		ps = append(ps, Problem{Line: line, Message: "the row has no name"})
	}
	return row, ps
}

func (in *Reader) aboutName(p Problem) bool {
	return p.Number > 0 && (p.Column == in.m.Columns[Given] || p.Column == in.m.Columns[Family])
}

func notBlank(s string) bool { return strings.TrimSpace(s) != "" }

// set puts one checked cell into the row, or says why it cannot.
func (in *Reader) set(row *Row, f Field, value string) (problem string) {
	switch f {
	case ID:
		if before, ok := in.seen[value]; ok {
			return fmt.Sprintf("the identifier is the same as on line %d", before)
		}
		in.seen[value] = row.Line
		row.SourceID = value
	case Born:
		d, problem := readDate(value)
		if problem != "" || d.IsZero() {
			return problem
		}
		if d.After(in.today) {
			return "the date is in the future"
		}
		if d.Age(in.today) > oldest {
			return fmt.Sprintf("the date is more than %d years ago", oldest)
		}
		row.Born = d
	case Given:
		row.Given = value
	case Family:
		row.Family = value
	case KnownAs:
		row.KnownAs = value
	case Sex:
		row.Sex = value
	case Ethnicity:
		row.Ethnicity = value
	case Email:
		row.Email = value
	case Phone:
		row.Phone = value
	case Address1:
		row.Address1 = value
	case Address2:
		row.Address2 = value
	case Town:
		row.Town = value
	case Postcode:
		row.Postcode = value
	}
	return ""
}

// clean takes away the space around a cell and within it, and says what is
// wrong with what is left. Only address lines and notes may run over several
// lines, as they do in spreadsheets; the lines become one with commas.
func clean(f Field, s string, limit int) (value, problem string) {
	s = strings.TrimSpace(s)
	if strings.ContainsAny(s, "\r\n") {
		if f != Address1 && f != Address2 && f != Note {
			return "", "the cell runs over several lines; is a quotation mark missing?"
		}
		var lines []string
		for l := range strings.Lines(strings.ReplaceAll(s, "\r", "\n")) {
			if l = strings.Trim(l, " \t\n,"); l != "" {
				lines = append(lines, l)
			}
		}
		s = strings.Join(lines, ", ")
	}
	if n := utf8.RuneCountInString(s); n > limit {
		return "", fmt.Sprintf("the cell has %d characters and may have at most %d", n, limit)
	}
	s = strings.Join(strings.Fields(s), " ")
	for _, r := range s {
		if r == utf8.RuneError || unicode.IsControl(r) {
			return "", "the cell has characters that cannot be read; save the file as CSV UTF-8"
		}
	}
	return s, ""
}

// readDate reads 2010-03-05 and, day first, 5/3/2010. The message does not
// repeat what date says, which names parts of the date.
func readDate(s string) (d date.Date, problem string) {
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("-/.", r) })
	if s == "" {
		return date.Date{}, ""
	}
	if len(parts) != 3 {
		return date.Date{}, "a date must be written like 2010-03-05 or 5/3/2010"
	}
	for _, p := range parts {
		if strings.Trim(p, "0123456789") != "" {
			return date.Date{}, "a date must be written like 2010-03-05 or 5/3/2010"
		}
	}
	if len(parts[0]) == 4 {
		parts[0], parts[2] = parts[2], parts[0]
	}
	if len(parts[2]) != 4 {
		return date.Date{}, "the year must have 4 numbers"
	}
	d, err := date.FromParts(parts[0], parts[1], parts[2])
	if err != nil {
		return date.Date{}, "there is no such date"
	}
	return d, ""
}

var errTooLong = errors.New("the row is too long")

// guard ends the reading of a row that runs on for ever, which the CSV reader
// would take into memory whole.
type guard struct {
	r     io.Reader
	left  int   // bytes until the limit, counted afresh for each row
	total int64 // bytes handed on
}

func (g *guard) Read(p []byte) (int, error) {
	if g.left <= 0 {
		return 0, errTooLong
	}
	n, err := g.r.Read(p)
	g.left -= n
	g.total += int64(n)
	return n, err
}

// Skip reads a row for its cells alone. What is wrong with it is what keeps them
// from being told apart.
func (in *table) Skip() ([]Problem, error) {
	_, _, ps, err := in.next()
	return ps, err
}
