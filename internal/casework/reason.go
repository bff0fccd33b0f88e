package casework

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/right"
	"casefile/internal/store"
)

// FileOpened is the kind of the job, and of the notice, that tells the
// allocated workers of a file opened by somebody outside their work.
const FileOpened = "file-opened"

// StatesReason is the action of the footprints of asking for a reason and of
// giving one.
const StatesReason = "reason"

// maxAnswer is how long an answer that stands in the note's own sentence may
// be, in characters. The child may read it.
const maxAnswer = 300

// Purposes are the reasons for which a file outside one's work may be opened.
func (s *Service) Purposes() access.Purposes { return s.set().Purposes() }

// mayState reports whether saying why shows the viewer more of the file than
// they have without: they know of it, and some part comes out better.
func (sat *sitting) mayState() bool {
	without := slices.DeleteFunc(slices.Clone(sat.held), func(h access.Held) bool { return h.Ground == access.Reason })
	with := append(slices.Clone(without), access.Held{Ground: access.Reason})
	outcome := func(held []access.Held, part access.Part) access.Outcome {
		return sat.s.decide(standing{sat.viewer, held, sat.defs}, part, access.Look).Outcome
	}
	if outcome(without, access.Identity) < access.ReasonFirst || outcome(with, access.Identity) < access.Shown {
		return false
	}
	return slices.ContainsFunc(access.FileParts, func(part access.Part) bool { return outcome(with, part) > outcome(without, part) })
}

// saidWhy reports whether a reason of the viewer's is in force.
func (sat *sitting) saidWhy() bool {
	return slices.ContainsFunc(sat.held, func(h access.Held) bool { return h.Ground == access.Reason })
}

// statesReason finds the file and checks that the actor may say why they need
// it. Otherwise the file is not there.
func (s *Service) statesReason(ctx context.Context, r store.Reader, a Actor, ref id.Reference) (*sitting, error) {
	p, err := r.PersonByReference(ctx, ref)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	st, err := s.standing(ctx, r, a, p.ID)
	if err != nil {
		return nil, err
	}
	sat := s.sit(st, a, p.ID)
	sat.ask(access.Identity, access.Look)
	if !sat.mayState() {
		return nil, errNotHere
	}
	return sat, nil
}

// AskReason is the page on which the actor says why they need a file. It shows
// nothing of it, and is itself a look that leaves a footprint. NotFound for
// whom a reason gives nothing, as for a file that nobody has.
func (s *Service) AskReason(ctx context.Context, look Look) error {
	err := s.db.View(ctx, func(r store.Reader) error {
		_, err := s.statesReason(ctx, r, look.Actor, look.Reference)
		return err
	})
	if err != nil {
		return s.refusedTo(ctx, look.Actor, look.Reference, access.Identity, StatesReason, err)
	}
	return s.looks.commit(ctx, func(ctx context.Context, tx store.Tx) error {
		sat, err := s.statesReason(ctx, tx, look.Actor, look.Reference)
		if err != nil {
			return err
		}
		f := sat.footprint(sat.claims[0].decision)
		f.Action, f.Outcome = StatesReason, access.ReasonFirst.String()
		_, err = s.leave(ctx, tx, f, nil)
		return err
	})
}

// A Stated is what somebody says before a file outside their work opens to
// them.
type Stated struct {
	// Note is the key of the note that it leaves. It was drawn when the page
	// was made, so that the same press of its button sent twice is one reason.
	Note    entry.ID
	Purpose string
	Answers map[string]string // by AnswerField
}

// AnswerField is the name of the field that answers a question of a purpose.
func AnswerField(p access.Purpose, q access.Ask) string { return p.ID + "-" + q.ID }

// Asked are the questions of a purpose that are asked at one time.
func Asked(p access.Purpose, when string) []access.Ask {
	return slices.DeleteFunc(slices.Clone(p.Asks), func(q access.Ask) bool { return q.When != when })
}

// read makes the sentence of the note out of what was said.
func (st Stated) read(purposes access.Purposes, child string) (access.Purpose, string, []fault.Problem) {
	p, ok := purposes.Purpose(st.Purpose)
	if !ok {
		return p, "", []fault.Problem{{Field: "purpose", Message: "Select why you need to see this file"}}
	}
	var wrong []fault.Problem
	words := []string{"{child}", child}
	for _, q := range Asked(p, access.FirstAsk) {
		field := AnswerField(p, q)
		answer := strings.TrimRight(entry.OneLine(st.Answers[field]), ".")
		switch {
		case answer == "":
			wrong = append(wrong, fault.Problem{Field: field, Message: "Enter an answer to: " + q.Title})
		case utf8.RuneCountInString(answer) > maxAnswer:
			wrong = append(wrong, fault.TooLong(field, "The answer", maxAnswer))
		}
		words = append(words, "{"+q.ID+"}", answer)
	}
	return p, strings.NewReplacer(words...).Replace(p.Note), wrong
}

// calledIn is what a note calls the child whom it speaks to: the name they are
// known by, where they have one.
func calledIn(h person.Header) string {
	if h.KnownAs != "" {
		return h.KnownAs
	}
	return h.Name.Full()
}

// StateReason opens a file outside the actor's work to them until the reason
// lapses. In one transaction stand the reason, the note on the file's record in
// the source's form of words, the footprint with the purpose in its sealed
// detail, and the job that tells the allocated workers (KF-05).
//
// Errors: Invalid with each problem by its field; NotFound for whom a reason
// gives nothing.
func (s *Service) StateReason(ctx context.Context, a Actor, ref id.Reference, st Stated) error {
	if !id.Valid(string(st.Note)) {
		return fault.New(fault.Invalid, "The page that sent this is not one of ours, or not whole.")
	}
	purposes := s.Purposes()
	err := s.db.Update(ctx, func(tx store.Tx) error {
		sat, err := s.statesReason(ctx, tx, a, ref)
		if err != nil {
			return err
		}
		header, err := tx.Header(ctx, sat.person)
		if err != nil {
			return err
		}
		purpose, text, wrong := st.read(purposes, calledIn(header))
		if len(wrong) > 0 {
			return problems(wrong)
		}
		author, children, err := tx.EntryParties(ctx, st.Note)
		switch {
		case err == nil && author == a.Worker && slices.Contains(children, sat.person):
			return nil
		case err == nil:
			return fault.New(fault.Conflict, "This page was used before. Open the file again.")
		case !fault.Is(err, fault.NotFound):
			return err
		}
		worker, err := tx.Worker(ctx, a.Worker)
		if err != nil {
			return err
		}
		now, by := date.At(s.now()), tx.Stamp(string(a.Worker))
		definition, _ := s.set().File("access/purposes.yaml") // there, or there would be no purpose
		note := entry.Entry{
			ID: st.Note, Version: 1, Service: sat.viewer.Service, Children: []person.ID{sat.person},
			Content: entry.Content{Type: purposes.NoteType, Category: purpose.ID, Happened: now.Date(), Time: now.Time().Format("15:04"), Text: text},
			Author:  worker.ID, AuthorName: worker.Name(), AuthorRole: s.RoleTitle(sat.viewer.Role),
			TypeTitle: purposes.NoteTitle, CategoryTitle: purpose.Title, Definition: definition.Hash, Recorded: by,
		}
		if err := tx.AddEntryVersion(ctx, note); err != nil {
			return err
		}
		err = tx.StateReason(ctx, right.Reason{
			ID: id.New(), Worker: a.Worker, Person: sat.person, Purpose: purpose.ID, Entry: note.ID,
			Until: now.Add(time.Duration(purposes.Hours) * time.Hour), Recorded: by,
		})
		if err != nil {
			return err
		}
		payload, err := json.Marshal(recorded{note.ID})
		if err != nil {
			return err
		}
		if err := tx.Enqueue(ctx, store.Job{Kind: FileOpened, Payload: payload, Unique: FileOpened + ":" + string(note.ID)}); err != nil {
			return err
		}
		f := sat.footprint(sat.claims[0].decision)
		f.Action, f.Outcome = StatesReason, access.Shown.String()
		_, err = s.leave(ctx, tx, f, &footprint.Detail{Purpose: purpose.Title + ": " + text, Entry: string(note.ID)})
		return err
	})
	return s.refusedTo(ctx, a, ref, access.Identity, StatesReason, err)
}

// TellOfOpening is the job: those whom TellOfEntry would tell get a notice that
// somebody opened the file and said why, but for whoever did. It may run twice.
func (s *Service) TellOfOpening(ctx context.Context, payload []byte) error {
	return s.tellOf(ctx, payload, FileOpened)
}

// A Note is what the actor left on a file by saying why, and what is asked of
// them to complete it.
type Note struct {
	Entry   entry.Entry // the version that is current
	Purpose access.Purpose
}

// NotePart is the page on which the actor completes a note of theirs.
func NotePart(note entry.ID) Part[Note] {
	return Part[Note]{access.Timeline, access.Look, func(ctx context.Context, r reading) (Note, error) {
		return r.s.ownNote(ctx, r, r.sitting, note)
	}}
}

var errNoNote = fault.New(fault.NotFound, "There is no such note of yours.")

// ownNote is a note that the actor left on the file and may add to.
func (s *Service) ownNote(ctx context.Context, r store.Reader, sat *sitting, note entry.ID) (Note, error) {
	reason, err := r.ReasonOf(ctx, note)
	if err != nil {
		return Note{}, err
	}
	purpose, ok := s.Purposes().Purpose(reason.Purpose)
	if !ok || reason.Worker != sat.actor.Worker || reason.Person != sat.person || len(Asked(purpose, access.LaterAsk)) == 0 {
		return Note{}, errNoNote
	}
	e, err := r.Entry(ctx, note)
	return Note{e, purpose}, err
}

// errNoteChanged says that the note was added to since it was read.
var errNoteChanged = fault.New(fault.Conflict, "This note was added to from another page.")

// AddToNote adds answers to the end of a note of the actor's, as its next
// version: nothing of the versions before is changed. version is the one that
// the page showed.
//
// Errors: Invalid with each problem by its field; Conflict when the note was
// added to since; NotFound when it is not the actor's, or the file not open to
// them. The same sent twice is added once.
func (s *Service) AddToNote(ctx context.Context, a Actor, ref id.Reference, note entry.ID, version int, answers map[string]string) error {
	err := s.db.Update(ctx, func(tx store.Tx) error {
		sat, err := s.mayDo(ctx, tx, a, ref, access.Timeline, access.Look)
		if err != nil {
			return err
		}
		held, err := s.ownNote(ctx, tx, sat, note)
		if err != nil {
			return err
		}
		added, err := held.read(answers)
		if err != nil {
			return err
		}
		if held.Entry.Version != version {
			if held.Entry.Version == version+1 && strings.HasSuffix(held.Entry.Content.Text, added) {
				return nil
			}
			return errNoteChanged
		}
		e := held.Entry
		e.Version, e.Content.Text, e.Recorded = version+1, e.Content.Text+added, tx.Stamp(string(a.Worker))
		if utf8.RuneCountInString(e.Content.Text) > entry.MaxText {
			return problems([]fault.Problem{fault.TooLong(held.firstField(), "The whole note", entry.MaxText)})
		}
		if err := tx.AddEntryVersion(ctx, e); err != nil {
			return err
		}
		f := sat.footprint(sat.claims[0].decision)
		f.Action = string(access.Record)
		_, err = s.leave(ctx, tx, f, &footprint.Detail{Entry: string(e.ID)})
		return err
	})
	return s.refusedTo(ctx, a, ref, access.Timeline, string(access.Record), err)
}

func (n Note) firstField() string {
	return AnswerField(n.Purpose, Asked(n.Purpose, access.LaterAsk)[0])
}

// read makes what is added to the note out of the answers.
func (n Note) read(answers map[string]string) (string, error) {
	var b strings.Builder
	for _, q := range Asked(n.Purpose, access.LaterAsk) {
		if answer := entry.Lines(answers[AnswerField(n.Purpose, q)]); answer != "" {
			b.WriteString("\n\n" + q.Title + "\n" + answer)
		}
	}
	if b.Len() == 0 {
		return "", problems([]fault.Problem{{Field: n.firstField(), Message: "Enter something to add to the note"}})
	}
	return b.String(), nil
}
