package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"casefile/definitions"
	"casefile/internal/config"
	"casefile/internal/definition"
	"casefile/internal/store"
)

type definitionsCmd struct {
	Check definitionsCheckCmd `cmd:"" help:"Report every mistake in a folder of definitions, with its file and line, and what it changes."`
}

type definitionsCheckCmd struct {
	config.Database
	Data string `placeholder:"FOLDER" help:"Folder of the database, where --db names none. With either, what records use and is gone is a mistake; with neither, it is a warning."`
	Dir  string `arg:"" optional:"" help:"The folder; without it, the built-in definitions are checked."`
}

// Run checks the folder over the built-in definitions.
func (c *definitionsCheckCmd) Run(ctx context.Context) error {
	if c.Dir != "" {
		if _, err := os.Stat(c.Dir); err != nil {
			return err
		}
	}
	held, err := c.held(ctx)
	if err != nil {
		return err
	}
	ok, err := definition.Check(definitions.FS, c.Dir, held, os.Stdout)
	if err == nil && !ok {
		err = errors.New("the definitions have mistakes")
	}
	return err
}

// held is what the database that was named says of definitions: the kinds that its records
// use, and nothing of whom; nil where none was named.
func (c *definitionsCheckCmd) held(ctx context.Context) (*definition.Held, error) {
	if c.DB == "" && c.Data == "" {
		return nil, nil //nolint:nilnil // nobody asked for it
	}
	address, err := c.Address(os.LookupEnv, c.Data)
	if err != nil {
		return nil, err
	}
	db, err := openDatabase(ctx, address)
	if err != nil {
		return nil, err
	}
	held := &definition.Held{}
	err = db.View(ctx, func(r store.Reader) (err error) {
		held.Files = nil
		if held.Used, err = r.DefinitionsUsed(ctx); err != nil {
			return err
		}
		files, err := r.LatestDefinitions(ctx)
		if err != nil {
			return err
		}
		for _, f := range files {
			body, err := r.DefinitionBody(ctx, f.Hash)
			if err != nil {
				return err
			}
			held.Files = append(held.Files, definition.File{Path: f.Path, Hash: f.Hash, Body: string(body)})
		}
		return nil
	})
	if err := errors.Join(err, db.Close()); err != nil {
		return nil, fmt.Errorf("read what records use of the definitions: %w", err)
	}
	return held, nil
}
