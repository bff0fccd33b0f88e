package main

import (
	"slices"
	"testing"

	"casefile/definitions"
	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/form"
	"casefile/internal/population"
)

// Whatever has to be authorised is written by somebody at the demo's door and authorised by
// somebody else of the same team who stands there too.
func TestTheDoorHasWhoeverAuthorises(t *testing.T) {
	defs, err := definition.Load(definitions.FS, "")
	if err != nil {
		t.Fatal(err)
	}
	door := slices.DeleteFunc(population.New(1, 20, date.Must(2026, 3, 5)).Workers, func(w population.Worker) bool { return !w.Demo })
	is := func(roles []access.Role, w population.Worker) bool {
		return slices.Contains(roles, access.Role(w.Role))
	}
	checked := 0
	check := func(what, service string, write, authorise []access.Role) {
		checked++
		for _, w := range door {
			if w.Service == service && is(write, w) && slices.ContainsFunc(door, func(m population.Worker) bool {
				return m.TeamKey == w.TeamKey && m.Key != w.Key && is(authorise, m)
			}) {
				return
			}
		}
		t.Errorf("nobody at the door can write the %s of %s and have it authorised there", what, service)
	}
	roles := func(list []form.Word) (ids []access.Role) {
		for _, w := range list {
			ids = append(ids, access.Role(w.Text))
		}
		return ids
	}
	for _, f := range defs.Forms() {
		if !f.NoAuthorise {
			check(f.Name(), f.Service, roles(f.CompleteBy), roles(f.AuthoriseBy))
		}
	}
	for _, k := range defs.Plans() {
		if !k.NoAuthorise {
			check(k.Title, k.Service, k.WriteBy, k.AuthoriseBy)
		}
	}
	if checked < 6 {
		t.Errorf("%d forms and plans have to be authorised; that is not all", checked)
	}
}
