package file

import (
	"strconv"
	"time"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/document"
	"casefile/internal/entry"
	"casefile/internal/meeting"
	"casefile/internal/plan"
	"casefile/internal/web/frame"
)

// TimelinePage is a page of the running record. Recorded is the entry that has
// just been recorded.
type TimelinePage struct {
	File
	Masked bool
	Lines  []entry.Line
	// Done is what was done with documents and plans, and at meetings, in that time.
	Done     []casework.Deed
	Served   map[entry.ID][]string // the actions of plans that entries served
	Newer    string                // address; empty on the first page
	Older    string
	Recorded entry.ID
	Known    KnownOn
	Told     frame.Told
}

// A month of the timeline.
type month struct {
	title string
	id    string
	lines []ofDay
}

// An ofDay is an entry, or something that was done with a document, a plan or at a meeting.
type ofDay struct {
	entry entry.Line
	deed  *casework.Deed
}

func (l ofDay) day() date.Date {
	if l.deed != nil {
		return l.deed.On
	}
	return l.entry.Content.Happened
}

// months groups the lines, which come the latest first, with the deeds among them.
func months(lines []entry.Line, done []casework.Deed) []month {
	var all []ofDay
	for i := range len(lines) + 1 {
		for k := range done {
			if done[k].Before == i {
				all = append(all, ofDay{deed: &done[k]})
			}
		}
		if i < len(lines) {
			all = append(all, ofDay{entry: lines[i]})
		}
	}
	var ms []month
	for _, l := range all {
		d := l.day()
		title := "Date not known"
		if !d.IsZero() {
			title = time.Month(d.Month()).String() + " " + strconv.Itoa(d.Year())
		}
		if len(ms) == 0 || ms[len(ms)-1].title != title {
			ms = append(ms, month{title: title, id: "month-" + strconv.Itoa(len(ms)+1)})
		}
		last := &ms[len(ms)-1]
		last.lines = append(last.lines, l)
	}
	return ms
}

// deeds are the words of the timeline for what was done.
var deeds = map[access.Part]map[string]string{
	access.Documents: {
		string(document.Completed): "completed", string(document.Authorised): "authorised", string(document.Returned): "returned with requests",
		string(document.Reopened): "being corrected",
	},
	access.Plans: {
		string(plan.Written): "written", string(plan.Reviewed): "reviewed", string(plan.Closed): "closed", string(plan.Returned): "returned with requests",
		string(plan.Authorised): "authorised",
	},
	access.Meetings: {string(meeting.Held): "held", string(meeting.Cancelled): "cancelled", string(meeting.Agreed): "minutes agreed"},
}

func did(d casework.Deed) string { return d.Title + ": " + deeds[d.Part][d.Did] }

// doer is who did it.
func doer(d casework.Deed) string {
	switch {
	case d.Part == access.Meetings && d.Did == string(meeting.Held) && d.By != "":
		return "Chaired by " + d.By
	case d.Role != "":
		return d.By + ", " + d.Role
	}
	return d.By
}

// on is the day, and the time where it is known.
func on(d casework.Deed) string {
	s := d.On.Long()
	if d.Time != "" {
		s += " at " + frame.Clock(d.Time)
	}
	return s
}

// places are the tabs on which the things stand that something was done with.
var places = map[access.Part]string{access.Documents: Documents, access.Plans: Plans, access.Meetings: Meetings}

// place is where it is read, as it was when it was done.
func place(d casework.Deed) string {
	at := places[d.Part] + "/" + d.Key
	if d.Step == 0 {
		return at
	}
	return at + "?step=" + strconv.Itoa(d.Step)
}
