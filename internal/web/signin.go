package web

import (
	"net/http"
	"strconv"
	"strings"

	"casefile/internal/auth"
	"casefile/internal/fault"
	"casefile/internal/web/frame"
	"casefile/internal/web/signin"
)

// Words that one page leaves for the next.
const (
	toldSignedOut  = "signed-out"
	toldFailures   = "failures:"
	toldRecorded   = "recorded:"
	toldSaved      = "saved"
	toldDropped    = "dropped"
	toldContact    = "contact"
	toldPassword   = "password"
	toldSeen       = "seen"
	toldAdded      = "added"
	toldEmergency  = "emergency"
	toldStated     = "stated"
	toldApproved   = "approved"
	toldTurnedDown = "turned-down"
	toldNoted      = "noted"
	toldMerged     = "merged"
	toldNever      = "never-same"
	toldMoved      = "moved"
	toldUndone     = "undone"
	toldRestricted = "restricted"
	toldLeft       = "restricted-left"
	toldLifted     = "lifted"
	toldTaken      = "taken-over"
	toldDeclared   = "declared"
	toldTakenBack  = "taken-back"
	toldTrained    = "trained"
	toldGranted    = "granted"
	toldEnded      = "grant-ended"
	toldListed     = "listed:"
	toldAside      = "set-aside"
	toldReported   = "reported"
	toldStep       = "step"
	toldAnswered   = "answered"
	toldCompleted  = "document-completed"
	toldAuthorised = "document-authorised"
	toldReturned   = "document-returned"
	toldUnsigned   = "document-unsigned"

	toldPlanned      = "plan-finished"
	toldPlanForced   = "plan-authorised"
	toldPlanReturned = "plan-returned"
	toldTakenOut     = "plan-part-out"
)

// GET /sign-in
func (s *Server) signIn(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.whoIs(r); err == nil {
		return s.goOn(w, r, r.URL.Query().Get("next"))
	} else if !fault.Is(err, fault.Unauthenticated) {
		return err
	}
	p := s.signInPage(r, r.URL.Query().Get("next"))
	p.SignedOut = s.Sessions.Told(r.Context()) == toldSignedOut
	return s.render(w, r, http.StatusOK, signin.SignIn(p))
}

func (s *Server) signInPage(r *http.Request, next string) signin.SignInPage {
	p := signin.SignInPage{Frame: s.frame(r), Next: localPath(next), Passwords: !s.NoPasswords}
	if s.Provider != nil {
		p.Provider, p.SignOutThere = s.Provider.Label, s.Provider.OIDC.SignOutAddress()
		p.Leave = withNext("/sign-in/provider", next)
	}
	return p
}

// goOn leads to where somebody was going, or to the first page.
func (s *Server) goOn(w http.ResponseWriter, r *http.Request, next string) error {
	if next = localPath(next); next == "" {
		next = "/work"
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

// POST /sign-in
func (s *Server) takePassword(w http.ResponseWriter, r *http.Request) error {
	if s.NoPasswords {
		http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
		return nil
	}
	ctx := r.Context()
	login, next := r.PostForm.Get("login"), localPath(r.PostForm.Get("next"))
	challenge, err := s.Auth.Password(ctx, login, r.PostForm.Get("password"), s.Proxies.Client(r))
	if again := problemsOf(err, "login"); again != nil {
		p := s.signInPage(r, next)
		p.Login, p.Problems = shortened(login), again
		return s.render(w, r, statusOf(err), signin.SignIn(p))
	}
	if err != nil {
		return err
	}
	if err := s.Sessions.Ask(ctx, challenge); err != nil {
		return err
	}
	http.Redirect(w, r, withNext("/sign-in/code", next), http.StatusSeeOther)
	return nil
}

// problemsOf are the problems that a form shows beside its fields: those of the
// error, or its words beside one field. It is nil for errors that are no
// mistake of the person at the screen.
func problemsOf(err error, field string) []fault.Problem {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Unauthenticated, fault.TooMany:
	default:
		return nil
	}
	e, ok := asFault(err)
	if !ok {
		return nil
	}
	if len(e.Problems) > 0 {
		return e.Problems
	}
	return []fault.Problem{{Field: field, Message: e.Message}}
}

// shortened keeps what was typed within what a field can be.
func shortened(s string) string {
	const most = 200
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "")
	}
	return s
}

// GET /sign-in/code
func (s *Server) code(w http.ResponseWriter, r *http.Request) error {
	if _, ok := s.Sessions.Asked(r.Context()); !ok {
		http.Redirect(w, r, withNext("/sign-in", r.URL.Query().Get("next")), http.StatusSeeOther)
		return nil
	}
	return s.render(w, r, http.StatusOK, signin.Code(signin.CodePage{Frame: s.frame(r), Next: localPath(r.URL.Query().Get("next"))}))
}

// POST /sign-in/code
func (s *Server) takeCode(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	next := localPath(r.PostForm.Get("next"))
	challenge, ok := s.Sessions.Asked(ctx)
	if !ok {
		http.Redirect(w, r, withNext("/sign-in", next), http.StatusSeeOther)
		return nil
	}
	account, err := s.Auth.Code(ctx, challenge, r.PostForm.Get("code"), s.Proxies.Client(r))
	if again := problemsOf(err, "code"); again != nil {
		return s.render(w, r, statusOf(err), signin.Code(signin.CodePage{Frame: s.frame(r), Next: next, Problems: again}))
	}
	if err != nil {
		return err
	}
	if err := s.Sessions.SignIn(ctx, account); err != nil {
		return err
	}
	if account.FailedBefore > 0 {
		s.Sessions.Tell(ctx, toldFailures+strconv.Itoa(account.FailedBefore))
	}
	return s.goOn(w, r, next)
}

// POST /sign-out
func (s *Server) signOut(w http.ResponseWriter, r *http.Request) error {
	_, in := s.Sessions.Ticket(r.Context())
	_, halfIn := s.Sessions.Asked(r.Context())
	if in || halfIn { // otherwise anybody could fill the store with empty sessions
		if err := s.Sessions.SignOut(r.Context()); err != nil {
			return err
		}
		s.Sessions.Tell(r.Context(), toldSignedOut) // begins an empty session
	}
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
	return nil
}

// GET /password
func (s *Server) password(w http.ResponseWriter, r *http.Request) error {
	if !s.hasPassword(r) {
		return errNoPassword
	}
	p := s.passwordPage(r, r.URL.Query().Get("next"), nil)
	p.Told = s.told(r)
	return s.render(w, r, http.StatusOK, signin.Password(p))
}

func (s *Server) passwordPage(r *http.Request, next string, ps []fault.Problem) signin.PasswordPage {
	account := s.visit(r).account
	return signin.PasswordPage{Frame: s.frame(r), Login: account.Login, Next: localPath(next), Forced: account.MustChange, Problems: ps}
}

// POST /password
func (s *Server) changePassword(w http.ResponseWriter, r *http.Request) error {
	if !s.hasPassword(r) {
		return errNoPassword
	}
	ctx := r.Context()
	next, chosen := r.PostForm.Get("next"), r.PostForm.Get("chosen")
	if chosen != r.PostForm.Get("again") {
		return s.render(w, r, http.StatusUnprocessableEntity, signin.Password(s.passwordPage(r, next, []fault.Problem{
			{Field: "again", Message: "The two new passwords are not the same"},
		})))
	}
	account, err := s.Auth.SetPassword(ctx, s.visit(r).account.ID, r.PostForm.Get("current"), chosen, s.Proxies.Client(r))
	if again := problemsOf(err, "current"); again != nil {
		for i, p := range again {
			if p.Field != "current" {
				again[i].Field = "chosen"
			}
		}
		return s.render(w, r, statusOf(err), signin.Password(s.passwordPage(r, next, again)))
	}
	if err != nil {
		return err
	}
	acting := s.Sessions.ActingAs(ctx)
	if err := s.Sessions.SignIn(ctx, account); err != nil {
		return err
	}
	s.Sessions.ActAs(ctx, acting)
	s.Sessions.Tell(ctx, toldPassword)
	return s.goOn(w, r, next)
}

// GET /role
func (s *Server) role(w http.ResponseWriter, r *http.Request) error {
	return s.rolePage(w, r, http.StatusOK, r.URL.Query().Get("next"), nil)
}

func (s *Server) rolePage(w http.ResponseWriter, r *http.Request, status int, next string, ps []fault.Problem) error {
	v := s.visit(r)
	if v.account.MustChange {
		return s.lead(w, r, "/password")
	}
	if len(v.me.Assignments) == 0 {
		return errNoRole
	}
	p := signin.RolePage{Frame: s.frame(r), Next: localPath(next), Current: string(v.as.ID), Problems: ps}
	for _, a := range v.me.Assignments {
		p.Roles = append(p.Roles, signin.Role{Assignment: string(a.ID), Title: s.Casework.RoleTitle(a.Role), Team: a.TeamName})
	}
	return s.render(w, r, status, signin.ChooseRole(p))
}

// POST /role
func (s *Server) chooseRole(w http.ResponseWriter, r *http.Request) error {
	for _, a := range s.visit(r).me.Assignments {
		if string(a.ID) == r.PostForm.Get("role") {
			s.Sessions.ActAs(r.Context(), string(a.ID))
			return s.goOn(w, r, r.PostForm.Get("next"))
		}
	}
	return s.rolePage(w, r, http.StatusUnprocessableEntity, r.PostForm.Get("next"), []fault.Problem{
		{Field: "role", Message: "Select the role you are working in"},
	})
}

// told is what the page before left to say.
func (s *Server) told(r *http.Request) frame.Told { return inWords(s.Sessions.Told(r.Context())) }

func inWords(word string) frame.Told {
	if n, ok := strings.CutPrefix(word, toldFailures); ok {
		count, err := strconv.Atoi(n)
		if err != nil {
			return frame.Told{}
		}
		return frame.Told{Important: true, Words: "You are signed in. Before this, " + were(count) +
			" to sign in with your login. If it was not you, change your password."}
	}
	if n, ok := strings.CutPrefix(word, toldListed); ok {
		count, err := strconv.Atoi(n)
		if err != nil {
			return frame.Told{}
		}
		return frame.Told{Words: openedWords(count)}
	}
	if words, ok := taskWords[word]; ok {
		return frame.Told{Words: words}
	}
	if words, ok := alertWords[word]; ok {
		return frame.Told{Words: words}
	}
	if words, ok := meetingWords[word]; ok {
		return frame.Told{Words: words}
	}
	if words, ok := personWords[word]; ok {
		return frame.Told{Words: words}
	}
	switch word {
	case toldSaved:
		return frame.Told{Words: "Your draft is saved."}
	case toldDropped:
		return frame.Told{Words: "The draft is thrown away."}
	case toldContact:
		return frame.Told{Words: "Your contact details are saved."}
	case toldPassword:
		return frame.Told{Words: "Your password is changed."}
	case toldCompleted:
		return frame.Told{Words: "It is completed."}
	case toldAuthorised:
		return frame.Told{Words: "It is authorised, and final."}
	case toldReturned:
		return frame.Told{Words: "It is returned. Whoever completed it was told."}
	case toldUnsigned:
		return frame.Told{Important: true, Words: "A colleague had signed what you changed, so their signature does not stand any more. Ask them to look at it and sign again."}
	case toldPlanned:
		return frame.Told{Words: "It is finished, under your name."}
	case toldPlanForced:
		return frame.Told{Words: "It is authorised, and in force."}
	case toldPlanReturned:
		return frame.Told{Words: "It is returned. Whoever wrote it was told."}
	case toldTakenOut:
		return frame.Told{Words: "It is taken out. What it said is kept until the plan is finished."}
	case toldAdded:
		return frame.Told{Words: "The file is on the record."}
	case toldEmergency:
		return frame.Told{Important: true, Words: "You are signed in with the emergency account, for an hour at most. Its sealed secret is used up: have the account sealed again."}
	case toldApproved:
		return frame.Told{Words: "The change is approved, and holds."}
	case toldTurnedDown:
		return frame.Told{Words: "The change is turned down. The rights stay as they are."}
	case toldStated:
		return frame.Told{Words: "Your reason is recorded, and those who work with them are told."}
	case toldNoted:
		return frame.Told{Words: "Your note is completed."}
	case toldMerged:
		return frame.Told{Words: "The two files are one. Whoever works with them is told."}
	case toldNever:
		return frame.Told{Words: "It is recorded that these two are never the same."}
	case toldMoved:
		return frame.Told{Words: "It stands on this record now. Whoever may have acted on it is told."}
	case toldUndone:
		return frame.Told{Words: "The correction is undone. Whoever may have acted on it is told."}
	case toldRestricted:
		return frame.Told{Words: "The file is restricted to those named. To everybody else it is not there."}
	case toldLeft:
		return frame.Told{Words: "The file is restricted. You are not named, so it is closed to you now."}
	case toldLifted:
		return frame.Told{Words: "The restriction is lifted."}
	case toldTaken:
		return frame.Told{Words: "What the import brought is on the file now."}
	case toldAside:
		return frame.Told{Words: "What the import brought is set aside."}
	case toldDeclared:
		return frame.Told{Words: "The file is closed to you, and your manager is told."}
	case toldTakenBack:
		return frame.Told{Words: "The connection is taken back."}
	case toldTrained:
		return frame.Told{Words: "The training is recorded."}
	case toldGranted:
		return frame.Told{Words: "The file is open to them for that time."}
	case toldEnded:
		return frame.Told{Words: "The file is closed to them."}
	case toldReported:
		return frame.Told{Words: "Your concern is reported to those who deal with it."}
	case toldStep:
		return frame.Told{Words: "That is recorded."}
	case toldAnswered:
		return frame.Told{Words: "Your answer is sent."}
	case toldSeen:
		return frame.Told{Words: "The notice is put aside."}
	}
	return frame.Told{Words: workWords[word]}
}

func were(failures int) string {
	if failures == 1 {
		return "there was 1 failed attempt"
	}
	return "there were " + strconv.Itoa(failures) + " failed attempts"
}

// signInAs is the last step of every way to sign in without a code.
func (s *Server) signInAs(w http.ResponseWriter, r *http.Request, a auth.Account) error {
	if err := s.Sessions.SignIn(r.Context(), a); err != nil {
		return err
	}
	return s.goOn(w, r, "")
}
