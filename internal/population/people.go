package population

import (
	"slices"
	"strconv"
	"strings"

	"casefile/internal/date"
	"casefile/internal/match"
)

// ages of the child by whom a family is known to the services, 0 to 25: few
// small children, many from 11 to 19.
var ages = weigh(
	10, 10, 10, 10, 12, 16, 18, 20, 22, 24, 30,
	60, 65, 100, 110, 120, 130, 130, 120, 90,
	40, 35, 30, 22, 16, 10,
)

const oldestChild = 25

// siblings is how many births a family has.
var siblings = weigh(42, 37, 14, 5, 2) // 1 to 5

// A household is a family and the days its children were really born, which
// the record may not know.
type household struct {
	Family
	born []date.Date
}

func (a *Authority) family(i uint64) Family {
	d := a.dice(saltFamily, i)
	age := ages.draw(d)
	born := a.today.AddMonths(-12 * age).AddDays(-d.below(365))
	if age == 0 {
		born = a.today.AddDays(-14 - d.below(350)) // known for two weeks at least
	}
	h := a.household(d, familyKey(i), i, born)
	x := a.dice(saltServices, i)
	known := a.circumstances(x, i, &h)
	for j := range h.Children {
		a.work(d, x, known, &h.Children[j], h.Adults, h.born[j])
	}
	return h.Family
}

// household makes a family around a child born on one day: all but the work.
func (a *Authority) household(d dice, key string, i uint64, known date.Date) household {
	births := a.births(d, known)
	mother := &a.data.origins[a.data.originShares.draw(d)]
	father := mother
	if d.chance(100) {
		father = &a.data.origins[a.data.originShares.draw(d)]
	}
	h := household{Family: Family{Key: key}}
	eldest := births[0]
	h.Addresses = a.moves(d, i, eldest)

	hers, his := a.surname(d, mother), a.surname(d, father)
	family := a.familyName(d, hers, his)
	// The first children of some mothers have another father.
	half, earlier, earlierName := 0, father, family
	if len(births) > 1 && d.chance(140) {
		half = 1 + d.below(len(births)-1)
		if d.chance(100) {
			earlier = &a.data.origins[a.data.originShares.draw(d)]
		}
		earlierName = hers
		if d.chance(600) {
			earlierName = a.surname(d, earlier)
		}
	}

	var firstOnes, laterOnes []string
	for n, born := range births {
		babies := 1
		if d.chance(15) {
			babies = 2
		}
		for range babies {
			k := key + "-" + strconv.Itoa(len(h.Children)+1)
			name, dad := family, father
			if n < half {
				name, dad = earlierName, earlier
				firstOnes = append(firstOnes, k)
			} else {
				laterOnes = append(laterOnes, k)
			}
			h.Children = append(h.Children, a.child(d, k, &h.Family, born, name, mother, dad))
			h.born = append(h.born, born)
		}
	}
	a.adults(d, &h.Family, eldest, mother, father, hers, his, family, half > 0, firstOnes, laterOnes)
	home := ""
	if d.chance(450) {
		home = landline(d)
	}
	for j := range h.Children {
		h.Children[j].HomePhone = home
	}
	return h
}

// births gives the days of a family's births, the eldest first, around the one
// by which it is known.
func (a *Authority) births(d dice, known date.Date) []date.Date {
	days := []date.Date{known}
	for range siblings.draw(d) {
		gap := d.between(330, 2000)
		if d.chance(500) {
			days = append(days, slices.MaxFunc(days, date.Date.Compare).AddDays(gap))
		} else {
			days = append(days, slices.MinFunc(days, date.Date.Compare).AddDays(-gap))
		}
	}
	days = slices.DeleteFunc(days, func(b date.Date) bool {
		return b.AddDays(14).After(a.today) || b.Age(a.today) > oldestChild
	})
	slices.SortFunc(days, date.Date.Compare)
	return days
}

func (a *Authority) adults(d dice, f *Family, eldest date.Date, mother, father *origin, hers, his, family form, half bool, firstOnes, laterOnes []string) {
	add := func(relation string, of []string, o *origin, sex string, surname form, age int, lives bool) {
		born := eldest.AddMonths(-12 * age).AddDays(-d.below(365))
		given := a.forename(d, o, sex, born.Year())
		ad := Adult{
			Key: f.Key + "-a" + strconv.Itoa(len(f.Adults)+1), Relation: relation, Of: of, Born: born, Lives: lives,
			Name: Name{Kind: Legal, Given: given.word, Family: gendered(surname, sex)},
		}
		if d.chance(850) {
			ad.Phone = mobile(d)
		}
		f.Adults = append(f.Adults, ad)
	}
	surname := hers
	if d.chance(550) {
		surname = family
	}
	age := d.between(18, 38)
	add("mother", nil, mother, "F", surname, age, d.chance(930))
	if d.chance(850) {
		of := laterOnes
		if !half {
			of = nil
		}
		add("father", of, father, "M", his, age+d.between(-2, 6), d.chance(640))
	}
	if half && d.chance(500) {
		add("father", firstOnes, father, "M", a.surname(d, father), age+d.between(-2, 6), false)
	}
	switch {
	case d.chance(60):
		o := &a.data.origins[a.data.originShares.draw(d)]
		add("step-father", nil, o, "M", a.surname(d, o), age+d.between(-3, 8), true)
	case d.chance(70):
		add("grandmother", nil, mother, "F", hers, age+d.between(20, 32), d.chance(500))
	case d.chance(20):
		add("aunt", nil, mother, "F", hers, age+d.between(-6, 6), d.chance(300))
	}
	// Somebody looks after the children.
	if !slices.ContainsFunc(f.Adults, func(ad Adult) bool { return ad.Lives }) {
		f.Adults[0].Lives = true
	}
}

func (a *Authority) child(d dice, key string, f *Family, born date.Date, family form, mother, father *origin) Child {
	c := Child{Key: key, FamilyKey: f.Key, Born: born, Sex: "M"}
	if d.chance(488) {
		c.Sex = "F"
	}
	sex := c.Sex // by which the name is chosen, whatever is recorded
	switch {
	case d.chance(4):
		c.Sex = "U"
	case d.chance(1):
		c.Sex = "W"
	}
	c.Ethnicity = mixed(d, mother.ethnicity, father.ethnicity)
	switch {
	case d.chance(12):
		c.Ethnicity = "REFU"
	case d.chance(20):
		c.Ethnicity = "NOBT"
	}

	o := mother
	if d.chance(500) {
		o = father
	}
	given := a.forename(d, o, sex, born.Year())
	for tries := 0; tries < 20 && slices.ContainsFunc(f.Children, func(s Child) bool { return s.Legal().Given == given.word }); tries++ {
		given = a.forename(d, o, sex, born.Year())
	}
	legal := Name{Kind: Legal, Given: given.word, Family: gendered(family, sex)}
	if d.chance(550) {
		if m := a.forename(d, o, sex, born.Year()); m.word != given.word {
			legal.Middle = m.word
		}
	}
	c.Names = []Name{legal}
	age := born.Age(a.today)
	if age >= 3 && d.chance(30) {
		changed := born.AddDays(365 + d.below(365*(age-1)))
		former := legal
		former.Kind, former.Family = Former, gendered(a.surname(d, mother), sex)
		former.Period = date.Period{To: changed.AddDays(-1)}
		if former.Family != legal.Family {
			c.Names[0].Period.From = changed
			c.Names = append(c.Names, former)
		}
	}
	switch {
	case given.other != "" && d.chance(450):
		c.Names = append(c.Names, Name{Kind: KnownAs, Given: given.other, Family: legal.Family})
	case legal.Middle != "" && d.chance(25):
		c.Names = append(c.Names, Name{Kind: KnownAs, Given: legal.Middle, Family: legal.Family})
	case d.chance(10):
		// Some choose a name of their own.
		c.Names = append(c.Names, Name{Kind: KnownAs, Given: a.forename(d, o, one(d, []string{"F", "M"}), born.Year()).word, Family: legal.Family})
	}

	switch {
	case d.chance(5):
		c.Born = date.Date{}
	case d.chance(5):
		c.Born, c.BornEstimated = date.Must(born.Year(), 1, 1), true
	}

	for _, ad := range f.Addresses {
		if !ad.Period.To.IsZero() && ad.Period.To.Before(born) {
			continue
		}
		if ad.Period.From.Before(born) {
			ad.Period.From = born
		}
		c.Addresses = append(c.Addresses, ad)
	}
	if age >= 18 && d.chance(150) {
		// Moved out. A place of one's own is numbered after all the families'.
		c.moveTo(a.address(uint64(d.below(1<<30))|1<<50), a.today.AddDays(-d.between(1, 300)))
	}
	if age >= 11 && d.chance(700) {
		c.Mobile = mobile(d)
	}
	if age >= 13 && d.chance(600) {
		c.Email = strings.ReplaceAll(match.Fold(legal.Given+"."+legal.Family), " ", ".") + strconv.Itoa(d.between(10, 99)) + "@" + one(d, mailHosts)
	}
	return c
}

func (c *Child) moveTo(ad Address, day date.Date) {
	last := &c.Addresses[len(c.Addresses)-1]
	if !last.Period.From.Before(day) {
		return
	}
	last.Period.To = day.AddDays(-1)
	ad.Period = date.Period{From: day}
	c.Addresses = append(c.Addresses, ad)
}

// mixed is the code of a child of two parents, each of one background. Source:
// the labels of the codes.
func mixed(d dice, m, f string) string {
	if m == f {
		return m
	}
	white := func(s string) bool { return s[0] == 'W' }
	if white(m) && white(f) {
		return one(d, []string{m, f})
	}
	if white(f) {
		m, f = f, m
	}
	switch {
	case white(m) && f == "BCRB":
		return "MWBC"
	case white(m) && f == "BAFR":
		return "MWBA"
	case white(m) && f[0] == 'A':
		return "MWAS"
	case m[0] == 'A' && f[0] == 'A':
		return "AOTH"
	case m[0] == 'B' && f[0] == 'B':
		return "BOTH"
	}
	return "MOTH"
}

// surname draws the name of a person of one origin.
func (a *Authority) surname(d dice, o *origin) form {
	if d.chance(o.listed) {
		return o.surnames[o.weights.draw(d)]
	}
	if o.tail == nil {
		return one(d, o.surnames)
	}
	first, middle, last := one(d, o.tail.first), one(d, o.tail.middle), one(d, o.tail.last)
	stem := first.word + middle.word
	f := form{word: stem + last.word}
	if last.other != "" {
		f.other = stem + last.other
	}
	return f
}

// familyName is what the children of two people are called.
func (a *Authority) familyName(d dice, hers, his form) form {
	switch {
	case d.chance(700):
		return his
	case d.chance(200) && hers != his && !strings.Contains(hers.word+his.word, "-"):
		return form{word: hers.word + "-" + his.word}
	}
	return hers
}

func gendered(f form, sex string) string {
	if sex == "F" && f.other != "" {
		return f.other
	}
	return f.word
}

func (a *Authority) forename(d dice, o *origin, sex string, year int) form {
	eras := a.data.forenames[setSex{o.forenames, sex}]
	for i, e := range eras {
		if e.from <= year && year <= e.to || i == len(eras)-1 {
			return e.names[e.weights.draw(d)]
		}
	}
	panic("no forenames for " + o.forenames) // a mistake in data/, found by any test
}
