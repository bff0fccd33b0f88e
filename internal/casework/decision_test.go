package casework_test

import (
	"fmt"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/service"
	"casefile/internal/store/storetest"
)

// note records an entry of a type by the worker; fields are its own beside the day.
func (m *room) note(t *testing.T, a casework.Actor, entryType string, fields map[string]string) (entry.ID, error) {
	t.Helper()
	day := storetest.Today
	fields[entry.FieldDay], fields[entry.FieldMonth], fields[entry.FieldYear] = fmt.Sprint(day.Day()), fmt.Sprint(day.Month()), fmt.Sprint(day.Year())
	draft, err := m.StartDraft(t.Context(), a, m.child.Reference, entryType)
	if err != nil {
		t.Fatal(err)
	}
	return draft, m.RecordEntry(t.Context(), a, m.child.Reference, draft, 1, fields)
}

func decisionNote() map[string]string {
	return map[string]string{
		entry.FieldText: "Ines does not see her uncle", entry.FieldDecidedBy: "Mina Manager, team manager", entry.FieldFor: "What she told us", entry.FieldAgainst: "None",
		entry.FieldOutcome: "She is safe", entry.FieldWhy: "It is for now",
	}
}

// A decision made outside a meeting is a case note, with who made it, the evidence for and
// against, the intended outcome and the reasons; all decisions of a file stand in order,
// those that are sensitive for those alone who may read them.
func TestADecisionOutsideAMeeting(t *testing.T) {
	clause.Shows(t, "CR-27")
	eachRoom(t, func(t *testing.T, m *room) {
		for _, field := range []string{entry.FieldText, entry.FieldDecidedBy, entry.FieldFor, entry.FieldAgainst, entry.FieldOutcome, entry.FieldWhy} {
			fields := decisionNote()
			delete(fields, field)
			_, err := m.note(t, m.worker, "decision-made", fields)
			wantWrong(t, "without "+field, err, field)
		}
		early := m.coreGroup()
		key := m.agreed(t, early)
		m.decide(t, key, "")
		made, err := m.note(t, m.worker, "decision-made", decisionNote())
		if err != nil {
			t.Fatal(err)
		}
		secret := decisionNote()
		secret[entry.FieldSensitive] = "yes"
		if _, err := m.note(t, m.worker, "decision-made", secret); err != nil {
			t.Fatal(err)
		}
		read := func(a casework.Actor) []casework.DecisionOfFile {
			f, err := casework.Open(t.Context(), m.Service, m.look(a), casework.DecisionsPart())
			if err != nil {
				t.Fatal(err)
			}
			return f.Value
		}
		all := read(m.worker)
		if len(all) != 3 {
			t.Fatalf("decisions: %+v", all)
		}
		found := false
		for _, d := range all {
			if d.Entry == made {
				v := d.Now()
				found = v.What == "Ines does not see her uncle" && v.MadeBy == "Mina Manager, team manager" && v.For == "What she told us" && v.Against == "None" && v.Outcome == "She is safe" && v.Reasons == "It is for now" && d.Title == "Decision"
			}
		}
		if !found {
			t.Errorf("the case note is not among the decisions as it was recorded: %+v", all)
		}
		w, as := m.db.Worker(t, "social-worker", m.db.Team(t, "social-care"))
		if got := read(casework.Actor{Worker: w.ID, As: as.ID}); len(got) != 2 {
			t.Errorf("to a colleague who may not read what is sensitive: %d decisions, want 2", len(got))
		}
		_, err = casework.Open(t.Context(), m.Service, m.look(m.support), casework.DecisionsPart())
		wantKind(t, "business support at the decisions", err, fault.NotFound)
		wantPrint(t, m.prints(t, m.child), "look minutes absent")
	})
}

// Every visit and meeting has its reason, its key topics and its decisions: those that are
// recorded as entries, by what their types and categories ask, and those that are set up
// as meetings, by their reason and the headings of their minutes.
func TestVisitsAndMeetingsSayWhatTheyWereAbout(t *testing.T) {
	clause.Shows(t, "CR-36")
	eachRoom(t, func(t *testing.T, m *room) {
		visit := func() map[string]string {
			return map[string]string{
				entry.FieldCategory: "child-protection", entry.FieldTime: "10am", entry.FieldWithWhom: "Ines and her aunt", entry.FieldSeen: "yes", entry.FieldSeenAlone: "yes",
				entry.FieldReason: "The weekly visit", entry.FieldTopics: "School", entry.FieldDecisions: "None", entry.FieldText: "She showed her room.",
			}
		}
		meeting := func() map[string]string {
			return map[string]string{
				entry.FieldCategory: "meeting", entry.FieldWithWhom: "The school", entry.FieldReason: "They asked for it", entry.FieldTopics: "Lateness", entry.FieldDecisions: "A later bus", entry.FieldText: "We spoke of mornings.",
			}
		}
		for name, of := range map[string]struct {
			entryType string
			fields    func() map[string]string
		}{"visit": {"visit", visit}, "meeting": {"case-note", meeting}} {
			for _, field := range []string{entry.FieldReason, entry.FieldTopics, entry.FieldDecisions} {
				fields := of.fields()
				delete(fields, field)
				_, err := m.note(t, m.worker, of.entryType, fields)
				wantWrong(t, "a "+name+" without "+field, err, field)
			}
			made, err := m.note(t, m.worker, of.entryType, of.fields())
			if err != nil {
				t.Fatal(err)
			}
			f, err := casework.Open(t.Context(), m.Service, m.look(m.worker), casework.TimelinePart(""))
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range f.Value.Lines {
				if l.ID == made && (l.Content.Topics != of.fields()[entry.FieldTopics] || l.Content.Decisions != of.fields()[entry.FieldDecisions]) {
					t.Errorf("the %s as it stands: %+v", name, l.Content)
				}
			}
		}
		call := meeting()
		call[entry.FieldCategory] = "phone-call"
		delete(call, entry.FieldTopics)
		delete(call, entry.FieldDecisions)
		if _, err := m.note(t, m.worker, "case-note", call); err != nil {
			t.Errorf("a telephone call asks for topics: %v", err)
		}
	})
	defs, err := set()
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range defs.Meetings() {
		said := false
		for _, h := range kind.Headings {
			said = said || h.Required
		}
		if !said {
			t.Errorf("minutes of %s can be completed with nothing said", kind.ID)
		}
	}
	// Wherever a category is a visit or a meeting, all three are asked.
	for _, svc := range defs.Services() {
		for _, typ := range svc.EntryTypes {
			for _, c := range typ.Categories {
				for _, f := range service.OfMeetings {
					if c.Meets && typ.AskedIn(c.ID, f) != service.Required {
						t.Errorf("%s, %s, %s does not ask for %s", svc.ID, typ.ID, c.ID, f)
					}
				}
			}
		}
	}
}
