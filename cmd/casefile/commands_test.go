package main

import (
	"database/sql"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// at runs a query on the database in a data folder, and gives its one number.
func at(t *testing.T, data, query string) (n int) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(data, "casefile.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow(query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func do(t *testing.T, status int, args ...string) {
	t.Helper()
	if got := run(args); got != status {
		t.Fatalf("casefile %q: exit status %d, want %d", args, got, status)
	}
}

func addUser(login, data string) []string {
	return []string{
		"user", "add", login, "--data", data, "--given", "Orla", "--family", "Testworth",
		"--role", "adviser", "--team", "North", "--service", "participation",
	}
}

// A login that cannot be one is said before a team or a worker is made of it.
func TestUserAddIsAllOrNothing(t *testing.T) {
	data := t.TempDir()
	do(t, 0, "migrate", "--data", data)
	do(t, 1, addUser("x!", data)...)
	if n := at(t, data, "SELECT (SELECT count(*) FROM worker) + (SELECT count(*) FROM team)"); n != 0 {
		t.Errorf("%d workers and teams were made for nobody", n)
	}
	do(t, 0, addUser("orla", data)...)
	do(t, 1, addUser("orla", data)...)
	if n := at(t, data, "SELECT count(*) FROM worker"); n != 1 {
		t.Errorf("%d workers, want 1", n)
	}
}

// A demo that is pointed at a database in use does not touch it, not even to
// bring its tables up to date.
func TestDemoLeavesOthersAlone(t *testing.T) {
	data := t.TempDir()
	do(t, 0, "migrate", "--data", data)
	do(t, 0, addUser("orla", data)...)
	// As a version of the program that had one migration left it.
	for _, older := range []string{"DROP TABLE account", "DROP TABLE session", "DROP TABLE sign_in_limit", "DELETE FROM goose_db_version WHERE version_id > 1"} {
		at(t, data, older+"; SELECT 1")
	}
	do(t, 1, "demo", "--data", data, "--listen", "127.0.0.1:0")
	if n := at(t, data, "SELECT max(version_id) FROM goose_db_version"); n != 1 {
		t.Errorf("the tables went from version 1 to %d", n)
	}
}

// A port that is taken is said before anything is invented.
func TestDemoSaysFirstThatAPortIsTaken(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	data := filepath.Join(t.TempDir(), "demo")
	do(t, 1, "demo", "--data", data, "--listen", taken.Addr().String(), "--children", "1")
	if _, err := os.Stat(filepath.Join(data, "casefile.db")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a demo was made all the same: %v", err)
	}
}

// README names a postcode of the demo's.
func TestReadmeNamesAPostcode(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "try "+triedPostcode) {
		t.Errorf("README does not say to try %s", triedPostcode)
	}
}
