package population

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A template is text with places such as {name} in it; {Name} begins with a
// capital.
type template []piece

type piece struct {
	text    string // or, with slot, what stands in the place
	slot    bool
	capital bool
}

func parse(s string) template {
	var t template
	for s != "" {
		before, rest, found := strings.Cut(s, "{")
		if before != "" {
			t = append(t, piece{text: before})
		}
		if !found {
			break
		}
		slot, after, closed := strings.Cut(rest, "}")
		if !closed || slot == "" {
			panic("a place that is not closed in " + s)
		}
		lower := strings.ToLower(slot)
		t = append(t, piece{text: lower, slot: true, capital: lower != slot})
		s = after
	}
	return t
}

func (t template) render(s *scene) string {
	if len(t) == 1 && !t[0].slot {
		return t[0].text
	}
	var b strings.Builder
	t.renderTo(&b, s)
	return b.String()
}

func (t template) renderTo(b *strings.Builder, s *scene) {
	for _, p := range t {
		text := p.text
		if p.slot {
			text = s.word(p.text)
		}
		if p.capital {
			text = capital(text)
		}
		b.WriteString(text)
	}
}

func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 || unicode.IsUpper(r) {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// A scene is what the places of one entry stand for. People and days are the
// same throughout it; the rest is drawn for each place.
type scene struct {
	d                    dice
	places               map[string][]string
	who                  *subject
	relative, day, staff string
	setting              string
	course               int
}

var weekdays = []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday"}

func (a *Authority) scene(d dice, who *subject, age int) *scene {
	s := &scene{d: d, places: a.data.places, who: who, relative: one(d, who.carers), day: one(d, weekdays)}
	s.course = d.below(len(a.data.places["course"]))
	staff := "professional-school"
	switch {
	case age < 5:
		s.setting, staff = who.primary, "professional-young"
	case age < 11:
		s.setting = who.primary
	case age < 16:
		s.setting = who.school
	default:
		s.setting, staff = who.college, "professional-older"
	}
	s.staff = one(d, a.data.places[staff])
	return s
}

func (s *scene) word(slot string) string {
	switch slot {
	case "name":
		return s.who.name
	case "relative":
		return s.relative
	case "weekday":
		return s.day
	case "professional":
		return s.staff
	case "school", "setting":
		return s.setting
	case "college":
		return s.who.college
	case "course":
		return s.places["course"][s.course]
	case "course2":
		c := s.places["course"]
		return c[(s.course+1)%len(c)]
	case "percent":
		return strconv.Itoa(s.d.between(62, 99))
	case "number":
		return strconv.Itoa(s.d.between(2, 8))
	}
	list := s.places[slot]
	if len(list) == 0 {
		panic("nothing stands for {" + slot + "}") // a mistake in data/, found by TestTemplates
	}
	return one(s.d, list)
}
