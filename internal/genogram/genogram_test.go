package genogram_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"casefile/internal/genogram"
)

func down(first, second string) genogram.Relation {
	return genogram.Relation{First: first, Second: second, Shape: genogram.Descent, Generations: 1, Line: genogram.Line{Style: "solid"}}
}

func couple(first, second string) genogram.Relation {
	return genogram.Relation{First: first, Second: second, Shape: genogram.Union, Line: genogram.Line{Style: "dashed"}}
}

func spot(t *testing.T, d genogram.Drawing, key string) genogram.Spot {
	t.Helper()
	s, ok := d.Spot(key)
	if !ok {
		t.Fatalf("%s is not in the drawing", key)
	}
	return s
}

// A girl, her parents who are apart, her half-brother by her mother's partner,
// and a grandmother.
func TestAFamily(t *testing.T) {
	people := []genogram.Person{
		{Key: "girl", Sex: genogram.Female, Index: true, Born: "2012-04-01"},
		{Key: "mother", Sex: genogram.Female, Born: "1985-01-01"},
		{Key: "father", Sex: genogram.Male, Born: "1983-01-01"},
		{Key: "partner", Sex: genogram.Male, Born: "1990-01-01"},
		{Key: "half-brother", Sex: genogram.Male, Born: "2019-01-01"},
		{Key: "grandmother", Sex: genogram.Female, Born: "1955-01-01", Dead: true},
	}
	over := couple("mother", "father")
	over.Line.Strokes = 2
	d := genogram.Draw(people, []genogram.Relation{
		down("mother", "girl"), down("father", "girl"), over, couple("partner", "mother"),
		down("mother", "half-brother"), down("partner", "half-brother"), down("grandmother", "mother"),
		{First: "girl", Second: "grandmother", Shape: genogram.Tie, Line: genogram.Line{Style: "double"}},
		{First: "girl", Second: "nobody", Shape: genogram.Tie},
	}, [][]string{{"mother", "partner", "girl", "half-brother"}, {"father"}})

	if len(d.Spots) != len(people) {
		t.Fatalf("%d of %d people are drawn", len(d.Spots), len(people))
	}
	above := func(a, b string) {
		if spot(t, d, a).Y >= spot(t, d, b).Y {
			t.Errorf("%s does not stand above %s", a, b)
		}
	}
	above("mother", "girl")
	above("father", "girl")
	above("grandmother", "mother")
	if spot(t, d, "girl").Y != spot(t, d, "half-brother").Y || spot(t, d, "mother").Y != spot(t, d, "father").Y {
		t.Error("a generation does not stand in one row")
	}
	if spot(t, d, "girl").X >= spot(t, d, "half-brother").X {
		t.Error("the older child does not stand left of the younger")
	}
	for _, partner := range []string{"father", "partner"} {
		if got := spot(t, d, partner).X - spot(t, d, "mother").X; got != genogram.Width && got != -genogram.Width {
			t.Errorf("%s stands %d from the mother, not beside her", partner, got)
		}
	}
	strokes := map[genogram.Shape]int{}
	for _, s := range d.Strokes {
		strokes[s.Shape]++
		if s.Line.Strokes > 0 && s.Mark == [2]int{} {
			t.Error("what is over has no mark")
		}
	}
	if strokes[genogram.Union] != 2 || strokes[genogram.Descent] != 3 || strokes[genogram.Tie] != 1 {
		t.Errorf("lines: %v; want 2 couples, 3 who hang from parents, 1 tie", strokes)
	}
	if len(d.Homes) != 2 || len(d.Homes[0].Members) != 4 {
		t.Errorf("households: %+v", d.Homes)
	}
}

// Who is whose parent says where somebody stands, whoever they are a friend or a
// brother of; where nothing says it, their ages do.
func TestGenerations(t *testing.T) {
	people := []genogram.Person{
		{Key: "girl", Index: true, Born: "2012-04-01"},
		{Key: "mother", Born: "1985-01-01"},
		{Key: "half-brother", Born: "2016-01-01"},
		{Key: "his father", Born: "1988-01-01"},
		{Key: "lodger", Born: "1980-01-01"},
		{Key: "friend", Born: "2011-01-01"},
		{Key: "of no age"},
		{Key: "lives there", Born: "1979-01-01"},
		{Key: "great-gran", Born: "1930-01-01"},
		{Key: "grown brother", Born: "1994-01-01"},
	}
	loose := func(a, b string) genogram.Relation {
		return genogram.Relation{First: a, Second: b, Shape: genogram.Loose, Line: genogram.Line{Style: "dotted"}}
	}
	d := genogram.Draw(people, []genogram.Relation{
		loose("girl", "his father"), loose("girl", "lodger"), loose("girl", "friend"), loose("of no age", "girl"), loose("great-gran", "girl"),
		{First: "girl", Second: "grown brother", Shape: genogram.Beside},
		{First: "girl", Second: "half-brother", Shape: genogram.Beside},
		down("mother", "girl"), down("his father", "half-brother"),
	}, nil)
	row := map[string]int{}
	for _, s := range d.Spots {
		row[s.Key] = (s.Y - spot(t, d, "girl").Y) / genogram.Height
	}
	for key, want := range map[string]int{
		"mother": -1, "half-brother": 0, "his father": -1, "lodger": -1, "friend": 0, "of no age": 0, "lives there": -1, "great-gran": -2, "grown brother": 0,
	} {
		if row[key] != want {
			t.Errorf("%s stands %d generations below the girl, want %d", key, row[key], want)
		}
	}
}

func TestNobodyAndOne(t *testing.T) {
	if d := genogram.Draw(nil, nil, nil); len(d.Spots) != 0 || len(d.Strokes) != 0 {
		t.Errorf("nobody: %+v", d)
	}
	d := genogram.Draw([]genogram.Person{{Key: "a", Index: true}, {Key: "a"}}, []genogram.Relation{{First: "a", Second: "a", Shape: genogram.Union}}, [][]string{{"a", "a"}, {"b"}})
	if len(d.Spots) != 1 || len(d.Strokes) != 0 || len(d.Homes) != 1 || d.Width < genogram.Width {
		t.Errorf("one: %+v", d)
	}
}

// Whatever is recorded, contradictions too: everybody is drawn once, nobody over
// anybody else, within the drawing; and every line ends at whom it joins.
func TestAnyFamilyCanBeDrawn(t *testing.T) {
	for n := range 2000 {
		dice := rand.New(rand.NewPCG(3, uint64(n)))
		var people []genogram.Person
		for i := range 1 + dice.IntN(25) {
			people = append(people, genogram.Person{Key: fmt.Sprint("p", i), Sex: genogram.Sex(dice.IntN(3)), Index: i == 0, Born: fmt.Sprint(1950 + dice.IntN(70))})
		}
		someone := func() string { return people[dice.IntN(len(people))].Key }
		var relations []genogram.Relation
		for range dice.IntN(40) {
			shape := genogram.Shape(dice.IntN(5))
			r := genogram.Relation{First: someone(), Second: someone(), Shape: shape, Line: genogram.Line{Style: []string{"solid", "dashed"}[dice.IntN(2)]}}
			if shape == genogram.Descent {
				r.Generations = 1 + dice.IntN(2)
			}
			relations = append(relations, r)
		}
		d := genogram.Draw(people, relations, [][]string{{someone(), someone()}, {someone()}})
		if len(d.Spots) != len(people) {
			t.Fatalf("family %d: %d of %d are drawn", n, len(d.Spots), len(people))
		}
		for i, a := range d.Spots {
			if a.X < genogram.Width/2 || a.X+genogram.Width/2 > d.Width || a.Y < genogram.Symbol/2 || a.Y+genogram.Symbol/2 > d.Height {
				t.Fatalf("family %d: %s stands outside the drawing", n, a.Key)
			}
			for _, b := range d.Spots[i+1:] {
				if a.Y == b.Y && a.X-b.X < genogram.Width && b.X-a.X < genogram.Width {
					t.Fatalf("family %d: %s and %s stand %d apart", n, a.Key, b.Key, a.X-b.X)
				}
			}
		}
		for _, s := range d.Strokes {
			first, second := spot(t, d, s.First), spot(t, d, s.Second)
			last := s.Points[len(s.Points)-1]
			switch s.Shape {
			case genogram.Descent:
				if last != [2]int{second.X, second.Y - genogram.Symbol/2} {
					t.Fatalf("family %d: the line of %s ends at %v", n, s.Second, last)
				}
			default:
				ends := []int{s.Points[0][0], last[0]}
				for _, x := range []int{first.X, second.X} {
					if !slices.ContainsFunc(ends, func(end int) bool { return end-x <= genogram.Symbol/2 && x-end <= genogram.Symbol/2 }) {
						t.Fatalf("family %d: a line of %s and %s ends at %v", n, s.First, s.Second, ends)
					}
				}
			}
		}
		for _, h := range d.Homes {
			if h.Box == [4]int{} {
				continue
			}
			for _, s := range d.Spots {
				inside := s.X > h.Box[0] && s.X < h.Box[2] && s.Y > h.Box[1] && s.Y < h.Box[3]
				if inside != slices.Contains(h.Members, s.Key) {
					t.Fatalf("family %d: the line round a household says of %s that they live there: %v", n, s.Key, inside)
				}
			}
		}
	}
}
