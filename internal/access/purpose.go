package access

// A Purpose is one reason for which a file outside one's work may be opened
// (KF-05), as definitions/access/purposes.yaml lists them.
type Purpose struct {
	ID    string
	Title string
	// Note is the note that stating it leaves on the file, in the source's form
	// of words. {child} stands for the child's name and {ID} for the answer to
	// the question of that id.
	Note   string
	Asks   []Ask
	Source string
}

// An Ask is something that must, or may, be said with a purpose.
type Ask struct {
	ID    string
	Title string
	Hint  string
	Long  bool // several lines
	// When is FirstAsk for what must be said before anything is shown, and
	// LaterAsk for what is added to the note once the file was read.
	When string
}

// When something is asked.
const (
	FirstAsk = "first"
	LaterAsk = "later"
)

// Purposes are the reasons to choose from, how long one lasts, and what the
// note it leaves is called on the timeline.
type Purposes struct {
	List      []Purpose
	Hours     int // for which a reason counts, from when it was given
	NoteType  string
	NoteTitle string
}

// Purpose finds one by its id.
func (ps Purposes) Purpose(id string) (Purpose, bool) {
	for _, p := range ps.List {
		if p.ID == id {
			return p, true
		}
	}
	return Purpose{}, false
}

// A Course is training that everybody who opens files must have passed
// (KF-08), as definitions/access/training.yaml lists it.
type Course struct {
	ID       string
	Title    string
	Months   int // for which it is good
	WarnDays int // before its end, from when the worker is warned
	Source   string
}
