package web

import (
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/media"
	"casefile/internal/staff"
	"casefile/internal/web/documents"
	"casefile/internal/web/reason"
)

// keeps reports whether a route takes a form whose words come back when it could
// not be taken: every form of those who are signed in. Passwords come back to
// nobody.
func (s *Server) keeps(r *http.Request) bool {
	return r.Method == http.MethodPost && s.forms[r.Pattern]
}

// typedInto reports whether a request has something typed that would be lost if
// it led elsewhere.
func (s *Server) typedInto(r *http.Request) bool {
	if !s.keeps(r) || r.Header.Get("Accept") == "application/json" {
		return false
	}
	heardOut(r)
	return r.PathValue("draft") != "" || len(r.PostForm) > 0
}

// formsOf are the patterns of the routes whose forms are kept.
func formsOf(rs []route) map[string]bool {
	forms := map[string]bool{}
	for _, rt := range rs {
		if rt.door == signedIn && strings.HasPrefix(rt.pattern, "POST ") {
			forms[rt.pattern] = true
		}
	}
	return forms
}

// labels are those of the fields into which something is written, so that what
// was typed can be read on a page that is not the form.
var labels = []struct{ name, label string }{
	{"q", "What you were looking for"},
	{"words", "What you wrote"},
	{"who", "Who"},
	{"given", "Given names"},
	{"family", "Family name"},
	{"known-as", "Known as"},
	{"postcode", "Postcode"},
	{"line1", "Address line 1"},
	{"line2", "Address line 2"},
	{"town", "Town or city"},
	{"phone", "Telephone"},
	{"phone2", "Another telephone"},
	{"email", "Email"},
	{"agency", "Agency"},
	{"name", "Name"},
	{"job", "Job"},
	{"base", "Where you are based"},
	{"mobile", "Mobile"},
	{media.FieldTitle, "Title"},
	{"value", "Number or address"},
	{"statement", "What is known"},
	{"note", "Note"},
	{"text", "What you wrote"},
	{"done", "What was done"},
	{"reason", "Why"},
	{"why", "Why"},
	{"late-reason", "Why it is late"},
	{"basis", "How you know"},
	{"paper", "Where the paper file is"},
	{"nature", "How you know them"},
	{"references", "References of the files"},
	{"reference", "Reference of the file"},
}

// wordsTyped are the texts that such a form sent, each with its label. Choices
// and days are sent again with them, and are not shown.
func (s *Server) wordsTyped(r *http.Request) []reason.Typed {
	if !s.keeps(r) {
		return nil
	}
	var list []reason.Typed
	shown := map[string]bool{}
	add := func(name, label string) {
		if v := r.PostForm.Get(name); strings.TrimSpace(v) != "" && !id.Valid(v) && !shown[name] { // a key is no words
			list = append(list, reason.Typed{Name: name, Label: label, Value: v})
			shown[name] = true
		}
	}
	for _, p := range s.Casework.Purposes().List {
		for _, when := range []string{access.FirstAsk, access.LaterAsk} {
			for _, q := range casework.Asked(p, when) {
				add(casework.AnswerField(p, q), q.Title)
			}
		}
	}
	for _, l := range labels {
		add(l.name, l.label)
	}
	for _, name := range slices.Sorted(maps.Keys(r.PostForm)) {
		if label, ok := documents.Typed(name); ok {
			add(name, label)
		}
		if strings.Contains(strings.TrimSpace(r.PostForm.Get(name)), " ") { // the value of a choice has no spaces
			add(name, "What you wrote")
		}
	}
	return list
}

var (
	errRoleFirst     = fault.New(fault.Unauthenticated, "You are signed in, and have not chosen the role you are working in.")
	errPasswordFirst = fault.New(fault.Unauthenticated, "You are signed in, and have to choose a password of your own first.")
)

// firstOf is what has to be done in another tab before a form is sent again.
func firstOf(err error) (first reason.First) {
	switch {
	case errors.Is(err, errRoleFirst):
		return reason.First{Href: "/role", Words: "Choose your role in a new tab"}
	case errors.Is(err, errPasswordFirst):
		return reason.First{Href: "/password", Words: "Choose your password in a new tab"}
	case kindOf(err) == fault.Unauthenticated:
		return reason.First{Href: "/sign-in", Words: "Sign in again in a new tab"}
	}
	return first
}

// keptWords is the page of an error that came in the way of what somebody typed
// into such a form: it holds the words, and all else that was sent, to
// send again. Only what this very request brought is on it, and nothing of it is
// kept here, so that nobody else can come by it.
func (s *Server) keptWords(r *http.Request, err error) (templ.Component, bool) {
	if !s.keeps(r) || errors.Is(err, errCrossSite) || kindOf(err) == fault.Invalid {
		return nil, false
	}
	typed, first := s.wordsTyped(r), firstOf(err)
	if len(typed) == 0 && (first.Href == "" || len(r.PostForm) == 0) {
		return nil, false
	}
	p := reason.KeptPage{Frame: s.frame(r), Trouble: troubleOf(err), Again: r.URL.Path, First: first, Typed: typed, Sent: map[string][]string{}}
	if kindOf(err) == fault.NotFound {
		p.Trouble.Title = "This could not be saved"
		p.Trouble.Words = []string{"What it was about is gone, or closed to you. If you had said why you need the file, that may have lapsed: open the file again in a new tab, say why, then come back to this one and press the button."}
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		p.File = true
	}
	if v := s.visit(r); v != nil && first.Href != "" { // theirs to send once that is done, and nobody else's who signs in here
		token, sealErr := s.Casework.SealKept(v.me.Worker.ID, r.PostForm)
		if sealErr == nil {
			p.Sent[keptField] = []string{token}
			return reason.Kept(p), true
		}
		s.logError(r, sealErr)
	}
	for name, values := range r.PostForm {
		if len(name) < 100 {
			p.Sent[name] = values
		}
	}
	return reason.Kept(p), true
}

// keptField holds what somebody typed, sealed for them.
const keptField = "kept"

// typistCookie says who was signed in last in a browser, sealed. It outlives the session,
// so that what somebody typed before it ended is kept for them and for nobody else.
func (s *Server) typistCookie() string {
	if s.Secure {
		return "__Host-casefile-typist"
	}
	return "casefile-typist"
}

// typist is who was signed in last in the browser of a request; empty where nothing says.
func (s *Server) typist(r *http.Request) staff.ID {
	c, err := r.Cookie(s.typistCookie())
	if err != nil {
		return ""
	}
	w, err := s.Casework.OpenWorker(c.Value)
	if err != nil {
		return "" // it is not of ours: nobody was
	}
	return w
}

// rememberTypist has the browser say that it is this worker.
func (s *Server) rememberTypist(w http.ResponseWriter, r *http.Request, worker staff.ID) error {
	if s.typist(r) == worker {
		return nil
	}
	token, err := s.Casework.SealWorker(worker)
	if err != nil {
		return err
	}
	http.SetCookie(w, &http.Cookie{Name: s.typistCookie(), Value: token, Path: "/", Secure: s.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	return nil
}

// errTypedByOther says that what was kept is somebody else's.
var errTypedByOther = fault.New(fault.Refused, "Somebody else typed this. Only they can send or read it: sign in as them, or close the page.")

// unseal puts what was kept for the worker in the place of the request's form.
func (s *Server) unseal(r *http.Request, worker staff.ID) error {
	if r.Method != http.MethodPost || !r.PostForm.Has(keptField) {
		return nil
	}
	form, err := s.Casework.OpenKept(worker, r.PostForm.Get(keptField))
	if fault.Is(err, fault.NotFound) {
		r.PostForm, r.Form = url.Values{}, url.Values{}
		return errTypedByOther
	}
	if err != nil {
		return err
	}
	r.PostForm, r.Form = form, form
	return nil
}

// sealedWords is the page of a form that came after its session had ended, where the
// browser says whose that was: it holds what was typed, sealed for them, so that nobody
// who signs in there by then can send or read it.
func (s *Server) sealedWords(r *http.Request, err error) (templ.Component, bool) {
	if s.visit(r) != nil || kindOf(err) != fault.Unauthenticated || !s.typedInto(r) {
		return nil, false
	}
	worker := s.typist(r)
	if worker == "" {
		return nil, false
	}
	token := r.PostForm.Get(keptField)
	if token == "" {
		var sealErr error
		if token, sealErr = s.Casework.SealKept(worker, r.PostForm); sealErr != nil {
			s.logError(r, sealErr)
			return nil, false // the words are better shown than lost
		}
	}
	p := reason.SealedPage{Frame: s.frame(r), Trouble: troubleOf(err), Again: r.URL.Path, First: firstOf(err), Kept: token}
	p.File = strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/")
	return reason.Sealed(p), true
}

// POST /kept
//
// What was kept for a worker, to read and copy.
func (s *Server) readKept(w http.ResponseWriter, r *http.Request) error {
	typed := s.wordsTyped(r) // unsealed on the way here
	if len(typed) == 0 {
		return errNothing
	}
	return s.render(w, r, http.StatusOK, reason.ReadKept(s.frame(r), typed))
}

// heardOut reads what was typed beside a file, for a form whose file cannot be
// taken: the content is not read.
func heardOut(r *http.Request) {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		return
	}
	up, err := readUpload(r)
	_, _ = io.Copy(io.Discard, r.Body) // a browser whose file is not read shows no answer; the limit of all requests holds
	if err != nil {
		return // then nothing of it is shown, as nothing can be
	}
	for name, value := range map[string]string{media.FieldTitle: up.Title, media.FieldDay: up.Day, media.FieldMonth: up.Month, media.FieldYear: up.Year} {
		if value != "" {
			r.PostForm.Set(name, value)
		}
	}
}
