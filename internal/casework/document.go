package casework

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/document"
	"casefile/internal/fault"
	"casefile/internal/form"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// A DocumentLine is a document in the list of a file. Of a masked one it has only
// the service and the day: something is there, not what.
type DocumentLine struct {
	document.Document
	Masked  bool
	SavedBy string // name of who saved the draft last
	Review
	// Step is by which it is read as it was known; 0 where that is what it says today, or
	// what it said is no longer the viewer's to read.
	Step  int
	Since bool // it says something else today than it did then
	now   document.Document
}

// A Review is when a final document is to be done anew. The zero Review is never.
type Review struct {
	By date.Date
	// With is the document whose review is the same, and On the day on which that became
	// final: where its form says that the two should have the same day. Apart is set where
	// they have not.
	With  string
	On    date.Date
	Apart bool
}

// review is when a document that became final on a day is to be done anew: by its own
// cycle or, where its days are to be those of another form, with that one's.
func (r reading) review(f *form.Form, held []document.Document, final date.Date) Review {
	if f.Review == nil {
		return Review{}
	}
	v := Review{By: f.Review.Next(final)}
	other, ok := lastFinal(held, f.Review.DatesMatch.Text, "")
	if !ok || r.sight().of(other.Service, false) != access.Shown {
		return v
	}
	v.With, v.On, v.Apart = other.Title, other.FinalOn(), other.FinalOn() != final
	if o, ok := r.defs.Form(other.Form, other.Version); ok && o.Review != nil {
		if next := o.Review.Next(v.On); next.Before(v.By) {
			v.By = next
		}
	}
	return v
}

// A Choice is a form that can be begun.
type Choice struct {
	Form *form.Form
	Due  date.Date         // by when it is to be completed; zero where nothing says
	Last document.Document // the last final one; the zero one where there is none
	Open document.ID       // one that is being written, where there is to be one at a time
}

// A RequiredForm is a form that has to be completed because of what another document
// says, and is not yet.
type RequiredForm struct {
	Form    *form.Form
	By      date.Date // zero for no day
	Late    int       // days
	Because string    // title of the document; empty where that is not the viewer's to read
	Source  document.ID
	Open    document.ID // one that is begun; empty for none
	May     bool        // the viewer's service begins it
}

// Documents are the forms filled in for a person, the last begun first, those that have
// to be, and those that the viewer can begin.
type Documents struct {
	List     []DocumentLine
	Required []RequiredForm
	Choices  []Choice
}

// DocumentsPart is the documents of a file.
func DocumentsPart() Part[Documents] {
	return Part[Documents]{access.Documents, access.Look, func(ctx context.Context, r reading) (Documents, error) {
		d, err := r.documents(ctx)
		if err != nil || r.at != 0 || r.s.decide(r.standing, access.Documents, access.Record).Outcome != access.Shown {
			return d, err
		}
		d.Choices, err = r.choices(ctx)
		return d, err
	}}
}

// NewDocumentPart is the page on which a form is chosen.
func NewDocumentPart() Part[Documents] {
	return Part[Documents]{access.Documents, access.Record, func(ctx context.Context, r reading) (d Documents, err error) {
		d.Choices, err = r.choices(ctx)
		return d, err
	}}
}

func (r reading) documents(ctx context.Context) (Documents, error) {
	var out Documents
	list, err := r.Documents(ctx, r.person)
	if err != nil {
		return out, err
	}
	sight := r.sight()
	if r.at == 0 { // what is to be done is to be done today
		out.Required = r.required(list)
	}
	list = slices.DeleteFunc(list, func(d document.Document) bool { return d.State() == document.Gone })
	for _, now := range list {
		d, known := now.Known(r.at)
		outcome := sight.of(d.Service, false)
		if outcome == access.Absent || !known {
			continue
		}
		if d.Service != sight.service && !d.WasFinal() {
			continue // what another service has not finished is not there yet
		}
		line := DocumentLine{Document: d, now: now}
		if r.at != 0 {
			said, _ := d.Says()
			says, _ := now.Says()
			upTo := d.Last().Number
			if d.Service != sight.service { // what was on its way to be final then is not theirs
				upTo = said.Number
			}
			line.Since, line.Step = said.Number > 0 && said.Number != says.Number, r.saidAt(now, upTo)
		}
		if outcome == access.Masked {
			line = DocumentLine{Document: document.Document{Service: d.Service, Begun: d.Begun}, Masked: true}
		} else {
			if line.SavedBy, err = r.workerName(ctx, d.SavedBy); err != nil {
				return out, err
			}
			if f, ok := r.defs.Form(d.Form, d.Version); ok && d.State() == document.Final && r.at == 0 {
				line.Review = r.review(f, list, d.FinalOn())
			}
		}
		out.List = append(out.List, line)
	}
	return out, nil
}

// saidAt is the step by which to read what a document said when another of its steps was
// done; 0 where that is what it says today, or is no longer the viewer's to read.
func (r reading) saidAt(d document.Document, step int) int {
	completed := 0
	for _, s := range d.Steps {
		if s.Did == document.Completed && s.Number <= step && (d.Service == r.viewer.Service || isVersion(d, s.Number)) {
			completed = s.Number
		}
	}
	says, final := d.Says()
	if final && (completed == says.Number || completed < says.Number && r.s.decide(r.standing, access.DocumentsBefore, access.Look).Outcome != access.Shown) {
		return 0
	}
	return completed
}

// required are the forms that documents of the file require and that nobody has completed
// since, those due first first: each once, of the services whose work the viewer sees.
func (r reading) required(held []document.Document) []RequiredForm {
	var list []RequiredForm
	sight := r.sight()
	for _, d := range held {
		if d.State() == document.Gone {
			continue
		}
		for _, q := range d.Requires() {
			f, ok := r.defs.Form(q.Form, 0)
			if !ok || sight.of(f.Service, false) != access.Shown || slices.ContainsFunc(held, func(o document.Document) bool { return o.Meets(q) }) {
				continue
			}
			line := RequiredForm{Form: f, By: q.By, May: f.Service == sight.service}
			if sight.of(d.Service, false) == access.Shown && (d.Service == sight.service || d.WasFinal()) {
				line.Because, line.Source = q.Title, q.ID
			}
			for _, o := range held {
				if o.Form == f.ID && o.Written() && !o.WasFinal() && line.May {
					line.Open = o.ID
				}
			}
			if !q.By.IsZero() && q.By.Before(r.s.Today()) {
				line.Late = r.s.Today().Sub(q.By)
			}
			i := slices.IndexFunc(list, func(o RequiredForm) bool { return o.Form.ID == f.ID })
			switch {
			case i < 0:
				list = append(list, line)
			case list[i].By.IsZero() || !line.By.IsZero() && line.By.Before(list[i].By):
				list[i] = line
			}
		}
	}
	slices.SortStableFunc(list, func(a, b RequiredForm) int {
		return cmp.Or(dueFirst(a.By, b.By), cmp.Compare(a.Form.Title, b.Form.Title))
	})
	return list
}

// dueFirst puts the earlier day first, and none last.
func dueFirst(a, b date.Date) int {
	switch {
	case a == b:
		return 0
	case a.IsZero() || !b.IsZero() && b.Before(a):
		return 1
	}
	return -1
}

func (r reading) workerName(ctx context.Context, w staff.ID) (string, error) {
	if w == "" {
		return "", nil
	}
	who, err := r.Worker(ctx, w)
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	return who.Name(), err
}

// choices are the newest versions of the forms of the viewer's service that somebody
// completes.
func (r reading) choices(ctx context.Context) ([]Choice, error) {
	held, err := r.Documents(ctx, r.person)
	if err != nil {
		return nil, err
	}
	required := r.required(held)
	var list []Choice
	for _, f := range newestForms(r.defs.Forms()) {
		if f.Service != r.viewer.Service || len(f.CompleteBy) == 0 {
			continue
		}
		c := Choice{Form: f}
		in, err := r.s.around(ctx, r.Reader, r.person, f, nil)
		if err != nil {
			return nil, err
		}
		c.Last, _ = lastFinal(held, f.ID, "")
		c.Open = openOne(held, f, in.episode)
		if f.Due != nil {
			if c.Due, err = r.s.due(ctx, r.Reader, r.person, f, held, in); err != nil {
				return nil, err
			}
		}
		for _, q := range required {
			if q.Form == f && !q.By.IsZero() && (c.Due.IsZero() || q.By.Before(c.Due)) {
				c.Due = q.By
			}
		}
		list = append(list, c)
	}
	return list, nil
}

func newestForms(all []*form.Form) []*form.Form {
	var list []*form.Form
	for _, f := range all { // in the order of versions
		if n := len(list); n > 0 && list[n-1].ID == f.ID {
			list[n-1] = f
			continue
		}
		list = append(list, f)
	}
	return list
}

// openOne is the document of a form that is being written, or waits, where there is to
// be one at a time.
func openOne(held []document.Document, f *form.Form, episode string) document.ID {
	for _, d := range held {
		same := f.OneCurrentPer == "person" || f.OneCurrentPer == "episode" && d.Episode == episode
		if same && d.Form == f.ID && d.State() != document.Final && d.State() != document.Gone {
			return d.ID
		}
	}
	return ""
}

// lastFinal is the document of a form that became final last, but for one.
func lastFinal(held []document.Document, id string, but document.ID) (document.Document, bool) {
	var last document.Document
	for _, d := range held {
		if d.Form == id && d.ID != but && d.WasFinal() && (last.ID == "" || last.FinalOn().Before(d.FinalOn())) {
			last = d
		}
	}
	return last, last.ID != ""
}

// A surroundings is what a document is judged in.
type surroundings struct {
	form.Context
	document.Judged
	episode string
}

// around reads what a form can name beside itself; of is the document, or nil for one
// that is not begun.
func (s *Service) around(ctx context.Context, r store.Reader, p person.ID, f *form.Form, of *document.Document) (in surroundings, err error) {
	in.Context.Today = s.Today()
	if in.Context.Born, err = bornSurely(ctx, r, p); err != nil {
		return in, err
	}
	episodes, err := r.Episodes(ctx, p, 0)
	if err != nil {
		return in, err
	}
	for _, e := range episodes {
		if of != nil && inCase(of.Episode, e) || (of == nil || of.Episode == "") && e.Service == f.Service && e.Period.Contains(in.Context.Today) {
			in.episode, in.Context.Opened = e.Key(), e.Period.From
		}
	}
	facts, err := r.Characteristics(ctx, p, 0)
	if err != nil {
		return in, err
	}
	for _, c := range facts {
		if !slices.Contains(f.Facts(), c.Kind) || !c.Period.Contains(in.Context.Today) {
			continue
		}
		if in.Context.Facts == nil {
			in.Context.Facts = map[string][]string{}
		}
		value := c.Code
		if value == "" {
			value = c.Note
		}
		in.Context.Facts[c.Kind] = append(in.Context.Facts[c.Kind], value)
	}
	in.Judged = document.Judged{Today: in.Context.Today, Born: in.Context.Born, Opened: in.Context.Opened, Facts: in.Context.Facts}
	if of != nil && of.Previous != "" {
		before, err := r.Document(ctx, of.Previous)
		if err != nil {
			return in, err
		}
		if before.Person == p { // and not moved to another record since
			if in.Context.Previous, in.Judged.Previous, err = saidBy(ctx, r, before); err != nil {
				return in, err
			}
		}
	}
	if len(f.Uses) == 0 {
		return in, nil
	}
	held, err := r.Documents(ctx, p)
	if err != nil {
		return in, err
	}
	for _, u := range f.Uses {
		other, ok := lastFinal(held, u.Text, "")
		if !ok {
			continue
		}
		final, read, err := saidBy(ctx, r, other)
		if err != nil {
			return in, err
		}
		if in.Context.Uses == nil {
			in.Context.Uses, in.Judged.Uses = map[string]*form.Final{}, map[string]document.Read{}
		}
		in.Context.Uses[u.Text], in.Judged.Uses[u.Text] = final, read
	}
	return in, nil
}

// saidBy is what a final document says, and which step that is of.
func saidBy(ctx context.Context, r store.Reader, d document.Document) (*form.Final, document.Read, error) {
	step, ok := d.Says()
	if !ok {
		return nil, document.Read{}, nil
	}
	c, err := r.DocumentContent(ctx, d.ID, step.Number)
	return c.Said, document.Read{Document: d.ID, Step: step.Number}, err
}

// What a due date counts from, as definitions write it.
const (
	afterOpened = "episode.opened"
	afterFinal  = "document.final:"
	afterFact   = "fact."
	afterHeld   = "meeting."
)

// due is by when a form has to be completed; zero where that is not known, or where it was
// completed since.
func (s *Service) due(ctx context.Context, r store.Reader, p person.ID, f *form.Form, held []document.Document, in surroundings) (date.Date, error) {
	var from date.Date
	if f.Due.After.Text == afterOpened {
		from = in.Context.Opened
	} else if other, ok := strings.CutPrefix(f.Due.After.Text, afterFinal); ok {
		if d, ok := lastFinal(held, other, ""); ok {
			from = d.FinalOn()
		}
	} else if kind, ok := strings.CutPrefix(f.Due.After.Text, afterFact); ok {
		facts, err := r.Characteristics(ctx, p, 0)
		if err != nil {
			return date.Date{}, err
		}
		for _, c := range facts { // of several, the one that began last
			if c.Kind == kind && c.Period.Contains(in.Context.Today) && c.Period.From.After(from) {
				from = c.Period.From
			}
		}
	} else if kind, ok := strings.CutPrefix(f.Due.After.Text, afterHeld); ok {
		var err error
		if from, err = r.LastMeeting(ctx, p, kind, 0); err != nil {
			return date.Date{}, err
		}
	}
	if last, ok := lastFinal(held, f.ID, ""); ok && !last.FinalOn().Before(from) {
		return date.Date{}, nil
	}
	return s.dueFrom(f, from)
}

// dueFrom is by when a form has to be completed, counted from a day; zero from none.
func (s *Service) dueFrom(f *form.Form, from date.Date) (date.Date, error) {
	if from.IsZero() {
		return date.Date{}, nil
	}
	cal, _ := s.set().Calendar(f.Due.Calendar.Text) // none is named where none is needed
	return f.Due.Day(from, cal)
}

// formOf is the form that a document is written under, as it was published; nil where
// what it names is no longer there.
func (s *Service) formOf(ctx context.Context, r store.Reader, d document.Document) (*form.Form, error) {
	set, path := s.set(), definition.FormFile(d.Service, d.Form, d.Version)
	if file, ok := set.File(path); ok && file.Hash == d.Definition {
		if f, ok := set.Form(d.Form, d.Version); ok {
			return f, nil
		}
	}
	body, err := r.DefinitionBody(ctx, d.Definition)
	if fault.Is(err, fault.NotFound) {
		return nil, nil //nolint:nilnil // it cannot be had any more, and the caller shows the answers as they are
	}
	if err != nil {
		return nil, err
	}
	f, _ := set.KeptForm(path, string(body))
	return f, nil
}
