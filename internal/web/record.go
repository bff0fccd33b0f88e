package web

import (
	"errors"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"casefile/internal/casework"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/service"
	"casefile/internal/web/file"
	"casefile/internal/web/record"
)

// GET /children/{ref}/record
func (s *Server) chooseEntry(w http.ResponseWriter, r *http.Request) error {
	return s.choicePage(w, r, http.StatusOK, nil)
}

func (s *Server) choicePage(w http.ResponseWriter, r *http.Request, status int, ps []fault.Problem) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.ChoicePart())
	if err != nil {
		return err
	}
	svc, _ := s.Casework.Definition(s.visit(r).as.Service) // without one there are no types, and the page says so
	return s.render(w, r, status, record.Choose(record.ChoosePage{
		File: s.file(r, f.Header, f.Offers), Types: svc.EntryTypes, Problems: ps,
	}))
}

// POST /children/{ref}/record
func (s *Server) startDraft(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	draft, err := s.Casework.StartDraft(r.Context(), look.Actor, look.Reference, r.PostForm.Get("type"))
	if e, ok := asFault(err); ok && e.Kind == fault.Invalid {
		return s.choicePage(w, r, http.StatusUnprocessableEntity, problemsOf(err, "type"))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, draftPath(look.Reference, draft), http.StatusSeeOther)
	return nil
}

func draftPath(ref id.Reference, draft entry.ID) string {
	return "/children/" + ref.String() + "/drafts/" + string(draft)
}

func timelinePath(ref id.Reference) string { return "/children/" + ref.String() + file.Timeline }

// entryPath leads to an entry where it stands in the timeline.
func entryPath(ref id.Reference, e entry.ID) string { return timelinePath(ref) + "#entry-" + string(e) }

// A typing is what the form of a draft sent.
type typing struct {
	look   casework.Look
	draft  entry.ID
	rev    int
	fields map[string]string
}

func (s *Server) typing(r *http.Request) (typing, error) {
	t := typing{draft: entry.ID(r.PathValue("draft")), fields: typedFields(r)}
	var err error
	if t.look, err = s.look(r); err != nil {
		return typing{}, err
	}
	if !id.Valid(string(t.draft)) {
		return typing{}, errNothing
	}
	if r.Method == http.MethodPost {
		if t.rev, err = strconv.Atoi(r.PostForm.Get("rev")); err != nil {
			return typing{}, fault.New(fault.Invalid, "The page that sent this is not one of ours, or not whole.")
		}
	}
	return t, nil
}

// typedFields are the answers that a form sent. A draft that was not sent whole
// would lose what is missing, so every field counts, and an absent one is empty.
func typedFields(r *http.Request) map[string]string {
	sent := make(map[string]string, len(r.PostForm))
	for name, values := range r.PostForm {
		if len(values) > 0 && values[0] != "" {
			sent[name] = values[0]
		}
	}
	return entry.Known(sent)
}

// open reads the draft as it is saved now, with the header of its file.
func (s *Server) openDraft(r *http.Request, t typing) (casework.File[casework.Drafting], service.EntryType, error) {
	f, err := casework.Open(r.Context(), s.Casework, t.look, casework.DraftPart(t.draft))
	if err != nil {
		return f, service.EntryType{}, err
	}
	svc, _ := s.Casework.Definition(f.Value.Service)
	et, ok := svc.EntryType(f.Value.Type)
	if !ok {
		return f, service.EntryType{}, errNoType
	}
	return f, et, nil
}

// errNoType says that a draft is of a kind of entry that the definitions no
// longer have.
var errNoType = fault.New(fault.Conflict, "The kind of entry that this was begun as is no longer in use, so it cannot be recorded. Copy what you typed into a new entry.")

func (s *Server) draftPage(r *http.Request, f casework.File[casework.Drafting], et service.EntryType) record.DraftPage {
	return record.DraftPage{
		File: s.file(r, f.Header, f.Offers), Draft: f.Value.ID, Type: et,
		Serves: f.Value.Actions, Fields: f.Value.Fields, Rev: f.Value.Rev, Saved: f.Value.Saved, Deadline: s.Casework.EntryDeadline(et, f.Value.Fields), Wording: s.Casework.Wording,
	}
}

// GET /children/{ref}/drafts/{draft}
func (s *Server) draft(w http.ResponseWriter, r *http.Request) error {
	t, err := s.typing(r)
	if err != nil {
		return err
	}
	f, et, err := s.openDraft(r, t)
	if casework.Recorded(err) { // the browser's back button, or an old tab
		s.Sessions.Tell(r.Context(), toldRecorded+string(t.draft))
		http.Redirect(w, r, entryPath(t.look.Reference, t.draft), http.StatusSeeOther)
		return nil
	}
	if errors.Is(err, errNoType) {
		return s.render(w, r, http.StatusOK, record.Gone(record.GonePage{
			File: s.file(r, f.Header, f.Offers), Draft: f.Value.ID, Fields: f.Value.Fields,
		}))
	}
	if err != nil {
		return err
	}
	p := s.draftPage(r, f, et)
	p.Told = s.told(r)
	return s.render(w, r, http.StatusOK, record.Write(p))
}

// POST /children/{ref}/drafts/{draft}
func (s *Server) recordDraft(w http.ResponseWriter, r *http.Request) error {
	t, err := s.typing(r)
	if err != nil {
		return err
	}
	err = s.Casework.RecordEntry(r.Context(), t.look.Actor, t.look.Reference, t.draft, t.rev, t.fields)
	if err == nil || casework.Recorded(err) { // the button pressed twice is the button pressed
		s.Sessions.Tell(r.Context(), toldRecorded+string(t.draft))
		http.Redirect(w, r, entryPath(t.look.Reference, t.draft), http.StatusSeeOther)
		return nil
	}
	return s.notTaken(w, r, t, err)
}

// POST /children/{ref}/drafts/{draft}/save
func (s *Server) saveDraft(w http.ResponseWriter, r *http.Request) error {
	t, err := s.typing(r)
	if err != nil {
		return err
	}
	_, err = s.Casework.SaveDraft(r.Context(), t.look.Actor, t.look.Reference, t.draft, t.rev, t.fields)
	if casework.Recorded(err) {
		http.Redirect(w, r, timelinePath(t.look.Reference), http.StatusSeeOther)
		return nil
	}
	if err != nil {
		return s.notTaken(w, r, t, err)
	}
	s.Sessions.Tell(r.Context(), toldSaved)
	http.Redirect(w, r, draftPath(t.look.Reference, t.draft), http.StatusSeeOther)
	return nil
}

// notTaken answers a draft that was not taken as it is: the same page with what
// is wrong, or both versions where there are two.
func (s *Server) notTaken(w http.ResponseWriter, r *http.Request, t typing, cause error) error {
	e, ok := asFault(cause)
	if !ok || e.Kind != fault.Invalid && e.Kind != fault.Conflict || e.Kind == fault.Invalid && len(e.Problems) == 0 {
		return cause
	}
	f, et, err := s.openDraft(r, t)
	if casework.Recorded(err) {
		return cause // there is no draft any more to compare with
	}
	if err != nil {
		return errors.Join(err, cause)
	}
	held := f.Value
	same := maps.Equal(held.Fields, t.fields)
	if e.Kind == fault.Conflict && !same || e.Kind == fault.Invalid && held.Rev > t.rev && !same {
		return s.compare(w, r, t, f, et)
	}
	p := s.draftPage(r, f, et)
	p.Fields, p.Problems, p.Deadline = t.fields, e.Problems, s.Casework.EntryDeadline(et, t.fields)
	if !same {
		p.Saved = 0 // what is on the page is not what is saved
	}
	status := http.StatusUnprocessableEntity
	if e.Kind == fault.Conflict { // with the same words in both: nothing to compare
		status, p.Told = http.StatusOK, inWords(toldSaved)
	}
	return s.render(w, r, status, record.Write(p))
}

func (s *Server) compare(w http.ResponseWriter, r *http.Request, t typing, f casework.File[casework.Drafting], et service.EntryType) error {
	p := record.ComparePage{DraftPage: s.draftPage(r, f, et), Other: f.Value.Fields, OtherRev: f.Value.Rev, OtherSaved: f.Value.Saved}
	p.Fields = t.fields
	return s.render(w, r, http.StatusConflict, record.Compare(p))
}

// POST /children/{ref}/drafts/{draft}/merge
//
// It shows the version chosen, in the form; nothing is overwritten before that
// is saved.
func (s *Server) mergeDraft(w http.ResponseWriter, r *http.Request) error {
	t, err := s.typing(r)
	if err != nil {
		return err
	}
	f, et, err := s.openDraft(r, t)
	if err != nil {
		return err
	}
	if f.Value.Rev != t.rev { // a third version
		return s.compare(w, r, t, f, et)
	}
	p := s.draftPage(r, f, et)
	switch r.PostForm.Get("keep") {
	case "mine":
		p.Fields, p.Saved = t.fields, 0
	case "both":
		p.Fields, p.Saved = record.Merged(t.fields, f.Value.Fields), 0
	case "other":
	default:
		return s.compare(w, r, t, f, et)
	}
	return s.render(w, r, http.StatusOK, record.Write(p))
}

// POST /children/{ref}/drafts/{draft}/autosave
//
// The contract of its answers is at the head of assets/autosave.js.
func (s *Server) autosaveDraft(w http.ResponseWriter, r *http.Request) error {
	t, err := s.typing(r)
	if err != nil {
		return s.autosaveFailed(w, r, t, err)
	}
	d, err := s.Casework.SaveDraft(r.Context(), t.look.Actor, t.look.Reference, t.draft, t.rev, t.fields)
	if err != nil {
		return s.autosaveFailed(w, r, t, err)
	}
	return writeJSON(w, http.StatusOK, saved{d.Rev, d.Saved.Clock(), s.remarks(entryProse(t.fields))})
}

func (s *Server) autosaveFailed(w http.ResponseWriter, r *http.Request, t typing, err error) error {
	s.logError(r, err)
	if fault.Is(err, fault.Conflict) {
		// Sending the form there shows both versions, or the timeline if it is
		// recorded already.
		return writeJSON(w, http.StatusConflict, struct {
			Conflict bool   `json:"conflict"`
			URL      string `json:"url"`
		}{true, draftPath(t.look.Reference, t.draft) + "/save"})
	}
	return writeJSON(w, statusOf(err), struct{}{})
}

// GET /children/{ref}/drafts/{draft}/drop
func (s *Server) askDropDraft(w http.ResponseWriter, r *http.Request) error {
	return s.dropPage(w, r, http.StatusOK, false)
}

func (s *Server) dropPage(w http.ResponseWriter, r *http.Request, status int, saved bool) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	draft := r.PathValue("draft")
	if !id.Valid(draft) {
		return errNothing
	}
	f, et, err := s.openDraft(r, typing{look: look, draft: entry.ID(draft)})
	if err != nil && !errors.Is(err, errNoType) {
		return err
	}
	return s.render(w, r, status, record.Drop(record.DropPage{
		File: s.file(r, f.Header, f.Offers), Draft: f.Value.ID, Title: or(et.Title, f.Value.Type), Text: f.Value.Fields[entry.FieldText],
		Rev: f.Value.Rev, Saved: saved,
	}))
}

// POST /children/{ref}/drafts/{draft}/drop
func (s *Server) dropDraft(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	draft := r.PathValue("draft")
	if !id.Valid(draft) {
		return errNothing
	}
	rev, err := strconv.Atoi(r.PostForm.Get("rev"))
	if err != nil {
		rev = -1 // of no page of ours: it shows the draft first
	}
	err = s.Casework.DropDraft(r.Context(), look.Actor, look.Reference, entry.ID(draft), rev)
	if fault.Is(err, fault.Conflict) {
		return s.dropPage(w, r, http.StatusConflict, true)
	}
	if err != nil {
		return err
	}
	s.Sessions.Tell(r.Context(), toldDropped)
	http.Redirect(w, r, timelinePath(look.Reference), http.StatusSeeOther)
	return nil
}

// keptPage is the page of an error that came in the way of what somebody typed:
// it holds the words, to send again or to copy. Only what this very request
// brought is on it.
func (s *Server) keptPage(r *http.Request, err error) (templ.Component, bool) {
	if r.Method != http.MethodPost || r.PathValue("draft") == "" || errors.Is(err, errCrossSite) {
		return nil, false
	}
	fields := typedFields(r)
	if strings.TrimSpace(fields[entry.FieldText]+fields[entry.FieldWithWhom]+fields[entry.FieldReason]+fields[entry.FieldFollowUp]+fields[entry.FieldLateReason]) == "" {
		return nil, false
	}
	p := record.KeptPage{Frame: s.frame(r), Trouble: troubleOf(err), Fields: fields, Rev: r.PostForm.Get("rev")}
	switch kindOf(err) {
	case fault.Unauthenticated, fault.Unavailable, fault.TooMany, fault.Internal:
		p.Again = r.URL.Path
	case fault.NotFound:
		p.Trouble.Title = "This could not be saved"
		p.Trouble.Words = []string{"The draft is gone, or your role may no longer write on this file."}
	}
	return record.Kept(p), true
}
