package casework

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// The kinds of job by which workers are told by e-mail that something is new: MailRound
// asks, every minute, for a MailWorker of each who is to be told.
const (
	MailRound  = "mail-round"
	MailWorker = "mail-worker"
)

// How a worker is told by e-mail.
const (
	MailNone  = "none"
	MailEach  = "each"
	MailDaily = "daily"
)

// MailChoices lists the ways, in the order to offer them.
var MailChoices = []string{MailDaily, MailEach, MailNone}

// mailDefault is the way of whoever has not chosen, and mailHour the hour of the day, in
// London, from which a worker is told once a day.
const (
	mailDefault = MailDaily
	mailHour    = 7
)

// A SendNews sends the message that there is something new to an address. Its error says
// why by Reason, in one word that names nobody.
type SendNews func(ctx context.Context, to string) error

// MailSettings is how a worker is told.
type MailSettings struct {
	Choice string
	Email  string // from their own contact details; empty where there is none
	Failed date.Instant
}

// MailSettings are the actor's own.
func (s *Service) MailSettings(ctx context.Context, a Actor) (m MailSettings, err error) {
	err = s.db.View(ctx, func(r store.Reader) error {
		kept, err := r.Mail(ctx, a.Worker)
		if err != nil {
			return err
		}
		w, err := r.Worker(ctx, a.Worker)
		m = MailSettings{Choice: cmp.Or(kept.Choice, mailDefault), Email: w.Contact.Email, Failed: kept.Failed}
		return err
	})
	return m, err
}

// ChooseMail keeps how the actor wants to be told.
func (s *Service) ChooseMail(ctx context.Context, a Actor, choice string) error {
	if !slices.Contains(MailChoices, choice) {
		return problems([]fault.Problem{{Field: "choice", Message: "Select how you want to be told"}})
	}
	return s.db.Plain(ctx, func(tx store.PlainTx) error {
		m, err := tx.Mail(ctx, a.Worker)
		if err != nil {
			return err
		}
		m.Choice = choice
		if choice == MailNone {
			m.Failed, m.Reason = 0, "" // nothing is to be sent that could fail
		}
		return tx.SaveMail(ctx, m)
	})
}

type mailed struct {
	Worker staff.ID `json:"worker"`
}

// AskForMail is the job of the round: it puts in the outbox a message to each worker who
// is to be told now. One that is on its way, or being tried again, is asked for once.
func (s *Service) AskForMail(ctx context.Context) error {
	return s.db.Plain(ctx, func(tx store.PlainTx) error {
		workers, err := tx.NewsFor(ctx)
		if err != nil {
			return err
		}
		for _, w := range workers {
			m, err := tx.Mail(ctx, w)
			if err != nil {
				return err
			}
			if !s.mailNow(m) {
				continue
			}
			payload, err := json.Marshal(mailed{w})
			if err != nil {
				return err
			}
			// The day, so that one that was put aside is tried again on the next.
			unique := fmt.Sprintf("%s:%s:%d:%s", MailWorker, w, m.Sent, s.Today())
			if err := tx.Enqueue(ctx, store.Job{Kind: MailWorker, Payload: payload, Unique: unique}); err != nil {
				return err
			}
		}
		return nil
	})
}

// mailNow reports whether a worker is to be told of what is new now.
func (s *Service) mailNow(m store.Mail) bool {
	now := date.At(s.now())
	switch cmp.Or(m.Choice, mailDefault) {
	case MailEach:
		return true
	case MailDaily:
		return now.Time().Hour() >= mailHour && (m.Sent.IsZero() || m.Sent.Date() != now.Date())
	}
	return false
}

// MailTo is the job of one worker. What came up until now is told; where nothing of it is
// theirs to see any more, nothing is. A failure is noted, for whoever looks after the
// program, and the job is tried again.
func (s *Service) MailTo(ctx context.Context, payload []byte, send SendNews, reason func(error) string) error {
	var job mailed
	if err := json.Unmarshal(payload, &job); err != nil {
		return fault.Wrap(fault.Invalid, "the payload is not that of a worker", err)
	}
	var m store.Mail
	var to string
	upTo := date.At(s.now())
	err := s.db.View(ctx, func(r store.Reader) (err error) {
		if m, err = r.Mail(ctx, job.Worker); err != nil {
			return err
		}
		news, err := s.news(ctx, r, job.Worker, m.Sent)
		if err != nil || !news || !s.mailNow(m) {
			return err
		}
		w, err := r.Worker(ctx, job.Worker)
		to = w.Contact.Email
		return err
	})
	if err != nil || to == "" {
		return err
	}
	failure := send(ctx, to)
	err = s.db.Plain(ctx, func(tx store.PlainTx) error {
		m, err := tx.Mail(ctx, job.Worker) // their choice may have changed meanwhile
		if err != nil {
			return err
		}
		if failure == nil {
			m.Sent, m.Failed, m.Reason = upTo, 0, ""
			return tx.SaveMail(ctx, m)
		}
		if m.Reason = reason(failure); m.Failed.IsZero() {
			m.Failed = upTo
		}
		return tx.SaveMail(ctx, m)
	})
	if failure != nil {
		err = errors.Join(fault.Wrap(fault.Unavailable, "", failure), err)
	}
	return err
}

// news reports whether something that a worker has not seen came after a moment, in any of
// the roles they hold: about a child whom they may find, or about another worker.
func (s *Service) news(ctx context.Context, r store.Reader, w staff.ID, since date.Instant) (bool, error) {
	roles, err := r.Assignments(ctx, w, s.Today())
	if err != nil {
		return false, err
	}
	now := date.At(s.now())
	for _, a := range roles {
		v, _, err := s.informed(ctx, r, Actor{Worker: w, As: a.ID})
		if err != nil {
			return false, err
		}
		sc := s.set().Access().Scope(v, access.Identity, access.Find, access.Shown)
		if news, err := r.NewsSince(ctx, w, sc, false, since, now); err != nil || news {
			return news, err
		}
	}
	if len(roles) == 0 { // they have left
		return false, nil
	}
	return r.NewsSince(ctx, w, access.Scope{}, true, since, now)
}

// A MailTrouble says whom telling by e-mail fails: how many, since when, and why last.
type MailTrouble struct {
	Workers int
	Since   date.Instant
	Reason  string
}

// MailTrouble is that, for whoever sees to workers of everybody; nothing for others.
func (s *Service) MailTrouble(ctx context.Context, role access.Role) (m MailTrouble, err error) {
	held := []access.Held{{Ground: access.Everyone}}
	if s.set().Access().Decide(access.Viewer{Role: role}, access.Staff, access.Look, held, date.At(s.now())).Outcome != access.Shown {
		return m, nil
	}
	err = s.db.View(ctx, func(r store.Reader) (err error) {
		m.Workers, m.Since, m.Reason, err = r.FailingMails(ctx)
		return err
	})
	return m, err
}
