package casework

import (
	"context"
	"slices"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/footprint"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/watch"
)

// LooksAsked is which looks at a file are wanted.
type LooksAsked struct {
	Before   int64     // below this number; 0 for the latest
	Worker   staff.ID  // of this worker; empty for everybody
	Day      date.Date // of this day; the zero Date for every day
	Outside  bool      // on a ground that is not the looker's work
	Withheld bool      // those that were shown nothing
	Each     bool      // every look by itself, and not folded into visits
}

// Looks is a page of who has looked, the latest first.
type Looks struct {
	Visits  []footprint.Visit
	Older   int64          // names the next page; 0 when there is none
	Lookers []staff.Worker // everybody who ever looked, by name
}

// LooksPart is who has looked at the file, in visits: about PageLines of them,
// and always whole days, so that no visit is cut in two.
//
// Looks that look into who has looked are for those who do so, and not for whom
// they may be about. While that runs, whatever else its investigators inquire is
// held back from all others, so that it does not show; at its end that appears,
// but for the looks at the concern or the hit itself.
func LooksPart(asked LooksAsked) Part[Looks] {
	return Part[Looks]{access.Footprints, access.Look, func(ctx context.Context, r reading) (Looks, error) {
		q, err := r.s.curtain(ctx, r, r.sitting)
		if err != nil {
			return Looks{}, err
		}
		q.Before, q.Actor, q.Outside, q.Withheld = asked.Before, string(asked.Worker), asked.Outside, asked.Withheld
		if !asked.Day.IsZero() {
			q.From, q.Until = watch.Midnight(asked.Day), watch.Midnight(asked.Day.AddDays(1))
		}
		var l Looks
		if asked.Each {
			l, err = r.eachLook(ctx, q)
		} else {
			l, err = r.visits(ctx, q)
		}
		if err != nil {
			return Looks{}, err
		}
		if l.Lookers, err = r.Lookers(ctx, r.person, q.Plain, q.Back); err != nil {
			return Looks{}, err
		}
		for _, v := range l.Visits {
			for i := range v.Looks {
				v.Looks[i].RoleName = r.s.RoleTitle(access.Role(v.Looks[i].Role))
			}
		}
		return l, nil
	}}
}

// curtain is a query of the looks at a file that a viewer may know of: all to who
// handles concerns, unless one about the file is about them. Nobody misses looks
// of their own that they made for an investigation.
func (s *Service) curtain(ctx context.Context, r store.Reader, sat *sitting) (footprint.Query, error) {
	q := footprint.Query{Object: string(sat.person)}
	suspects, err := r.Suspects(ctx, sat.person)
	if err != nil {
		return q, err
	}
	q.Plain = sat.ask(access.Concerns, access.Look).Outcome != access.Shown || slices.Contains(suspects, sat.actor.Worker)
	if !q.Plain {
		return q, nil
	}
	all, err := r.Investigators(ctx, sat.person)
	q.Back = slices.DeleteFunc(all, func(a footprint.Acting) bool { return a.Actor == string(sat.actor.Worker) })
	return q, err
}

// eachLook is a page of looks one by one.
func (r reading) eachLook(ctx context.Context, q footprint.Query) (Looks, error) {
	q.Limit = PageLines + 1
	list, err := r.LooksAt(ctx, q)
	if err != nil {
		return Looks{}, err
	}
	var l Looks
	if len(list) > PageLines {
		list = list[:PageLines]
		l.Older = list[PageLines-1].Number
	}
	for _, look := range list {
		l.Visits = append(l.Visits, footprint.Visit{Looks: []footprint.Look{look}})
	}
	return l, nil
}

// visits is a page of whole days with at least PageLines visits, as far as
// there are so many.
func (r reading) visits(ctx context.Context, q footprint.Query) (Looks, error) {
	const chunk = 200 // looks read at a time: a page is a few of these
	q.Limit = chunk
	var looks []footprint.Look
	for {
		list, err := r.LooksAt(ctx, q)
		if err != nil {
			return Looks{}, err
		}
		looks = append(looks, list...)
		whole := len(looks)
		if len(list) == chunk {
			// The last day read may go on in the next chunk; those before are whole.
			q.Before = list[chunk-1].Number
			last := looks[len(looks)-1].At.Date()
			whole = slices.IndexFunc(looks, func(l footprint.Look) bool { return l.At.Date() == last })
		}
		if l, full := pageOf(looks, whole); full || len(list) < chunk {
			return l, nil
		}
	}
}

// pageOf folds the first whole looks into a page, and reports whether it is
// full. There is a next page where any look is left.
func pageOf(looks []footprint.Look, whole int) (Looks, bool) {
	visits := footprint.Fold(looks[:whole])
	if len(visits) < PageLines {
		return Looks{Visits: visits}, false
	}
	day := visits[PageLines-1].Last().At.Date()
	end := slices.IndexFunc(visits, func(v footprint.Visit) bool { return v.Last().At.Date().Before(day) })
	if end > 0 {
		visits = visits[:end]
	}
	l := Looks{Visits: visits}
	if next := slices.IndexFunc(looks, func(l footprint.Look) bool { return l.At.Date().Before(day) }); next > 0 {
		l.Older = looks[next].Number + 1
	}
	return l, true
}

// A Sheet is who has looked as the person is told it: in plain words, by month,
// without times.
type Sheet struct {
	Months []SheetMonth // the latest first, of the last twelve months
	Before []SheetLine  // before that
	Named  *footprint.Named
}

// A SheetMonth is the looks of one month.
type SheetMonth struct {
	First date.Date // its first day
	Lines []SheetLine
}

// A SheetLine is one worker in one month.
type SheetLine struct {
	Plain string // "a social worker"
	Yours bool   // who works with the person
	Name  string // where it was decided to say it
	Times int
}

// SheetPart is who has looked, as it is given to the person. Nothing on it
// shows a sensitive service, that somebody looks into whom the file is restricted
// to, that an investigation runs, or that anything is left out. What its
// investigators inquire appears once it is at its end.
func SheetPart() Part[Sheet] {
	return Part[Sheet]{access.LooksForPerson, access.Look, func(ctx context.Context, r reading) (Sheet, error) {
		looks, err := r.forPerson(ctx)
		if err != nil {
			return Sheet{}, err
		}
		named, err := r.LooksNamed(ctx, r.person)
		if err != nil {
			return Sheet{}, err
		}
		sheet := r.sheet(looks, len(named) > 0)
		if len(named) > 0 {
			sheet.Named = &named[0]
		}
		return sheet, nil
	}}
}

// forPerson are the looks that the person is told of, the latest first.
func (r reading) forPerson(ctx context.Context) ([]footprint.Look, error) {
	held, err := r.LookersIn(ctx, r.person, r.s.set().Sensitive())
	if err != nil {
		return nil, err
	}
	restricters, err := r.Restricters(ctx, r.person)
	if err != nil {
		return nil, err
	}
	q := footprint.Query{Object: string(r.person), Plain: true, Limit: 2000}
	if q.Back, err = r.Investigators(ctx, r.person); err != nil {
		return nil, err
	}
	var told []footprint.Look
	for {
		list, err := r.LooksAt(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, l := range list {
			back := func(a footprint.Acting) bool { return a.Actor == l.Actor && a.Role == l.Role }
			since := func(a footprint.Acting) bool { return a.Actor == l.Actor && l.At >= a.Since }
			seen := l.Outcome == access.Shown.String() || l.Outcome == access.Masked.String()
			if l.Search > 0 || !seen || l.Name == "" || l.Part == string(access.Restriction) ||
				slices.ContainsFunc(held, back) || slices.ContainsFunc(restricters, since) {
				continue
			}
			told = append(told, l)
		}
		if len(list) < q.Limit {
			return told, nil
		}
		q.Before = list[len(list)-1].Number
	}
}

// sheet counts the visits of each worker by month.
func (r reading) sheet(looks []footprint.Look, names bool) Sheet {
	today := r.s.Today()
	month := func(d date.Date) date.Date { return d.AddDays(1 - d.Day()) }
	oldest := month(today).AddMonths(-11)
	var sheet Sheet
	type key struct{ actor, role string }
	lines, at := (*[]SheetLine)(nil), map[key]int{}
	var in date.Date
	for _, v := range footprint.Fold(looks) {
		l := v.Last()
		first := month(l.At.Date())
		switch {
		case first.Before(oldest):
			if lines != &sheet.Before {
				lines, at = &sheet.Before, map[key]int{}
			}
		case first != in:
			in = first
			sheet.Months = append(sheet.Months, SheetMonth{First: first})
			lines, at = &sheet.Months[len(sheet.Months)-1].Lines, map[key]int{}
		}
		i, ok := at[key{l.Actor, l.Role}]
		if !ok {
			i = len(*lines)
			at[key{l.Actor, l.Role}] = i
			line := SheetLine{Plain: r.s.plain(access.Role(l.Role))}
			if names {
				line.Name = l.Name
			}
			*lines = append(*lines, line)
		}
		(*lines)[i].Times++
		for _, l := range v.Looks {
			(*lines)[i].Yours = (*lines)[i].Yours || l.Ground == string(access.Allocated)
		}
	}
	return sheet
}

// plain is a role in words for a child; of one that the definitions no longer
// have, that it is a worker.
func (s *Service) plain(r access.Role) string {
	if role, ok := s.set().Role(r); ok && role.Plain != "" {
		return role.Plain
	}
	return "a worker"
}

// DecidesNames is the page on which it is decided whether the person is told
// names.
func DecidesNames() Part[*footprint.Named] {
	return Part[*footprint.Named]{access.LooksForPerson, access.Change, func(ctx context.Context, r reading) (*footprint.Named, error) {
		named, err := r.LooksNamed(ctx, r.person)
		if err != nil || len(named) == 0 {
			return nil, err
		}
		reason, err := r.s.open(named[0].Sealed, "looks_named", named[0].ID)
		named[0].Reason = reason.Text
		return &named[0], err
	}}
}
