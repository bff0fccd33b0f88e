package casework

import (
	"casefile/internal/access"
	"casefile/internal/person"
)

// MayNewIdentity reports whether a role can do either of what a new identity takes: to
// restrict a file, or to make one. What it does is the ordinary thing each time, and
// nothing in the program says that the two belong together.
func (s *Service) MayNewIdentity(role access.Role) bool {
	restricts := s.set().Access().Scope(access.Viewer{Role: role}, access.Restriction, access.Change, access.Shown).Gives
	return len(restricts) > 0 || s.MayAddChild(role)
}

// Numbers are the kinds of number, for words about them.
func (s *Service) Numbers() []person.NumberKind { return s.set().People().Numbers }
