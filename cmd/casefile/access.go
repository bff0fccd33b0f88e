package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"casefile/definitions"
	"casefile/internal/access"
	"casefile/internal/definition"
	"casefile/internal/id"
	"casefile/internal/staff"
)

type accessCmd struct {
	Table   accessTableCmd   `cmd:"" help:"Print who gets what, on which ground."`
	Explain accessExplainCmd `cmd:"" help:"Say why a worker gets what they get of a file. Asking leaves a footprint."`
}

type accessTableCmd struct {
	Definitions string `env:"CASEFILE_DEFINITIONS" placeholder:"FOLDER" help:"Folder of definitions that override the built-in ones."`
}

// Run prints the table of rights, for people to read.
func (c *accessTableCmd) Run() error {
	defs, err := definition.Load(definitions.FS, c.Definitions)
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ROLE\tPART\tACTION\tGROUND\tOUTCOME")
	for _, r := range defs.Access().Rules() {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", r.Role, r.Part, r.Action, r.Ground, r.Outcome)
	}
	fmt.Fprintln(t, "\nWhat no line gives is absent. Where several grounds hold, the most generous line counts.")
	return t.Flush()
}

type accessExplainCmd struct {
	dataDir
	Worker string `arg:"" help:"What the worker signs in with."`
	Child  string `arg:"" help:"The reference of the file."`
	Part   string `arg:"" optional:"" default:"timeline" help:"The part of the file."`
}

// Run takes the decisions and prints them with their reasons.
func (c *accessExplainCmd) Run(ctx context.Context) (err error) {
	ref, err := id.ParseReference(c.Child)
	if err != nil {
		return errors.New("that is not a reference: its check character does not agree")
	}
	part := access.Part(c.Part)
	if !slices.Contains(access.Parts, part) {
		return fmt.Errorf("no part of a file is called %q; the parts are %v", c.Part, access.Parts)
	}
	h, account, err := c.account(ctx, c.Worker)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	list, err := h.casework.Explain(ctx, "job:access", staff.ID(account.Worker), ref, part)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		fmt.Println("They hold no role today, so every file is absent to them.")
	}
	for _, e := range list {
		grounds := "none"
		if len(e.Grounds) > 0 {
			words := make([]string, 0, len(e.Grounds))
			for _, g := range e.Grounds {
				words = append(words, string(g))
			}
			grounds = strings.Join(words, ", ")
		}
		fmt.Printf("%s in %s, to %s %s: %s\n  Grounds they have for this file: %s\n  %s\n",
			h.casework.RoleTitle(e.Role), e.TeamName, e.Action, part, e.Decision.Outcome, grounds, e.Decision.Why)
	}
	return nil
}
