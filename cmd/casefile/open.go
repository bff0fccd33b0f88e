package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"casefile/definitions"
	"casefile/internal/auth"
	"casefile/internal/blob"
	"casefile/internal/casework"
	"casefile/internal/config"
	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/fault"
	"casefile/internal/keys"
	"casefile/internal/scan"
	"casefile/internal/store"
	"casefile/internal/store/postgres"
	"casefile/internal/store/sqldb"
	"casefile/internal/store/sqlite"
)

// dataDir is what commands other than serve and demo need to find the database
// and the keys.
type dataDir struct {
	config.Database
	Data        string `env:"CASEFILE_DATA" default:"casefile-data" placeholder:"FOLDER" help:"Folder for what is kept outside the database."`
	Keys        string `env:"CASEFILE_KEYS" placeholder:"FILE" help:"File of the encryption keys. Without it, keys.json in the data folder."`
	Definitions string `env:"CASEFILE_DEFINITIONS" placeholder:"FOLDER" help:"Folder of definitions that override the built-in ones."`
}

func (d dataDir) open(ctx context.Context) (*house, error) {
	address, err := d.Address(os.LookupEnv, d.Data)
	if err != nil {
		return nil, err
	}
	return openHouse(ctx, address, keysFile(d.Keys, d.Data), "", nil, d.Definitions, config.Logger(os.Stderr, slog.LevelWarn, false))
}

func keysFile(named, data string) string {
	if named != "" {
		return named
	}
	return filepath.Join(data, "keys.json")
}

// filesFolder is where the content of files lies, encrypted. With PostgreSQL and
// several servers, it is one folder for all of them.
func filesFolder(data string) string { return filepath.Join(data, "files") }

// A house is what every command that touches records stands in.
type house struct {
	db       *sqldb.DB
	ring     *keys.Ring
	files    *blob.Folder // nil in commands that touch no file of a record
	defs     *definition.Set
	casework *casework.Service
	auth     *auth.Service
	log      *slog.Logger
	mail     casework.SendNews // nil where nobody is told by e-mail
}

// openHouse opens all of it. files is the folder of files, made if it is not
// there, or empty for a command that touches none; scanner is nil where nothing
// scans them.
func openHouse(ctx context.Context, address config.Address, keyFile, files string, scanner casework.Scanner, overrides string, log *slog.Logger) (*house, error) {
	defs, err := definition.Load(definitions.FS, overrides)
	if err != nil {
		return nil, err
	}
	ring, err := keys.Load(keyFile)
	if fault.Is(err, fault.NotFound) {
		return nil, fmt.Errorf("there are no encryption keys at %s: run `casefile migrate` first, or name the file in CASEFILE_KEYS", keyFile)
	}
	if err != nil {
		return nil, err
	}
	db, err := openDatabase(ctx, address)
	if err != nil {
		return nil, err
	}
	mark, err := readMark(ctx, db, keysMark)
	if err == nil && mark != "" {
		err = checkKeys(ring, mark, keyFile)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	h := &house{db: db, ring: ring, defs: defs, log: log}
	var blobs casework.Blobs
	if files != "" {
		if h.files, err = blob.OpenFolder(files); err != nil {
			return nil, errors.Join(err, db.Close())
		}
		blobs = blob.Seal(h.files, ring)
	}
	h.casework = casework.New(casework.Options{DB: db, Definitions: defs, Keys: ring, Blobs: blobs, Scanner: scanner, Now: time.Now, Log: log})
	if err := h.casework.HoldRights(ctx); err != nil {
		h.casework.Close()
		return nil, errors.Join(err, h.closeFiles(), db.Close())
	}
	h.auth = auth.New(auth.Options{
		Store: db.SignIn(), Keys: ring, Hasher: auth.NewHasher(auth.DefaultCost, 2), Issuer: "Casefile", Now: now, Log: log,
	})
	return h, nil
}

// scannerPatience is how long a piece of content may take to the virus scanner,
// and its answer back.
const scannerPatience = time.Minute

// scanner is the virus scanner that the settings name; nil for none.
func scanner(s *config.Scanner) casework.Scanner {
	if s == nil {
		return nil
	}
	return scan.Clamd{Network: s.Network, Address: s.Address, Timeout: scannerPatience}
}

func now() date.Instant { return date.At(time.Now()) }

// close has the last footprints on disk before the database goes.
func (h *house) close() error {
	h.casework.Close()
	return errors.Join(h.db.Close(), h.closeFiles())
}

func (h *house) closeFiles() error {
	if h.files == nil {
		return nil
	}
	return h.files.Close()
}

func openDatabase(ctx context.Context, a config.Address) (*sqldb.DB, error) {
	if a.Engine == config.Postgres {
		return postgres.Open(ctx, a.Where.Reveal(), time.Now)
	}
	return sqlite.Open(ctx, a.Where.Reveal(), time.Now)
}

func migrate(ctx context.Context, a config.Address) error {
	if a.Engine == config.Postgres {
		return postgres.Migrate(ctx, a.Where.Reveal())
	}
	if err := os.MkdirAll(filepath.Dir(a.Where.Reveal()), 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	return sqlite.Migrate(ctx, a.Where.Reveal())
}

// keysMark is the note in a database of which keys it is sealed with: a value
// that only they open.
const keysMark = "keys"

var keysPlace = keys.Row("store_mark", keysMark, "value")

// bindKeys makes the encryption keys of a new database and notes them in it. It
// makes none beside a database that is sealed with others.
func bindKeys(ctx context.Context, a config.Address, file string) (made bool, err error) {
	db, err := openDatabase(ctx, a)
	if err != nil {
		return false, err
	}
	mark, err := readMark(ctx, db, keysMark)
	if err := errors.Join(err, db.Close()); err != nil {
		return false, err
	}
	if mark == "" {
		if made, err = makeKeys(file); err != nil {
			return false, err
		}
	}
	ring, err := keys.Load(file)
	if fault.Is(err, fault.NotFound) {
		return false, fmt.Errorf("this database is sealed with encryption keys that are not at %s: put their file there, or name it in CASEFILE_KEYS", file)
	}
	if err != nil {
		return false, err
	}
	if mark != "" {
		return false, checkKeys(ring, mark, file)
	}
	sealed, err := ring.Seal([]byte("casefile"), keysPlace)
	if err != nil {
		return false, err
	}
	return made, setMark(ctx, a, keysMark, base64.StdEncoding.EncodeToString(sealed))
}

// checkKeys holds keys against a database's note.
func checkKeys(ring *keys.Ring, mark, file string) error {
	sealed, err := base64.StdEncoding.DecodeString(mark)
	if err == nil {
		_, err = ring.Open(sealed, keysPlace)
	}
	if err != nil {
		return fmt.Errorf("the encryption keys at %s are not those of this database: put the right file there, or name it in CASEFILE_KEYS", file)
	}
	return nil
}

func readMark(ctx context.Context, db *sqldb.DB, name string) (mark string, err error) {
	err = db.View(ctx, func(r store.Reader) error {
		mark, err = r.Mark(ctx, name)
		return err
	})
	return mark, err
}

// makeKeys makes the encryption keys where there are none.
func makeKeys(file string) (made bool, err error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return false, fmt.Errorf("make the data folder: %w", err)
	}
	_, err = keys.Create(file)
	if fault.Is(err, fault.Conflict) {
		return false, nil
	}
	return err == nil, err
}

// sentence is what an error says to the person at the terminal.
func sentence(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Kind != fault.Internal {
		words := f.Message
		for _, p := range f.Problems {
			words += "\n  " + p.Field + ": " + p.Message
		}
		if words != "" {
			return words
		}
	}
	return err.Error()
}
