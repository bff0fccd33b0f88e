package casework

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"unicode/utf8"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/store"
)

// Rights that change take a second person: the first changes the folder of
// definitions, or the program; the second is a worker whose role may decide about
// rights. Until they have approved it, the rights that were approved last hold,
// from the bodies that the database keeps. docs/decisions/0010 says more.

// mostSteps is how far back the steps of changes are looked through and listed.
const mostSteps = 200

func stored(files []definition.File) []store.DefinitionFile {
	out := make([]store.DefinitionFile, 0, len(files))
	for _, f := range files {
		out = append(out, store.DefinitionFile{Path: f.Path, Hash: f.Hash, Body: []byte(f.Body)})
	}
	return out
}

// inForce is the step whose rights hold. steps come the last first.
func inForce(steps []store.RightsStep) (store.RightsStep, bool) {
	i := slices.IndexFunc(steps, func(s store.RightsStep) bool {
		return s.Step == store.RightsFirst || s.Step == store.RightsApproved
	})
	if i < 0 {
		return store.RightsStep{}, false
	}
	return steps[i], true
}

// waiting is the change that waits for its second person.
func waiting(steps []store.RightsStep) (store.RightsStep, bool) {
	if len(steps) == 0 || steps[0].Step != store.RightsProposed {
		return store.RightsStep{}, false
	}
	return steps[0], true
}

// HoldRights puts the rights in force that were approved last, whatever the
// program was started with: at once where it is called, and in every process
// that calls it now and then. Where none were, those it was started with hold.
func (s *Service) HoldRights(ctx context.Context) error {
	s.putIn.Lock()
	defer s.putIn.Unlock()
	var next *definition.Set
	err := s.db.View(ctx, func(r store.Reader) error {
		steps, err := r.RightsSteps(ctx, mostSteps)
		if err != nil {
			return err
		}
		next, err = s.approved(ctx, r, steps)
		return err
	})
	if now := s.set(); err == nil && (next.Hash != now.Hash || next.RightsHash() != now.RightsHash()) {
		s.inUse.Store(next)
	}
	return err
}

// approved is the set with the rights that were approved last.
func (s *Service) approved(ctx context.Context, r store.Reader, steps []store.RightsStep) (*definition.Set, error) {
	step, ok := inForce(steps)
	if !ok || step.Hash == s.given.RightsHash() {
		return s.given, nil
	}
	if s.set().RightsHash() == step.Hash {
		return s.set(), nil
	}
	return s.withRights(ctx, r, step)
}

// withRights is the set that the program was started with, with the rights of a
// step.
func (s *Service) withRights(ctx context.Context, r store.Reader, step store.RightsStep) (*definition.Set, error) {
	files := make([]definition.File, 0, len(step.Files))
	for _, f := range step.Files {
		body, err := r.DefinitionBody(ctx, f.Hash)
		if err != nil {
			return nil, err
		}
		files = append(files, definition.File{Path: f.Path, Body: string(body)})
	}
	set, err := s.given.WithRights(files)
	if err != nil {
		return nil, fmt.Errorf("the rights that were approved do not fit the other definitions: %w", err)
	}
	if set.RightsHash() != step.Hash {
		return nil, errors.New("the rights that were approved are not those that the database holds")
	}
	return set, nil
}

// StartRights notes the rights that the program was started with. The first are
// approved by being the first; others wait for a second person, and the log says
// of each file how it differs. Invalid where a role is held that they do not
// have: the folder that brought it is missing.
func (s *Service) StartRights(ctx context.Context) error {
	err := s.db.View(ctx, func(r store.Reader) error { return s.rolesStay(ctx, r, s.given) })
	if err != nil {
		return err
	}
	var notes []string
	err = s.db.View(ctx, func(r store.Reader) error { // most starts change nothing
		_, notes, err = s.nextStep(ctx, r)
		return err
	})
	if err != nil {
		return err
	}
	for more := notes != nil; more; {
		err = s.db.Update(ctx, func(tx store.Tx) error {
			step, said, err := s.nextStep(ctx, tx)
			if more, notes = step != nil, said; err != nil || step == nil {
				return err
			}
			step.ID, step.Recorded = id.New(), tx.Stamp("serve")
			more = step.Step == store.RightsFirst // there may be a change of them too
			return tx.AddRightsStep(ctx, *step)
		})
		if err != nil {
			return err
		}
	}
	for _, note := range notes {
		s.log.WarnContext(ctx, note)
	}
	return s.HoldRights(ctx)
}

// nextStep is what a start adds to the steps, nil for nothing, and what it says;
// nil notes say that there is nothing to add and nothing to say.
func (s *Service) nextStep(ctx context.Context, r store.Reader) (*store.RightsStep, []string, error) {
	steps, err := r.RightsSteps(ctx, mostSteps)
	if err != nil {
		return nil, nil, err
	}
	given := store.RightsStep{Hash: s.given.RightsHash(), Files: stored(s.given.Rights())}
	before, any := inForce(steps)
	pending, waits := waiting(steps)
	switch {
	case !any:
		given.Step, given.Reason = store.RightsFirst, "Found when the program first started with this database."
		return &given, []string{}, nil
	case s.olderRelease(before):
		step, err := s.carried(ctx, r, before)
		return &step, []string{}, err
	case before.Hash == given.Hash && waits:
		given.Hash, given.Files, given.Step, given.Reason = pending.Hash, nil, store.RightsWithdrawn, "Gone when the program started again."
		return &given, []string{"a change of the rights that waited for approval is withdrawn: the definitions are those approved before"}, nil
	case before.Hash == given.Hash:
		return nil, nil, nil
	}
	last := slices.IndexFunc(steps, func(x store.RightsStep) bool { return x.Hash == given.Hash })
	down := last >= 0 && steps[last].Step == store.RightsTurnedDown
	then := "the approved rights hold until a worker has approved the change at /rights/changes"
	if down {
		then = "this change was turned down, so the approved rights hold"
	}
	was := make([]definition.File, 0, len(before.Files))
	for _, f := range before.Files {
		was = append(was, definition.File{Path: f.Path, Hash: f.Hash})
	}
	notes := []string{}
	for _, c := range definition.Diff(was, s.given.Rights()) {
		notes = append(notes, "the rights differ from those that were approved ("+c.String()+"): "+then)
	}
	if down || waits && pending.Hash == given.Hash {
		return nil, notes, nil
	}
	given.Step = store.RightsProposed
	return &given, notes, nil
}

// olderRelease reports whether rights were approved under a release that did not
// count what the services' own files, or the forms, say as rights.
func (s *Service) olderRelease(before store.RightsStep) bool {
	return len(s.uncounted(before)) > 0
}

func (s *Service) uncounted(before store.RightsStep) []definition.File {
	return slices.DeleteFunc(s.given.RightsOutside(), func(made definition.File) bool {
		return slices.ContainsFunc(before.Files, func(f store.DefinitionFile) bool { return f.Path == made.Path })
	})
}

// carried are approved rights of an older release with what it did not count, which
// holds as it was found, as the first rights do.
func (s *Service) carried(ctx context.Context, r store.Reader, before store.RightsStep) (store.RightsStep, error) {
	files := s.uncounted(before)
	for _, f := range before.Files {
		body, err := r.DefinitionBody(ctx, f.Hash)
		if err != nil {
			return store.RightsStep{}, err
		}
		files = append(files, definition.File{Path: f.Path, Body: string(body)})
	}
	set, err := s.given.WithRights(files)
	if err != nil {
		return store.RightsStep{}, fmt.Errorf("the rights that were approved do not fit the other definitions: %w", err)
	}
	return store.RightsStep{
		Hash: set.RightsHash(), Step: store.RightsFirst, Files: stored(set.Rights()),
		Reason: "The rights approved before, with what the services’ own definitions and the forms say about rights, which an older release did not count.",
	}, nil
}

// rolesStay reports the roles that somebody holds and the set does not have.
func (s *Service) rolesStay(ctx context.Context, r store.Reader, set *definition.Set) error {
	held, err := r.RolesHeld(ctx, s.Today())
	if err != nil {
		return err
	}
	var gone []string
	for _, role := range held {
		if _, ok := set.Role(role); !ok {
			gone = append(gone, string(role))
		}
	}
	if len(gone) > 0 {
		return fault.New(fault.Invalid, fmt.Sprintf(
			"Workers hold roles that these definitions do not have: %s. Start with the folder of definitions that brought them (CASEFILE_DEFINITIONS), or end those roles first.", strings.Join(gone, ", ")))
	}
	return nil
}

// somebodyDecides reports where nobody could decide about rights any more:
// there would be no way back.
func (s *Service) somebodyDecides(ctx context.Context, r store.Reader, set *definition.Set) error {
	held, err := r.RolesHeld(ctx, s.Today())
	if err != nil {
		return err
	}
	everyone := []access.Held{{Ground: access.Everyone}}
	if !slices.ContainsFunc(held, func(role access.Role) bool {
		return set.Access().Decide(access.Viewer{Role: role}, access.Rights, access.Change, everyone, date.At(s.now())).Outcome == access.Shown
	}) {
		return fault.New(fault.Conflict, "After this change nobody could decide about rights any more, so it could never be taken back. Have it leave that to a role that somebody holds.")
	}
	return nil
}

// A RightsStep is one step on the way of a change of the rights, as pages show
// it.
type RightsStep = store.RightsStep

// The steps, as store has them.
const (
	RightsFirst      = store.RightsFirst
	RightsProposed   = store.RightsProposed
	RightsApproved   = store.RightsApproved
	RightsTurnedDown = store.RightsTurnedDown
	RightsWithdrawn  = store.RightsWithdrawn
)

// A RightsChange is a change of the rights that waits, and what was decided
// before.
type RightsChange struct {
	Waits       bool
	Step        RightsStep
	Files       []definition.Change
	Differences []access.Difference
	Others      []string  // what changes beside the table, in sentences
	Names       RoleNames // of either set
	Steps       []RightsStep
	MayDecide   bool
}

// RoleNames are what roles are called.
type RoleNames map[access.Role]string

// Name is what a role is called; its own word where nobody says.
func (n RoleNames) Name(r access.Role) string {
	if title := n[r]; title != "" {
		return title
	}
	return string(r)
}

// overAll reads the rights of an actor over a part of the office that is about
// everybody, and asks for one action.
func (s *Service) overAll(ctx context.Context, r store.Reader, a Actor, part access.Part, action access.Action) (standing, access.Decision, error) {
	st, err := s.standing(ctx, r, a, "")
	if err != nil {
		return st, access.Decision{}, err
	}
	st.held = access.OfficeHeld(st.viewer, "", "")
	return st, s.decide(st, part, action), nil
}

// RightsTable is the table in force, to whom may see it. It is about nobody, so
// it leaves no footprint.
func (s *Service) RightsTable(ctx context.Context, a Actor) (*definition.Set, error) {
	var set *definition.Set
	err := s.db.View(ctx, func(r store.Reader) error {
		st, d, err := s.overAll(ctx, r, a, access.Rights, access.Look)
		if err == nil && d.Outcome != access.Shown {
			err = errNotHere
		}
		set = st.defs
		return err
	})
	if err != nil {
		return nil, err
	}
	return set, nil
}

// MaySeeRights reports whether a role may see the table of rights: whether to
// offer it.
func (s *Service) MaySeeRights(role access.Role) bool {
	return s.set().Access().Decide(access.Viewer{Role: role}, access.Rights, access.Look, []access.Held{{Ground: access.Everyone}}, 0).Outcome == access.Shown
}

// RightsChanges is the change that waits, in words, and those before it.
func (s *Service) RightsChanges(ctx context.Context, a Actor) (RightsChange, error) {
	var c RightsChange
	err := s.db.View(ctx, func(r store.Reader) error {
		c = RightsChange{}
		st, d, err := s.overAll(ctx, r, a, access.Rights, access.Look)
		if err != nil {
			return err
		}
		if d.Outcome != access.Shown {
			return errNotHere
		}
		c.MayDecide = s.decide(st, access.Rights, access.Change).Outcome == access.Shown
		if c.Steps, err = r.RightsSteps(ctx, mostSteps); err != nil {
			return err
		}
		c.Names = RoleNames{}
		for _, role := range st.defs.Roles() {
			c.Names[role.ID] = role.Title
		}
		if c.Step, c.Waits = waiting(c.Steps); !c.Waits {
			return nil
		}
		next, err := s.withRights(ctx, r, c.Step)
		if err != nil {
			return err
		}
		c.Files = definition.Diff(st.defs.Rights(), next.Rights())
		roles := []access.Role{}
		for _, role := range slices.Concat(st.defs.Roles(), next.Roles()) {
			c.Names[role.ID] = role.Title
			if !slices.Contains(roles, role.ID) {
				roles = append(roles, role.ID)
			}
		}
		c.Differences = access.Compare(st.defs.Access(), next.Access(), roles)
		c.Others = definition.CompareRights(st.defs, next)
		return nil
	})
	if err != nil {
		return RightsChange{}, err
	}
	return c, nil
}

// maxReason is the longest reason, in characters.
const maxReason = 1000

// DecideRights approves the change that waits, or turns it down, for a reason.
// Approved rights hold in this process when it returns. hash is the change that
// the page showed.
//
// Errors: Invalid with each problem by its field; Conflict where that change
// does not wait any more, a role would go that somebody holds, or nobody could
// decide about rights after it; NotFound for
// whoever may not decide about rights, which is written down.
func (s *Service) DecideRights(ctx context.Context, a Actor, hash string, approve bool, reason string) error {
	reason = strings.TrimSpace(reason)
	switch n := utf8.RuneCountInString(reason); {
	case n == 0:
		return problems([]fault.Problem{{Field: "reason", Message: "Enter why you approve the change, or turn it down"}})
	case n > maxReason:
		return problems([]fault.Problem{fault.TooLong("reason", "Reason", maxReason)})
	}
	step := store.RightsStep{Hash: hash, Step: store.RightsTurnedDown, Worker: a.Worker, Reason: reason}
	if approve {
		step.Step = store.RightsApproved
	}
	err := s.db.Update(ctx, func(tx store.Tx) error {
		st, d, err := s.overAll(ctx, tx, a, access.Rights, access.Change)
		if err != nil {
			return err
		}
		if d.Outcome != access.Shown {
			return errNotHere
		}
		steps, err := tx.RightsSteps(ctx, mostSteps)
		if err != nil {
			return err
		}
		pending, waits := waiting(steps)
		if !waits || pending.Hash != hash {
			return fault.New(fault.Conflict, "This change of the rights was decided or withdrawn meanwhile, or another came in its place.")
		}
		if approve {
			next, err := s.withRights(ctx, tx, pending)
			if err != nil {
				return err
			}
			if err := s.rolesStay(ctx, tx, next); fault.Is(err, fault.Invalid) {
				return fault.Wrap(fault.Conflict, "Workers hold a role that the change would take away. End those roles first, or have the change keep it.", err)
			} else if err != nil {
				return err
			}
			if err := s.somebodyDecides(ctx, tx, next); err != nil {
				return err
			}
		}
		for _, f := range pending.Files {
			body, err := tx.DefinitionBody(ctx, f.Hash)
			if err != nil {
				return err
			}
			f.Body = body
			step.Files = append(step.Files, f)
		}
		step.ID, step.Recorded = id.New(), tx.Stamp(string(a.Worker))
		if err := tx.AddRightsStep(ctx, step); err != nil {
			return err
		}
		_, err = s.leave(ctx, tx, footprint.Footprint{
			Actor: string(a.Worker), Role: string(st.viewer.Role), Action: string(access.Change), Object: hash, Part: string(access.Rights),
			Ground: string(d.Ground), Outcome: d.Outcome.String(),
		}, &footprint.Detail{Purpose: step.Step + ": " + reason})
		return err
	})
	if err != nil {
		return s.refusedOffice(ctx, a, access.Rights, access.Change, hash, err)
	}
	s.log.WarnContext(ctx, "a change of the rights was "+step.Step, slog.String("rights", hash), slog.String("worker", string(a.Worker)))
	return s.HoldRights(ctx)
}
