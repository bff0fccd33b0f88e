package entry_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/service"
)

var today = date.Must(2026, 3, 5)

// everything asks for every field; contact for what it must.
var (
	contact = service.EntryType{
		ID: "contact", Title: "Contact", Categories: []service.Category{{ID: "visit", Title: "Visit"}}, CategoryMissing: "Select how",
		Asks: map[service.Field]service.Need{},
	}
	everything = service.EntryType{
		ID: "contact", Title: "Contact", Categories: []service.Category{{ID: "visit", Title: "Visit"}}, CategoryMissing: "Select how",
		Asks: map[service.Field]service.Need{
			service.HappenedTime: service.Required, service.WithWhom: service.Required, service.Seen: service.Required,
			service.SeenAlone: service.Required, service.Reason: service.Required, service.Significant: service.Optional,
			service.Sensitive: service.Optional, service.FollowUp: service.Optional,
		},
	}
)

func good() map[string]string {
	return map[string]string{
		entry.FieldCategory: "visit", entry.FieldDay: "4", entry.FieldMonth: "mar", entry.FieldYear: "2026",
		entry.FieldTime: "2.30pm", entry.FieldWithWhom: " Ines ", entry.FieldSeen: "yes", entry.FieldSeenAlone: "yes",
		entry.FieldReason: "A visit as planned", entry.FieldText: "We spoke.\r\nShe was well.", entry.FieldSignificant: "yes",
		entry.FieldSensitive: "yes", entry.FieldFollowUp: "Ring the college", entry.FieldByDay: "9", entry.FieldByMonth: "3", entry.FieldByYear: "2026",
	}
}

func TestRead(t *testing.T) {
	got, ps := entry.Read(everything, good(), today)
	want := entry.Content{
		Type: "contact", Category: "visit", Happened: date.Must(2026, 3, 4), Time: "14:30", WithWhom: "Ines",
		Seen: "yes", SeenAlone: "yes", Reason: "A visit as planned", Text: "We spoke.\nShe was well.",
		Significant: true, Sensitive: true, FollowUp: "Ring the college", FollowUpBy: date.Must(2026, 3, 9),
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(date.Date{})); diff != "" || ps != nil {
		t.Errorf("problems %v (-want +got):\n%s", ps, diff)
	}
}

// What the definition does not ask is not taken, whoever sends it.
func TestHiddenFieldsAreNotTaken(t *testing.T) {
	got, ps := entry.Read(contact, good(), today)
	want := entry.Content{Type: "contact", Category: "visit", Happened: date.Must(2026, 3, 4), Text: "We spoke.\nShe was well."}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(date.Date{})); diff != "" || ps != nil {
		t.Errorf("problems %v (-want +got):\n%s", ps, diff)
	}
}

func TestWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		change map[string]string
		want   fault.Problem
	}{
		{map[string]string{entry.FieldCategory: ""}, fault.Problem{Field: "category", Message: "Select how"}},
		{map[string]string{entry.FieldCategory: "phone"}, fault.Problem{Field: "category", Message: "Select how"}},
		{map[string]string{entry.FieldDay: "31", entry.FieldMonth: "2"}, fault.Problem{Field: "happened-day", Message: "The date it happened must be a real date"}},
		{map[string]string{entry.FieldDay: ""}, fault.Problem{Field: "happened-day", Message: "The date it happened must include a day"}},
		{map[string]string{entry.FieldDay: "6"}, fault.Problem{Field: "happened-day", Message: "The date it happened must be today or in the past"}},
		{map[string]string{entry.FieldYear: "1800"}, fault.Problem{Field: "happened-day", Message: "The date it happened must be within the last 120 years"}},
		{map[string]string{entry.FieldTime: "25:00"}, fault.Problem{Field: "happened-time", Message: "Enter a time like 2:30pm or 14:30"}},
		{map[string]string{entry.FieldTime: ""}, fault.Problem{Field: "happened-time", Message: "Enter the time it happened"}},
		{map[string]string{entry.FieldWithWhom: "  "}, fault.Problem{Field: "with-whom", Message: "Enter who was there"}},
		{map[string]string{entry.FieldWithWhom: strings.Repeat("é", 501)}, fault.Problem{Field: "with-whom", Message: "Who was there must be 500 characters or less"}},
		{map[string]string{entry.FieldSeen: ""}, fault.Problem{Field: "seen", Message: "Select whether the child was seen"}},
		{map[string]string{entry.FieldSeen: "maybe"}, fault.Problem{Field: "seen", Message: "Select yes or no"}},
		{map[string]string{entry.FieldSeen: "no"}, fault.Problem{Field: "seen-alone", Message: "A child who was not seen cannot have been seen alone"}},
		{map[string]string{entry.FieldReason: ""}, fault.Problem{Field: "reason", Message: "Enter the reason"}},
		{map[string]string{entry.FieldText: " \n "}, fault.Problem{Field: "text", Message: "Enter what happened"}},
		{map[string]string{entry.FieldText: strings.Repeat("x", entry.MaxText+1)}, fault.Problem{Field: "text", Message: "What happened must be 20,000 characters or less"}},
		{map[string]string{entry.FieldFollowUp: ""}, fault.Problem{Field: "follow-up", Message: "Enter what is to be done by then"}},
		{map[string]string{entry.FieldByDay: "1"}, fault.Problem{Field: "follow-up-by-day", Message: "The date to follow up by must not be before it happened"}},
		{map[string]string{entry.FieldByMonth: "13"}, fault.Problem{Field: "follow-up-by-day", Message: "The date to follow up by must be a real date"}},
	} {
		fields := good()
		maps.Copy(fields, c.change)
		_, ps := entry.Read(everything, fields, today)
		if len(ps) != 1 || ps[0] != c.want {
			t.Errorf("%v: got %v, want %v", c.change, ps, c.want)
		}
	}
}

func TestTimes(t *testing.T) {
	for typed, want := range map[string]string{
		"14:30": "14:30", "2:30pm": "14:30", "2.30 PM": "14:30", "9am": "09:00", "12am": "00:00", "12pm": "12:00", "09:05": "09:05", "0:00": "00:00",
		"14": "", "24:00": "", "13pm": "", "0am": "", "9:5": "", "9:60": "", "half two": "", "٢:٣٠": "",
	} {
		fields := good()
		fields[entry.FieldTime] = typed
		c, ps := entry.Read(everything, fields, today)
		if c.Time != want || (len(ps) == 0) != (want != "") {
			t.Errorf("%q: got %q, %v; want %q", typed, c.Time, ps, want)
		}
	}
}

func TestDraftHoldsKnownFieldsOnly(t *testing.T) {
	got := entry.Known(map[string]string{"text": "a\x00b\xffc\r\n", "worker_id": "someone", "rev": "9"})
	if diff := cmp.Diff(map[string]string{"text": "ab\uFFFDc\n"}, got); diff != "" {
		t.Errorf("known (-want +got):\n%s", diff)
	}
	if err := entry.CheckDraft(map[string]string{"worker_id": "x"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a field that no draft has: %v", err)
	}
	if err := entry.CheckDraft(map[string]string{"text": strings.Repeat("x", entry.MaxDraft+1)}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a draft without end: %v", err)
	}
}

func TestMaskLeavesOnlyTheDayAndTheService(t *testing.T) {
	c, _ := entry.Read(everything, good(), today)
	e := entry.Entry{ID: "e1", Service: "s", Content: c, Author: "w", AuthorName: "Orla", TypeTitle: "Contact"}
	got := e.Mask(false)
	want := entry.Line{Masked: true, Entry: entry.Entry{ID: "e1", Service: "s", Content: entry.Content{Happened: c.Happened, Sensitive: true}}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(date.Date{})); diff != "" {
		t.Errorf("masked (-want +got):\n%s", diff)
	}
	if e.Mask(true).Content.Sensitive {
		t.Error("another service's masked entry says that it is sensitive")
	}
}

func FuzzRead(f *testing.F) {
	f.Add("visit", "5", "March", "2026", "2pm", "We spoke.")
	f.Add("", "\x00", "０", "99999", ":::", "\xff")
	f.Fuzz(func(t *testing.T, category, day, month, year, clock, text string) {
		fields := entry.Known(map[string]string{
			entry.FieldCategory: category, entry.FieldDay: day, entry.FieldMonth: month, entry.FieldYear: year,
			entry.FieldTime: clock, entry.FieldText: text,
		})
		c, ps := entry.Read(everything, fields, today)
		if len(ps) == 0 && (c.Text == "" || c.Happened.IsZero() || c.Happened.After(today)) {
			t.Errorf("passed: %+v", c)
		}
		if c.Time != "" && len(c.Time) != 5 {
			t.Errorf("time %q", c.Time)
		}
		if strings.ContainsAny(c.Text, "\x00\r") {
			t.Errorf("text holds what a store may not: %q", c.Text)
		}
	})
}
