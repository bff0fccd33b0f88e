package main

import (
	"context"
	"errors"
	"fmt"

	"casefile/internal/auth"
	"casefile/internal/staff"
)

type userLinkCmd struct {
	dataDir
	Login   string `arg:"" help:"What they sign in with now."`
	Issuer  string `arg:"" help:"The identity provider, as it names itself (--oidc-issuer)."`
	Subject string `arg:"" help:"Who they are there: the claim sub."`
}

// Run gives a worker's account to an identity. Nobody is given one by a name or
// an address, which others may have too.
func (c *userLinkCmd) Run(ctx context.Context) (err error) {
	h, account, err := c.account(ctx, c.Login)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	if err := h.auth.Link(ctx, account.ID, auth.Identity{Issuer: c.Issuer, Subject: c.Subject}); err != nil {
		return err
	}
	fmt.Println("They sign in by the identity provider from now on, and no longer with their password.")
	fmt.Println("From their next sign-in they hold the roles that their groups give, and no others.")
	return nil
}

type userUnlinkCmd struct {
	dataDir
	Login string `arg:"" help:"The login of the account."`
}

// Run takes the identity away and prints, once, what they need to sign in
// without it. The roles they hold stay.
func (c *userUnlinkCmd) Run(ctx context.Context) (err error) {
	h, account, err := c.account(ctx, c.Login)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	if account.Disabled {
		return errors.New("this account is disabled: a password would let nobody in")
	}
	enrolment, err := h.auth.Unlink(ctx, account.ID)
	if err != nil {
		return err
	}
	fmt.Println("They no longer sign in by the identity provider. They hold the roles they held.")
	printEnrolment(enrolment)
	return nil
}

type userBreakGlassCmd struct {
	Seal userSealCmd `cmd:"" help:"Seal an account, or seal it anew after use."`
}

type userSealCmd struct {
	dataDir
	Login string `arg:"" help:"Login of the account, made with casefile user add."`
}

// Run seals the account and prints, once, the secret that opens it once.
func (c *userSealCmd) Run(ctx context.Context) (err error) {
	h, account, err := c.account(ctx, c.Login)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	// An account that would open to nothing is found now and not on the day.
	me, err := h.casework.Me(ctx, staff.ID(account.Worker))
	if err != nil {
		return err
	}
	if len(me.Assignments) == 0 {
		return errors.New("its worker holds no role today, so there would be nothing it could open")
	}
	secret, err := h.auth.Seal(ctx, account.ID)
	if err != nil {
		return err
	}
	fmt.Printf(`Sealed secret: %s

This is shown once. Put it on paper, in an envelope, in a safe, with the login.
It signs in once, at Emergency sign-in, for an hour; then seal the account anew.
The password that the account had no longer works.
`, secret)
	return nil
}
