package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/a-h/templ"

	"casefile/internal/fault"
	"casefile/internal/web/frame"
)

// Errors of the pages themselves.
var (
	errNothing     = fault.New(fault.NotFound, "")
	errNotSignedIn = fault.New(fault.Unauthenticated, "Sign in first.")
	errNoRole      = fault.New(fault.Refused, "Your account holds no role today, so there is nothing it may open. Ask your manager.")
	errNoGroupRole = fault.New(fault.Refused, "Your account holds no role: none of the groups you are in gives one here. Ask your manager.")
	errNoPassword  = fault.New(fault.Refused, "Your account has no password here. You sign in with your work account, so change the password where you got that.")
	errCrossSite   = fault.New(fault.Refused, "This came from a page of another site, so it was not done. If you pressed a button on this system, go back, reload the page and try again.")
	errTooLarge    = fault.New(fault.Invalid, "What was sent is too large, so it was not taken.")
	errPanic       = errors.New("a handler panicked")
)

// render writes a page into memory first, so that a mistake in it is a clean
// error and not half a page.
func (s *Server) render(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	var b bytes.Buffer
	if err := c.Render(r.Context(), &b); err != nil {
		return fmt.Errorf("render a page: %w", err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the only failure is that nobody listens any more
	return nil
}

func writeJSON(w http.ResponseWriter, status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write an answer: %w", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(b) // as in render
	return nil
}

func statusOf(err error) int {
	if errors.Is(err, errTooLarge) {
		return http.StatusRequestEntityTooLarge
	}
	switch kindOf(err) {
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.Refused:
		return http.StatusForbidden
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.TooMany:
		return http.StatusTooManyRequests
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// showError answers with the page of an error. What is absent and what this
// visitor may not know of give the same page, letter for letter.
func (s *Server) showError(w http.ResponseWriter, r *http.Request, err error) {
	s.logError(r, err)
	if r.Header.Get("Accept") == "application/json" {
		if err := writeJSON(w, statusOf(err), struct{}{}); err != nil {
			s.logError(r, err)
		}
		return
	}
	status := statusOf(err)
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "60")
	}
	page := frame.Trouble(s.frame(r), troubleOf(err))
	if kept, ok := s.sealedWords(r, err); ok {
		page = kept
	} else if kept, ok := s.keptPage(r, err); ok {
		page = kept
	} else if kept, ok := s.keptWords(r, err); ok {
		page = kept
	}
	if renderErr := s.render(w, r, status, page); renderErr != nil {
		s.logError(r, renderErr)
		plain(w, http.StatusInternalServerError, "Something went wrong. Nothing that was saved is lost. Try again.")
	}
}

// logError writes what is the program's own mistake, or the machine's. The rest
// is the ordinary day of those who use it.
func (s *Server) logError(r *http.Request, err error) {
	level := slog.LevelDebug
	switch kindOf(err) {
	case fault.Internal:
		level = slog.LevelError
	case fault.Unavailable:
		level = slog.LevelWarn
	}
	s.Log.LogAttrs(r.Context(), level, "not answered", slog.String("kind", kindOf(err).String()), slog.Any("error", err))
}

// troubleOf says in words what happened, what became of what was saved, and
// what to do.
func troubleOf(err error) frame.TroublePage {
	said := ""
	if e, ok := asFault(err); ok {
		said = e.Message
	}
	switch kindOf(err) {
	case fault.NotFound:
		// The same words for every absence, whatever its cause.
		return frame.TroublePage{
			Title: "Page not found",
			Words: []string{
				"There is nothing here that you can open.",
				"If you typed the address or a reference, check it. If you followed a link, what it led to may be gone, or your role may not open it any more.",
			},
		}
	case fault.Invalid:
		return frame.TroublePage{Title: "This could not be taken", Words: []string{
			or(said, "Something in what was sent is not as it should be."),
			"Nothing was changed, and nothing that was saved is lost. Go back in your browser, shorten or correct it, and try again.",
		}}
	case fault.Conflict:
		return frame.TroublePage{Title: "Somebody changed this first", Words: []string{
			or(said, "This was changed since you opened it."),
			"Nothing was overwritten, and nothing that was saved is lost. Open the page again to see how it stands now.",
		}}
	case fault.Refused:
		return frame.TroublePage{Title: "You cannot do this", Words: []string{
			or(said, "Your role does not allow this."), "Nothing was changed, and nothing that was saved is lost.",
		}}
	case fault.Unauthenticated:
		return frame.TroublePage{Title: "Sign in first", Words: []string{
			or(said, "You are not signed in."), "Nothing that was saved is lost.",
		}, SignIn: true}
	case fault.TooMany:
		return frame.TroublePage{Title: "Too many attempts", Words: []string{
			or(said, "This was tried too often in a short time."),
			"Nothing is lost. Wait a little, then try again.",
		}}
	case fault.Unavailable:
		return frame.TroublePage{Title: "Not available just now", Words: []string{
			or(said, "The system is busy or cannot reach its records."),
			"Nothing that was saved is lost, and nothing was half done. Wait a minute, then try again.",
		}}
	default:
		return frame.TroublePage{Title: "Something went wrong", Words: []string{
			"This is a fault of the system and not of yours. It has been noted for those who look after it.",
			"Nothing that was saved is lost. Try again; if it happens again, tell your support desk what you were doing and the time.",
		}}
	}
}

// asFault finds the error that has words for the person at the screen.
func asFault(err error) (*fault.Error, bool) { return errors.AsType[*fault.Error](err) }

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// SessionFailed answers requests whose session could not be read or kept. It is
// for auth.SessionOptions, which are needed before there is a Server.
func SessionFailed(authority string, log *slog.Logger) func(http.ResponseWriter, *http.Request, error) {
	s := &Server{Options: Options{Authority: authority, Log: log}}
	return func(w http.ResponseWriter, r *http.Request, err error) {
		if fault.KindOf(err) == fault.Internal {
			err = fmt.Errorf("session: %w", err)
		}
		s.showError(w, r, err)
	}
}
