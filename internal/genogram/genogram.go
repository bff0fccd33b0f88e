// Package genogram lays out a drawing of a family: who stands where, and which
// lines join them. It knows nothing of how the drawing is made, nor of kinds of
// relationship: definitions say how each is drawn.
//
// Symbols are those of the McGoldrick convention, as guides have it: a square for
// a male, a circle for a female, a question mark where neither is known, a double
// outline for the person the drawing is about, a cross through who has died, a
// triangle for an unborn child; a solid line for a marriage, a dashed one for a
// couple that is not, one or two strokes through it for what is over; a dashed
// line round those who live together. Source: CR-41; the guides differ in part.
package genogram

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A Person is somebody in the drawing.
type Person struct {
	Key    string
	Sex    Sex
	Born   string // sorts siblings, the oldest first; a day as YYYY-MM-DD, or empty
	Index  bool   // whom the drawing is about
	Dead   bool
	Unborn bool
}

// Sex chooses the symbol.
type Sex int

// The symbols.
const (
	Unknown Sex = iota
	Male
	Female
)

// A Shape is what a line joins. The zero Shape is a tie: how two get on.
type Shape int

// The shapes.
const (
	Tie     Shape = iota // drawn over the family, and moves nobody
	Descent              // First is above Second, by Generations
	Union                // a couple
	Beside               // siblings: of one generation
	Loose                // of whatever generation their ages say: other relatives, who matters
)

// A Relation joins two people.
type Relation struct {
	First, Second string
	Shape         Shape
	Generations   int // how many First stands above Second
	Line          Line
}

// A Line is how a relation is drawn.
type Line struct {
	Style   string // solid, dashed, dotted, double or zigzag
	Strokes int    // through it: 1 of what is apart, 2 of what is over
}

// Sizes, in units of the drawing.
const (
	Width  = 132 // of the place of one person, with the words below the symbol
	Height = 168 // of a generation
	Symbol = 48  // across
	margin = 16
)

// A Spot is somebody's place: the middle of the symbol.
type Spot struct {
	Person
	X, Y int
}

// A Stroke is one line of the drawing, from corner to corner.
type Stroke struct {
	Relation
	Points [][2]int
	// Mark is where the strokes through a line are; zero where there are none.
	Mark [2]int
}

// A Home is who lives together: a line round them, or round each where others
// stand between.
type Home struct {
	Number  int
	Members []string
	Box     [4]int // left, top, right, bottom; zero where each has a ring
}

// A Drawing is the whole.
type Drawing struct {
	Width, Height int
	Spots         []Spot
	Strokes       []Stroke
	Homes         []Home
}

// Spot finds somebody's place.
func (d Drawing) Spot(key string) (Spot, bool) {
	i := slices.IndexFunc(d.Spots, func(s Spot) bool { return s.Key == key })
	if i < 0 {
		return Spot{}, false
	}
	return d.Spots[i], true
}

// Draw lays out people and what joins them. Relations that name somebody who is
// not among the people are left out. homes are the households, each the keys of
// who lives in it.
func Draw(people []Person, relations []Relation, homes [][]string) Drawing {
	l := newLayout(people, relations)
	l.rank()
	l.order()
	l.place()
	d := Drawing{}
	for _, row := range l.rows {
		for _, k := range row {
			d.Spots = append(d.Spots, Spot{Person: l.people[k], X: l.x[k], Y: margin + Symbol/2 + (l.generation[k]-l.top)*Height})
		}
	}
	for _, s := range d.Spots {
		d.Width, d.Height = max(d.Width, s.X+Width/2+margin), max(d.Height, s.Y-Symbol/2+Height)
	}
	d.Strokes = l.strokes(d)
	d.Homes = boxes(d, homes)
	return d
}

type layout struct {
	keys       []string // in the order given
	people     map[string]Person
	relations  []Relation
	generation map[string]int
	top        int
	rows       [][]string
	x          map[string]int
}

func newLayout(people []Person, relations []Relation) *layout {
	l := &layout{people: map[string]Person{}, generation: map[string]int{}, x: map[string]int{}}
	for _, p := range people {
		if _, twice := l.people[p.Key]; !twice {
			l.keys = append(l.keys, p.Key)
			l.people[p.Key] = p
		}
	}
	for _, r := range relations {
		if r.Generations > 1 && passed(r, relations) {
			continue
		}
		_, first := l.people[r.First]
		_, second := l.people[r.Second]
		if first && second && r.First != r.Second {
			l.relations = append(l.relations, r)
		}
	}
	return l
}

// passed reports whether a line over several generations goes through somebody
// who is there: a grandmother whose daughter is in the drawing hangs together by
// her.
func passed(r Relation, relations []Relation) bool {
	return slices.ContainsFunc(relations, func(up Relation) bool {
		return up.First == r.First && up.Shape == Descent && up.Generations < r.Generations &&
			slices.ContainsFunc(relations, func(down Relation) bool {
				return down.First == up.Second && down.Second == r.Second && down.Shape == Descent
			})
	})
}

// rank gives everybody a generation, beginning with whom the drawing is about: by
// who is whose parent and who is a couple; then by siblings; and only of whom that
// says nothing, by how old they are. What contradicts an earlier relation does not
// move anybody: an uncle younger than his nephew stays where the first line to him
// put him.
func (l *layout) rank() {
	start := slices.Clone(l.keys)
	slices.SortStableFunc(start, func(a, b string) int {
		return cmp.Compare(bit(l.people[b].Index), bit(l.people[a].Index))
	})
	if len(start) > 0 {
		l.generation[start[0]] = 0
		l.spread(start[0])
	}
	for len(l.generation) < len(start) {
		k, g := l.next(start)
		l.generation[k] = g
		l.spread(k)
	}
	for _, g := range l.generation {
		l.top = min(l.top, g)
	}
}

// next is somebody who has no generation yet, and theirs: who is joined to the
// others most firmly comes first.
func (l *layout) next(keys []string) (key string, g int) {
	for _, shape := range []Shape{Beside, Loose, Tie} {
		for _, r := range l.relations {
			if r.Shape != shape {
				continue
			}
			first, is := l.generation[r.First]
			second, other := l.generation[r.Second]
			switch {
			case is == other:
			case other && shape == Beside:
				return r.First, second - r.Generations
			case other:
				return r.First, second + l.apart(r.Second, r.First)
			case shape == Beside:
				return r.Second, first + r.Generations
			default:
				return r.Second, first + l.apart(r.First, r.Second)
			}
		}
	}
	for _, k := range keys {
		if _, known := l.generation[k]; !known {
			return k, l.apart(keys[0], k)
		}
	}
	return "", 0
}

// The years between two generations, of those of whom nothing but their ages is
// known, and between three. They are our own choice.
const (
	oneApart = 16
	twoApart = 48
)

// apart is how many generations b stands below a by their ages; 0 where one is not
// known.
func (l *layout) apart(a, b string) int {
	older, younger := year(l.people[a].Born), year(l.people[b].Born)
	if older == 0 || younger == 0 {
		return 0
	}
	switch between := younger - older; {
	case between >= twoApart:
		return 2
	case between >= oneApart:
		return 1
	case between <= -twoApart:
		return -2
	case between <= -oneApart:
		return -1
	}
	return 0
}

// year is that of a day; 0 where there is none.
func year(day string) int {
	y, _, _ := strings.Cut(day, "-")
	n, err := strconv.Atoi(y)
	if err != nil {
		return 0
	}
	return n
}

// spread gives a generation to all whom lines of parents and of couples join to
// somebody.
func (l *layout) spread(from string) {
	queue := []string{from}
	for len(queue) > 0 {
		k := queue[0]
		queue = queue[1:]
		for _, r := range l.relations {
			if r.Shape != Descent && r.Shape != Union {
				continue
			}
			other, g := r.Second, l.generation[k]+r.Generations
			if r.Second == k {
				other, g = r.First, l.generation[k]-r.Generations
			} else if r.First != k {
				continue
			}
			if _, known := l.generation[other]; !known {
				l.generation[other] = g
				queue = append(queue, other)
			}
		}
	}
}

// order puts each generation in an order with few crossings: couples beside each
// other, siblings together, the oldest first.
func (l *layout) order() {
	byRow := map[int][]string{}
	for _, k := range l.keys {
		byRow[l.generation[k]] = append(byRow[l.generation[k]], k)
	}
	for _, g := range slices.Sorted(maps.Keys(byRow)) {
		l.rows = append(l.rows, byRow[g])
	}
	at := map[string]float64{}
	note := func(row []string) {
		for i, k := range row {
			at[k] = float64(i)
		}
	}
	for _, row := range l.rows {
		slices.SortStableFunc(row, func(a, b string) int { return cmp.Compare(l.people[a].Born, l.people[b].Born) })
		note(row)
	}
	// Down and up again: everybody goes to the middle of those they hang from,
	// or who hang from them.
	const sweeps = 8
	for sweep := range sweeps {
		for i := range l.rows {
			row := l.rows[i]
			if sweep%2 == 1 {
				row = l.rows[len(l.rows)-1-i]
			}
			middle := map[string]float64{}
			for _, k := range row {
				middle[k] = l.middle(k, sweep%2 == 0, at)
			}
			slices.SortStableFunc(row, func(a, b string) int {
				return cmp.Or(cmp.Compare(middle[a], middle[b]), cmp.Compare(l.people[a].Born, l.people[b].Born))
			})
			l.couple(row)
			note(row)
		}
	}
}

// middle is the mean place of somebody's parents, or of their children; their
// own where there are none.
func (l *layout) middle(k string, parents bool, at map[string]float64) float64 {
	sum, n := 0.0, 0
	for _, r := range l.relations {
		if r.Shape != Descent {
			continue
		}
		if parents && r.Second == k {
			sum, n = sum+at[r.First], n+1
		}
		if !parents && r.First == k {
			sum, n = sum+at[r.Second], n+1
		}
	}
	if n == 0 {
		return at[k]
	}
	return sum / float64(n)
}

// couple moves partners beside each other, a man left of a woman.
func (l *layout) couple(row []string) {
	for _, r := range l.relations {
		if r.Shape != Union {
			continue
		}
		i, j := slices.Index(row, r.First), slices.Index(row, r.Second)
		if i < 0 || j < 0 {
			continue
		}
		if i > j {
			i, j = j, i
		}
		k := row[j]
		copy(row[i+2:j+1], row[i+1:j])
		row[i+1] = k
		if l.people[row[i]].Sex == Female && l.people[row[i+1]].Sex == Male && !l.between(row, i) {
			row[i], row[i+1] = row[i+1], row[i]
		}
	}
}

// between reports whether the person at i has a partner on the other side, so
// that to change places would part the two.
func (l *layout) between(row []string, i int) bool {
	if i == 0 {
		return false
	}
	return slices.ContainsFunc(l.relations, func(r Relation) bool {
		return r.Shape == Union && (r.First == row[i] && r.Second == row[i-1] || r.Second == row[i] && r.First == row[i-1])
	})
}

// place gives everybody an x: first one after another, then children below the
// middle of their parents and parents above the middle of their children, as far
// as the order lets them.
func (l *layout) place() {
	for _, row := range l.rows {
		for i, k := range row {
			l.x[k] = margin + Width/2 + i*Width
		}
	}
	const sweeps = 12
	for sweep := range sweeps {
		for i := range l.rows {
			row, parents := l.rows[i], true
			if sweep%2 == 1 {
				row, parents = l.rows[len(l.rows)-1-i], false
			}
			wish := map[string]float64{}
			at := map[string]float64{}
			for k, x := range l.x {
				at[k] = float64(x)
			}
			for _, k := range row {
				wish[k] = l.middle(k, parents, at)
			}
			l.settle(row, wish)
		}
	}
	left := margin + Width/2
	least := 0
	for _, x := range l.x {
		least = min(least, x-left)
	}
	for k := range l.x {
		l.x[k] -= least
	}
}

// settle moves a row towards where each wishes to be, a place apart at least.
func (l *layout) settle(row []string, wish map[string]float64) {
	if len(row) == 0 {
		return
	}
	// Runs of people who push against each other stand in the middle of what
	// they wish for (the pool-adjacent-violators way of isotonic regression).
	type run struct {
		from, n int
		sum     float64
	}
	var runs []run
	for i, k := range row {
		runs = append(runs, run{i, 1, wish[k] - float64(i*Width)})
		for len(runs) > 1 {
			a, b := runs[len(runs)-2], runs[len(runs)-1]
			if a.sum/float64(a.n) <= b.sum/float64(b.n) {
				break
			}
			runs = append(runs[:len(runs)-2], run{a.from, a.n + b.n, a.sum + b.sum})
		}
	}
	for _, r := range runs {
		base := int(r.sum / float64(r.n))
		for i := r.from; i < r.from+r.n; i++ {
			l.x[row[i]] = base + i*Width
		}
	}
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
