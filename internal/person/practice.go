package person

import (
	"fmt"
	"slices"
	"strings"

	"casefile/internal/id"
)

// A CharacteristicKind is a kind of coded fact, as
// definitions/people/characteristics.yaml has it.
type CharacteristicKind struct {
	ID     string
	Title  string   // empty for that of the set
	Set    string   // the code set; empty where it is told in words
	Group  string   // InIdentity or InNeeds
	Many   bool     // several can be so at a time
	Alone  []string // codes that nothing else is so beside
	Source string
}

// Where pages show a kind.
const (
	InIdentity = "identity"
	InNeeds    = "needs"
)

// The ways of checking a number.
const (
	CheckUPN  = "upn"
	CheckULN  = "uln"
	CheckNHS  = "nhs"
	CheckNINO = "national-insurance"
	CheckNone = "none"
)

// Checks are the ways of checking a number.
var Checks = []string{CheckUPN, CheckULN, CheckNHS, CheckNINO, CheckNone}

// An Area is a range of authorities' numbers.
type Area struct{ From, To int }

// A NumberKind is a number by which others know people, as
// definitions/people/identifiers.yaml has it.
type NumberKind struct {
	ID    string
	Title string
	Check string // one of Checks
	Areas []Area // of CheckUPN: which authorities there are
	Hint  string
	Blind bool // not to be printed, nor used outside education
	// NewIdentity is what becomes of the number when somebody gets a new identity;
	// empty where nothing is known of that.
	NewIdentity string
	Source      string
}

// Parse reads a number of the kind, as package id reads them.
func (k NumberKind) Parse(s string) (value, doubt string, err error) {
	switch k.Check {
	case CheckUPN:
		return id.ParseUPN(s, func(authority string) bool {
			n := 0
			if _, err := fmt.Sscan(strings.TrimLeft(authority, "0"), &n); err != nil {
				return false
			}
			return slices.ContainsFunc(k.Areas, func(a Area) bool { return a.From <= n && n <= a.To })
		})
	case CheckULN:
		return id.ParseULN(s)
	case CheckNHS:
		return id.ParseNHS(s)
	case CheckNINO:
		return id.ParseNationalInsurance(s)
	}
	return strings.TrimSpace(s), "", nil
}

// Practice is what the definitions say about people.
type Practice struct {
	Kinds   []CharacteristicKind
	Numbers []NumberKind
	// CheckAfter is for how many months an address is taken to be so once it was
	// recorded or confirmed; 0 for ever.
	CheckAfter int
}

// Kind finds a kind of coded fact.
func (p Practice) Kind(id string) (CharacteristicKind, bool) {
	i := slices.IndexFunc(p.Kinds, func(k CharacteristicKind) bool { return k.ID == id })
	if i < 0 {
		return CharacteristicKind{}, false
	}
	return p.Kinds[i], true
}

// Number finds a kind of number.
func (p Practice) Number(id string) (NumberKind, bool) {
	i := slices.IndexFunc(p.Numbers, func(k NumberKind) bool { return k.ID == id })
	if i < 0 {
		return NumberKind{}, false
	}
	return p.Numbers[i], true
}

// The facts that a service may ask for by these names; others it asks for by the
// id of the kind of coded fact.
const (
	NameWanted    = "name"
	BirthWanted   = "birth"
	AddressWanted = "address"
	PhoneWanted   = "phone"
)

// A Wanted is a fact that a service wants known of everybody it works with
// (CX-02). Given and Unless narrow it: it is wanted only where there is a fact of
// the kind Given, whose code is none of Unless.
type Wanted struct {
	Fact   string
	Given  string
	Unless []string
	Source string
}

// Missing are those of the wanted facts that are not known today.
func Missing(wanted []Wanted, k Known) []string {
	var missing []string
	code := func(kind string) (string, bool) {
		for _, c := range k.Characteristics {
			if c.Kind == kind && c.Period.Open() {
				return c.Code, true
			}
		}
		return "", false
	}
	for _, w := range wanted {
		if w.Given != "" {
			if c, ok := code(w.Given); !ok || slices.Contains(w.Unless, c) {
				continue
			}
		}
		there := false
		switch w.Fact {
		case NameWanted:
			there = slices.ContainsFunc(k.Names, func(n Name) bool { return n.Given != "" && n.Family != "" || n.Kind == Legal && n.Full() != "" })
		case BirthWanted:
			there = len(k.Births) > 0
		case AddressWanted:
			there = slices.ContainsFunc(k.Addresses, func(a Address) bool {
				return a.Period.Open() && a.Kind == "" && (a.Confidential || a.Line1 != "" && a.Postcode != "")
			})
		case PhoneWanted:
			there = slices.ContainsFunc(k.Contacts, func(c Contact) bool { return c.Kind == Phone && c.Period.Open() })
		default:
			_, there = code(w.Fact)
		}
		if !there {
			missing = append(missing, w.Fact)
		}
	}
	return missing
}

// Known is what is known of a person.
type Known struct {
	Names           []Name
	Births          []Birth
	Deaths          []Death
	Addresses       []Address
	Contacts        []Contact
	Characteristics []Characteristic
	Identifiers     []Identifier
}
