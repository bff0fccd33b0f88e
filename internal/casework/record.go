package casework

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/service"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// EntryRecorded is the kind of the job that tells the allocated workers of an
// entry that somebody else recorded.
const EntryRecorded = "entry-recorded"

// StartDraft begins an entry of one of the actor's service's types on a file.
func (s *Service) StartDraft(ctx context.Context, a Actor, ref id.Reference, entryType string) (entry.ID, error) {
	draft := entry.Draft{ID: entry.ID(id.New()), Worker: a.Worker, Type: entryType, Rev: 1}
	err := s.db.Plain(ctx, func(tx store.PlainTx) error {
		child, sat, err := s.mayRecord(ctx, tx, a, ref)
		if err != nil {
			return err
		}
		if _, _, err := s.entryType(sat.viewer.Service, entryType); err != nil {
			return err
		}
		today := s.Today()
		draft.Child, draft.Service, draft.Saved = child, sat.viewer.Service, date.At(s.now())
		draft.Fields = map[string]string{ // most entries are about today
			entry.FieldDay: fmt.Sprint(today.Day()), entry.FieldMonth: fmt.Sprint(today.Month()), entry.FieldYear: fmt.Sprint(today.Year()),
		}
		return tx.AddDraft(ctx, draft)
	})
	return draft.ID, s.refusal(ctx, a, ref, err)
}

func (s *Service) entryType(serviceID, typeID string) (service.Service, service.EntryType, error) {
	svc, ok := s.set().Service(serviceID)
	if !ok {
		return svc, service.EntryType{}, fault.New(fault.Invalid, "Your team's service has no words for its record yet. Ask who looks after the definitions.")
	}
	t, ok := svc.EntryType(typeID)
	if !ok {
		return svc, t, fault.Problems([]fault.Problem{{Field: "type", Message: "Select what happened"}})
	}
	return svc, t, nil
}

// ChoicePart is the page on which the actor chooses what to record. Of the file
// it has the header alone.
func ChoicePart() Part[struct{}] {
	return Part[struct{}]{access.Timeline, access.Record, func(context.Context, reading) (struct{}, error) {
		return struct{}{}, nil
	}}
}

// DraftPart is the page on which the actor goes on with a draft of their own.
// Recorded(err) says that it is an entry of that file meanwhile.
func DraftPart(draft entry.ID) Part[Drafting] {
	return Part[Drafting]{access.Timeline, access.Record, func(ctx context.Context, r reading) (w Drafting, err error) {
		w.Draft, err = r.Draft(ctx, r.actor.Worker, draft)
		if err == nil && w.Draft.Child != r.person {
			err = fault.New(fault.NotFound, "There is no such draft.")
		}
		if err == nil {
			w.Actions, err = r.planActions(ctx)
		}
		if !fault.Is(err, fault.NotFound) {
			return w, err
		}
		author, children, entryErr := r.EntryParties(ctx, draft)
		if entryErr == nil && author == r.actor.Worker && slices.Contains(children, r.person) {
			return Drafting{}, errRecorded
		}
		if entryErr != nil && !fault.Is(entryErr, fault.NotFound) {
			return Drafting{}, entryErr
		}
		return Drafting{}, err
	}}
}

// A Drafting is a draft with the actions of plans that its entry can have served.
type Drafting struct {
	entry.Draft
	Actions []PlanAction
}

// SaveDraft keeps what has been typed so far, and says how many times the
// draft has been saved. rev is how many times it had been when the page was
// read.
//
// Errors: Conflict when it was saved from elsewhere since, or recorded with
// other words, and nothing is overwritten; Recorded(err) when it was recorded; NotFound when the draft is gone or the file no longer the
// actor's to write on. Saving the same twice, as a browser that lost the answer
// does, is saving once.
func (s *Service) SaveDraft(ctx context.Context, a Actor, ref id.Reference, draft entry.ID, rev int, fields map[string]string) (entry.Draft, error) {
	fields = entry.Known(fields)
	if err := entry.CheckDraft(fields); err != nil {
		return entry.Draft{}, err
	}
	var saved entry.Draft
	err := s.db.Plain(ctx, func(tx store.PlainTx) error {
		_, sat, err := s.mayRecord(ctx, tx, a, ref)
		if err != nil {
			return err
		}
		held, err := s.ownDraft(ctx, tx, sat, draft, fields)
		if err != nil {
			return err
		}
		if held.Rev == rev+1 && maps.Equal(held.Fields, fields) {
			saved = held
			return nil
		}
		if held.Rev != rev {
			return errStale
		}
		saved = held
		saved.Fields, saved.Saved = fields, date.At(s.now())
		if err := tx.SaveDraft(ctx, saved); err != nil {
			return err
		}
		saved.Rev++
		return nil
	})
	return saved, s.refusal(ctx, a, ref, err)
}

// ownDraft reads the actor's draft; fields are what the page sent for it.
func (s *Service) ownDraft(ctx context.Context, r store.Reader, sat *sitting, draft entry.ID, fields map[string]string) (entry.Draft, error) {
	d, err := r.Draft(ctx, sat.actor.Worker, draft)
	if err == nil && d.Child != sat.person {
		err = fault.New(fault.NotFound, "There is no such draft.")
	}
	if !fault.Is(err, fault.NotFound) {
		return d, err
	}
	// Recorded from another page, or by the same press of the button sent
	// twice? The entry has the draft's id.
	e, entryErr := s.ownEntry(ctx, r, sat, draft)
	if entryErr != nil && !fault.Is(entryErr, fault.NotFound) {
		return entry.Draft{}, entryErr
	}
	if entryErr != nil {
		return entry.Draft{}, fault.Wrap(fault.NotFound, "There is no such draft.", err)
	}
	// To say "recorded" of other words than those of the entry would lose them.
	if _, t, err := s.entryType(e.Service, e.Content.Type); err == nil {
		content, _, wrong, err := s.readEntry(t, fields, e.Recorded.At.Date())
		if err != nil {
			return entry.Draft{}, err
		}
		serves, err := s.entryServes(ctx, r, sat, draft, fields[entry.FieldServes])
		if err != nil {
			return entry.Draft{}, err
		}
		if len(wrong) == 0 && content == e.Content && serves {
			return entry.Draft{}, errRecorded
		}
	}
	return entry.Draft{}, errRecordedOtherwise
}

// ownEntry is an entry of the actor's on the file that they sit before, while
// its timeline is shown to them; NotFound otherwise. It is for comparing with
// what they sent, and not to be handed out: an entry of their own may be masked.
func (s *Service) ownEntry(ctx context.Context, r store.Reader, sat *sitting, e entry.ID) (entry.Entry, error) {
	author, children, err := r.EntryParties(ctx, e)
	if err != nil {
		return entry.Entry{}, err
	}
	if author != sat.actor.Worker || !slices.Contains(children, sat.person) || s.decide(sat.standing, access.Timeline, access.Look).Outcome != access.Shown {
		return entry.Entry{}, fault.New(fault.NotFound, "There is no such entry.")
	}
	return r.Entry(ctx, e)
}

// Errors of a draft that is an entry already: with what the page sent, or with
// something else.
var (
	errRecorded          = fault.New(fault.Conflict, "This is already recorded.")
	errRecordedOtherwise = fault.New(fault.Conflict, "You recorded this from another page, and with other words. What you typed on this page is not in the record; to add it, record a further entry.")
)

// errStale says that the draft was saved from elsewhere since it was read.
var errStale = fault.New(fault.Conflict, "This draft was saved from another page.")

// Recorded reports whether err says that a draft was recorded before as it is,
// so that there is nothing left to do.
func Recorded(err error) bool { return err == error(errRecorded) }

// DropDraft throws a draft away. rev is how many times it had been saved when
// the page was read: Conflict when it was saved since, so that nothing is thrown
// away that nobody saw.
func (s *Service) DropDraft(ctx context.Context, a Actor, ref id.Reference, draft entry.ID, rev int) error {
	err := s.db.Plain(ctx, func(tx store.PlainTx) error {
		child, _, err := s.mayRecord(ctx, tx, a, ref)
		if err != nil {
			return err
		}
		d, err := tx.Draft(ctx, a.Worker, draft)
		if err != nil {
			return err
		}
		if d.Child != child {
			return fault.New(fault.NotFound, "There is no such draft.")
		}
		if d.Rev != rev {
			return errStale
		}
		return tx.DropDraft(ctx, d)
	})
	return s.refusal(ctx, a, ref, err)
}

// RecordEntry makes a draft an entry of the record, signed with the actor's
// full name and role and the moment, by the system (CR-40). Either all of it is
// saved (entry, footprint, and the job that tells others), or nothing is.
//
// Errors: Invalid with each problem by its field, and then the draft is kept as
// sent; Conflict as for SaveDraft; Recorded(err) when it was recorded before.
func (s *Service) RecordEntry(ctx context.Context, a Actor, ref id.Reference, draft entry.ID, rev int, fields map[string]string) error {
	fields = entry.Known(fields)
	if err := entry.CheckDraft(fields); err != nil {
		return err
	}
	var wrong []fault.Problem
	err := s.db.Update(ctx, func(tx store.Tx) error {
		wrong = nil
		child, sat, err := s.mayRecord(ctx, tx, a, ref)
		if err != nil {
			return err
		}
		held, err := s.ownDraft(ctx, tx, sat, draft, fields)
		if err != nil {
			return err
		}
		if held.Rev != rev && !(held.Rev == rev+1 && maps.Equal(held.Fields, fields)) {
			return errStale
		}
		svc, entryType, err := s.entryType(held.Service, held.Type)
		if err != nil {
			return err
		}
		content, due, problems, err := s.readEntry(entryType, fields, s.Today())
		if err != nil {
			return err
		}
		stale, err := s.entryServed(ctx, tx, sat, draft, fields[entry.FieldServes], len(problems) == 0)
		if err != nil {
			return err
		}
		if stale != nil {
			problems = append(problems, *stale)
		}
		if len(problems) > 0 {
			wrong = problems
			held.Fields, held.Saved = fields, date.At(s.now())
			return tx.SaveDraft(ctx, held)
		}
		e, err := s.sign(ctx, tx, sat.viewer, svc, entryType, content)
		if err != nil {
			return err
		}
		e.ID, e.Children, e.Due = draft, []person.ID{child}, due
		if err := tx.AddEntryVersion(ctx, e); err != nil {
			return err
		}
		if err := tx.DropDraft(ctx, held); err != nil {
			return err
		}
		if err := s.tell(ctx, tx, e); err != nil {
			return err
		}
		if err := s.followUp(ctx, tx, e, child); err != nil {
			return err
		}
		_, err = s.leave(ctx, tx, sat.footprint(sat.claims[0].decision), &footprint.Detail{Entry: string(e.ID)})
		return err
	})
	if err != nil {
		return s.refusal(ctx, a, ref, err)
	}
	return fault.Problems(wrong)
}

// sign puts on an entry who says so: the name, job and moment as the system
// knows them.
func (s *Service) sign(ctx context.Context, tx store.Tx, v access.Viewer, svc service.Service, t service.EntryType, c entry.Content) (entry.Entry, error) {
	worker, err := tx.Worker(ctx, staffID(v))
	if err != nil {
		return entry.Entry{}, err
	}
	category, _ := t.Category(c.Category)
	definition, _ := s.set().File("services/" + svc.ID + ".yaml")
	return entry.Entry{
		Version: 1, Service: svc.ID, Content: c,
		Author: worker.ID, AuthorName: worker.Name(), AuthorRole: s.RoleTitle(v.Role),
		TypeTitle: t.Title, CategoryTitle: category.Title, Definition: definition.Hash,
		Recorded: tx.Stamp(string(worker.ID)),
	}, nil
}

// tell puts in the outbox that an entry was recorded.
func (s *Service) tell(ctx context.Context, tx store.Tx, e entry.Entry) error {
	payload, err := json.Marshal(recorded{e.ID})
	if err != nil {
		return err
	}
	return tx.Enqueue(ctx, store.Job{Kind: EntryRecorded, Payload: payload, Unique: EntryRecorded + ":" + string(e.ID)})
}

// recorded is the payload of an EntryRecorded job.
type recorded struct {
	Entry entry.ID `json:"entry"`
}

// TellOfEntry is the job: each worker allocated to a child of the entry gets a
// notice, but for its author; so do the managers of a case of which the worker
// is not there. It may run twice.
func (s *Service) TellOfEntry(ctx context.Context, payload []byte) error {
	return s.tellOf(ctx, payload, EntryRecorded)
}

func (s *Service) tellOf(ctx context.Context, payload []byte, kind string) error {
	var job recorded
	if err := json.Unmarshal(payload, &job); err != nil {
		return fault.Wrap(fault.Invalid, "the payload is not that of an entry", err)
	}
	return s.db.Plain(ctx, func(tx store.PlainTx) error {
		author, children, err := tx.EntryParties(ctx, job.Entry)
		if err != nil {
			return err
		}
		for _, child := range children {
			workers, err := s.toTell(ctx, tx, child)
			if err != nil {
				return err
			}
			for _, w := range workers {
				if w == author {
					continue
				}
				n := store.Notice{ID: id.New(), Worker: w, Person: child, Entry: job.Entry, Kind: kind, At: date.At(s.now())}
				if err := tx.AddNotice(ctx, n); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// toTell are those who are to hear of what happened on a child's file: whoever is
// allocated and, of a case on which nobody is there to hear it, its managers.
func (s *Service) toTell(ctx context.Context, r store.Reader, child person.ID) ([]staff.ID, error) {
	workers, err := r.AllocatedWorkers(ctx, child, s.Today())
	if err != nil {
		return nil, err
	}
	episodes, err := r.Episodes(ctx, child, 0)
	if err != nil {
		return nil, err
	}
	for _, e := range episodes {
		if !e.Period.Contains(s.Today()) || e.Allocated != "" && !e.Gone && !e.Away.Is {
			continue
		}
		managers, err := s.managers(ctx, r, staff.TeamID(e.TeamID))
		if err != nil {
			return nil, err
		}
		workers = append(workers, managers...)
	}
	slices.Sort(workers)
	return slices.Compact(workers), nil
}
