package form

import (
	"strconv"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
)

// A Kind is what a question takes as its answer.
type Kind string

// The kinds, with the answer as it is kept and what it is in CEL.
const (
	YesNo        Kind = "yes-no"         // "yes" or "no"; a string
	YesNoUnknown Kind = "yes-no-unknown" // "yes", "no" or "unknown", which is an answer; a string
	Rating       Kind = "rating"         // {"value": 3, "why": "text"}; the value, an int
	Choice       Kind = "choice"         // the id of an option; a string
	Choices      Kind = "choices"        // ids in the order of the options; a list of strings
	Code         Kind = "code"           // a code in use on the day; a string
	Codes        Kind = "codes"          // codes in the order of the set; a list of strings
	Number       Kind = "number"         // a number; an int, or with decimals a double
	Date         Kind = "date"           // YYYY-MM-DD; a timestamp at midnight, UTC
	Period       Kind = "period"         // {"from": day, "to": day or none}; .from and .to, timestamps
	Person       Kind = "person"         // the key of a person on the record; a string
	Text         Kind = "text"           // text; a string, empty when unanswered
	List         Kind = "list"           // items; a list, empty when unanswered
	Table        Kind = "table"          // {row: item}; a list of its rows, each with .row
	Signature    Kind = "signature"      // {"by": key, "on": day, "role": role}; .by, .role and .on
	Attachment   Kind = "attachment"     // keys of files; a list of strings
	Computed     Kind = "computed"       // nothing is kept; what Gives says
)

// Kinds are the kinds that a definition can name.
var Kinds = []Kind{YesNo, YesNoUnknown, Rating, Choice, Choices, Code, Codes, Number, Date, Period, Person, Text, List, Table, Signature, Attachment, Computed}

// What a computed question gives.
const (
	GivesWhole   = "whole"
	GivesDecimal = "decimal"
	GivesText    = "text"
	GivesDate    = "date"
	GivesYesNo   = "yes-no" // written as an expression that is true or false
)

// Gives are the words for what a computed question gives.
var Gives = []string{GivesWhole, GivesDecimal, GivesText, GivesDate, GivesYesNo}

// A Question is one thing that a form asks.
type Question struct {
	At       Place
	ID       string
	Kind     Kind
	Text     string // the question as people read it
	Hint     string
	When     Expr // shown only when this is known and true
	Required bool
	Demands  []Demand
	Options  []Option // of a choice; the rows of a table; the labels of a rating
	Set      Word     // the code set of a code
	// Min and Max bound a number or rating, the characters of a text, the items of
	// a list. Nil is no bound of the form's own.
	Min, Max *Bound
	Places   int  // decimals of a number
	NoWhy    bool // a rating without its reason
	Marks    bool // a text that tells observation, report, opinion, allegation and the child's words apart
	Marked   bool // every paragraph of it has to
	Item     []Question
	// SignsSection is set of a signature that stands for the answers of its section, and
	// not for the document. One in an item of a list, or a row, stands for that alone.
	SignsSection bool
	Value        Expr   // of a computed question
	Gives        string // one of Gives
	// Source starts with a mark of codeset; empty is that of the section.
	Source string
}

// A Bound is a number, and where it is written.
type Bound struct {
	N  int
	At Place
}

// A Demand is what one answer to a question makes shown and required.
type Demand struct {
	Answer Word
	Ask    []Word // questions beside it
}

// An Option is one answer to choose.
type Option struct {
	At    Place
	ID    string
	Label string
}

// The answers of yes-no questions.
const (
	Yes     = "yes"
	No      = "no"
	Unknown = "unknown"
)

func (q *Question) most(otherwise int) int {
	if q.Max != nil {
		return q.Max.N
	}
	return otherwise
}

func (q *Question) least(otherwise int) int {
	if q.Min != nil {
		return q.Min.N
	}
	return otherwise
}

// single reports whether the answer is one of a few, so that it can demand.
func (q *Question) single() bool {
	switch q.Kind {
	case YesNo, YesNoUnknown, Rating, Choice, Code:
		return true
	}
	return false
}

// options are the answers that there are, as text; nil where they cannot be
// counted out.
func (q *Question) options(a Around) []string {
	switch q.Kind {
	case YesNo:
		return []string{Yes, No}
	case YesNoUnknown:
		return []string{Yes, No, Unknown}
	case Choice, Choices:
		ids := make([]string, len(q.Options))
		for i, o := range q.Options {
			ids[i] = o.ID
		}
		return ids
	case Rating:
		var list []string
		for n := q.least(0); n <= q.most(4) && len(list) <= 100; n++ {
			list = append(list, strconv.Itoa(n))
		}
		return list
	case Code, Codes:
		if a.CodeSet == nil {
			return nil
		}
		set, ok := a.CodeSet(q.Set.Text)
		if !ok {
			return nil
		}
		var codes []string
		for _, c := range set.Codes {
			codes = append(codes, c.Code)
		}
		return codes
	}
	return nil
}

// celName is what an id is called in CEL.
func celName(id string) string { return strings.ReplaceAll(id, "-", "_") }

var (
	periodType    = types.NewObjectType("period")
	signatureType = types.NewObjectType("signature")
)

// celType is what the answer is in CEL; within names the section or list that the
// question stands in.
func (q *Question) celType(within string) *types.Type {
	switch q.Kind {
	case Rating:
		return cel.IntType
	case Number:
		if q.Places > 0 {
			return cel.DoubleType
		}
		return cel.IntType
	case Date:
		return cel.TimestampType
	case Choices, Codes, Attachment:
		return cel.ListType(cel.StringType)
	case Period:
		return periodType
	case Signature:
		return signatureType
	case List, Table:
		return cel.ListType(types.NewObjectType(within + "." + celName(q.ID)))
	case Computed:
		return givesType(q.Gives)
	}
	return cel.StringType
}

func givesType(gives string) *types.Type {
	switch gives {
	case GivesWhole:
		return cel.IntType
	case GivesDecimal:
		return cel.DoubleType
	case GivesDate:
		return cel.TimestampType
	case GivesYesNo:
		return cel.BoolType
	}
	return cel.StringType
}
