package form

import (
	"strconv"

	"casefile/internal/date"
)

// A Place is where something is written in the file of a form. Lines and columns
// count from 1.
type Place struct{ Line, Column int }

// A Word is a name of something, and where it is written.
type Word struct {
	Text string
	At   Place
}

// A Mistake is one thing wrong with a form: a sentence without its capital and
// full stop.
type Mistake struct {
	At      Place
	Message string
}

// An Expr is an expression in CEL. The zero Expr says nothing. At is the place of
// its first character; Quote is the quotation mark that it is written in, if any,
// so that a place inside it can be told; Folded is true where it is written over
// several lines, and every mistake in it is then reported at its beginning.
type Expr struct {
	Text   string
	At     Place
	Quote  byte
	Folded bool
}

// IsZero reports whether nothing is said.
func (e Expr) IsZero() bool { return e.Text == "" }

// inside is the place of a character of the expression, counted from 0.
func (e Expr) inside(line, column int) Place {
	if e.Folded || line > 1 {
		return e.At
	}
	at := e.At
	for i, r := range []rune(e.Text) {
		if i >= column {
			break
		}
		at.Column++
		if byte(r) == e.Quote && r < 128 && e.Quote != 0 || e.Quote == '"' && r == '\\' {
			at.Column++ // written twice, or behind a backslash
		}
	}
	return at
}

// Ranges of what a form may say.
const (
	MostSections  = 60
	MostQuestions = 1000 // in all sections and lists together
	MostItems     = 100  // of a list, where it does not say fewer
	MostText      = 20_000
	MostChars     = 1 << 20 // of the answers of one document, as JSON
)

// A Spec is one version of a form as it is written. The zero Spec is no form.
type Spec struct {
	At      Place
	ID      string
	Version int // from 1
	Title   string
	Help    string
	Service string
	Source  string // starts with a mark of codeset: that there is such a form
	// OneCurrentPer is person or episode where a new document takes the place of
	// the one before, else empty.
	OneCurrentPer string

	CompleteBy  []Word // roles; at least one (CR-58)
	AuthoriseBy []Word // roles; none where NoAuthorise
	NoAuthorise bool   // the form says that nobody has to authorise it (CR-26)

	Due    *Due
	Review *Review
	Uses   []Word // other forms, whose latest final document can be read

	Sections   []Section
	Rules      []Rule
	Scores     []Score
	OnComplete []Effect
	OnSign     []Effect
	CopyFrom   []Copy
}

// A Section is a page of a form.
type Section struct {
	At    Place
	ID    string
	Title string
	Help  string
	When  Expr // shown only when this is known and true
	// Evidence says that entries of the record are offered beside it, to be taken up as
	// evidence or set aside.
	Evidence bool
	Ask      []Question
	// Source starts with a mark of codeset; empty is that of the form.
	Source string
}

// A Rule must not be false in a completed document.
type Rule struct {
	At    Place
	ID    string
	Check Expr
	Say   string // what is said where it is false, beside the question Beside
	// Beside is section.question; without it the problem stands beside the first
	// question that Check names.
	Beside Word
	// Exception allows the document to be completed against the rule, with a
	// reason.
	Exception bool
}

// A Score is a number worked out of answers.
type Score struct {
	At     Place
	ID     string
	Title  string
	Value  Expr
	Places int // of decimals; with 0 it is a whole number
	Bands  []Band
	Source string // starts with a mark of codeset
}

// A Band is what a score is called from a number on, to that of the next band.
type Band struct {
	At    Place
	From  int
	Label string
}

// A Copy says that a section can begin with answers of another document.
type Copy struct {
	At        Place
	Form      Word   // empty: the last final document of the same form
	From, To  Word   // sections there and here
	Questions []Word // none: all that both sections have
	// Review keeps the document from being completed before somebody has said of each
	// answer whether it is still true.
	Review bool
}

// Due is by when a document has to be completed. Exactly one count is more than 0.
type Due struct {
	At          Place
	After       Word // such as episode.opened, document.final:ID, fact.KIND, meeting.KIND
	Days        int
	WorkingDays int
	Weeks       int
	Months      int
	Calendar    Word   // for working days
	Source      string // starts with a mark of codeset
}

// Review is when a final document is to be done anew, counted from the day on
// which it became final. Exactly one count is more than 0.
type Review struct {
	At          Place
	EveryDays   int
	EveryMonths int
	DatesMatch  Word   // a form whose documents should have the same day
	Source      string // starts with a mark of codeset
}

// Next is the day of the review of a document that became final on a day.
func (r Review) Next(final date.Date) date.Date {
	if r.EveryMonths > 0 {
		return final.AddMonths(r.EveryMonths)
	}
	return final.AddDays(r.EveryDays)
}

// Name is the form and its version, as messages have it.
func (s Spec) Name() string { return s.ID + " version " + strconv.Itoa(s.Version) }

// section finds a section by its id.
func (s *Spec) section(id string) *Section {
	for i := range s.Sections {
		if s.Sections[i].ID == id {
			return &s.Sections[i]
		}
	}
	return nil
}
