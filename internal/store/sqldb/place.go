package sqldb

import (
	"context"
	"fmt"

	"casefile/internal/person"
)

// PlacesAt lists the addresses of a postcode, in the order of their lines.
func (t *tx) PlacesAt(ctx context.Context, postcode string, limit int) ([]person.Place, error) {
	return all(ctx, t, func(s scanner) (p person.Place, err error) {
		return p, s.Scan(&p.ID, &p.Postcode, &p.Line1, &p.Line2, &p.Town)
	}, "SELECT id, postcode, line1, line2, town FROM place WHERE postcode = $1 ORDER BY length(line1), line1, line2, id LIMIT $2", postcode, limit)
}

// KnownPlaces counts which of the addresses are there.
func (t *tx) KnownPlaces(ctx context.Context, places []person.Place) (n int, err error) {
	for _, p := range places {
		var there int
		if err := t.sql.QueryRowContext(ctx, "SELECT count(*) FROM place WHERE id = $1", p.ID).Scan(&there); err != nil {
			return 0, fmt.Errorf("look for a place: %w", err)
		}
		n += there
	}
	return n, nil
}

// SavePlaces takes up addresses; one that is there is brought up to date.
func (t *tx) SavePlaces(ctx context.Context, places []person.Place) error {
	for _, p := range places {
		_, err := t.exec(ctx, `
			INSERT INTO place (id, postcode, line1, line2, town) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (id) DO UPDATE SET postcode = excluded.postcode, line1 = excluded.line1, line2 = excluded.line2, town = excluded.town`,
			p.ID, p.Postcode, p.Line1, p.Line2, p.Town)
		if err != nil {
			return err
		}
	}
	return nil
}
