package web

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/web/documents"
	"casefile/internal/web/reason"
)

// wordy are the routes of forms, beside those of drafts, into which much is typed.
var wordy = []string{
	"POST /children/{ref}/workers/{case}/transfer", "POST /children/{ref}/workers/{case}/close",
	"POST /children/{ref}/professionals/add", "POST /workers/{worker}/absence",
	"POST /children/{ref}/reason", "POST /children/{ref}/notes/{note}", "POST /children/{ref}/restriction/change",
	"POST /children/{ref}/restriction/lift", "POST /children/{ref}/merge", "POST /children/{ref}/corrections/{correction}/undo",
	"POST /children/{ref}/entries/{entry}/move", "POST /children/{ref}/files/{file}/move", "POST /children/{ref}/grants/add", "POST /grants/add", "POST /workers/me/connections",
	"POST /workers/training/{training}/take-back",
	"POST /children/{ref}/documents/{document}/sections/{section}", "POST /children/{ref}/documents/{document}/exceptions",
	"POST /children/{ref}/documents/{document}/decide", "POST /children/{ref}/documents/{document}/correct", "POST /children/{ref}/documents/{document}/drop",
	"POST /children/{ref}/documents/{document}/move",
	"POST /children/{ref}/concerns/report", "POST /concerns/{concern}/steps/{step}", "POST /concerns/{concern}/answer",
	"POST /watch-list/{hit}", "POST /watch-list/{hit}/answer", "POST /children/{ref}/looks/for-them/names",
}

// wordsTyped are the texts that such a form sent, each with its label.
func (s *Server) wordsTyped(r *http.Request) []reason.Typed {
	if !slices.Contains(wordy, r.Pattern) {
		return nil
	}
	var list []reason.Typed
	add := func(name, label string) {
		if v := r.PostForm.Get(name); strings.TrimSpace(v) != "" {
			list = append(list, reason.Typed{Name: name, Label: label, Value: v})
		}
	}
	for _, p := range s.Casework.Purposes().List {
		for _, when := range []string{access.FirstAsk, access.LaterAsk} {
			for _, q := range casework.Asked(p, when) {
				add(casework.AnswerField(p, q), q.Title)
			}
		}
	}
	if !id.Valid(r.PostForm.Get("note")) { // the note of a reason is a key
		add("note", "Note")
	}
	add("text", "What you wrote")
	add("done", "What was done")
	add("reason", "Why")
	add("why", "Why it ends")
	add("paper", "Where the paper file is")
	add("nature", "How you know them")
	add("references", "References of the files")
	for _, name := range slices.Sorted(maps.Keys(r.PostForm)) {
		if label, ok := documents.Typed(name); ok {
			add(name, label)
		}
	}
	return list
}

// keptWords is the page of an error that came in the way of what somebody typed
// into such a form: it holds the words, and all else that was sent, to
// send again. Only what this very request brought is on it.
func (s *Server) keptWords(r *http.Request, err error) (templ.Component, bool) {
	typed := s.wordsTyped(r)
	if r.Method != http.MethodPost || len(typed) == 0 || errors.Is(err, errCrossSite) || kindOf(err) == fault.Invalid {
		return nil, false
	}
	p := reason.KeptPage{Frame: s.frame(r), Trouble: troubleOf(err), Again: r.URL.Path, Typed: typed, Sent: map[string][]string{}}
	if kindOf(err) == fault.NotFound {
		p.Trouble.Title = "This could not be saved"
		p.Trouble.Words = []string{"What it was about is gone, or closed to you. If you had said why you need the file, that may have lapsed: open the file again in a new tab, say why, then come back to this one and press the button."}
	}
	for name, values := range r.PostForm {
		if len(name) < 100 {
			p.Sent[name] = values
		}
	}
	return reason.Kept(p), true
}
