package casework

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/keys"
	"casefile/internal/person"
	"casefile/internal/store"
)

// A Look is a request to see a part of a file.
type Look struct {
	Actor     Actor
	Reference id.Reference
	// Known is the moment as of which the file is to be shown, by today's rights; the
	// zero moment is now. Only what is looked at is shown so, nothing that is changed.
	Known date.Instant
}

// A Part is a part of a file and how it is read. The parts are the functions of
// this package that return one; a caller cannot make another.
type Part[T any] struct {
	part   access.Part
	action access.Action
	read   func(ctx context.Context, r reading) (T, error)
}

// A reading is what a part is read with: a snapshot, the person, and the rights
// as they stand in it.
type reading struct {
	store.Reader
	*sitting
	worker string
	person person.ID
}

// A File is a part of a file, read and accounted for: its footprint was on disk
// before this value was handed out.
type File[T any] struct {
	Header person.Header
	// Outcome is Shown or Masked; of a masked part Value is empty, and of a
	// masked identity Header has the reference alone.
	Outcome access.Outcome
	Value   T
	Offers  Offers
}

// Open is the way to case information: it reads the rights, decides, reads one
// part in one snapshot, and hands the value out only once the footprint is on
// disk and while the rights it rested on still stand.
//
// Errors: NotFound for a file that is absent, to this viewer or to everybody,
// in the same words and by the same steps; ReasonNeeded(err) when the viewer must
// say why first; Refused when they no longer hold their role; Unavailable when
// the footprint could not be saved, and then nothing is shown.
func Open[T any](ctx context.Context, s *Service, look Look, part Part[T]) (File[T], error) {
	const tries = 3 // rights that change under a viewer more often than this are not theirs
	for try := 1; ; try++ {
		file, err := open(ctx, s, look, part)
		if !changed(err) {
			return file, err
		}
		if try == tries {
			return File[T]{}, fault.Wrap(fault.Unavailable, "The rights to this file are being changed. Try again.", err)
		}
	}
}

func open[T any](ctx context.Context, s *Service, look Look, part Part[T]) (File[T], error) {
	var file File[T]
	var sat *sitting
	var given access.Outcome
	var notShown error
	handedOut := false
	defer func() {
		if !handedOut && sat != nil {
			sat.close()
		}
	}()
	err := s.db.View(ctx, func(r store.Reader) error {
		p, err := r.PersonByReference(ctx, look.Reference)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		// From here on a file that is not there takes the same steps as one
		// that this viewer may not know of.
		st, err := s.standing(ctx, r, look.Actor, p.ID)
		if err != nil {
			return err
		}
		sat = s.sit(st, look.Actor, p.ID)
		if part.action == access.Look {
			sat.at = look.Known
		}
		// The header is part of every page and says who the child is, so a part
		// is never more than their identity is.
		asked, identity := sat.ask(part.part, part.action), sat.ask(access.Identity, access.Look)
		given = min(asked.Outcome, identity.Outcome)
		if given == access.Masked && part.action != access.Look {
			given = access.Absent // there is no masked way to write
		}
		file.Outcome = given
		switch {
		case given == access.Absent:
			notShown = errNotHere
			return nil
		case given == access.ReasonFirst:
			notShown = errReasonFirst
			return nil
		}
		file.Header = person.Header{ID: p.ID, Reference: p.Reference}
		if sat.open, err = sat.readOpen(ctx, r); err != nil {
			return err
		}
		if identity.Outcome == access.Shown {
			if file.Header, err = r.HeaderKnown(ctx, p.ID, sat.at); err != nil {
				return err
			}
			if sat.ask(access.Workers, access.Look).Outcome != access.Shown {
				file.Header = file.Header.WithoutWorkers()
			}
			if err = s.firstOnFiles(ctx, r, st.viewer, st.defs, []headed{{sat, &file.Header}}, sat.at, sat.day()); err != nil {
				return err
			}
			if sat.at == 0 { // a photograph says nothing of when it was known
				if file.Header.Portrait, err = s.portrait(ctx, r, p.ID); err != nil {
					return err
				}
			}
		}
		if file.Outcome == access.Masked {
			return nil
		}
		file.Value, err = part.read(ctx, reading{r, sat, string(look.Actor.Worker), p.ID})
		if fault.Is(err, fault.NotFound) { // a look for what is not there is a look
			given, notShown = access.Absent, err
			return nil
		}
		return err
	})
	if err != nil {
		return File[T]{}, err
	}
	object := string(sat.person)
	if object == "" {
		object = string(look.Reference)
	}
	err = s.looks.commit(ctx, func(ctx context.Context, tx store.Tx) error {
		decision, err := sat.stillStands(ctx, tx)
		if err != nil {
			return err
		}
		if decision.Outcome > given {
			decision = access.Decision{Outcome: given}
		}
		named := make([]access.Decision, len(sat.others)) // all decisions before anything is written
		for i, o := range sat.others {
			if named[i], err = o.stillStands(ctx, tx); err != nil {
				return err
			}
		}
		f := sat.footprint(decision)
		f.Object = object
		if sat.did != "" {
			f.Action = sat.did
		}
		var detail *footprint.Detail
		if sat.detail.File != "" || sat.detail.Document != "" || sat.detail.Plan != "" || sat.detail.Meeting != "" || sat.detail.Done != "" {
			of := sat.detail
			detail = &of
		}
		number, err := s.leave(ctx, tx, f, detail)
		if err != nil {
			return err
		}
		for i, o := range sat.others {
			seen := o.footprint(named[i])
			if o.did != "" {
				seen.Action = o.did
			}
			if named[i].Outcome == access.Absent { // named by the right to the file that names them
				seen.Ground, seen.Outcome = f.Ground, access.Shown.String()
			}
			seen.Search = number
			var of *footprint.Detail
			if o.shows != nil {
				seen.Part, seen.Action, seen.Ground = string(o.shows.part), string(o.shows.action), string(o.shows.decision.Ground)
				of = &footprint.Detail{Meeting: sat.detail.Meeting}
			}
			if _, err := s.leave(ctx, tx, seen, of); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return File[T]{}, err
	}
	if notShown != nil {
		return File[T]{}, notShown
	}
	handedOut = true
	file.Offers = sat.offers()
	return file, nil
}

// errReasonFirst asks for a purpose, which gives the ground access.Reason.
var errReasonFirst = fault.New(fault.Refused, "Say why you need to see this file first.")

// ReasonNeeded reports whether err says that the viewer has to say why they need
// a file before any of it is shown (KF-05).
func ReasonNeeded(err error) bool { return errors.Is(err, errReasonFirst) }

// A sitting is every decision that one look rests on, so that they can be taken
// again in the transaction that leaves the footprint.
type sitting struct {
	s      *Service
	actor  Actor
	person person.ID
	standing
	claims []claim
	did    string           // what was done, where that is more than the action asked for; it stands in the footprint in its place
	detail footprint.Detail // what the look was of, where its part says more than the part's name
	opened []io.Closer      // what the value reads from
	at     date.Instant     // as of when it is read; zero for now
	open   Opened           // for a time: why, and until when
	others []*other         // people of other files whom the value names
	links  []link           // whose alerts stand on this file, or would to a viewer who knew of them
}

// An other is somebody of another file whom a part names: a relative. What the
// viewer gets of them is decided about by itself.
type other struct {
	*sitting
	barred bool // nothing of theirs is for this viewer, whatever they hold
	// shows is the part of their file that the value holds; nil where it has their name
	// alone. minutes is what it is once it holds their minutes.
	shows, minutes *claim
}

// reads asks for a part of their file that the value may hold.
func (o *other) reads(part access.Part, action access.Action) bool {
	d := o.ask(part, action)
	o.minutes = &claim{part, action, d}
	return d.Outcome == access.Shown
}

// of decides what the viewer gets of another person. What is read of them must be
// left out where there is nothing.
func (r reading) of(ctx context.Context, p person.ID) (*other, error) {
	st, err := r.s.standing(ctx, r.Reader, r.actor, p)
	if err != nil {
		return nil, err
	}
	o := &other{sitting: r.s.sit(st, r.actor, p), barred: barred(st)}
	o.ask(access.Identity, access.Find)
	return o, nil
}

func barred(st standing) bool {
	return slices.ContainsFunc(st.held, func(h access.Held) bool { return slices.Contains(access.Bars, h.Ground) })
}

// stillStands is that of a sitting, and no bar may have come up.
func (o *other) stillStands(ctx context.Context, tx store.Tx) (access.Decision, error) {
	now, err := o.s.standing(ctx, tx, o.actor, o.person)
	if err != nil {
		return access.Decision{}, err
	}
	if barred(now) != o.barred {
		return access.Decision{}, errRightsChanged
	}
	return o.standsBy(now)
}

// close lets go of what was opened for a value that is not handed out.
func (sat *sitting) close() {
	for _, c := range sat.opened {
		_ = c.Close() // only read from: nothing can be lost in closing
	}
}

type claim struct {
	part     access.Part
	action   access.Action
	decision access.Decision
}

func (s *Service) sit(st standing, a Actor, p person.ID) *sitting {
	return &sitting{s: s, actor: a, person: p, standing: st}
}

// ask decides about a part and remembers that the look rests on it. The first
// is what the footprint is of.
func (sat *sitting) ask(part access.Part, action access.Action) access.Decision {
	d := sat.s.decide(sat.standing, part, action)
	sat.claims = append(sat.claims, claim{part, action, d})
	return d
}

// stillStands takes the decisions again. It gives the first, or
// errRightsChanged when any comes out otherwise.
func (sat *sitting) stillStands(ctx context.Context, tx store.Tx) (access.Decision, error) {
	decisions, err := sat.s.allStillStand(ctx, tx, sat.actor, []*sitting{sat})
	if err != nil {
		return access.Decision{}, err
	}
	return decisions[0], nil
}

func (sat *sitting) standsBy(now standing) (access.Decision, error) {
	var first access.Decision
	for i, c := range sat.claims {
		d := sat.s.decide(now, c.part, c.action)
		if d.Outcome != c.decision.Outcome {
			return access.Decision{}, errRightsChanged
		}
		if i == 0 {
			first = d
		}
	}
	return first, nil
}

func (sat *sitting) footprint(d access.Decision) footprint.Footprint {
	c := sat.claims[0]
	return footprint.Footprint{
		Actor: sat.viewer.Worker, Role: string(sat.viewer.Role), Action: string(c.action), Object: string(sat.person),
		Part: string(c.part), Ground: string(d.Ground), Outcome: d.Outcome.String(),
	}
}

// leave writes a footprint and, sealed apart from it, its detail.
func (s *Service) leave(ctx context.Context, tx store.Tx, f footprint.Footprint, detail *footprint.Detail) (int64, error) {
	if detail == nil {
		return tx.LeaveFootprint(ctx, f, nil)
	}
	detail.Salt = footprint.NewSalt()
	plain, err := json.Marshal(detail)
	if err != nil {
		return 0, fmt.Errorf("write the detail of a footprint: %w", err)
	}
	f.DetailHash = footprint.Hash(plain)
	return tx.LeaveFootprint(ctx, f, func(number int64) ([]byte, error) {
		return s.keys.Seal(plain, detailPlace(number))
	})
}

// detailPlace ties a sealed detail to its footprint, so that it cannot be
// copied to another.
func detailPlace(number int64) []byte {
	return keys.Row("footprint_detail", fmt.Sprint(number), "sealed")
}
