package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/go-chi/httprate"
	"github.com/klauspost/compress/gzhttp"

	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/staff"
)

const (
	// maxBody is how many bytes a request may hold: a draft at its longest, of
	// letters that a form sends as twelve bytes each, and what is sent with it.
	maxBody = 12*entry.MaxDraft + 64<<10
	// maxTime is how long a request may take.
	maxTime = 20 * time.Second
	// signInPosts is how many times in signInWindow one network address may
	// press a button of the sign-in pages. The store counts the failures; this
	// keeps a flood from reaching it. Both are our own choice.
	signInPosts = 30
	// providerTrips is the same for the way to the provider and back. Nothing can
	// be guessed there, and a whole office may come from one address at nine.
	providerTrips = 300
	signInWindow  = time.Minute
)

// around wraps all routes once.
func (s *Server) around(mux http.Handler) http.Handler {
	h := s.catch(mux)
	h = s.noteRoute(h)
	h = s.readForm(h)
	h = s.compress(h)
	h = s.sameOrigin(h)
	h = bounded(h)
	h = s.observe(h)
	return s.headers(h)
}

// headers are on every answer.
func (s *Server) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()")
		if s.Secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// A seen is what the log says of a request. It has neither path nor query,
// which may name a child's file.
type seen struct {
	began  time.Time
	route  string
	status int
	worker staff.ID
}

type seenKey struct{}

func seenOf(ctx context.Context) *seen {
	if v, ok := ctx.Value(seenKey{}).(*seen); ok {
		return v
	}
	return &seen{}
}

// hushStep is what the time of an answer that gives nothing is rounded up to.
// It is our own choice: longer than such an answer nearly always takes, and
// shorter than anybody notices.
const hushStep = 10 * time.Millisecond

// hush waits until the time since the request began is a whole number of steps.
// The same statements are run for a file that is kept back and for one that is
// not there, and yet the database takes a little longer over rows that are than
// over rows that are not: without this, who asks often enough could tell.
func (v *seen) hush() {
	if v.began.IsZero() { // not observed: nobody is told how long it took
		return
	}
	took := time.Since(v.began)
	time.Sleep(took.Truncate(hushStep) + hushStep - took)
}

// observe writes one line for each request.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		v := &seen{began: began}
		next.ServeHTTP(&statusWriter{w, v, !strings.HasPrefix(r.URL.Path, "/static/")}, r.WithContext(context.WithValue(r.Context(), seenKey{}, v)))
		took := time.Since(began)
		if v.status == 0 {
			v.status = http.StatusOK
		}
		if s.Observe != nil {
			s.Observe(v.route, v.status, took)
		}
		level := slog.LevelInfo
		if v.route == "GET /static/" || v.route == "GET /healthz" || v.route == "GET /readyz" {
			level = slog.LevelDebug
		}
		s.Log.LogAttrs(r.Context(), level, "request",
			slog.String("route", v.route), slog.Int("status", v.status),
			slog.Float64("ms", float64(took.Microseconds())/1000), slog.Any("worker", v.worker))
	})
}

// noteRoute notes which route answered. The multiplexer writes it into the
// request it is given, which those further out do not have.
func (s *Server) noteRoute(mux http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { seenOf(r.Context()).route = r.Pattern }() // also when it panics
		mux.ServeHTTP(w, r)
	})
}

// statusWriter notes the status, and forbids keeping what is not static: that
// says itself how long it keeps.
type statusWriter struct {
	http.ResponseWriter
	seen    *seen
	private bool // nothing of it may be kept by anybody on the way
}

func (w *statusWriter) WriteHeader(status int) {
	if w.seen.status == 0 {
		w.seen.status = status
	}
	if w.private && (status == http.StatusNotFound || status == http.StatusUnprocessableEntity) {
		w.seen.hush()
	}
	if w.private {
		// The session's own line, which allows more, goes.
		w.Header().Set("Cache-Control", "no-store")
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write begins an answer whose status nobody set.
func (w *statusWriter) Write(b []byte) (int, error) {
	if w.seen.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController through.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// catch turns a panic into a page. What panicked is for the operator; the
// value may quote what somebody typed, so only its type is written.
func (s *Server) catch(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(v) // how net/http is told to drop a connection
			}
			s.Log.ErrorContext(r.Context(), "panic", "type", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
			if seenOf(r.Context()).status == 0 {
				s.showError(w, r, errPanic)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// bounded limits what one request may take.
func bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancelCause(r.Context())
		defer cancel(nil)
		// A timer and no deadline, because a deadline cannot be moved.
		b := &bounds{body: r.Body, ends: time.AfterFunc(maxTime, func() { cancel(context.DeadlineExceeded) })}
		defer b.ends.Stop()
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		next.ServeHTTP(w, r.WithContext(context.WithValue(ctx, boundsKey{}, b)))
	})
}

// bounds are those of one request.
type bounds struct {
	body io.ReadCloser // without its limit
	ends *time.Timer
}

type boundsKey struct{}

// allow gives a request more than others have, in a handler that needs it: who
// asks is known by then. Nothing of the body may have been read.
func allow(w http.ResponseWriter, r *http.Request, body int64, most time.Duration) error {
	b, ok := r.Context().Value(boundsKey{}).(*bounds)
	if !ok {
		return errors.New("a request that is not bounded")
	}
	b.ends.Reset(most)
	r.Body = http.MaxBytesReader(w, b.body, body)
	c, end := http.NewResponseController(w), time.Now().Add(most)
	for _, err := range []error{c.SetReadDeadline(end), c.SetWriteDeadline(end)} {
		if err != nil && !errors.Is(err, http.ErrNotSupported) { // tests have no connection
			return fmt.Errorf("give a request more time: %w", err)
		}
	}
	return nil
}

// readForm reads what a form sent before anything else can go wrong, so that
// whatever does, the page that says so still has what was typed. The cause of a
// failure is not passed on: it quotes what was sent.
func (s *Server) readForm(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := r.ParseForm()
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			s.showError(w, r, errTooLarge)
			return
		}
		if err != nil {
			s.showError(w, r, fault.New(fault.Invalid, "What your browser sent could not be read."))
			return
		}
		for _, values := range r.PostForm {
			for i, v := range values {
				values[i] = storable(v)
			}
		}
		next.ServeHTTP(w, r)
	})
}

// storable leaves out of a text what not every store can hold or compare:
// bytes that are no UTF-8, and NUL.
func storable(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

// sameOrigin refuses what a page of another site sends.
func (s *Server) sameOrigin(next http.Handler) http.Handler {
	p := http.NewCrossOriginProtection()
	p.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.showError(w, r, errCrossSite) }))
	return p.Handler(next)
}

// compress makes pages small. Their length is jittered, so that it does not
// tell what a page holds beside what an attacker put into it (BREACH). The
// stylesheet and scripts come compressed already.
func (s *Server) compress(next http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(
		gzhttp.RandomJitter(64, 1<<18, false), gzhttp.EnableZstd(false), gzhttp.CompressionLevel(1),
		gzhttp.ContentTypes([]string{"text/html"}),
	)
	if err != nil {
		panic(err) // the options are constants
	}
	return wrap(next)
}

// limitSignIn holds back an address that presses the buttons of the sign-in
// pages too often.
func (s *Server) limitSignIn(most int) func(http.Handler) http.Handler {
	return httprate.LimitBy(
		most, signInWindow,
		func(r *http.Request) (string, error) { return s.Proxies.Client(r).String(), nil },
		httprate.WithLimitHandler(func(w http.ResponseWriter, r *http.Request) {
			s.showError(w, r, fault.New(fault.TooMany, "There were too many attempts to sign in from your network address. Wait a minute, then try again."))
		}),
	)
}

// session gives the request its session.
func (s *Server) session(next http.Handler) http.Handler { return s.Sessions.Middleware(next) }

// answer runs a page, and shows its error.
func (s *Server) answer(do page) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := do(w, r); err != nil {
			s.showError(w, r, err)
		}
	})
}
