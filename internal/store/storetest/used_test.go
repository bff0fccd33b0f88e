package storetest_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/store"
	. "casefile/internal/store/storetest"
	"casefile/internal/task"
)

// Which kinds of the definitions records name, and how many do; what was put aside is named
// still, because it is shown as it was known.
func TestWhatRecordsUseOfDefinitions(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		o := newOffice(t, db)
		used := func() map[definition.Used]bool {
			all := map[definition.Used]bool{}
			o.Read(t, func(ctx context.Context, r store.Reader) error {
				list, err := r.DefinitionsUsed(ctx)
				for _, u := range list {
					all[u] = true
				}
				return err
			})
			return all
		}
		before := used()
		newMeeting(t, o, 3, o.well)
		newMeeting(t, o, 4, o.well)
		o.add(t, newTask(o, o.well.ID, task.OfWorker(o.here.ID), 2), task.Place{})
		e := Entry(o.well.ID, o.here, Today, "We spoke.")
		e.Content.Type, e.Content.Category = "visit", "at home"
		gone := person.Characteristic{ID: id.New(), Kind: "colour", Code: "B", Clocks: Clocks(Today)}
		o.Must(t, func(ctx context.Context, tx store.Tx) error {
			return errors.Join(tx.AddEntryVersion(ctx, e), tx.AddCharacteristic(ctx, o.well.ID, gone), tx.AddIdentifier(ctx, o.well.ID, person.Identifier{ID: id.New(), System: "ticket", Value: "7", Clocks: Clocks(Today)}))
		})
		o.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.Supersede(ctx, store.CharacteristicFact, gone.ID, date.Stamp{By: By})
		})
		var fresh []definition.Used
		o.Read(t, func(ctx context.Context, r store.Reader) error {
			list, err := r.DefinitionsUsed(ctx)
			for _, u := range list {
				if !before[u] {
					fresh = append(fresh, u)
				}
			}
			return err
		})
		want := []definition.Used{
			{Sort: definition.UsedService, ID: "service", Records: 7},
			{Sort: definition.UsedEntryType, In: "service", ID: "visit", Records: 1},
			{Sort: definition.UsedCategory, In: "service/visit", ID: "at home", Records: 1},
			{Sort: definition.UsedMeeting, ID: "supper", Records: 2},
			{Sort: definition.UsedTask, ID: "wash", Records: 1},
			{Sort: definition.UsedNumber, ID: "ticket", Records: 1},
			{Sort: definition.UsedCodedFact, ID: "colour", Records: 1},
			{Sort: definition.UsedCode, In: "colour", ID: "B", Records: 1},
		}
		if diff := cmp.Diff(want, fresh); diff != "" {
			t.Errorf("what is used besides (-want +got):\n%s", diff)
		}
		for _, u := range []definition.Used{
			{Sort: definition.UsedService, ID: "service", Records: 6}, // a team and five episodes
			{Sort: definition.UsedService, ID: "another service", Records: 1},
			{Sort: definition.UsedRole, ID: "adviser", Records: 4},
			{Sort: definition.UsedRole, ID: "team-manager", Records: 1},
		} {
			if !before[u] {
				t.Errorf("the office does not use %+v: %+v", u, before)
			}
		}
	})
}
