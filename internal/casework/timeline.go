package casework

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/document"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/meeting"
	"casefile/internal/plan"
	"casefile/internal/store"
)

// PageLines is how many entries, or looks, a page shows.
const PageLines = 50

// A Timeline is a page of the running record, the latest first.
type Timeline struct {
	Lines []entry.Line
	Older string // names the next page; empty when there is none
	// Done is what was done with documents and plans, and at meetings, in the time of
	// the page, the latest first.
	Done []Deed
	// Served are the actions of plans that entries served, in words.
	Served map[entry.ID][]string
}

// A Deed is something that was done with a document or a plan, or about a meeting, as the
// timeline has it.
type Deed struct {
	Part    access.Part // Documents, Plans or Meetings
	Key     string      // of the document, the plan or the meeting
	Title   string
	Did     string // its word for that: document.Completed, plan.Reviewed, meeting.Held
	Step    int    // by which what it said then is read; 0 for what it says today
	Service string
	By      string // who did it; of a meeting that was held, who chaired it
	Role    string // as whom
	On      date.Date
	Time    string   // of that day, HH:MM; empty where it is not known
	Decided []string // at a meeting that was held, as far as the viewer reads decisions
	Before  int      // how many of the lines of the page are later
	number  int      // of the step, among those of one moment
}

// key is its place among entries, as the store orders those.
func (d Deed) key() string { return fmt.Sprintf("%s %5s %s", d.On, d.Time, d.Key) }

func deedAt(part access.Part, key, title, did, service string, at date.Instant) Deed {
	t := at.Time()
	return Deed{Part: part, Key: key, Title: title, Did: did, Service: service, On: date.Of(t), Time: t.Format("15:04")}
}

// deeds are those whose place is after one key and before another, each empty for no
// bound.
func (r reading) deeds(ctx context.Context, after, before string) ([]Deed, error) {
	var all []Deed
	for _, of := range []func(context.Context) ([]Deed, error){r.documentDeeds, r.planDeeds, r.meetingDeeds} {
		list, err := of(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	all = slices.DeleteFunc(all, func(d Deed) bool {
		key := d.key()
		return key <= after || before != "" && key >= before
	})
	slices.SortStableFunc(all, func(a, b Deed) int {
		return cmp.Or(strings.Compare(b.key(), a.key()), cmp.Compare(b.number, a.number))
	})
	return all, nil
}

// documentDeeds are those of documents: what is on its way to be final is for the service
// that wrote it.
func (r reading) documentDeeds(ctx context.Context) ([]Deed, error) {
	if r.ask(access.Documents, access.Look).Outcome != access.Shown {
		return nil, nil
	}
	docs, err := r.documents(ctx)
	if err != nil {
		return nil, err
	}
	own := []document.Did{document.Completed, document.Returned, document.Reopened}
	var list []Deed
	for _, d := range docs.List {
		if d.Masked {
			continue
		}
		for _, s := range d.Steps {
			if s.Final || d.Service == r.viewer.Service && slices.Contains(own, s.Did) {
				deed := deedAt(access.Documents, string(d.ID), d.Title, string(s.Did), d.Service, s.Recorded.At)
				deed.By, deed.Role, deed.number, deed.Step = s.ByName, s.ByRole, s.Number, r.saidAt(d.now, s.Number)
				list = append(list, deed)
			}
		}
	}
	return list, nil
}

// planDeeds are those of plans, likewise.
func (r reading) planDeeds(ctx context.Context) ([]Deed, error) {
	if r.ask(access.Plans, access.Look).Outcome != access.Shown {
		return nil, nil
	}
	held, err := r.heldPlans(ctx)
	if err != nil {
		return nil, err
	}
	var list []Deed
	for _, p := range held {
		if p.Masked {
			continue
		}
		for _, s := range p.Steps {
			if s.Final || p.Service == r.viewer.Service && (s.HasContent() || s.Did == plan.Returned) {
				deed := deedAt(access.Plans, string(p.ID), p.Title, string(s.Did), p.Service, s.Recorded.At)
				deed.By, deed.Role, deed.number, deed.Step = s.ByName, s.ByRole, s.Number, planSaidAt(p.Plan, s.Number)
				list = append(list, deed)
			}
		}
	}
	return list, nil
}

// meetingDeeds are that meetings were held, on their own day, with what was decided there;
// and when one was cancelled, or its minutes agreed.
func (r reading) meetingDeeds(ctx context.Context) ([]Deed, error) {
	if r.ask(access.Meetings, access.Look).Outcome != access.Shown {
		return nil, nil
	}
	held, err := r.MeetingsOf(ctx, r.person)
	if err != nil {
		return nil, err
	}
	sight := r.sight()
	var list []Deed
	for _, m := range held {
		m, known := m.Known(r.at)
		if !known || sight.of(m.Service, r.s.sensitiveMeeting(m)) != access.Shown {
			continue
		}
		now := m.Now()
		switch now.State {
		case meeting.Held:
			list = append(list, Deed{
				Part: access.Meetings, Key: string(m.ID), Title: m.Title, Did: string(meeting.Held), Service: m.Service, By: now.ChairName,
				On: now.Day, Time: now.Time, Decided: r.decidedAt(m),
			})
		case meeting.Cancelled:
			deed := deedAt(access.Meetings, string(m.ID), m.Title, string(meeting.Cancelled), m.Service, now.Recorded.At)
			deed.By, deed.Role = now.ByName, now.ByRole
			list = append(list, deed)
		case meeting.Planned, meeting.Withdrawn: // nothing of it took place
		}
		for _, s := range m.Steps {
			if s.Did == meeting.Agreed && !m.Off() {
				deed := deedAt(access.Meetings, string(m.ID), m.Title, string(meeting.Agreed), m.Service, s.Recorded.At)
				deed.By, deed.Role, deed.number = s.ByName, s.ByRole, s.Number
				list = append(list, deed)
			}
		}
	}
	return list, nil
}

// decidedAt is what a meeting decided about the person, for whoever reads that.
func (r reading) decidedAt(m meeting.Meeting) []string {
	var list []string
	for _, d := range m.Decisions {
		d = d.For(r.person)
		if len(d.Versions) == 0 || d.Now().Gone || r.ask(access.Minutes, access.Look).Outcome != access.Shown {
			continue
		}
		list = append(list, d.Now().What)
	}
	return list
}

// TimelinePart is the running record, PageLines entries older than before,
// which a page before it gave as Older; empty for the latest.
func TimelinePart(before string) Part[Timeline] {
	return Part[Timeline]{access.Timeline, access.Look, func(ctx context.Context, r reading) (Timeline, error) {
		t, keys, err := r.entries(ctx, before)
		if err != nil {
			return t, err
		}
		if t.Served, err = r.servedOn(ctx); err != nil {
			return t, err
		}
		if t.Done, err = r.deeds(ctx, t.Older, before); err != nil {
			return t, err
		}
		if slices.ContainsFunc(t.Done, func(d Deed) bool { return len(d.Decided) > 0 }) {
			if err := r.readsMinutes(ctx); err != nil {
				return t, err
			}
		}
		for i := range t.Done {
			for t.Done[i].Before < len(keys) && keys[t.Done[i].Before] > t.Done[i].key() {
				t.Done[i].Before++
			}
		}
		return t, err
	}}
}

// readsMinutes has the look be one at the minutes, too: what was decided stands there.
func (r reading) readsMinutes(ctx context.Context) error {
	o, err := r.of(ctx, r.person)
	if err != nil {
		return err
	}
	o.reads(access.Minutes, access.Look)
	o.shows = o.minutes
	r.others = append(r.others, o)
	return nil
}

// entries are the entries of a page of the timeline, with their keys.
func (r reading) entries(ctx context.Context, before string) (t Timeline, keys []string, err error) {
	sight := r.sight()
	last := "" // the key of the last line
	// Read on until the page is full: a page that is short because of what is
	// absent from it would say that something is.
	from := before
	if from == "" && r.at != 0 {
		from = r.day().AddDays(1).String() // what was known had happened by then
	}
	for more := true; more && t.Older == ""; {
		var entries []store.TimelineEntry
		if entries, err = r.Timeline(ctx, r.person, from, PageLines+1); err != nil {
			return Timeline{}, nil, err
		}
		more = len(entries) > PageLines
		for _, e := range entries {
			from = e.Key
			outcome := sight.of(e.Service, e.Content.Sensitive)
			if outcome > access.Absent {
				var known bool
				if e.Entry, known, err = r.knownEntry(ctx, e.Entry); err != nil {
					return Timeline{}, nil, err
				}
				if !known {
					continue
				}
			}
			line := entry.Line{Entry: e.Entry}
			switch outcome {
			case access.Shown:
			case access.Masked:
				line = e.Mask(e.Service != sight.service)
			default:
				continue
			}
			if len(t.Lines) == PageLines {
				t.Older = last
				break
			}
			t.Lines, last = append(t.Lines, line), e.Key
			keys = append(keys, e.Key)
		}
	}
	return t, keys, nil
}

// knownEntry is an entry as it was known at the moment of the look; false where it was not
// known yet. Whether it is sensitive goes by what is known today.
func (r reading) knownEntry(ctx context.Context, e entry.Entry) (entry.Entry, bool, error) {
	if r.at == 0 || e.Recorded.At <= r.at {
		return e, true, nil
	}
	if e.Version == 1 {
		return e, false, nil
	}
	was, err := r.EntryKnown(ctx, e.ID, r.at)
	if fault.Is(err, fault.NotFound) {
		return e, false, nil
	}
	was.Content.Sensitive = e.Content.Sensitive
	return was, err == nil, err
}
