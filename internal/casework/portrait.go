package casework

import (
	"context"
	"fmt"

	"casefile/internal/fault"
	"casefile/internal/person"
	"casefile/internal/store"
)

// portrait is the photograph by which a person is known, small, with its day
// (CR-50, KF-10). It belongs to who they are: whoever sees that sees it.
func (s *Service) portrait(ctx context.Context, r store.Reader, p person.ID) (person.Portrait, error) {
	m, err := r.Portrait(ctx, p)
	if fault.Is(err, fault.NotFound) {
		return person.Portrait{}, nil
	}
	if err != nil {
		return person.Portrait{}, err
	}
	small, err := s.keys.Open(m.Sealed, thumbnailPlace(m.File))
	if err != nil {
		return person.Portrait{}, fmt.Errorf("open the thumbnail of file %s: %w", m.File, err)
	}
	return person.Portrait{JPEG: small, Dated: m.Dated}, nil
}
