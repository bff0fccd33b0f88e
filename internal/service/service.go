// Package service holds what a service is made of: its words, and the types of
// entry that its workers write. Services are data, in definitions/services;
// nothing here names one.
package service

import (
	"slices"

	"casefile/internal/person"
	"casefile/internal/task"
)

// A Need says whether an entry type asks for a field. The zero Need is Hidden:
// what a definition does not mention is not asked.
type Need int

const (
	Hidden   Need = iota // not on the form
	Optional             // on the form, and may be left empty
	Required             // on the form, and must be filled in
)

var needWords = [...]string{"hidden", "optional", "required"}

// NeedWords are the words that definitions use, in the order of the Needs.
func NeedWords() []string { return slices.Clone(needWords[:]) }

// String is the word that definitions use.
func (n Need) String() string {
	if n < Hidden || n > Required {
		return needWords[Hidden]
	}
	return needWords[n]
}

// ParseNeed reads the word that definitions use.
func ParseNeed(s string) (Need, bool) {
	i := slices.Index(needWords[:], s)
	return Need(max(i, 0)), i >= 0
}

// A Field is one of the fixed questions that an entry type may ask, beside the
// day it happened and the text, which every entry has.
type Field string

// The fields.
const (
	HappenedTime Field = "happened-time" // the time of day, beside the day
	WithWhom     Field = "with-whom"     // who was there or on the line
	Seen         Field = "seen"          // was the child seen
	SeenAlone    Field = "seen-alone"    // was the child seen alone
	Reason       Field = "reason"        // why the contact was made
	Significant  Field = "significant"   // does the entry belong in the chronology
	Sensitive    Field = "sensitive"     // may only some read it (CX-24)
	FollowUp     Field = "follow-up"     // what is to be done next, and by when
	Topics       Field = "key-topics"    // what was talked about (CR-36)
	Decisions    Field = "decisions"     // what was decided there (CR-36)

	// Those of a decision that was made outside a meeting (CR-27). The entry's text is
	// what was decided.
	DecidedBy       Field = "decided-by"
	EvidenceFor     Field = "evidence-for"
	EvidenceAgainst Field = "evidence-against"
	Outcome         Field = "intended-outcome"
	DecisionReasons Field = "decision-reasons"
)

// Fields known to the program, in the order in which a form asks them.
var Fields = []Field{
	HappenedTime, WithWhom, Seen, SeenAlone, Reason, Topics, Decisions, DecidedBy, EvidenceFor, EvidenceAgainst, Outcome, DecisionReasons, Significant, Sensitive, FollowUp,
}

// OfMeetings are what every visit and every meeting has (CR-36).
var OfMeetings = []Field{Reason, Topics, Decisions}

// A Word is what a service calls something, in lower case, as in the middle of
// a sentence.
type Word struct {
	One  string
	Many string
}

// Words are what a service calls the things that every service has.
type Words struct {
	Child   Word
	Worker  Word
	File    Word
	Entry   Word
	Episode Word
}

// A Category is a narrower kind within an entry type.
type Category struct {
	ID     string
	Title  string
	Meets  bool   // it is a visit or a meeting, and asks for what these have
	Source string // starts with a mark of codeset: "confirmed: where", "inferred: from what", "recalled"
}

// An EntryType is a kind of entry that a service writes.
type EntryType struct {
	ID         string
	Title      string
	Help       string // a sentence for the worker who chooses; may be empty
	Categories []Category
	Asks       map[Field]Need // a field that is not there is Hidden
	WithChild  bool           // the child took part; such an entry counts as contact with the child
	// CategoryLabel is the question that the categories answer, and
	// CategoryMissing what is said when none is chosen.
	CategoryLabel   string
	CategoryMissing string
	TextLabel       string // above the box for the text
	TextHint        string // under the label; may be empty
	// Due is within what time of its day an entry is to be recorded, and DueAtRisk
	// within what time where a significant risk is identified (CR-23). A type without
	// DueAtRisk does not ask whether one is.
	Due, DueAtRisk task.Limit
	Source         string // starts with a mark of codeset
}

// Asked is what the type asks of a field.
func (t EntryType) Asked(f Field) Need { return t.Asks[f] }

// AskedIn is what the type asks of a field in an entry of a category.
func (t EntryType) AskedIn(category string, f Field) Need {
	c, _ := t.Category(category)
	if c.Meets && t.Asked(f) != Hidden && slices.Contains(OfMeetings, f) {
		return Required
	}
	return t.Asked(f)
}

// Limit is within what time an entry of the type is to be recorded.
func (t EntryType) Limit(atRisk bool) task.Limit {
	if atRisk && !t.DueAtRisk.IsZero() {
		return t.DueAtRisk
	}
	return t.Due
}

// Category finds a category of the type.
func (t EntryType) Category(id string) (Category, bool) {
	i := slices.IndexFunc(t.Categories, func(c Category) bool { return c.ID == id })
	if i < 0 {
		return Category{}, false
	}
	return t.Categories[i], true
}

// A Service works with children in its own words. A Service that was loaded is
// not to be changed, and may then be read by many goroutines at once.
type Service struct {
	ID         string
	Title      string
	Source     string // starts with a mark of codeset
	Sensitive  bool   // that it works with a child is not to be given away, to the child's family either
	Words      Words
	Wanted     []person.Wanted // what is to be known of everybody it works with
	EntryTypes []EntryType     // in the order to offer them
}

// EntryType finds an entry type of the service.
func (s Service) EntryType(id string) (EntryType, bool) {
	i := slices.IndexFunc(s.EntryTypes, func(t EntryType) bool { return t.ID == id })
	if i < 0 {
		return EntryType{}, false
	}
	return s.EntryTypes[i], true
}
