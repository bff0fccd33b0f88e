package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"casefile/internal/access"
	"casefile/internal/auth"
	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/fault"
	"casefile/internal/staff"
)

type userCmd struct {
	Add     userAddCmd     `cmd:"" help:"Add a worker who can sign in."`
	Disable userDisableCmd `cmd:"" help:"Take every right from a worker at once."`
	Reset   userResetCmd   `cmd:"" help:"Give a worker a new password and a new secret for one-time codes."`

	Link       userLinkCmd       `cmd:"" help:"Have a worker sign in by the identity provider from now on."`
	Unlink     userUnlinkCmd     `cmd:"" help:"Have them sign in with a password again."`
	BreakGlass userBreakGlassCmd `cmd:"" name:"break-glass" help:"Look after the sealed account for when the identity provider fails."`
	Train      userTrainCmd      `cmd:"" help:"Record that a worker passed the training that everybody needs."`
}

// The name under which these commands stand in the record.
const byCommand = "job:user"

type userAddCmd struct {
	dataDir
	Login    string `arg:"" help:"What they sign in with."`
	Given    string `required:"" help:"Given name."`
	Family   string `required:"" help:"Family name."`
	JobTitle string `name:"job-title" help:"Job title; the role's title if not given."`
	Role     string `required:"" help:"Role, from definitions/access/roles.yaml."`
	Team     string `required:"" help:"Team; made if there is none of that name."`
	Service  string `help:"Service of a team to be made, from definitions/services."`
	Email    string `help:"Work e-mail."`
	Trained  string `placeholder:"DAY" help:"Day on which they passed the information governance training, such as 2026-03-05. No file opens to them without it."`
}

// Run adds the worker and prints, once, what they need to sign in.
func (c *userAddCmd) Run(ctx context.Context) (err error) {
	if err := auth.CheckLogin(c.Login); err != nil {
		return err
	}
	h, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	// A login in use is found before anything is made.
	if _, err := h.db.SignIn().AccountByLogin(ctx, auth.Login(c.Login)); !fault.Is(err, fault.NotFound) {
		if err == nil {
			err = fault.New(fault.Conflict, "Somebody signs in with that already.")
		}
		return err
	}
	trained, err := date.Parse(c.Trained)
	if err != nil {
		return fmt.Errorf("--trained: %w", err)
	}
	if trained.After(h.casework.Today()) {
		return errors.New("--trained: that day has not come yet")
	}
	// And so is a role that does not exist, before a team is made for it.
	role := access.Role(c.Role)
	if _, ok := h.defs.Role(role); !ok {
		return fmt.Errorf("no role is called %q in the definitions; they are %s", c.Role, roleNames(h.defs))
	}
	team, err := h.casework.Team(ctx, c.Team)
	if fault.Is(err, fault.NotFound) {
		if c.Service == "" {
			return fmt.Errorf("there is no team called %q; name its --service to have it made", c.Team)
		}
		team, err = h.casework.MakeTeam(ctx, byCommand, c.Team, c.Service)
	}
	if err != nil {
		return err
	}
	if c.JobTitle == "" {
		c.JobTitle = h.casework.RoleTitle(role)
	}
	worker, _, err := h.casework.MakeWorker(ctx, byCommand,
		staff.Worker{Given: c.Given, Family: c.Family, JobTitle: c.JobTitle, Contact: staff.Contact{Email: c.Email}},
		role, team, date.Period{From: h.casework.Today()}, trained)
	if err != nil {
		return err
	}
	_, enrolment, err := h.auth.NewAccount(ctx, c.Login, string(worker))
	if err != nil {
		return err
	}
	fmt.Printf("Added %s %s.\n", c.Given, c.Family)
	if trained.IsZero() {
		fmt.Println("No file opens to them before their training is recorded: their manager does it on the page of their team, or give --trained.")
	}
	printEnrolment(enrolment)
	return nil
}

func roleNames(defs *definition.Set) string {
	var names []string
	for _, r := range defs.Roles() {
		names = append(names, string(r.ID))
	}
	return strings.Join(names, ", ")
}

func printEnrolment(e auth.Enrolment) {
	fmt.Printf(`
Password, to be changed at the first sign-in: %s
Secret for the app that makes one-time codes: %s
The same for its camera:                      %s

This is shown once. Hand it over in person.
`, e.Password, e.Secret, e.URL)
}

type userDisableCmd struct {
	dataDir
	Login string `arg:"" help:"What they sign in with."`
}

// Run ends the worker's sessions, account and roles.
func (c *userDisableCmd) Run(ctx context.Context) (err error) {
	h, account, err := c.account(ctx, c.Login)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	if err := h.auth.Disable(ctx, account.ID); err != nil {
		return err
	}
	if err := h.casework.EndWorker(ctx, byCommand, staff.ID(account.Worker)); err != nil {
		return err
	}
	fmt.Println("They can no longer sign in, and hold no role.")
	return nil
}

func (d dataDir) account(ctx context.Context, login string) (*house, auth.Account, error) {
	h, err := d.open(ctx)
	if err != nil {
		return nil, auth.Account{}, err
	}
	account, err := h.db.SignIn().AccountByLogin(ctx, auth.Login(login))
	if fault.Is(err, fault.NotFound) {
		err = errors.New("nobody signs in with that")
	}
	if err != nil {
		return nil, auth.Account{}, errors.Join(err, h.close())
	}
	return h, account, nil
}

type userTrainCmd struct {
	dataDir
	Login string `arg:"" help:"What they sign in with."`
	On    string `required:"" placeholder:"DAY" help:"Day on which they passed it, such as 2026-03-05."`
}

// Run records the training, so that files open to the worker.
func (c *userTrainCmd) Run(ctx context.Context) (err error) {
	on, err := date.Parse(c.On)
	if err != nil {
		return fmt.Errorf("--on: %w", err)
	}
	h, account, err := c.account(ctx, c.Login)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	if err := h.casework.Train(ctx, byCommand, staff.ID(account.Worker), on); err != nil {
		if e, ok := errors.AsType[*fault.Error](err); ok && len(e.Problems) > 0 {
			return fmt.Errorf("--on: %s", e.Problems[0].Message)
		}
		return err
	}
	for _, course := range h.defs.Courses() {
		fmt.Printf("%s: good until %s.\n", course.Title, on.AddMonths(course.Months).AddDays(-1).Long())
	}
	return nil
}

type userResetCmd struct {
	dataDir
	Login string `arg:"" help:"What they sign in with."`
}

// Run gives new secrets and ends the sessions of the old ones.
func (c *userResetCmd) Run(ctx context.Context) (err error) {
	h, account, err := c.account(ctx, c.Login)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	if account.Disabled {
		return errors.New("this account is disabled: a new password would let nobody in")
	}
	if account.Kind == auth.BreakGlass {
		return errors.New("this is a sealed account: seal it anew with `casefile user break-glass seal`")
	}
	enrolment, err := h.auth.Reset(ctx, account.ID)
	if err != nil {
		return err
	}
	printEnrolment(enrolment)
	return nil
}
