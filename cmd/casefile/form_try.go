package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"casefile/definitions"
	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/form"
)

type formTryCmd struct {
	Definitions string   `help:"A folder of definitions that the form may name things of." type:"existingdir"`
	Today       string   `help:"The day to judge on, as YYYY-MM-DD; without it, today."`
	File        string   `arg:"" help:"The file of the form, such as NAME.v2.yaml."`
	Documents   []string `arg:"" name:"document" help:"Files of answers, as documents are kept (JSON)."`
}

// Run judges each document, whatever came of the one before. What it prints names questions
// and holds no answer.
func (c *formTryCmd) Run() error {
	on := date.Of(time.Now().In(date.London))
	if c.Today != "" {
		var err error
		if on, err = date.Parse(c.Today); err != nil || on.IsZero() {
			return fmt.Errorf("--today %q: a day is written YYYY-MM-DD", c.Today)
		}
	}
	var said strings.Builder
	forms, err := definition.CheckForms(definitions.FS, c.Definitions, []string{c.File}, &said)
	if err != nil {
		return err
	}
	if forms == nil {
		fmt.Print(said.String())
		return errFormMistakes
	}
	// That the form is free of mistakes says nothing of the documents yet.
	fmt.Printf("The form by itself: %s", said.String())
	fmt.Printf("The documents, as on %s, with nothing known of the person, their case and their other documents:\n", on.Long())
	t := trial{form: forms[0], file: c.File, in: form.Context{Today: on}}
	for _, name := range c.Documents {
		if err := t.try(os.Stdout, name); err != nil {
			return err
		}
	}
	return t.verdict(len(c.Documents))
}

// A trial holds documents to a form.
type trial struct {
	form *form.Form
	file string // as it was named
	in   form.Context

	unread, unfit, failed int // documents
}

// verdict is the error of a trial in which something is wrong.
func (t *trial) verdict(documents int) error {
	var wrong []string
	for _, of := range []struct {
		n     int
		words string
	}{{t.unread, "could not be read"}, {t.unfit, "could not be completed"}, {t.failed, "had the form fail to work something out"}} {
		if of.n > 0 {
			wrong = append(wrong, fmt.Sprintf("%d %s", of.n, of.words))
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	noun := "documents"
	if documents == 1 {
		noun = "document"
	}
	return fmt.Errorf("of %d %s, %s", documents, noun, strings.Join(wrong, " and "))
}

// try prints what is wrong with one document, at its line, with the line of the form that
// asks for it. The error is about reading the file and printing.
func (t *trial) try(w io.Writer, name string) error {
	body, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	answers, err := form.ParseAnswers(body)
	if err != nil {
		t.unread++
		line := 1
		if u, ok := errors.AsType[*form.Unreadable](err); ok {
			line = lineAt(body, u.Offset)
		}
		_, err = fmt.Fprintf(w, "%s:%d: %v\n", name, line, err)
		return err
	}
	var out strings.Builder
	lines := linesOf(body)
	for _, at := range t.form.Strange(answers) {
		fmt.Fprintf(&out, "%s:%d: %s: the form has no such question; the answer would be kept and count for nothing\n", name, lines.of("sections", at), at)
	}
	j, failures := t.form.Try(answers, t.in)
	for _, p := range j.Problems {
		at := placeOf(p)
		place, ok := t.form.Asked(p.Section, p.Question, p.Sub)
		if p.Rule != "" {
			place, ok = t.form.RuleAt(p.Rule)
		}
		asked := ""
		if ok {
			asked = fmt.Sprintf(" (%s:%d)", t.file, place.Line)
		}
		fmt.Fprintf(&out, "%s:%d: %s: %s%s\n", name, lines.of("sections", pathOf(p)), at, p.Words, asked)
	}
	for _, f := range failures {
		fmt.Fprintf(&out, "%s:%d:%d: with the answers of %s this cannot be worked out, and counts as not known: %s\n", t.file, f.At.Line, f.At.Column, name, f.Why)
	}
	if len(failures) > 0 {
		t.failed++
	}
	if j.Ready() {
		fmt.Fprintf(&out, "%s: could be completed\n", name)
	} else {
		t.unfit++
	}
	_, err = io.WriteString(w, out.String())
	return err
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

// pathOf is where its answer stands in a document.
func pathOf(p form.Problem) string {
	parts := []string{p.Section, p.Question}
	switch {
	case p.Row != "":
		parts = append(parts, p.Row)
	case p.Sub != "":
		parts = append(parts, strconv.Itoa(p.Item))
	}
	return strings.Join(slices.DeleteFunc(append(parts, p.Sub), func(s string) bool { return s == "" }), ".")
}

// docLines are the lines on which the names of a document stand, by their path.
type docLines map[string]int

// of is the line of a path or, where nothing stands there, of what is around it.
func (l docLines) of(parts ...string) int {
	for path := strings.Join(parts, "."); ; {
		if line, ok := l[path]; ok {
			return line
		}
		i := strings.LastIndex(path, ".")
		if i < 0 {
			return 1
		}
		path = path[:i]
	}
}

// linesOf goes through JSON that can be read.
func linesOf(body []byte) docLines {
	lines := docLines{}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var walk func(path string)
	walk = func(path string) {
		t, err := d.Token()
		if err != nil {
			return
		}
		in := func(name string) string { return strings.TrimPrefix(path+"."+name, ".") }
		switch t {
		case json.Delim('{'):
			for d.More() {
				key, err := d.Token()
				name, ok := key.(string)
				if err != nil || !ok {
					return
				}
				lines[in(name)] = lineAt(body, d.InputOffset())
				walk(in(name))
			}
			_, _ = d.Token() // the bracket; the text was read before
		case json.Delim('['):
			for i := 0; d.More(); i++ {
				name := in(strconv.Itoa(i))
				walk(name)
				if _, ok := lines[name]; !ok {
					lines[name] = lineAt(body, d.InputOffset())
				}
			}
			_, _ = d.Token()
		}
	}
	walk("")
	return lines
}

// lineAt is the line of an offset, counted from 1.
func lineAt(body []byte, offset int64) int {
	return 1 + bytes.Count(body[:min(int(offset), len(body))], []byte("\n"))
}
