package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"casefile/definitions"
	"casefile/internal/access"
	"casefile/internal/casework"
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
	Role        string `placeholder:"ROLE" help:"Print this role alone."`
}

// Run prints the table of rights, for people to read: as the definitions have it,
// whether or not a second person approved it yet.
func (c *accessTableCmd) Run() error {
	defs, err := definition.Load(definitions.FS, c.Definitions)
	if err != nil {
		return err
	}
	if _, ok := defs.Role(access.Role(c.Role)); c.Role != "" && !ok {
		var known []string
		for _, r := range defs.Roles() {
			known = append(known, string(r.ID))
		}
		return fmt.Errorf("--role: no role is called %q; the roles are %s", c.Role, strings.Join(known, ", "))
	}
	return printGrid(os.Stdout, defs, access.Role(c.Role))
}

// printGrid prints the table of one role, or of each, aligned.
func printGrid(w io.Writer, defs *definition.Set, only access.Role) error {
	for _, r := range defs.Roles() {
		if only != "" && r.ID != only {
			continue
		}
		fmt.Fprintf(w, "%s (%s)\n", r.Title, r.ID)
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(t, "  PART\tACTION\tOUTCOME\tON THE GROUND OF\tLINE")
		for _, l := range defs.Access().Lines(r.ID) {
			fmt.Fprintf(t, "  %s\t%s\t%s\t%s\t%d\n", l.Part.Title(), l.Action.Title(), l.Outcome.Title(), l.On(), l.At)
		}
		fmt.Fprintln(t)
		if err := t.Flush(); err != nil {
			return err
		}
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, k := range slices.Concat(access.OutcomeKey(), access.GroundKey()) {
		fmt.Fprintf(t, "%s\t%s\n", k.Word, k.Means)
	}
	fmt.Fprintln(t, "\nWhat no line gives is as if it did not exist. Where several grounds hold, the most generous line counts.")
	fmt.Fprintln(t, "Whatever the table says, the whole file is as if it did not exist:")
	for _, bar := range access.Bars {
		fmt.Fprintf(t, "  %s.\n", bar.Bars())
	}
	return t.Flush()
}

type accessExplainCmd struct {
	dataDir
	Worker string `arg:"" help:"What the worker signs in with."`
	Child  string `arg:"" help:"The reference of the file."`
	Part   string `arg:"" optional:"" default:"timeline" help:"The part of the file."`
}

// Run takes the decisions and prints them in outline: what ties a worker to a
// child, or bars them, is not the operator's to know.
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
	e, err := h.casework.Explain(ctx, "job:access", staff.ID(account.Worker), ref, part)
	if err != nil {
		return err
	}
	printExplained(os.Stdout, e.Outline())
	return nil
}

func printExplained(w io.Writer, e casework.Explained) {
	if len(e.List) == 0 {
		fmt.Fprintln(w, "They hold no role today, so every file is absent to them.")
	}
	for _, x := range e.List {
		fmt.Fprintf(w, "%s in %s may %s.\n", x.Role, x.TeamName, x.Gives)
		if x.Rule.File != "" {
			fmt.Fprintf(w, "  By %s, line %d: %s.\n", x.Rule.File, x.Rule.Line, x.Decision.Ground.Title())
		} else {
			fmt.Fprintln(w, "  No line of the table counted.")
		}
		for _, b := range x.Bars {
			mark := "  "
			if b.Holds {
				mark = "  Bars: "
			}
			fmt.Fprintf(w, "%s%s.\n", mark, b.Words)
		}
		for _, b := range x.Grounds {
			fmt.Fprintf(w, "  %s.\n", b.Words)
		}
		for _, need := range x.Needs {
			fmt.Fprintf(w, "  %s\n", need)
		}
	}
}
