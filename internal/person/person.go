// Package person holds children and adults: who they are, and what is so about
// them, on two clocks.
package person

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/match"
)

// ID is a person's key. It never leaves the program for a page: pages use the
// Reference.
type ID string

// A Person is a file: a permanent reference (CR-09) and when it was made. MadeAs
// is AsRelation for somebody who is there only as another's relation.
type Person struct {
	ID        ID
	Reference id.Reference
	MadeAs    string
	Recorded  date.Stamp
}

// The kinds of name.
const (
	Legal   = "legal"
	KnownAs = "known-as"
	Former  = "former"
)

// A Name is one name of a person. Either part may be empty, not both: some
// people have one name only.
type Name struct {
	ID     string
	Kind   string
	Given  string
	Family string
	// FamilyFirst says that the family name is said first.
	FamilyFirst bool
	date.Clocks
}

// Full is the name as it is read out.
func (n Name) Full() string {
	if n.FamilyFirst {
		return strings.TrimSpace(n.Family + " " + n.Given)
	}
	return strings.TrimSpace(n.Given + " " + n.Family)
}

// A Birth is the day of birth. Estimated says that the day is a guess; Exactness,
// how much of it is known.
type Birth struct {
	ID        string
	Day       date.Date
	Estimated bool
	Exactness string // one of Exactnesses; empty where the day is known, or guessed
	Proof     string // code of the set birth-proof; empty where nobody said
	date.Clocks
}

// How much of a day of birth is known.
const (
	ByMonth  = "month"    // the month and year; the day is its first
	ByYear   = "year"     // the year; the day is its first
	ByAge    = "age"      // an age; the day is as long ago
	Expected = "expected" // not born yet
)

// Exactnesses are those of a day that is not a day.
var Exactnesses = []string{ByMonth, ByYear, ByAge, Expected}

// An Address is where a person lives. Confidential ones are masked (refuges).
type Address struct {
	ID           string
	Line1        string
	Line2        string
	Town         string
	Postcode     string
	Confidential bool
	Kind         string // Mailing or OtherAddress; empty for where they live
	Place        string // of the place that it was found as; empty where it was typed
	date.Clocks
}

// The kinds of address beside where somebody lives. Home is how a form says that
// they live there; on the record that is no kind.
const (
	Home         = "home"
	Mailing      = "mailing"
	OtherAddress = "other"
)

// PlaceKey is what two addresses of one place have in common, whatever else is
// written of them: the first line and the postcode; empty where there is neither.
func (a Address) PlaceKey() string {
	if a.Line1 == "" && a.Postcode == "" {
		return ""
	}
	return strings.ToLower(oneLine(a.Line1) + "\n" + strings.ReplaceAll(a.Postcode, " ", ""))
}

// Part is as much of an address as a list shows: the town and the first half
// of the postcode.
func (a Address) Part() string {
	if a.Confidential {
		return "Confidential"
	}
	outward, _, _ := strings.Cut(a.Postcode, " ")
	return strings.Trim(a.Town+", "+outward, ", ")
}

// The kinds of contact.
const (
	Phone = "phone"
	Email = "email"
)

// A Contact is a way to reach the person themself (CX-03).
type Contact struct {
	ID    string
	Kind  string
	Value string
	Note  string
	date.Clocks
}

// A Characteristic is a coded fact of a kind that definitions invent: sex,
// ethnicity, a status. The code is from the code set of the kind.
type Characteristic struct {
	ID   string
	Kind string
	Code string
	Note string
	date.Clocks
}

// An Identifier is a number somebody else knows the person by. Systems that
// people were imported from are systems too.
type Identifier struct {
	ID     string
	System string
	Value  string
	Status string // FormerNumber or Twice; empty while it is theirs alone
	date.Clocks
}

// What a number may be beside theirs.
const (
	FormerNumber = "former" // they have another now
	Twice        = "twice"  // another file has it too
)

// A Change says why something about a person was changed, and how somebody knew.
type Change struct {
	ID       string
	Fact     string // the table of it
	Before   string // what was put aside; empty for nothing
	After    string // what took its place; empty for nothing
	Action   string
	Why      string
	Basis    string // who said so, or what was seen
	Recorded date.Stamp
}

// What a change did.
const (
	Added     = "added"
	Ended     = "ended"
	Corrected = "corrected"
	Withdrawn = "withdrawn" // it was never so
	Verified  = "verified"
)

// New is everything known of a person when their file is made.
type New struct {
	MadeAs          string // as Person has it
	Names           []Name
	Birth           Birth
	Addresses       []Address
	Contacts        []Contact
	Characteristics []Characteristic
	Identifiers     []Identifier
}

// Card is what the person would be found by, once there is a file.
func (n New) Card() match.Card {
	c := match.Card{Born: n.Birth.Day, Estimated: n.Birth.Estimated}
	for _, name := range n.Names {
		c.Names = append(c.Names, match.Name{Kind: name.Kind, Given: name.Given, Family: name.Family})
	}
	for _, a := range n.Addresses {
		if p := match.Postcode(a.Postcode); p != "" && !a.Confidential && a.Period.Open() {
			c.Postcodes = append(c.Postcodes, p)
		}
	}
	for _, i := range n.Identifiers {
		c.Numbers = append(c.Numbers, match.Number(i.Value))
	}
	return c
}

// Longest texts, in characters.
const (
	maxName  = 200
	maxLine  = 200
	maxValue = 320 // an e-mail address at its longest
	maxNote  = 1000
)

func tooLong(field, label, value string, most int) []fault.Problem {
	if utf8.RuneCountInString(value) <= most {
		return nil
	}
	return []fault.Problem{fault.TooLong(field, label, most)}
}

// periodProblems says what is wrong with the days on which a fact was so.
func periodProblems(p date.Period, today date.Date) []fault.Problem {
	switch {
	case p.From.After(today):
		return []fault.Problem{{Field: "from-day", Message: "The day since when it is so must be today or in the past"}}
	case !p.Valid():
		return []fault.Problem{{Field: "to-day", Message: "The last day must not be before the first"}}
	case p.To.After(today):
		return []fault.Problem{{Field: "to-day", Message: "The last day must be today or in the past"}}
	}
	return nil
}

func lower(word string) string {
	r, n := utf8.DecodeRuneInString(word)
	return string(unicode.ToLower(r)) + word[n:]
}

// Check says what keeps a file from being made, field by field. It asks for
// little: a file may have to be opened for a child of whom only a first name
// is known.
func (n New) Check(today date.Date) []fault.Problem {
	var ps []fault.Problem
	if len(n.Names) == 0 || n.Names[0].Full() == "" {
		ps = append(ps, fault.Problem{Field: "family", Message: "Enter at least one name"})
	}
	long := func(field, label, value string, most int) {
		if utf8.RuneCountInString(value) > most {
			ps = append(ps, fault.TooLong(field, label, most))
		}
	}
	for _, name := range n.Names {
		long("given", "Given name", name.Given, maxName)
		long("family", "Family name", name.Family, maxName)
	}
	switch day := n.Birth.Day; {
	case day.IsZero(), n.Birth.Exactness == Expected:
	case day.After(today):
		ps = append(ps, fault.Problem{Field: "born", Message: "Date of birth must be in the past"})
	case day.Age(today) > 120:
		ps = append(ps, fault.Problem{Field: "born", Message: "Date of birth must be within the last 120 years"})
	}
	for _, a := range n.Addresses {
		long("line1", "Address line 1", a.Line1, maxLine)
		long("line2", "Address line 2", a.Line2, maxLine)
		long("town", "Town", a.Town, maxLine)
		long("postcode", "Postcode", a.Postcode, 20)
	}
	for _, c := range n.Contacts {
		field := "phone"
		if c.Kind == Email {
			field = "email"
		}
		long(field, "Contact", c.Value, maxValue)
	}
	return ps
}

// Majority is the age from which somebody is no child.
// Source: Family Law Reform Act 1969, section 1.
const Majority = 18

// A Header is what stands at the top of every page of a file (CX-32, KF-10):
// who this is, and who works with them.
type Header struct {
	ID        ID
	Reference id.Reference
	Name      Name
	KnownAs   string // empty when the same as Name
	Born      date.Date
	Estimated bool
	Exactness string // of the day of birth, as Birth has it
	Dead      bool
	Died      date.Date // zero where the day is not known
	Gender    string    // code, from the code set of that name
	MadeAs    string    // as Person has it
	Episodes  []Episode
	// Portrait is there on the pages of one file, and not in lists.
	Portrait Portrait
	// Alerts are what must be seen before anything else, the gravest first, as far as
	// they are this viewer's to see.
	Alerts []HeadAlert
	// Unsaid says that who works with them is not this viewer's to know;
	// Episodes is then empty.
	Unsaid bool
}

// A HeadAlert is an alert as a header has it.
type HeadAlert struct {
	Words    string
	Severity string
	Due      bool // it is to be looked at whether it still holds
	AtDoor   bool // whoever visits must know it
}

// A Portrait is a photograph by which somebody is known, small. The zero Portrait
// is none.
type Portrait struct {
	JPEG  []byte
	Dated date.Date // when it was taken; zero where nobody said
}

// WithoutWorkers is the header without who works with them.
func (h Header) WithoutWorkers() Header {
	h.Episodes, h.Unsaid = nil, true
	return h
}

// DisplayName is the full name, and the name they are known by where it differs.
func (h Header) DisplayName() string {
	if h.KnownAs == "" {
		return h.Name.Full()
	}
	return h.Name.Full() + " (known as " + h.KnownAs + ")"
}

// An Episode is a period in which a team works with a person. When it closes or
// passes to another team, what is stated anew Continues it.
type Episode struct {
	ID        string
	Continues string // the ID under which the episode was first stated; empty in that itself
	Service   string
	TeamID    string
	TeamName  string
	EndReason string // code, of the code set of episodes' ends
	EndNote   string
	Allocated string // the allocated worker's key; empty when unallocated
	Worker    string // their name
	Telephone string // how to reach them
	Gone      bool   // the allocated worker holds no role in the service any more
	Away      Away   // of the allocated worker
	date.Clocks
}

// Key names the episode whatever has been stated anew of it.
func (e Episode) Key() string {
	if e.Continues != "" {
		return e.Continues
	}
	return e.ID
}

// Away says that a worker is away today, and who covers: nobody where Cover is
// empty, or where whoever was to cover is away too or has left.
type Away struct {
	Is        bool
	Until     date.Date // the last day; zero where it is not known
	Cover     string    // name
	Telephone string    // of the cover
}

// A Found is one line of a list of people. Of one that is Outside the viewer's
// work it has the name, the day of birth and the reference.
type Found struct {
	Header
	Address Address
	Outside bool
	// Relative says that they are on the record as a relation only, with no file of
	// their own, and that no service has worked with them.
	Relative bool
	// Missing are the facts that the viewer's service wants known of those it works
	// with and that are not (CX-02); only of a list for action.
	Missing []string
	// Of a search: how well the person answers it, why, and whether all that
	// was typed of a name is theirs as it was typed.
	Score   int
	Exact   bool
	Reasons []match.Reason
}

// A Professional is somebody of another agency who is involved with a person
// (CR-16). Confidential ones are masked, as addresses are: who works at a refuge
// says where it is.
type Professional struct {
	ID        string
	Agency    string
	Name      string
	JobTitle  string
	Telephone string
	Email     string
	Address   string
	Note      string

	Confidential bool
	date.Clocks
}
