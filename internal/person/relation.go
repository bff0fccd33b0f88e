package person

import (
	"slices"

	"casefile/internal/date"
	"casefile/internal/fault"
)

// AsRelation is what a person was made as who has no file of their own: they are
// there because they are somebody's relation. Everybody else's is empty.
const AsRelation = "relation"

// A Relationship is two people and what each is to the other, stated once for
// both (CR-15). Person is the first of its kind and Other the second: of a parent
// and a child, the parent is the first.
type Relationship struct {
	ID          string
	Kind        string // of RelationKinds
	Person      ID
	Other       ID
	Basis       string // one of Bases; empty where nobody said
	Responsible string // Yes or No: has the first parental responsibility for the second; empty where nobody said
	Carer       string // one of Carers: the first looks after the second; empty for neither
	Note        string
	date.Clocks
}

// With is the other of the two.
func (r Relationship) With(p ID) ID {
	if r.Person == p {
		return r.Other
	}
	return r.Person
}

// What a relationship may rest on.
const (
	ByBirth = "birth"
	ByLaw   = "law"
	ByCare  = "care"
)

// Bases are what a relationship may rest on, in the order to offer them.
var Bases = []string{ByBirth, ByLaw, ByCare}

// How the first of a relationship looks after the second.
const (
	MainCarer   = "main"
	SharedCarer = "shared"
)

// Carers are the ways of looking after somebody, in the order to offer them.
var Carers = []string{MainCarer, SharedCarer}

// The answers to whether somebody has parental responsibility.
const (
	Yes = "yes"
	No  = "no"
)

// A Member says that a person lives, or lived, in a household. The household has
// a key and nothing else: where it is stands in its members' addresses.
type Member struct {
	ID        string
	Household string
	Person    ID
	Note      string
	date.Clocks
}

// Together is the time in which two people live in one household; ok is false
// where there is none.
func Together(a, b Member) (p date.Period, ok bool) {
	if a.Household != b.Household || !a.Period.Overlaps(b.Period) {
		return p, false
	}
	p.From = a.Period.From
	if b.Period.From.After(p.From) {
		p.From = b.Period.From
	}
	p.To = a.Period.To
	if p.To.IsZero() || !b.Period.To.IsZero() && b.Period.To.Before(p.To) {
		p.To = b.Period.To
	}
	return p, true
}

// Whereabouts is what is known of a parent who is not on the record (CR-34).
type Whereabouts struct {
	ID        string
	Of        string // of RelationKinds.Whose
	Statement string
	date.Clocks
}

// A Death says that a person died. The day may be unknown.
type Death struct {
	ID        string
	Day       date.Date
	Estimated bool
	Note      string
	date.Clocks
}

// The shapes that a kind of relationship has in a drawing of the family.
const (
	Descent = "descent" // the first is a forebear of the second
	Union   = "union"   // they are, or were, a couple
	Sibling = "sibling"
	Kin     = "kin"  // related, neither of these
	Care    = "care" // the first looks after the second, unrelated
	Bond    = "bond" // they matter to each other, unrelated
	Tie     = "tie"  // how they get on
)

// Shapes lists them, in the order in which a page groups them.
var Shapes = []string{Descent, Sibling, Union, Kin, Care, Bond, Tie}

// Words are what somebody is called in a relationship, by their gender where
// that makes a difference.
type Words struct {
	Any string
	By  map[string]string // gender's code to word
}

// For is the word for somebody of a gender.
func (w Words) For(gender string) string {
	if word := w.By[gender]; word != "" {
		return word
	}
	return w.Any
}

// A RelationKind is a kind of relationship. What has one word for both is the
// same from either side.
type RelationKind struct {
	ID       string
	First    Words
	Second   Words
	Shape    string
	Parental bool // the first may have parental responsibility for the second
	Ended    bool // it is one that is over, such as a marriage that was
	Draw     Draw
	Source   string
}

// A Draw is how a genogram has a kind of relationship.
type Draw struct {
	Above   int    // how many generations the first stands above the second
	Line    string // one of Lines
	Strokes int    // through the line: 1 where they are apart, 2 where it is over
}

// Lines are how a relationship can be drawn.
var Lines = []string{"dotted", "solid", "dashed", "double", "zigzag"}

// Same reports whether the kind is the same from either side.
func (k RelationKind) Same() bool { return k.First.Any == k.Second.Any }

// Word is what somebody is called who is the first, or the second, of the kind.
func (k RelationKind) Word(first bool, gender string) string {
	if first {
		return k.First.For(gender)
	}
	return k.Second.For(gender)
}

// A Whose is a parent of whom a statement of whereabouts can be.
type Whose struct {
	ID    string
	Title string
	// Kind and Gender are the relative whose being on the record makes a
	// statement needless.
	Kind   string
	Gender string
}

// RelationKinds are the kinds of relationship, as
// definitions/people/relationships.yaml has them.
type RelationKinds struct {
	List  []RelationKind
	Whose []Whose
}

// Kind finds a kind.
func (ks RelationKinds) Kind(id string) (RelationKind, bool) {
	i := slices.IndexFunc(ks.List, func(k RelationKind) bool { return k.ID == id })
	if i < 0 {
		return RelationKind{}, false
	}
	return ks.List[i], true
}

// Check says what is wrong with a relationship. firstBorn and secondBorn are
// zero where they are not known for certain. others are the current ones of the
// two, without the one that this takes the place of.
func (ks RelationKinds) Check(r Relationship, others []Relationship, firstBorn, secondBorn, today date.Date) []fault.Problem {
	k, ok := ks.Kind(r.Kind)
	if !ok {
		return []fault.Problem{{Field: "kind", Message: "Select what they are to each other"}}
	}
	var ps []fault.Problem
	wrong := func(field, message string) { ps = append(ps, fault.Problem{Field: field, Message: message}) }
	if r.Person == r.Other {
		wrong("with", "Select somebody else: nobody is related to themselves")
	}
	if k.Shape == Descent && !firstBorn.IsZero() && !secondBorn.IsZero() && !firstBorn.Before(secondBorn) {
		wrong("kind", "The "+lower(k.First.Any)+" was born after the "+lower(k.Second.Any)+". Check which of them is which, and their dates of birth")
	}
	if r.Basis != "" && !slices.Contains(Bases, r.Basis) {
		wrong("basis", "Select what it rests on")
	}
	if r.Carer != "" && !slices.Contains(Carers, r.Carer) {
		wrong("carer", "Select whether they look after them")
	}
	switch {
	case r.Responsible == "":
	case r.Responsible != Yes && r.Responsible != No:
		wrong("responsible", "Select whether they have parental responsibility")
	case !k.Parental:
		wrong("responsible", "Somebody in this relationship has no parental responsibility by it")
	}
	ps = append(ps, periodProblems(r.Period, today)...)
	ps = append(ps, tooLong("note", "Note", r.Note, maxNote)...)
	for _, o := range others {
		if ks.Same(o, r) && o.Period.Overlaps(r.Period) {
			wrong("kind", "This relationship is recorded already for some of this time")
			break
		}
	}
	turned := func(o Relationship) bool {
		of, _ := ks.Kind(o.Kind)
		return of.Shape == Descent && o.Person == r.Other && o.Other == r.Person
	}
	if k.Shape == Descent && r.Person != r.Other && slices.ContainsFunc(others, turned) {
		wrong("kind", "They are recorded the other way round. Check which of them is which")
	}
	return ps
}

// Same reports whether two relationships say the same of the same people, whenever.
func (ks RelationKinds) Same(a, b Relationship) bool {
	k, _ := ks.Kind(a.Kind)
	return a.Kind == b.Kind && (a.Person == b.Person && a.Other == b.Other || k.Same() && a.Person == b.Other && a.Other == b.Person)
}

// Check says what is wrong with a statement of whereabouts.
func (ks RelationKinds) CheckWhereabouts(w Whereabouts, today date.Date) []fault.Problem {
	ps := tooLong("statement", "What is known", w.Statement, maxNote)
	if w.Statement == "" {
		ps = append(ps, fault.Problem{Field: "statement", Message: "Enter what is known of where they are, or that nothing is"})
	}
	if !slices.ContainsFunc(ks.Whose, func(o Whose) bool { return o.ID == w.Of }) {
		ps = append(ps, fault.Problem{Field: "of", Message: "Select which parent this is about"})
	}
	return append(ps, periodProblems(w.Period, today)...)
}

// Check says what is wrong with a death; born is zero where it is not known for
// certain.
func (d Death) Check(born, today date.Date) []fault.Problem {
	var ps []fault.Problem
	switch {
	case d.Day.After(today):
		ps = append(ps, fault.Problem{Field: "died-day", Message: "Date of death must be today or in the past"})
	case !d.Day.IsZero() && !born.IsZero() && d.Day.Before(born):
		ps = append(ps, fault.Problem{Field: "died-day", Message: "Date of death must not be before the date of birth"})
	}
	return append(ps, tooLong("note", "Note", d.Note, maxNote)...)
}
