package casework

import (
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
	SavedBy string    // name of who saved the draft last
	Review  date.Date // when it is to be done anew; zero for never, or not known
}

// A Choice is a form that can be begun.
type Choice struct {
	Form *form.Form
	Due  date.Date         // by when it is to be completed; zero where nothing says
	Last document.Document // the last final one; the zero one where there is none
	Open document.ID       // one that is being written, where there is to be one at a time
}

// Documents are the forms filled in for a person, the last begun first, and those
// that the viewer can begin.
type Documents struct {
	List    []DocumentLine
	Choices []Choice
}

// DocumentsPart is the documents of a file.
func DocumentsPart() Part[Documents] {
	return Part[Documents]{access.Documents, access.Look, func(ctx context.Context, r reading) (Documents, error) {
		d, err := r.documents(ctx)
		if err != nil || r.s.decide(r.standing, access.Documents, access.Record).Outcome != access.Shown {
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
	for _, d := range list {
		outcome := sight.of(d.Service, false)
		if outcome == access.Absent || d.State() == document.Gone {
			continue
		}
		if d.Service != sight.service && !d.WasFinal() {
			continue // what another service has not finished is not there yet
		}
		line := DocumentLine{Document: d}
		if outcome == access.Masked {
			line = DocumentLine{Document: document.Document{Service: d.Service, Begun: d.Begun}, Masked: true}
		} else {
			if line.SavedBy, err = r.workerName(ctx, d.SavedBy); err != nil {
				return out, err
			}
			if f, ok := r.defs.Form(d.Form, d.Version); ok && f.Review != nil && d.State() == document.Final {
				line.Review = f.Review.Next(d.FinalOn())
			}
		}
		out.List = append(out.List, line)
	}
	return out, nil
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
		if f.Due != nil && c.Last.ID == "" {
			if c.Due, err = r.s.due(f, held, in); err != nil {
				return nil, err
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
		if of != nil && e.ID == of.Episode || (of == nil || of.Episode == "") && e.Service == f.Service && e.Period.Contains(in.Context.Today) {
			in.episode, in.Context.Opened = e.ID, e.Period.From
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

// due is by when a form has to be completed; zero where that is not known.
func (s *Service) due(f *form.Form, held []document.Document, in surroundings) (date.Date, error) {
	var from date.Date
	if f.Due.After.Text == "episode.opened" {
		from = in.Context.Opened
	} else if other, ok := strings.CutPrefix(f.Due.After.Text, "document.final:"); ok {
		if d, ok := lastFinal(held, other, ""); ok {
			from = d.FinalOn()
		}
	}
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
