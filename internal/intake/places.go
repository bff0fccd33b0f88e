package intake

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"casefile/internal/id"
	"casefile/internal/person"
)

// PlaceColumns are the columns of a file of addresses, in any order; the first two
// must be there.
var PlaceColumns = []string{"postcode", "line1", "line2", "town", "uprn"}

const maxPlaceText = 200

// A PlaceReader reads a file of addresses: UTF-8 CSV with a line of column names.
type PlaceReader struct {
	csv *csv.Reader
	at  map[string]int
}

// NewPlaceReader reads the line of column names.
func NewPlaceReader(r io.Reader) (*PlaceReader, error) {
	in := &PlaceReader{csv: csv.NewReader(r), at: map[string]int{}}
	in.csv.FieldsPerRecord = -1
	head, err := in.csv.Read()
	if err != nil {
		return nil, fmt.Errorf("the line of column names cannot be read: %w", err)
	}
	for i, name := range head {
		name = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))
		if !slices.Contains(PlaceColumns, name) {
			return nil, fmt.Errorf("unknown column %q; the columns are %s", name, strings.Join(PlaceColumns, ", "))
		}
		in.at[name] = i
	}
	for _, name := range PlaceColumns[:2] {
		if _, ok := in.at[name]; !ok {
			return nil, fmt.Errorf("there is no column %q", name)
		}
	}
	return in, nil
}

// A PlaceRow is one address and the line it begins on.
type PlaceRow struct {
	Line int
	person.Place
}

// Next reads a row, or says what is wrong with it; io.EOF after the last.
func (in *PlaceReader) Next() (PlaceRow, []Problem, error) {
	fields, err := in.csv.Read()
	if errors.Is(err, io.EOF) {
		return PlaceRow{}, nil, io.EOF
	}
	if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
		return PlaceRow{Line: wrong.Line}, []Problem{{Line: wrong.Line, Message: "the quotation marks are not in pairs"}}, nil
	}
	if err != nil {
		return PlaceRow{}, nil, fmt.Errorf("read the file: %w", err)
	}
	line, _ := in.csv.FieldPos(0)
	row := PlaceRow{Line: line}
	var ps []Problem
	wrong := func(message string) { ps = append(ps, Problem{Line: line, Message: message}) }
	cell := func(name string) string {
		i, ok := in.at[name]
		if !ok || i >= len(fields) {
			return ""
		}
		text := strings.Join(strings.Fields(fields[i]), " ")
		switch {
		case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
			wrong("the " + name + " is not text in UTF-8")
			return ""
		case utf8.RuneCountInString(text) > maxPlaceText:
			wrong(fmt.Sprintf("the %s is longer than %d characters", name, maxPlaceText))
		}
		return text
	}
	row.Line1, row.Line2, row.Town = cell("line1"), cell("line2"), cell("town")
	code, err := id.ParsePostcode(cell("postcode"))
	if err != nil {
		wrong("the postcode " + err.Error())
	}
	row.Postcode = code
	if row.Line1 == "" {
		wrong("there is no line1")
	}
	row.ID = cell("uprn")
	if strings.Trim(row.ID, "0123456789") != "" || len(row.ID) > 12 {
		wrong("the uprn must be 1 to 12 digits")
	}
	if row.ID == "" {
		row.ID = person.PlaceID(row.Place)
	}
	return row, ps, nil
}
