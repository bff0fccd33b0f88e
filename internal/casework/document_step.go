package casework

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/document"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/form"
	"casefile/internal/id"
	"casefile/internal/store"
)

// The actions of footprints that something was done with a document.
const (
	BeginsDocument     = "begin-document"
	CompletesDocument  = "complete-document"
	AuthorisesDocument = "authorise-document"
	ReturnsDocument    = "return-document"
	ReopensDocument    = "reopen-document"
	KeepsDocument      = "keep-document"
	DropsDocument      = "drop-document"
)

// MaxDocumentReason is the longest of requests and of why, in characters.
const MaxDocumentReason = 4000

// errNotRole says that the form names other roles.
func (s *Service) errNotRole(what string, roles []form.Word) error {
	if len(roles) == 0 {
		return fault.New(fault.Refused, "Nobody "+what+" this form until a second person has approved who does.")
	}
	return fault.New(fault.Refused, "This form is "+what+" by: "+strings.Join(s.roleTitles(rolesOf(roles)), ", ")+".")
}

// StartDocument begins a document of one of the forms of the actor's service, and gives
// its key: with anew, with the answers of the last one where the form copies them. key
// was drawn when the page was made, so that the same press of its button sent twice
// begins one document.
//
// Errors: Invalid where the form cannot be begun, with why.
func (s *Service) StartDocument(ctx context.Context, a Actor, ref id.Reference, key document.ID, formID string, anew bool) error {
	if !id.Valid(string(key)) {
		return fault.New(fault.Invalid, "The page that sent this is not one of ours, or not whole.")
	}
	err := s.db.Update(ctx, func(tx store.Tx) error {
		child, sat, err := s.mayAddTo(ctx, tx, a, ref, access.Documents)
		if err != nil {
			return err
		}
		if d, err := tx.Document(ctx, key); !fault.Is(err, fault.NotFound) {
			if err == nil && (d.Person != child || d.Begun.By != string(a.Worker)) {
				err = errNoDocument
			}
			return err
		}
		f, ok := sat.defs.Form(formID, 0)
		if !ok || f.Service != sat.viewer.Service || len(f.CompleteBy) == 0 {
			return problems([]fault.Problem{{Field: "form", Message: "Select a form"}})
		}
		held, err := tx.Documents(ctx, child)
		if err != nil {
			return err
		}
		in, err := s.around(ctx, tx, child, f, nil)
		if err != nil {
			return err
		}
		if openOne(held, f, in.episode) != "" {
			return problems([]fault.Problem{{Field: "form", Message: "One is being written already, or waits to be authorised. Go on with that one"}})
		}
		file, _ := sat.defs.File(definition.FormFile(f.Service, f.ID, f.Version)) // there, or there would be no form
		d := document.Document{
			ID: key, Person: child, Service: f.Service, Form: f.ID, Version: f.Version, Title: f.Title, Definition: file.Hash,
			Episode: in.episode, Begun: tx.Stamp(string(a.Worker)),
		}
		last, ok := lastFinal(held, f.ID, "")
		if ok {
			d.Previous = last.ID
		}
		var answers form.Answers
		if !anew {
			if answers, err = s.begins(ctx, tx, f, held, in.Context); err != nil {
				return err
			}
		}
		if err := tx.AddDocument(ctx, d); err != nil {
			return err
		}
		if err := s.addDraft(ctx, tx, a, d, f, answers); err != nil {
			return err
		}
		return s.leaveDone(ctx, tx, sat, BeginsDocument, d.ID)
	})
	return s.refusalOf(ctx, a, ref, access.Documents, err)
}

// begins are the answers that a document of a form begins with.
func (s *Service) begins(ctx context.Context, r store.Reader, f *form.Form, held []document.Document, in form.Context) (form.Answers, error) {
	from := map[string]*form.Final{}
	for _, c := range f.CopyFrom {
		id := c.Form.Text
		if id == "" {
			id = f.ID
		}
		last, ok := lastFinal(held, id, "")
		if !ok || from[id] != nil {
			continue
		}
		var err error
		if from[id], _, err = saidBy(ctx, r, last); err != nil {
			return form.Answers{}, err
		}
	}
	return f.Begin(from, in), nil
}

// addDraft begins a draft: a section for each of the form, and one without a name.
func (s *Service) addDraft(ctx context.Context, tx store.Tx, a Actor, d document.Document, f *form.Form, answers form.Answers) error {
	ids := []string{""}
	for _, sec := range f.Sections {
		ids = append(ids, sec.ID)
	}
	draft := make([]document.Section, len(ids))
	for i, sec := range ids {
		draft[i] = document.Section{Document: d.ID, ID: sec, Rev: 1, Answers: document.Part(answers, sec), Saved: date.At(s.now()), By: a.Worker}
	}
	return tx.AddDocumentDraft(ctx, draft)
}

func (s *Service) leaveDone(ctx context.Context, tx store.Tx, sat *sitting, action string, d document.ID) error {
	f := sat.footprint(sat.claims[0].decision)
	f.Action = action
	_, err := s.leave(ctx, tx, f, &footprint.Detail{Document: string(d)})
	return err
}

// seenSections names how a draft stood.
func seenSections(sections []document.Section) string {
	h := sha256.New()
	for _, sec := range sections {
		fmt.Fprintf(h, "%s %d\n", sec.ID, sec.Rev)
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// A Typed is what a page sent of one section of a document: a value for each question
// that was on it, nil for one that was left empty. Of a signature it is SignNow to sign,
// or SignKept and, in an item of a list, the place that the item had, to keep the one
// that is there.
type Typed struct {
	Document document.ID
	Section  string
	Rev      int // that the page read
	Values   map[string]any
	// Anew is what was said of answers that the document began with, by question:
	// form.StillTrue or form.Changed.
	Anew map[string]string
	// Exceptions are the reasons for exceptions to rules, of the section without a
	// name.
	Exceptions map[string]string
}

// SaveSection saves what was typed into a section of a draft, whether or not it is what
// the questions take: nothing typed is lost. What is not on the page, because it is not
// asked, stays as it was. It gives the section as it stands then.
//
// Errors: Conflict when the section was saved since it was read, and NotWritten(err) when
// the document was completed meanwhile; then nothing was changed. Invalid when it is too
// much to keep.
func (s *Service) SaveSection(ctx context.Context, a Actor, ref id.Reference, t Typed) (document.Section, error) {
	var saved document.Section
	err := s.db.Plain(ctx, func(tx store.PlainTx) error {
		_, sat, err := s.mayAddTo(ctx, tx, a, ref, access.Documents)
		if err != nil {
			return err
		}
		d, err := s.ownDocument(ctx, tx, sat, t.Document)
		if err != nil {
			return err
		}
		if !d.Written() {
			return errNotWritten
		}
		f, err := s.formOf(ctx, tx, d)
		if err != nil {
			return err
		}
		if f == nil {
			return errNotFilledIn
		}
		sections, err := tx.DocumentSections(ctx, d.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(sections, func(sec document.Section) bool { return sec.ID == t.Section })
		if i < 0 {
			return errNoDocument
		}
		held := sections[i]
		next := held
		next.Answers = f.Canonical(s.typedInto(f, held.Answers, t, sat), form.Context{Today: s.Today()})
		unsign(f, t.Section, held.Answers, &next.Answers, a.Worker)
		if err := s.lookAnew(ctx, tx, f, d, held, &next, t); err != nil {
			return err
		}
		next.Saved, next.By = date.At(s.now()), a.Worker
		same, err := sameAnswers(held.Answers, next.Answers)
		if err != nil {
			return err
		}
		if same && (held.Rev == t.Rev || held.Rev == t.Rev+1 && held.By == a.Worker) {
			saved = held // nothing is new, or the same was sent twice
			return nil
		}
		if held.Rev != t.Rev {
			return errSectionChanged
		}
		was := document.Whole(sections)
		sections[i] = next
		if next, err = s.saveFallen(ctx, tx, f, sections, was, next); err != nil {
			return err
		}
		sections[i] = next
		if err := fits(document.Whole(sections)); err != nil {
			return err
		}
		if err := tx.SaveSection(ctx, next); err != nil {
			return err
		}
		saved = next
		saved.Rev++
		return nil
	})
	return saved, s.refusalOf(ctx, a, ref, access.Documents, err)
}

// lookAnew keeps what was said of the answers that a document began with. Whoever answers
// otherwise has changed it, whatever they say; whoever says that it is still true after
// all, and types nothing new, has the answer back that it began with.
func (s *Service) lookAnew(ctx context.Context, r store.Reader, f *form.Form, d document.Document, held document.Section, next *document.Section, t Typed) error {
	i := slices.IndexFunc(f.Sections, func(sec form.Section) bool { return sec.ID == t.Section })
	if i < 0 {
		return nil
	}
	var began *form.Answers
	for _, q := range f.Sections[i].Ask {
		was, asked := f.ToLookAt(held.Answers, t.Section, q.ID)
		if !asked {
			continue
		}
		same, err := sameValue(held.Answers.Get(t.Section, q.ID), next.Answers.Get(t.Section, q.ID))
		if err != nil {
			return err
		}
		is := was
		switch said := t.Anew[q.ID]; {
		case !same, said == form.Changed:
			is = form.Changed
		case said == form.StillTrue && was != form.Changed:
			is = said
		case said == form.StillTrue && held.Rev == t.Rev: // and not the same sent twice
			if began == nil {
				a, err := s.beganWith(ctx, r, f, d)
				if err != nil {
					return err
				}
				began = &a
			}
			if v := began.Get(t.Section, q.ID); v != nil {
				next.Answers.Set(t.Section, q.ID, v)
			}
			is = said
		}
		if next.Answers.Anew == nil {
			next.Answers.Anew = map[string]string{}
		}
		next.Answers.Anew[form.AnewKey(t.Section, q.ID)] = is
	}
	return nil
}

// beganWith is what a document began with.
func (s *Service) beganWith(ctx context.Context, r store.Reader, f *form.Form, d document.Document) (form.Answers, error) {
	held, err := r.Documents(ctx, d.Person)
	if err != nil {
		return form.Answers{}, err
	}
	held = slices.DeleteFunc(held, func(o document.Document) bool { return o.ID == d.ID })
	return s.begins(ctx, r, f, held, form.Context{Today: s.Today()})
}

func sameValue(a, b any) (bool, error) {
	var x, y form.Answers
	x.Set("s", "q", a)
	y.Set("s", "q", b)
	return sameAnswers(x, y)
}

var errSectionChanged = fault.New(fault.Conflict, "Somebody saved this section since you opened it. What you typed is not lost: it is on this page.")

// SectionChanged reports whether err says that a section was saved since it was read.
func SectionChanged(err error) bool { return errors.Is(err, errSectionChanged) }

// fits reports answers that are too much to keep.
func fits(a form.Answers) error {
	text, err := a.JSON()
	if err != nil {
		return err
	}
	if len(text) > form.MostChars {
		return fault.New(fault.Invalid, "This document is too long to be kept. Shorten what you typed, or put it on the record as a file.")
	}
	return nil
}

func sameAnswers(a, b form.Answers) (bool, error) {
	x, err := a.JSON()
	if err != nil {
		return false, err
	}
	y, err := b.JSON()
	return string(x) == string(y), err
}

// typedInto is the answers of a section with what was typed.
func (s *Service) typedInto(f *form.Form, held form.Answers, t Typed, sat *sitting) form.Answers {
	next := form.Answers{Copied: held.Copied}
	if t.Section == "" {
		next.Exceptions = map[string]string{}
		for rule, why := range t.Exceptions {
			if why = entry.Text(why); why != "" && slices.ContainsFunc(f.Rules, func(r form.Rule) bool { return r.ID == rule && r.Exception }) {
				next.Exceptions[rule] = why
			}
		}
		return next
	}
	next.Reviewed, next.Fell = held.Reviewed, maps.Clone(held.Fell)
	for q, v := range held.Sections[t.Section] {
		next.Set(t.Section, q, v)
	}
	i := slices.IndexFunc(f.Sections, func(sec form.Section) bool { return sec.ID == t.Section })
	if i < 0 {
		return next
	}
	for k := range f.Sections[i].Ask {
		q := &f.Sections[i].Ask[k]
		v, sent := t.Values[q.ID]
		if !sent || q.Kind == form.Computed {
			continue
		}
		next.Set(t.Section, q.ID, s.signed(q, v, held.Get(t.Section, q.ID), sat))
		if next.Get(t.Section, q.ID) != nil {
			delete(next.Fell, form.AnewKey(t.Section, q.ID)) // signed anew
		}
	}
	return next
}

// FormOf is the form that a document of the actor's service is written under, for whoever
// may write in it.
func (s *Service) FormOf(ctx context.Context, a Actor, ref id.Reference, key document.ID) (*form.Form, error) {
	var f *form.Form
	err := s.db.View(ctx, func(r store.Reader) error {
		_, sat, err := s.mayAddTo(ctx, r, a, ref, access.Documents)
		if err != nil {
			return err
		}
		d, err := s.ownDocument(ctx, r, sat, key)
		if err != nil {
			return err
		}
		if f, err = s.formOf(ctx, r, d); err == nil && f == nil {
			err = errNotFilledIn
		}
		return err
	})
	return f, s.refusalOf(ctx, a, ref, access.Documents, err)
}

var errNotFilledIn = fault.New(fault.Conflict, "The form that this was begun on can no longer be filled in. What is written can be read.")

// NotReady are the problems that stand in the way of completing a document.
type NotReady struct{ Problems []form.Problem }

// Error is for the log, and holds nothing that was answered.
func (n *NotReady) Error() string {
	return fmt.Sprintf("%d things stand in the way of completing the document", len(n.Problems))
}

// IsNotReady reports whether err is a *NotReady.
func IsNotReady(err error) bool {
	_, ok := errors.AsType[*NotReady](err)
	return ok
}

// CompleteDocument completes a draft: everything that the form asks is held to it, and
// either all of it is saved (what it says, its effects, the footprint), or nothing is.
// seen is how the draft stood on the page.
//
// Errors: *NotReady with each thing that stands in the way; Conflict when the draft was
// saved since, and NotWritten(err) when it was completed before; Refused where the form
// names other roles.
func (s *Service) CompleteDocument(ctx context.Context, a Actor, ref id.Reference, key document.ID, seen string) error {
	var notReady *NotReady
	err := s.db.Update(ctx, func(tx store.Tx) error {
		notReady = nil
		child, sat, err := s.mayAddTo(ctx, tx, a, ref, access.Documents)
		if err != nil {
			return err
		}
		d, err := s.ownDocument(ctx, tx, sat, key)
		if err != nil {
			return err
		}
		if !d.Written() {
			return errNotWritten
		}
		f, err := s.formOf(ctx, tx, d)
		if err != nil {
			return err
		}
		if f == nil || !inRoles(f.CompleteBy, sat.viewer.Role) {
			var by []form.Word
			if f != nil {
				by = f.CompleteBy
			}
			return s.errNotRole("completed", by)
		}
		sections, err := tx.DocumentSections(ctx, d.ID)
		if err != nil {
			return err
		}
		if seenSections(sections) != seen {
			return errDraftChanged
		}
		in, err := s.around(ctx, tx, child, f, &d)
		if err != nil {
			return err
		}
		answers := f.Canonical(document.Whole(sections), in.Context)
		answers.Fell = nil // which is of the draft alone
		j := f.Judge(answers, in.Context)
		if !j.Ready() {
			notReady = &NotReady{j.Problems}
			return notReady
		}
		evidence, err := tx.Evidence(ctx, d.ID)
		if err != nil {
			return err
		}
		earlier, err := tx.EarlierSections(ctx, d.ID)
		if err != nil {
			return err
		}
		if err := tx.DropDocumentDraft(ctx, d.ID, sections); err != nil {
			return err
		}
		step, err := s.step(ctx, tx, sat, d, document.Completed)
		if err != nil {
			return err
		}
		step.Final, step.Wrote = f.NoAuthorise, document.Writers(sections, earlier, evidence, d.Last().Recorded.At)
		does := j.OnComplete
		if step.Final {
			does = append(does, j.OnSign...)
		}
		if step.Effects, err = s.effects(ctx, tx, sat, d, f, does); err != nil {
			return err
		}
		if err := fits(answers); err != nil {
			return err
		}
		content := document.Content{
			Answers: answers, Said: j.Final(), Printed: f.PrintJudged(j, answers, in.Context), Scores: j.Scores, Judged: in.Judged, Evidence: evidence,
		}
		if err := tx.AddDocumentStep(ctx, d.ID, step, &content); err != nil {
			return err
		}
		if err := s.endRequired(ctx, tx, sat, d.Form); err != nil {
			return err
		}
		if err := s.endNotRequired(ctx, tx, sat, d); err != nil {
			return err
		}
		d.Steps = append(d.Steps, step)
		if err := s.tellDocumentWaits(ctx, tx, sat, d, f, does); err != nil {
			return err
		}
		return s.leaveDone(ctx, tx, sat, CompletesDocument, d.ID)
	})
	if notReady != nil {
		return notReady
	}
	return s.refusalOf(ctx, a, ref, access.Documents, err)
}

var errDraftChanged = fault.New(fault.Conflict, "Somebody changed this document while you were checking it. Look at it again, then complete it.")

// DraftChanged reports whether err says that a draft was saved since it was read.
func DraftChanged(err error) bool { return errors.Is(err, errDraftChanged) }

// step is the next step of a document, by the actor.
func (s *Service) step(ctx context.Context, tx store.Tx, sat *sitting, d document.Document, did document.Did) (document.Step, error) {
	who, err := tx.Worker(ctx, sat.actor.Worker)
	return document.Step{
		Number: d.Last().Number + 1, Did: did, By: sat.actor.Worker, ByName: who.Name(), ByRole: s.RoleTitle(sat.viewer.Role),
		Recorded: tx.Stamp(string(sat.actor.Worker)),
	}, err
}

// wrongReason says what is wrong with requests, or with why; nil where nothing is.
func wrongReason(reason, missing string) []fault.Problem {
	switch n := utf8.RuneCountInString(reason); {
	case n == 0:
		return []fault.Problem{{Field: "reason", Message: missing}}
	case n > MaxDocumentReason:
		return []fault.Problem{fault.TooLong("reason", "What you typed", MaxDocumentReason)}
	}
	return nil
}

// AuthoriseDocument makes a completed document final. step is the last step that the
// page showed.
//
// Errors: Refused where the form names other roles, or the actor wrote in it; Conflict when something was done with it since.
func (s *Service) AuthoriseDocument(ctx context.Context, a Actor, ref id.Reference, key document.ID, step int) error {
	return s.decideDocument(ctx, a, ref, key, step, AuthorisesDocument, func(tx store.Tx, sat *sitting, d document.Document, f *form.Form) error {
		next, err := s.step(ctx, tx, sat, d, document.Authorised)
		if err != nil {
			return err
		}
		next.Final = true
		latest, _ := d.Latest() // it waits, so that there is one
		content, err := tx.DocumentContent(ctx, d.ID, latest.Number)
		if err != nil {
			return err
		}
		in, err := contextOf(ctx, tx, content.Judged)
		if err != nil {
			return err
		}
		if next.Effects, err = s.effects(ctx, tx, sat, d, f, f.Judge(content.Answers, in).OnSign); err != nil {
			return err
		}
		if err := tx.AddDocumentStep(ctx, d.ID, next, nil); err != nil {
			return err
		}
		if err := s.endNotRequired(ctx, tx, sat, d); err != nil {
			return err
		}
		return s.tellWith(ctx, tx, sat, store.Notice{Kind: DocumentAuthorised, Document: d.ID}, latest.By)
	})
}

// ReturnDocument gives a completed document back to be changed, with requests.
func (s *Service) ReturnDocument(ctx context.Context, a Actor, ref id.Reference, key document.ID, step int, requests string) error {
	requests = entry.Text(requests)
	if wrong := wrongReason(requests, "Enter what has to be changed"); len(wrong) > 0 {
		return problems(wrong)
	}
	return s.decideDocument(ctx, a, ref, key, step, ReturnsDocument, func(tx store.Tx, sat *sitting, d document.Document, f *form.Form) error {
		next, err := s.step(ctx, tx, sat, d, document.Returned)
		if err != nil {
			return err
		}
		next.Reason = requests
		latest, _ := d.Latest()
		if err := s.writeAgain(ctx, tx, Actor{Worker: latest.By}, d, f, latest.Number); err != nil {
			return err
		}
		if err := tx.AddDocumentStep(ctx, d.ID, next, nil); err != nil {
			return err
		}
		return s.tellWith(ctx, tx, sat, store.Notice{Kind: DocumentReturned, Document: d.ID}, latest.By)
	})
}

// writeAgain begins a draft with what a document said at a step.
func (s *Service) writeAgain(ctx context.Context, tx store.Tx, a Actor, d document.Document, f *form.Form, step int) error {
	content, err := tx.DocumentContent(ctx, d.ID, step)
	if err != nil {
		return err
	}
	if err := s.addDraft(ctx, tx, a, d, f, content.Answers); err != nil {
		return err
	}
	return tx.AddEvidence(ctx, d.ID, content.Evidence)
}

func (s *Service) decideDocument(ctx context.Context, a Actor, ref id.Reference, key document.ID, step int, action string, do func(store.Tx, *sitting, document.Document, *form.Form) error) error {
	err := s.db.Update(ctx, func(tx store.Tx) error {
		sat, err := s.mayDo(ctx, tx, a, ref, access.Documents, access.Change)
		if err != nil {
			return err
		}
		d, f, err := s.documentAt(ctx, tx, sat, key, step)
		if err != nil {
			return err
		}
		if d.State() != document.Waiting {
			return errDocumentMoved
		}
		if err := s.mayAuthorise(sat, documentAwaits(d, f)); err != nil {
			return err
		}
		if err := do(tx, sat, d, f); err != nil {
			return err
		}
		if err := s.endAuthorise(ctx, tx, sat, linkOfDocument(d.ID), decidedWords[action]); err != nil {
			return err
		}
		return s.leaveDone(ctx, tx, sat, action, d.ID)
	})
	return s.refusedTo(ctx, a, ref, access.Documents, string(access.Change), err)
}

var errDocumentMoved = fault.New(fault.Conflict, "Somebody did something else with this document since you opened it.")

// documentAt is a document of the actor's service that stands where the page showed it,
// and its form.
func (s *Service) documentAt(ctx context.Context, r store.Reader, sat *sitting, key document.ID, step int) (document.Document, *form.Form, error) {
	d, err := s.ownDocument(ctx, r, sat, key)
	if err != nil {
		return d, nil, err
	}
	if d.Last().Number != step {
		return d, nil, errDocumentMoved
	}
	f, err := s.formOf(ctx, r, d)
	if err == nil && f == nil {
		err = fault.New(fault.Conflict, "The form of this document can no longer be filled in, so it stays as it is.")
	}
	return d, f, err
}
