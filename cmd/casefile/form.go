package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"casefile/definitions"
	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/form"
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

type formTryCmd struct {
	Definitions string   `help:"A folder of definitions that the form may name things of." type:"existingdir"`
	Today       string   `help:"The day to judge on, as YYYY-MM-DD; without it, today."`
	File        string   `arg:"" help:"The file of the form, such as NAME.v2.yaml."`
	Documents   []string `arg:"" name:"document" help:"Files of answers, as documents are kept (JSON)."`
}

// Run judges each document. What it prints names questions and holds no answer.
func (c *formTryCmd) Run() error {
	on := date.Of(time.Now().In(date.London))
	if c.Today != "" {
		var err error
		if on, err = date.Parse(c.Today); err != nil || on.IsZero() {
			return fmt.Errorf("--today %q: a day is written YYYY-MM-DD", c.Today)
		}
	}
	forms, err := definition.CheckForms(definitions.FS, c.Definitions, []string{c.File}, os.Stdout)
	if err != nil {
		return err
	}
	if forms == nil {
		return errFormMistakes
	}
	broken := 0
	for _, name := range c.Documents {
		ok, err := try(os.Stdout, forms[0], name, form.Context{Today: on})
		if err != nil {
			return err
		}
		if !ok {
			broken++
		}
	}
	if broken > 0 {
		return fmt.Errorf("%d of %d documents could not be completed", broken, len(c.Documents))
	}
	return nil
}

// try prints what is wrong with one document. It is true where nothing is.
func try(w io.Writer, f *form.Form, name string, c form.Context) (bool, error) {
	body, err := os.ReadFile(name)
	if err != nil {
		return false, err
	}
	answers, err := form.ParseAnswers(body)
	if err != nil {
		return false, fmt.Errorf("%s: %w", name, err)
	}
	var out strings.Builder
	for _, at := range f.Strange(answers) {
		fmt.Fprintf(&out, "%s: %s: the form has no such question; the answer would be kept and count for nothing\n", name, at)
	}
	j := f.Judge(answers, c)
	for _, p := range j.Problems {
		fmt.Fprintf(&out, "%s: %s: %s\n", name, placeOf(p), p.Words)
	}
	if j.Ready() {
		fmt.Fprintf(&out, "%s: could be completed\n", name)
	}
	_, err = io.WriteString(w, out.String())
	return j.Ready(), err
}

// placeOf is where a problem stands, as a definition names it.
func placeOf(p form.Problem) string {
	at := p.Section
	if p.Question != "" {
		at += "." + p.Question
	}
	switch {
	case p.Row != "":
		at += "." + p.Row
	case p.Sub != "":
		at += fmt.Sprintf("[%d]", p.Item+1)
	}
	if p.Sub != "" {
		at += "." + p.Sub
	}
	if at == "" {
		at = "rule " + p.Rule
	}
	return at
}
