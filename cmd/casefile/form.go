package main

import (
	"errors"
	"os"

	"casefile/definitions"
	"casefile/internal/definition"
)

type formCmd struct {
	Check   formCheckCmd   `cmd:"" help:"Report every mistake in forms, with its file, line and column."`
	Try     formTryCmd     `cmd:"" help:"Hold documents to a form, and say what would be wrong with each."`
	Preview formPreviewCmd `cmd:"" help:"Show a form in a browser as its pages would be, with nothing saved."`
}

var errFormMistakes = errors.New("the form has mistakes")

type formCheckCmd struct {
	Definitions string   `help:"A folder of definitions that the form may name things of." type:"existingdir"`
	Files       []string `arg:"" name:"file" help:"Files of forms, such as NAME.v1.yaml."`
}

// Run checks the forms over the built-in definitions.
func (c *formCheckCmd) Run() error {
	forms, err := definition.CheckForms(definitions.FS, c.Definitions, c.Files, os.Stdout)
	if err == nil && forms == nil {
		err = errFormMistakes
	}
	return err
}
