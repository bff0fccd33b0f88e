package sqldb

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"casefile/internal/document"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/form"
	"casefile/internal/person"
	"casefile/internal/staff"
)

const documentTable = "document"

// documentColumns are those of a document d, read through filed; the last are of
// its draft.
const documentColumns = `d.id, d.file_id, d.service, d.form, d.form_version, d.title, d.definition, d.episode_id, d.previous_id,
	d.recorded_seq, d.recorded_us, d.recorded_by,
	COALESCE((SELECT max(s.saved_us) FROM document_section s WHERE s.document_id = d.id), 0),
	COALESCE((SELECT s.saved_by FROM document_section s WHERE s.document_id = d.id ORDER BY s.saved_us DESC, s.section LIMIT 1), '')`

func scanDocument(s scanner) (d document.Document, err error) {
	return d, s.Scan(&d.ID, &d.Person, &d.Service, &d.Form, &d.Version, &d.Title, &d.Definition, &d.Episode, &d.Previous,
		&d.Begun.Seq, &d.Begun.At, &d.Begun.By, &d.Saved, &d.SavedBy)
}

const stepColumns = "number, did, reason, final, grounds, rested, effects, wrote, by_id, by_name, by_role, recorded_seq, recorded_us, recorded_by"

func stepTargets(s *document.Step) []any {
	return []any{&s.Number, &s.Did, &s.Reason, &s.Final, &s.Grounds, &s.Rested, effects{&s.Effects}, workerList{&s.Wrote}, &s.By, &s.ByName, &s.ByRole, &s.Recorded.Seq, &s.Recorded.At, &s.Recorded.By}
}

// effects reads and writes what a step brought about.
type effects struct{ list *[]document.Effect }

func (e effects) Scan(v any) error {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("a column of effects holds %T", v)
	}
	return json.Unmarshal([]byte(s), e.list)
}

// workerList reads a column of the ids of workers, as words writes it.
type workerList struct{ list *[]staff.ID }

func (l workerList) Scan(v any) error {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("a column of workers holds %T", v)
	}
	*l.list = nil
	for _, w := range strings.Fields(s) {
		*l.list = append(*l.list, staff.ID(w))
	}
	return nil
}

func words(list []staff.ID) string {
	all := make([]string, len(list))
	for i, w := range list {
		all[i] = string(w)
	}
	return strings.Join(all, " ")
}

// Documents lists a person's documents.
func (t *tx) Documents(ctx context.Context, p person.ID) ([]document.Document, error) {
	list, err := all(ctx, t, scanDocument, "SELECT "+documentColumns+" FROM "+filed(documentTable)+" d WHERE d.file_id = $1 ORDER BY d.recorded_seq DESC, d.id DESC", p)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	at := make(map[document.ID]*document.Document, len(list))
	for i := range list {
		at[list[i].ID] = &list[i]
	}
	type stepOf struct {
		of document.ID
		document.Step
	}
	steps, err := all(ctx, t, func(s scanner) (o stepOf, err error) {
		return o, s.Scan(append([]any{&o.of}, stepTargets(&o.Step)...)...)
	}, "SELECT s.document_id, "+stepColumns+" FROM document_step s WHERE s.document_id IN (SELECT d.id FROM "+filed(documentTable)+" d WHERE d.file_id = $1) ORDER BY number", p)
	for _, s := range steps {
		at[s.of].Steps = append(at[s.of].Steps, s.Step)
	}
	return list, err
}

// Document is one document.
func (t *tx) Document(ctx context.Context, key document.ID) (document.Document, error) {
	d, err := one(ctx, t, documentTable, scanDocument, "SELECT "+documentColumns+" FROM "+filed(documentTable)+" d WHERE d.id = $1", key)
	if err != nil {
		return document.Document{}, err
	}
	d.Steps, err = all(ctx, t, func(s scanner) (o document.Step, err error) { return o, s.Scan(stepTargets(&o)...) },
		"SELECT "+stepColumns+" FROM document_step WHERE document_id = $1 ORDER BY number", key)
	return d, err
}

// DocumentContent is what a completed document says.
func (t *tx) DocumentContent(ctx context.Context, key document.ID, step int) (document.Content, error) {
	type kept struct{ answers, made string }
	k, err := one(ctx, t, "document content", func(s scanner) (k kept, err error) { return k, s.Scan(&k.answers, &k.made) },
		"SELECT answers, made FROM document_step WHERE document_id = $1 AND number = $2 AND did = $3", key, step, document.Completed)
	if err != nil {
		return document.Content{}, err
	}
	c, err := document.ParseContent([]byte(k.answers), []byte(k.made))
	if err != nil {
		return c, fmt.Errorf("document %s, step %d: %w", key, step, err)
	}
	return c, nil
}

const sectionColumns = "document_id, section, rev, answers, saved_us, saved_by"

func scanSection(s scanner) (d document.Section, err error) {
	var answers string
	if err := s.Scan(&d.Document, &d.ID, &d.Rev, &answers, &d.Saved, &d.By); err != nil {
		return d, err
	}
	if d.Answers, err = form.ParseAnswers([]byte(answers)); err != nil {
		return d, fmt.Errorf("document %s, section %s: %w", d.Document, d.ID, err)
	}
	return d, nil
}

func sectionRow(s document.Section) ([]any, error) {
	answers, err := s.Answers.JSON()
	return []any{s.Document, s.ID, s.Rev, string(answers), s.Saved, s.By}, err
}

// DocumentSections is the draft of a document.
func (t *tx) DocumentSections(ctx context.Context, key document.ID) ([]document.Section, error) {
	return all(ctx, t, scanSection, "SELECT "+sectionColumns+" FROM document_section WHERE document_id = $1 ORDER BY section", key)
}

// EarlierSections is what others had saved of sections.
func (t *tx) EarlierSections(ctx context.Context, key document.ID) ([]document.Section, error) {
	return all(ctx, t, scanSection, "SELECT "+sectionColumns+" FROM document_earlier WHERE document_id = $1 ORDER BY section, rev DESC", key)
}

// SaveSection replaces the answers of a section not saved since it was read.
func (t *tx) SaveSection(ctx context.Context, s document.Section) error {
	row, err := sectionRow(s)
	if err != nil {
		return err
	}
	// What the same worker saved is a draft of theirs; what another did is kept.
	_, err = t.exec(ctx, `
		INSERT INTO document_earlier (`+sectionColumns+`)
		SELECT `+sectionColumns+` FROM document_section WHERE document_id = $1 AND section = $2 AND rev = $3 AND saved_by <> $4 AND rev > 1
		ON CONFLICT DO NOTHING`, s.Document, s.ID, s.Rev, s.By)
	if err != nil {
		return err
	}
	n, err := t.exec(ctx, `
		UPDATE document_section SET rev = rev + 1, answers = $1, saved_us = $2, saved_by = $3
		WHERE document_id = $4 AND section = $5 AND rev = $6`, row[3], s.Saved, s.By, s.Document, s.ID, s.Rev)
	if err != nil || n == 1 {
		return err
	}
	_, err = one(ctx, t, "section of a document that is being written", func(s scanner) (rev int, err error) { return rev, s.Scan(&rev) },
		"SELECT rev FROM document_section WHERE document_id = $1 AND section = $2", s.Document, s.ID)
	if err != nil {
		return err
	}
	return errSectionSaved
}

var errSectionSaved = fault.New(fault.Conflict, "This was saved by somebody else, or from another page.")

// Evidence is what was taken up for a draft, and set aside.
func (t *tx) Evidence(ctx context.Context, key document.ID) ([]document.Evidence, error) {
	return all(ctx, t, func(s scanner) (e document.Evidence, err error) { return e, s.Scan(&e.Section, &e.Entry, &e.By, &e.At) },
		"SELECT section, entry_id, by_id, at_us FROM document_evidence WHERE document_id = $1 ORDER BY at_us, section, entry_id", key)
}

// AddEvidence puts evidence beside a draft.
func (t *tx) AddEvidence(ctx context.Context, key document.ID, list []document.Evidence) error {
	rows := make([][]any, len(list))
	for i, e := range list {
		rows[i] = []any{key, e.Section, e.Entry, e.By, e.At}
	}
	return t.insert(ctx, "document_evidence", "document_id, section, entry_id, by_id, at_us", rows)
}

// Weigh says anew what is said of an entry. The row that it counts on is one that whoever
// completes the document removes, so that one of the two has to look again.
func (t *tx) Weigh(ctx context.Context, key document.ID, of entry.ID, list []document.Evidence) error {
	n, err := t.exec(ctx, "UPDATE document_section SET rev = rev + 1 WHERE document_id = $1 AND section = ''", key)
	if err != nil {
		return err
	}
	if n != 1 {
		return fault.New(fault.NotFound, "There is no such document that is being written.")
	}
	if _, err := t.exec(ctx, "DELETE FROM document_evidence WHERE document_id = $1 AND entry_id = $2", key, of); err != nil {
		return err
	}
	return t.AddEvidence(ctx, key, list)
}

// AddDocument begins a document.
func (t *tx) AddDocument(ctx context.Context, d document.Document) error {
	return t.insert(ctx, documentTable, "id, person_id, service, form, form_version, title, definition, episode_id, previous_id, recorded_seq, recorded_us, recorded_by",
		[][]any{{d.ID, d.Person, d.Service, d.Form, d.Version, d.Title, d.Definition, d.Episode, d.Previous, t.seq, t.at, d.Begun.By}})
}

// AddDocumentDraft begins a draft.
func (t *tx) AddDocumentDraft(ctx context.Context, sections []document.Section) error {
	rows := make([][]any, len(sections))
	for i, s := range sections {
		var err error
		if rows[i], err = sectionRow(s); err != nil {
			return err
		}
	}
	return t.insert(ctx, "document_section", sectionColumns, rows)
}

// DropDocumentDraft removes a draft not saved since it was read.
func (t *tx) DropDocumentDraft(ctx context.Context, key document.ID, read []document.Section) error {
	for _, s := range read {
		n, err := t.exec(ctx, "DELETE FROM document_section WHERE document_id = $1 AND section = $2 AND rev = $3", key, s.ID, s.Rev)
		if err != nil {
			return err
		}
		if n != 1 {
			return errSectionSaved
		}
	}
	for _, beside := range []string{"document_earlier", "document_evidence"} {
		if _, err := t.exec(ctx, "DELETE FROM "+beside+" WHERE document_id = $1", key); err != nil {
			return err
		}
	}
	return nil
}

// AddDocumentStep adds a step.
func (t *tx) AddDocumentStep(ctx context.Context, key document.ID, s document.Step, c *document.Content) error {
	var answers, made []byte
	if c != nil {
		var err error
		if answers, made, err = c.JSON(); err != nil {
			return err
		}
	}
	brought, err := json.Marshal(s.Effects)
	if err != nil {
		return fmt.Errorf("write the effects of a step: %w", err)
	}
	return t.insert(ctx, "document_step", "document_id, "+stepColumns+", answers, made",
		[][]any{{key, s.Number, s.Did, s.Reason, s.Final, s.Grounds, s.Rested, string(brought), words(s.Wrote), s.By, s.ByName, s.ByRole, t.seq, t.at, s.Recorded.By, string(answers), string(made)}})
}
