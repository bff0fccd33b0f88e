package form

// An Act is what an effect does.
type Act string

// The acts. Whoever completes or signs a document carries them out after the
// commit; Judge only says which and with what.
const (
	SetFact   Act = "set_fact"  // Kind, Value: a coded fact of the person
	Require   Act = "require"   // Form, Days: another document has to be done
	Task      Act = "task"      // Title, To, Days: something due from a role
	Milestone Act = "milestone" // Name: a stage of the process is reached today
	Message   Act = "message"   // To, Hours: a worker is told
	Directory Act = "directory" // Name: the directory is told that work starts, updates or ends
)

// Acts are the acts that a definition can name.
var Acts = []Act{SetFact, Require, Task, Milestone, Message, Directory}

// Whom a message or task can reach beside a role: the worker who completed the
// document, who is allocated to the person, and the manager of the one who
// completed it.
const (
	ToAuthor    = "author"
	ToAllocated = "allocated"
	ToManager   = "line-manager"
)

// Recipients are those words.
var Recipients = []string{ToAuthor, ToAllocated, ToManager}

// DirectoryWords are what the directory can be told.
var DirectoryWords = []string{"start", "update", "end"}

// An Effect is declared by a form, and happens when its When is true or not given.
type Effect struct {
	At     Place
	Act    Act
	When   Expr
	Target Word // the fact's kind, the form, the recipient, the milestone, the word for the directory
	Value  Expr // of a fact: the code that it takes
	Title  string
	// Days after which a task is due, 0 at once; or a form that is required, 0 when the
	// form itself says.
	Days  int
	Hours int // of a message: the aim for its answer, 0 none
}

// A Doing is an effect that will happen, with its value worked out.
type Doing struct {
	Act    Act
	Target string
	Value  string // of a fact
	Title  string
	Days   int
	Hours  int
}
