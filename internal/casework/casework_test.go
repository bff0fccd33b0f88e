package casework_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"casefile/definitions"
	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/keys"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// A desk is a small authority: one team of each of two services, an adviser and
// a manager in one and a support officer in the other, who finds no child of
// the first, and a child of the first.
type desk struct {
	*casework.Service
	db                               *storetest.Database
	team, otherTeam                  staff.Team
	adviser, colleague, manager      casework.Actor
	outsider, business, systemPerson casework.Actor
	second                           casework.Actor // see manager2
	hearing                          casework.Actor // see hearer
	child                            person.Person
}

var set = sync.OnceValues(func() (*definition.Set, error) { return definition.Load(definitions.FS, "") })

func newDesk(t *testing.T, db *storetest.Database) *desk {
	t.Helper()
	defs, err := set()
	if err != nil {
		t.Fatal(err)
	}
	ring, err := keys.Create(filepath.Join(t.TempDir(), "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{db: db, Service: casework.New(casework.Options{
		DB: db, Definitions: defs, Keys: ring, Now: db.Now.Time, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})}
	t.Cleanup(d.Close)
	d.team, d.otherTeam = db.Team(t, "participation"), db.Team(t, "early-help")
	actor := func(role access.Role, team staff.Team) casework.Actor {
		w, a := db.Worker(t, role, team)
		return casework.Actor{Worker: w.ID, As: a.ID}
	}
	d.adviser, d.colleague = actor("adviser", d.team), actor("adviser", db.Team(t, "participation"))
	d.manager, d.outsider = actor("team-manager", d.team), actor("business-support", d.otherTeam)
	d.business, d.systemPerson = actor("business-support", d.team), actor("system-administrator", d.team)
	d.child = db.Person(t, "Ines", "Marlowe", date.Must(2010, 3, 5))
	db.Episode(t, d.child.ID, d.team, d.adviser.Worker)
	return d
}

func each(t *testing.T, f func(t *testing.T, d *desk)) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) { f(t, newDesk(t, db)) })
}

func (d *desk) look(a casework.Actor) casework.Look {
	return casework.Look{Actor: a, Reference: d.child.Reference}
}

// prints lists the footprints on a file, the latest first, in words.
func (d *desk) prints(t *testing.T, object string) []string {
	t.Helper()
	var lines []string
	d.db.Read(t, func(ctx context.Context, r store.Reader) error {
		looks, err := r.Looks(ctx, person.ID(object), 0, 100)
		for _, l := range looks {
			lines = append(lines, fmt.Sprint(l.Action, " ", l.Part, " ", l.Outcome))
		}
		return err
	})
	return lines
}

func wantKind(t *testing.T, what string, err error, want fault.Kind) {
	t.Helper()
	if !fault.Is(err, want) {
		t.Errorf("%s: got %v, want %v", what, err, want)
	}
}

func wantPrint(t *testing.T, got []string, want string) {
	t.Helper()
	if len(got) == 0 || got[0] != want {
		t.Errorf("latest footprint: got %q, want %q", got, want)
	}
}

func TestOpenShowsAndLeavesAFootprint(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		file, err := casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.OverviewPart())
		if err != nil {
			t.Fatal(err)
		}
		if file.Header.DisplayName() != "Ines Marlowe" || file.Outcome != access.Shown || len(file.Value.Names) != 1 {
			t.Errorf("got %+v", file)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "look identity shown")
	})
}

// Withheld and not there are one: the same error, and a footprint all the same.
func TestWithheldIsNotThere(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		nobody := id.NewReference()
		_, withheld := casework.Open(t.Context(), d.Service, d.look(d.outsider), casework.TimelinePart(""))
		_, missing := casework.Open(t.Context(), d.Service, casework.Look{Actor: d.outsider, Reference: nobody}, casework.TimelinePart(""))
		wantKind(t, "withheld", withheld, fault.NotFound)
		if withheld.Error() != missing.Error() {
			t.Errorf("withheld %q, missing %q", withheld, missing)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "look timeline absent")
		wantPrint(t, d.prints(t, string(nobody)), "look timeline absent")
		for name, a := range map[string]casework.Actor{"business support": d.business, "system administrator": d.systemPerson} {
			_, err := casework.Open(t.Context(), d.Service, d.look(a), casework.TimelinePart(""))
			wantKind(t, name+" at the timeline", err, fault.NotFound)
		}
	})
}

func TestARoleNotHeldOpensNothing(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		stolen := casework.Actor{Worker: d.outsider.Worker, As: d.adviser.As}
		_, err := casework.Open(t.Context(), d.Service, d.look(stolen), casework.OverviewPart())
		wantKind(t, "another worker's role", err, fault.Refused)
		if err := d.EndWorker(t.Context(), "test", d.adviser.Worker); err != nil {
			t.Fatal(err)
		}
		_, err = casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.OverviewPart())
		wantKind(t, "a leaver", err, fault.Refused)
	})
}

// A value is handed out only while the rights it rested on stand: here they
// are taken away after the reading and before the footprint.
func TestRightsTakenAwayBetweenReadingAndFootprint(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		race := &raceDB{DB: d.db, before: func() {
			if err := d.EndWorker(context.Background(), "test", d.adviser.Worker); err != nil {
				t.Error(err)
			}
		}}
		s := over(t, race)
		_, err := casework.Open(t.Context(), s, d.look(d.adviser), casework.OverviewPart())
		wantKind(t, "rights gone meanwhile", err, fault.Refused)
		for _, p := range d.prints(t, string(d.child.ID)) {
			if strings.HasSuffix(p, "shown") {
				t.Errorf("a footprint says it was shown: %q", p)
			}
		}
	})
}

// What a list would have shown, had the rights not changed meanwhile, was not
// shown, so no footprint says so.
func TestRightsTakenAwayUnderASearch(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		other := d.db.Person(t, "Theo", "Marlowe", date.Must(2011, 1, 1))
		theirs := d.db.Episode(t, other.ID, d.team, "")
		race := &raceDB{DB: d.db, before: func() {
			d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
				return tx.Supersede(ctx, store.EpisodeFact, theirs.ID, tx.Stamp("test"))
			})
		}}
		found, err := over(t, race).Find(t.Context(), d.business, "marlowe")
		if err != nil || len(found.People) != 1 || found.People[0].ID != d.child.ID {
			t.Fatalf("found %+v, %v", found, err)
		}
		for _, object := range []string{"", string(d.child.ID)} { // the search, and the one it showed
			if got := d.prints(t, object); len(got) != 1 {
				t.Errorf("%d footprints of one search on %q, want 1", len(got), object)
			}
		}
		if got := d.prints(t, string(other.ID)); got != nil {
			t.Errorf("a footprint on somebody not shown: %q", got)
		}
	})
}

// Who a child is stands at the top of every page, so no page of the file of a
// child whose identity is absent is shown: here to a worker of another service
// who was allocated, where that gives who has looked and not who the child is.
func TestNoPartIsShownOfAFileWithoutIdentity(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		theirs := d.db.Person(t, "Theo", "Quill", date.Must(2011, 1, 1))
		d.db.Episode(t, theirs.ID, d.team, d.adviser.Worker)
		var none []access.Rule
		for _, g := range []access.Ground{access.Allocated, access.Team, access.Service, access.Everyone} {
			none = append(none, access.Rule{Role: "adviser", Part: access.Identity, Action: access.Look, Ground: g, Outcome: access.Absent})
		}
		s := d.ruled(t, none...)
		look := casework.Look{Actor: d.adviser, Reference: theirs.Reference}
		_, err := casework.Open(t.Context(), s, look, casework.OverviewPart())
		wantKind(t, "the overview", err, fault.NotFound)
		file, err := casework.Open(t.Context(), s, look, casework.LooksPart(casework.LooksAsked{Each: true}))
		wantKind(t, "who has looked", err, fault.NotFound)
		if name := file.Header.DisplayName(); name != "" {
			t.Errorf("the name was handed out: %q", name)
		}
		wantPrint(t, d.prints(t, string(theirs.ID)), "look footprints absent")
	})
}

// ruled is the desk's service with some lines of the rules changed.
func (d *desk) ruled(t *testing.T, changed ...access.Rule) *casework.Service {
	t.Helper()
	overrides := t.TempDir()
	if err := os.Mkdir(filepath.Join(overrides, "access"), 0o700); err != nil {
		t.Fatal(err)
	}
	built, err := set()
	if err != nil {
		t.Fatal(err)
	}
	text := "rules:\n"
	left := len(changed)
	for _, r := range built.Access().Rules() {
		for _, c := range changed {
			if c.Role == r.Role && c.Part == r.Part && c.Action == r.Action && c.Ground == r.Ground {
				r.Outcome = c.Outcome
				left--
			}
		}
		text += fmt.Sprintf("  - {role: %s, part: %s, action: %s, ground: %s, outcome: %s}\n", r.Role, r.Part, r.Action, r.Ground, r.Outcome)
	}
	if left != 0 {
		t.Fatalf("some of the rules %+v are not there to be changed", changed)
	}
	if err := os.WriteFile(filepath.Join(overrides, "access", "rules.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	defs, err := definition.Load(definitions.FS, overrides)
	if err != nil {
		t.Fatal(err)
	}
	return serviceOf(t, d.db, defs)
}

// A masked identity says that there is a file, not whose.
func TestAMaskedIdentityHasNoHeader(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s := d.ruled(t,
			access.Rule{Role: "adviser", Part: access.Identity, Action: access.Look, Ground: access.Service, Outcome: access.Masked},
			access.Rule{Role: "adviser", Part: access.Identity, Action: access.Look, Ground: access.Everyone, Outcome: access.Absent})
		file, err := casework.Open(t.Context(), s, d.look(d.colleague), casework.OverviewPart())
		if err != nil || file.Outcome != access.Masked || file.Header.Reference != d.child.Reference {
			t.Fatalf("got %+v, %v", file, err)
		}
		if name := file.Header.DisplayName(); name != "" || !file.Header.Born.IsZero() {
			t.Errorf("a masked identity has the name %q and the day %v", name, file.Header.Born)
		}
		timeline, err := casework.Open(t.Context(), s, d.look(d.colleague), casework.TimelinePart(""))
		if err != nil || timeline.Outcome != access.Masked || timeline.Header.DisplayName() != "" {
			t.Errorf("the timeline of a masked identity: %+v, %v", timeline, err)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "look timeline masked")
		_, err = casework.Open(t.Context(), s, d.look(d.colleague), casework.ChoicePart())
		wantKind(t, "recording on a masked identity", err, fault.NotFound)
	})
}

// raceDB runs a function once, after a reading and before the next write.
type raceDB struct {
	store.DB
	before func()
	once   sync.Once
}

func (r *raceDB) Update(ctx context.Context, f func(store.Tx) error) error {
	r.once.Do(r.before)
	return r.DB.Update(ctx, f)
}

func over(t *testing.T, db store.DB) *casework.Service {
	t.Helper()
	defs, err := set()
	if err != nil {
		t.Fatal(err)
	}
	return serviceOf(t, db, defs)
}

func serviceOf(t *testing.T, db store.DB, defs *definition.Set) *casework.Service {
	t.Helper()
	ring, err := keys.Create(filepath.Join(t.TempDir(), "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	s := casework.New(casework.Options{DB: db, Definitions: defs, Keys: ring, Now: func() time.Time { return storetest.Start }, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	t.Cleanup(s.Close)
	return s
}

// brokenDB cannot save.
type brokenDB struct{ store.DB }

func (brokenDB) Update(context.Context, func(store.Tx) error) error {
	return fault.New(fault.Unavailable, "no room")
}

func TestNothingIsShownWithoutAFootprint(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s := over(t, brokenDB{d.db})
		file, err := casework.Open(t.Context(), s, d.look(d.adviser), casework.OverviewPart())
		wantKind(t, "open on a full disk", err, fault.Unavailable)
		if file.Header.ID != "" || file.Value.Names != nil {
			t.Errorf("something was handed out: %+v", file)
		}
		found, err := s.Find(t.Context(), d.adviser, "marlowe")
		wantKind(t, "find on a full disk", err, fault.Unavailable)
		if len(found.People) != 0 {
			t.Errorf("found %+v", found.People)
		}
	})
}

func TestFindLeavesOneFootprintForTheSearchAndOneForEachShown(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		other := d.db.Person(t, "Theo", "Marlowe", date.Must(2011, 1, 1))
		d.db.Episode(t, other.ID, d.otherTeam, "")
		found, err := d.Find(t.Context(), d.business, "marlowe")
		if err != nil || len(found.People) != 1 || found.People[0].Name.Given != "Ines" {
			t.Fatalf("found %+v, %v", found, err)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "find identity shown")
		if got := d.prints(t, string(other.ID)); got != nil {
			t.Errorf("a footprint on somebody not shown: %q", got)
		}
		var search []footprint.Look
		d.db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
			search, err = r.Looks(ctx, "", 0, 10)
			return err
		})
		if len(search) != 1 || search[0].DetailHash == nil {
			t.Fatalf("the search left %+v", search)
		}
		d.db.Read(t, func(ctx context.Context, r store.Reader) error {
			sealed, err := r.FootprintDetail(ctx, search[0].Number)
			if strings.Contains(strings.ToLower(string(sealed)), "marlowe") {
				t.Error("the search words lie readable in the database")
			}
			return err
		})
	})
}

func (d *desk) draft(t *testing.T, a casework.Actor) entry.Draft {
	t.Helper()
	draft, err := d.StartDraft(t.Context(), a, d.child.Reference, "contact-with-client")
	if err != nil {
		t.Fatal(err)
	}
	file, err := casework.Open(t.Context(), d.Service, d.look(a), casework.DraftPart(draft))
	if err != nil {
		t.Fatal(err)
	}
	return file.Value.Draft
}

func filled() map[string]string {
	return map[string]string{
		entry.FieldCategory: "phone-call", entry.FieldDay: "5", entry.FieldMonth: "March", entry.FieldYear: "2026",
		entry.FieldText: "Ines rang. She has a place at college.",
	}
}

func TestRecord(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		draft := d.draft(t, d.colleague)
		err := d.RecordEntry(t.Context(), d.colleague, d.child.Reference, draft.ID, draft.Rev, filled())
		if err != nil {
			t.Fatal(err)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "record timeline shown")
		file, err := casework.Open(t.Context(), d.Service, d.look(d.manager), casework.TimelinePart(""))
		if err != nil || len(file.Value.Lines) != 1 {
			t.Fatalf("timeline: %+v, %v", file.Value, err)
		}
		e := file.Value.Lines[0]
		if e.AuthorName != "Orla Testworth" || e.AuthorRole != "Personal adviser" || e.TypeTitle != "Contact with Client" ||
			e.CategoryTitle != "Phone call" || e.Recorded.At.IsZero() || e.Definition == "" {
			t.Errorf("the entry is not signed as it should be: %+v", e)
		}
		// Pressed twice, or sent twice by the browser: still one entry.
		err = d.RecordEntry(t.Context(), d.colleague, d.child.Reference, draft.ID, draft.Rev, filled())
		if !casework.Recorded(err) {
			t.Errorf("recorded again: got %v", err)
		}
		_, err = d.SaveDraft(t.Context(), d.colleague, d.child.Reference, draft.ID, draft.Rev, filled())
		if !casework.Recorded(err) {
			t.Errorf("a draft saved after it was recorded: got %v", err)
		}
		_, err = casework.Open(t.Context(), d.Service, d.look(d.colleague), casework.DraftPart(draft.ID))
		if !casework.Recorded(err) {
			t.Errorf("its page opened after it was recorded: got %v", err)
		}
		_, err = casework.Open(t.Context(), d.Service, d.look(d.manager), casework.DraftPart(draft.ID))
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("its page opened by somebody else: got %v, want NotFound", err)
		}
		// Other words, from a page that was left open, must not pass for recorded.
		other := filled()
		other[entry.FieldText] = "Typed in another tab."
		_, err = d.SaveDraft(t.Context(), d.colleague, d.child.Reference, draft.ID, draft.Rev, other)
		if casework.Recorded(err) || !fault.Is(err, fault.Conflict) {
			t.Errorf("other words saved after it was recorded: got %v, want a Conflict of its own", err)
		}
		err = d.RecordEntry(t.Context(), d.colleague, d.child.Reference, draft.ID, draft.Rev, other)
		if casework.Recorded(err) || !fault.Is(err, fault.Conflict) {
			t.Errorf("other words recorded after it was recorded: got %v, want a Conflict of its own", err)
		}
	})
}

func TestRecordIsWithheldFromOthers(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for name, a := range map[string]casework.Actor{"outsider": d.outsider, "business support": d.business} {
			_, err := d.StartDraft(t.Context(), a, d.child.Reference, "contact")
			wantKind(t, "a draft by "+name, err, fault.NotFound)
		}
		draft := d.draft(t, d.adviser)
		for name, a := range map[string]casework.Actor{"colleague": d.colleague, "outsider": d.outsider} {
			_, err := d.SaveDraft(t.Context(), a, d.child.Reference, draft.ID, draft.Rev, filled())
			wantKind(t, "save by "+name, err, fault.NotFound)
			err = d.RecordEntry(t.Context(), a, d.child.Reference, draft.ID, draft.Rev, filled())
			wantKind(t, "record by "+name, err, fault.NotFound)
			wantKind(t, "drop by "+name, d.DropDraft(t.Context(), a, d.child.Reference, draft.ID, draft.Rev), fault.NotFound)
			_, err = casework.Open(t.Context(), d.Service, d.look(a), casework.DraftPart(draft.ID))
			wantKind(t, "open by "+name, err, fault.NotFound)
		}
		refused := 0
		for _, p := range d.prints(t, string(d.child.ID)) {
			if p == "record timeline absent" {
				refused++
			}
		}
		// Two drafts not started; the outsider's save, recording, dropping and look; the
		// colleague, who may record on this file, looking for another's draft.
		if refused != 7 {
			t.Errorf("%d refusals left a footprint, want 7: %q", refused, d.prints(t, string(d.child.ID)))
		}
		// Nor on another child's file.
		other := d.db.Person(t, "Theo", "Marlowe", date.Must(2011, 1, 1))
		d.db.Episode(t, other.ID, d.team, "")
		err := d.RecordEntry(t.Context(), d.adviser, other.Reference, draft.ID, draft.Rev, filled())
		wantKind(t, "record on another file", err, fault.NotFound)
	})
}

func TestWhatIsWrongIsSaidAndNothingLost(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		draft := d.draft(t, d.adviser)
		fields := filled()
		fields[entry.FieldDay], fields[entry.FieldMonth] = "30", "2"
		err := d.RecordEntry(t.Context(), d.adviser, d.child.Reference, draft.ID, draft.Rev, fields)
		f, ok := errors.AsType[*fault.Error](err)
		if !ok || len(f.Problems) != 1 || f.Problems[0] != (fault.Problem{Field: entry.FieldDay, Message: "The date it happened must be a real date"}) {
			t.Errorf("problems: %v", err)
		}
		kept, err := casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.DraftPart(draft.ID))
		if err != nil || kept.Value.Fields[entry.FieldText] != fields[entry.FieldText] || kept.Value.Rev != draft.Rev+1 {
			t.Errorf("the draft was not kept: %+v, %v", kept.Value, err)
		}
		timeline, _ := casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.TimelinePart(""))
		if len(timeline.Value.Lines) != 0 {
			t.Error("a wrong entry was recorded")
		}
	})
}

func TestStaleDraft(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		draft := d.draft(t, d.adviser)
		save := func(rev int, text string) (entry.Draft, error) {
			fields := filled()
			fields[entry.FieldText] = text
			return d.SaveDraft(t.Context(), d.adviser, d.child.Reference, draft.ID, rev, fields)
		}
		one, err := save(draft.Rev, "from the office")
		if err != nil || one.Rev != draft.Rev+1 {
			t.Fatalf("save: %+v, %v", one, err)
		}
		if again, err := save(draft.Rev, "from the office"); err != nil || again.Rev != one.Rev {
			t.Errorf("the same save again, its answer lost: %+v, %v", again, err)
		}
		_, err = save(math.MaxInt, "from a page that was made up")
		wantKind(t, "a save of a version that cannot be", err, fault.Conflict)
		_, err = save(draft.Rev, "from the car")
		wantKind(t, "a stale save", err, fault.Conflict)
		err = d.RecordEntry(t.Context(), d.adviser, d.child.Reference, draft.ID, draft.Rev, filled())
		wantKind(t, "a stale record", err, fault.Conflict)
		if casework.Recorded(err) {
			t.Error("a stale draft passes for a recorded one")
		}
	})
}

// What was saved after the page was read and before its entry was recorded is
// not thrown away with the draft.
func TestASaveWhileRecordingIsNotLost(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		draft := d.draft(t, d.adviser)
		later := filled()
		later[entry.FieldText] = "She rang again."
		var saved error
		race := &draftRace{DB: d.db}
		s := over(t, race)
		race.between = func() {
			_, saved = d.SaveDraft(context.Background(), d.adviser, d.child.Reference, draft.ID, draft.Rev, later)
		}
		err := s.RecordEntry(t.Context(), d.adviser, d.child.Reference, draft.ID, draft.Rev, filled())
		<-race.done
		kept, openErr := casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.DraftPart(draft.ID))
		if saved == nil && (openErr != nil || kept.Value.Fields[entry.FieldText] != later[entry.FieldText]) {
			t.Errorf("a save that was acknowledged is gone (recording: %v; draft: %v)", err, openErr)
		}
		if (err == nil) == (saved == nil) {
			t.Errorf("recorded: %v, saved: %v; want one of them", err, saved)
		}
	})
}

// draftRace saves a draft while its entry is being recorded: after the draft was
// read, and before it is dropped. An engine with one writer makes it wait.
type draftRace struct {
	store.DB
	between func()
	done    chan struct{}
}

func (r *draftRace) Update(ctx context.Context, f func(store.Tx) error) error {
	return r.DB.Update(ctx, func(tx store.Tx) error { return f(draftRaceTx{tx, r}) })
}

type draftRaceTx struct {
	store.Tx
	race *draftRace
}

func (t draftRaceTx) AddEntryVersion(ctx context.Context, e entry.Entry) error {
	if t.race.done == nil {
		t.race.done = make(chan struct{})
		go func() {
			defer close(t.race.done)
			t.race.between()
		}()
		select {
		case <-t.race.done:
		case <-time.After(200 * time.Millisecond): // it waits for this transaction
		}
	}
	return t.Tx.AddEntryVersion(ctx, e)
}

func TestSensitiveEntriesAreMasked(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		draft := d.draft(t, d.adviser)
		fields := filled()
		fields[entry.FieldSensitive] = "yes"
		if err := d.RecordEntry(t.Context(), d.adviser, d.child.Reference, draft.ID, draft.Rev, fields); err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			actor casework.Actor
			mask  bool
		}{"the allocated adviser": {d.adviser, false}, "the team's manager": {d.manager, false}, "a colleague of another team": {d.colleague, true}} {
			file, err := casework.Open(t.Context(), d.Service, d.look(c.actor), casework.TimelinePart(""))
			if err != nil || len(file.Value.Lines) != 1 {
				t.Fatalf("%s: %+v, %v", name, file.Value, err)
			}
			line := file.Value.Lines[0]
			if line.Masked != c.mask || (line.Content.Text == "") != c.mask || (line.AuthorName == "") != c.mask {
				t.Errorf("%s gets %+v", name, line)
			}
		}
	})
}

// What is absent does not show by a page that is shorter than a page, nor by a
// way to an older one that is empty.
func TestAbsentEntriesLeaveNoGap(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s := d.ruled(t, access.Rule{Role: "adviser", Part: access.SensitiveEntries, Action: access.Look, Ground: access.Service, Outcome: access.Absent})
		author, _ := d.db.Worker(t, "adviser", d.team)
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			var entries []entry.Entry
			for i := range 3 * casework.PageLines {
				e := storetest.Entry(d.child.ID, author, storetest.Today.AddDays(-i), "x")
				// Two runs of sensitive entries; readable to this viewer are one page
				// and ten lines.
				e.Content.Sensitive = i >= 10 && i < 60 || i >= 110
				entries = append(entries, e)
			}
			return tx.AddEntries(ctx, entries)
		})
		page := func(before string) casework.Timeline {
			t.Helper()
			file, err := casework.Open(t.Context(), s, d.look(d.colleague), casework.TimelinePart(before))
			if err != nil {
				t.Fatal(err)
			}
			return file.Value
		}
		first := page("")
		if len(first.Lines) != casework.PageLines || first.Older == "" {
			t.Fatalf("the first page has %d lines, and names %q as the next", len(first.Lines), first.Older)
		}
		second := page(first.Older)
		if len(second.Lines) != 10 || second.Older != "" {
			t.Errorf("the last page has %d lines, want 10, and names %q as the next", len(second.Lines), second.Older)
		}
		for _, l := range append(first.Lines, second.Lines...) {
			if l.Content.Sensitive {
				t.Errorf("an entry of %v that is absent", l.Content.Happened)
			}
		}
	})
}

func TestNoticeToTheAllocatedWorker(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		draft := d.draft(t, d.colleague)
		if err := d.RecordEntry(t.Context(), d.colleague, d.child.Reference, draft.ID, draft.Rev, filled()); err != nil {
			t.Fatal(err)
		}
		job, ok, err := d.db.Queue().Claim(t.Context(), []string{casework.EntryRecorded}, time.Minute, date.At(d.db.Now.Time()))
		if err != nil || !ok {
			t.Fatalf("the outbox is empty: %v", err)
		}
		if strings.Contains(string(job.Payload), "college") {
			t.Error("the job carries case text")
		}
		for range 2 { // a job may run twice
			if err := d.TellOfEntry(t.Context(), job.Payload); err != nil {
				t.Fatal(err)
			}
		}
		work, err := d.MyWork(t.Context(), d.adviser)
		if err != nil || len(work.Notices) != 1 || work.Notices[0].Child.DisplayName() != "Ines Marlowe" {
			t.Fatalf("notices: %+v, %v", work.Notices, err)
		}
		// What the entry is called is of the timeline, which the list of names is not.
		if work.Notices[0].Title == "" {
			t.Errorf("the notice does not say what was recorded: %+v", work.Notices[0])
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "find timeline shown")
		if err := d.SeeNotice(t.Context(), d.colleague, work.Notices[0].ID); err != nil {
			t.Fatal(err)
		}
		if work, _ = d.MyWork(t.Context(), d.adviser); len(work.Notices) != 1 {
			t.Error("somebody else put the notice aside")
		}
		if err := d.SeeNotice(t.Context(), d.adviser, work.Notices[0].ID); err != nil {
			t.Fatal(err)
		}
		if work, _ = d.MyWork(t.Context(), d.adviser); len(work.Notices) != 0 {
			t.Error("a notice seen is still there")
		}
		if other, _ := d.MyWork(t.Context(), d.colleague); len(other.Notices) != 0 {
			t.Error("the author was told of their own entry")
		}
	})
}

func TestMyWork(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		draft := d.draft(t, d.adviser)
		work, err := d.MyWork(t.Context(), d.adviser)
		if err != nil || len(work.Drafts) != 1 || work.Drafts[0].ID != draft.ID || work.Drafts[0].Title != "Contact with Client" || len(work.Caseload) != 1 {
			t.Fatalf("work: %+v, %v", work, err)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "find identity shown")
		// A file that is no longer the worker's is not named; the draft stays.
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			episodes, err := tx.Episodes(ctx, d.child.ID, 0)
			if err != nil {
				return err
			}
			return tx.Supersede(ctx, store.EpisodeFact, episodes[0].ID, tx.Stamp("test"))
		})
		work, err = d.MyWork(t.Context(), d.adviser)
		if err != nil || len(work.Drafts) != 1 || work.Drafts[0].Child.ID != "" || len(work.Caseload) != 0 {
			t.Errorf("after the case closed to them: %+v, %v", work, err)
		}
	})
}

func TestWhoHasLooked(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for _, a := range []casework.Actor{d.adviser, d.outsider} {
			_, _ = casework.Open(t.Context(), d.Service, d.look(a), casework.TimelinePart(""))
		}
		file, err := casework.Open(t.Context(), d.Service, d.look(d.manager), casework.LooksPart(casework.LooksAsked{Each: true}))
		if err != nil {
			t.Fatal(err)
		}
		var l []footprint.Look
		for _, v := range file.Value.Visits {
			l = append(l, v.Last())
		}
		if len(l) != 2 || l[0].Outcome != "absent" || l[1].Outcome != "shown" || l[1].Name != "Orla Testworth" ||
			l[1].RoleName != "Personal adviser" || l[1].Ground != "allocated" {
			t.Errorf("looks: %+v", l)
		}
		_, err = casework.Open(t.Context(), d.Service, d.look(d.colleague), casework.LooksPart(casework.LooksAsked{Each: true}))
		wantKind(t, "who has looked, for a colleague", err, fault.NotFound)
	})
}

func TestOwnContactDetails(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		me, err := d.Me(t.Context(), d.adviser.Worker)
		if err != nil {
			t.Fatal(err)
		}
		c := staff.Contact{Mobile: "07700 900123", Email: "orla@example.org"}
		if err := d.SaveContact(t.Context(), d.adviser.Worker, me.Worker.Version, c); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "a stale page", d.SaveContact(t.Context(), d.adviser.Worker, me.Worker.Version, c), fault.Conflict)
		for _, forged := range []int{-2, 7, math.MaxInt} {
			wantKind(t, fmt.Sprint("a page of version ", forged), d.SaveContact(t.Context(), d.adviser.Worker, forged, c), fault.Conflict)
		}
		wantKind(t, "no e-mail address", d.SaveContact(t.Context(), d.adviser.Worker, 2, staff.Contact{Email: "orla at work"}), fault.Invalid)
		list, err := d.Colleagues(t.Context(), []string{"personal"})
		if err != nil || len(list) != 0 {
			t.Errorf("by a word of nobody: %+v, %v", list, err)
		}
		list, err = d.Colleagues(t.Context(), []string{"orla"})
		found := false
		for _, w := range list {
			found = found || w.ID == d.adviser.Worker && w.Contact == c
		}
		if err != nil || !found {
			t.Errorf("others do not see the new details: %+v, %v", list, err)
		}
	})
}

func TestMakeFilesIsAllOrNothing(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		one := casework.NewFile{New: person.New{
			Names:       []person.Name{{Kind: person.Legal, Given: "Ada", Family: "Quillfeather"}},
			Identifiers: []person.Identifier{{System: "old", Value: "7"}},
		}, Episodes: []casework.NewEpisode{{Service: "participation", Team: d.team.ID, Period: date.Period{From: storetest.Today}}}}
		nameless := casework.NewFile{}
		_, err := d.MakeFiles(t.Context(), "job:test", []casework.NewFile{one, nameless})
		wantKind(t, "a file without a name", err, fault.Invalid)
		if found, _ := d.Find(t.Context(), d.adviser, "quillfeather"); len(found.People) != 0 {
			t.Error("half a batch was made")
		}
		if _, err := d.MakeFiles(t.Context(), "job:test", []casework.NewFile{one}); err != nil {
			t.Fatal(err)
		}
		_, err = d.MakeFiles(t.Context(), "job:test", []casework.NewFile{one})
		wantKind(t, "the same person again", err, fault.Conflict)
		if found, _ := d.Find(t.Context(), d.adviser, "quillfeather"); len(found.People) != 1 {
			t.Errorf("found %d, want 1", len(found.People))
		}
	})
}

// Many viewers at once: every value handed out has its footprint.
func TestManyLookAtOnce(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				for range 5 {
					if _, err := casework.Open(context.Background(), d.Service, d.look(d.adviser), casework.OverviewPart()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if got := len(d.prints(t, string(d.child.ID))); got != 100 {
			t.Errorf("%d footprints for 100 looks", got)
		}
	})
}

func TestNoteDefinitions(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		first, err := d.NoteDefinitions(t.Context())
		if err != nil || len(first) != 0 {
			t.Fatalf("first start: %v, %v", first, err)
		}
		d.db.Read(t, func(ctx context.Context, r store.Reader) error {
			files, err := r.LatestDefinitions(ctx)
			if len(files) < 10 {
				t.Errorf("%d files were kept", len(files))
			}
			return err
		})
		if again, err := d.NoteDefinitions(t.Context()); err != nil || len(again) != 0 {
			t.Errorf("second start: %v, %v", again, err)
		}
	})
}

func TestExplainLeavesAFootprintAndShowsNothing(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		holds := func(x casework.Explanation) (held []access.Ground) {
			for _, b := range x.Grounds {
				if b.Holds {
					held = append(held, b.Ground)
				}
			}
			return held
		}
		e, err := d.Explain(t.Context(), "job:access", d.outsider.Worker, d.child.Reference, access.Timeline)
		if err != nil || len(e.List) != len(access.Actions) {
			t.Fatalf("explain: %+v, %v", e, err)
		}
		for _, x := range e.List {
			if x.Decision.Outcome != access.Absent || !slices.Equal(holds(x), []access.Ground{access.Everyone}) || x.Rule.File != "" {
				t.Errorf("an outsider: %+v", x)
			}
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "explain timeline shown")
		e, err = d.Explain(t.Context(), "job:access", d.adviser.Worker, d.child.Reference, access.Timeline)
		if err != nil || e.List[1].Decision.Outcome != access.Shown || len(holds(e.List[1])) != 4 || e.List[1].Rule.File == "" || e.List[1].Rule.Line == 0 {
			t.Errorf("the adviser: %+v, %v", e, err)
		}
	})
}

func TestSealedSearchIsForWhoTypedIt(t *testing.T) {
	d := newDesk(t, storetest.SQLite(t))
	token, err := d.SealSearch(d.adviser, casework.Ask{Typed: "Marlowe"})
	if err != nil || strings.Contains(strings.ToLower(token), "marlowe") {
		t.Fatalf("token %q, %v", token, err)
	}
	if typed, err := d.OpenSearch(d.adviser, token); err != nil || typed.Typed != "Marlowe" {
		t.Errorf("opened: %+v, %v", typed, err)
	}
	for what, open := range map[string]func() (casework.Ask, error){
		"another worker": func() (casework.Ask, error) { return d.OpenSearch(d.colleague, token) },
		"cut short":      func() (casework.Ask, error) { return d.OpenSearch(d.adviser, token[:len(token)-2]) },
		"nonsense":       func() (casework.Ask, error) { return d.OpenSearch(d.adviser, "Marlowe !") },
	} {
		typed, err := open()
		wantKind(t, what, err, fault.NotFound)
		if typed != (casework.Ask{}) {
			t.Errorf("%s: %+v", what, typed)
		}
	}
}
