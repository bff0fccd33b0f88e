package casework_test

import (
	"context"
	"strings"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

func TestLapsedTrainingClosesEveryFile(t *testing.T) {
	clause.Shows(t, "KF-08", "CP-30")
	each(t, func(t *testing.T, d *desk) {
		good := storetest.Today.AddMonths(6)
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			for _, w := range []staff.ID{d.adviser.Worker, d.colleague.Worker, d.manager.Worker, d.business.Worker, d.outsider.Worker} {
				held, err := tx.Trainings(ctx, w)
				if err != nil {
					return err
				}
				for _, h := range held {
					if err := tx.Supersede(ctx, store.TrainingFact, h.ID, tx.Stamp("test")); err != nil {
						return err
					}
					h.ID, h.Period.To = id.New(), good
					if err := tx.AddTraining(ctx, h); err != nil {
						return err
					}
				}
			}
			return nil
		})
		me, err := d.Me(t.Context(), d.adviser.Worker)
		if err != nil || len(me.Training) != 1 || me.Training[0].Until != good {
			t.Fatalf("training: %+v, %v", me.Training, err)
		}
		for day, want := range map[date.Date]struct{ soon, lapsed bool }{
			good.AddDays(-31): {}, good.AddDays(-30): {soon: true}, good: {soon: true}, good.AddDays(1): {lapsed: true},
		} {
			if tr := me.Training[0]; tr.Soon(day) != want.soon || tr.Lapsed(day) != want.lapsed {
				t.Errorf("on %s: soon %v, lapsed %v, want %+v", day, tr.Soon(day), tr.Lapsed(day), want)
			}
		}
		open := func() error {
			_, err := casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.OverviewPart())
			return err
		}
		d.db.Now.Set(good.Time().Add(12 * 3600e9))
		if err := open(); err != nil {
			t.Errorf("on the last day: %v", err)
		}
		d.db.Now.Set(good.AddDays(1).Time().Add(12 * 3600e9))
		wantKind(t, "the day after", open(), fault.NotFound)
		if found, err := d.Find(t.Context(), d.adviser, "Marlowe"); err != nil || len(found.People) != 0 {
			t.Errorf("the day after, found: %+v, %v", found.People, err)
		}

		list, err := d.StaffTraining(t.Context(), d.manager)
		if err != nil {
			t.Fatal(err)
		}
		changes := 0
		for _, w := range list {
			if w.MayChange {
				changes++
			}
			if w.Worker == d.manager.Worker && w.MayChange || w.Worker == d.systemPerson.Worker || !w.Training[0].Lapsed(d.Today()) {
				t.Errorf("in the list: %+v", w)
			}
		}
		if len(list) < 4 || changes != len(list)-1 {
			t.Errorf("%d of %d may be changed, want all but the manager", changes, len(list))
		}
		record := func(a casework.Actor, course string, on date.Date) error {
			return d.RecordTraining(t.Context(), a, d.adviser.Worker, course, on)
		}
		today := d.Today()
		wantKind(t, "another course", record(d.manager, "juggling", today), fault.Invalid)
		wantKind(t, "no day", record(d.manager, storetest.Course, date.Date{}), fault.Invalid)
		wantKind(t, "tomorrow", record(d.manager, storetest.Course, today.AddDays(1)), fault.Invalid)
		wantKind(t, "long ago", record(d.manager, storetest.Course, today.AddMonths(-12)), fault.Invalid)
		wantKind(t, "by a colleague", record(d.colleague, storetest.Course, today), fault.NotFound)
		wantKind(t, "by a manager elsewhere", record(d.actor(t, "team-manager", d.otherTeam), storetest.Course, today), fault.NotFound)
		wantKind(t, "one's own", d.RecordTraining(t.Context(), d.manager, d.manager.Worker, storetest.Course, today), fault.NotFound)
		wantKind(t, "before it was recorded", open(), fault.NotFound)
		if err := record(d.manager, storetest.Course, today.AddDays(-2)); err != nil {
			t.Fatal(err)
		}
		wantPrint(t, d.prints(t, string(d.adviser.Worker)), "train staff shown")
		if err := open(); err != nil {
			t.Errorf("after it was recorded: %v", err)
		}
		if me, _ = d.Me(t.Context(), d.adviser.Worker); me.Training[0].Until != today.AddDays(-2).AddMonths(12).AddDays(-1) {
			t.Errorf("good until %s", me.Training[0].Until)
		}
		_, err = d.StaffTraining(t.Context(), d.colleague)
		wantKind(t, "an adviser's list", err, fault.NotFound)
	})
}

// What was recorded by mistake is put aside, with who and why; earlier training
// counts again.
func TestTakeTrainingBack(t *testing.T) {
	clause.Shows(t, "KF-08")
	each(t, func(t *testing.T, d *desk) {
		ctx, w := t.Context(), d.adviser.Worker
		d.must(t, d.RecordTraining(ctx, d.manager, w, storetest.Course, storetest.Today))
		last := func() (string, []staff.Training) {
			var all []staff.Training
			d.db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
				all, err = r.Trainings(ctx, w)
				return err
			})
			for _, h := range all {
				if h.Period.From == storetest.Today {
					return h.ID, all
				}
			}
			return "", all
		}
		mistake, before := last()
		back := func(a casework.Actor, why string) error { return d.TakeBackTraining(ctx, a, w, mistake, why) }
		wantBeside(t, "no reason", back(d.manager, " "), "reason", "Enter why")
		wantBeside(t, "a long reason", back(d.manager, strings.Repeat("x", 5000)), "reason", "characters")
		wantKind(t, "by a colleague", back(d.colleague, "A mistake."), fault.NotFound)
		wantKind(t, "by a manager elsewhere", back(d.actor(t, "team-manager", d.otherTeam), "A mistake."), fault.NotFound)
		wantKind(t, "by themselves", back(d.adviser, "A mistake."), fault.NotFound)
		wantPrint(t, d.prints(t, string(w)), "untrain staff absent")
		wantKind(t, "another's record", d.TakeBackTraining(ctx, d.manager, d.colleague.Worker, mistake, "A mistake."), fault.Conflict)
		if now, _ := last(); now != mistake {
			t.Error("a refusal took it back")
		}
		d.must(t, back(d.manager, "It was another worker of the same name."))
		wantPrint(t, d.prints(t, string(w)), "untrain staff shown")
		if now, left := last(); now != "" || len(left) != len(before)-1 {
			t.Errorf("taken back, and there is %+v", left)
		}
		var by string
		if err := d.db.Raw.QueryRow("SELECT superseded_by FROM training WHERE id = '" + mistake + "' AND superseded_seq > 0").Scan(&by); err != nil || by != string(d.manager.Worker) {
			t.Errorf("what was recorded: put aside by %q, %v", by, err)
		}
		wantKind(t, "twice", back(d.manager, "Again."), fault.Conflict)
		if _, err := casework.Open(ctx, d.Service, d.look(d.adviser), casework.OverviewPart()); err != nil {
			t.Errorf("with earlier training: %v", err)
		}
		for _, h := range before {
			if h.ID != mistake {
				d.must(t, d.TakeBackTraining(ctx, d.manager, w, h.ID, "Never passed."))
			}
		}
		_, err := casework.Open(ctx, d.Service, d.look(d.adviser), casework.OverviewPart())
		wantKind(t, "with no training", err, fault.NotFound)
	})
}
