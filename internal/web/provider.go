package web

import (
	"context"
	"net/http"

	"casefile/internal/auth"
	"casefile/internal/casework"
	"casefile/internal/fault"
	"casefile/internal/oidc"
	"casefile/internal/staff"
	"casefile/internal/web/signin"
)

// GET /sign-in/provider
func (s *Server) leaveForProvider(w http.ResponseWriter, r *http.Request) error {
	next := r.URL.Query().Get("next")
	if _, err := s.whoIs(r); err == nil {
		return s.goOn(w, r, next)
	} else if !fault.Is(err, fault.Unauthenticated) {
		return err
	}
	address, trip, err := s.Provider.OIDC.Leave(r.Context(), localPath(next), r.URL.Query().Has("fresh"))
	if err != nil {
		return s.notIn(w, r, next, err)
	}
	if err := s.Sessions.Leave(r.Context(), trip.String(), oidc.TripLife); err != nil {
		return err
	}
	http.Redirect(w, r, address, http.StatusSeeOther)
	return nil
}

// GET /sign-in/provider/callback
func (s *Server) backFromProvider(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	trip, ok := oidc.ParseTrip(s.Sessions.Back(ctx))
	if !ok {
		// Somebody who is in, and went back in their browser, is still in.
		if _, err := s.whoIs(r); err == nil {
			return s.goOn(w, r, "")
		}
	}
	person, err := s.Provider.OIDC.Return(ctx, trip, r.URL.Query())
	if err != nil {
		return s.notIn(w, r, trip.Next, err)
	}
	account, err := s.admit(ctx, person)
	if err != nil {
		return s.notIn(w, r, trip.Next, err)
	}
	if err := s.Sessions.SignIn(ctx, account); err != nil {
		return err
	}
	s.Auth.SignedInByProvider(ctx, account)
	return s.goOn(w, r, trip.Next)
}

// admit finds the account of somebody whom the provider has named, or makes it,
// and brings its worker's roles into line with their groups. Whoever holds none
// then is out, in every browser.
func (s *Server) admit(ctx context.Context, p oidc.Person) (auth.Account, error) {
	identity := auth.Identity{Issuer: p.Issuer, Subject: p.Subject}
	account, err := s.Auth.ByIdentity(ctx, identity)
	if fault.Is(err, fault.NotFound) {
		if !s.Casework.HoldsByGroups(p.Groups) {
			return auth.Account{}, errNoGroupRole // and nothing is kept about them
		}
		account, err = s.Auth.NewIdentified(ctx, identity, p.Login)
	}
	if err != nil {
		return auth.Account{}, err
	}
	roles, err := s.Casework.KeepWorker(ctx, staff.ID(account.Worker), casework.Provided{
		Given: p.Given, Family: p.Family, Email: p.Email, Groups: p.Groups,
	})
	if err != nil {
		return auth.Account{}, err
	}
	if roles == 0 {
		if err := s.Auth.SignOutEverywhere(ctx, account.ID); err != nil {
			return auth.Account{}, err
		}
		return auth.Account{}, errNoGroupRole
	}
	return account, nil
}

// notIn says why somebody is not signed in, and how to try again. What is no
// ordinary refusal is for the operator.
func (s *Server) notIn(w http.ResponseWriter, r *http.Request, next string, err error) error {
	e, ok := asFault(err)
	switch kindOf(err) {
	case fault.Unauthenticated, fault.Refused:
	case fault.Unavailable:
		w.Header().Set("Retry-After", "60")
	default:
		return err
	}
	if !ok {
		return err
	}
	s.logError(r, err)
	return s.render(w, r, statusOf(err), signin.NotIn(signin.NotInPage{
		Frame: s.frame(r), Words: e.Message, Provider: s.Provider.Label, Again: afresh(next), Back: withNext("/sign-in", next),
		SignOutThere: s.Provider.OIDC.SignOutAddress(),
	}))
}

// afresh is the way to the provider for somebody whom what they did there did not
// let in: it asks them again.
func afresh(next string) string {
	if with := withNext("/sign-in/provider", next); with != "/sign-in/provider" {
		return with + "&fresh=yes"
	}
	return "/sign-in/provider?fresh=yes"
}

// GET /sign-in/emergency
func (s *Server) emergency(w http.ResponseWriter, r *http.Request) error {
	return s.render(w, r, http.StatusOK, signin.Emergency(signin.EmergencyPage{Frame: s.frame(r), LongestReason: auth.LongestReason}))
}

// POST /sign-in/emergency
func (s *Server) takeSealedSecret(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	login, reason := r.PostForm.Get("login"), r.PostForm.Get("reason")
	account, err := s.Auth.BreakSeal(ctx, login, r.PostForm.Get("secret"), reason, s.Proxies.Client(r))
	if again := problemsOf(err, "secret"); again != nil {
		return s.render(w, r, statusOf(err), signin.Emergency(signin.EmergencyPage{
			Frame: s.frame(r), Login: shortened(login), Reason: reason, LongestReason: auth.LongestReason, Problems: again,
		}))
	}
	if err != nil {
		return err
	}
	if err := s.Sessions.SignInFor(ctx, account, auth.EmergencyLife); err != nil {
		return err
	}
	s.Sessions.Tell(ctx, toldEmergency)
	return s.goOn(w, r, "")
}
