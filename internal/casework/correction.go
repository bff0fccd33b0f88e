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
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/media"
	"casefile/internal/person"
	"casefile/internal/right"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/task"
)

// The kinds of notice that tell of a correction.
const (
	FilesMerged   = "files-merged"
	FilesUnmerged = "files-unmerged"
	MovedHere     = "moved-here"   // an entry or a document, to this record
	MovedAway     = "moved-away"   // likewise, from this record
	MoveUndone    = "move-undone"  // it stands where it stood
	NeverTheSame  = "never-same"   // two files are of two people
	NeverUndone   = "never-undone" // that was taken back
)

// A Corrected is one line of what was corrected about a file.
type Corrected struct {
	correction.Correction
	// Other is the other file's reference as it was given then; empty where it
	// is none that the viewer finds.
	Other   id.Reference
	Into    bool   // Other is where it went: merged into it, or moved to it
	What    string // what moved: the title of the entry's type, or of the file; empty where it is not the viewer's to read
	MayUndo bool
}

// Corrections are those of a file, the latest first.
type Corrections struct {
	List     []Corrected
	MayMerge bool
}

// CorrectionsPart is what was corrected about a file, and what can be undone.
func CorrectionsPart() Part[Corrections] {
	return Part[Corrections]{access.Corrections, access.Look, func(ctx context.Context, r reading) (c Corrections, err error) {
		list, err := r.Corrections(ctx, r.person)
		if err != nil {
			return c, err
		}
		members, err := r.FileMembers(ctx, r.person)
		if err != nil {
			return c, err
		}
		c.MayMerge = r.s.decide(r.standing, access.Corrections, access.Change).Outcome == access.Shown
		for _, x := range list {
			line := Corrected{Correction: x, Into: !slices.Contains(members, x.To) || x.Kind == correction.Merge && x.To == r.person && !slices.Contains(members, x.From)}
			other := x.To
			if slices.Contains(members, x.To) {
				line.Into, other = false, x.From
			}
			if line.Other, err = r.otherFile(ctx, other); err != nil {
				return c, err
			}
			if line.Other != "" { // what stands on a record that they do not find has no name
				if line.What, err = r.whatMoved(ctx, x); err != nil {
					return c, err
				}
			}
			line.MayUndo = x.Stands() && (x.Kind == correction.Merge || line.Other != "") && r.s.decide(r.standing, access.Corrections, actionOf(x.Kind)).Outcome == access.Shown
			c.List = append(c.List, line)
		}
		return c, nil
	}}
}

// actionOf is what doing or undoing a kind of correction takes.
func actionOf(k correction.Kind) access.Action {
	if k == correction.MoveEntry || k == correction.MoveFile || k == correction.MoveDocument {
		return access.Record
	}
	return access.Change
}

// otherFile is the reference of another file that a correction names, where the
// viewer finds it.
func (r reading) otherFile(ctx context.Context, p person.ID) (id.Reference, error) {
	file, err := r.FileOf(ctx, p)
	if err != nil {
		return "", err
	}
	if file != r.person {
		st, err := r.s.standing(ctx, r, r.actor, file)
		if err != nil {
			return "", err
		}
		if r.s.decide(st, access.Identity, access.Find).Outcome == access.Absent {
			return "", nil
		}
	}
	return r.Reference(ctx, p)
}

// whatMoved is what the viewer may call the thing that moved.
func (r reading) whatMoved(ctx context.Context, c correction.Correction) (string, error) {
	sight := r.sight()
	switch c.Kind {
	case correction.MoveEntry:
		e, err := r.Entry(ctx, entry.ID(c.Object))
		if err != nil || sight.of(e.Service, e.Content.Sensitive) != access.Shown {
			return "", err
		}
		return e.TypeTitle, nil
	case correction.MoveDocument:
		d, err := r.Document(ctx, document.ID(c.Object))
		if err != nil || sight.of(d.Service, false) != access.Shown || d.Service != sight.service && !d.WasFinal() {
			return "", err
		}
		return d.Title, nil
	case correction.MoveFile:
		f, err := r.File(ctx, media.ID(c.Object))
		if err != nil || sight.of(f.Service, false) != access.Shown {
			return "", err
		}
		return f.Title, nil
	}
	return "", nil
}

// A Compared is what of a file is held against another before the two are
// merged.
type Compared struct {
	Overview
	Restricted bool
	Family     Family
	FamilyTold bool      // it is the viewer's to see
	Since      date.Date // when the file was made
}

// ComparePart is a file as it is compared with another.
func ComparePart() Part[Compared] {
	overview := OverviewPart()
	return Part[Compared]{access.Corrections, access.Change, func(ctx context.Context, r reading) (c Compared, err error) {
		if c.Overview, err = overview.read(ctx, r); err != nil {
			return c, err
		}
		if c.FamilyTold = r.ask(access.Relations, access.Look).Outcome == access.Shown; c.FamilyTold {
			if c.Family, err = r.family(ctx, 0); err != nil {
				return c, err
			}
		}
		names, err := r.Names(ctx, r.person, store.Ever)
		if err != nil {
			return c, err
		}
		for _, n := range names {
			if day := n.Recorded.At.Date(); c.Since.IsZero() || day.Before(c.Since) {
				c.Since = day
			}
		}
		now, err := r.s.restriction(ctx, r, r.person)
		c.Restricted = now.ID != ""
		return c, err
	}}
}

// ReceivePart is a file as the one that something is about to be moved to: its
// header.
func ReceivePart() Part[struct{}] {
	return Part[struct{}]{access.Corrections, access.Record, func(context.Context, reading) (struct{}, error) { return struct{}{}, nil }}
}

// Moving is something that is about to move to another record.
type Moving struct {
	Entry entry.Entry // of a MoveEntry
	File  media.File  // of a MoveFile
	// Document is of a MoveDocument.
	Document document.Document
}

// MovingPart is the entry or the document that is to move. NotFound where it is
// not on this record, or not the viewer's to read.
func MovingPart(kind correction.Kind, object string) Part[Moving] {
	return Part[Moving]{access.Corrections, access.Record, func(ctx context.Context, r reading) (m Moving, err error) {
		if on, err := r.StandsWith(ctx, kind, object, r.person); err != nil || len(on) == 0 {
			return m, noObject(err)
		}
		sight := r.sight()
		if kind == correction.MoveDocument {
			if m.Document, err = r.readable(ctx, document.ID(object)); err != nil {
				return m, err
			}
			return m, readable(r.ask(access.Documents, access.Look).Outcome)
		}
		if kind == correction.MoveFile {
			if m.File, err = r.File(ctx, media.ID(object)); err != nil {
				return m, err
			}
			return m, readable(sight.of(m.File.Service, false))
		}
		if m.Entry, err = r.Entry(ctx, entry.ID(object)); err != nil {
			return m, err
		}
		return m, readable(sight.of(m.Entry.Service, m.Entry.Content.Sensitive))
	}}
}

var errNoObject = fault.New(fault.NotFound, "There is no such entry or document on this record.")

func noObject(err error) error {
	if err != nil {
		return err
	}
	return errNoObject
}

func readable(o access.Outcome) error {
	if o != access.Shown {
		return errNoObject
	}
	return nil
}

// MergeFiles makes one file of two: what stood on from stands on into, where
// from's reference leads from now on. Nothing is copied and nothing is lost;
// UndoCorrection gives both back. Whoever works with either is told.
//
// Errors: Invalid with each problem by its field; Conflict when either was
// merged meanwhile; NotFound when either is not the actor's to merge.
func (s *Service) MergeFiles(ctx context.Context, a Actor, from, into id.Reference, reason string) error {
	return s.correct(ctx, a, correction.Merge, from, into, reason, func(c *correcting) error {
		never, err := c.NeverSame(ctx, c.from.person, c.to.person)
		if err != nil {
			return err
		}
		if never {
			return problems([]fault.Problem{{Field: "other", Message: "Somebody recorded that these two are never the same. Undo that first, if it is wrong"}})
		}
		told, err := c.workers(ctx, 0)
		if err != nil {
			return err
		}
		if err := c.add(ctx, "", c.from.person, c.to.person); err != nil {
			return err
		}
		return c.tell(ctx, FilesMerged, c.to.person, told)
	})
}

// SayNeverSame records that two files are of two people, however alike, so that
// nobody merges them.
func (s *Service) SayNeverSame(ctx context.Context, a Actor, ref, other id.Reference, reason string) error {
	return s.correct(ctx, a, correction.NeverSame, ref, other, reason, func(c *correcting) error {
		never, err := c.NeverSame(ctx, c.from.person, c.to.person)
		if err != nil {
			return err
		}
		if never {
			return fault.New(fault.Conflict, "This is recorded already.")
		}
		if err := c.add(ctx, "", c.from.person, c.to.person); err != nil {
			return err
		}
		told, err := c.workers(ctx, 0)
		if err != nil {
			return err
		}
		if err := c.tellEach(ctx, NeverTheSame, c.from.person, told[c.from.person]); err != nil {
			return err
		}
		return c.tellEach(ctx, NeverTheSame, c.to.person, told[c.to.person])
	})
}

// MoveEntry moves an entry to the record of the child whom it is about. It stays
// as it was written, with its author and its moments.
//
// Errors: as MergeFiles; NotFound too where the entry is not on the record, or
// is not the actor's to read.
func (s *Service) MoveEntry(ctx context.Context, a Actor, from id.Reference, e entry.ID, to id.Reference, reason string) error {
	return s.move(ctx, a, correction.MoveEntry, string(e), from, to, reason)
}

// MoveFile moves a document or photograph likewise.
func (s *Service) MoveFile(ctx context.Context, a Actor, from id.Reference, f media.ID, to id.Reference, reason string) error {
	return s.move(ctx, a, correction.MoveFile, string(f), from, to, reason)
}

// MoveDocument moves a form that is filled in likewise, with all that was done with it.
func (s *Service) MoveDocument(ctx context.Context, a Actor, from id.Reference, d document.ID, to id.Reference, reason string) error {
	return s.move(ctx, a, correction.MoveDocument, string(d), from, to, reason)
}

func (s *Service) move(ctx context.Context, a Actor, kind correction.Kind, object string, from, to id.Reference, reason string) error {
	return s.correct(ctx, a, kind, from, to, reason, func(c *correcting) error {
		author, since, err := c.object(ctx, kind, object)
		if err != nil {
			return err
		}
		on, err := c.StandsWith(ctx, kind, object, c.from.person)
		if err != nil || len(on) == 0 {
			return noObject(err)
		}
		there, err := c.StandsWith(ctx, kind, object, c.to.person)
		if err != nil {
			return err
		}
		if len(there) > 0 {
			return problems([]fault.Problem{{Field: "other", Message: "It stands on that record already"}})
		}
		told, err := c.workers(ctx, since)
		if err != nil {
			return err
		}
		for _, p := range on {
			if err := c.add(ctx, object, p, c.to.person); err != nil {
				return err
			}
		}
		if err := c.moveTasks(ctx, kind, object, c.from.person, c.to); err != nil {
			return err
		}
		told[c.from.person] = append(told[c.from.person], author)
		if err := c.tellEach(ctx, MovedAway, c.from.person, told[c.from.person]); err != nil {
			return err
		}
		return c.tellEach(ctx, MovedHere, c.to.person, append(told[c.to.person], author))
	})
}

// UndoCorrection takes a correction back, with why. Both files are as they were;
// what was recorded meanwhile stays where it was recorded, and those who recorded
// it are told.
//
// Errors: Conflict when it was undone meanwhile, or when what was moved has been
// moved on.
func (s *Service) UndoCorrection(ctx context.Context, a Actor, ref id.Reference, key, reason string) error {
	reason = entry.Lines(reason)
	if wrong := correction.CheckReason(reason); len(wrong) > 0 {
		return problems(wrong)
	}
	// Which right it takes goes by the kind, and is asked for before anything of
	// the correction counts.
	action := access.Change
	err := s.db.Update(ctx, func(tx store.Tx) error {
		x, err := tx.Correction(ctx, key)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		action = actionOf(x.Kind)
		sat, err := s.mayDo(ctx, tx, a, ref, access.Corrections, action)
		if err != nil {
			return err
		}
		if x.ID == "" {
			return errNoCorrection
		}
		// What is of two files is undone by a right to both.
		files := map[person.ID]*sitting{}
		for _, p := range []person.ID{x.From, x.To} {
			file, err := tx.FileOf(ctx, p)
			if err != nil {
				return err
			}
			if file == sat.person {
				files[p] = sat
			} else if files[p], err = s.mayOn(ctx, tx, a, file, access.Corrections, action, access.Shown); err != nil {
				return err
			}
		}
		if files[x.From] != sat && files[x.To] != sat {
			return errNoCorrection
		}
		c := &correcting{Tx: tx, s: s, a: a, kind: correction.Undo, reason: reason, from: sat, to: sat}
		// Those who acted on it, before the files part again.
		told, err := c.workers(ctx, x.Recorded.Seq)
		if err != nil {
			return err
		}
		barred, err := tx.Restrictions(ctx, sat.person)
		if err != nil {
			return err
		}
		connected, err := c.connected(ctx, sat.person)
		if err != nil {
			return err
		}
		c.undoes = x.ID
		if err := c.add(ctx, x.Object, x.From, x.To); err != nil {
			return err
		}
		if err := c.moveTasks(ctx, x.Kind, x.Object, x.To, files[x.From]); err != nil {
			return err
		}
		if err := s.replace(ctx, tx, x.From, x.To); err != nil {
			return err
		}
		if x.Kind == correction.Merge {
			if err := c.stayRestricted(ctx, x, barred); err != nil {
				return err
			}
			if err := c.stayConnected(ctx, x, connected); err != nil {
				return err
			}
		}
		kind := map[correction.Kind]string{correction.Merge: FilesUnmerged, correction.NeverSame: NeverUndone}[x.Kind]
		if kind == "" {
			kind = MoveUndone
		}
		for _, p := range []person.ID{x.From, x.To} {
			file, err := tx.FileOf(ctx, p)
			if err != nil {
				return err
			}
			now, err := s.toTell(ctx, tx, file)
			if err != nil {
				return err
			}
			if err := c.tellEach(ctx, kind, file, append(now, told[sat.person]...)); err != nil {
				return err
			}
			f := files[p].footprint(files[p].claims[0].decision)
			f.Object, f.Action = string(file), string(correction.Undo)
			if _, err := s.leave(ctx, tx, f, &footprint.Detail{Purpose: reason}); err != nil {
				return err
			}
		}
		return nil
	})
	return s.refusedTo(ctx, a, ref, access.Corrections, string(action), err)
}

// stayRestricted lays on the file that parts from another what was restricted
// since the two were merged: it was laid on what stood on both, and nobody has
// said that either may be opened.
func (c *correcting) stayRestricted(ctx context.Context, merge correction.Correction, barred []right.Restriction) error {
	own, err := c.Restrictions(ctx, merge.From)
	if err != nil {
		return err
	}
	for _, r := range barred {
		if r.Recorded.Seq <= merge.Recorded.Seq || slices.ContainsFunc(own, func(o right.Restriction) bool { return o.ID == r.ID }) {
			continue
		}
		r.ID, r.Person, r.Recorded = id.New(), merge.From, c.Stamp(string(c.a.Worker))
		if err := c.AddRestriction(ctx, r); err != nil {
			return err
		}
		for _, n := range r.Named {
			n.ID, n.Restriction, n.Recorded = id.New(), r.ID, r.Recorded
			if err := c.AddNamed(ctx, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// connected are the connections that workers declared to a file.
func (c *correcting) connected(ctx context.Context, file person.ID) ([]right.Connection, error) {
	all, err := c.AllConnections(ctx)
	return slices.DeleteFunc(all, func(k right.Connection) bool { return k.Person != file }), err
}

// stayConnected declares to the file that parts from another what was declared
// since the two were merged, for the same reason.
func (c *correcting) stayConnected(ctx context.Context, merge correction.Correction, declared []right.Connection) error {
	own, err := c.connected(ctx, merge.From)
	if err != nil {
		return err
	}
	for _, k := range declared {
		if k.Recorded.Seq <= merge.Recorded.Seq || slices.ContainsFunc(own, func(o right.Connection) bool { return o.ID == k.ID }) {
			continue
		}
		k.ID, k.Person, k.Recorded = id.New(), merge.From, c.Stamp(string(c.a.Worker))
		if err := c.AddConnection(ctx, k); err != nil {
			return err
		}
	}
	return nil
}

var errNoCorrection = fault.New(fault.NotFound, "There is no such correction of this file.")

// A correcting is a correction on its way.
type correcting struct {
	store.Tx
	s        *Service
	a        Actor
	kind     correction.Kind
	reason   string
	undoes   string
	from, to *sitting
}

// correct is the way that all corrections of two files take: the rights to both,
// the correction itself, a footprint on each.
func (s *Service) correct(ctx context.Context, a Actor, kind correction.Kind, from, to id.Reference, reason string, do func(*correcting) error) error {
	reason = entry.Lines(reason)
	wrong := correction.CheckReason(reason)
	action := actionOf(kind)
	refused := from
	err := s.db.Update(ctx, func(tx store.Tx) (err error) {
		c := &correcting{Tx: tx, s: s, a: a, kind: kind, reason: reason}
		refused = from
		if c.from, err = s.mayDo(ctx, tx, a, from, access.Corrections, action); err != nil {
			return err
		}
		refused = to
		if c.to, err = s.mayDo(ctx, tx, a, to, access.Corrections, action); err != nil {
			return err
		}
		if c.from.person == c.to.person {
			wrong = append(slices.Clone(wrong), fault.Problem{Field: "other", Message: "That is the same file"})
		}
		if len(wrong) > 0 {
			return problems(wrong)
		}
		if err := do(c); err != nil {
			return err
		}
		if err := s.replace(ctx, tx, c.from.person, c.to.person); err != nil {
			return err
		}
		if err := s.linkAlerts(ctx, tx, c.from.person, c.to.person); err != nil {
			return err
		}
		for _, sat := range []*sitting{c.from, c.to} {
			f := sat.footprint(sat.claims[0].decision)
			f.Action = string(kind)
			if _, err := s.leave(ctx, tx, f, &footprint.Detail{Purpose: reason}); err != nil {
				return err
			}
		}
		return nil
	})
	return s.refusedTo(ctx, a, refused, access.Corrections, string(action), err)
}

// moveTasks has what is due because of something that moves go with it: what the task says
// is of the right child, and nothing of it stays with the wrong one. Whose task it was may
// be kept from the file where it is due now; then it goes to whom its kind says, as far as
// there is somebody.
func (c *correcting) moveTasks(ctx context.Context, kind correction.Kind, object string, from person.ID, to *sitting) error {
	link := map[correction.Kind]string{correction.MoveEntry: linkOfEntry(entry.ID(object)), correction.MoveDocument: linkOfDocument(document.ID(object))}[kind]
	if link == "" {
		return nil
	}
	if err := c.MoveTasks(ctx, link, from, to.person); err != nil {
		return err
	}
	due, err := c.TasksLeading(ctx, to.person, link)
	if err != nil {
		return err
	}
	for _, t := range due {
		if seen, err := c.s.isSeen(ctx, c.Tx, t.Holder, to.person); err != nil {
			return err
		} else if seen {
			continue
		}
		if err := c.giveAnew(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// giveAnew gives a task to whom its kind says.
func (c *correcting) giveAnew(ctx context.Context, t task.Task) error {
	k, ok := c.s.set().Tasks().Kind(t.Kind)
	if !ok {
		return nil
	}
	to, team, err := c.s.recipient(ctx, c.Tx, opening{kind: k, person: t.Person, service: t.Service})
	if err == error(errNoTeam) || err == nil && to == t.Holder {
		return nil
	}
	if err != nil {
		return err
	}
	was := t.Holder
	if err := t.Reassign(to, date.At(c.s.now())); err != nil {
		return err
	}
	t.Team = team
	if err := c.SaveTask(ctx, t); err != nil {
		return err
	}
	by := c.Stamp(string(c.a.Worker))
	if err := c.AddTaskEvent(ctx, task.Event{Task: t.ID, Step: task.Reassigned, From: was, To: to, Reason: c.reason, Stamp: by}); err != nil {
		return err
	}
	return c.s.tellOfTask(ctx, c.Tx, t, TaskGiven, to, c.a.Worker)
}

// add notes the correction.
func (c *correcting) add(ctx context.Context, object string, from, to person.ID) error {
	who, err := c.Worker(ctx, c.a.Worker)
	if err != nil {
		return err
	}
	return c.AddCorrection(ctx, correction.Correction{
		ID: id.New(), Kind: c.kind, Object: object, From: from, To: to, Undoes: c.undoes, Reason: c.reason,
		By: c.a.Worker, ByName: who.Name(), ByRole: c.s.RoleTitle(c.from.viewer.Role), Recorded: c.Stamp(string(c.a.Worker)),
	})
}

// object is who put something on the record, and its place in the order of what
// was known; NotFound where it is not the actor's to read.
func (c *correcting) object(ctx context.Context, kind correction.Kind, object string) (author staff.ID, since int64, err error) {
	sight := reading{Reader: c.Tx, sitting: c.from, worker: string(c.a.Worker), person: c.from.person}.sight()
	if kind == correction.MoveFile {
		f, err := c.File(ctx, media.ID(object))
		if fault.Is(err, fault.NotFound) {
			return "", 0, errNoObject
		}
		if err != nil {
			return "", 0, err
		}
		return f.Author, f.Recorded.Seq, readable(sight.of(f.Service, false))
	}
	if kind == correction.MoveDocument {
		d, err := c.Document(ctx, document.ID(object))
		if fault.Is(err, fault.NotFound) {
			return "", 0, errNoObject
		}
		if err != nil {
			return "", 0, err
		}
		if d.Service != sight.service && !d.WasFinal() || d.State() == document.Gone || c.s.decide(c.from.standing, access.Documents, access.Look).Outcome != access.Shown {
			return "", 0, errNoObject
		}
		return staff.ID(d.Begun.By), d.Begun.Seq, readable(sight.of(d.Service, false))
	}
	e, err := c.Entry(ctx, entry.ID(object))
	if fault.Is(err, fault.NotFound) {
		return "", 0, errNoObject
	}
	if err != nil {
		return "", 0, err
	}
	return e.Author, e.Recorded.Seq, readable(sight.of(e.Service, e.Content.Sensitive))
}

// workers are those to tell, by file: whoever works with the child now, and
// whoever recorded something on that file since, because they may have acted on
// what was wrong. No since means that there is nothing to have acted on.
func (c *correcting) workers(ctx context.Context, since int64) (map[person.ID][]staff.ID, error) {
	told := map[person.ID][]staff.ID{}
	for _, sat := range []*sitting{c.from, c.to} {
		if told[sat.person] != nil {
			continue
		}
		workers, err := c.s.toTell(ctx, c.Tx, sat.person)
		if err != nil {
			return nil, err
		}
		if since > 0 {
			acted, err := c.RecordedSince(ctx, sat.person, since)
			if err != nil {
				return nil, err
			}
			workers = append(workers, acted...)
		}
		told[sat.person] = workers
	}
	return told, nil
}

// tell tells all of them on one file.
func (c *correcting) tell(ctx context.Context, kind string, file person.ID, told map[person.ID][]staff.ID) error {
	return c.tellEach(ctx, kind, file, append(slices.Clone(told[c.from.person]), told[c.to.person]...))
}

func (c *correcting) tellEach(ctx context.Context, kind string, file person.ID, workers []staff.ID) error {
	workers = slices.Clone(workers)
	slices.Sort(workers)
	for _, w := range slices.Compact(workers) {
		if w == "" || w == c.a.Worker {
			continue
		}
		n := store.Notice{ID: id.New(), Worker: w, Person: file, By: c.a.Worker, Kind: kind, At: date.At(c.s.now())}
		if err := c.AddNotice(ctx, n); err != nil {
			return err
		}
	}
	return nil
}
