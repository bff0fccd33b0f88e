// Package intake reads people, their relationships and their addresses from files
// that other systems wrote. It checks and reports; what it yields is saved by
// casework.
//
// What is wrong with a file is said by line and column and never by what the
// cell holds, so that reports can be kept, mailed and logged.
package intake

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"casefile/internal/fault"
)

// A Field is one thing that a file may bring.
type Field string

// The fields of a row about a person. ID is the identifier that the source gave
// them.
const (
	ID        Field = "id"
	Given     Field = "given"  // first names
	Family    Field = "family" // surname
	KnownAs   Field = "known-as"
	Born      Field = "born" // YYYY-MM-DD or day/month/year
	Sex       Field = "sex"
	Ethnicity Field = "ethnicity"
	Email     Field = "email"
	Phone     Field = "phone"
	Address1  Field = "address-1"
	Address2  Field = "address-2"
	Town      Field = "town"
	Postcode  Field = "postcode"
)

// The fields of rows about somebody who is here already.
const (
	Reference Field = "reference" // ours
	Kind      Field = "kind"
	From      Field = "from" // the first day
	To        Field = "to"   // the last day
	Note      Field = "note"
)

// A layout is what a kind of file can have.
type layout struct {
	fields  []limit
	require []Field // where the map says nothing
	days    []Field
	check   func(m Map, add func(field, format string, args ...any))
}

// A limit is the most characters that a field may hold. No source sets these: they
// are generous, and stop a shifted file from pouring case notes into names.
type limit struct {
	field Field
	most  int
}

var people = layout{
	fields: []limit{
		{ID, 100},
		{Given, 100},
		{Family, 100},
		{KnownAs, 100},
		{Born, 20},
		{Sex, 20},
		{Ethnicity, 20},
		{Email, 254},
		{Phone, 40},
		{Address1, 200},
		{Address2, 200},
		{Town, 100},
		{Postcode, 10},
	},
	require: []Field{Given, Family},
	days:    []Field{Born},
	check: func(m Map, add func(field, format string, args ...any)) {
		if m.Columns[ID] == "" {
			add("columns", "Say which column holds the source's own identifier (id)")
		}
		if m.Columns[Given] == "" && m.Columns[Family] == "" {
			add("columns", "Say which columns hold the names (given, family)")
		}
	},
}

func (l layout) known(f Field) bool { return l.limitOf(f) > 0 }

// limitOf is 0 for what is not a field.
func (l layout) limitOf(f Field) int {
	for _, k := range l.fields {
		if k.field == f {
			return k.most
		}
	}
	return 0
}

func (l layout) checkFixed(f Field, value string) (problem string) {
	value, problem = clean(f, value, l.limitOf(f))
	if problem == "" && slices.Contains(l.days, f) {
		_, problem = readDate(value)
	}
	return problem
}

func (l layout) list() string {
	names := make([]string, 0, len(l.fields))
	for _, f := range l.fields {
		names = append(names, string(f.field))
	}
	return strings.Join(names, ", ")
}

// A Map says which column of a file holds which field. It comes from a YAML or
// JSON file; docs/examples/people-map.yaml has one with every part explained, and
// beside it stand those of relationships and addresses.
type Map struct {
	Source    string           `yaml:"source"`    // the system the file came from: lower-case words with hyphens
	Separator string           `yaml:"separator"` // between cells; empty means a comma
	Columns   map[Field]string `yaml:"columns"`   // field ← the column's name in the header
	Fixed     map[Field]string `yaml:"fixed"`     // field ← one value for every row
	Require   []Field          `yaml:"require"`   // a row without one of these is a problem; empty means what the kind of file needs

	// Values says what words of the source mean: field ← the source's word ← ours.
	// What is not among them stands as it is.
	Values map[Field]map[string]string `yaml:"values"`
}

// value is what a cell means.
func (m Map) value(f Field, cell string) string {
	words := m.Values[f]
	if v, ok := words[cell]; ok {
		return v
	}
	for _, word := range slices.Sorted(maps.Keys(words)) {
		if strings.EqualFold(word, cell) {
			return words[word]
		}
	}
	return cell
}

var sourceShape = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// maxMap is the most bytes a map may have.
const maxMap = 64 << 10

// ReadMap reads a map of people and checks it. An error is Invalid and says, for whoever
// wrote the map, everything that is wrong with it; reading failures keep their
// kind.
func ReadMap(r io.Reader) (Map, error) { return people.readMap(r) }

func (l layout) readMap(r io.Reader) (Map, error) {
	body, err := io.ReadAll(io.LimitReader(r, maxMap+1))
	if err != nil {
		return Map{}, fmt.Errorf("read the column map: %w", err)
	}
	if len(body) > maxMap {
		return Map{}, fault.New(fault.Invalid, "The column map is larger than 64 KiB.")
	}
	var m Map
	dec := yaml.NewDecoder(bytes.NewReader(body), yaml.DisallowUnknownField())
	if err := dec.Decode(&m); errors.Is(err, io.EOF) {
		return Map{}, fault.New(fault.Invalid, "The column map is empty.")
	} else if err != nil {
		// Its words may quote the map, which somebody here wrote and holds no person.
		return Map{}, fault.Wrap(fault.Invalid, "The column map is not written correctly: "+yaml.FormatError(err, false, false), err)
	}
	return l.checked(m)
}

// checked is a map with what it leaves out, once it is found right.
func (l layout) checked(m Map) (Map, error) {
	if len(m.Require) == 0 {
		m.Require = l.require
	}
	return m, l.problems(m)
}

func (l layout) problems(m Map) error {
	var ps []fault.Problem
	add := func(field, format string, args ...any) {
		ps = append(ps, fault.Problem{Field: field, Message: fmt.Sprintf(format, args...)})
	}
	if !sourceShape.MatchString(m.Source) {
		add("source", "Name the system the file came from, in lower-case words with hyphens")
	}
	if len([]rune(m.Separator)) > 1 || strings.ContainsAny(m.Separator, "\"\r\n") {
		add("separator", "The separator must be one character, and neither a quotation mark nor a line end")
	}
	l.check(m, add)
	for _, f := range sorted(m.Columns) {
		switch {
		case !l.known(f):
			add("columns", "%q is not a field; the fields are %s", f, l.list())
		case m.Columns[f] == "":
			add("columns", "%s has no column", f)
		case m.Fixed[f] != "":
			add("fixed", "%s has a column as well as a fixed value", f)
		}
	}
	for _, f := range sorted(m.Fixed) {
		switch {
		case !l.known(f):
			add("fixed", "%q is not a field; the fields are %s", f, l.list())
		case f == ID:
			add("fixed", "id cannot be the same for every row")
		default:
			if problem := l.checkFixed(f, m.Fixed[f]); problem != "" {
				add("fixed", "%s: %s", f, problem)
			}
		}
	}
	for _, f := range sorted(m.Values) {
		if m.Columns[f] == "" {
			add("values", "%q has words and no column", f)
		}
	}
	for _, f := range m.Require {
		if m.Columns[f] == "" && m.Fixed[f] == "" {
			add("require", "%q is required and has no column", f)
		}
	}
	return fault.Problems(ps)
}

func sorted[V any](m map[Field]V) []Field {
	fs := make([]Field, 0, len(m))
	for f := range m {
		fs = append(fs, f)
	}
	slices.Sort(fs)
	return fs
}
