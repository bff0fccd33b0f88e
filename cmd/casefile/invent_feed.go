package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"time"

	"casefile/internal/date"
	"casefile/internal/population"
)

type inventCmd struct {
	Feed inventFeedCmd `cmd:"" help:"Write what another agency's system would send of invented children, with its mistakes."`
}

type inventFeedCmd struct {
	File     string `arg:"" help:"The CSV file to write; there must be none of this name."`
	Truth    string `required:"" placeholder:"FILE" help:"Write who each line is about and what is wrong with it, apart from the feed."`
	Children int    `default:"2000" help:"How many children to invent. A demo of as many, from the same seed and of the same day, has the same."`
	Seed     uint64 `default:"1" help:"What to invent from: the same seed invents the same feed."`
	Day      string `placeholder:"DATE" help:"The day on which the feed is sent, such as 2026-03-05; today if left out."`
}

// Run writes the feed a row at a time.
func (c *inventFeedCmd) Run() (err error) {
	day := date.At(time.Now()).Date()
	if c.Day != "" {
		if day, err = date.Parse(c.Day); err != nil {
			return errors.New("--day: must be a date such as 2026-03-05")
		}
	}
	if c.Children < 1 {
		return errors.New("--children: must be at least 1")
	}
	feed, err := os.OpenFile(c.File, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, feed.Close()) }()
	truth, err := os.OpenFile(c.Truth, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, truth.Close()) }()
	f, t := bufio.NewWriter(feed), bufio.NewWriter(truth)
	n, err := population.WriteFeed(f, t, population.New(c.Seed, c.Children, day).Feed(c.Children))
	if err = errors.Join(err, f.Flush(), t.Flush()); err != nil {
		return fmt.Errorf("write the feed: %w", err)
	}
	fmt.Printf("%d rows of %d invented children.\n", n, c.Children)
	return nil
}
