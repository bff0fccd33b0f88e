package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"casefile/internal/casework"
	"casefile/internal/intake"
	"casefile/internal/population"
)

// What everybody can try in every demo; README names it.
const (
	triedPostcode = "ZX1 1AA"
	triedStreet   = "Otter Lane"
	triedTown     = "Marlowe"
)

// inventPlaces has the streets of the invented authority be found by their
// postcodes: where families live, as far as that is no secret, and the houses beside
// them, which say nothing of anybody.
func (h *house) inventPlaces(ctx context.Context, a *population.Authority) error {
	var file bytes.Buffer
	w := csv.NewWriter(&file)
	rows := [][]string{{"postcode", "line1", "town"}}
	for n := 1; n <= 19; n += 2 {
		rows = append(rows, []string{triedPostcode, strconv.Itoa(n) + " " + triedStreet, triedTown})
	}
	for family := range a.Families() {
		for _, child := range family.Children {
			for _, home := range child.Addresses {
				if home.Confidential {
					continue
				}
				for _, line := range besides(home.Line1) {
					rows = append(rows, []string{home.Postcode, line, home.Town})
				}
			}
		}
	}
	if err := w.WriteAll(rows); err != nil {
		return fmt.Errorf("write the invented streets: %w", err)
	}
	in, err := intake.NewPlaceReader(&file)
	if err != nil {
		return err
	}
	report, err := h.casework.ImportPlaces(ctx, in, casework.Import{Run: "demo-places", Commit: true, Problem: func(intake.Problem) {}})
	if err == nil && report.Bad > 0 {
		err = fmt.Errorf("%d of the invented streets are no addresses", report.Bad)
	}
	return err
}

// besides are an address and its neighbours on the same side of the street.
func besides(line string) []string {
	number, street, _ := strings.Cut(line, " ")
	n, err := strconv.Atoi(number)
	if err != nil {
		return []string{line}
	}
	var lines []string
	for k := n - 4; k <= n+4; k += 2 {
		if k > 0 {
			lines = append(lines, strconv.Itoa(k)+" "+street)
		}
	}
	return lines
}
