// Package genogram is the drawing of a family as a picture, with the same in
// words.
package genogram

import (
	"fmt"
	"strings"

	"casefile/internal/genogram"
)

// A Picture is a drawing and the words on it.
type Picture struct {
	genogram.Drawing
	Title  string
	Says   string // what it shows, for who does not see it; the table beside it has all of it
	Labels map[string]Label
}

// A Label is what stands below somebody's symbol.
type Label struct {
	Name   string
	Detail string // such as the age
}

const labelLine = 15 // characters of a line below a symbol

// lines breaks a name into three lines at most.
func lines(name string) []string {
	words := strings.Fields(name)
	out := []string{""}
	for _, w := range words {
		last := out[len(out)-1]
		if last == "" {
			out[len(out)-1] = w
			continue
		}
		if len([]rune(last))+1+len([]rune(w)) <= labelLine {
			out[len(out)-1] = last + " " + w
			continue
		}
		out = append(out, w)
	}
	if len(out) > 3 {
		out = []string{out[0], out[1], out[2] + " …"}
	}
	for i, l := range out {
		if r := []rune(l); len(r) > labelLine+3 {
			out[i] = string(r[:labelLine+1]) + "…"
		}
	}
	return out
}

// path draws a line through points, as its style has it.
func path(s genogram.Stroke) string {
	if s.Line.Style == "zigzag" && len(s.Points) == 2 {
		return zigzag(s.Points[0], s.Points[1])
	}
	var b strings.Builder
	for i, p := range s.Points {
		fmt.Fprintf(&b, "%s%d %d ", [...]string{"M", "L"}[min(i, 1)], p[0], p[1])
	}
	return strings.TrimSpace(b.String())
}

func zigzag(a, b [2]int) string {
	const teeth, high = 14, 7
	dx, dy := b[0]-a[0], b[1]-a[1]
	long := max(abs(dx), abs(dy), 1)
	var w strings.Builder
	fmt.Fprintf(&w, "M%d %d ", a[0], a[1])
	n := max(long/teeth, 2)
	for i := 1; i < n; i++ {
		side := high
		if i%2 == 0 {
			side = -high
		}
		fmt.Fprintf(&w, "L%d %d ", a[0]+dx*i/n-dy*side/long, a[1]+dy*i/n+dx*side/long)
	}
	fmt.Fprintf(&w, "L%d %d", b[0], b[1])
	return w.String()
}

func abs(n int) int { return max(n, -n) }

// class names how a stroke looks; the style sheet says the rest.
func class(s genogram.Stroke) string {
	c := "app-genogram__line app-genogram__line--" + s.Line.Style
	if s.Shape == genogram.Tie {
		c += " app-genogram__line--tie"
	}
	return c
}

// slashes are the strokes through the line of a couple who are apart.
func slashes(s genogram.Stroke) []string {
	var out []string
	for i := range s.Line.Strokes {
		x := s.Mark[0] + i*8 - (s.Line.Strokes-1)*4
		out = append(out, fmt.Sprintf("M%d %d L%d %d", x-5, s.Mark[1]+9, x+5, s.Mark[1]-9))
	}
	return out
}

// A plate is what words stand on, so that a line behind them does not strike them
// through: left, top, width and height.
func plate(p Picture, s genogram.Spot) [4]int {
	said := lines(p.Labels[s.Key].Name)
	longest := len([]rune(p.Labels[s.Key].Detail))
	for _, l := range said {
		longest = max(longest, len([]rune(l)))
	}
	// A letter of this size takes about this much; wider than a place nothing is.
	wide := min(longest*letter+8, genogram.Width-12)
	return [4]int{s.X - wide/2, s.Y + half + 6, wide, (len(said)+1)*lineHeight + 3}
}

const (
	letter     = 8
	lineHeight = 17
)

// size says whether a phone can show the drawing whole, made smaller, and still
// readable; a wider one slides in its box.
func size(d genogram.Drawing) string {
	const readable = 480
	if d.Width <= readable {
		return "app-genogram__picture app-genogram__picture--fits"
	}
	return "app-genogram__picture"
}

func num(n int) string { return fmt.Sprint(n) }

// rings are the households of which others stand in the way of one line round
// them: each member then has a ring with the household's number.
func rings(d genogram.Drawing, key string) []int {
	var out []int
	for _, h := range d.Homes {
		if h.Box != ([4]int{}) {
			continue
		}
		for _, m := range h.Members {
			if m == key {
				out = append(out, h.Number)
			}
		}
	}
	return out
}
