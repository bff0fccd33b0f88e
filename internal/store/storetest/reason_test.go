package storetest_test

import (
	"context"
	"testing"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/right"
	"casefile/internal/staff"
	"casefile/internal/store"
	. "casefile/internal/store/storetest"
)

// A worker's own reasons are those whose note is as it was left, whatever came
// of the time for which they counted.
func TestReasonsByWorker(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		team := db.Team(t, "service")
		w, _ := db.Worker(t, "adviser", team)
		other, _ := db.Worker(t, "adviser", team)
		p := db.Person(t, "Ines", "Marlowe", born)
		now := date.At(Start)
		state := func(by staff.Worker, purpose string) entry.ID {
			e := Entry(p.ID, by, Today, "Why.")
			db.Must(t, func(ctx context.Context, tx store.Tx) error {
				if err := tx.AddEntryVersion(ctx, e); err != nil {
					return err
				}
				return tx.StateReason(ctx, right.Reason{
					ID: id.New(), Worker: by.ID, Person: p.ID, Purpose: purpose, Entry: e.ID, Until: now - 1, Recorded: tx.Stamp(By),
				})
			})
			return e.ID
		}
		first, second := state(w, "oversight"), state(w, "oversight")
		state(w, "audit")
		state(other, "oversight")
		read := func() (list []right.Reason) {
			db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
				list, err = r.ReasonsBy(ctx, w.ID, []string{"oversight", "contact"}, 10)
				return err
			})
			return list
		}
		if got := read(); len(got) != 2 || got[0].Entry != second || got[1].Entry != first || got[0].Version != 1 || got[0].Recorded.Seq == 0 {
			t.Errorf("reasons: %+v", got)
		}
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			e, err := tx.Entry(ctx, second)
			if err != nil {
				return err
			}
			e.Version, e.Recorded = 2, tx.Stamp(By)
			return tx.AddEntryVersion(ctx, e)
		})
		if got := read(); len(got) != 1 || got[0].Entry != first {
			t.Errorf("after one note was added to: %+v", got)
		}
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			if none, err := r.ReasonsBy(ctx, w.ID, nil, 10); err != nil || none != nil {
				t.Errorf("for no purposes: %+v, %v", none, err)
			}
			if of, err := r.ReasonOf(ctx, second); err != nil || of.Worker != w.ID || of.Version != 2 {
				t.Errorf("the reason of a note: %+v, %v", of, err)
			}
			_, err := r.ReasonOf(ctx, entry.ID(id.New()))
			wantKind(t, "the reason of another entry", err, fault.NotFound)
			return nil
		})
	})
}

// What is held is decided on once, and neither rewritten nor removed.
func TestHeldAdds(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		p := db.Person(t, "Ines", "Marlowe", born)
		h := right.Held{ID: id.New(), Person: p.ID, Sealed: []byte{0, 1, 2}}
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			h.Recorded = tx.Stamp(By)
			return tx.HoldAdd(ctx, h)
		})
		read := func() (list []right.Held) {
			db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
				list, err = r.HeldAdds(ctx, p.ID)
				return err
			})
			return list
		}
		if got := read(); len(got) != 1 || string(got[0].Sealed) != string(h.Sealed) || !got[0].Decided.IsZero() {
			t.Errorf("held: %+v", got)
		}
		for _, statement := range []string{
			"UPDATE held_add SET sealed = ''", "UPDATE held_add SET person_id = ''", "UPDATE held_add SET recorded_us = 1", "DELETE FROM held_add",
			"INSERT INTO held_add (id, person_id, sealed, recorded_seq, recorded_us, recorded_by) SELECT id, person_id, sealed, 1, 1, '' FROM held_add",
		} {
			if _, err := db.Raw.Exec(statement); err == nil {
				t.Errorf("the database let %q through", statement)
			}
		}
		decide := func() error {
			return db.Update(t.Context(), func(tx store.Tx) error { return tx.Supersede(t.Context(), store.HeldFact, h.ID, tx.Stamp(By)) })
		}
		if err := decide(); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "decided twice", decide(), fault.Conflict)
		if _, err := db.Raw.Exec("UPDATE held_add SET superseded_seq = 99"); err == nil {
			var seq int64
			if err := db.Raw.QueryRow("SELECT superseded_seq FROM held_add").Scan(&seq); err != nil || seq == 99 {
				t.Errorf("the decision was rewritten: %d, %v", seq, err)
			}
		}
		if got := read(); len(got) != 1 || got[0].Decided.By != By {
			t.Errorf("after the decision: %+v", got)
		}
	})
}

func TestStaffNotices(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		team := db.Team(t, "service")
		m, _ := db.Worker(t, "team-manager", team)
		w, _ := db.Worker(t, "adviser", team)
		n := store.StaffNotice{ID: id.New(), Worker: m.ID, About: w.ID, Subject: id.New(), Kind: "declared", At: date.At(Start)}
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			again := n
			again.ID = id.New()
			if err := tx.AddStaffNotice(ctx, n); err != nil {
				return err
			}
			return tx.AddStaffNotice(ctx, again) // of the same: told once
		})
		read := func(of staff.ID) (list []store.StaffNotice) {
			db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
				list, err = r.StaffNotices(ctx, of, 10)
				return err
			})
			return list
		}
		if got := read(m.ID); len(got) != 1 || got[0].ID != n.ID || got[0].Name != "Orla Testworth" || got[0].Subject != n.Subject {
			t.Errorf("notices: %+v", got)
		}
		see := func(by staff.ID) {
			db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.SeeNotice(ctx, by, n.ID, date.At(Start)) })
		}
		see(w.ID)
		if got := read(m.ID); len(got) != 1 {
			t.Error("somebody else put it aside")
		}
		see(m.ID)
		if got := read(m.ID); len(got) != 0 {
			t.Errorf("seen, and still there: %+v", got)
		}
	})
}

// A notice of a child out of scope takes no place in the list.
func TestNoticesAreInScope(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		team := db.Team(t, "service")
		w, a := db.Worker(t, "adviser", team)
		in, out := db.Person(t, "Ines", "Marlowe", born), db.Person(t, "Theo", "Hidden", born)
		db.Episode(t, in.ID, team, "")
		db.Episode(t, out.ID, team, "")
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			for i, p := range []struct {
				of entry.Entry
				at date.Instant
			}{{Entry(in.ID, w, Today, "x"), 1}, {Entry(out.ID, w, Today, "y"), 2}} {
				if err := tx.AddEntryVersion(ctx, p.of); err != nil {
					return err
				}
				n := store.Notice{ID: id.New(), Worker: w.ID, Person: p.of.Children[0], Entry: p.of.ID, Kind: "k", At: date.Instant(i + 1)}
				if err := tx.AddNotice(ctx, n); err != nil {
					return err
				}
			}
			return tx.AddRestriction(ctx, right.Restriction{ID: id.New(), Person: out.ID, Clocks: Clocks(Today)})
		})
		sc := access.Scope{
			Viewer: access.Viewer{Worker: string(w.ID), Role: a.Role, Team: string(team.ID), Service: team.Service}, Part: access.Identity,
			Gives: []access.Ground{access.Team},
		}
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			list, err := r.UnseenNotices(ctx, w.ID, sc, date.At(Start), 1)
			if err != nil || len(list) != 1 || list[0].Person != in.ID {
				t.Errorf("notices: %+v, %v", list, err)
			}
			list, err = r.UnseenNotices(ctx, w.ID, access.Scope{}, date.At(Start), 10)
			if err != nil || len(list) != 0 {
				t.Errorf("in the zero scope: %+v, %v", list, err)
			}
			return nil
		})
	})
}

func TestTrainingAndHolders(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		team := db.Team(t, "service")
		w, a := db.Worker(t, "adviser", team) // with training, by Train
		p := db.Person(t, "Ines", "Marlowe", born)
		c := right.Connection{ID: id.New(), Worker: w.ID, Person: p.ID, Nature: "A cousin.", Clocks: Clocks(Today)}
		longer := staff.Training{ID: id.New(), Worker: w.ID, Course: Course, Clocks: Clocks(Today)}
		longer.Period.To = Today.AddMonths(12 * 60)
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			if err := tx.AddTraining(ctx, longer); err != nil {
				return err
			}
			return tx.AddConnection(ctx, c)
		})
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			good, err := r.GoodUntil(ctx)
			if err != nil || len(good) != 1 || good[0].Worker != w.ID || good[0].Course != Course || good[0].Period != longer.Period || good[0].ID != longer.ID {
				t.Errorf("good until: %+v, %v", good, err)
			}
			holders, err := r.Holders(ctx, Today)
			want := staff.Holder{Worker: w.ID, Name: "Orla Testworth", Family: "Testworth", Role: a.Role, Team: team.ID, TeamName: team.Name, Service: team.Service}
			if err != nil || len(holders) != 1 || holders[0] != want {
				t.Errorf("holders: %+v, %v", holders, err)
			}
			if before, err := r.Holders(ctx, Today.AddMonths(-13)); err != nil || len(before) != 0 {
				t.Errorf("holders before: %+v, %v", before, err)
			}
			all, err := r.AllConnections(ctx)
			if err != nil || len(all) != 1 || all[0].Reference != p.Reference || all[0].ID != c.ID {
				t.Errorf("connections: %+v, %v", all, err)
			}
			return nil
		})
	})
}

// An import's identifier counts as matched before where it was there before the
// restriction that is in force; whom nothing restricts, and nobody, by the same
// statement.
func TestMatchedBeforeARestriction(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		early, late, once, open := db.Person(t, "Ines", "Early", born), db.Person(t, "Ines", "Late", born), db.Person(t, "Ines", "Once", born), db.Person(t, "Ines", "Open", born)
		identify := func(p person.Person) {
			db.Must(t, func(ctx context.Context, tx store.Tx) error {
				return tx.AddIdentifier(ctx, p.ID, person.Identifier{ID: id.New(), System: "old", Value: string(p.Reference), Clocks: Clocks(born)})
			})
		}
		restrict := func(p person.Person, to date.Date) {
			r := right.Restriction{ID: id.New(), Person: p.ID, Clocks: Clocks(Today.AddDays(-9))}
			r.Period.To = to
			db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddRestriction(ctx, r) })
		}
		since := func(p person.Person) (seq int64) {
			db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
				seq, err = r.RestrictedSince(ctx, p.ID)
				return err
			})
			return seq
		}
		if got := since(early); got != 0 {
			t.Errorf("not restricted, and since %d", got)
		}
		identify(early)
		restrict(early, date.Date{})
		first := since(early)
		db.Must(t, func(ctx context.Context, tx store.Tx) error { // others are named
			by := tx.Stamp(By)
			was, err := tx.Restrictions(ctx, early.ID)
			if err != nil {
				return err
			}
			if err := tx.AddIdentifier(ctx, early.ID, person.Identifier{ID: id.New(), System: "meanwhile", Value: "1", Clocks: Clocks(born)}); err != nil {
				return err
			}
			if err := tx.Supersede(ctx, store.RestrictionFact, was[0].ID, by); err != nil {
				return err
			}
			return tx.AddRestriction(ctx, right.Restriction{ID: id.New(), Person: early.ID, Clocks: Clocks(Today.AddDays(-9))})
		})
		if got := since(early); got != first || first == 0 {
			t.Errorf("restricted since %d; once others were named, since %d", first, got)
		}
		restrict(late, date.Date{})
		identify(late)
		restrict(once, Today.AddDays(-1)) // and lifted
		identify(once)
		identify(open)
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			for p, want := range map[person.Person]bool{early: true, late: false, once: true, open: true} {
				if got, err := r.MatchedBefore(ctx, p.ID, "old", string(p.Reference)); err != nil || got != want {
					t.Errorf("matched before %v, %v; want %v", got, err, want)
				}
				if seq, err := r.RestrictedSince(ctx, p.ID); err != nil || (seq > 0) != (p == early || p == late) {
					t.Errorf("restricted since %d, %v", seq, err)
				}
			}
			for _, c := range []struct {
				p             person.ID
				system, value string
			}{{"", "old", "x"}, {early.ID, "new", string(early.Reference)}, {early.ID, "old", string(late.Reference)}, {early.ID, "meanwhile", "1"}} {
				if got, err := r.MatchedBefore(ctx, c.p, c.system, c.value); err != nil || got {
					t.Errorf("%+v: matched before %v, %v", c, got, err)
				}
			}
			return nil
		})
	})
}
