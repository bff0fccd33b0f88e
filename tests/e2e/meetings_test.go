//go:build e2e

package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"casefile/internal/date"
)

// chairedBy selects somebody of the list as the chair.
func (p *page) chairedBy(who string) {
	p.t.Helper()
	if !eval[bool](p, fmt.Sprintf(`(() => {
		const list = document.querySelector("#chair");
		const i = [...list.options].findIndex((o) => o.text.includes(%q));
		if (i >= 0) list.selectedIndex = i;
		return i >= 0;
	})()`, who)) {
		p.fatalf("%s is not among those who may chair it: %s", who, eval[string](p, `document.querySelector("#chair").innerText`))
	}
}

// day fills in the fields of a date.
func (p *page) day(group string, d date.Date) {
	p.t.Helper()
	for label, n := range map[string]int{"Day": d.Day(), "Month": d.Month(), "Year": d.Year()} {
		p.fillIn(group, label, fmt.Sprint(n))
	}
}

// correctMinutes corrects the minutes of the meeting on the page: once for nothing, given up
// again, and once in earnest.
func (p *page) correctMinutes() {
	p.t.Helper()
	begin := func() {
		p.follow("Correct them")
		p.fill("What is wrong with them?", "The grandmother was there, too.")
		p.inspect("minutes-correct")
		p.press("Correct them")
		p.see("The minutes can be corrected now.", "They are being corrected.")
	}
	begin()
	p.inspect("meeting-correcting")
	p.follow("Give the correction up")
	p.press("Give the correction up")
	p.wantAlert("There is a problem")
	p.inspect("minutes-keep-wrong")
	p.fill("Why do they stay as they were?", "She was not there, after all.")
	p.press("Give the correction up")
	p.see("The correction is given up.", "Agreed by")
	begin()
	p.see("Minutes being corrected")
	p.press("Write the correction")
	p.inspect("minutes-correcting")
	p.fill("Progress of each outcome", "The grandmother was there, and said the same.")
	p.press("Complete and agree them")
	p.see("The minutes are completed.", "The grandmother was there, and said the same.")
	p.inspect("meeting-corrected")
}

// A meeting from its setting up to the minutes that were sent: at a desk and on a
// telephone, no rule of accessibility broken.
func TestPagesOfMeetings(t *testing.T) {
	p := newPage(t, demo, wide)
	p.mayLog("status of 422")
	who := p.signIn("Social worker")
	p.goTo("/work?tray=tray-initial-response")
	files := eval[[]string](p, `[...document.querySelectorAll("tbody a")].map((a) => a.getAttribute("href").split("/").slice(0, 3).join("/"))`)
	other := ""
	for _, file := range files {
		p.goTo(file + "/meetings")
		if eval[bool](p, `document.querySelector("main").innerText.includes("No meeting is planned.")`) {
			i := slices.IndexFunc(files, func(o string) bool { return o != file })
			other = strings.TrimPrefix(files[i], "/children/")
			break // some have meetings in the demo
		}
	}
	p.see("Meetings", "To come", "No meeting is planned.")
	p.inspect("meetings-none")
	p.press("Set up a meeting")
	p.press("Continue")
	p.wantAlert("Select what kind of meeting it is")
	p.choose("Core group")
	p.inspect("meeting-kinds")
	p.press("Continue")
	p.press("Set up the meeting")
	p.wantAlert("There is a problem")
	p.see("Enter the day of the meeting", "Enter the reason for the meeting")
	p.inspect("meeting-set-up-wrong")
	p.day("What day is it?", today())
	p.fill("What time? (optional)", "2:30pm")
	p.fill("Where is it?", "Room 4, Council offices")
	p.chairedBy(who)
	p.fill("Why is it held?", "The plan is six weeks old.")
	p.fill("Agenda (optional)", "Progress\nThe holidays")
	p.press("Set up the meeting")
	coreGroup := "Core group, " + today().Long() + " at 2:30pm"
	p.see("The meeting is set up.", "must be invited: The parents")
	p.wantNot("Came", "No decision is recorded.")
	p.press("Invite somebody")
	p.press("Put on the list")
	p.wantAlert("There is a problem")
	p.inspect("meeting-invite-wrong")
	p.fill("Name of somebody who is not in the list", "Nora Nettle")
	p.fill("What are they?", "Health visitor")
	p.fill("Which agency? (optional)", "Health")
	p.press("Put on the list")
	p.see("Nora Nettle", "Health visitor, Health")
	p.inspect("meeting-planned")
	planned := p.url()
	p.follow("Wrong record? Move it to the right one")
	p.fill("Reference of the child whom it is about", other)
	p.press("Show whose that is")
	p.see("To ", "The plan is six weeks old.", "On "+today().Long()+".")
	p.inspect("meeting-move")
	p.goTo(planned)
	p.follow("Nora Nettle")
	p.day("When were they invited? (optional)", today())
	p.fill("How? (optional)", "by telephone")
	p.choose("Sent apologies")
	p.inspect("meeting-invitee")
	p.press("Save")
	p.see("by telephone", "Sent apologies")
	p.follow("Change what is arranged")
	p.inspect("meeting-change")
	p.fill("Where is it?", "Room 5")
	p.press("Save")
	p.see("Room 5", "What is arranged was changed")
	p.press("It was held")
	p.press("Save")
	p.wantAlert("There is a problem")
	p.inspect("meeting-hold-wrong")
	p.fill("Why were they not invited?", "They are on holiday.")
	p.day("When is the next meeting?", today().AddDays(35))
	p.fill("If it was later than its time limit: why? (asked for where it was)", "The school was closed.")
	p.press("Save")
	p.see("It is recorded that the meeting was held.", "Had to be invited, and were not: The parents.", "They are on holiday.", "Write the minutes")
	p.press("Write the minutes")
	p.inspect("minutes")
	p.press("Complete and agree them")
	p.wantAlert("There is a problem")
	p.inspect("minutes-wrong")
	for _, label := range p.names("field") {
		p.fill(label, "What was said about it, in a sentence or two.")
	}
	p.press("Complete and agree them")
	p.see("The minutes are completed.", "Agreed by", "Send the minutes")
	p.press("Record a decision")
	p.press("Save")
	p.wantAlert("There is a problem")
	p.inspect("decision-wrong")
	p.fill("What was decided?", "The plan goes on, with a visit each week.")
	p.fill("Who made the decision?", "The core group")
	p.fill("What is the evidence for it?", "School attendance fell in October.")
	p.fill("What is the evidence against it?", "The family keeps all appointments.")
	p.fill("What is meant to come of it, for the child?", "Every day at school.")
	p.fill("What are the reasons?", "It worked before.")
	p.fill("What is to be done? (optional)", "Visit each Tuesday")
	eval[bool](p, `(document.querySelector("#doer").selectedIndex = 1, true)`)
	p.day("By when?", today().AddDays(7))
	p.press("Save")
	p.see("The decision is recorded.", "It is their task.")
	p.press("Note who was sent them")
	p.press("Note it")
	p.wantAlert("There is a problem")
	p.inspect("minutes-send-wrong")
	eval[bool](p, `(document.querySelector("[name=to]").checked = true, true)`)
	p.fill("How?", "by post")
	p.press("Note it")
	p.see("It is noted who was sent the minutes.", "by post")
	p.inspect("meeting-held")
	p.follow("Print them")
	p.see("What was said", "Decisions", "Next meeting")
	p.inspect("meeting-print")
	p.follow("Back to the meeting")
	p.follow("Correct this decision: The plan goes on, with a visit each week.")
	p.inspect("decision-correct")
	p.follow("Back to the meeting")
	p.correctMinutes()
	p.follow("Back to meetings")
	p.see("Core group", "The plan is six weeks old.", "Send the minutes")
	p.inspect("meetings")
	file := p.url()
	p.follow("All decisions")
	p.see("The plan goes on, with a visit each week.", "Evidence against it")
	p.inspect("decisions")
	p.goTo("/meetings")
	p.see("Core group")
	p.inspect("meetings-mine")
	p.goTo(strings.Replace(file, "/meetings", "/timeline", 1))
	p.see("Core group: held", "Decided:")
	p.inspect("timeline-meetings")
	p.goTo(file + "?known-day=1&known-month=1&known-year=2026")
	p.inspect("meetings-known")
	p.goTo("/meetings?of=team")
	p.inspect("meetings-team")
	p.signOut()
	p.signIn("Independent reviewing officer")
	p.goTo(file)
	p.follow(coreGroup)
	p.goTo(eval[string](p, `document.querySelector("a[href*='/minutes/before/']").getAttribute("href")`))
	p.see("What the minutes said before", "The grandmother was there, too.", "It says now:", "The grandmother was there, and said the same.")
	p.inspect("minutes-before")
	p.signOut()
	p.signIn("Social worker")
	p.goTo(file)
	p.follow(coreGroup)
	p.follow("It never took place")
	p.inspect("meeting-withdraw")
	p.press("Record that it never took place")
	p.wantAlert("There is a problem")
	p.inspect("meeting-withdraw-wrong")
	p.fill("How did it come to be recorded as held?", "It was the other family’s.")
	p.press("Record that it never took place")
	p.see("It is recorded that the meeting never took place.", "Never took place", "This was agreed as the minutes of a meeting that never took place.", "Who was invited", "It was their task.")
	p.inspect("meeting-withdrawn")
}
