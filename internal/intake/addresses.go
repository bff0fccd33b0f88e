package intake

import (
	"io"
	"log/slog"

	"casefile/internal/date"
	"casefile/internal/person"
)

// Confidential is yes for an address that is to be kept secret; no, or nothing, for
// any other.
const Confidential Field = "confidential"

var addresses = layout{
	fields: []limit{
		{ID, 100},
		{Reference, 20},
		{Kind, 100},
		{Address1, 200},
		{Address2, 200},
		{Town, 200},
		{Postcode, 20},
		{From, 20},
		{To, 20},
		{Confidential, 100},
	},
	require: []Field{Kind},
	days:    []Field{From, To},
	check: func(m Map, add func(field, format string, args ...any)) {
		needsWho(m, add, ID, Reference)
		needsKind(m, add)
		if m.Columns[Address1] == "" && m.Columns[Postcode] == "" {
			add("columns", "Say which columns hold the address (address-1, address-2, town, postcode)")
		}
	},
}

// ReadAddressMap reads a map of addresses, as ReadMap does one of people.
func ReadAddressMap(r io.Reader) (Map, error) { return addresses.readMap(r) }

// An AddressRow is an address of somebody, as the file gives it. Empty means not
// given.
type AddressRow struct {
	Line         int
	Who          Who
	Kind         string // one of AddressKinds
	Line1, Line2 string
	Town         string
	Postcode     string
	Confidential bool
	Period       date.Period
}

// AddressKinds are what an address can be: where they live, or another.
var AddressKinds = []string{person.Home, person.Mailing, person.OtherAddress}

// LogValue keeps the person out of the log.
func (r AddressRow) LogValue() slog.Value { return slog.GroupValue(slog.Int("line", r.Line)) }

// An AddressReader reads the rows of one file of addresses, in memory that grows
// only with their number. It is for one goroutine.
type AddressReader struct{ facts }

// NewAddressReader reads the header, as NewReader does.
func NewAddressReader(r io.Reader, m Map, today date.Date) (*AddressReader, error) {
	in, err := addresses.open(r, m, today)
	return &AddressReader{in}, err
}

// Next gives the next row, or what is wrong with it, as Reader.Next does.
func (in *AddressReader) Next() (AddressRow, []Problem, error) {
	r, err := in.read()
	if err != nil || r.in == nil {
		return AddressRow{}, r.ps, err
	}
	row := AddressRow{
		Line: r.line, Who: r.who(ID, Reference), Kind: r.oneOf(Kind, AddressKinds...),
		Line1: r.cells[Address1], Line2: r.cells[Address2], Town: r.cells[Town], Postcode: r.cells[Postcode],
		Confidential: r.oneOf(Confidential, person.Yes, person.No) == person.Yes,
	}
	row.Period.From, row.Period.To = r.days()
	if r.once(); len(r.ps) > 0 {
		return AddressRow{}, r.ps, nil
	}
	return row, nil, nil
}
