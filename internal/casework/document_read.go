package casework

import (
	"context"
	"maps"
	"slices"
	"strings"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/document"
	"casefile/internal/fault"
	"casefile/internal/form"
	"casefile/internal/media"
	"casefile/internal/person"
	"casefile/internal/scan"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// A Writing is a document that is being written.
type Writing struct {
	document.Document
	Form      *form.Form // nil where its definition can no longer be read
	Answers   form.Answers
	Sections  map[string]document.Section // by their ids
	Names     map[staff.ID]string         // of who saved them
	Judgement form.Judgement
	Context   form.Context
	Last      *LastTime
	Began     map[string]map[string]form.PrintedAnswer // by section and question: what it began with, to be looked at
	Earlier   map[string]bool                          // sections of which others had saved what was written over
	Named     Named
	Fell      []FellSignature
	People    []Pick // who can be picked
	Files     []Pick // what can be attached
	Seen      string // how the draft stood; completing it names it
	// MayComplete is set for whoever's role completes the form; Complete are the
	// titles of those roles.
	MayComplete bool
	Complete    []string
	Requests    document.Step // of one that was returned; or why it is corrected
	Review      Review        // of one completed today
}

// A LastTime is what the last final document of the form said.
type LastTime struct {
	ID      document.ID
	On      date.Date
	By      string
	Answers map[string]map[string]form.PrintedAnswer // by section and question
}

// A Pick is somebody or something that can be chosen.
type Pick struct{ Key, Words string }

// Named are the persons, workers and files that answers name by their keys.
type Named map[string]string

// Of is what a key is called.
func (n Named) Of(key string) string {
	if w := n[key]; w != "" {
		return w
	}
	return "Not shown to you"
}

// WritingPart is a document that is being written, for whoever writes in it.
func WritingPart(key document.ID) Part[Writing] {
	return Part[Writing]{access.Documents, access.Record, func(ctx context.Context, r reading) (Writing, error) {
		d, err := r.s.ownDocument(ctx, r.Reader, r.sitting, key)
		if err != nil {
			return Writing{}, err
		}
		if !d.Written() {
			return Writing{}, errNotWritten
		}
		r.detail.Document = string(d.ID)
		return r.writing(ctx, d)
	}}
}

var (
	errNoDocument = fault.New(fault.NotFound, "There is no such document on this record.")
	errNotWritten = fault.New(fault.Conflict, "This document is completed, so nothing is written in it any more.")
)

// errOnlyWritten says that a document was never completed, to whoever may read it.
var errOnlyWritten = fault.New(fault.Conflict, "This is still being written, so there is nothing to read yet.")

// OnlyWritten reports whether err says so.
func OnlyWritten(err error) bool { return err == error(errOnlyWritten) }

// NotWritten reports whether err says that a document is no longer being written.
func NotWritten(err error) bool { return err == error(errNotWritten) }

// ownDocument is a document of the actor's service on the file that they sit before.
func (s *Service) ownDocument(ctx context.Context, r store.Reader, sat *sitting, key document.ID) (document.Document, error) {
	d, err := r.Document(ctx, key)
	if fault.Is(err, fault.NotFound) {
		return d, errNoDocument
	}
	if err == nil && (d.Person != sat.person || d.Service != sat.viewer.Service || d.State() == document.Gone) {
		err = errNoDocument
	}
	return d, err
}

func (r reading) writing(ctx context.Context, d document.Document) (Writing, error) {
	w := Writing{Document: d, Sections: map[string]document.Section{}, Names: map[staff.ID]string{}}
	sections, err := r.DocumentSections(ctx, d.ID)
	if err != nil {
		return w, err
	}
	for _, s := range sections {
		w.Sections[s.ID] = s
		if _, known := w.Names[s.By]; known {
			continue
		}
		if w.Names[s.By], err = r.workerName(ctx, s.By); err != nil {
			return w, err
		}
	}
	w.Earlier = map[string]bool{}
	earlier, err := r.EarlierSections(ctx, d.ID)
	if err != nil {
		return w, err
	}
	for _, e := range earlier {
		w.Earlier[e.ID] = true
	}
	w.Answers, w.Seen = document.Whole(sections), seenSections(sections)
	w.Requests = d.Last()
	if w.Form, err = r.s.formOf(ctx, r.Reader, d); err != nil || w.Form == nil {
		return w, err
	}
	in, err := r.s.around(ctx, r.Reader, r.person, w.Form, &d)
	if err != nil {
		return w, err
	}
	w.Context = in.Context
	if w.Form.Review != nil && w.Form.Review.DatesMatch.Text != "" {
		held, err := r.Documents(ctx, r.person)
		if err != nil {
			return w, err
		}
		w.Review = r.review(w.Form, held, in.Context.Today)
	}
	w.Judgement = w.Form.Judge(w.Answers, in.Context)
	for _, role := range w.Form.CompleteBy {
		w.Complete = append(w.Complete, r.s.RoleTitle(access.Role(role.Text)))
		w.MayComplete = w.MayComplete || role.Text == string(r.viewer.Role)
	}
	if w.Fell, err = r.fell(ctx, w.Form, w.Answers); err != nil {
		return w, err
	}
	if d.Previous != "" {
		if w.Last, err = r.lastTime(ctx, d.Previous); err != nil {
			return w, err
		}
	}
	if asks(w.Form, form.Person) && r.ask(access.Relations, access.Look).Outcome == access.Shown {
		if err := r.pickPeople(ctx, &w); err != nil {
			return w, err
		}
	}
	if asks(w.Form, form.Attachment) && r.ask(access.Files, access.Look).Outcome == access.Shown {
		if err := r.pickFiles(ctx, &w); err != nil {
			return w, err
		}
	}
	if w.Named, err = r.named(ctx, w.Form.PrintJudged(w.Judgement, w.Answers, in.Context)); err != nil || len(w.Answers.Copied) == 0 {
		return w, err
	}
	began, err := r.s.beganWith(ctx, r.Reader, w.Form, d)
	if err != nil {
		return w, err
	}
	printed := w.Form.Print(began, in.Context)
	w.Began = byQuestion(printed)
	more, err := r.named(ctx, printed)
	maps.Copy(w.Named, more)
	return w, err
}

func asks(f *form.Form, kind form.Kind) bool {
	of := func(q form.Question) bool {
		return q.Kind == kind || slices.ContainsFunc(q.Item, func(i form.Question) bool { return i.Kind == kind })
	}
	return slices.ContainsFunc(f.Sections, func(s form.Section) bool { return slices.ContainsFunc(s.Ask, of) })
}

func (r reading) pickPeople(ctx context.Context, w *Writing) error {
	h, err := r.Header(ctx, r.person)
	if err != nil {
		return err
	}
	w.People = []Pick{{string(r.person), h.DisplayName()}}
	family, err := r.family(ctx, 0)
	for _, rel := range family.Relatives {
		w.People = append(w.People, Pick{string(rel.Who.ID), rel.Who.DisplayName() + ", " + rel.Word()})
	}
	return err
}

func (r reading) pickFiles(ctx context.Context, w *Writing) error {
	list, err := r.Files(ctx, r.person, "", PageLines)
	sight := r.sight()
	for _, f := range list {
		if sight.of(f.Service, false) == access.Shown && f.Scanned != scan.Found {
			w.Files = append(w.Files, Pick{string(f.ID), f.Title + ", added " + f.Recorded.At.Date().Long()})
		}
	}
	return err
}

func (r reading) lastTime(ctx context.Context, key document.ID) (*LastTime, error) {
	d, err := r.Document(ctx, key)
	if err != nil {
		return nil, err
	}
	step, ok := d.Says()
	if !ok || d.Person != r.person {
		return nil, nil //nolint:nilnil // it stands on another record now, so that there was no last time
	}
	c, err := r.DocumentContent(ctx, key, step.Number)
	if err != nil {
		return nil, err
	}
	return &LastTime{ID: key, On: d.FinalOn(), By: step.ByName, Answers: byQuestion(c.Printed)}, nil
}

func byQuestion(p form.Printed) map[string]map[string]form.PrintedAnswer {
	out := map[string]map[string]form.PrintedAnswer{}
	for _, s := range p.Sections {
		out[s.ID] = map[string]form.PrintedAnswer{}
		for _, a := range s.Answers {
			out[s.ID][a.ID] = a
		}
	}
	return out
}

// named finds what the keys in a document are called, as far as the viewer may know.
func (r reading) named(ctx context.Context, p form.Printed) (Named, error) {
	names := Named{}
	for _, a := range p.All() {
		for _, key := range a.Keys {
			if _, done := names[key]; done {
				continue
			}
			var err error
			if names[key], err = r.nameOf(ctx, a.Kind, key); err != nil {
				return nil, err
			}
		}
	}
	return names, nil
}

func (r reading) nameOf(ctx context.Context, kind form.Kind, key string) (string, error) {
	switch kind {
	case form.Signature:
		return r.workerName(ctx, staff.ID(key))
	case form.Attachment:
		f, err := r.File(ctx, media.ID(key))
		if fault.Is(err, fault.NotFound) {
			return "", nil
		}
		if err != nil || f.Person != r.person || r.ask(access.Files, access.Look).Outcome != access.Shown || r.sight().of(f.Service, false) != access.Shown {
			return "", err
		}
		return f.Title, nil
	}
	p, err := r.FileOf(ctx, person.ID(key))
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	if p == r.person {
		h, err := r.Header(ctx, p)
		return h.DisplayName(), err
	}
	if r.ask(access.Relations, access.Look).Outcome != access.Shown {
		return "", nil
	}
	w, err := r.relative(ctx, p, 0)
	if err != nil || w == nil {
		return "", err
	}
	return w.header.DisplayName(), nil
}

// A DocumentRead is what a document says at one step.
type DocumentRead struct {
	document.Document
	Step    document.Step // whose content it is
	Current bool          // it is what the document says now
	Content document.Content
	Named   Named
	// Evidence is what each section rests on, of the record.
	Evidence map[string]EvidenceRead
	Writers  []string // who wrote in it beside whoever completed it
	Waits
	MayCorrect bool
	MayBefore  bool // they may read what it said before
	Review     Review
}

// DocumentPart is what a document said at a step, or with step 0 what it says: once
// final, what became final last, and before what waits to be authorised. What was
// final and was corrected has a right of its own.
func DocumentPart(key document.ID, step int) Part[DocumentRead] {
	return Part[DocumentRead]{access.Documents, access.Look, func(ctx context.Context, r reading) (DocumentRead, error) {
		d, err := r.readable(ctx, key)
		if err != nil {
			return DocumentRead{}, err
		}
		says, ok := d.Says()
		if !ok {
			if says, ok = d.Latest(); !ok {
				return DocumentRead{}, errOnlyWritten
			}
		}
		if step == 0 {
			step = says.Number
		}
		out := DocumentRead{Document: d, Current: step == says.Number}
		if out.Step, err = r.version(d, step); err != nil {
			return DocumentRead{}, err
		}
		if out.Content, err = r.DocumentContent(ctx, key, step); err != nil {
			return DocumentRead{}, err
		}
		r.detail.Document = string(key)
		if out.Named, err = r.named(ctx, out.Content.Printed); err != nil {
			return DocumentRead{}, err
		}
		if out.Evidence, err = r.evidenceRead(ctx, out.Content.Evidence); err != nil {
			return DocumentRead{}, err
		}
		if out.Writers, err = r.otherWriters(ctx, out.Step.Wrote, out.Step.By); err != nil {
			return DocumentRead{}, err
		}
		out.MayBefore = r.s.decide(r.standing, access.DocumentsBefore, access.Look).Outcome == access.Shown
		f, err := r.s.formOf(ctx, r.Reader, d)
		if err != nil || f == nil {
			return out, err
		}
		if out.Waits, err = r.waits(ctx, documentAwaits(d, f), d.State() == document.Waiting); err != nil {
			return DocumentRead{}, err
		}
		out.MayCorrect = d.State() == document.Final && r.mayCorrect(d, f)
		if f.Review != nil && d.State() == document.Final {
			held, err := r.Documents(ctx, r.person)
			if err != nil {
				return DocumentRead{}, err
			}
			out.Review = r.review(f, held, d.FinalOn())
		}
		return out, nil
	}}
}

// DecideDocumentPart is what waits to be authorised, for whoever authorises it.
func DecideDocumentPart(key document.ID) Part[DocumentRead] {
	return Part[DocumentRead]{access.Documents, access.Change, func(ctx context.Context, r reading) (DocumentRead, error) {
		d, err := r.s.ownDocument(ctx, r.Reader, r.sitting, key)
		if err != nil {
			return DocumentRead{}, err
		}
		if d.State() != document.Waiting {
			return DocumentRead{}, errDocumentMoved
		}
		latest, _ := d.Latest() // it waits, so that there is one
		out, err := DocumentPart(key, latest.Number).read(ctx, r)
		if err == nil && !out.MayAuthorise {
			err = fault.New(fault.Refused, "This is authorised by others: "+strings.Join(out.Authorise, ", ")+", and not by who wrote in it.")
		}
		return out, err
	}}
}

// readable is a document on the file that is the viewer's to read.
func (r reading) readable(ctx context.Context, key document.ID) (document.Document, error) {
	d, err := r.Document(ctx, key)
	if fault.Is(err, fault.NotFound) {
		return d, errNoDocument
	}
	if err != nil {
		return d, err
	}
	sight := r.sight()
	if d.Person != r.person || d.State() == document.Gone || sight.of(d.Service, false) != access.Shown || d.Service != sight.service && !d.WasFinal() {
		return d, errNoDocument
	}
	return d, nil
}

// version is a step whose content the viewer may read. What is no longer what a
// document says, and was final, takes a right of its own.
func (r reading) version(d document.Document, number int) (document.Step, error) {
	i := slices.IndexFunc(d.Steps, func(s document.Step) bool { return s.Number == number && s.Did == document.Completed })
	if i < 0 {
		return document.Step{}, errNoDocument
	}
	step := d.Steps[i]
	says, final := d.Says()
	own := d.Service == r.viewer.Service
	switch {
	case !own && !isVersion(d, number): // it never was final, or is on its way to be
		return step, errNoDocument
	case final && number < says.Number && r.ask(access.DocumentsBefore, access.Look).Outcome != access.Shown:
		return step, errNoDocument
	}
	return step, nil
}

// isVersion reports whether a step's content became final.
func isVersion(d document.Document, number int) bool {
	return slices.ContainsFunc(d.Versions(), func(s document.Step) bool { return s.Number == number })
}

// mayCorrect is asked only to offer it: the change decides anew.
func (r reading) mayCorrect(d document.Document, f *form.Form) bool {
	return d.Service == r.viewer.Service && (inRoles(f.CompleteBy, r.viewer.Role) || inRoles(f.AuthoriseBy, r.viewer.Role)) &&
		r.s.decide(r.standing, access.Documents, access.Record).Outcome == access.Shown
}

func inRoles(list []form.Word, role access.Role) bool {
	return slices.ContainsFunc(list, func(w form.Word) bool { return w.Text == string(role) })
}

// A Comparison is what differs between two versions of a document.
type Comparison struct {
	document.Document
	Was, Is document.Step
	Changes []form.Change
	Form    bool // its definition can still be read, or nothing could be compared
	Named   Named
}

// CompareDocumentPart compares two versions of a document.
func CompareDocumentPart(key document.ID, was, is int) Part[Comparison] {
	return Part[Comparison]{access.Documents, access.Look, func(ctx context.Context, r reading) (c Comparison, err error) {
		if c.Document, err = r.readable(ctx, key); err != nil {
			return c, err
		}
		r.detail.Document = string(key)
		if c.Was, err = r.version(c.Document, was); err != nil {
			return c, err
		}
		if c.Is, err = r.version(c.Document, is); err != nil {
			return c, err
		}
		before, err := r.DocumentContent(ctx, key, was)
		if err != nil {
			return c, err
		}
		after, err := r.DocumentContent(ctx, key, is)
		if err != nil {
			return c, err
		}
		f, err := r.s.formOf(ctx, r.Reader, c.Document)
		if err != nil || f == nil {
			return c, err
		}
		c.Form = true
		in, err := contextOf(ctx, r.Reader, after.Judged)
		if err != nil {
			return c, err
		}
		c.Changes = f.Diff(before.Answers, after.Answers, in)
		if c.Named, err = r.named(ctx, before.Printed); err != nil {
			return c, err
		}
		more, err := r.named(ctx, after.Printed)
		if err != nil {
			return c, err
		}
		maps.Copy(c.Named, more)
		for i := range c.Changes {
			for key := range c.Named {
				c.Changes[i].Was = strings.ReplaceAll(c.Changes[i].Was, key, c.Named.Of(key))
				c.Changes[i].Is = strings.ReplaceAll(c.Changes[i].Is, key, c.Named.Of(key))
			}
		}
		return c, nil
	}}
}

// contextOf is the surroundings in which a document was judged, read again.
func contextOf(ctx context.Context, r store.Reader, j document.Judged) (form.Context, error) {
	c := form.Context{Today: j.Today, Born: j.Born, Opened: j.Opened, Facts: j.Facts}
	read := func(d document.Read) (*form.Final, error) {
		if d.Document == "" {
			return nil, nil //nolint:nilnil // none was read
		}
		content, err := r.DocumentContent(ctx, d.Document, d.Step)
		return content.Said, err
	}
	var err error
	if c.Previous, err = read(j.Previous); err != nil {
		return c, err
	}
	for id, d := range j.Uses {
		if c.Uses == nil {
			c.Uses = map[string]*form.Final{}
		}
		if c.Uses[id], err = read(d); err != nil {
			return c, err
		}
	}
	return c, nil
}

// An EarlierSection is what another worker had saved of a section before it was written over.
type EarlierSection struct {
	document.Section
	Name string
}

// EarlierPart is what others had saved of a section of a draft.
func EarlierPart(key document.ID, section string) Part[[]EarlierSection] {
	return Part[[]EarlierSection]{access.Documents, access.Record, func(ctx context.Context, r reading) ([]EarlierSection, error) {
		d, err := r.s.ownDocument(ctx, r.Reader, r.sitting, key)
		if err != nil {
			return nil, err
		}
		list, err := r.EarlierSections(ctx, d.ID)
		if err != nil {
			return nil, err
		}
		list = slices.DeleteFunc(list, func(s document.Section) bool { return s.ID != section })
		out := make([]EarlierSection, len(list))
		for i, s := range list {
			out[i].Section = s
			if out[i].Name, err = r.workerName(ctx, s.By); err != nil {
				return nil, err
			}
		}
		return out, nil
	}}
}
