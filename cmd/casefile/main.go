// Casefile is the record system of a children's service, in one program.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // days and ages are London's wherever the program runs

	"github.com/alecthomas/kong"
)

// commands are what the program does; each has a file of its name.
type commands struct {
	Serve       serveCmd       `cmd:"" help:"Serve the pages."`
	Demo        demoCmd        `cmd:"" help:"Serve an invented authority, on this machine only, to try Casefile with."`
	Migrate     migrateCmd     `cmd:"" help:"Make the database, or bring it up to date."`
	User        userCmd        `cmd:"" help:"Add, disable or reset somebody who signs in."`
	Definitions definitionsCmd `cmd:"" help:"Check a folder of definitions."`
	Form        formCmd        `cmd:"" help:"Check a form, or try documents with it."`
	Access      accessCmd      `cmd:"" help:"Print the table of rights, or explain a decision."`
	Watch       watchCmd       `cmd:"" help:"Go through the looks of a day for the watch list, as the server does every night."`
	Bench       benchCmd       `cmd:"" help:"Measure this machine and program."`
	Import      importCmd      `cmd:"" help:"Read people, relationships or addresses from a file."`
	Invent      inventCmd      `cmd:"" help:"Invent data to try things with."`
}

func main() { os.Exit(run(os.Args[1:])) }

// run gives the exit status: 0 for done, 1 for a command that failed, 2 for one
// that was typed wrong.
func run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c commands
	parser, err := kong.New(&c,
		kong.Name("casefile"),
		kong.Description("The record system of a children's service."),
		kong.UsageOnError(),
		kong.BindTo(ctx, (*context.Context)(nil)),
	)
	if err != nil {
		fmt.Fprintln(os.Stderr, "casefile:", err)
		return 1
	}
	command, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "casefile:", err)
		if parse, ok := errors.AsType[*kong.ParseError](err); ok {
			parser.Stdout = os.Stderr // help that nobody asked for is no output
			_ = parse.Context.PrintUsage(true)
		}
		return 2
	}
	if err := command.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "casefile:", sentence(err))
		return 1
	}
	return 0
}
