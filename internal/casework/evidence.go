package casework

import (
	"context"
	"slices"

	"casefile/internal/access"
	"casefile/internal/correction"
	"casefile/internal/date"
	"casefile/internal/document"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/form"
	"casefile/internal/id"
	"casefile/internal/store"
)

// How an entry is weighed as evidence for a document.
const (
	TakenUp  = "take"  // for a section
	SetAside = "aside" // for all of the document
	PutBack  = "back"  // neither, for the section
)

// mostWeighed is how many entries of the record are read to find what may be evidence.
const mostWeighed = 400

// An EvidenceLine is an entry of the record, as it is weighed for a section.
type EvidenceLine struct {
	entry.Entry
	Elsewhere []string // the ids of the other sections that it was taken up for
}

// Evidence is what of the record can be evidence for a section of a draft: what happened,
// or was written down, since Since, as far as the viewer may read it.
type Evidence struct {
	Since                 date.Date
	Taken, Offered, Aside []EvidenceLine // the latest first
	More                  bool           // there is more than a page offers
}

// EvidencePart is that. It is the running record that is looked at, and the footprint says
// so. NotFound where the document is not the viewer's to write in, or the section asks for
// no evidence.
func EvidencePart(key document.ID, section string) Part[Evidence] {
	return Part[Evidence]{access.Timeline, access.Look, func(ctx context.Context, r reading) (Evidence, error) {
		d, f, err := r.s.weighs(ctx, r.Reader, r.sitting, key, section)
		if err != nil {
			return Evidence{}, err
		}
		r.detail.Document = string(key)
		return r.evidence(ctx, d, f, section)
	}}
}

// weighs is a document that the actor writes in, with its form, of which a section asks for
// evidence.
func (s *Service) weighs(ctx context.Context, r store.Reader, sat *sitting, key document.ID, section string) (document.Document, *form.Form, error) {
	d, err := s.ownDocument(ctx, r, sat, key)
	if err != nil {
		return d, nil, err
	}
	if sat.ask(access.Documents, access.Record).Outcome != access.Shown {
		return d, nil, errNoDocument
	}
	if !d.Written() {
		return d, nil, errNotWritten
	}
	f, err := s.formOf(ctx, r, d)
	if err == nil && (f == nil || !slices.ContainsFunc(f.Sections, func(x form.Section) bool { return x.ID == section && x.Evidence })) {
		err = errNoDocument
	}
	return d, f, err
}

func (r reading) evidence(ctx context.Context, d document.Document, f *form.Form, section string) (Evidence, error) {
	var out Evidence
	said, err := r.Evidence(ctx, d.ID)
	if err != nil {
		return out, err
	}
	if out.Since, err = r.evidenceSince(ctx, d); err != nil {
		return out, err
	}
	of := map[entry.ID][]document.Evidence{}
	for _, e := range said {
		of[e.Entry] = append(of[e.Entry], e)
	}
	sight := r.sight()
	for from, read := "", 0; read < mostWeighed && len(out.Offered) <= PageLines; {
		entries, err := r.Timeline(ctx, r.person, from, PageLines)
		if err != nil {
			return out, err
		}
		for _, e := range entries {
			from = e.Key
			shown := sight.of(e.Service, e.Content.Sensitive) == access.Shown
			late := e.Content.Happened.Before(out.Since) && e.WrittenOn().Before(out.Since)
			if shown && (!late || of[e.ID] != nil) {
				out.put(e.Entry, of[e.ID], section)
			}
		}
		if read += len(entries); len(entries) < PageLines {
			break
		}
	}
	if len(out.Offered) > PageLines {
		out.Offered, out.More = out.Offered[:PageLines], true
	}
	return out, nil
}

// put puts an entry where what was said of it has it.
func (e *Evidence) put(of entry.Entry, said []document.Evidence, section string) {
	line := EvidenceLine{Entry: of}
	to := &e.Offered
	for _, s := range said {
		switch {
		case s.Aside():
			to = &e.Aside
		case s.Section == section:
			to = &e.Taken
		default:
			line.Elsewhere = append(line.Elsewhere, s.Section)
		}
	}
	*to = append(*to, line)
}

// evidenceSince is from when on the record is weighed: the day on which the document before
// this one became final, or else that on which the case was opened; a year ago where
// neither is known.
func (r reading) evidenceSince(ctx context.Context, d document.Document) (date.Date, error) {
	if d.Previous != "" {
		before, err := r.Document(ctx, d.Previous)
		if err != nil {
			return date.Date{}, err
		}
		if before.Person == r.person && !before.FinalOn().IsZero() {
			return before.FinalOn(), nil
		}
	}
	episodes, err := r.Episodes(ctx, r.person, 0)
	if err != nil {
		return date.Date{}, err
	}
	for _, e := range episodes {
		if inCase(d.Episode, e) {
			return e.Period.From, nil
		}
	}
	return r.s.Today().AddMonths(-12), nil
}

// WeighEvidence takes an entry of the record up as evidence for a section of a draft, sets
// it aside for all of it, or puts it back.
//
// Errors: NotFound where the entry is not on the record, or not the actor's to read;
// NotWritten(err) where the document was completed meanwhile.
func (s *Service) WeighEvidence(ctx context.Context, a Actor, ref id.Reference, key document.ID, section string, e entry.ID, how string) error {
	err := s.db.Plain(ctx, func(tx store.PlainTx) error {
		_, sat, err := s.mayAddTo(ctx, tx, a, ref, access.Documents)
		if err != nil {
			return err
		}
		d, _, err := s.weighs(ctx, tx, sat, key, section)
		if err != nil {
			return err
		}
		r := reading{tx, sat, string(a.Worker), sat.person}
		if of, err := r.evidenceOf(ctx, e); err != nil || of == nil {
			return noObject(err)
		}
		said, err := tx.Evidence(ctx, key)
		if err != nil {
			return err
		}
		said = slices.DeleteFunc(said, func(x document.Evidence) bool { return x.Entry != e || x.Aside() || x.Section == section })
		now := document.Evidence{Entry: e, By: a.Worker, At: date.At(s.now())}
		switch how {
		case TakenUp:
			now.Section = section
			said = append(said, now)
		case SetAside:
			said = []document.Evidence{now}
		case PutBack:
		default:
			return fault.New(fault.Invalid, "The page that sent this is not one of ours, or not whole.")
		}
		return tx.Weigh(ctx, d.ID, e, said)
	})
	return s.refusalOf(ctx, a, ref, access.Documents, err)
}

// evidenceOf is an entry of the record as far as the viewer may read it; nil where they may
// not, or where it stands on another record.
func (r reading) evidenceOf(ctx context.Context, e entry.ID) (*entry.Entry, error) {
	if r.ask(access.Timeline, access.Look).Outcome != access.Shown {
		return nil, nil //nolint:nilnil // kept from the viewer, which is no failure
	}
	on, err := r.StandsWith(ctx, correction.MoveEntry, string(e), r.person)
	if err != nil || len(on) == 0 {
		return nil, err
	}
	held, err := r.Entry(ctx, e)
	if err != nil || r.sight().of(held.Service, held.Content.Sensitive) != access.Shown {
		return nil, err
	}
	return &held, nil
}

// An EvidenceRead is what a section of a document rests on, of the record: the entries that
// the viewer may read, and how many there are beside those.
type EvidenceRead struct {
	Entries []entry.Entry
	Others  int
}

// evidenceRead is that, by section.
func (r reading) evidenceRead(ctx context.Context, list []document.Evidence) (map[string]EvidenceRead, error) {
	out := map[string]EvidenceRead{}
	for _, e := range list {
		if e.Aside() {
			continue
		}
		of, err := r.evidenceOf(ctx, e.Entry)
		if err != nil {
			return nil, err
		}
		read := out[e.Section]
		if of == nil {
			read.Others++
		} else {
			read.Entries = append(read.Entries, *of)
		}
		out[e.Section] = read
	}
	return out, nil
}
