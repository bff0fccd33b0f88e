package intake_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/intake"
)

var today = date.Must(2026, 3, 5)

const (
	mapping = "source: test-school\ncolumns: {id: no, given: first, family: last, born: dob, address-1: home}\n"
	header  = "no,first,last,dob,home,notes\n"
)

func readMap(t testing.TB, s string) intake.Map {
	t.Helper()
	m, err := intake.ReadMap(strings.NewReader(s))
	if err != nil {
		t.Fatalf("column map: %v", err)
	}
	return m
}

// readAll gives everything a file yields, and the error it ended on: nil for
// the end of the file.
func readAll(t testing.TB, file string) (rows []intake.Row, problems []string, encoding string, err error) {
	t.Helper()
	in, err := intake.NewReader(strings.NewReader(file), readMap(t, mapping), today)
	if err != nil {
		return nil, nil, "", err
	}
	for {
		row, ps, err := in.Next()
		if errors.Is(err, io.EOF) {
			return rows, problems, in.Encoding(), nil
		}
		if err != nil {
			return rows, problems, in.Encoding(), err
		}
		for _, p := range ps {
			problems = append(problems, p.String())
		}
		if len(ps) == 0 {
			rows = append(rows, row)
		}
	}
}

func TestRow(t *testing.T) {
	rows, problems, encoding, err := readAll(t, header+
		`A1,  Zoë  Anne ,"O'Neill, Smith",5/3/2010,"1 Test Row`+"\r\n"+`Nowhere",`+"\n\n"+
		"A2,Sam,Example,2012-02-29,,x\n")
	if err != nil || len(problems) > 0 || encoding != "UTF-8" {
		t.Fatalf("a good file: problems %q, encoding %q, error %v", problems, encoding, err)
	}
	want := []intake.Row{
		{Line: 2, SourceID: "A1", Given: "Zoë Anne", Family: "O'Neill, Smith", Born: date.Must(2010, 3, 5), Address1: "1 Test Row, Nowhere"},
		{Line: 5, SourceID: "A2", Given: "Sam", Family: "Example", Born: date.Must(2012, 2, 29)},
	}
	if !slices.Equal(rows, want) {
		t.Errorf("got %+v\nwant %+v", rows, want)
	}
}

// Every problem names its line and column, no problem stops the reading, and
// none repeats what the cell holds.
func TestProblems(t *testing.T) {
	for _, c := range []struct{ name, line, want string }{
		{"no id", ",Secret,Example,,,", "line 2, column no (1): the row has no identifier of its own"},
		{"no first name", "S1,,Secret,,,", "line 2, column first (2): the cell is empty"},
		{"no surname", "S1,Secret, ,,,", "line 2, column last (3): the cell is empty"},
		{"no such day", "S1,Secret,Example,2011-02-29,,", "line 2, column dob (4): there is no such date"},
		{"month first", "S1,Secret,Example,3/25/2010,,", "line 2, column dob (4): there is no such date"},
		{"two-digit year", "S1,Secret,Example,5/3/10,,", "line 2, column dob (4): the year must have 4 numbers"},
		{"words for a date", "S1,Secret,Example,Secret,,", "line 2, column dob (4): a date must be written like 2010-03-05 or 5/3/2010"},
		{"not yet born", "S1,Secret,Example,2026-03-06,,", "line 2, column dob (4): the date is in the future"},
		{"born too long ago", "S1,Secret,Example,1826-03-06,,", "line 2, column dob (4): the date is more than 120 years ago"},
		{"too few cells", "S1,Secret,Example", "line 2: the row has 3 cells and the header has 6"},
		{"too many cells", "S1,Secret,Example,,,,Secret", "line 2: the row has 7 cells and the header has 6"},
		{"overlong", "S1,Secret," + strings.Repeat("é", 101) + ",,,", "line 2, column last (3): the cell has 101 characters and may have at most 100"},
		{"control characters", "S1,Secret,Ex\x01ample,,,", "line 2, column last (3): the cell has characters that cannot be read; save the file as CSV UTF-8"},
		{"several lines", "S1,Secret,\"Exa\nmple\",,,", "line 2, column last (3): the cell runs over several lines; is a quotation mark missing?"},
		{"bare quotation mark", `S1,Sec"ret,Example,,,`, "line 2: there is a quotation mark inside a cell that does not begin with one (character 7 of the line)"},
		{"text after a quotation mark", `S1,"Sec"ret,Example,,,`, "line 2: the quotation marks do not pair up (character 8 of the line)"},
		{"open quotation mark", "S1,\"Secret,Example,,,\nS9,Secret,\"Example\",,,", "line 2: the quotation marks on lines 2 to 3 do not pair up, so none of these lines was read"},
	} {
		rows, problems, _, err := readAll(t, header+c.line+"\nZ9,Good,Example,,,\n")
		if err != nil || !slices.Equal(problems, []string{c.want}) {
			t.Errorf("%s: problems %q, error %v; want %q", c.name, problems, err, c.want)
		}
		if len(rows) != 1 || rows[0].SourceID != "Z9" {
			t.Errorf("%s: the row after it was not read: %+v", c.name, rows)
		}
		if strings.Contains(strings.Join(problems, ""), "Secret") {
			t.Errorf("%s: the problem repeats the cell", c.name)
		}
	}
}

func TestEveryProblemOfARowIsReported(t *testing.T) {
	_, problems, _, _ := readAll(t, header+",,Example,31/2/2010,,\n")
	if len(problems) != 3 {
		t.Errorf("a row with three mistakes: got %q", problems)
	}
}

func TestIdentifierTwice(t *testing.T) {
	rows, problems, _, err := readAll(t, header+"A1,Ann,Example,,,\nA2,Bo,Example,,,\nA1,Cy,Example,,,\n")
	want := []string{"line 4, column no (1): the identifier is the same as on line 2"}
	if err != nil || len(rows) != 2 || !slices.Equal(problems, want) {
		t.Errorf("got %d rows, problems %q, error %v; want 2 and %q", len(rows), problems, err, want)
	}
}

// Spreadsheets add empty cells at the end of rows; nothing is lost with them.
func TestEmptyExtraCells(t *testing.T) {
	rows, problems, _, err := readAll(t, header+"A1,Ann,Example,,,,, ,\n")
	if err != nil || len(rows) != 1 || len(problems) > 0 {
		t.Errorf("got %d rows, problems %q, error %v; want the row", len(rows), problems, err)
	}
}

func TestUnclosedQuotationMark(t *testing.T) {
	for name, file := range map[string]string{
		"to the end of the file": header + "A1,Ann,Example,,,\nA2,\"Bo,Example,,,\nA3,Cy,Example,,,\n",
		"beyond a million bytes": header + "A1,Ann,Example,,,\nA2,\"Bo,Example,,,\n" + strings.Repeat("A3,Cy,Example,,,\n", 200_000),
	} {
		rows, _, _, err := readAll(t, file)
		if len(rows) != 1 || !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "line ") {
			t.Errorf("%s: %d rows, error %v; want the row before it and Invalid naming a line", name, len(rows), err)
		}
		if err != nil && strings.Contains(err.Error(), "Bo") {
			t.Errorf("%s: the error repeats the cell: %v", name, err)
		}
	}
}

func TestEncodings(t *testing.T) {
	const text = header + "A1,Zoë,O’Neill,,,\nA2,Ann,Example,,,\n"
	utf16 := func(order unicode.Endianness) string {
		s, err := unicode.UTF16(order, unicode.UseBOM).NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	windows, err := charmap.Windows1252.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, file, encoding string }{
		{"UTF-8", text, "UTF-8"},
		{"UTF-8 with a mark", "\ufeff" + text, "UTF-8"},
		{"UTF-16 little-endian", utf16(unicode.LittleEndian), "UTF-16"},
		{"UTF-16 big-endian", utf16(unicode.BigEndian), "UTF-16"},
		{"Windows-1252", windows, "UTF-8, except line 2, read as Windows-1252: check its accents"},
		{"Windows line ends", strings.ReplaceAll(text, "\n", "\r\n"), "UTF-8"},
	} {
		rows, problems, encoding, err := readAll(t, c.file)
		if err != nil || len(problems) > 0 || len(rows) != 2 {
			t.Errorf("%s: %d rows, problems %q, error %v", c.name, len(rows), problems, err)
			continue
		}
		if rows[0].Given != "Zoë" || rows[0].Family != "O’Neill" || encoding != c.encoding {
			t.Errorf("%s: got %q %q in %q; want Zoë O’Neill in %q", c.name, rows[0].Given, rows[0].Family, encoding, c.encoding)
		}
	}
}

func TestNotACSVFile(t *testing.T) {
	for name, file := range map[string]string{
		"empty":                     "",
		"only line ends":            "\n\n",
		"a spreadsheet":             "PK\x03\x04rest",
		"an old spreadsheet":        "\xD0\xCF\x11\xE0rest",
		"UTF-16 without its mark":   "n\x00o\x00",
		"a header with open quotes": "\"no,first\n",
		"too many columns":          strings.Repeat("x,", 501),
	} {
		if _, _, _, err := readAll(t, file); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: got %v, want Invalid", name, err)
		}
	}
}

func TestHeader(t *testing.T) {
	_, _, _, err := readAll(t, "no,first,surname,dob,home\n")
	if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), `no column "last"`) || !strings.Contains(err.Error(), "no, first, surname, dob, home") {
		t.Errorf("a missing column: got %v, want Invalid naming it and the columns there are", err)
	}
	_, _, _, err = readAll(t, "no,first,last,dob,home,last\n")
	if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "twice") {
		t.Errorf("a column twice: got %v, want Invalid saying so", err)
	}
	// A file without a header begins with a person.
	_, _, _, err = readAll(t, "A1,Secret,Example,,,\n")
	if !fault.Is(err, fault.Invalid) || strings.Contains(err.Error(), "Secret") {
		t.Errorf("no header: got %v, want Invalid that names nobody", err)
	}
	if _, _, _, err = readAll(t, " no , first,last,dob,home\n"); err != nil {
		t.Errorf("space around the names of columns: got %v, want none", err)
	}
}

func TestFixedValuesAndSeparator(t *testing.T) {
	m := readMap(t, `{"source": "youth-club", "separator": ";", "columns": {"id": "no", "given": "name"}, "fixed": {"town": "Saltcombe Regis"}, "require": ["given"]}`)
	in, err := intake.NewReader(strings.NewReader("no;name\n7;Sam, known as Sammy\n"), m, today)
	if err != nil {
		t.Fatal(err)
	}
	row, ps, err := in.Next()
	if err != nil || len(ps) > 0 || row.Town != "Saltcombe Regis" || row.Given != "Sam, known as Sammy" {
		t.Errorf("got %+v, %v, %v", row, ps, err)
	}
}

func TestNoNameAtAll(t *testing.T) {
	m := readMap(t, "source: s\ncolumns: {id: no, given: first, family: last}\nrequire: [id]\n")
	in, err := intake.NewReader(strings.NewReader("no,first,last\n1,,\n2,Ann,\n"), m, today)
	if err != nil {
		t.Fatal(err)
	}
	if _, ps, err := in.Next(); err != nil || len(ps) != 1 || ps[0].Message != "the row has no name" {
		t.Errorf("no name: got %v, %v", ps, err)
	}
	if row, ps, err := in.Next(); err != nil || len(ps) != 0 || row.Given != "Ann" {
		t.Errorf("one name where one is enough: got %+v, %v, %v", row, ps, err)
	}
}

func TestReadMapRefuses(t *testing.T) {
	for _, c := range []struct{ text, says string }{
		{"", "empty"},
		{"sorce: x\n", "not written correctly"},
		{"source: x\nsource: y\n", "not written correctly"},
		{strings.Repeat("#", 70_000), "64 KiB"},
		{"source: My System\ncolumns: {id: a, given: b, family: c}\n", "source: Name the system"},
		{"source: x\nseparator: '||'\ncolumns: {id: a, given: b, family: c}\n", "one character"},
		{"source: x\ncolumns: {given: b, family: c}\n", "own identifier"},
		{"source: x\ncolumns: {id: a}\nrequire: [id]\n", "hold the names"},
		{"source: x\ncolumns: {id: a, given: b, family: c, colour: d}\n", `"colour" is not a field; the fields are id, given`},
		{"source: x\ncolumns: {id: a, given: b, family: c}\nfixed: {colour: d}\n", `"colour" is not a field`},
		{"source: x\ncolumns: {id: a, given: b, family: c, town: ''}\n", "town has no column"},
		{"source: x\ncolumns: {id: a, given: b, family: c, town: t}\nfixed: {town: d}\n", "as well as"},
		{"source: x\ncolumns: {id: a, given: b, family: c}\nfixed: {id: d}\n", "same for every row"},
		{"source: x\ncolumns: {id: a, given: b, family: c}\nfixed: {born: 31/2/2010}\n", "no such date"},
		{"source: x\ncolumns: {id: a, given: b}\n", `"family" is required and has no column`},
	} {
		_, err := intake.ReadMap(strings.NewReader(c.text))
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("map %.40q: got %v, want Invalid saying %q", c.text, err, c.says)
		}
	}
}

// The example in the documentation is a map that works.
func TestExampleMap(t *testing.T) {
	f, err := os.Open("../../docs/examples/people-map.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := intake.ReadMap(f)
	if err != nil {
		t.Fatal(err)
	}
	in, err := intake.NewReader(strings.NewReader("unique_id,first_name,surname,dob,city,email,cluster\n1,Ann,Example,2010-03-05,Marlowe,ann@example.org,9\n"), m, today)
	if err != nil {
		t.Fatal(err)
	}
	row, ps, err := in.Next()
	want := intake.Row{Line: 2, SourceID: "1", Given: "Ann", Family: "Example", Born: date.Must(2010, 3, 5), Town: "Marlowe", Email: "ann@example.org"}
	if err != nil || len(ps) > 0 || row != want {
		t.Errorf("got %+v, %v, %v; want %+v", row, ps, err, want)
	}
}

func TestRowStaysOutOfLogs(t *testing.T) {
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("row", "row", intake.Row{Line: 7, SourceID: "A1", Given: "Secret"})
	if s := log.String(); strings.Contains(s, "Secret") || strings.Contains(s, "A1") || !strings.Contains(s, "row.line=7") {
		t.Errorf("logged %q, want the line and nothing else", s)
	}
}

type broken struct{ after io.Reader }

var errBroken = errors.New("the disk is gone")

func (b broken) Read(p []byte) (int, error) {
	n, err := b.after.Read(p)
	if errors.Is(err, io.EOF) {
		err = errBroken
	}
	return n, err
}

// A disk that fails is not a bad file: the import is to be tried again.
func TestReadingFails(t *testing.T) {
	in, err := intake.NewReader(broken{strings.NewReader(header + strings.Repeat("A1,Ann,Example,,,\n", 1000))}, readMap(t, mapping), today)
	for err == nil {
		_, _, err = in.Next()
	}
	if !errors.Is(err, errBroken) || fault.KindOf(err) != fault.Internal {
		t.Errorf("got %v, want the failure itself", err)
	}
	if _, _, again := in.Next(); !errors.Is(again, errBroken) {
		t.Errorf("after the end: got %v, want the same failure", again)
	}
}

func FuzzReader(f *testing.F) {
	f.Add(header + "A1,Ann,Example,2010-03-05,,\n")
	f.Add(header + "A1,\"Ann,Example\n,,\n\"\"\"\n")
	f.Add("\xff\xfen\x00o\x00,\x00")
	f.Add("\ufeff" + header + "\xe9,\xe9,\x81,\n")
	m := readMap(f, mapping)
	f.Fuzz(func(t *testing.T, file string) {
		for _, file := range []string{file, header + file} {
			in, err := intake.NewReader(strings.NewReader(file), m, today)
			if err != nil {
				if !fault.Is(err, fault.Invalid) {
					t.Errorf("%q: %v, want Invalid", file, err)
				}
				continue
			}
			seen, last := map[string]bool{}, 1
			for {
				row, ps, err := in.Next()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					if !fault.Is(err, fault.Invalid) {
						t.Errorf("%q: %v, want Invalid", file, err)
					}
					break
				}
				line := row.Line
				for _, p := range ps {
					line = p.Line
					if p.Message == "" || p.Number < 0 || p.Number > 5 {
						t.Errorf("%q: problem %+v", file, p)
					}
				}
				if line <= last {
					t.Errorf("%q: line %d after line %d", file, line, last)
				}
				last = line
				if len(ps) > 0 {
					continue
				}
				if row.SourceID == "" || seen[row.SourceID] || row.Given == "" || row.Family == "" || row.Born.After(today) {
					t.Errorf("%q: row %+v", file, row)
				}
				seen[row.SourceID] = true
				for _, s := range []string{row.SourceID, row.Given, row.Family, row.Address1} {
					if !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\r\n") || utf8.RuneCountInString(s) > 200 {
						t.Errorf("%q: cell %q", file, s)
					}
				}
			}
		}
	})
}

func BenchmarkReader(b *testing.B) {
	var s strings.Builder
	s.WriteString(header)
	for i := range 10_000 {
		fmt.Fprintf(&s, "A%d,Ann,Example,2010-03-05,\"1 Test Row, Nowhere\",\n", i)
	}
	m := readMap(b, mapping)
	b.SetBytes(int64(s.Len()))
	for b.Loop() {
		in, err := intake.NewReader(strings.NewReader(s.String()), m, today)
		for err == nil {
			_, _, err = in.Next()
		}
		if !errors.Is(err, io.EOF) {
			b.Fatal(err)
		}
	}
}
