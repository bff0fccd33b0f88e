package main

import (
	"context"
	"errors"
	"fmt"

	"casefile/internal/date"
)

type watchCmd struct {
	dataDir
	Day string `placeholder:"YYYY-MM-DD" help:"The day whose looks to go through, before today. Without it, yesterday."`
}

// Run goes through the looks of a day. To run it again adds nothing.
func (c *watchCmd) Run(ctx context.Context) (err error) {
	day, err := date.Parse(c.Day)
	if err != nil {
		return fmt.Errorf("--day: %w", err)
	}
	h, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	if day.IsZero() {
		day = h.casework.Today().AddDays(-1)
	}
	hits, err := h.casework.Watch(ctx, day)
	if err != nil {
		return err
	}
	fmt.Printf("%s: %d new on the watch list.\n", day, hits)
	return nil
}
