package main

import (
	"slices"

	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/population"
)

// invented is what an adult of an invented family is to its children.
var invented = map[string]struct{ kind, gender, basis, responsible string }{
	"mother":      {"parent", "F", person.ByBirth, person.Yes},
	"father":      {"parent", "M", person.ByBirth, ""},
	"step-father": {"step-parent", "M", person.ByCare, ""},
	"grandmother": {"grandparent", "F", person.ByBirth, ""},
	"aunt":        {"aunt-uncle", "F", person.ByBirth, ""},
}

// family is what the record has of an invented family around its children.
func (s *settling) family(f population.Family) casework.NewFamily {
	n := casework.NewFamily{Children: make([]id.Reference, len(f.Children))}
	for i, c := range f.Children {
		n.Homes = append(n.Homes, casework.NewHome{Who: i, Period: atHome(f, c)})
		for j := range i {
			n.Ties = append(n.Ties, casework.NewTie{First: j, Second: i, Relationship: person.Relationship{Kind: siblings(f, f.Children[j], c)}})
		}
	}
	carer := person.MainCarer
	for k, a := range f.Adults {
		is, ok := invented[a.Relation]
		if !ok {
			continue
		}
		who := len(f.Children) + len(n.Adults)
		n.Adults = append(n.Adults, adult(a, is.gender))
		for i, c := range f.Children {
			if len(a.Of) > 0 && !slices.Contains(a.Of, c.Key) {
				continue
			}
			r := person.Relationship{Kind: is.kind, Basis: is.basis, Responsible: is.responsible}
			if a.Lives {
				r.Carer = carer
			}
			n.Ties = append(n.Ties, casework.NewTie{First: who, Second: i, Relationship: r})
			if !a.Lives && k > 0 && f.Key[len(f.Key)-1]%2 == 0 && i == 0 {
				n.Ties = append(n.Ties, casework.NewTie{First: who, Second: i, Relationship: person.Relationship{Kind: "lost-contact"}})
			}
		}
		if a.Lives {
			carer = person.SharedCarer
			n.Homes = append(n.Homes, casework.NewHome{Who: who})
		}
	}
	return n
}

func adult(a population.Adult, gender string) casework.NewFile {
	file := casework.NewFile{New: person.New{
		Names:           []person.Name{{Kind: person.Legal, Given: a.Name.Given, Family: a.Name.Family}},
		Birth:           person.Birth{Day: a.Born},
		Characteristics: []person.Characteristic{{Kind: "gender", Code: gender}},
	}}
	if a.Phone != "" {
		file.Contacts = []person.Contact{{Kind: person.Phone, Value: a.Phone}}
	}
	return file
}

// atHome is the time in which a child lives with the family: until they move to a
// place of their own.
func atHome(f population.Family, c population.Child) date.Period {
	var p date.Period
	if len(c.Addresses) == 0 || len(f.Addresses) == 0 {
		return p
	}
	last, home := c.Addresses[len(c.Addresses)-1], f.Addresses[len(f.Addresses)-1]
	p.From = c.Addresses[0].Period.From
	if last.Line1 != home.Line1 || last.Postcode != home.Postcode {
		p.To = last.Period.From.AddDays(-1)
	}
	return p
}

// siblings says what two children of a family are to each other.
func siblings(f population.Family, a, b population.Child) string {
	if !a.Born.IsZero() && a.Born == b.Born {
		return "twin"
	}
	for _, ad := range f.Adults {
		if ad.Relation == "father" && len(ad.Of) > 0 && slices.Contains(ad.Of, a.Key) != slices.Contains(ad.Of, b.Key) {
			return "half-sibling"
		}
	}
	return "sibling"
}
