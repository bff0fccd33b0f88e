package intake

import (
	"io"
	"log/slog"
	"strings"

	"casefile/internal/date"
	"casefile/internal/person"
)

// The fields of a row about two people. The first is who the kind names first: of a
// parent and a child, the parent.
const (
	First           Field = "first"
	FirstReference  Field = "first-reference"
	Second          Field = "second"
	SecondReference Field = "second-reference"
	RestsOn         Field = "rests-on"                // birth, law or care
	Responsible     Field = "parental-responsibility" // yes or no: of the first for the second
	Carer           Field = "carer"                   // main or shared: the first looks after the second
	Lives           Field = "lives"                   // yes or no: the two live together since the first day
)

// TheOther after a kind says that the person of the first column is the second of
// it: a file of children and their parents has parent:second.
const TheOther = ":second"

var relations = layout{
	fields: []limit{
		{First, 100},
		{FirstReference, 20},
		{Second, 100},
		{SecondReference, 20},
		{Kind, 100},
		{From, 20},
		{To, 20},
		{RestsOn, 100},
		{Responsible, 100},
		{Carer, 100},
		{Lives, 100},
		{Note, 1000},
	},
	require: []Field{Kind},
	days:    []Field{From, To},
	check: func(m Map, add func(field, format string, args ...any)) {
		needsWho(m, add, First, FirstReference)
		needsWho(m, add, Second, SecondReference)
		needsKind(m, add)
	},
}

// ReadRelationMap reads a map of relationships, as ReadMap does one of people.
func ReadRelationMap(r io.Reader) (Map, error) { return relations.readMap(r) }

// A RelationRow is two people and what they are to each other, as the file gives
// it. Empty means not given.
type RelationRow struct {
	Line          int
	First, Second Who // by the kind, whichever column they stand in
	Kind          string
	Period        date.Period
	Basis         string
	Responsible   string
	Carer         string
	Lives         bool // together, since the first day
	Note          string
}

// LogValue keeps the people out of the log.
func (r RelationRow) LogValue() slog.Value { return slog.GroupValue(slog.Int("line", r.Line)) }

// A RelationReader reads the rows of one file of relationships, in memory that grows
// only with their number. It is for one goroutine.
type RelationReader struct{ facts }

// NewRelationReader reads the header, as NewReader does.
func NewRelationReader(r io.Reader, m Map, today date.Date) (*RelationReader, error) {
	in, err := relations.open(r, m, today)
	return &RelationReader{in}, err
}

func (l layout) open(r io.Reader, m Map, today date.Date) (facts, error) {
	m, err := l.checked(m)
	if err != nil {
		return facts{}, err
	}
	in, err := newTable(r, m)
	return facts{table: in, layout: l, today: today, seen: map[[16]byte]int{}}, err
}

// Next gives the next row, or what is wrong with it, as Reader.Next does.
func (in *RelationReader) Next() (RelationRow, []Problem, error) {
	r, err := in.read()
	if err != nil || r.in == nil {
		return RelationRow{}, r.ps, err
	}
	row := RelationRow{Line: r.line, First: r.who(First, FirstReference), Second: r.who(Second, SecondReference), Note: r.cells[Note]}
	r.cells[Kind] = strings.ToLower(r.cells[Kind])
	kind, turned := strings.CutSuffix(r.cells[Kind], TheOther)
	if row.Kind = strings.TrimSuffix(kind, ":first"); turned {
		row.First, row.Second = row.Second, row.First
	}
	row.Period.From, row.Period.To = r.days()
	row.Basis = r.oneOf(RestsOn, person.Bases...)
	row.Responsible = r.oneOf(Responsible, person.Yes, person.No)
	row.Carer = r.oneOf(Carer, person.Carers...)
	if row.Lives = r.oneOf(Lives, person.Yes, person.No) == person.Yes; row.Lives && !row.Period.To.IsZero() {
		r.wrong(Lives, "the relationship is over, so the row cannot say that they live together")
	}
	if r.once(); len(r.ps) > 0 {
		return RelationRow{}, r.ps, nil
	}
	return row, nil, nil
}
