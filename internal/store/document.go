package store

import (
	"context"

	"casefile/internal/document"
	"casefile/internal/entry"
	"casefile/internal/person"
)

// Documents reads forms that are filled in.
type Documents interface {
	// Documents lists a person's, the last begun first, with their steps and
	// without their content.
	Documents(ctx context.Context, p person.ID) ([]document.Document, error)
	// Document is one, likewise.
	Document(ctx context.Context, d document.ID) (document.Document, error)
	// DocumentContent is what a step that completed the document says; NotFound for
	// others.
	DocumentContent(ctx context.Context, d document.ID, step int) (document.Content, error)
	// DocumentSections is the draft: a section for each of the form and one without
	// a name, by their ids; none where it is not being written.
	DocumentSections(ctx context.Context, d document.ID) ([]document.Section, error)
	// EarlierSections is what others had saved of sections before they were written
	// over, by section and the last first.
	EarlierSections(ctx context.Context, d document.ID) ([]document.Section, error)
	// Evidence is what was taken up for a draft, and set aside, in the order in which it
	// was.
	Evidence(ctx context.Context, d document.ID) ([]document.Evidence, error)
}

// DocumentDraftWriter writes drafts.
type DocumentDraftWriter interface {
	// SaveSection replaces the answers of the section whose Rev is s.Rev and counts
	// Rev on. What another worker had saved there is kept as earlier. Conflict when
	// it has been saved since; NotFound when the document is not being written.
	SaveSection(ctx context.Context, s document.Section) error
	// Weigh puts what is said of an entry in the place of all that was said of it for the
	// draft.
	// The section without a name counts its Rev on. NotFound when the document is not
	// being written.
	Weigh(ctx context.Context, d document.ID, of entry.ID, e []document.Evidence) error
}

// DocumentWriter makes documents, and does things with them.
type DocumentWriter interface {
	AddDocument(ctx context.Context, d document.Document) error
	// AddDocumentDraft begins a draft of a document that has none: Conflict where it has.
	AddDocumentDraft(ctx context.Context, sections []document.Section) error
	// AddEvidence puts evidence beside a draft that is being begun.
	AddEvidence(ctx context.Context, d document.ID, e []document.Evidence) error
	// DropDocumentDraft removes the draft, which is these sections as they were read:
	// Conflict where any was saved since.
	DropDocumentDraft(ctx context.Context, d document.ID, read []document.Section) error
	// AddDocumentStep adds a step; c is the content of one that completed the
	// document, and nil of others. Conflict when there is one of that number.
	AddDocumentStep(ctx context.Context, d document.ID, s document.Step, c *document.Content) error
}
