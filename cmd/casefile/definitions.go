package main

import (
	"errors"
	"os"

	"casefile/definitions"
	"casefile/internal/definition"
)

type definitionsCmd struct {
	Check definitionsCheckCmd `cmd:"" help:"Report every mistake in a folder of definitions, with its file and line."`
}

type definitionsCheckCmd struct {
	Dir string `arg:"" optional:"" help:"The folder; without it, the built-in definitions are checked."`
}

// Run checks the folder over the built-in definitions.
func (c *definitionsCheckCmd) Run() error {
	if c.Dir != "" {
		if _, err := os.Stat(c.Dir); err != nil {
			return err
		}
	}
	ok, err := definition.Check(definitions.FS, c.Dir, os.Stdout)
	if err == nil && !ok {
		err = errors.New("the definitions have mistakes")
	}
	return err
}
