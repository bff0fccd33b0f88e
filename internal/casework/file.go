package casework

import (
	"context"

	"casefile/internal/access"
	"casefile/internal/entry"
	"casefile/internal/footprint"
	"casefile/internal/person"
)

// An Overview is who the person is.
type Overview struct {
	Names           []person.Name
	Addresses       []person.Address
	Contacts        []person.Contact
	Characteristics []person.Characteristic
	MayRecord       bool
	MaySeeLooks     bool
}

// OverviewPart is the front page of the file.
func OverviewPart() Part[Overview] {
	return Part[Overview]{access.Identity, access.Look, func(ctx context.Context, r reading) (o Overview, err error) {
		if o.Names, err = r.Names(ctx, r.person, 0); err != nil {
			return o, err
		}
		if o.Addresses, err = r.Addresses(ctx, r.person, 0); err != nil {
			return o, err
		}
		for i, a := range o.Addresses {
			if a.Confidential {
				o.Addresses[i] = person.Address{Confidential: true, Clocks: a.Clocks}
			}
		}
		if o.Contacts, err = r.Contacts(ctx, r.person, 0); err != nil {
			return o, err
		}
		o.Characteristics, err = r.Characteristics(ctx, r.person, 0)
		o.MayRecord, o.MaySeeLooks = r.may()
		return o, err
	}}
}

// may says which other pages to offer. An offer is not a right: the page
// behind it decides again.
func (sat *sitting) may() (record, looks bool) {
	return sat.s.decide(sat.standing, access.Timeline, access.Record).Outcome == access.Shown,
		sat.s.decide(sat.standing, access.Footprints, access.Look).Outcome == access.Shown
}

// PageLines is how many entries, or looks, a page shows.
const PageLines = 50

// A Timeline is a page of the running record, the latest first.
type Timeline struct {
	Lines       []entry.Line
	Older       string // names the next page; empty when there is none
	MayRecord   bool
	MaySeeLooks bool
}

// TimelinePart is the running record, PageLines entries older than before,
// which a page before it gave as Older; empty for the latest.
func TimelinePart(before string) Part[Timeline] {
	return Part[Timeline]{access.Timeline, access.Look, func(ctx context.Context, r reading) (Timeline, error) {
		var t Timeline
		sensitive := r.ask(access.SensitiveEntries, access.Look)
		last := "" // the key of the last line
		// Read on until the page is full: a page that is short because of what is
		// absent from it would say that something is.
		for from, more := before, true; more && t.Older == ""; {
			entries, err := r.Timeline(ctx, r.person, from, PageLines+1)
			if err != nil {
				return Timeline{}, err
			}
			more = len(entries) > PageLines
			for _, e := range entries {
				from = e.Key
				line := entry.Line{Entry: e.Entry}
				switch {
				case !e.Content.Sensitive || sensitive.Outcome == access.Shown:
				case sensitive.Outcome == access.Masked:
					line = e.Mask()
				default:
					continue
				}
				if len(t.Lines) == PageLines {
					t.Older = last
					break
				}
				t.Lines, last = append(t.Lines, line), e.Key
			}
		}
		t.MayRecord, t.MaySeeLooks = r.may()
		return t, nil
	}}
}

// Looks is a page of who has looked, the latest first.
type Looks struct {
	Looks     []footprint.Look
	Older     int64 // names the next page; 0 when there is none
	MayRecord bool
}

// LooksPart is who has looked at the file, PageLines looks with numbers below
// before; 0 for the latest.
func LooksPart(before int64) Part[Looks] {
	return Part[Looks]{access.Footprints, access.Look, func(ctx context.Context, r reading) (Looks, error) {
		list, err := r.Looks(ctx, r.person, before, PageLines+1)
		if err != nil {
			return Looks{}, err
		}
		var l Looks
		if len(list) > PageLines {
			list = list[:PageLines]
			l.Older = list[PageLines-1].Number
		}
		for i := range list {
			list[i].RoleName = r.s.RoleTitle(access.Role(list[i].Role))
		}
		l.Looks = list
		l.MayRecord, _ = r.may()
		return l, nil
	}}
}
