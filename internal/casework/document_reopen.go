package casework

import (
	"context"
	"slices"

	"casefile/internal/access"
	"casefile/internal/document"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/form"
	"casefile/internal/id"
	"casefile/internal/store"
)

// A Reopening is why a final document is corrected.
type Reopening struct {
	Step    int // the last that the page showed
	Grounds document.Grounds
	Reason  string
	Rested  bool // decisions rested on what it said
}

// ReopenDocument begins the correction of a final document: only where it is
// significantly inaccurate, or holds what does not belong there, with why. Until the
// correction is final in its turn, what was final counts; and it is kept behind a right
// of its own afterwards. Where decisions rested on it, those who manage the work are told
// (CR-29).
func (s *Service) ReopenDocument(ctx context.Context, a Actor, ref id.Reference, key document.ID, why Reopening) error {
	why.Reason = entry.Text(why.Reason)
	var wrong []fault.Problem
	if why.Grounds != document.Inaccurate && why.Grounds != document.Inappropriate {
		wrong = append(wrong, fault.Problem{Field: "grounds", Message: "Select why it has to be corrected"})
	}
	if wrong = append(wrong, wrongReason(why.Reason, "Enter what is wrong, and how you know")...); len(wrong) > 0 {
		return problems(wrong)
	}
	return s.rewriteDocument(ctx, a, ref, key, why.Step, ReopensDocument, func(tx store.Tx, sat *sitting, d document.Document, f *form.Form) error {
		says, ok := d.Says()
		if !ok || d.State() != document.Final {
			return errDocumentMoved
		}
		if !inRoles(f.CompleteBy, sat.viewer.Role) && !inRoles(f.AuthoriseBy, sat.viewer.Role) {
			return s.errNotRole("corrected", append(slices.Clone(f.CompleteBy), f.AuthoriseBy...))
		}
		next, err := s.step(ctx, tx, sat, d, document.Reopened)
		if err != nil {
			return err
		}
		next.Reason, next.Grounds, next.Rested = why.Reason, why.Grounds, why.Rested
		if err := s.writeAgain(ctx, tx, a, d, f, says.Number); err != nil {
			return err
		}
		if err := tx.AddDocumentStep(ctx, d.ID, next, nil); err != nil {
			return err
		}
		if !why.Rested {
			return nil
		}
		managers, err := s.managersOfWork(ctx, tx, sat, d.Episode)
		if err != nil {
			return err
		}
		return s.tellWith(ctx, tx, sat, store.Notice{Kind: DecisionsRested, Document: d.ID}, managers...)
	})
}

// KeepDocument gives a correction up: the document stays as it was final. The draft of
// the correction is thrown away.
func (s *Service) KeepDocument(ctx context.Context, a Actor, ref id.Reference, key document.ID, seen string, reason string) error {
	return s.endDraft(ctx, a, ref, key, seen, KeepsDocument, document.Correcting, document.Kept, reason)
}

// DropDocument throws away a draft that was never completed.
func (s *Service) DropDocument(ctx context.Context, a Actor, ref id.Reference, key document.ID, seen string, reason string) error {
	return s.endDraft(ctx, a, ref, key, seen, DropsDocument, document.Draft, document.Dropped, reason)
}

func (s *Service) endDraft(ctx context.Context, a Actor, ref id.Reference, key document.ID, seen, action string, from document.State, did document.Did, reason string) error {
	reason = entry.Text(reason)
	if wrong := wrongReason(reason, "Enter why"); len(wrong) > 0 {
		return problems(wrong)
	}
	err := s.db.Update(ctx, func(tx store.Tx) error {
		_, sat, err := s.mayAddTo(ctx, tx, a, ref, access.Documents)
		if err != nil {
			return err
		}
		d, err := s.ownDocument(ctx, tx, sat, key)
		if err != nil {
			return err
		}
		if d.State() != from {
			return errDocumentMoved
		}
		sections, err := tx.DocumentSections(ctx, d.ID)
		if err != nil {
			return err
		}
		if seenSections(sections) != seen {
			return errDraftChanged
		}
		if err := tx.DropDocumentDraft(ctx, d.ID, sections); err != nil {
			return err
		}
		next, err := s.step(ctx, tx, sat, d, did)
		if err != nil {
			return err
		}
		next.Reason = reason
		if err := tx.AddDocumentStep(ctx, d.ID, next, nil); err != nil {
			return err
		}
		return s.leaveDone(ctx, tx, sat, action, d.ID)
	})
	return s.refusalOf(ctx, a, ref, access.Documents, err)
}

func (s *Service) rewriteDocument(ctx context.Context, a Actor, ref id.Reference, key document.ID, step int, action string, do func(store.Tx, *sitting, document.Document, *form.Form) error) error {
	err := s.db.Update(ctx, func(tx store.Tx) error {
		_, sat, err := s.mayAddTo(ctx, tx, a, ref, access.Documents)
		if err != nil {
			return err
		}
		d, f, err := s.documentAt(ctx, tx, sat, key, step)
		if err != nil {
			return err
		}
		if err := do(tx, sat, d, f); err != nil {
			return err
		}
		return s.leaveDone(ctx, tx, sat, action, d.ID)
	})
	return s.refusalOf(ctx, a, ref, access.Documents, err)
}
