// Package web serves the pages. A page reads the request, asks casework once
// and answers; it decides nothing. routes.go lists every address.
package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"casefile/internal/auth"
	"casefile/internal/casework"
	"casefile/internal/config"
	"casefile/internal/fault"
	"casefile/internal/oidc"
)

// Options are what a Server needs. All must be set but Secure, Metrics, Observe,
// Demo, Provider and NoPasswords.
type Options struct {
	Casework  *casework.Service
	Auth      *auth.Service
	Sessions  *auth.Sessions
	Authority string // whose system it is, at the top of every page
	Proxies   config.Proxies
	// Secure is whether browsers reach us over TLS. It must be what the
	// sessions were made with.
	Secure bool
	Log    *slog.Logger
	// Ready reports whether the database answers.
	Ready func(context.Context) error
	// Metrics is served by Operations, never by Handler.
	Metrics http.Handler
	// Observe is told of every request answered. Route is the pattern of the
	// address and never the address.
	Observe func(route string, status int, took time.Duration)
	// Mails says that there is a server by which workers are told by e-mail.
	Mails bool
	// Demo is set on databases of invented people only. Without it there is no
	// door but a password and a code.
	Demo *Demo
	// Provider is whom people sign in by; nil for nobody.
	Provider *Provider
	// NoPasswords leaves the provider, and the sealed account, as the only ways in.
	// Auth must then be without local accounts too.
	NoPasswords bool
}

// Provider is the authority's identity provider.
type Provider struct {
	OIDC  *oidc.Provider
	Label string // what the button says after "Sign in with"
}

// Demo is the door through which anybody on this machine signs in as an
// invented worker.
type Demo struct {
	Workers []DemoWorker
	// SignIn gives the account of the worker with that key; NotFound when
	// there is none.
	SignIn func(ctx context.Context, key string) (auth.Account, error)
}

// A DemoWorker is one of the invented workers. About is a sentence on what to
// try as them. Service is what theirs is called; empty for none.
type DemoWorker struct {
	Key     string
	Name    string
	Role    string
	Team    string
	Service string
	About   string
}

// A Server serves the pages. Any number of goroutines may use it.
type Server struct {
	Options
	handler    http.Handler
	operations http.Handler
	forms      map[string]bool // the routes whose forms are kept, by their patterns
}

// New makes a server. It panics when two routes contradict each other, which a
// test would have shown.
func New(o Options) *Server {
	s := &Server{Options: o}
	s.forms = formsOf(s.routes())
	s.handler = s.around(s.mux())
	ops := http.NewServeMux()
	ops.HandleFunc("GET /healthz", s.healthz)
	ops.HandleFunc("GET /readyz", s.readyz)
	if o.Metrics != nil {
		ops.Handle("GET /metrics", o.Metrics)
	}
	s.operations = ops
	return s
}

// Handler serves everybody.
func (s *Server) Handler() http.Handler { return s.handler }

// Operations serves those who run the program, on a listener of its own:
// /metrics, /healthz and /readyz.
func (s *Server) Operations() http.Handler { return s.operations }

// healthz answers as long as the process can.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "alive") }

// readyz answers whether requests can be served.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if err := s.Ready(ctx); err != nil {
		s.Log.WarnContext(ctx, "not ready", "error", err)
		plain(w, http.StatusServiceUnavailable, "the database does not answer")
		return
	}
	plain(w, http.StatusOK, "ready")
}

func plain(w http.ResponseWriter, status int, line string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(line + "\n")) // the only failure is that nobody listens any more
}

// kindOf is the kind of an error as pages see it: running out of time, or of
// somebody to answer, is no fault of the program's.
func kindOf(err error) fault.Kind {
	k := fault.KindOf(err)
	if k == fault.Internal && (errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)) {
		return fault.Unavailable
	}
	return k
}
