package meetings

import (
	"strings"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/meeting"
	"casefile/internal/service"
	"casefile/internal/web/file"
	"casefile/internal/web/frame"
)

var today = date.Must(2026, 3, 5)

// words stand in for the program's.
type words struct{ frame.Words }

func (words) Today() date.Date { return today }

func (words) Definition(string) (service.Service, bool) {
	return service.Service{Title: "Early help"}, true
}

func listed(masked bool, reason string, day date.Date) casework.MeetingLine {
	v := meeting.Version{Number: 1, Arrangement: meeting.Arrangement{State: meeting.Planned, Day: day, Reason: reason, ChairName: "Chris Chair"}}
	m := meeting.Meeting{ID: "m", Title: "Other meeting", Service: "early-help", Versions: []meeting.Version{v}}
	if masked {
		m.ID, m.Title = "", ""
	}
	return casework.MeetingLine{Meeting: m, Masked: masked}
}

// Meetings of one kind in a list are told apart by why and when they are held; of one that
// the reader may not read there is whose it is and when, and nothing else.
func TestMeetingsInAListAreToldApart(t *testing.T) {
	p := ListPage{File: file.File{Words: words{}}}
	long := "What helped since last time, and what did not, with the school, " + strings.Repeat("the health visitor, ", 20)
	var rows []string
	for _, l := range []casework.MeetingLine{listed(false, long, today), listed(false, "The transfer", today), listed(true, "", today), listed(true, "", today.AddDays(1))} {
		var b strings.Builder
		for _, cell := range p.rows([]casework.MeetingLine{l})[0] {
			b.WriteString(cell.Text + " ")
			if cell.HTML == nil {
				if cell.Text == "" {
					t.Error("a cell is empty")
				}
				continue
			}
			if err := cell.HTML.Render(t.Context(), &b); err != nil {
				t.Fatal(err)
			}
		}
		rows = append(rows, b.String())
	}
	for i, want := range [][]string{
		{"Other meeting", "What helped since last time", "…", "5 March 2026", "Early help", "Chris Chair"},
		{"Other meeting", "The transfer", "Early help"},
		{"Meeting of Early help", "You may not read", "5 March 2026", "Planned"},
		{"Meeting of Early help", "6 March 2026"},
	} {
		for _, w := range want {
			if !strings.Contains(rows[i], w) {
				t.Errorf("row %d has no %q: %s", i, w, rows[i])
			}
		}
		for j := range i {
			if rows[i] == rows[j] {
				t.Errorf("rows %d and %d say the same: %s", i, j, rows[i])
			}
		}
	}
	if strings.Count(rows[0], "health visitor") > 4 {
		t.Errorf("the reason is a wall: %s", rows[0])
	}
	if strings.Contains(rows[2], "href") {
		t.Errorf("a meeting that they may not read is a link: %s", rows[2])
	}
}

// Of whom must be invited a page says that it is to be done while it can be, and afterwards
// that it was not, with why.
func TestWhoWasNotInvited(t *testing.T) {
	of := func(state meeting.State, why string) string {
		v := meeting.Version{Number: 1, Arrangement: meeting.Arrangement{State: state, Day: today, NotInvited: why}}
		p := ReadPage{M: casework.MeetingFile{Meeting: meeting.Meeting{Versions: []meeting.Version{v}}, Missing: []meeting.Called{{Title: "The parents"}, {Title: "Police"}}}}
		var b strings.Builder
		if err := p.invitees().Render(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	const before, after = "Not on the list yet, and must be invited: The parents; Police.", "Had to be invited, and were not: The parents; Police."
	if got := of(meeting.Planned, ""); !strings.Contains(got, before) || strings.Contains(got, after) {
		t.Errorf("planned: %s", got)
	}
	if got := of(meeting.Held, "They moved away"); strings.Contains(got, before) || !strings.Contains(got, after) || !strings.Contains(got, "They moved away") {
		t.Errorf("held: %s", got)
	}
	if got := of(meeting.Cancelled, ""); strings.Contains(got, "invited:") || strings.Contains(got, "were not:") {
		t.Errorf("cancelled: %s", got)
	}
}

func TestHowAMeetingStands(t *testing.T) {
	steps := func(all ...meeting.Did) (list []meeting.Step) {
		for i, d := range all {
			list = append(list, meeting.Step{Number: i + 1, Did: d})
		}
		return list
	}
	for _, c := range []struct {
		state meeting.State
		day   date.Date
		steps []meeting.Step
		want  string
	}{
		{meeting.Planned, today, nil, "Planned"},
		{meeting.Planned, today.AddDays(-1), nil, "Not said yet whether it was held"},
		{meeting.Held, today, nil, "Write the minutes"},
		{meeting.Held, today, steps(meeting.Completed), "For the chair"},
		{meeting.Held, today, steps(meeting.Completed, meeting.Returned), "Minutes returned"},
		{meeting.Held, today, steps(meeting.Completed, meeting.Agreed), "Done"},
		{meeting.Held, today, steps(meeting.Completed, meeting.Agreed, meeting.Reopened), "Minutes being corrected"},
		{meeting.Held, today, steps(meeting.Completed, meeting.Agreed, meeting.Reopened, meeting.Completed), "For the chair"},
		{meeting.Held, today, steps(meeting.Completed, meeting.Agreed, meeting.Reopened, meeting.Kept), "Done"},
		{meeting.Cancelled, today.AddDays(-1), nil, "Cancelled"},
	} {
		m := meeting.Meeting{Steps: c.steps, Versions: []meeting.Version{{Arrangement: meeting.Arrangement{State: c.state, Day: c.day}}}}
		if got, _ := status(m, today); got != c.want {
			t.Errorf("%s, %v: got %q, want %q", c.state, c.steps, got, c.want)
		}
	}
}
