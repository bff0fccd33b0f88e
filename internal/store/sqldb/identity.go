package sqldb

import (
	"context"

	"casefile/internal/auth"
	"casefile/internal/fault"
)

// Each of these is one transaction: a way in and the note of it stand together.

// AccountByIdentity finds the account of an identity.
func (s SignIn) AccountByIdentity(ctx context.Context, i auth.Identity) (a auth.Account, err error) {
	err = s.read(func(t *tx) error {
		a, err = one(ctx, t, "account", scanAccount, "SELECT "+accountColumns+` FROM account
			WHERE id = (SELECT account_id FROM account_identity WHERE issuer = $1 AND subject = $2)`, i.Issuer, i.Subject)
		return err
	})
	return a, err
}

// AddIdentified stores a new account with the identity it is for.
func (s SignIn) AddIdentified(ctx context.Context, a auth.Account, i auth.Identity) error {
	return s.together(ctx, func(t *tx) error {
		if err := addAccount(ctx, t, a); err != nil {
			return err
		}
		return addIdentity(ctx, t, a, i)
	})
}

// Link stores a changed account, an identity of it, and the note of that.
func (s SignIn) Link(ctx context.Context, a auth.Account, i auth.Identity, e auth.Event) error {
	return s.together(ctx, func(t *tx) error {
		if err := updateAccount(ctx, t, a); err != nil {
			return err
		}
		if err := addIdentity(ctx, t, a, i); err != nil {
			return err
		}
		return addEvent(ctx, t, e)
	})
}

// Unlink stores a changed account, takes every identity from it, and notes it.
func (s SignIn) Unlink(ctx context.Context, a auth.Account, e auth.Event) error {
	return s.together(ctx, func(t *tx) error {
		if err := updateAccount(ctx, t, a); err != nil {
			return err
		}
		n, err := t.exec(ctx, "DELETE FROM account_identity WHERE account_id = $1", string(a.ID))
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.NotFound, "This account is not linked to the identity provider.")
		}
		return addEvent(ctx, t, e)
	})
}

// UpdateNoted stores a changed account and the note of what was done.
func (s SignIn) UpdateNoted(ctx context.Context, a auth.Account, e auth.Event) error {
	return s.together(ctx, func(t *tx) error {
		if err := updateAccount(ctx, t, a); err != nil {
			return err
		}
		return addEvent(ctx, t, e)
	})
}

// SignInEvents lists the notes, the latest first.
func (s SignIn) SignInEvents(ctx context.Context, limit int) (list []auth.Event, err error) {
	err = s.read(func(t *tx) error {
		list, err = all(ctx, t, func(s scanner) (e auth.Event, err error) {
			return e, s.Scan(&e.ID, &e.At, &e.Account, &e.Worker, &e.Kind, &e.Reason)
		}, "SELECT id, at_us, account_id, worker_id, kind, reason FROM sign_in_event ORDER BY at_us DESC, id DESC LIMIT $1", limit)
		return err
	})
	return list, err
}

func (s SignIn) together(ctx context.Context, f func(*tx) error) error {
	return s.db.retry(ctx, func() error { return s.db.inTx(ctx, f) })
}

func addIdentity(ctx context.Context, t *tx, a auth.Account, i auth.Identity) error {
	_, err := t.exec(ctx, "INSERT INTO account_identity (issuer, subject, account_id, linked_us) VALUES ($1, $2, $3, $4)",
		i.Issuer, i.Subject, string(a.ID), a.Changed)
	return err
}

func addEvent(ctx context.Context, t *tx, e auth.Event) error {
	_, err := t.exec(ctx, "INSERT INTO sign_in_event (id, at_us, account_id, worker_id, kind, reason) VALUES ($1, $2, $3, $4, $5, $6)",
		e.ID, e.At, string(e.Account), e.Worker, string(e.Kind), e.Reason)
	return err
}
