package plan

import (
	"strconv"
	"strings"
)

// A Difference is one thing that a version says otherwise than another. Of is what it is
// of: an outcome or an action, in words; empty for the plan as a whole.
type Difference struct {
	Of      string
	What    string
	Was, Is string
}

// Diff says what differs from one version to another, in the order of the later. who says
// in words who does an action.
func Diff(was, is Content, who func(Owner) string) []Difference {
	d := &differ{who: who}
	d.whole(was, is)
	for _, o := range is.Outcomes {
		before, old := was.Outcome(o.ID)
		d.of = short(o.Words)
		if !old {
			d.add(is.Words.Outcome, "", o.Words)
		}
		d.outcome(before, o, is.Words, old)
		for _, a := range o.Actions {
			before, from, old := was.Action(a.ID)
			d.of = short(a.Words)
			if !old {
				d.add(is.Words.Action, "", a.Words)
			}
			if old && from.ID != o.ID {
				d.add("What it serves", short(from.Words), short(o.Words))
			}
			d.action(before, a, is.Words, old)
		}
	}
	d.of = ""
	for _, t := range is.Targets {
		before, _ := was.Target(t.ID)
		d.add("What comes later", before.Words, t.Words)
	}
	for _, t := range was.Targets {
		if _, still := is.Target(t.ID); !still {
			d.add("What comes later", t.Words, "")
		}
	}
	return d.list
}

type differ struct {
	who  func(Owner) string
	of   string
	list []Difference
}

func (d *differ) add(what, was, is string) {
	if was != is {
		d.list = append(d.list, Difference{d.of, what, was, is})
	}
}

func (d *differ) whole(was, is Content) {
	d.add("What they say about the plan", was.ChildViews, is.ChildViews)
	d.add("What the parents or carers say", was.ParentViews, is.ParentViews)
	text := func(c Content, id string) string {
		for _, b := range c.Boxes {
			if b.ID == id {
				return b.Text
			}
		}
		return ""
	}
	for _, b := range is.Boxes {
		d.add(b.Title, text(was, b.ID), b.Text)
	}
	for _, b := range was.Boxes {
		if text(is, b.ID) == "" {
			d.add(b.Title, b.Text, "")
		}
	}
	d.add("To be reviewed by", was.Next.Long(), is.Next.Long())
}

var standing = map[Stands]string{GoesOn: "Goes on", Done: "Done", NotDone: "Not done", Reached: "Reached", Given: "Given up", Carried: "Carried to the next plan"}

// String is how something stands, in words.
func (s Stands) String() string { return standing[s] }

func (d *differ) outcome(was, is Outcome, w Words, old bool) {
	if old {
		d.add(w.Outcome, was.Words, is.Words)
		d.add("How it stands", was.Stands.String(), is.Stands.String())
	}
	d.add("In their own words", was.OwnWords, is.OwnWords)
	d.add(w.Need, was.Need, is.Need)
	d.add("Why", was.Why, is.Why)
	measured := func(m *Measured) string {
		if m == nil {
			return ""
		}
		return m.Title + ", " + m.On.Long() + ": " + m.Evidence
	}
	d.add("How far it has come", measured(was.Measured), measured(is.Measured))
}

func (d *differ) action(was, is Action, w Words, old bool) {
	if old {
		d.add(w.Action, was.Words, is.Words)
		d.add("How it stands", was.Stands.String(), is.Stands.String())
	}
	who := ""
	if old {
		who = d.who(was.Owner)
	}
	d.add("Who does it", who, d.who(is.Owner))
	d.add("Service", was.Service, is.Service)
	d.add("Starts", was.Start.Long(), is.Start.Long())
	d.add("Ends", was.End.Long(), is.End.Long())
	d.add("How pressing", was.Pressing, is.Pressing)
	place := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	d.add("Place in the order", place(was.Sequence), place(is.Sequence))
	marks := func(list []Value) string {
		titles := make([]string, len(list))
		for i, m := range list {
			titles[i] = m.Title
		}
		return strings.Join(titles, ", ")
	}
	d.add("Marked as", marks(was.Marks), marks(is.Marks))
	d.add("Why", was.Why, is.Why)
}
