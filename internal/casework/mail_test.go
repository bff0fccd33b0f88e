package casework_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/jobs"
	"casefile/internal/mail"
	"casefile/internal/mail/mailtest"
	"casefile/internal/right"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// mails runs a round, and then the messages that it asked for, by a real server; it gives
// what the server took since the last.
func (d *desk) mails(t *testing.T, s *mailtest.Server) (taken int, failed error) {
	t.Helper()
	before := len(s.Received())
	server := mail.Server{Address: s.Address, From: "casefile@example.org", Timeout: 5 * time.Second}
	news := mail.News("Anyshire", "https://casefile.example.org/sign-in")
	d.must(t, d.AskForMail(t.Context()))
	queue, now := d.db.Queue(), date.At(d.db.Now.Time())
	for {
		j, ok, err := queue.Claim(t.Context(), []string{casework.MailWorker}, time.Minute, now)
		d.must(t, err)
		if !ok {
			return len(s.Received()) - before, failed
		}
		err = d.MailTo(t.Context(), j.Payload, func(ctx context.Context, to string) error { return server.Send(ctx, to, news) }, mail.ReasonOf)
		if err != nil {
			failed = errors.Join(failed, err)
			d.must(t, queue.Retry(t.Context(), j, now.Add(time.Minute), "unavailable"))
			continue
		}
		d.must(t, queue.Done(t.Context(), j))
	}
}

func (d *desk) reachable(t *testing.T, w staff.ID) {
	t.Helper()
	d.must(t, d.SaveContact(t.Context(), w, 1, staff.Contact{Email: "orla@example.org"}))
}

func (d *desk) tellAbout(t *testing.T, w staff.ID) {
	t.Helper()
	d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
		return tx.AddNotice(ctx, store.Notice{ID: id.New(), Worker: w, Person: d.child.ID, Kind: casework.TaskGiven, At: date.At(d.db.Now.Time())})
	})
}

// A message says that something is new and nothing else; how often is the worker's choice.
func TestWorkersAreToldByMail(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s := mailtest.New(t, false)
		w := d.adviser
		d.tellAbout(t, w.Worker)
		if n, err := d.mails(t, s); n != 0 || err != nil {
			t.Errorf("without an address: %d sent, %v", n, err)
		}
		d.reachable(t, w.Worker)
		// Once a day unless they chose otherwise, and not in the night.
		d.db.Now.Set(time.Date(2026, 3, 6, 6, 30, 0, 0, time.UTC))
		if n, _ := d.mails(t, s); n != 0 {
			t.Errorf("at half past six: %d sent", n)
		}
		d.db.Now.Set(time.Date(2026, 3, 6, 7, 30, 0, 0, time.UTC))
		if n, err := d.mails(t, s); n != 1 || err != nil {
			t.Fatalf("at half past seven: %d sent, %v", n, err)
		}
		text := s.Received()[0].Text
		for _, secret := range []string{"Ines", "Marlowe", string(d.child.ID), d.child.Reference.String(), "task", "Orla"} {
			if strings.Contains(text, secret) {
				t.Errorf("the message says %q:\n%s", secret, text)
			}
		}
		if !strings.Contains(text, "https://casefile.example.org/sign-in") {
			t.Errorf("the message does not say where to sign in:\n%s", text)
		}
		d.db.Now.Set(time.Date(2026, 3, 6, 12, 0, 0, 0, time.UTC))
		d.tellAbout(t, w.Worker)
		if n, _ := d.mails(t, s); n != 0 {
			t.Errorf("a second time on a day: %d sent", n)
		}
		wantBeside(t, "no such choice", d.ChooseMail(t.Context(), w, "hourly"), "choice", "Select")
		d.must(t, d.ChooseMail(t.Context(), w, casework.MailEach))
		if n, _ := d.mails(t, s); n != 1 {
			t.Errorf("when something comes up: %d sent", n)
		}
		if n, _ := d.mails(t, s); n != 0 {
			t.Errorf("when nothing does: %d sent", n)
		}
		d.must(t, d.ChooseMail(t.Context(), w, casework.MailNone))
		d.db.Now.Set(time.Date(2026, 3, 7, 12, 0, 0, 0, time.UTC))
		d.tellAbout(t, w.Worker)
		if n, _ := d.mails(t, s); n != 0 {
			t.Errorf("to who wants none: %d sent", n)
		}
	})
}

// Nobody is told that something happened on a file that is closed to them, nor when they
// have left.
func TestNobodyIsToldOfWhatIsNotTheirs(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s := mailtest.New(t, false)
		for _, a := range []casework.Actor{d.adviser, d.colleague} {
			d.reachable(t, a.Worker)
			d.must(t, d.ChooseMail(t.Context(), a, casework.MailEach))
			d.tellAbout(t, a.Worker)
		}
		d.must(t, d.EndWorker(t.Context(), "test", d.colleague.Worker))
		d.db.Now.Set(storetest.Start.AddDate(0, 0, 1))
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddRestriction(ctx, right.Restriction{ID: id.New(), Person: d.child.ID, Reason: "x", Clocks: storetest.Clocks(d.Today())})
		})
		if n, err := d.mails(t, s); n != 0 || err != nil {
			t.Errorf("%d sent, %v", n, err)
		}
	})
}

// What fails is tried again, asked for once, and seen by whoever looks after the program;
// neither the error nor the log names anybody.
func TestMailsThatFail(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s := mailtest.New(t, false)
		s.Refuse(true)
		d.reachable(t, d.adviser.Worker)
		d.must(t, d.ChooseMail(t.Context(), d.adviser, casework.MailEach))
		d.tellAbout(t, d.adviser.Worker)
		n, err := d.mails(t, s)
		if n != 0 || err == nil || strings.Contains(err.Error(), "orla") {
			t.Fatalf("%d sent, %v: want a failure that names nobody", n, err)
		}
		trouble, err := d.MailTrouble(t.Context(), "system-administrator")
		if err != nil || trouble.Workers != 1 || trouble.Reason != mail.Refused || trouble.Since.IsZero() {
			t.Errorf("the administrator sees %+v, %v", trouble, err)
		}
		if other, err := d.MailTrouble(t.Context(), "adviser"); err != nil || other != (casework.MailTrouble{}) {
			t.Errorf("an adviser sees %+v, %v", other, err)
		}
		if m, err := d.MailSettings(t.Context(), d.adviser); err != nil || m.Failed.IsZero() || m.Email != "orla@example.org" || m.Choice != casework.MailEach {
			t.Errorf("the worker sees %+v, %v", m, err)
		}
		if n, err := d.mails(t, s); n != 0 || err != nil {
			t.Errorf("before its time it is tried again: %d, %v", n, err)
		}
		s.Refuse(false)
		d.db.Now.Set(storetest.Start.Add(2 * time.Minute))
		if n, err := d.mails(t, s); n != 1 || err != nil {
			t.Errorf("tried again: %d sent, %v", n, err)
		}
		if trouble, err := d.MailTrouble(t.Context(), "system-administrator"); err != nil || trouble.Workers != 0 {
			t.Errorf("afterwards: %+v, %v", trouble, err)
		}
	})
}

// The runner logs what fails by its kind: here through the whole way, against a server that
// repeats the address it refuses.
func TestTheLogOfAMailNamesNobody(t *testing.T) {
	d := newDesk(t, storetest.SQLite(t))
	s := mailtest.New(t, false)
	s.Refuse(true)
	d.reachable(t, d.adviser.Worker)
	d.must(t, d.ChooseMail(t.Context(), d.adviser, casework.MailEach))
	d.tellAbout(t, d.adviser.Worker)
	var log bytes.Buffer
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r := jobs.NewRunner(jobs.Options{
		Queue: d.db.Queue(), Now: func() date.Instant { return date.At(d.db.Now.Time()) }, Random: func() float64 { return 0 },
		Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	server := mail.Server{Address: s.Address, From: "casefile@example.org", Timeout: 5 * time.Second}
	r.Handle(casework.MailWorker, func(ctx context.Context, j jobs.Job) error {
		defer cancel()
		return d.MailTo(ctx, j.Payload, func(ctx context.Context, to string) error {
			return server.Send(ctx, to, mail.News("Anyshire", "x"))
		}, mail.ReasonOf)
	})
	d.must(t, d.AskForMail(t.Context()))
	r.Run(ctx)
	words := log.String()
	if strings.Contains(words, "orla") || strings.Contains(words, "example.org") || words == "" {
		t.Errorf("the log:\n%s", words)
	}
}
