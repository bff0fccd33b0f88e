package auth_test

import (
	"context"
	"slices"
	"sync"

	"casefile/internal/auth"
	"casefile/internal/date"
	"casefile/internal/fault"
)

// fakeStore keeps accounts, limits and sessions in memory, as the contract says
// and no better, and notes what it was asked for.
type fakeStore struct {
	mu       sync.Mutex
	accounts map[auth.AccountID]auth.Account
	steps    map[auth.AccountID]int64
	limits   map[string]auth.Limit
	sessions map[string]row
	known    map[auth.Identity]auth.AccountID
	events   []auth.Event
	asked    []string
	writes   int // to sessions
	fail     error
}

type row struct {
	data []byte
	end  date.Instant
}

func newStore() *fakeStore {
	return &fakeStore{
		accounts: map[auth.AccountID]auth.Account{}, steps: map[auth.AccountID]int64{},
		limits: map[string]auth.Limit{}, sessions: map[string]row{},
		known: map[auth.Identity]auth.AccountID{},
	}
}

func (s *fakeStore) enter(what string) func() {
	s.mu.Lock()
	s.asked = append(s.asked, what)
	return s.mu.Unlock
}

// took is what was asked since the last time.
func (s *fakeStore) took() []string {
	defer s.enter("took")()
	asked := s.asked[:len(s.asked)-1]
	s.asked = nil
	return asked
}

func (s *fakeStore) Account(_ context.Context, id auth.AccountID) (auth.Account, error) {
	defer s.enter("Account")()
	a, ok := s.accounts[id]
	if !ok {
		return auth.Account{}, fault.New(fault.NotFound, "No such account.")
	}
	return a, s.fail
}

func (s *fakeStore) AccountByLogin(_ context.Context, login string) (auth.Account, error) {
	defer s.enter("AccountByLogin")()
	for _, a := range s.accounts {
		if a.Login == login {
			return a, s.fail
		}
	}
	return auth.Account{}, fault.New(fault.NotFound, "No such account.")
}

func (s *fakeStore) AddAccount(_ context.Context, a auth.Account) error {
	defer s.enter("AddAccount")()
	for _, o := range s.accounts {
		if o.Login == a.Login {
			return fault.New(fault.Conflict, "The name is in use.")
		}
	}
	s.accounts[a.ID] = a
	return nil
}

func (s *fakeStore) UpdateAccount(_ context.Context, a auth.Account) error {
	defer s.enter("UpdateAccount")()
	if s.accounts[a.ID].Version != a.Version {
		return fault.New(fault.Conflict, "The account has changed.")
	}
	a.Version++
	s.accounts[a.ID] = a
	return nil
}

func (s *fakeStore) AcceptStep(_ context.Context, id auth.AccountID, step int64) (bool, error) {
	defer s.enter("AcceptStep")()
	if step <= s.steps[id] {
		return false, nil
	}
	s.steps[id] = step
	return true, nil
}

func (s *fakeStore) Limit(_ context.Context, key string) (auth.Limit, error) {
	defer s.enter("Limit")()
	return s.limits[key], s.fail
}

func (s *fakeStore) SwapLimit(_ context.Context, key string, l auth.Limit) (bool, error) {
	defer s.enter("SwapLimit")()
	if s.limits[key].Version != l.Version {
		return false, nil
	}
	l.Version++
	s.limits[key] = l
	return true, nil
}

func (s *fakeStore) FindSession(_ context.Context, token string) ([]byte, date.Instant, bool, error) {
	defer s.enter("FindSession")()
	r, ok := s.sessions[token]
	return slices.Clone(r.data), r.end, ok, s.fail
}

func (s *fakeStore) AddSession(_ context.Context, token string, data []byte, end date.Instant) error {
	defer s.enter("AddSession")()
	s.writes++
	s.sessions[token] = row{slices.Clone(data), end}
	return s.fail
}

func (s *fakeStore) UpdateSession(_ context.Context, token string, data []byte, end date.Instant) error {
	defer s.enter("UpdateSession")()
	s.writes++
	if r, ok := s.sessions[token]; ok {
		if data == nil {
			data = r.data
		}
		s.sessions[token] = row{slices.Clone(data), end}
	}
	return s.fail
}

func (s *fakeStore) DeleteSession(_ context.Context, token string) error {
	defer s.enter("DeleteSession")()
	delete(s.sessions, token)
	return s.fail
}

func (s *fakeStore) AccountByIdentity(_ context.Context, i auth.Identity) (auth.Account, error) {
	defer s.enter("AccountByIdentity")()
	a, ok := s.accounts[s.known[i]]
	if !ok {
		return auth.Account{}, fault.New(fault.NotFound, "No such account.")
	}
	return a, s.fail
}

func (s *fakeStore) AddIdentified(ctx context.Context, a auth.Account, i auth.Identity) error {
	if s.has(i) {
		return fault.New(fault.Conflict, "The identity is taken.")
	}
	if err := s.AddAccount(ctx, a); err != nil {
		return err
	}
	defer s.enter("AddIdentified")()
	s.known[i] = a.ID
	return nil
}

func (s *fakeStore) has(i auth.Identity) bool {
	defer s.enter("has")()
	return s.known[i] != ""
}

func (s *fakeStore) Link(ctx context.Context, a auth.Account, i auth.Identity, e auth.Event) error {
	if s.has(i) {
		return fault.New(fault.Conflict, "The identity is taken.")
	}
	if err := s.UpdateNoted(ctx, a, e); err != nil {
		return err
	}
	defer s.enter("Link")()
	s.known[i] = a.ID
	return nil
}

func (s *fakeStore) Unlink(ctx context.Context, a auth.Account, e auth.Event) error {
	if err := s.UpdateNoted(ctx, a, e); err != nil {
		return err
	}
	defer s.enter("Unlink")()
	for i, id := range s.known {
		if id == a.ID {
			delete(s.known, i)
		}
	}
	return nil
}

func (s *fakeStore) UpdateNoted(ctx context.Context, a auth.Account, e auth.Event) error {
	if err := s.UpdateAccount(ctx, a); err != nil {
		return err
	}
	defer s.enter("UpdateNoted")()
	s.events = append(s.events, e)
	return nil
}

func (s *fakeStore) SignInEvents(_ context.Context, limit int) ([]auth.Event, error) {
	defer s.enter("SignInEvents")()
	return s.events[max(0, len(s.events)-limit):], s.fail
}
