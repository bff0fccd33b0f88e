package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"casefile/internal/auth"
	"casefile/internal/config"
	"casefile/internal/fault"
	"casefile/internal/population"
	"casefile/internal/store"
	"casefile/internal/store/postgres"
	"casefile/internal/store/sqlite"
	"casefile/internal/web"
)

type demoCmd struct {
	config.Database
	Listen   string `env:"CASEFILE_LISTEN" default:"127.0.0.1:8080" help:"Address and port, on this machine only. Port 0 takes a free one."`
	Data     string `env:"CASEFILE_DATA" default:"casefile-demo" placeholder:"FOLDER" help:"Folder for the demo's database and keys. A demo found there goes on."`
	Children int    `default:"2000" help:"How many children to invent."`
	Seed     uint64 `default:"1" help:"What to invent from: the same seed invents the same people."`

	Definitions string `env:"CASEFILE_DEFINITIONS" placeholder:"FOLDER" help:"Folder of definitions that override the built-in ones, to try them on invented people."`
}

// The note that demo leaves in a database of its own making. Only a database
// with it has the door without a password.
const (
	demoMark   = "demo"
	demoMaking = "being made"
)

// Run serves an invented authority.
func (c *demoCmd) Run(ctx context.Context) (err error) {
	settings, err := c.settings()
	if err != nil {
		return err
	}
	// What stands in the way is said now, and not once the people are invented.
	unlock, free, err := lockFolder(settings.Data)
	if err != nil {
		return err
	}
	if !free {
		return fmt.Errorf("a demo is running on the folder %s already: stop it first, or give this one a folder of its own with --data and an address with --listen", settings.Data)
	}
	defer func() { err = errors.Join(err, unlock()) }()
	listener, err := listen(ctx, settings)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("another program has the address %s: name another, such as --listen 127.0.0.1:8081, or --listen 127.0.0.1:0 for a free one", settings.Listen)
	}
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }() // serving closes it first
	if err := c.prepare(ctx, settings.Database); err != nil {
		return err
	}
	if _, err := bindKeys(ctx, settings.Database, settings.Keys); err != nil {
		return err
	}
	log := config.Logger(os.Stderr, slog.LevelWarn, false)
	h, err := openHouse(ctx, settings.Database, settings.Keys, filesFolder(settings.Data), nil, c.Definitions, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	authority := population.New(c.Seed, c.Children, h.casework.Today())
	made, err := h.mark(ctx)
	if err != nil {
		return err
	}
	if made == demoMaking {
		settled, err := h.invent(ctx, authority, true, progress(c.Children))
		if err != nil {
			return err
		}
		if err := h.inventPlaces(ctx, authority); err != nil {
			return err
		}
		if err := h.inventDocuments(ctx); err != nil {
			return err
		}
		if err := h.inventCasework(ctx, authority, settled); err != nil {
			return err
		}
		if err := counted(ctx, settings.Database); err != nil {
			return err
		}
		if err := setMark(ctx, settings.Database, demoMark, c.made()); err != nil {
			return err
		}
	} else if made != c.made() {
		return fmt.Errorf("%s holds another demo (%s); name another --data folder or another --db", settings.Database.Name(), made)
	}
	door, err := h.door(ctx, authority)
	if err != nil {
		return err
	}
	return h.serve(ctx, settings, serving{
		authority: authority.Name, demo: door, listener: listener,
		ready: func(url string) {
			fmt.Printf("Casefile is running, with invented people only. Open %s\nStop it with Ctrl-C.\n", url)
		},
	})
}

func (c *demoCmd) made() string { return fmt.Sprintf("%d children from seed %d", c.Children, c.Seed) }

// settings are those of a server for this machine alone.
func (c *demoCmd) settings() (config.Settings, error) {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return config.Settings{}, fmt.Errorf("--listen: %w", err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return config.Settings{}, errors.New("--listen: a demo lets anybody in without a password, so it listens on this machine only: use 127.0.0.1 or localhost")
	}
	if c.Children < 1 || c.Children > 1_000_000 {
		return config.Settings{}, errors.New("--children: must be between 1 and 1,000,000")
	}
	address, err := c.Address(os.LookupEnv, c.Data)
	if err != nil {
		return config.Settings{}, err
	}
	return config.Settings{
		Listen: c.Listen, Public: &url.URL{Scheme: "http", Host: c.Listen}, Database: address, Data: c.Data,
		Keys: filepath.Join(c.Data, "keys.json"), SessionIdle: 30 * time.Minute, SessionMax: 12 * time.Hour,
		LogLevel: slog.LevelWarn,
	}, nil
}

// prepare has the tables there and the note in a database that was empty. A
// demo cut short while it was being made is made again.
func (c *demoCmd) prepare(ctx context.Context, a config.Address) error {
	// Before anything else: bringing tables up to date is writing too.
	if theirs, err := notMarked(ctx, a, demoMark); err != nil || theirs {
		return errors.Join(err, fmt.Errorf("%s is in use and not a demo's: a demo only ever writes to a database of its own", a.Name()))
	}
	if a.Engine == config.SQLite {
		half, err := c.halfMade(ctx, a)
		if err != nil {
			return err
		}
		if half {
			for _, suffix := range []string{"", "-wal", "-shm"} {
				if err := os.Remove(a.Where.Reveal() + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
					return fmt.Errorf("clear away a demo that was cut short: %w", err)
				}
			}
		}
	}
	if err := migrate(ctx, a); err != nil {
		return err
	}
	db, err := openDatabase(ctx, a)
	if err != nil {
		return err
	}
	var mark string
	empty := true
	err = errors.Join(db.View(ctx, func(r store.Reader) (err error) {
		if mark, err = r.Mark(ctx, demoMark); err != nil {
			return err
		}
		teams, err := r.Teams(ctx)
		empty = len(teams) == 0
		return err
	}), db.Close())
	switch {
	case err != nil:
		return err
	case mark == demoMaking && !empty:
		return fmt.Errorf("%s holds a demo that was cut short while it was being made: give the demo an empty database", a.Name())
	case mark == "":
		return setMark(ctx, a, demoMark, demoMaking)
	}
	return nil
}

func (c *demoCmd) halfMade(ctx context.Context, a config.Address) (half bool, err error) {
	if _, err := os.Stat(a.Where.Reveal()); errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err := sqlite.Migrate(ctx, a.Where.Reveal()); err != nil {
		return false, err
	}
	db, err := openDatabase(ctx, a)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	err = db.View(ctx, func(r store.Reader) error {
		mark, err := r.Mark(ctx, demoMark)
		half = mark == demoMaking
		return err
	})
	return half, err
}

func notMarked(ctx context.Context, a config.Address, name string) (bool, error) {
	if a.Engine == config.Postgres {
		return postgres.NotMarked(ctx, a.Where.Reveal(), name)
	}
	return sqlite.NotMarked(ctx, a.Where.Reveal(), name)
}

func setMark(ctx context.Context, a config.Address, name, value string) error {
	if a.Engine == config.Postgres {
		return postgres.SetMark(ctx, a.Where.Reveal(), name, value)
	}
	return sqlite.SetMark(ctx, a.Where.Reveal(), name, value)
}

func (h *house) mark(ctx context.Context) (string, error) { return readMark(ctx, h.db, demoMark) }

// progress tells the terminal how far the inventing has come.
func progress(children int) func(done int) {
	last := time.Now()
	return func(done int) {
		if done == children || time.Since(last) > time.Second {
			last = time.Now()
			fmt.Fprintf(os.Stderr, "Inventing an authority: %d of %d children\n", done, children)
		}
	}
}

// door is the page of invented workers, one per role and a manager of each service, to
// sign in as with one click.
func (h *house) door(ctx context.Context, a *population.Authority) (*web.Demo, error) {
	teams := map[string]string{}
	for _, t := range a.Teams {
		teams[t.Key] = t.Name
	}
	door := &web.Demo{}
	accounts := map[string]string{}
	for _, w := range a.Workers {
		if !w.Demo {
			continue
		}
		accounts[w.Key] = w.Login
		service, _ := h.defs.Service(w.Service) // the zero one, without a title, for those of no service
		door.Workers = append(door.Workers, web.DemoWorker{
			Key: w.Key, Name: strings.TrimSpace(w.Given + " " + w.Family), Role: w.JobTitle, Team: teams[w.TeamKey], Service: service.Title, About: w.About,
		})
	}
	door.SignIn = func(ctx context.Context, key string) (auth.Account, error) {
		login, ok := accounts[key]
		if !ok {
			return auth.Account{}, fault.New(fault.NotFound, "There is no such worker.")
		}
		return h.db.SignIn().AccountByLogin(ctx, auth.Login(login))
	}
	for _, w := range door.Workers { // a door to nobody is a mistake to hear of now
		if _, err := door.SignIn(ctx, w.Key); err != nil {
			return nil, fmt.Errorf("the demo has no account for its %s: %w", w.Role, err)
		}
	}
	return door, nil
}
