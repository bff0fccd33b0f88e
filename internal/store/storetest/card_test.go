package storetest_test

import (
	"context"
	"database/sql"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/match"
	"casefile/internal/person"
	"casefile/internal/store"
	"casefile/internal/store/postgres"
	"casefile/internal/store/sqlite"
	. "casefile/internal/store/storetest"
)

// A card from before a place that is secret was in no search is made anew by the
// migration, and the vocabulary still counts each bearer of a name once.
func TestOldCardsOfSecretPlacesAreMadeAnew(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		ctx := context.Background()
		p := db.Person(t, "Zebulon", "Quizzlebury", born)
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			for _, secret := range []bool{true, false} { // another row says openly that they live there
				a := person.Address{ID: id.New(), Line1: "3 Weaver Row", Postcode: "ZX4 4ZX", Confidential: secret, Clocks: Clocks(Today)}
				if !secret {
					a.Kind = person.Mailing
				}
				if err := tx.AddAddress(ctx, p.ID, a); err != nil {
					return err
				}
			}
			return nil
		})
		var text string
		if err := db.Raw.QueryRow("SELECT card FROM person_card WHERE person_id = $1", p.ID).Scan(&text); err != nil {
			t.Fatal(err)
		}
		old, err := match.ReadCard(text)
		if err != nil {
			t.Fatal(err)
		}
		had := old.Keys()
		old.Postcodes = append(old.Postcodes, match.Postcode("ZX4 4ZX"))
		exec := func(db *sql.DB, query string, args ...any) {
			t.Helper()
			if _, err := db.Exec(query, args...); err != nil {
				t.Fatalf("%s: %v", query, err)
			}
		}
		exec(db.Raw, "UPDATE person_card SET card = $1 WHERE person_id = $2", old.String(), p.ID)
		for _, key := range old.Keys() {
			if !slices.Contains(had, key) {
				exec(db.Raw, "INSERT INTO find_key (key, born, person_id) VALUES ($1, $2, $3)", key, born.String(), p.ID)
			}
		}
		found := func() int {
			n := 0
			db.Read(t, func(ctx context.Context, r store.Reader) error {
				everybody := access.Scope{Viewer: access.Viewer{Worker: "w"}, Gives: []access.Ground{access.Everyone}}
				list, err := r.FindPeople(ctx, store.Search{Query: match.ParseQuery("ZX4 4ZX"), Scope: everybody, Whole: everybody, Now: date.At(Start), Limit: 9})
				n = len(list)
				return err
			})
			return n
		}
		if found() != 1 {
			t.Fatal("the old card is not found by its postcode, so that this test shows nothing")
		}
		bearers := func() (n int) {
			if err := db.Raw.QueryRow("SELECT bearers FROM name_word WHERE token = 'quizzlebury'").Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		before := bearers()

		// What the migration says of the rows of before.
		driver, migrate, migrations := "sqlite", sqlite.Migrate, sqlite.Migrations()
		if db.Engine == "postgres" {
			driver, migrate, migrations = "pgx", postgres.Migrate, postgres.Migrations()
		}
		of, err := fs.ReadFile(migrations, "0026_cards_again.sql")
		if err != nil {
			t.Fatal(err)
		}
		_, marks, ok := strings.Cut(string(of), "INSERT INTO card_again")
		if !ok {
			t.Fatal("the migration marks nobody")
		}
		marks, _, _ = strings.Cut(marks, ";")
		owner, err := sql.Open(driver, db.URL)
		if err != nil {
			t.Fatal(err)
		}
		defer owner.Close()
		exec(owner, "INSERT INTO card_again"+marks)
		if err := migrate(ctx, db.URL); err != nil {
			t.Fatal(err)
		}
		if n := found(); n != 0 {
			t.Errorf("by the postcode of a secret place: found %d, want nobody", n)
		}
		if after := bearers(); after != before {
			t.Errorf("the name is borne by %d, want %d as before", after, before)
		}
		var left int
		if err := db.Raw.QueryRow("SELECT count(*) FROM card_again").Scan(&left); err != nil || left != 0 {
			t.Errorf("%d to be made anew are left (%v), want none", left, err)
		}
	})
}
