package casework

import (
	"encoding/json"

	"casefile/internal/footprint"
)

// UnusedReference is for the test that draws a reference twice.
var UnusedReference = unusedReference

// OpenDetail is for tests of what a footprint keeps sealed.
func (s *Service) OpenDetail(number int64, sealed []byte) (footprint.Detail, error) {
	var d footprint.Detail
	plain, err := s.keys.Open(sealed, detailPlace(number))
	if err != nil {
		return d, err
	}
	return d, json.Unmarshal(plain, &d)
}
