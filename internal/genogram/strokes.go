package genogram

import (
	"cmp"
	"slices"
	"strings"
)

// A family is children who hang from the same parents by lines of one sort.
type family struct {
	parents  []string
	children []Relation // the first line of each
}

// strokes are the lines between people who have their places.
func (l *layout) strokes(d Drawing) []Stroke {
	at := map[string]Spot{}
	for _, s := range d.Spots {
		at[s.Key] = s
	}
	var out []Stroke
	for _, r := range l.relations {
		if r.Shape == Union {
			out = append(out, coupled(r, at))
		}
	}
	out = append(out, l.hanging(at)...)
	for _, r := range l.relations {
		a, b := at[r.First], at[r.Second]
		// Siblings whose parents are in the drawing hang from them already.
		if r.Shape == Tie || (r.Shape == Beside || r.Shape == Loose) && !l.share(r.First, r.Second) {
			s := Stroke{Relation: r, Points: [][2]int{{a.X, a.Y}, {b.X, b.Y}}}
			if r.Line.Strokes > 0 {
				s.Mark = [2]int{(a.X + b.X) / 2, (a.Y + b.Y) / 2}
			}
			out = append(out, s)
		}
	}
	return out
}

// coupled is the line of a couple: below the symbols, so that who stands between
// is not struck through.
func coupled(r Relation, at map[string]Spot) Stroke {
	a, b := at[r.First], at[r.Second]
	if a.X > b.X {
		a, b = b, a
	}
	y := max(a.Y, b.Y) + Symbol/2 + 12
	if a.Y == b.Y && b.X-a.X <= Width { // beside each other
		return Stroke{Relation: r, Points: [][2]int{{a.X + Symbol/2, a.Y}, {b.X - Symbol/2, b.Y}}, Mark: [2]int{(a.X + b.X) / 2, a.Y}}
	}
	return Stroke{
		Relation: r, Points: [][2]int{{a.X, a.Y + Symbol/2}, {a.X, y}, {b.X, y}, {b.X, b.Y + Symbol/2}},
		Mark: [2]int{(a.X + b.X) / 2, y},
	}
}

// hanging are the lines by which children hang from their parents.
func (l *layout) hanging(at map[string]Spot) []Stroke {
	above := map[string][]Relation{}
	for _, r := range l.relations {
		if r.Shape == Descent {
			above[r.Second] = append(above[r.Second], r)
		}
	}
	var families []*family
	byParents := map[string]*family{}
	for _, child := range l.keys {
		// Lines of one sort, over one generation, make one family.
		sorts := map[string][]Relation{}
		var order []string
		for _, r := range above[child] {
			sort := r.Line.Style + strings.Repeat("+", max(r.Generations, 0))
			if sorts[sort] == nil {
				order = append(order, sort)
			}
			sorts[sort] = append(sorts[sort], r)
		}
		for _, sort := range order {
			rs := sorts[sort]
			var parents []string
			for _, r := range rs {
				parents = append(parents, r.First)
			}
			slices.Sort(parents)
			parents = slices.Compact(parents)
			// More than two by one sort of line are not one couple.
			if len(parents) > 2 {
				for _, r := range rs {
					families = append(families, &family{[]string{r.First}, []Relation{r}})
				}
				continue
			}
			key := sort + "|" + strings.Join(parents, "|")
			if byParents[key] == nil {
				byParents[key] = &family{parents: parents}
				families = append(families, byParents[key])
			}
			byParents[key].children = append(byParents[key].children, rs[0])
		}
	}
	// Bars of families of one generation stand at heights of their own, so that
	// where two cross nobody takes them for one.
	lane := map[int]int{}
	slices.SortStableFunc(families, func(a, b *family) int { return cmp.Compare(at[a.parents[0]].X, at[b.parents[0]].X) })
	var out []Stroke
	for _, f := range families {
		x, y := 0, 0
		for _, p := range f.parents {
			x, y = x+at[p].X, max(y, at[p].Y)
		}
		x /= len(f.parents)
		const lanes = 5
		bar := y + Height - Symbol/2 - 14 - 7*(lane[y]%lanes)
		lane[y]++
		from := y
		if len(f.parents) == 1 {
			from = y + Symbol/2
		} else if a, b := at[f.parents[0]], at[f.parents[1]]; a.Y != b.Y || abs(a.X-b.X) > Width {
			from = y + Symbol/2 + 12
		}
		if len(f.parents) == 2 && !l.coupled(f.parents[0], f.parents[1]) {
			// Parents of whom nobody said that they were a couple.
			out = append(out, coupled(Relation{First: f.parents[0], Second: f.parents[1], Shape: Beside, Line: Line{Style: "dotted"}}, at))
		}
		for _, r := range f.children {
			c := at[r.Second]
			out = append(out, Stroke{Relation: r, Points: [][2]int{{x, from}, {x, bar}, {c.X, bar}, {c.X, c.Y - Symbol/2}}})
		}
	}
	return out
}

// coupled reports whether two people are, or were, a couple.
func (l *layout) coupled(a, b string) bool {
	return slices.ContainsFunc(l.relations, func(r Relation) bool {
		return r.Shape == Union && (r.First == a && r.Second == b || r.First == b && r.Second == a)
	})
}

// share reports whether two people hang from somebody who is in the drawing.
func (l *layout) share(a, b string) bool {
	for _, r := range l.relations {
		if r.Shape != Descent || r.Second != a {
			continue
		}
		if slices.ContainsFunc(l.relations, func(o Relation) bool { return o.Shape == Descent && o.Second == b && o.First == r.First }) {
			return true
		}
	}
	return false
}

// boxes draws a line round those who live together, where nobody else stands
// between them.
func boxes(d Drawing, homes [][]string) []Home {
	var out []Home
	for _, keys := range homes {
		h := Home{Number: len(out) + 1}
		var box [4]int
		for _, k := range keys {
			s, ok := d.Spot(k)
			if !ok || slices.Contains(h.Members, k) {
				continue
			}
			mine := [4]int{s.X - Width/2 + 4, s.Y - Symbol/2 - 8, s.X + Width/2 - 4, s.Y - Symbol/2 + Height - 44}
			if len(h.Members) == 0 {
				box = mine
			}
			box = [4]int{min(box[0], mine[0]), min(box[1], mine[1]), max(box[2], mine[2]), max(box[3], mine[3])}
			h.Members = append(h.Members, k)
		}
		if len(h.Members) == 0 {
			continue
		}
		alone := !slices.ContainsFunc(d.Spots, func(s Spot) bool {
			return !slices.Contains(h.Members, s.Key) && s.X > box[0]-Symbol/2 && s.X < box[2]+Symbol/2 && s.Y > box[1]-Symbol/2 && s.Y < box[3]+Symbol/2
		})
		if alone {
			h.Box = box
		}
		out = append(out, h)
	}
	return out
}

func abs(n int) int { return max(n, -n) }
