package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"casefile/internal/auth"
	"casefile/internal/casework"
	"casefile/internal/config"
	"casefile/internal/jobs"
	"casefile/internal/mail"
	"casefile/internal/oidc"
	"casefile/internal/scan"
	"casefile/internal/store/postgres"
	"casefile/internal/web"
	"casefile/internal/web/static"
)

type serveCmd struct {
	config.Serve
	Authority  string `env:"CASEFILE_AUTHORITY" default:"Casefile" help:"The authority's name, as pages show it."`
	Operations string `env:"CASEFILE_OPERATIONS" placeholder:"ADDRESS" help:"Serve metrics and health at this address too, such as 127.0.0.1:9090. Never one that the public reaches."`
}

// Run serves until it is told to stop, and then finishes what is under way.
func (c *serveCmd) Run(ctx context.Context) (err error) {
	settings, err := c.Check(os.LookupEnv)
	if err != nil {
		return err
	}
	log := config.Logger(os.Stderr, settings.LogLevel, settings.LogJSON)
	h, err := openHouse(ctx, settings.Database, settings.Keys, filesFolder(settings.Data), scanner(settings.Scanner), settings.Definitions, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	return h.serve(ctx, settings, serving{authority: c.Authority, operations: c.Operations})
}

// serving is what differs between serve and demo.
type serving struct {
	authority  string
	operations string // address; empty for none
	demo       *web.Demo
	ready      func(url string) // told once the address is open
	listener   net.Listener     // on which to serve; nil to open the address of the settings
}

func (h *house) serve(ctx context.Context, settings config.Settings, o serving) error {
	if static.Missing() {
		return errors.New("this program was built without its style sheets and scripts: run `make assets`, then build it again")
	}
	if err := h.casework.StartRights(ctx); err != nil {
		return err
	}
	changes, err := h.casework.NoteDefinitions(ctx)
	if err != nil {
		return err
	}
	for _, change := range changes { // none at the first start: there was nothing to differ from
		h.log.Warn("a definition differs from the last start", slog.String("file", change.String()))
	}
	if settings.Database.Engine == config.Postgres {
		owner, err := postgres.ServesAsOwner(ctx, settings.Database.Where.Reveal())
		if err != nil {
			return err
		}
		if owner && o.demo == nil {
			h.log.Warn("the database login owns the tables, so it could take the protection of footprints away: serve with a login that only holds the role casefile_serve")
		}
	}
	if err := h.casework.ScanUnscanned(ctx); err != nil {
		return err
	}
	if s := settings.Scanner; s != nil {
		if err := (scan.Clamd{Network: s.Network, Address: s.Address, Timeout: 5 * time.Second}).Ping(ctx); err != nil {
			h.log.Warn("the virus scanner is not to be reached: files are kept, marked as not scanned, and scanned once it is", "error", err)
		}
	}
	listener := o.listener
	if listener == nil {
		if listener, err = listen(ctx, settings); err != nil {
			return err
		}
	}
	h.mail = mailer(settings, o.authority)
	runner := h.runner()
	metrics := newMetrics(h.db.Queue())
	signIn := h.auth
	if o.demo == nil && !settings.LocalAccounts {
		signIn = signIn.WithoutLocal()
	}
	pages := web.New(web.Options{
		Casework: h.casework, Auth: signIn, Provider: h.provider(ctx, settings), NoPasswords: o.demo == nil && !settings.LocalAccounts,
		Sessions: auth.NewSessions(auth.SessionOptions{
			Store: h.db.SignIn(), Now: now, Idle: settings.SessionIdle, Absolute: settings.SessionMax,
			Secure: settings.Secure, Failed: web.SessionFailed(o.authority, h.log),
		}),
		Authority: o.authority, Proxies: settings.Proxies, Secure: settings.Secure, Log: h.log,
		Mails: h.mail != nil, Ready: h.db.Ping, Metrics: metrics.handler(), Observe: metrics.observe, Demo: o.demo,
	})
	server := &http.Server{
		Handler:           pages.Handler(),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		WriteTimeout:      2 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(h.log.Handler(), slog.LevelDebug),
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	failed := make(chan error, 2)
	jobsEnded := make(chan struct{})
	go func() {
		defer close(jobsEnded)
		runner.Run(ctx)
	}()
	go h.holdRights(ctx)
	go func() { failed <- server.Serve(listener) }()
	stopOperations := func() error { return nil }
	if o.operations != "" {
		stopOperations, err = operations(ctx, o.operations, pages.Operations(), failed)
		if err != nil {
			cancel()
			<-jobsEnded // the database closes next
			return errors.Join(err, server.Close())
		}
	}
	h.log.Info("serving", slog.String("listening", address(settings, listener)), slog.String("database", settings.Database.Name()))
	if o.ready != nil {
		o.ready(address(settings, listener))
	}
	select {
	case <-ctx.Done():
		h.log.Info("stopping")
	case err = <-failed:
		err = fmt.Errorf("serve: %w", err)
	}
	cancel()
	grace, stop := context.WithTimeout(context.Background(), 20*time.Second)
	defer stop()
	err = errors.Join(err, server.Shutdown(grace), stopOperations())
	<-jobsEnded
	return err
}

// mailPatience is how long a mail server may take over one message.
const mailPatience = 30 * time.Second

// mailer sends the one message there is: that something is new; nil without a server.
func mailer(settings config.Settings, authority string) casework.SendNews {
	m := settings.Mail
	if m == nil {
		return nil
	}
	server := mail.Server{
		Address: m.Address, Implicit: m.Implicit, User: m.User, Password: m.Password.Reveal(), From: m.From, Timeout: mailPatience,
	}
	news := mail.News(authority, settings.Public.JoinPath("/sign-in").String())
	return func(ctx context.Context, to string) error { return server.Send(ctx, to, news) }
}

// holdRights has rights that were approved in another process hold in this one,
// within a minute.
func (h *house) holdRights(ctx context.Context) {
	tick := time.NewTicker(20 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := h.casework.HoldRights(ctx); err != nil && ctx.Err() == nil {
			h.log.Error("the rights that were approved last could not be put in force; those before them hold", slog.Any("error", err))
		}
	}
}

// provider is the identity provider that people sign in by; nil for none. One
// that does not answer keeps nobody from serving: it is asked again when somebody
// wants to sign in.
func (h *house) provider(ctx context.Context, settings config.Settings) *web.Provider {
	p := settings.Provider
	if p == nil {
		return nil
	}
	made := oidc.New(oidc.Options{
		Issuer: p.Issuer, ClientID: p.ClientID, Secret: p.Secret.Reveal(), Redirect: settings.Public.JoinPath("/sign-in/provider/callback").String(),
		ACR: p.ACR, MaxAge: p.MaxAge, Groups: h.casework.GroupsClaim(), Now: time.Now, Log: h.log,
	})
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if err := made.Discover(ctx); err != nil {
		h.log.Warn("the identity provider does not answer; it is asked again when somebody signs in", slog.Any("error", err))
	}
	if len(h.defs.Groups().Grants) == 0 {
		h.log.Warn("no group of the identity provider gives a role here, so nobody can sign in by it: write definitions/access/groups.yaml")
	}
	return &web.Provider{OIDC: made, Label: p.Label}
}

func listen(ctx context.Context, settings config.Settings) (net.Listener, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", settings.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	if settings.Certificate != nil {
		l = tls.NewListener(l, &tls.Config{
			Certificates: []tls.Certificate{*settings.Certificate}, MinVersion: tls.VersionTLS12,
			NextProtos: []string{"h2", "http/1.1"},
		})
	}
	return l, nil
}

func address(settings config.Settings, l net.Listener) string {
	scheme := "http://"
	if settings.Certificate != nil {
		scheme = "https://"
	}
	return scheme + strings.Replace(l.Addr().String(), "127.0.0.1", "localhost", 1) + "/"
}

// runner does what was put off until after a commit, and keeps house.
func (h *house) runner() *jobs.Runner {
	r := jobs.NewRunner(jobs.Options{Queue: h.db.Queue(), Now: now, Random: rand.Float64, Log: h.log})
	r.Handle(casework.EntryRecorded, func(ctx context.Context, j jobs.Job) error {
		return h.casework.TellOfEntry(ctx, j.Payload)
	})
	r.Handle(casework.FileOpened, func(ctx context.Context, j jobs.Job) error {
		return h.casework.TellOfOpening(ctx, j.Payload)
	})
	r.Handle(casework.ScanFile, func(ctx context.Context, j jobs.Job) error { return h.casework.ScanKept(ctx, j.Payload) })
	r.Handle(casework.WatchDay, func(ctx context.Context, _ jobs.Job) error { return h.casework.WatchThrough(ctx) })
	r.Handle(casework.PlaceTasks, func(ctx context.Context, j jobs.Job) error { return h.casework.Place(ctx, j.Payload) })
	r.Handle(casework.PlaceAllTasks, func(ctx context.Context, _ jobs.Job) error { return h.casework.PlaceEverybody(ctx) })
	r.Handle(casework.LinkAlerts, func(ctx context.Context, j jobs.Job) error { return h.casework.TellOfLinks(ctx, j.Payload) })
	r.Handle(casework.AlertsDay, func(ctx context.Context, _ jobs.Job) error { return h.casework.AlertsThrough(ctx) })
	r.Handle("tidy", func(ctx context.Context, _ jobs.Job) error {
		return errors.Join(h.db.SignIn().Tidy(ctx, now()), h.db.Queue().Tidy(ctx, now().Add(-7*24*time.Hour)))
	})
	if h.mail != nil {
		r.Handle(casework.MailRound, func(ctx context.Context, _ jobs.Job) error { return h.casework.AskForMail(ctx) })
		r.Handle(casework.MailWorker, func(ctx context.Context, j jobs.Job) error {
			return h.casework.MailTo(ctx, j.Payload, h.mail, mail.ReasonOf)
		})
		r.Every(time.Minute, casework.MailRound)
	}
	r.Every(time.Hour, "tidy")
	r.Every(24*time.Hour, casework.WatchDay)
	r.Every(24*time.Hour, casework.PlaceAllTasks)
	r.Every(24*time.Hour, casework.AlertsDay)
	return r
}
