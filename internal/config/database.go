package config

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/alecthomas/kong"
)

// Database is the setting that every command has which opens the database. It
// is embedded in the struct of such a command.
type Database struct {
	DB string `name:"db" env:"CASEFILE_DB" placeholder:"URL" help:"The database: postgres://user@host/name, or sqlite:FILE. Without it, casefile.db in the data folder. The password comes from CASEFILE_DB_PASSWORD or the file named in CASEFILE_DB_PASSWORD_FILE."`

	// onCommandLine is set when the URL came as a flag, where everyone on the
	// machine can read it.
	onCommandLine bool
}

// AfterApply notes where the URL came from. Kong calls it.
func (d *Database) AfterApply(ctx *kong.Context) error {
	for _, p := range ctx.Path {
		if p.Flag != nil && p.Flag.Name == "db" && !p.Resolved {
			d.onCommandLine = true
		}
	}
	return nil
}

// The engines, as Address names them.
const (
	SQLite   = "sqlite"
	Postgres = "postgres"
)

// An Address says where the database is.
type Address struct {
	Engine string // SQLite or Postgres
	// Where is the file, for SQLite; the whole URL with its password, for
	// PostgreSQL.
	Where Secret
}

// Name is the address for logs and messages: no user, no password, no settings.
func (a Address) Name() string {
	if a.Engine == SQLite {
		return "sqlite:" + a.Where.Reveal()
	}
	u, err := url.Parse(a.Where.Reveal())
	if err != nil {
		return a.Engine // it was parsed when it was made
	}
	return a.Engine + "://" + u.Host + u.Path
}

// Address reads the setting; data is the data folder. Errors are sentences that
// hold no password.
func (d Database) Address(lookup Lookup, data string) (Address, error) {
	password, err := ReadSecret(lookup, "CASEFILE_DB_PASSWORD")
	if err != nil {
		return Address{}, err
	}
	scheme, rest, ok := strings.Cut(d.DB, ":")
	switch {
	case d.DB == "":
		return Address{SQLite, NewSecret(filepath.Join(data, "casefile.db"))}, nil
	case ok && scheme == SQLite && rest != "" && !strings.HasPrefix(rest, "//"):
		if strings.ContainsAny(rest, "?#") {
			return Address{}, fmt.Errorf("--db sqlite:FILE takes the name of a file and no settings")
		}
		return Address{SQLite, NewSecret(rest)}, nil
	case !ok || scheme != "postgres" && scheme != "postgresql":
		return Address{}, fmt.Errorf("--db is postgres://user@host/name or sqlite:FILE, and this is neither")
	}
	u, err := url.Parse(d.DB)
	if err != nil { // its own words would repeat the URL, password and all
		return Address{}, fmt.Errorf("--db is not a URL that can be read; characters like @ / : %% in a name are written as %%40 %%2F %%3A %%25")
	}
	_, hasPassword := u.User.Password()
	for name := range u.Query() {
		if strings.Contains(strings.ToLower(name), "password") {
			hasPassword = true
		}
	}
	switch {
	case hasPassword && d.onCommandLine:
		return Address{}, fmt.Errorf("--db holds a password, which everyone on this machine can read in the list of processes: take it out and change it, then use CASEFILE_DB_PASSWORD_FILE, or put the whole URL into CASEFILE_DB")
	case hasPassword && !password.IsZero():
		return Address{}, fmt.Errorf("the database password is given twice, in the URL and in CASEFILE_DB_PASSWORD or its _FILE: keep one")
	case u.Host == "" && u.Query().Get("host") == "":
		return Address{}, fmt.Errorf("--db names no host")
	case strings.Trim(u.Path, "/") == "":
		return Address{}, fmt.Errorf("--db names no database")
	}
	if !password.IsZero() {
		if u.User.Username() == "" {
			return Address{}, fmt.Errorf("there is a database password, and --db names no user it could belong to")
		}
		u.User = url.UserPassword(u.User.Username(), password.Reveal())
	}
	return Address{Postgres, NewSecret(u.String())}, nil
}
