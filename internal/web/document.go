package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/document"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/form"
	"casefile/internal/id"
	"casefile/internal/web/documents"
	"casefile/internal/web/file"
	"casefile/internal/web/frame"
)

func documentPath(ref id.Reference, parts ...string) string {
	return strings.Join(append([]string{"/children/" + ref.String() + file.Documents}, parts...), "/")
}

// ofDocument is the file that a request is about, and the document.
func (s *Server) ofDocument(r *http.Request) (casework.Look, document.ID, error) {
	look, err := s.look(r)
	key := r.PathValue("document")
	if err == nil && !id.Valid(key) {
		err = errNothing
	}
	return look, document.ID(key), err
}

// GET /children/{ref}/documents
func (s *Server) documents(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	on, known, status := s.knownOn(r)
	look.Known = known
	f, err := casework.Open(r.Context(), s.Casework, look, casework.DocumentsPart())
	if err != nil {
		return err
	}
	return s.render(w, r, status, documents.List(documents.ListPage{
		File: s.fileOn(r, f.Header, f.Offers, on), Known: on, Masked: f.Outcome == access.Masked, List: f.Value.List, Required: f.Value.Required, Choices: f.Value.Choices, Told: s.told(r),
	}))
}

// GET /children/{ref}/documents/new
func (s *Server) chooseForm(w http.ResponseWriter, r *http.Request) error {
	return s.chooseFormPage(w, r, http.StatusOK, documents.ChoosePage{ID: id.New(), Form: r.URL.Query().Get("form")})
}

func (s *Server) chooseFormPage(w http.ResponseWriter, r *http.Request, status int, p documents.ChoosePage) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.NewDocumentPart())
	if err != nil {
		return err
	}
	p.File, p.Choices = s.file(r, f.Header, f.Offers), f.Value.Choices
	return s.render(w, r, status, documents.Choose(p))
}

// POST /children/{ref}/documents
func (s *Server) beginDocument(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	key, chosen := r.PostForm.Get("document"), r.PostForm.Get("form")
	anew := r.PostForm.Get(documents.Anew(chosen)) == "yes"
	err = s.Casework.StartDocument(r.Context(), look.Actor, look.Reference, document.ID(key), chosen, anew)
	if ps := problemsOf(err, "form"); ps != nil {
		return s.chooseFormPage(w, r, http.StatusUnprocessableEntity, documents.ChoosePage{ID: id.New(), Form: chosen, Anew: anew, Problems: ps})
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, documentPath(look.Reference, key, "write"), http.StatusSeeOther)
	return nil
}

// GET /children/{ref}/documents/{document}
//
// A document that never was completed is led to where it is written.
func (s *Server) document(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofDocument(r)
	if err != nil {
		return err
	}
	step, _ := strconv.Atoi(r.URL.Query().Get("step")) // 0 is what it says now
	f, err := casework.Open(r.Context(), s.Casework, look, casework.DocumentPart(key, max(step, 0)))
	if err != nil && !casework.OnlyWritten(err) {
		return err
	}
	if err != nil || f.Value.State() == document.Sent && !f.Value.WasFinal() {
		http.Redirect(w, r, documentPath(look.Reference, string(key), "write"), http.StatusSeeOther)
		return nil
	}
	return s.render(w, r, http.StatusOK, documents.Read(documents.ReadPage{File: s.file(r, f.Header, f.Offers), D: f.Value, Told: s.told(r)}))
}

// GET /children/{ref}/documents/{document}/write
func (s *Server) writeDocument(w http.ResponseWriter, r *http.Request) error {
	f, err := s.writing(w, r)
	if err != nil || f == nil {
		return err
	}
	return s.tasksPage(w, r, *f)
}

func (s *Server) tasksPage(w http.ResponseWriter, r *http.Request, f casework.File[casework.Writing]) error {
	of := s.file(r, f.Header, f.Offers)
	if f.Value.Form == nil {
		return s.render(w, r, http.StatusOK, documents.Gone(documents.GonePage{File: of, W: f.Value}))
	}
	return s.render(w, r, http.StatusOK, documents.Tasks(documents.TasksPage{File: of, W: f.Value, Told: s.told(r)}))
}

// writing is the document of a request, to be written in. Where it is completed, or its
// form can no longer be filled in, it has answered, and gives nil.
func (s *Server) writing(w http.ResponseWriter, r *http.Request) (*casework.File[casework.Writing], error) {
	look, key, err := s.ofDocument(r)
	if err != nil {
		return nil, err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.WritingPart(key))
	if casework.NotWritten(err) {
		http.Redirect(w, r, documentPath(look.Reference, string(key)), http.StatusSeeOther)
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if f.Value.Form == nil {
		return nil, s.tasksPage(w, r, f)
	}
	return &f, nil
}

// section is the section that a request names.
func section(r *http.Request, f *form.Form) (form.Section, error) {
	i := slices.IndexFunc(f.Sections, func(s form.Section) bool { return s.ID == r.PathValue("section") })
	if i < 0 {
		return form.Section{}, errNothing
	}
	return f.Sections[i], nil
}

// sectionPage is a section as it was saved last.
func (s *Server) sectionPage(r *http.Request, f casework.File[casework.Writing], sec form.Section) documents.SectionPage {
	v := f.Value
	held := v.Sections[sec.ID]
	fields := documents.Fields{
		Form: v.Form, Section: sec, Answers: v.Answers.Sections[sec.ID], People: v.People, Files: v.Files, Named: v.Named,
		Me: s.visit(r).me.Worker.Name() + ", " + s.Casework.RoleTitle(s.visit(r).as.Role), Today: v.Context.Today, Codes: s.Casework.Codes, Wording: s.Casework.Wording,
		Extra: r.URL.Query().Get(documents.Add),
	}
	fields.Fell = documents.FellOf(v.Fell, sec.ID)
	fields.Began, fields.Anew = v.Began[sec.ID], map[string]string{}
	for _, q := range sec.Ask {
		if said, asked := v.Form.ToLookAt(v.Answers, sec.ID, q.ID); asked {
			fields.Anew[q.ID] = said
		}
	}
	for _, shown := range v.Judgement.Sections {
		if shown.ID == sec.ID {
			fields.Shown = shown.Questions
		}
	}
	if v.Last != nil {
		fields.LastOn = v.Last.On
		if fields.Last = v.Last.Answers[sec.ID]; fields.Last == nil {
			fields.Last = map[string]form.PrintedAnswer{}
		}
	}
	p := documents.SectionPage{
		File: s.file(r, f.Header, f.Offers), Document: v.Document, Fields: fields, Rev: held.Rev,
		Earlier: v.Earlier[sec.ID],
	}
	if held.Rev > 1 {
		p.Saved, p.SavedBy = held.Saved, v.Names[held.By]
	}
	return p
}

// evidence puts beside a section what of the record can be evidence for it: a look of its
// own at the running record.
func (s *Server) evidence(r *http.Request, p *documents.SectionPage) error {
	if !p.Fields.Section.Evidence || !p.Offers.Timeline {
		return nil
	}
	look, key, err := s.ofDocument(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.EvidencePart(key, p.Fields.Section.ID))
	if err != nil {
		return err
	}
	if f.Outcome == access.Shown {
		p.Evidence = &f.Value
	}
	return nil
}

// showSection answers with a section.
func (s *Server) showSection(w http.ResponseWriter, r *http.Request, status int, p documents.SectionPage) error {
	if err := s.evidence(r, &p); err != nil {
		return err
	}
	return s.render(w, r, status, documents.Section(p))
}

// weighed is what a page says of an entry of the record.
func weighed(r *http.Request) (how string, e entry.ID, ok bool) {
	how, of, ok := strings.Cut(r.PostForm.Get(documents.Weighed), " ")
	return how, entry.ID(of), ok
}

// problemsIn puts what is wrong with a section on its page: what is told while it is
// written or, to whoever checks, all of it.
func problemsIn(p *documents.SectionPage, v casework.Writing, all bool) {
	sec := p.Fields.Section.ID
	p.Fields.Beside, p.Problems = documents.Problems(v.Form, sec, v.Judgement.Problems, func(x form.Problem) bool {
		return all || x.Drafting()
	})
}

// GET /children/{ref}/documents/{document}/sections/{section}
func (s *Server) documentSection(w http.ResponseWriter, r *http.Request) error {
	f, err := s.writing(w, r)
	if err != nil || f == nil {
		return err
	}
	sec, err := section(r, f.Value.Form)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(f.Value.Judgement.Sections, func(x form.ShownSection) bool { return x.ID == sec.ID }) {
		http.Redirect(w, r, documentPath(f.Header.Reference, string(f.Value.ID), "write"), http.StatusSeeOther)
		return nil
	}
	p := s.sectionPage(r, *f, sec)
	p.Told = s.told(r)
	// Of a section that nobody has written in yet, nothing is wrong.
	// Nor does anything stand in the way of who goes on writing in it.
	goesOn := r.URL.Query().Get(documents.Add) != "" || r.URL.Query().Get("weighed") != ""
	if check := r.URL.Query().Get("check") != ""; check || p.Rev > 1 && !goesOn {
		problemsIn(&p, f.Value, check)
	}
	return s.showSection(w, r, http.StatusOK, p)
}

// typedSection is what a page sent of a section.
func (s *Server) typedSection(r *http.Request, key document.ID) (casework.Typed, form.Section, error) {
	rev, err := strconv.Atoi(r.PostForm.Get("rev"))
	if err != nil {
		return casework.Typed{}, form.Section{}, fault.New(fault.Invalid, "The page that sent this is not one of ours, or not whole.")
	}
	look, err := s.look(r)
	if err != nil {
		return casework.Typed{}, form.Section{}, err
	}
	f, err := s.Casework.FormOf(r.Context(), look.Actor, look.Reference, key)
	if err != nil {
		return casework.Typed{}, form.Section{}, err
	}
	sec, err := section(r, f)
	return casework.Typed{
		Document: key, Section: sec.ID, Rev: rev, Values: documents.Sent(sec, r.PostForm), Anew: documents.SaidAnew(sec, r.PostForm),
	}, sec, err
}

// POST /children/{ref}/documents/{document}/sections/{section}
//
// It is saved whatever is wrong with it; what is wrong is then told on the page.
func (s *Server) saveSection(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofDocument(r)
	if err != nil {
		return err
	}
	typed, sec, err := s.typedSection(r, key)
	if err != nil {
		return err
	}
	saved, err := s.Casework.SaveSection(r.Context(), look.Actor, look.Reference, typed)
	if casework.SectionChanged(err) {
		return s.sectionConflict(w, r, sec, typed)
	}
	if err != nil {
		return err
	}
	if documents.Unsigned(sec, typed.Values, saved) {
		s.Sessions.Tell(r.Context(), toldUnsigned)
	}
	f, err := s.writing(w, r)
	if err != nil || f == nil {
		return err
	}
	at := documentPath(look.Reference, string(key), "sections", sec.ID)
	if how, e, ok := weighed(r); ok {
		if err := s.Casework.WeighEvidence(r.Context(), look.Actor, look.Reference, key, sec.ID, e, how); err != nil {
			return err
		}
		http.Redirect(w, r, at+"?weighed=yes#evidence", http.StatusSeeOther)
		return nil
	}
	switch add, removed := r.PostForm.Get(documents.Add), r.PostForm.Get(documents.Remove); {
	case add != "":
		n := 0
		if list, ok := f.Value.Answers.Get(sec.ID, add).([]any); ok {
			n = len(list)
		}
		http.Redirect(w, r, at+"?add="+add+"#"+documents.ItemField(add, n), http.StatusSeeOther)
		return nil
	case removed != "":
		http.Redirect(w, r, at+"#"+documents.ListField(removed), http.StatusSeeOther)
		return nil
	}
	p := s.sectionPage(r, *f, sec)
	if problemsIn(&p, f.Value, false); len(p.Problems) > 0 {
		return s.showSection(w, r, http.StatusUnprocessableEntity, p)
	}
	if list := documents.Otherwise(sec, typed.Anew, saved.Answers); len(list) > 0 {
		p.Told = frame.Told{Important: true, Words: "Your answers are saved. You said that this is still true, and answered otherwise than last time, so it is marked as changed: " + strings.Join(list, "; ")}
		return s.render(w, r, http.StatusOK, documents.Section(p))
	}
	if field := documents.Unasked(p.Fields, documents.Asked(r.PostForm)); field != "" {
		p.Told = frame.Told{Important: true, Words: "Your answers are saved. Because of them, there is more to answer here."}
		return s.showSection(w, r, http.StatusOK, p)
	}
	http.Redirect(w, r, s.afterSection(r, f, sec), http.StatusSeeOther)
	return nil
}

// afterSection is where to go on: to the next section that is asked, to the check of the
// answers behind the last, or back to all sections.
func (s *Server) afterSection(r *http.Request, f *casework.File[casework.Writing], sec form.Section) string {
	path := func(parts ...string) string {
		return documentPath(f.Header.Reference, append([]string{string(f.Value.ID)}, parts...)...)
	}
	switch r.PostForm.Get("then") {
	case "tasks":
		return path("write")
	case "stay":
		return path("sections", sec.ID)
	}
	shown := f.Value.Judgement.Sections
	i := slices.IndexFunc(shown, func(x form.ShownSection) bool { return x.ID == sec.ID })
	if i < 0 || i+1 == len(shown) {
		return path("check")
	}
	return path("sections", shown[i+1].ID)
}

// sectionConflict shows what was typed beside what somebody saved meanwhile. Nothing is
// overwritten before the page is saved.
func (s *Server) sectionConflict(w http.ResponseWriter, r *http.Request, sec form.Section, typed casework.Typed) error {
	f, err := s.writing(w, r)
	if err != nil || f == nil {
		return err
	}
	theirs := s.sectionPage(r, *f, sec)
	mine := f.Value
	mine.Answers = documents.Over(f.Value.Answers, sec.ID, typed.Values)
	mine.Judgement = mine.Form.Judge(mine.Answers, mine.Context)
	both := *f
	both.Value = mine
	p := s.sectionPage(r, both, sec)
	p.Conflict = true
	for q := range p.Fields.Anew {
		if said, ok := typed.Anew[q]; ok {
			p.Fields.Anew[q] = said
		}
	}
	p.Fields.Theirs, p.Fields.Who = documents.Differing(theirs.Fields, p.Fields), theirs.SavedBy
	if held := f.Value.Sections[sec.ID]; held.By == s.visit(r).me.Worker.ID {
		p.Fields.Who = "You, on another page,"
	}
	return s.showSection(w, r, http.StatusConflict, p)
}

// POST /children/{ref}/documents/{document}/sections/{section}/autosave
//
// The contract of its answers is at the head of assets/autosave.js.
func (s *Server) autosaveSection(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofDocument(r)
	var typed casework.Typed
	var sec form.Section
	if err == nil {
		typed, sec, err = s.typedSection(r, key)
	}
	if err == nil {
		var held document.Section
		if held, err = s.Casework.SaveSection(r.Context(), look.Actor, look.Reference, typed); err == nil {
			return writeJSON(w, http.StatusOK, saved{held.Rev, held.Saved.Clock(), s.remarks(documents.Prose(sec, r.PostForm))})
		}
	}
	s.logError(r, err)
	if fault.Is(err, fault.Conflict) {
		return writeJSON(w, http.StatusConflict, struct {
			Conflict bool   `json:"conflict"`
			URL      string `json:"url"`
		}{true, documentPath(look.Reference, string(key), "sections", sec.ID)})
	}
	return writeJSON(w, statusOf(err), struct{}{})
}

// GET /children/{ref}/documents/{document}/sections/{section}/earlier
func (s *Server) earlierSections(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofDocument(r)
	if err != nil {
		return err
	}
	form, err := s.Casework.FormOf(r.Context(), look.Actor, look.Reference, key)
	if err != nil {
		return err
	}
	sec, err := section(r, form)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.EarlierPart(key, sec.ID))
	if err != nil {
		return err
	}
	p := documents.EarlierPage{File: s.file(r, f.Header, f.Offers), Document: key, Section: sec}
	for _, e := range f.Value {
		p.List = append(p.List, documents.EarlierOf(form, sec.ID, e, s.Casework.Today()))
	}
	return s.render(w, r, http.StatusOK, documents.EarlierSaves(p))
}

// GET /children/{ref}/documents/{document}/check
func (s *Server) checkDocument(w http.ResponseWriter, r *http.Request) error {
	return s.checkPage(w, r, http.StatusOK, false)
}

func (s *Server) checkPage(w http.ResponseWriter, r *http.Request, status int, changed bool) error {
	f, err := s.writing(w, r)
	if err != nil || f == nil {
		return err
	}
	v := f.Value
	return s.render(w, r, status, documents.Check(documents.CheckPage{
		File: s.file(r, f.Header, f.Offers), W: v, Printed: v.Form.PrintJudged(v.Judgement, v.Answers, v.Context), Changed: changed, Rev: v.Sections[""].Rev, Wording: s.Casework.Wording,
	}))
}

// POST /children/{ref}/documents/{document}/exceptions
func (s *Server) saveExceptions(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofDocument(r)
	if err != nil {
		return err
	}
	rev, err := strconv.Atoi(r.PostForm.Get("rev"))
	if err != nil {
		return fault.New(fault.Invalid, "The page that sent this is not one of ours, or not whole.")
	}
	f, err := s.Casework.FormOf(r.Context(), look.Actor, look.Reference, key)
	if err != nil {
		return err
	}
	_, err = s.Casework.SaveSection(r.Context(), look.Actor, look.Reference, casework.Typed{Document: key, Rev: rev, Exceptions: documents.Exceptions(f, r.PostForm)})
	if err != nil {
		return err // the page of the error keeps what was typed
	}
	http.Redirect(w, r, documentPath(look.Reference, string(key), "check"), http.StatusSeeOther)
	return nil
}

// POST /children/{ref}/documents/{document}/complete
func (s *Server) completeDocument(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofDocument(r)
	if err != nil {
		return err
	}
	err = s.Casework.CompleteDocument(r.Context(), look.Actor, look.Reference, key, r.PostForm.Get("seen"))
	switch {
	case casework.IsNotReady(err):
		return s.checkPage(w, r, http.StatusUnprocessableEntity, false)
	case casework.DraftChanged(err):
		return s.checkPage(w, r, http.StatusConflict, true)
	case casework.NotWritten(err): // pressed twice
	case err != nil:
		return err
	default:
		s.Sessions.Tell(r.Context(), toldCompleted)
	}
	http.Redirect(w, r, documentPath(look.Reference, string(key)), http.StatusSeeOther)
	return nil
}

// readDocument opens a document for a page about it.
func (s *Server) readDocument(r *http.Request) (f casework.File[casework.DocumentRead], err error) {
	look, key, err := s.ofDocument(r)
	if err != nil {
		return f, err
	}
	return casework.Open(r.Context(), s.Casework, look, casework.DocumentPart(key, 0))
}

// latestDocument is what waits to be authorised.
func (s *Server) latestDocument(r *http.Request) (f casework.File[casework.DocumentRead], err error) {
	look, key, err := s.ofDocument(r)
	if err != nil {
		return f, err
	}
	return casework.Open(r.Context(), s.Casework, look, casework.DecideDocumentPart(key))
}

// GET /children/{ref}/documents/{document}/decide
func (s *Server) askDecideDocument(w http.ResponseWriter, r *http.Request) error {
	return s.decidePage(w, r, http.StatusOK, documents.DecidePage{})
}

func (s *Server) decidePage(w http.ResponseWriter, r *http.Request, status int, p documents.DecidePage) error {
	f, err := s.latestDocument(r)
	if err != nil {
		return err
	}
	p.File, p.D = s.file(r, f.Header, f.Offers), f.Value
	return s.render(w, r, status, documents.Decide(p))
}

// POST /children/{ref}/documents/{document}/decide
func (s *Server) decideDocument(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofDocument(r)
	if err != nil {
		return err
	}
	step, _ := strconv.Atoi(r.PostForm.Get("step")) // of no page of ours: as of an old one
	p := documents.DecidePage{Decision: r.PostForm.Get("decide"), Reason: r.PostForm.Get("reason")}
	told := toldAuthorised
	switch p.Decision {
	case "authorise":
		err = s.Casework.AuthoriseDocument(r.Context(), look.Actor, look.Reference, key, step)
	case "return":
		told = toldReturned
		err = s.Casework.ReturnDocument(r.Context(), look.Actor, look.Reference, key, step, p.Reason)
	default:
		err = fault.Problems([]fault.Problem{{Field: "decide", Message: "Select whether it is fit to be final"}})
	}
	if ps := problemsOf(err, "reason"); ps != nil {
		p.Problems = ps
		return s.decidePage(w, r, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	s.Sessions.Tell(r.Context(), told)
	http.Redirect(w, r, documentPath(look.Reference), http.StatusSeeOther)
	return nil
}

// GET /children/{ref}/documents/{document}/correct
func (s *Server) askCorrectDocument(w http.ResponseWriter, r *http.Request) error {
	return s.reopenPage(w, r, http.StatusOK, documents.ReopenPage{})
}

func (s *Server) reopenPage(w http.ResponseWriter, r *http.Request, status int, p documents.ReopenPage) error {
	f, err := s.readDocument(r)
	if err != nil {
		return err
	}
	if !f.Value.MayCorrect {
		return fault.New(fault.Refused, "This document is not yours to correct, or is being corrected already.")
	}
	p.File, p.D = s.file(r, f.Header, f.Offers), f.Value
	return s.render(w, r, status, documents.Reopen(p))
}

// POST /children/{ref}/documents/{document}/correct
func (s *Server) correctDocument(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofDocument(r)
	if err != nil {
		return err
	}
	step, _ := strconv.Atoi(r.PostForm.Get("step")) // as in decideDocument
	p := documents.ReopenPage{Grounds: r.PostForm.Get("grounds"), Reason: r.PostForm.Get("reason"), Rested: r.PostForm.Get("rested") == "yes"}
	err = s.Casework.ReopenDocument(r.Context(), look.Actor, look.Reference, key, casework.Reopening{
		Step: step, Grounds: document.Grounds(p.Grounds), Reason: p.Reason, Rested: p.Rested,
	})
	if ps := problemsOf(err, "reason"); ps != nil {
		p.Problems = ps
		return s.reopenPage(w, r, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, documentPath(look.Reference, string(key), "write"), http.StatusSeeOther)
	return nil
}

// GET /children/{ref}/documents/{document}/drop
func (s *Server) askDropDocument(w http.ResponseWriter, r *http.Request) error {
	return s.dropDocumentPage(w, r, http.StatusOK, documents.DropPage{})
}

func (s *Server) dropDocumentPage(w http.ResponseWriter, r *http.Request, status int, p documents.DropPage) error {
	look, key, err := s.ofDocument(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.WritingPart(key))
	if err != nil {
		return err
	}
	p.File, p.W = s.file(r, f.Header, f.Offers), f.Value
	return s.render(w, r, status, documents.Drop(p))
}

// POST /children/{ref}/documents/{document}/drop
func (s *Server) dropDocument(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofDocument(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.WritingPart(key))
	if err != nil {
		return err
	}
	p := documents.DropPage{Reason: entry.Text(r.PostForm.Get("reason"))}
	drop := s.Casework.DropDocument
	if f.Value.State() == document.Correcting {
		drop = s.Casework.KeepDocument
	}
	err = drop(r.Context(), look.Actor, look.Reference, key, r.PostForm.Get("seen"), p.Reason)
	if casework.DraftChanged(err) {
		p.Changed = true
		return s.dropDocumentPage(w, r, http.StatusConflict, p)
	}
	if ps := problemsOf(err, "reason"); ps != nil {
		p.Problems = ps
		return s.dropDocumentPage(w, r, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, documentPath(look.Reference), http.StatusSeeOther)
	return nil
}

// GET /children/{ref}/documents/{document}/compare
func (s *Server) compareDocument(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofDocument(r)
	if err != nil {
		return err
	}
	was, err := strconv.Atoi(r.URL.Query().Get("was"))
	if err != nil {
		return errNothing
	}
	is, err := strconv.Atoi(r.URL.Query().Get("is"))
	if err != nil {
		return errNothing
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.CompareDocumentPart(key, was, is))
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, documents.Compare(documents.ComparePage{File: s.file(r, f.Header, f.Offers), C: f.Value}))
}
