package web

import (
	"context"
	"net/http"
	"net/url"
	"path"
	"strings"

	"casefile/internal/auth"
	"casefile/internal/casework"
	"casefile/internal/fault"
	"casefile/internal/service"
	"casefile/internal/staff"
	"casefile/internal/web/frame"
)

// A visit is who makes the request, as the database knows them at this moment.
type visit struct {
	account auth.Account
	me      casework.Me
	as      staff.Assignment // the zero one until a role is chosen
}

func (v *visit) actor() casework.Actor { return casework.Actor{Worker: v.me.Worker.ID, As: v.as.ID} }

type visitKey struct{}

// visit is the visit of a request that came through known; nil otherwise.
func (s *Server) visit(r *http.Request) *visit {
	v, _ := r.Context().Value(visitKey{}).(*visit)
	return v
}

// actor is who asks casework, in which role.
func (s *Server) actor(r *http.Request) casework.Actor { return s.visit(r).actor() }

// known lets through who is signed in. Others are led to sign in, and back.
func (s *Server) known(do page) page {
	return func(w http.ResponseWriter, r *http.Request) error {
		v, err := s.whoIs(r)
		if fault.Is(err, fault.Unauthenticated) {
			return s.sendToSignIn(w, r)
		}
		if err != nil {
			return err
		}
		seenOf(r.Context()).worker = v.me.Worker.ID
		r2 := r.WithContext(context.WithValue(r.Context(), visitKey{}, v))
		if err = s.rememberTypist(w, r2, v.me.Worker.ID); err == nil {
			if err = s.unseal(r2, v.me.Worker.ID); err == nil {
				err = do(w, r2)
			}
		}
		if casework.ReasonNeeded(err) && s.askWhy(w, r2) {
			return nil
		}
		if err != nil {
			s.showError(w, r2, err) // here, where it is known whose frame to show it in
		}
		return nil
	}
}

func (s *Server) whoIs(r *http.Request) (*visit, error) {
	ctx := r.Context()
	ticket, ok := s.Sessions.Ticket(ctx)
	if !ok {
		return nil, errNotSignedIn
	}
	account, err := s.Auth.Current(ctx, ticket)
	if err != nil {
		return nil, err
	}
	me, err := s.Casework.Me(ctx, staff.ID(account.Worker))
	if err != nil {
		return nil, err
	}
	v := &visit{account: account, me: me}
	chosen := s.Sessions.ActingAs(ctx)
	for _, a := range me.Assignments {
		if len(me.Assignments) == 1 || string(a.ID) == chosen {
			v.as = a
		}
	}
	return v, nil
}

// inRole lets through who acts in a role and has a password of their own.
func (s *Server) inRole(do page) page {
	return func(w http.ResponseWriter, r *http.Request) error {
		v := s.visit(r)
		switch {
		case v.account.MustChange && s.typedInto(r):
			return errPasswordFirst
		case v.account.MustChange:
			return s.lead(w, r, "/password")
		case len(v.me.Assignments) == 0:
			return errNoRole
		case v.as.ID == "" && s.typedInto(r):
			return errRoleFirst
		case v.as.ID == "":
			return s.lead(w, r, "/role")
		}
		return do(w, r)
	}
}

// sendToSignIn leads to the sign-in page, and from there back. A script is told
// so, since to it a page would look like success; a form keeps what it sent.
func (s *Server) sendToSignIn(w http.ResponseWriter, r *http.Request) error {
	if r.Header.Get("Accept") == "application/json" {
		return writeJSON(w, http.StatusUnauthorized, struct{}{})
	}
	if s.typedInto(r) {
		return errNotSignedIn // the answer keeps what was typed
	}
	if s.Demo != nil && r.URL.Path == "/" {
		http.Redirect(w, r, "/demo", http.StatusSeeOther)
		return nil
	}
	return s.lead(w, r, "/sign-in")
}

// lead leads to a page that has to come first, and remembers where to.
func (s *Server) lead(w http.ResponseWriter, r *http.Request, to string) error {
	if r.Header.Get("Accept") == "application/json" {
		return writeJSON(w, http.StatusUnauthorized, struct{}{})
	}
	next := r.URL.Path // not the query: only the way to a page belongs in an address
	if r.Method == http.MethodPost {
		next = ""
	}
	http.Redirect(w, r, withNext(to, next), http.StatusSeeOther)
	return nil
}

// withNext adds the way back to the address of a page.
func withNext(to, next string) string {
	if next = localPath(next); next == "" || next == "/" || next == "/work" {
		return to
	}
	return to + "?next=" + url.QueryEscape(next)
}

// localPath is next if it is the path of a page of ours that can be looked at,
// and empty otherwise, so that nobody is led away to another site.
func localPath(next string) string {
	const longest = 200
	if !strings.HasPrefix(next, "/") || path.Clean(next) != next || len(next) > longest {
		return ""
	}
	for _, c := range []byte(next) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\\?#%:@", c) >= 0 {
			return ""
		}
	}
	return next
}

// home leads to the first page.
func (s *Server) home(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, "/work", http.StatusSeeOther)
	return nil
}

// frame is what stands around a page for this visitor.
func (s *Server) frame(r *http.Request) frame.Frame {
	f := frame.Frame{Authority: s.Authority, Child: service.Word{One: "child", Many: "children"}, Demo: s.Demo != nil}
	v := s.visit(r)
	if v == nil {
		return f
	}
	f.Worker = v.me.Worker.Name()
	if v.as.ID != "" && !v.account.MustChange {
		f.InRole = true
		f.MayFind = s.Casework.MayFind(v.as.Role)
		f.MaySeeRights = s.Casework.MaySeeRights(v.as.Role)
		f.MayMeet = s.Casework.MayMeet(v.as.Role)
		f.MayListCases = s.Casework.MayListCases(v.as.Role)
		f.Role, f.Team = s.Casework.RoleTitle(v.as.Role), v.as.TeamName
		f.SeveralRoles = len(v.me.Assignments) > 1
		if s.Casework.NeedsTraining(v.as.Role) {
			f.Lapsed = lapsed(v.me.Training, s.Casework.Today())
		}
		if svc, ok := s.Casework.Definition(v.as.Service); ok && svc.Words.Child.One != "" {
			f.Child = svc.Words.Child
		}
	}
	return f
}
