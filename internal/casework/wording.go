package casework

import "casefile/internal/wording"

// Wording points out what a reader may stumble over in what somebody writes: by the
// definitions in force, and for nobody but them.
func (s *Service) Wording(text string) []wording.Remark { return s.set().Wording().Look(text) }
