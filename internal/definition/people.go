package definition

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"casefile/internal/person"
)

// readRelations reads people/relationships.yaml.
func (l *loader) readRelations(d *document, root ast.Node) {
	m, ok := d.mapping(root, "the file of relationships", "kinds", "whereabouts")
	if !ok {
		return
	}
	seen := map[string]position{}
	for _, n := range m.list("kinds") {
		k, ok := d.mapping(n, "a kind of relationship", "id", "first", "second", "shape", "parental", "ended", "draw", "source")
		if !ok {
			continue
		}
		kind := person.RelationKind{ID: k.id("id")}
		k.once(seen, "id", kind.ID)
		kind.First, kind.Second = d.relationWords(k, "first"), d.relationWords(k, "second")
		kind.Shape, _ = k.word("shape", "shape", person.Shapes)
		kind.Parental, _ = k.flag("parental")
		kind.Ended, _ = k.flag("ended")
		kind.Draw = d.drawn(k)
		kind.Source = k.source("source")
		l.set.relations.List = append(l.set.relations.List, kind)
	}
	whose := map[string]position{}
	for _, n := range m.list("whereabouts") {
		w, ok := d.mapping(n, "a parent", "id", "title", "kind", "gender", "source")
		if !ok {
			continue
		}
		of := person.Whose{ID: w.id("id")}
		w.once(whose, "id", of.ID)
		of.Title, of.Kind, of.Gender = w.text("title"), w.text("kind"), w.text("gender")
		if _, known := seen[of.Kind]; of.Kind != "" && !known {
			w.report(w.place("kind"), "there is no kind of relationship %s%s", quote(of.Kind), meant(of.Kind, slices.Sorted(maps.Keys(seen))))
		}
		w.source("source")
		l.set.relations.Whose = append(l.set.relations.Whose, of)
	}
}

// drawn reads how a genogram has a kind of relationship.
func (d *document) drawn(m *mapping) person.Draw {
	draw := person.Draw{Line: person.Lines[0]}
	if !m.has("draw") {
		return draw
	}
	w, ok := d.mapping(m.values["draw"], "the drawing of "+m.String(), "above", "line", "strokes")
	if !ok {
		return draw
	}
	if w.has("above") {
		draw.Above = w.number("above", 0, 5)
	}
	if w.has("line") {
		draw.Line, _ = w.word("line", "line", person.Lines)
	}
	if w.has("strokes") {
		draw.Strokes = w.number("strokes", 0, 2)
	}
	return draw
}

// relationWords reads what somebody is called in a relationship.
func (d *document) relationWords(m *mapping, key string) person.Words {
	if !m.has(key) {
		m.report(m.at, "%s has no %s", m, key)
		return person.Words{}
	}
	w, ok := d.mapping(m.values[key], "the words for the "+key, "any", "F", "M")
	if !ok {
		return person.Words{}
	}
	words := person.Words{Any: w.text("any"), By: map[string]string{}}
	for _, gender := range []string{"F", "M"} {
		if word := w.optionalText(gender); word != "" {
			words.By[gender] = word
		}
	}
	return words
}

// Relations are the kinds of relationship.
func (s *Set) Relations() person.RelationKinds { return s.relations }

// readCharacteristics reads people/characteristics.yaml.
func (l *loader) readCharacteristics(d *document, root ast.Node) {
	m, ok := d.mapping(root, "the file of coded facts", "kinds")
	if !ok {
		return
	}
	seen := map[string]position{}
	for _, n := range m.list("kinds") {
		k, ok := d.mapping(n, "a kind of fact", "id", "set", "title", "group", "many", "alone", "source")
		if !ok {
			continue
		}
		kind := person.CharacteristicKind{ID: k.id("id"), Set: k.optionalText("set"), Title: k.optionalText("title")}
		k.once(seen, "id", kind.ID)
		kind.Group, _ = k.word("group", "group", []string{person.InIdentity, person.InNeeds})
		kind.Many, _ = k.flag("many")
		kind.Source = k.source("source")
		if k.has("alone") {
			for _, code := range k.list("alone") {
				text, _ := k.plain(code, "alone")
				kind.Alone = append(kind.Alone, text)
			}
		}
		if kind.Set == "" && kind.Title == "" {
			k.report(k.at, "%s has neither a set nor a title", k)
		}
		if kind.Set != "" {
			l.wantedSets = append(l.wantedSets, wantedSet{d, k.place("set"), kind.Set})
		}
		l.set.people.Kinds = append(l.set.people.Kinds, kind)
	}
}

// A wantedSet is a code set that something names.
type wantedSet struct {
	d   *document
	at  position
	set string
}

// checkPeople reports code sets that there are none of, and facts that services
// want and nobody records.
func (l *loader) checkPeople() {
	for _, w := range l.wantedSets {
		if _, ok := l.set.CodeSet(w.set); !ok && !l.broken["codesets"] {
			w.d.report(w.at, "there is no code set %s", quote(w.set))
		}
	}
	known := []string{person.NameWanted, person.BirthWanted, person.AddressWanted, person.PhoneWanted}
	for _, k := range l.set.people.Kinds {
		known = append(known, k.ID)
	}
	for _, w := range l.wantedFacts {
		if !slices.Contains(known, w.set) && !l.broken["people"] {
			w.d.report(w.at, "nobody records the fact %s%s", quote(w.set), meant(w.set, known))
		}
	}
}

// readNumbers reads people/identifiers.yaml.
func (l *loader) readNumbers(d *document, root ast.Node) {
	m, ok := d.mapping(root, "the file of numbers", "numbers")
	if !ok {
		return
	}
	seen := map[string]position{}
	for _, n := range m.list("numbers") {
		k, ok := d.mapping(n, "a number", "id", "title", "check", "areas", "hint", "blind", "new_identity", "source")
		if !ok {
			continue
		}
		kind := person.NumberKind{ID: k.id("id"), Title: k.text("title"), Hint: k.text("hint"), Source: k.source("source")}
		k.once(seen, "id", kind.ID)
		kind.Check, _ = k.word("check", "way to check", person.Checks)
		kind.Blind, _ = k.flag("blind")
		kind.NewIdentity = k.optionalText("new_identity")
		for _, word := range strings.Fields(k.optionalText("areas")) {
			var a person.Area
			if _, err := fmt.Sscanf(word, "%d-%d", &a.From, &a.To); err != nil {
				if _, err := fmt.Sscanf(word, "%d", &a.From); err != nil {
					k.report(k.place("areas"), "%s is not a number or two with a hyphen, such as 201-213", quote(word))
				}
				a.To = a.From
			}
			kind.Areas = append(kind.Areas, a)
		}
		if kind.Check == person.CheckUPN && len(kind.Areas) == 0 {
			k.report(k.at, "%s has no areas, so every number would be refused", k)
		}
		l.set.people.Numbers = append(l.set.people.Numbers, kind)
	}
}

// wanted reads which facts a service wants known of everybody.
func (l *loader) wanted(m *mapping) []person.Wanted {
	if !m.has("wanted") {
		return nil
	}
	var list []person.Wanted
	seen := map[string]position{}
	for _, n := range m.list("wanted") {
		k, ok := m.document.mapping(n, "a wanted fact", "fact", "given", "unless", "source")
		if !ok {
			continue
		}
		w := person.Wanted{Fact: k.id("fact"), Source: k.source("source"), Given: k.optionalText("given")}
		k.once(seen, "fact", w.Fact)
		l.wantedFacts = append(l.wantedFacts, wantedSet{m.document, k.place("fact"), w.Fact})
		if w.Given != "" {
			l.wantedFacts = append(l.wantedFacts, wantedSet{m.document, k.place("given"), w.Given})
		}
		if k.has("unless") {
			for _, code := range k.list("unless") {
				text, _ := k.plain(code, "unless")
				w.Unless = append(w.Unless, text)
			}
		}
		list = append(list, w)
	}
	return list
}

// mostCheckMonths bounds for how long an address is taken to be so.
const mostCheckMonths = 120

// readAddresses reads people/addresses.yaml.
func (l *loader) readAddresses(d *document, root ast.Node) {
	m, ok := d.mapping(root, "the file of addresses", "check_after_months", "source")
	if !ok {
		return
	}
	l.set.people.CheckAfter = m.number("check_after_months", 1, mostCheckMonths)
	m.source("source")
}

// People is what the definitions say about people.
func (s *Set) People() person.Practice { return s.people }
