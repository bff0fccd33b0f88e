package web

import (
	"net/http"

	"casefile/internal/web/guide"
)

// GET /new-identity
//
// The page is about nobody, so no footprint says on which file somebody had it in mind.
func (s *Server) newIdentity(w http.ResponseWriter, r *http.Request) error {
	if v := s.visit(r); v == nil || !s.Casework.MayNewIdentity(v.as.Role) {
		return errNothing
	}
	return s.render(w, r, http.StatusOK, guide.NewIdentity(guide.NewIdentityPage{Frame: s.frame(r), Numbers: s.Casework.Numbers(), MayAdd: s.mayAdd(r)}))
}
