package genogram

import (
	"slices"
	"strconv"
	"strings"

	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/genogram"
	"casefile/internal/person"
	"casefile/internal/web/file"
	"casefile/internal/web/frame"
)

// Page is the drawing of a family on a day.
type Page struct {
	file.File
	casework.Kinship
	Known            file.KnownOn
	Masked           bool
	Slid             bool   // the slider was moved, and its place stands in the address
	Day, Month, Year string // as typed
	Problems         []fault.Problem
}

// There is where the drawing stands among the pages of a file.
const There = "/genogram"

var shapes = map[string]genogram.Shape{
	person.Descent: genogram.Descent, person.Union: genogram.Union, person.Sibling: genogram.Beside, person.Kin: genogram.Loose,
	person.Care: genogram.Loose, person.Bond: genogram.Loose, person.Tie: genogram.Tie,
}

var sexes = map[string]genogram.Sex{"M": genogram.Male, "F": genogram.Female}

// picture lays the family out, with whoever was born by the day.
func (p Page) picture() Picture {
	pic := Picture{Labels: map[string]Label{}, Title: "Genogram of " + p.Header.DisplayName()}
	var people []genogram.Person
	for _, k := range p.shown() {
		key := string(k.Who.ID)
		people = append(people, genogram.Person{
			Key: key, Sex: sexes[k.Who.Gender], Born: k.Who.Born.String(), Index: k.Index, Dead: p.dead(k.Who), Unborn: k.Who.Exactness == person.Expected,
		})
		pic.Labels[key] = Label{Name: k.Who.Name.Full(), Detail: p.age(k.Who)}
	}
	var relations []genogram.Relation
	for _, l := range p.Links {
		shape := shapes[l.Kind.Shape]
		// An aunt is of the generation that her kind says, whatever her age.
		if shape == genogram.Loose && l.Kind.Draw.Above > 0 {
			shape = genogram.Beside
		}
		// Whoever looks after somebody of a later generation hangs above them.
		if l.Kind.Shape == person.Care && l.Kind.Draw.Above > 0 {
			shape = genogram.Descent
		}
		relations = append(relations, genogram.Relation{
			First: string(l.Person), Second: string(l.Other), Shape: shape, Generations: l.Kind.Draw.Above,
			Line: genogram.Line{Style: l.Kind.Draw.Line, Strokes: l.Kind.Draw.Strokes},
		})
	}
	var homes [][]string
	for _, h := range p.Homes {
		var keys []string
		for _, id := range h {
			keys = append(keys, string(id))
		}
		homes = append(homes, keys)
	}
	pic.Drawing = genogram.Draw(people, relations, homes)
	pic.Says = frame.Count(len(people), "person", "people") + " and " + frame.Count(len(p.Links), "relationship", "relationships") + " on " + p.On.Long() +
		". The tables below the picture say the same in words."
	return pic
}

// shown are those who were born by the day, or are not yet.
func (p Page) shown() []casework.Kin {
	return slices.DeleteFunc(slices.Clone(p.People), func(k casework.Kin) bool {
		return !k.Index && k.Who.Exactness != person.Expected && k.Who.Born.After(p.On)
	})
}

func (p Page) dead(h person.Header) bool { return h.Dead && (h.Died.IsZero() || !h.Died.After(p.On)) }

// age is what stands below a name.
func (p Page) age(h person.Header) string {
	switch {
	case h.Exactness == person.Expected:
		return "expected"
	case p.dead(h) && !h.Died.IsZero():
		return "died " + strconv.Itoa(h.Died.Year())
	case p.dead(h):
		return "died"
	case h.Born.IsZero():
		return "age not known"
	case h.Born.After(p.On):
		return "not born yet"
	}
	return "age " + strconv.Itoa(h.Born.Age(p.On))
}

// name is what somebody of the drawing is called.
func (p Page) name(id person.ID) string {
	for _, k := range p.People {
		if k.Who.ID == id {
			return k.Who.DisplayName()
		}
	}
	return ""
}

func (p Page) gender(id person.ID) string {
	for _, k := range p.People {
		if k.Who.ID == id {
			return k.Who.Gender
		}
	}
	return ""
}

// before and after are the nearest days on which something else was so; zero where
// there is none.
func (p Page) before() date.Date {
	var last date.Date
	for _, d := range p.Days {
		// The day itself began with a change: what was before it is the day before.
		if !d.After(p.On) {
			last = d.AddDays(-1)
		}
	}
	return last
}

func (p Page) after() date.Date {
	for _, d := range p.Days {
		if d.After(p.On) {
			return d
		}
	}
	if today := p.AsOf(); p.On.Before(today) {
		return today
	}
	return date.Date{}
}

func (p Page) link(on date.Date) string {
	href := frame.File(p.Header) + There + p.KnownQuery()
	if on != p.AsOf() {
		sign := "?"
		if !p.File.Known.IsZero() {
			sign = "&"
		}
		href += sign + "on=" + on.String()
	}
	return href
}

// history is the address of a page that was come to by the slider: the day stays
// what it is where something is recorded between.
func (p Page) history() string { return p.link(p.On) }

// step is where the slider stands: at the last day on which something changed, up
// to the day shown.
func (p Page) step(steps []date.Date) int {
	at := 0
	for i, d := range steps {
		if !d.After(p.On) {
			at = i
		}
	}
	return at
}

// saidDays are the days of the slider, for the script that says where it stands.
func saidDays(steps []date.Date) string {
	said := make([]string, len(steps))
	for i, d := range steps {
		said[i] = d.Long()
	}
	return strings.Join(said, "|")
}

// A stay is the time of somebody in a household, as a bar.
type stay struct {
	name  string
	homes string
}

// homes says who lives with whom, for the table.
func (p Page) homes() []stay {
	var out []stay
	for i, h := range p.Homes {
		var names string
		for j, id := range h {
			if j > 0 {
				names += ", "
			}
			names += p.name(id)
		}
		out = append(out, stay{"Household " + strconv.Itoa(i+1), names})
	}
	return out
}
