package sqldb

import (
	"context"
	"errors"

	"casefile/internal/auth"
	"casefile/internal/date"
	"casefile/internal/fault"
)

// SignIn keeps accounts, limits and sessions for package auth. It reaches no
// other table. Each call is one statement, but for those of identity.go.
type SignIn struct{ db *DB }

// SignIn is the database as package auth sees it.
func (db *DB) SignIn() SignIn { return SignIn{db} }

var (
	_ auth.Store        = SignIn{}
	_ auth.SessionStore = SignIn{}
)

// read reads with one statement, which sees one snapshot by itself: every
// request asks for its session and its account, and a transaction around each
// would be two more errands to the server.
func (s SignIn) read(f func(*tx) error) error {
	return s.db.fault(f(&tx{sql: s.db.read, d: &s.db.d}))
}

// change runs one statement and says how many rows it changed.
func (s SignIn) change(ctx context.Context, query string, a ...any) (n int64, err error) {
	err = s.db.retry(ctx, func() error {
		n, err = (&tx{sql: s.db.write, d: &s.db.d}).exec(ctx, query, a...)
		return err
	})
	return n, err
}

const accountColumns = "id, login, worker_id, password, code, must_change, disabled, epoch, version, changed_us, kind, seal"

func scanAccount(s scanner) (a auth.Account, err error) {
	return a, s.Scan(&a.ID, &a.Login, &a.Worker, &a.Password, &a.Code, &a.MustChange, &a.Disabled, &a.Epoch, &a.Version, &a.Changed, &a.Kind, &a.Seal)
}

func (s SignIn) account(ctx context.Context, where, value string) (a auth.Account, err error) {
	err = s.read(func(t *tx) error {
		a, err = one(ctx, t, "account", scanAccount, "SELECT "+accountColumns+" FROM account WHERE "+where+" = $1", value)
		return err
	})
	return a, err
}

// Account finds an account by its key.
func (s SignIn) Account(ctx context.Context, id auth.AccountID) (auth.Account, error) {
	return s.account(ctx, "id", string(id))
}

// AccountByLogin finds an account by its login.
func (s SignIn) AccountByLogin(ctx context.Context, login string) (auth.Account, error) {
	return s.account(ctx, "login", login)
}

// AddAccount stores a new account.
func (s SignIn) AddAccount(ctx context.Context, a auth.Account) error {
	return s.db.retry(ctx, func() error {
		return addAccount(ctx, &tx{sql: s.db.write, d: &s.db.d}, a)
	})
}

func addAccount(ctx context.Context, t *tx, a auth.Account) error {
	_, err := t.exec(ctx, "INSERT INTO account ("+accountColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $10, $11)",
		string(a.ID), a.Login, a.Worker, a.Password, a.Code, a.MustChange, a.Disabled, a.Epoch, a.Changed, string(a.Kind), a.Seal)
	return err
}

// UpdateAccount stores an account not changed since it was read.
func (s SignIn) UpdateAccount(ctx context.Context, a auth.Account) error {
	return s.db.retry(ctx, func() error {
		return updateAccount(ctx, &tx{sql: s.db.write, d: &s.db.d}, a)
	})
}

func updateAccount(ctx context.Context, t *tx, a auth.Account) error {
	n, err := t.exec(ctx, `
		UPDATE account SET login = $1, worker_id = $2, password = $3, code = $4, must_change = $5, disabled = $6,
			epoch = $7, changed_us = $8, kind = $9, seal = $10, version = version + 1
		WHERE id = $11 AND version = $12`,
		a.Login, a.Worker, a.Password, a.Code, a.MustChange, a.Disabled, a.Epoch, a.Changed, string(a.Kind), a.Seal, string(a.ID), a.Version)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "This account was changed by someone else.")
	}
	return err
}

// AcceptStep notes the time step of a code, once.
func (s SignIn) AcceptStep(ctx context.Context, id auth.AccountID, step int64) (bool, error) {
	n, err := s.change(ctx, "UPDATE account SET last_step = $1 WHERE id = $2 AND last_step < $1", step, string(id))
	return n == 1, err
}

// Limit finds the count under a key.
func (s SignIn) Limit(ctx context.Context, key string) (l auth.Limit, err error) {
	err = s.read(func(t *tx) error {
		l, err = one(ctx, t, "limit", func(s scanner) (l auth.Limit, err error) {
			return l, s.Scan(&l.Version, &l.Failures, &l.Earlier, &l.Since, &l.Until, &l.Keep)
		}, "SELECT version, failures, earlier, since_us, until_us, keep_us FROM sign_in_limit WHERE key = $1", key)
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		return err
	})
	return l, err
}

// SwapLimit stores a count not changed since it was read.
func (s SignIn) SwapLimit(ctx context.Context, key string, l auth.Limit) (bool, error) {
	query := `
		UPDATE sign_in_limit SET failures = $1, earlier = $2, since_us = $3, until_us = $4, keep_us = $5, version = version + 1
		WHERE key = $6 AND version = $7`
	if l.Version == 0 {
		query = `
		INSERT INTO sign_in_limit (failures, earlier, since_us, until_us, keep_us, key, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7 + 1)
		ON CONFLICT DO NOTHING`
	}
	n, err := s.change(ctx, query, l.Failures, l.Earlier, l.Since, l.Until, l.Keep, key, l.Version)
	return n == 1, err
}

// FindSession finds a session by the hash of its token.
func (s SignIn) FindSession(ctx context.Context, tokenHash string) (data []byte, end date.Instant, ok bool, err error) {
	err = s.read(func(t *tx) error {
		_, err := one(ctx, t, "session", func(row scanner) (struct{}, error) { return struct{}{}, row.Scan(&data, &end) },
			"SELECT data, end_us FROM session WHERE token_hash = $1", tokenHash)
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		ok = err == nil
		return err
	})
	return data, end, ok, err
}

// AddSession stores a session.
func (s SignIn) AddSession(ctx context.Context, tokenHash string, data []byte, end date.Instant) error {
	_, err := s.change(ctx, "INSERT INTO session (token_hash, data, end_us) VALUES ($1, $2, $3)", tokenHash, data, end)
	return err
}

// UpdateSession changes a session, if it is there; without data, its end alone.
func (s SignIn) UpdateSession(ctx context.Context, tokenHash string, data []byte, end date.Instant) error {
	if data == nil {
		_, err := s.change(ctx, "UPDATE session SET end_us = $1 WHERE token_hash = $2", end, tokenHash)
		return err
	}
	_, err := s.change(ctx, "UPDATE session SET data = $1, end_us = $2 WHERE token_hash = $3", data, end, tokenHash)
	return err
}

// DeleteSession removes a session, if it is there.
func (s SignIn) DeleteSession(ctx context.Context, tokenHash string) error {
	_, err := s.change(ctx, "DELETE FROM session WHERE token_hash = $1", tokenHash)
	return err
}

// Tidy removes sessions that have ended and limits that mean nothing now.
func (s SignIn) Tidy(ctx context.Context, now date.Instant) error {
	_, err1 := s.change(ctx, "DELETE FROM session WHERE end_us < $1", now)
	_, err2 := s.change(ctx, "DELETE FROM sign_in_limit WHERE keep_us < $1", now)
	return errors.Join(err1, err2)
}
