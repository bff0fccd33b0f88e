package right

import (
	"casefile/internal/date"
	"casefile/internal/person"
)

// A Held is what an import brought about a child whose file is restricted, for
// those named on the restriction to decide on. Sealed is the row, encrypted.
type Held struct {
	ID       string
	Person   person.ID
	Sealed   []byte
	Recorded date.Stamp
	Decided  date.Stamp // zero until somebody decided on it
}
