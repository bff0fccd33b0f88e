package auth_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"casefile/internal/auth"
	"casefile/internal/date"
	"casefile/internal/fault"
)

const (
	idle     = 30 * time.Minute
	absolute = 12 * time.Hour
)

// browser is one browser at one server. It sends back the cookie it was given.
type browser struct {
	t        *testing.T
	store    *fakeStore
	sessions *auth.Sessions
	cookie   *http.Cookie
	status   int
}

func newBrowser(t *testing.T, store *fakeStore, secure bool) *browser {
	b := &browser{t: t, store: store}
	b.sessions = auth.NewSessions(auth.SessionOptions{
		Store: store, Now: func() date.Instant { return date.At(time.Now()) },
		Idle: idle, Absolute: absolute, Secure: secure,
		Failed: func(w http.ResponseWriter, _ *http.Request, err error) {
			http.Error(w, fault.KindOf(err).String(), http.StatusServiceUnavailable)
		},
	})
	return b
}

// get makes one request, in which do runs.
func (b *browser) get(do func(ctx context.Context, s *auth.Sessions)) {
	b.t.Helper()
	r := httptest.NewRequest("GET", "/", nil)
	if b.cookie != nil {
		r.AddCookie(b.cookie)
	}
	w := httptest.NewRecorder()
	b.sessions.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		do(r.Context(), b.sessions)
	})).ServeHTTP(w, r)
	b.status = w.Code
	for _, c := range w.Result().Cookies() {
		b.cookie = c
		if c.MaxAge < 0 {
			b.cookie = nil
		}
	}
}

func (b *browser) signIn(a auth.Account) {
	b.t.Helper()
	b.get(func(ctx context.Context, s *auth.Sessions) {
		if err := s.SignIn(ctx, a); err != nil {
			b.t.Error(err)
		}
	})
}

func (b *browser) signedIn() (in bool) {
	b.t.Helper()
	b.get(func(ctx context.Context, s *auth.Sessions) { _, in = s.Ticket(ctx) })
	return in
}

var ann = auth.Account{ID: "a1", Epoch: 7}

func TestSessionFromPasswordToSignOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBrowser(t, newStore(), true)
		b.get(func(context.Context, *auth.Sessions) {})
		if b.cookie != nil || b.store.writes != 0 {
			t.Error("a visitor gets a session that nobody needs")
		}
		want := auth.Challenge{Account: "a1", Epoch: 7, Given: 42}
		b.get(func(ctx context.Context, s *auth.Sessions) {
			if err := s.Ask(ctx, want); err != nil {
				t.Error(err)
			}
		})
		b.get(func(ctx context.Context, s *auth.Sessions) {
			if got, ok := s.Asked(ctx); !ok || got != want {
				t.Errorf("challenge %+v, %v; want %+v", got, ok, want)
			}
			if _, ok := s.Ticket(ctx); ok {
				t.Error("half signed in counts as signed in")
			}
		})
		b.signIn(ann)
		b.get(func(ctx context.Context, s *auth.Sessions) {
			if got, ok := s.Ticket(ctx); !ok || got != (auth.Ticket{Account: "a1", Epoch: 7}) {
				t.Errorf("ticket %+v, %v", got, ok)
			}
			if _, ok := s.Asked(ctx); ok {
				t.Error("the challenge is still there after signing in")
			}
		})
		used := b.cookie
		b.get(func(ctx context.Context, s *auth.Sessions) {
			if err := s.SignOut(ctx); err != nil {
				t.Error(err)
			}
		})
		if b.cookie != nil || len(b.store.sessions) != 0 {
			t.Errorf("after signing out: cookie %v, %d rows", b.cookie, len(b.store.sessions))
		}
		b.cookie = used
		if b.signedIn() {
			t.Error("the old cookie still works after signing out")
		}
	})
}

func TestCookie(t *testing.T) {
	for _, secure := range []bool{true, false} {
		b := newBrowser(t, newStore(), secure)
		b.signIn(ann)
		c := b.cookie
		name := "casefile"
		if secure {
			name = "__Host-casefile"
		}
		if c.Name != name || c.Secure != secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 0 {
			t.Errorf("secure %v: cookie %s", secure, c)
		}
		for token := range b.store.sessions {
			if strings.Contains(token, c.Value) || token == "" {
				t.Error("the store has the token itself")
			}
		}
	}
}

// A token planted in the browser is not the one that is signed in, at either step.
func TestTokenChangesAtSignIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBrowser(t, newStore(), true)
		seen := map[string]bool{"planted": true}
		b.cookie = &http.Cookie{Name: "__Host-casefile", Value: "planted"}
		step := func(do func(ctx context.Context, s *auth.Sessions) error) {
			t.Helper()
			before := b.cookie
			b.get(func(ctx context.Context, s *auth.Sessions) {
				if err := do(ctx, s); err != nil {
					t.Error(err)
				}
			})
			if b.cookie == nil || seen[b.cookie.Value] {
				t.Fatalf("the token did not change: %v", b.cookie)
			}
			seen[b.cookie.Value] = true
			after := b.cookie
			b.cookie = before
			if b.signedIn() {
				t.Error("the token from before is signed in")
			}
			b.cookie = after
		}
		step(func(ctx context.Context, s *auth.Sessions) error { return s.Ask(ctx, auth.Challenge{Account: "a1"}) })
		step(func(ctx context.Context, s *auth.Sessions) error { return s.SignIn(ctx, ann) })
		if !b.signedIn() || len(b.store.sessions) != 1 {
			t.Errorf("signed in with the new token: want one row, have %d", len(b.store.sessions))
		}
	})
}

func TestSessionEndsWhenIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBrowser(t, newStore(), true)
		b.signIn(ann)
		for range 5 {
			time.Sleep(idle - 2*time.Minute)
			if !b.signedIn() {
				t.Fatal("ended although it was used")
			}
		}
		time.Sleep(idle)
		if b.signedIn() {
			t.Error("an idle session goes on")
		}
	})
}

func TestSessionEndsAfterItsLongestTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBrowser(t, newStore(), true)
		b.signIn(ann)
		begun := time.Now()
		for time.Since(begun) < absolute-10*time.Minute {
			time.Sleep(10 * time.Minute)
			if !b.signedIn() && time.Since(begun) < absolute {
				t.Fatalf("ended after %v", time.Since(begun))
			}
		}
		time.Sleep(10 * time.Minute)
		if b.signedIn() {
			t.Errorf("goes on after %v of use", time.Since(begun))
		}
	})
}

func TestLookingDoesNotWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBrowser(t, newStore(), true)
		b.signIn(ann)
		b.get(func(ctx context.Context, s *auth.Sessions) {
			if err := s.SignIn(ctx, ann); err != nil {
				t.Error(err)
			}
		})
		writes := b.store.writes
		for range 50 {
			time.Sleep(time.Second)
			b.signedIn()
		}
		if got := b.store.writes - writes; got != 0 {
			t.Errorf("50 looks within a minute: %d writes, want 0", got)
		}
		time.Sleep(20 * time.Second)
		b.signedIn()
		if got := b.store.writes - writes; got != 1 {
			t.Errorf("a look after more than a minute: %d writes, want 1", got)
		}
	})
}

// A slow request that began before signing out does not bring the session back.
func TestSignedOutStaysOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBrowser(t, newStore(), true)
		b.signIn(ann)
		other := *b
		time.Sleep(5 * time.Minute) // so that the slow request would write
		b.get(func(context.Context, *auth.Sessions) {
			other.get(func(ctx context.Context, s *auth.Sessions) {
				if err := s.SignOut(ctx); err != nil {
					t.Error(err)
				}
			})
		})
		if b.signedIn() {
			t.Error("a request that was under way brought the session back")
		}
	})
}

func TestSessionStoreFails(t *testing.T) {
	b := newBrowser(t, newStore(), true)
	b.signIn(ann)
	b.store.fail = errors.New("disk")
	called := false
	b.get(func(context.Context, *auth.Sessions) { called = true })
	if called || b.status != http.StatusServiceUnavailable {
		t.Errorf("a session that cannot be read: handler called %v, status %d", called, b.status)
	}
}

// Two requests of one browser at once: what one of them chose stands, whichever
// ends last.
func TestAChoiceIsNotUndoneByAnotherRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBrowser(t, newStore(), true)
		b.get(func(ctx context.Context, s *auth.Sessions) {
			if err := s.SignIn(ctx, auth.Account{ID: "a"}); err != nil {
				t.Error(err)
			}
			s.ActAs(ctx, "one")
		})
		time.Sleep(5 * time.Minute)
		b.get(func(context.Context, *auth.Sessions) { // a page that saves by itself, slowly
			b.get(func(ctx context.Context, s *auth.Sessions) { s.ActAs(ctx, "two") })
		})
		b.get(func(ctx context.Context, s *auth.Sessions) {
			if got := s.ActingAs(ctx); got != "two" {
				t.Errorf("acts as %q, want two", got)
			}
		})
	})
}
