package casework

import (
	"context"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/person"
	"casefile/internal/right"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// Work is what waits for a worker.
type Work struct {
	Drafts   []DraftLine
	Notes    []NoteLine // left by saying why, and to be completed
	Notices  []NoticeLine
	Caseload []person.Found // at most MostFound
	More     bool           // there are others in the caseload
}

// A DraftLine is a draft left behind. Child is empty when the file is no longer
// the worker's to open; the draft is theirs all the same.
type DraftLine struct {
	ID    entry.ID
	Child person.Header
	Title string // of the entry's type
	Saved date.Instant
}

// A NoteLine is a note of the worker's that is to be completed. Its file is
// Outside when the reason has lapsed and must be said again first.
type NoteLine struct {
	ID      entry.ID
	Child   person.Header
	Outside bool
	Purpose string
	At      date.Instant
}

// A NoticeLine tells of something that happened to a child of the worker's.
type NoticeLine struct {
	ID    string
	Kind  string // EntryRecorded or FileOpened
	Entry entry.ID
	Child person.Header
	At    date.Instant
}

// MyWork shows a worker what waits. It names children, so it is a search: one
// footprint for the list, one for each child on it.
func (s *Service) MyWork(ctx context.Context, a Actor) (Work, error) {
	var w Work
	var drafts []entry.Draft
	var notices []store.Notice
	var reasons []right.Reason
	var mine, noted map[person.ID]bool
	// Of those found for a reason only, the notes to complete are shown.
	atLeast := func(p person.ID) access.Outcome {
		if noted[p] {
			return access.ReasonFirst
		}
		return access.Shown
	}
	people, err := s.list(ctx, a, "my work", atLeast, func(r store.Reader, v access.Viewer) (list []person.Found, err error) {
		w, mine, noted = Work{}, map[person.ID]bool{}, map[person.ID]bool{}
		if drafts, err = r.Drafts(ctx, a.Worker); err != nil {
			return nil, err
		}
		if notices, err = r.UnseenNotices(ctx, a.Worker, MostFound); err != nil {
			return nil, err
		}
		if list, err = r.Caseload(ctx, a.Worker, s.Today(), MostFound+1); err != nil {
			return nil, err
		}
		if len(list) > MostFound {
			list, w.More = list[:MostFound], true
		}
		on := map[person.ID]bool{}
		for _, f := range list {
			on[f.ID], mine[f.ID] = true, true
		}
		add := func(p person.ID) error {
			if on[p] {
				return nil
			}
			on[p] = true
			h, err := r.Header(ctx, p)
			list = append(list, person.Found{Header: h})
			return err
		}
		for _, d := range drafts {
			if err := add(d.Child); err != nil {
				return nil, err
			}
		}
		for _, n := range notices {
			if err := add(n.Person); err != nil {
				return nil, err
			}
		}
		if reasons, err = r.ReasonsBy(ctx, a.Worker, s.laterPurposes(), MostFound); err != nil {
			return nil, err
		}
		for _, w := range reasons {
			noted[w.Person] = true
			if err := add(w.Person); err != nil {
				return nil, err
			}
		}
		return list, nil
	})
	if err != nil {
		return Work{}, err
	}
	headers, outside := map[person.ID]person.Header{}, map[person.ID]person.Header{}
	for _, f := range people {
		if f.Outside {
			outside[f.ID] = f.Header
			continue
		}
		headers[f.ID] = f.Header
		if mine[f.ID] {
			w.Caseload = append(w.Caseload, f)
		}
	}
	for _, d := range drafts {
		line := DraftLine{ID: d.ID, Child: headers[d.Child], Saved: d.Saved, Title: d.Type}
		if _, t, err := s.entryType(d.Service, d.Type); err == nil {
			line.Title = t.Title
		}
		w.Drafts = append(w.Drafts, line)
	}
	for _, n := range notices {
		if h, ok := headers[n.Person]; ok {
			w.Notices = append(w.Notices, NoticeLine{ID: n.ID, Kind: n.Kind, Entry: n.Entry, Child: h, At: n.At})
		}
	}
	for _, r := range reasons {
		line := NoteLine{ID: r.Entry, At: r.Recorded.At}
		if p, ok := s.Purposes().Purpose(r.Purpose); ok {
			line.Purpose = p.Title
		}
		var in bool
		if line.Child, in = headers[r.Person]; !in {
			if line.Child, line.Outside = outside[r.Person]; !line.Outside {
				continue // nothing of the file is theirs to know any more
			}
		}
		w.Notes = append(w.Notes, line)
	}
	return w, nil
}

// laterPurposes are those whose note is completed later.
func (s *Service) laterPurposes() []string {
	var ids []string
	for _, p := range s.Purposes().List {
		if len(Asked(p, access.LaterAsk)) > 0 {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

// SeeNotice puts a notice of the worker's aside.
func (s *Service) SeeNotice(ctx context.Context, a Actor, notice string) error {
	return s.db.Plain(ctx, func(tx store.PlainTx) error {
		return tx.SeeNotice(ctx, a.Worker, notice, date.At(s.now()))
	})
}

// Me is the worker as the pages greet them.
type Me struct {
	Worker      staff.Worker
	Assignments []staff.Assignment
}

// Me is who the worker is and which roles they hold today.
func (s *Service) Me(ctx context.Context, w staff.ID) (Me, error) {
	var me Me
	err := s.db.View(ctx, func(r store.Reader) (err error) {
		if me.Worker, err = r.Worker(ctx, w); err != nil {
			return err
		}
		me.Assignments, err = r.Assignments(ctx, w, s.Today())
		return err
	})
	return me, err
}

// Colleagues lists workers by words of their name, job, team or base, so that
// others can reach them (CX-23). Workers are not case information.
func (s *Service) Colleagues(ctx context.Context, words []string) ([]staff.Colleague, error) {
	for i, w := range words {
		words[i] = entry.OneLine(w)
	}
	var list []staff.Colleague
	err := s.db.View(ctx, func(r store.Reader) (err error) {
		list, err = r.Colleagues(ctx, words, s.Today(), 100)
		return err
	})
	return list, err
}

// SaveContact keeps a worker's own contact details current (CX-23). version is
// that of the page; Conflict when they were changed since, Invalid with each
// problem by its field.
func (s *Service) SaveContact(ctx context.Context, w staff.ID, version int, c staff.Contact) error {
	c = staff.Contact{
		Telephone: entry.OneLine(c.Telephone), Mobile: entry.OneLine(c.Mobile), Email: entry.OneLine(c.Email),
		Base: entry.OneLine(c.Base), Note: entry.OneLine(c.Note),
	}
	if err := problems(c.Check()); err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx store.Tx) error {
		worker, err := tx.Worker(ctx, w)
		if err != nil {
			return err
		}
		if worker.Version != version {
			return fault.New(fault.Conflict, "Your details were changed from another page.")
		}
		worker.Version, worker.Contact, worker.Recorded = version+1, c, tx.Stamp(string(w))
		return tx.AddWorkerVersion(ctx, worker)
	})
}
