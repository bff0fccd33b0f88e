package casework

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"casefile/internal/access"
	"casefile/internal/correction"
	"casefile/internal/date"
	"casefile/internal/document"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/store"
)

const characteristics = string(store.CharacteristicFact)

// A formFact is a coded fact that a form stated on a file, as it stands now.
type formFact struct {
	person.Characteristic
	owner  person.ID
	stated int64 // its place in the order of what was known
	stays  string
}

// A factHistory is all that was ever recorded of the coded facts of a file, and how.
type factHistory struct {
	rows      map[string]person.Characteristic
	owners    map[string]person.ID
	changes   []person.Change // the latest first
	corrected []int64         // the places in the order of what was known at which something was corrected
}

func historyOf(ctx context.Context, r store.Reader, file person.ID) (h factHistory, err error) {
	rows, err := r.Characteristics(ctx, file, store.Ever)
	if err != nil {
		return h, err
	}
	h.rows, h.owners = map[string]person.Characteristic{}, map[string]person.ID{}
	for _, row := range rows {
		h.rows[row.ID] = row
		if h.owners[row.ID], err = r.FactOwner(ctx, store.CharacteristicFact, row.ID); err != nil {
			return h, err
		}
	}
	all, err := r.Corrections(ctx, file)
	if err != nil {
		return h, err
	}
	for _, x := range all {
		h.corrected = append(h.corrected, x.Recorded.Seq)
		if !x.Stands() {
			h.corrected = append(h.corrected, x.Undone.Seq)
		}
	}
	h.changes, err = r.Changes(ctx, file)
	h.changes = slices.DeleteFunc(h.changes, func(c person.Change) bool { return c.Fact != characteristics })
	return h, err
}

// inOrder are the rows in the order of what was known, so that of several that fit it is
// always the same that is taken.
func (h factHistory) inOrder() []person.Characteristic {
	return slices.SortedFunc(maps.Values(h.rows), func(a, b person.Characteristic) int {
		return cmp.Or(cmp.Compare(a.Recorded.Seq, b.Recorded.Seq), cmp.Compare(a.ID, b.ID))
	})
}

// followed reports whether nobody said of a fact itself what a change did to it: it ended
// because another took its place, or followed what was corrected.
func (h factHistory) followed(change person.Change) bool {
	switch {
	case change.After == "":
		return false
	case slices.Contains(h.corrected, change.Recorded.Seq):
		return true
	}
	return change.Action == person.Ended && slices.ContainsFunc(h.changes, func(o person.Change) bool {
		return o.Recorded.Seq == change.Recorded.Seq && (o.Action == person.Added || o.Action == person.Corrected)
	})
}

// latest is what a fact has become, and what somebody said of it themselves; ok is false
// where it is recorded no more.
func (h factHistory) latest(key string) (now person.Characteristic, said *person.Change, ok bool) {
	for {
		for i, c := range h.changes {
			if c.After == key && c.Action == person.Verified {
				said = &h.changes[i]
				break
			}
		}
		row := h.rows[key]
		if row.Current() {
			return row, said, row.ID != ""
		}
		i := slices.IndexFunc(h.changes, func(c person.Change) bool { return c.Before == key })
		if i < 0 || h.changes[i].After == "" {
			return row, said, false
		}
		if !h.followed(h.changes[i]) {
			said = &h.changes[i]
		}
		key = h.changes[i].After
	}
}

// byMove reports whether a fact stands on a file only because a form was moved there.
func (h factHistory) byMove(key string) bool {
	for {
		i := slices.IndexFunc(h.changes, func(c person.Change) bool { return c.After == key && c.Action != person.Verified })
		if i < 0 {
			return false
		}
		if c := h.changes[i]; c.Before == "" {
			_, said, ok := h.latest(key)
			return ok && said == nil && slices.Contains(h.corrected, c.Recorded.Seq)
		}
		key = h.changes[i].Before
	}
}

// formFacts are the facts that a form stated on a file, or that stood there because it was
// moved: those that go with it, and those that stay because somebody stated them anew.
func formFacts(ctx context.Context, r store.Reader, file person.ID, object string, stated []int64) (list []formFact, err error) {
	moved, err := movedAt(ctx, r, file, object)
	if err != nil {
		return nil, err
	}
	h, err := historyOf(ctx, r, file)
	if err != nil {
		return nil, err
	}
	for _, c := range slices.Backward(h.changes) {
		seq := c.Recorded.Seq
		if c.Action != person.Added || !slices.Contains(stated, seq) && !slices.Contains(moved, seq) {
			continue
		}
		now, said, ok := h.latest(c.After)
		if !ok {
			continue
		}
		f := formFact{Characteristic: now, owner: h.owners[now.ID], stated: seq}
		switch {
		case said == nil:
		case said.Action == person.Verified:
			f.stays = "Somebody confirmed it on " + said.Recorded.At.Date().Long() + "."
		default:
			f.stays = "Somebody changed it on " + said.Recorded.At.Date().Long() + "."
		}
		list = append(list, f)
	}
	return list, nil
}

// stepsOf are the places in the order of what was known at which something was done with a
// document.
func stepsOf(d document.Document) (stated []int64) {
	for _, s := range d.Steps {
		stated = append(stated, s.Recorded.Seq)
	}
	return stated
}

// takeFacts puts aside what a form stated on a file, as never so, and gives what that was.
// With owner it is of that one alone of several files that are one.
func (c *correcting) takeFacts(ctx context.Context, on *sitting, object string, g along, why string, owner person.ID) (taken []formFact, err error) {
	list, err := formFacts(ctx, c.Tx, on.person, object, g.stated)
	if err != nil {
		return nil, err
	}
	for _, f := range list {
		if f.stays != "" || owner != "" && f.owner != owner {
			continue
		}
		if err := c.withdraw(ctx, on, f, basisIn(g)+why); err != nil {
			return nil, err
		}
		taken = append(taken, f)
	}
	return taken, nil
}

// basisIn is as basisOf.
func basisIn(g along) string { return "The form “" + g.title + "”" }

// withdraw puts a fact aside as never so. What ended because of it lasts as long as it
// lasted itself.
func (c *correcting) withdraw(ctx context.Context, on *sitting, f formFact, basis string) error {
	by := c.Stamp(string(c.a.Worker))
	h, err := historyOf(ctx, c.Tx, on.person)
	if err != nil {
		return err
	}
	f.Characteristic = h.rows[f.ID]
	for _, o := range h.inOrder() { // it may have been lengthened by another that went
		if o.Current() && h.owners[o.ID] == f.owner && o.Kind == f.Kind && o.Code == f.Code && o.Period.From == f.Period.From {
			f.Characteristic = o
		}
	}
	if err := c.replaceFact(ctx, f.owner, person.Change{Action: person.Withdrawn, Before: f.ID, Why: c.reason, Basis: basis, Recorded: by}, nil); err != nil {
		return err
	}
	if on.defs.People().Slot(f.Characteristic) == "" {
		return nil
	}
	files, err := c.onceOne(ctx, on.person)
	if err != nil {
		return err
	}
	for _, file := range files {
		if file != on.person {
			if h, err = historyOf(ctx, c.Tx, file); err != nil {
				return err
			}
		}
		lasting := h.lasting(f)
		if len(lasting) > 0 && file != on.person {
			if err := c.leaveOnOthers(ctx, []person.ID{file}); err != nil {
				return err
			}
		}
		for _, last := range lasting {
			if err := c.replaceFact(ctx, h.owners[last.ID], person.Change{Action: person.Corrected, Before: last.ID, Why: c.reason, Basis: basis, Recorded: by}, &last); err != nil {
				return err
			}
		}
	}
	return nil
}

// lasting are the rows that last on where a fact goes: of the same person the one before it,
// and of others whose file was the same what ended with it, each under its own owner and as
// long as the fact, or as that person's own rows, let it.
func (h factHistory) lasting(f formFact) (list []person.Characteristic) {
	done := map[person.ID]bool{}
	for _, o := range h.inOrder() {
		owner := h.owners[o.ID]
		if !o.Current() || done[owner] || o.Kind != f.Kind || o.Period.To.IsZero() || o.Period.To != f.Period.From.AddDays(-1) {
			continue
		}
		i := slices.IndexFunc(h.changes, func(m person.Change) bool { return m.After == o.ID && m.Action != person.Verified })
		// What it followed may stand on the file from which it has parted.
		if i < 0 || !h.followed(h.changes[i]) && (h.changes[i].Action != person.Ended || h.changes[i].Recorded.Seq != f.stated) {
			continue
		}
		o.Period.To = f.Period.To
		if owner != f.owner {
			until, ended := h.touched(person.Ended, f.stated, o.Kind)[owner]
			if !ended && (h.changes[i].Action != person.Corrected || !slices.Contains(h.corrected, h.changes[i].Recorded.Seq)) {
				continue
			}
			o.Period.To = sooner(o.Period.To, until)
			for _, next := range h.inOrder() {
				if next.Current() && h.owners[next.ID] == owner && next.Kind == o.Kind && next.Period.From.After(o.Period.From) {
					o.Period.To = sooner(o.Period.To, next.Period.From.AddDays(-1))
				}
			}
		}
		done[owner] = true
		list = append(list, o)
	}
	return list
}

// touched are those of whom a row of a kind was changed in one way at one place in the order
// of what was known, each with until when it was so before.
func (h factHistory) touched(action string, seq int64, kind string) map[person.ID]date.Date {
	list := map[person.ID]date.Date{}
	for _, m := range h.changes {
		if was := h.rows[m.Before]; m.Recorded.Seq == seq && m.Action == action && was.Kind == kind {
			list[h.owners[m.Before]] = was.Period.To
		}
	}
	return list
}

// sooner is the earlier of two last days, of which none is never.
func sooner(one, other date.Date) date.Date {
	if one.IsZero() || !other.IsZero() && other.Before(one) {
		return other
	}
	return one
}

// onceOne are a file and those that have parted from it: what stood on it may have ended what
// is theirs.
func (c *correcting) onceOne(ctx context.Context, file person.ID) ([]person.ID, error) {
	files := []person.ID{file}
	for i := 0; i < len(files); i++ {
		all, err := c.Corrections(ctx, files[i])
		if err != nil {
			return nil, err
		}
		for _, x := range all {
			if x.Kind != correction.Merge || x.Stands() {
				continue
			}
			for _, p := range []person.ID{x.From, x.To} {
				of, err := c.FileOf(ctx, p)
				if err != nil {
					return nil, err
				}
				if !slices.Contains(files, of) {
					files = append(files, of)
				}
			}
		}
	}
	return files, nil
}

// state states a fact on a file: until the next of its kind begins, and in place of the one
// before, whichever of the files that are one it is of. Where one begins on the same day, that
// stays, for somebody to sort out. What is so already is not stated again. A fact that is back
// because a move is undone, at its place in the order of what was known, takes the place even
// of what a move put there, and of others only of what that move had last on: the files may
// part again.
func (c *correcting) state(ctx context.Context, on *sitting, owner person.ID, f person.Characteristic, basis string, undone int64) error {
	by := c.Stamp(string(c.a.Worker))
	h, err := historyOf(ctx, c.Tx, on.person)
	if err != nil {
		return err
	}
	back := undone != 0
	slot := on.defs.People().Slot(f)
	var before []person.Characteristic
	var way *person.Characteristic
	var next date.Date // the day before one of another of the files begins
	if slot != "" {
		f.Period.To = date.Date{}
	}
	lasted := h.touched(person.Corrected, undone, f.Kind)
	own := false
	for _, o := range h.inOrder() {
		if !o.Current() || o.Kind != f.Kind || slot == "" && o.Code != f.Code {
			continue
		}
		if of := h.owners[o.ID]; back && of != owner {
			if _, ok := lasted[of]; ok && slot != "" && o.Period.From.Before(f.Period.From) && o.Period.Contains(f.Period.From) {
				before = append(before, o)
			}
			continue
		}
		switch {
		case back && o.Period.From == f.Period.From && h.byMove(o.ID):
			way = &o
		case o.Period.From == f.Period.From, !back && o.Code == f.Code && o.Period.Contains(f.Period.From) && o.Period.Open():
			return nil
		case slot == "":
		case o.Period.From.After(f.Period.From) && h.owners[o.ID] != owner:
			next = sooner(next, o.Period.From.AddDays(-1))
		case o.Period.From.After(f.Period.From):
			f.Period.To = sooner(f.Period.To, o.Period.From.AddDays(-1))
		case o.Period.Contains(f.Period.From):
			own = own || h.owners[o.ID] == owner
			before = append(before, o)
		}
	}
	if !own { // otherwise both were so already, and what is their own is to last as long as it did
		f.Period.To = sooner(f.Period.To, next)
	}
	if way != nil { // what another move put in its place
		if err := c.replaceFact(ctx, owner, person.Change{Action: person.Withdrawn, Before: way.ID, Why: c.reason, Basis: basis, Recorded: by}, nil); err != nil {
			return err
		}
	}
	for _, was := range before {
		was.Period.To = f.Period.From.AddDays(-1)
		if err := c.replaceFact(ctx, h.owners[was.ID], person.Change{Action: person.Ended, Before: was.ID, Recorded: by}, &was); err != nil {
			return err
		}
	}
	return c.replaceFact(ctx, owner, person.Change{Action: person.Added, Basis: basis, Recorded: by}, &f)
}

// replaceFact puts what a change names aside, and a fact in its place, unless it is nil. Both
// are of whom the fact is, whichever files are one.
func (c *correcting) replaceFact(ctx context.Context, owner person.ID, change person.Change, fact *person.Characteristic) error {
	if change.Before != "" {
		if err := c.Supersede(ctx, store.CharacteristicFact, change.Before, change.Recorded); err != nil {
			return err
		}
	}
	if fact != nil {
		change.After = id.New()
		next := *fact
		next.ID, next.Clocks = change.After, date.Clocks{Period: fact.Period, Recorded: change.Recorded}
		if err := c.AddCharacteristic(ctx, owner, next); err != nil {
			return err
		}
	}
	change.ID, change.Fact = id.New(), characteristics
	return c.AddChange(ctx, owner, change)
}

// takeFactsAlong has what a form stated be of the right child, and not of the wrong one.
func (c *correcting) takeFactsAlong(ctx context.Context, object string, g along) error {
	taken, err := c.takeFacts(ctx, c.from, object, g, ": it was on the wrong record", "")
	if err != nil {
		return err
	}
	for _, f := range taken {
		if err := c.state(ctx, c.to, c.to.person, f.Characteristic, basisIn(g)+": it was moved to this record", 0); err != nil {
			return err
		}
	}
	return nil
}

// takeFactsBack has the facts be as they were before a move that is undone; what the form
// stated since goes back with it.
func (c *correcting) takeFactsBack(ctx context.Context, x correction.Correction, g along) error {
	const back = ": it is back on this record"
	var owner person.ID
	if c.from.person == c.to.person { // merged meanwhile
		owner = x.To
	}
	taken, err := c.takeFacts(ctx, c.to, x.Object, g, ": its move here was undone", owner)
	if err != nil {
		return err
	}
	h, err := historyOf(ctx, c.Tx, c.from.person)
	if err != nil {
		return err
	}
	for _, m := range slices.Backward(h.changes) {
		if m.Recorded.Seq != x.Recorded.Seq || m.Action != person.Withdrawn {
			continue
		}
		if err := c.state(ctx, c.from, h.owners[m.Before], h.rows[m.Before], basisIn(g)+back, x.Recorded.Seq); err != nil {
			return err
		}
	}
	for _, f := range taken {
		if f.stated <= x.Recorded.Seq || !slices.Contains(g.stated, f.stated) {
			continue
		}
		if err := c.state(ctx, c.from, x.From, f.Characteristic, basisIn(g)+back, x.Recorded.Seq); err != nil {
			return err
		}
	}
	return nil
}

// A MovingFact is a fact that a form stated. It goes with the form, unless something says why
// it stays.
type MovingFact struct {
	Words string
	Stays string
}

// movingFacts are the facts that a form stated on this file, and what somebody else stated
// in the place of one since.
func (r reading) movingFacts(ctx context.Context, object string, stated []int64) (list []MovingFact, err error) {
	facts, err := formFacts(ctx, r.Reader, r.person, object, stated)
	if err != nil {
		return nil, err
	}
	now, err := r.Characteristics(ctx, r.person, 0)
	if err != nil {
		return nil, err
	}
	told := map[string]bool{}
	for _, f := range facts {
		told[f.ID] = true
	}
	shown := r.ask(access.Identity, access.Look).Outcome == access.Shown
	for _, f := range facts {
		words := r.s.factWords(f.Kind, f.Code)
		if f.stays != "" && !shown { // what somebody else says is of the file
			words = r.s.factTitle(f.Kind)
		}
		list = append(list, MovingFact{words, f.stays})
		for _, o := range now {
			if f.stays != "" || told[o.ID] || o.Kind != f.Kind || r.defs.People().Slot(o) == "" || !o.Period.From.After(f.Period.From) {
				continue
			}
			told[o.ID] = true
			words := r.s.factTitle(o.Kind)
			if shown {
				words = r.s.factWords(o.Kind, o.Code)
			}
			list = append(list, MovingFact{words, "It was recorded in its place since, on " + o.Recorded.At.Date().Long() + "."})
		}
	}
	return list, nil
}

// factTitle is what a kind of coded fact is called.
func (s *Service) factTitle(kind string) string {
	k, ok := s.set().People().Kind(kind)
	if !ok {
		return kind
	}
	set, _ := s.Codes(k.Set)
	return cmp.Or(k.Title, set.Title, kind)
}

// factWords are a coded fact in words.
func (s *Service) factWords(kind, code string) string {
	value := code
	if k, ok := s.set().People().Kind(kind); ok {
		if set, ok := s.Codes(k.Set); ok {
			if label, ok := set.Label(code, s.Today()); ok {
				value = label
			}
		}
	}
	return s.factTitle(kind) + ": " + value
}
