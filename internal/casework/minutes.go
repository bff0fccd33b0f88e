package casework

import (
	"context"
	"errors"
	"maps"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/meeting"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/task"
)

func deadline(due, done date.Date) task.Deadline { return task.Deadline{Due: due, Done: done} }

// A MinutesPage is minutes that are being written.
type MinutesPage struct {
	M       MeetingFile
	Texts   []WrittenLine // those that the viewer may write
	Rev     int
	Saved   date.Instant
	SavedBy string
	Mine    bool // the viewer saved them last
	Earlier bool // others had saved what was written over
	Before  []WrittenLine
	Request meeting.Step // of minutes that were returned, or are corrected: why
}

var errNotWriting = fault.New(fault.Conflict, "These minutes are completed, so nothing is written in them any more.")

// NotWriting reports whether err says that minutes are no longer being written.
func NotWriting(err error) bool { return err == error(errNotWriting) }

// MinutesPart is minutes that are being written, for whoever writes them.
func MinutesPart(key meeting.ID) Part[MinutesPage] {
	return Part[MinutesPage]{access.Minutes, access.Record, func(ctx context.Context, r reading) (p MinutesPage, err error) {
		m, err := r.s.ownMeeting(ctx, r.Reader, r.sitting, key)
		if err != nil {
			return p, err
		}
		if !m.Writing() {
			return p, errNotWriting
		}
		if p.M, err = r.meeting(ctx, m); err != nil {
			return p, err
		}
		d, err := r.MinutesDraft(ctx, key)
		if err != nil {
			return p, err
		}
		names, err := r.writable(ctx, r.sitting, m)
		if err != nil {
			return p, err
		}
		p.Texts, p.Rev, p.Saved, p.Mine = writtenLines(d.Texts, m, names), d.Rev, d.Saved, d.By == r.actor.Worker
		if p.SavedBy, err = r.workerName(ctx, d.By); err != nil {
			return p, err
		}
		earlier, err := r.EarlierMinutes(ctx, key)
		p.Earlier = len(earlier) > 0
		if s := m.LastStep(); s.Did == meeting.Returned || s.Did == meeting.Reopened {
			p.Request = s
		}
		return p, err
	}}
}

// writable are the names of the children of a meeting whose part of the minutes the
// actor writes, by file.
func (r reading) writable(ctx context.Context, sat *sitting, m meeting.Meeting) (names, error) {
	list := names{}
	for _, file := range filesOfMeeting(m) {
		if file != sat.person {
			w, err := r.consider(ctx, file, 0)
			if err != nil {
				return nil, err
			}
			if w == nil || !r.sees(w, m) || !w.reads(access.Minutes, access.Record) {
				continue
			}
			w.shows = w.minutes
			r.others = append(r.others, w.other)
		}
		h, err := r.Header(ctx, file)
		if err != nil {
			return nil, err
		}
		list[file] = h.DisplayName()
		if list[file] == "" {
			list[file] = h.Reference.String()
		}
	}
	return list, nil
}

// EarlierMinutesPart is what others had saved of minutes before it was written over.
func EarlierMinutesPart(key meeting.ID) Part[[]EarlierMinutes] {
	return Part[[]EarlierMinutes]{access.Minutes, access.Record, func(ctx context.Context, r reading) ([]EarlierMinutes, error) {
		m, err := r.s.ownMeeting(ctx, r.Reader, r.sitting, key)
		if err != nil {
			return nil, err
		}
		r.detail.Meeting = string(key)
		names, err := r.writable(ctx, r.sitting, m)
		if err != nil {
			return nil, err
		}
		list, err := r.EarlierMinutes(ctx, key)
		if err != nil {
			return nil, err
		}
		out := make([]EarlierMinutes, len(list))
		for i, d := range list {
			out[i].Saved, out[i].Texts = d.Saved, writtenLines(d.Texts, m, names)
			if out[i].Name, err = r.workerName(ctx, d.By); err != nil {
				return nil, err
			}
		}
		return out, nil
	}}
}

// An EarlierMinutes is what another worker had saved.
type EarlierMinutes struct {
	Name  string
	Saved date.Instant
	Texts []WrittenLine
}

var errMinutesChanged = fault.New(fault.Conflict, "Somebody saved these minutes since you opened them. What you typed is not lost: it is on this page.")

// MinutesChanged reports whether err says that minutes were saved since they were read.
func MinutesChanged(err error) bool { return errors.Is(err, errMinutesChanged) }

// SaveMinutes saves what was typed into minutes, by the keys of the texts that were on
// the page. What was not on it stays as it was. It gives the draft as it stands then.
//
// Errors: MinutesChanged(err) when they were saved since, and NotWriting(err) when they
// were completed meanwhile; then nothing was changed. Saving the same twice, as a browser
// that lost the answer does, is saving once. What it gives is without its texts.
func (s *Service) SaveMinutes(ctx context.Context, a Actor, ref id.Reference, key meeting.ID, rev int, typed map[string]string) (meeting.Draft, error) {
	typed = maps.Clone(typed)
	for k, text := range typed {
		typed[k] = entry.Text(text)
	}
	var saved meeting.Draft
	err := s.db.Plain(ctx, func(tx store.PlainTx) error {
		sat, err := s.mayDo(ctx, tx, a, ref, access.Minutes, access.Record)
		if err != nil {
			return err
		}
		held, next, err := s.typedMinutes(ctx, tx, sat, key, typed)
		if err != nil {
			return err
		}
		if held.Says(next) && (held.Rev == rev || held.Rev == rev+1 && held.By == a.Worker) {
			saved = held // nothing is new, or the same was sent twice
			return nil
		}
		if held.Rev != rev {
			return errMinutesChanged
		}
		next.Saved, next.By = date.At(s.now()), a.Worker
		if err := tx.SaveMinutes(ctx, next); err != nil {
			return err
		}
		saved = next
		saved.Rev++
		return nil
	})
	saved.Texts = nil // they are to be had by MinutesPart alone, each by whoever may write it
	return saved, s.refusedTo(ctx, a, ref, access.Minutes, string(access.Record), err)
}

// typedMinutes is the draft of the minutes of a meeting, as it is held and with what was
// typed.
func (s *Service) typedMinutes(ctx context.Context, r store.Reader, sat *sitting, key meeting.ID, typed map[string]string) (held, next meeting.Draft, err error) {
	m, err := s.ownMeeting(ctx, r, sat, key)
	if err != nil {
		return held, next, err
	}
	if !m.Writing() {
		return held, next, errNotWriting
	}
	if held, err = r.MinutesDraft(ctx, key); err != nil {
		return held, next, err
	}
	names, err := (reading{r, sat, string(sat.actor.Worker), sat.person}).writable(ctx, sat, m)
	if err != nil {
		return held, next, err
	}
	mine := map[string]string{}
	for _, w := range writtenLines(held.Texts, m, names) {
		if text, ok := typed[w.Key()]; ok {
			mine[w.Key()] = text
		}
	}
	next = held.With(mine, sat.actor.Worker)
	return held, next, meeting.CheckDraft(next.Texts)
}

// CompleteMinutes completes minutes: all that their kind asks for is there, of what the
// actor may write. They then wait for the chair; completed by the chair, they are agreed
// at once.
//
// Errors: Invalid with each problem by the field of its text; MinutesChanged(err) when
// they were saved since; NotWriting(err) when they were completed before.
func (s *Service) CompleteMinutes(ctx context.Context, a Actor, ref id.Reference, key meeting.ID, rev int, typed map[string]string, late string) error {
	typed, late = maps.Clone(typed), entry.Text(late)
	for k, text := range typed {
		typed[k] = entry.Text(text)
	}
	return s.changeMinutes(ctx, a, ref, key, access.Record, "minutes completed", func(tx store.Tx, r reading, m meeting.Meeting) error {
		held, next, err := s.typedMinutes(ctx, tx, r.sitting, key, typed)
		if err != nil {
			return err
		}
		if held.Rev != rev && !(held.Rev == rev+1 && held.By == a.Worker && held.Says(next)) {
			return errMinutesChanged
		}
		if !m.Is(meeting.Held) {
			return fault.New(fault.Conflict, "Say first that the meeting was held. What you typed is saved.")
		}
		names, err := r.writable(ctx, r.sitting, m)
		if err != nil {
			return err
		}
		var seen []meeting.Written
		for _, w := range writtenLines(next.Texts, m, names) {
			seen = append(seen, w.Written)
		}
		k, _ := r.defs.Meetings().Kind(m.Kind)
		ps := k.Check(seen)
		own := m.Now().Chair == a.Worker && s.decide(r.standing, access.Minutes, access.Change).Outcome == access.Shown
		if own {
			due, err := s.limitDay(k.AgreeIn, m.Now().Day)
			if err != nil {
				return err
			}
			ps = append(ps, deadline(due, s.Today()).CheckReason(s.Today(), late)...)
		}
		if err := problems(ps); err != nil {
			return err
		}
		if err := tx.DropMinutesDraft(ctx, held); err != nil {
			return err
		}
		step, err := s.minutesStep(ctx, tx, r.sitting, m, meeting.Completed)
		if err != nil {
			return err
		}
		if err := tx.AddMinutesStep(ctx, m.ID, step, next.Texts); err != nil {
			return err
		}
		if !own {
			return s.tellWith(ctx, tx, r.sitting, store.Notice{Kind: MinutesWaiting, Meeting: m.ID}, m.Now().Chair)
		}
		step.Number, step.Did, step.Late = step.Number+1, meeting.Agreed, late
		return tx.AddMinutesStep(ctx, m.ID, step, nil)
	})
}

// The kinds of notice about minutes.
const (
	MinutesWaiting  = "minutes-waiting"  // they are completed, and the worker chairs the meeting
	MinutesReturned = "minutes-returned" // to whoever completed them
	MinutesAgreed   = "minutes-agreed"   // likewise, and to whoever takes the minutes: they can be sent
	MinutesKept     = "minutes-kept"     // a correction was given up, to whoever wrote in it
)

// changeMinutes is changeMeeting for what was said and decided.
func (s *Service) changeMinutes(ctx context.Context, a Actor, ref id.Reference, key meeting.ID, action access.Action, done string, do func(tx store.Tx, r reading, m meeting.Meeting) error) error {
	return s.changeMeeting(ctx, a, meetingChange{ref, key, access.Minutes, action, done}, do)
}

// minutesStep is the next step of minutes, by the actor.
func (s *Service) minutesStep(ctx context.Context, tx store.Tx, sat *sitting, m meeting.Meeting, did meeting.Did) (meeting.Step, error) {
	who, err := tx.Worker(ctx, sat.actor.Worker)
	return meeting.Step{
		Number: m.LastStep().Number + 1, Did: did, By: sat.actor.Worker, ByName: who.Name(), ByRole: s.RoleTitle(sat.viewer.Role),
		Recorded: tx.Stamp(string(sat.actor.Worker)),
	}, err
}

var errWroteMinutes = fault.New(fault.Refused, "You wrote in these minutes, so somebody else agrees them for the chair.")

// WaitingMinutesPart is minutes that wait for the chair, for whoever agrees them.
func WaitingMinutesPart(key meeting.ID) Part[MinutesPage] {
	return Part[MinutesPage]{access.Minutes, access.Change, func(ctx context.Context, r reading) (p MinutesPage, err error) {
		m, err := r.s.ownMeeting(ctx, r.Reader, r.sitting, key)
		if err != nil {
			return p, err
		}
		var known childrenKnown
		if p.M, known, err = r.meetingKnown(ctx, m); err != nil {
			return p, err
		}
		if p.M.Wrote {
			return p, errWroteMinutes
		}
		latest, ok := m.Latest()
		if !ok || !p.M.May.Agree {
			return p, errNoMeeting
		}
		p.Texts, err = r.minutesOf(ctx, m, latest.Number, known)
		return p, err
	}}
}

// agreeing does something with minutes that the actor agrees. step is the last step that
// the page showed, and stand how they have to stand.
func (s *Service) agreeing(ctx context.Context, a Actor, ref id.Reference, key meeting.ID, step int, stand func(meeting.Meeting) bool, done string, do func(tx store.Tx, r reading, m meeting.Meeting, k meeting.Kind) error) error {
	return s.changeMinutes(ctx, a, ref, key, access.Change, done, func(tx store.Tx, r reading, m meeting.Meeting) error {
		k, _ := r.defs.Meetings().Kind(m.Kind)
		may, wrote, err := s.mayAgree(ctx, tx, r.sitting, m, k)
		switch {
		case err != nil:
			return err
		case wrote:
			return errWroteMinutes
		case !may:
			return fault.New(fault.Refused, "The chair of the meeting agrees its minutes. Somebody stands in for them only while they are away or have left.")
		case m.LastStep().Number != step || !stand(m):
			return errMeetingChanged
		}
		return do(tx, r, m, k)
	})
}

func minutesAre(state meeting.Did) func(meeting.Meeting) bool {
	return func(m meeting.Meeting) bool { return !m.Off() && m.MinutesState() == state }
}

// AgreeMinutes agrees minutes that are completed: they say from then on what was said.
// Late ones ask why (CR-24).
//
// Errors: Invalid with the problem by its field; Refused for whoever is not the chair;
// MeetingChanged(err) when something else was done with them since.
func (s *Service) AgreeMinutes(ctx context.Context, a Actor, ref id.Reference, key meeting.ID, step int, late string) error {
	late = entry.Text(late)
	return s.agreeing(ctx, a, ref, key, step, minutesAre(meeting.Completed), "minutes agreed", func(tx store.Tx, r reading, m meeting.Meeting, k meeting.Kind) error {
		due, err := s.limitDay(k.AgreeIn, m.Now().Day)
		if err != nil {
			return err
		}
		if err := problems(deadline(due, s.Today()).CheckReason(s.Today(), late)); err != nil {
			return err
		}
		next, err := s.minutesStep(ctx, tx, r.sitting, m, meeting.Agreed)
		if err != nil {
			return err
		}
		next.Late = late
		if err := tx.AddMinutesStep(ctx, m.ID, next, nil); err != nil {
			return err
		}
		latest, _ := m.Latest()
		return s.tellWith(ctx, tx, r.sitting, store.Notice{Kind: MinutesAgreed, Meeting: m.ID}, latest.By, m.Now().MinuteTaker)
	})
}

// ReturnMinutes gives completed minutes back to be changed, with what has to be.
func (s *Service) ReturnMinutes(ctx context.Context, a Actor, ref id.Reference, key meeting.ID, step int, requests string) error {
	requests = entry.Text(requests)
	if err := problems(meeting.Text(meeting.FieldReason, "What has to be changed", requests, "Enter what has to be changed", meeting.MaxText)); err != nil {
		return err
	}
	return s.agreeing(ctx, a, ref, key, step, minutesAre(meeting.Completed), "minutes returned", func(tx store.Tx, r reading, m meeting.Meeting, _ meeting.Kind) error {
		latest, _ := m.Latest()
		if err := s.minutesAgain(ctx, tx, m, latest); err != nil {
			return err
		}
		if err := s.addMinutesStep(ctx, tx, r.sitting, m, meeting.Returned, requests); err != nil {
			return err
		}
		return s.tellWith(ctx, tx, r.sitting, store.Notice{Kind: MinutesReturned, Meeting: m.ID}, latest.By)
	})
}

// CorrectMinutes begins to correct what was agreed, with why: what it says counts until
// the correction is agreed (CR-29).
func (s *Service) CorrectMinutes(ctx context.Context, a Actor, ref id.Reference, key meeting.ID, step int, why string) error {
	why = entry.Text(why)
	if err := problems(meeting.Text(meeting.FieldReason, "Why it is corrected", why, "Enter what is wrong with the minutes", meeting.MaxText)); err != nil {
		return err
	}
	return s.agreeing(ctx, a, ref, key, step, minutesAre(meeting.Agreed), "minutes reopened", func(tx store.Tx, r reading, m meeting.Meeting, _ meeting.Kind) error {
		says, _ := m.Says()
		if err := s.minutesAgain(ctx, tx, m, says); err != nil {
			return err
		}
		return s.addMinutesStep(ctx, tx, r.sitting, m, meeting.Reopened, why)
	})
}

// KeepingPart is a correction that is under way, for whoever may give it up.
func KeepingPart(key meeting.ID) Part[MinutesPage] {
	return Part[MinutesPage]{access.Minutes, access.Change, func(ctx context.Context, r reading) (p MinutesPage, err error) {
		m, err := r.s.ownMeeting(ctx, r.Reader, r.sitting, key)
		if err != nil {
			return p, err
		}
		if p.M, err = r.meeting(ctx, m); err != nil {
			return p, err
		}
		if !p.M.May.Keep {
			return p, errNoMeeting
		}
		d, err := r.MinutesDraft(ctx, key)
		if err != nil {
			return p, err
		}
		p.Rev, p.Saved, p.Mine = d.Rev, d.Saved, d.By == r.actor.Worker
		p.SavedBy, err = r.workerName(ctx, d.By)
		return p, err
	}}
}

// KeepMinutes gives a correction up, with why: what was agreed goes on counting. The draft
// is thrown away, and with it what colleagues had saved of it, as when it is completed;
// whoever wrote in it is told. rev is the draft that the page showed.
//
// Errors: Invalid with the problem by its field; Refused for whoever does not agree the
// minutes; MeetingChanged(err) when they were saved, or something else was done, since.
func (s *Service) KeepMinutes(ctx context.Context, a Actor, ref id.Reference, key meeting.ID, step, rev int, why string) error {
	why = entry.Text(why)
	if err := problems(meeting.Text(meeting.FieldReason, "Why the correction is given up", why, "Enter why the minutes stay as they were", meeting.MaxText)); err != nil {
		return err
	}
	return s.agreeing(ctx, a, ref, key, step, meeting.Meeting.Correcting, "correction of minutes given up", func(tx store.Tx, r reading, m meeting.Meeting, _ meeting.Kind) error {
		held, err := tx.MinutesDraft(ctx, m.ID)
		if err != nil {
			return err
		}
		if held.Rev != rev {
			return errMeetingChanged
		}
		wrote := []staff.ID{held.By}
		earlier, err := tx.EarlierMinutes(ctx, m.ID)
		if err != nil {
			return err
		}
		for _, d := range earlier {
			wrote = append(wrote, d.By)
		}
		if err := tx.DropMinutesDraft(ctx, held); err != nil {
			return err
		}
		if err := s.addMinutesStep(ctx, tx, r.sitting, m, meeting.Kept, why); err != nil {
			return err
		}
		return s.tellWith(ctx, tx, r.sitting, store.Notice{Kind: MinutesKept, Meeting: m.ID}, wrote...)
	})
}

// minutesAgain begins a draft with what minutes said at a step.
func (s *Service) minutesAgain(ctx context.Context, tx store.Tx, m meeting.Meeting, said meeting.Step) error {
	texts, err := tx.Minutes(ctx, m.ID, said.Number)
	if err != nil {
		return err
	}
	return tx.AddMinutesDraft(ctx, meeting.Draft{Meeting: m.ID, Rev: 1, Texts: texts, Saved: date.At(s.now()), By: said.By})
}

func (s *Service) addMinutesStep(ctx context.Context, tx store.Tx, sat *sitting, m meeting.Meeting, did meeting.Did, reason string) error {
	next, err := s.minutesStep(ctx, tx, sat, m, did)
	if err != nil {
		return err
	}
	next.Reason = reason
	return tx.AddMinutesStep(ctx, m.ID, next, nil)
}
