package auth

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/alexedwards/scs/v2"

	"casefile/internal/date"
)

// A SessionStore keeps sessions under a hash of their token, so that the table
// lets nobody in. A busy store answers Unavailable.
type SessionStore interface {
	// FindSession finds the data and the end of a session; ok is false where
	// there is no row. It may return rows that have ended.
	FindSession(ctx context.Context, tokenHash string) (data []byte, end date.Instant, ok bool, err error)
	// AddSession stores a new session.
	AddSession(ctx context.Context, tokenHash string, data []byte, end date.Instant) error
	// UpdateSession changes a session that is there; nil data stays as it is, since
	// another request may have changed it meanwhile. It does nothing, and that is
	// no error, where there is none: somebody signed out meanwhile.
	UpdateSession(ctx context.Context, tokenHash string, data []byte, end date.Instant) error
	// DeleteSession removes a session, if it is there.
	DeleteSession(ctx context.Context, tokenHash string) error
}

// SessionOptions are what Sessions need. All must be set but Secure.
type SessionOptions struct {
	Store    SessionStore
	Now      func() date.Instant // must agree with the machine's clock, which scs asks itself
	Idle     time.Duration       // how long a session lasts without a request
	Absolute time.Duration       // how long it lasts at most
	// Secure is for everything but plain HTTP on loopback: it gives the cookie
	// the __Host- name, which browsers take from this host over TLS only.
	Secure bool
	// Failed answers a request whose session could not be read or stored.
	Failed func(http.ResponseWriter, *http.Request, error)
}

// Sessions are the signed-in and half-signed-in states of browsers, kept on the
// server. They may be used by many goroutines at once.
//
// The end of a session in the store may be up to a minute earlier than its idle
// time says: a request that changes nothing else writes only when the end moves
// by more than that, so that looking at pages is not a write each.
type Sessions struct {
	m *scs.SessionManager
}

// idleStep is how far the idle end must move to be worth a write.
const idleStep = time.Minute

// NewSessions makes the sessions of one server.
func NewSessions(o SessionOptions) *Sessions {
	name := "casefile"
	if o.Secure {
		name = "__Host-casefile"
	}
	// Not scs.New: that starts a goroutine for a store in memory, which nobody
	// needs and nothing ends.
	return &Sessions{&scs.SessionManager{
		IdleTimeout:      o.Idle,
		Lifetime:         o.Absolute,
		Store:            &sessionRows{rows: o.Store, now: o.Now},
		Codec:            sessionCodec{},
		HashTokenInStore: true,
		ErrorFunc:        o.Failed,
		Cookie: scs.SessionCookie{
			Name:     name,
			Path:     "/",
			Secure:   o.Secure,
			HttpOnly: true,
			SameSite: http.SameSiteLaxMode,
			Persist:  false, // ends with the browser: machines are shared
		},
	}}
}

// Middleware gives each request its session. The other methods work only with
// the context of a request that came through it, and panic with others.
func (s *Sessions) Middleware(next http.Handler) http.Handler {
	load := s.m.LoadAndSave(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		load.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), foundKey{}, &found{})))
	})
}

// The names of what a session holds.
const (
	keyChallenge      = "challenge"
	keyChallengeEpoch = "challenge-epoch"
	keyChallengeGiven = "challenge-given"
	keyAccount        = "account"
	keyEpoch          = "epoch"
	keyActing         = "acting"
	keyTold           = "told"
	keyTrip           = "trip"
)

// Ask begins the half-signed-in state, in a session of a new token: whatever
// token the browser came with may have been planted there.
func (s *Sessions) Ask(ctx context.Context, c Challenge) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	s.m.Put(ctx, keyChallenge, string(c.Account))
	s.m.Put(ctx, keyChallengeEpoch, strconv.FormatInt(c.Epoch, 10))
	s.m.Put(ctx, keyChallengeGiven, strconv.FormatInt(int64(c.Given), 10))
	return nil
}

// Asked is the challenge of the session; ok is false when there is none.
func (s *Sessions) Asked(ctx context.Context) (c Challenge, ok bool) {
	epoch, epochErr := strconv.ParseInt(s.m.GetString(ctx, keyChallengeEpoch), 10, 64)
	given, givenErr := strconv.ParseInt(s.m.GetString(ctx, keyChallengeGiven), 10, 64)
	account := AccountID(s.m.GetString(ctx, keyChallenge))
	if account == "" || epochErr != nil || givenErr != nil {
		return Challenge{}, false
	}
	return Challenge{Account: account, Epoch: epoch, Given: date.Instant(given)}, true
}

// SignIn begins the signed-in state, again in a session of a new token. It is
// used after Code, and after SetPassword for the session it was done in.
func (s *Sessions) SignIn(ctx context.Context, a Account) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	s.m.Put(ctx, keyAccount, string(a.ID))
	s.m.Put(ctx, keyEpoch, strconv.FormatInt(a.Epoch, 10))
	return nil
}

// SignInFor is SignIn for a session that ends after most, whatever is done in it.
func (s *Sessions) SignInFor(ctx context.Context, a Account, most time.Duration) error {
	if err := s.SignIn(ctx, a); err != nil {
		return err
	}
	s.endBy(ctx, time.Now().Add(most)) // the clock that scs asks
	return nil
}

// endBy brings the end of a session forward, never back.
func (s *Sessions) endBy(ctx context.Context, end time.Time) {
	if end.Before(s.m.Deadline(ctx)) {
		s.m.SetDeadline(ctx, end.UTC())
	}
}

// Leave begins the state of a browser that is at the identity provider, in a
// session of a new token: trip is what its answer will be held against. It is
// forgotten after most.
func (s *Sessions) Leave(ctx context.Context, trip string, most time.Duration) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	s.m.Put(ctx, keyTrip, trip)
	s.endBy(ctx, time.Now().Add(most))
	return nil
}

// Back is the trip that Leave left, once: an answer has one try. It is empty
// where there is none.
func (s *Sessions) Back(ctx context.Context) (trip string) { return s.m.PopString(ctx, keyTrip) }

// begin empties the session and gives it a new token. The old row is deleted.
func (s *Sessions) begin(ctx context.Context) error {
	if err := s.m.Clear(ctx); err != nil {
		return fmt.Errorf("empty a session: %w", err)
	}
	if err := s.m.RenewToken(ctx); err != nil {
		return fmt.Errorf("begin a session: %w", err)
	}
	return nil
}

// Ticket is what the session is signed in with; ok is false when it is not.
// Only Service.Current knows whether it still counts.
func (s *Sessions) Ticket(ctx context.Context) (t Ticket, ok bool) {
	epoch, err := strconv.ParseInt(s.m.GetString(ctx, keyEpoch), 10, 64)
	account := AccountID(s.m.GetString(ctx, keyAccount))
	if account == "" || err != nil {
		return Ticket{}, false
	}
	return Ticket{Account: account, Epoch: epoch}, true
}

// ActAs notes which of their roles a worker chose to act in. It is a choice and
// no right: whoever reads it checks that the worker holds the role.
func (s *Sessions) ActAs(ctx context.Context, assignment string) {
	s.m.Put(ctx, keyActing, assignment)
}

// ActingAs is what ActAs noted; empty when nothing was chosen.
func (s *Sessions) ActingAs(ctx context.Context) string { return s.m.GetString(ctx, keyActing) }

// Tell leaves a short word for the next page that asks with Told, such as what
// has just been done. It must not be about a person.
func (s *Sessions) Tell(ctx context.Context, word string) { s.m.Put(ctx, keyTold, word) }

// Told is the word that Tell left; it is told once.
func (s *Sessions) Told(ctx context.Context) string { return s.m.PopString(ctx, keyTold) }

// SignOut ends the session on the server and in the browser.
func (s *Sessions) SignOut(ctx context.Context) error {
	if err := s.m.Destroy(ctx); err != nil {
		return fmt.Errorf("end a session: %w", err)
	}
	return nil
}

// found is the row that a request's session was read from.
type found struct {
	token string
	data  []byte
	end   date.Instant
}

type foundKey struct{}

// sessionRows is the scs store over a SessionStore. The tokens it is given are
// hashes already.
type sessionRows struct {
	rows SessionStore
	now  func() date.Instant
}

// FindCtx finds a session that has not ended, and notes in the request what it
// looked like.
func (r *sessionRows) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	data, end, ok, err := r.rows.FindSession(ctx, token)
	if err != nil || !ok || end <= r.now() {
		return nil, false, err
	}
	if f, ok := ctx.Value(foundKey{}).(*found); ok {
		*f = found{token, data, end}
	}
	return data, true, nil
}

// CommitCtx stores a session, unless it is as it was found and its end hardly
// moved. A session that was found is never made anew: it may have been ended by
// another request meanwhile, and must stay ended.
func (r *sessionRows) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	end := date.At(expiry)
	f, ok := ctx.Value(foundKey{}).(*found)
	if !ok || f.token != token {
		return r.rows.AddSession(ctx, token, data, end)
	}
	if bytes.Equal(f.data, data) {
		if moved := end.Sub(f.end); moved >= 0 && moved < idleStep {
			return nil
		}
		data = nil
	}
	return r.rows.UpdateSession(ctx, token, data, end)
}

// DeleteCtx ends a session.
func (r *sessionRows) DeleteCtx(ctx context.Context, token string) error {
	return r.rows.DeleteSession(ctx, token)
}

// The methods without a context are never called, because scs prefers those
// with one, but its interface has them.

func (r *sessionRows) Find(token string) ([]byte, bool, error) {
	return r.FindCtx(context.Background(), token)
}

func (r *sessionRows) Commit(token string, b []byte, expiry time.Time) error {
	return r.CommitCtx(context.Background(), token, b, expiry)
}

func (r *sessionRows) Delete(token string) error {
	return r.DeleteCtx(context.Background(), token)
}

// sessionCodec writes sessions as JSON: equal sessions give equal bytes, which
// gob does not promise for maps, and reading one makes nothing but text.
type sessionCodec struct{}

type sessionData struct {
	Deadline time.Time         `json:"deadline"`
	Values   map[string]string `json:"values"`
}

func (sessionCodec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	d := sessionData{Deadline: deadline, Values: make(map[string]string, len(values))}
	for k, v := range values {
		text, ok := v.(string)
		if !ok {
			return nil, fmt.Errorf("a session holds text only, and %q is a %T", k, v)
		}
		d.Values[k] = text
	}
	return json.Marshal(d)
}

func (sessionCodec) Decode(b []byte) (time.Time, map[string]any, error) {
	var d sessionData
	if err := json.Unmarshal(b, &d); err != nil {
		return time.Time{}, nil, fmt.Errorf("read a session: %w", err)
	}
	values := make(map[string]any, len(d.Values))
	for k, v := range d.Values {
		values[k] = v
	}
	return d.Deadline, values, nil
}
