package form

// A Change is one answer that differs between two documents: last time and this
// time, or one version and the next. Was and Is are in words, empty where the
// question was not shown or left empty. Item counts from 1, and is 0 outside lists.
type Change struct {
	Section, Title string // the section's id and title
	Question       string // its id
	Asked          string // the question as people read it
	Row            string // of a table
	Item           int
	Was, Is        string
}

// Diff lists what differs between two documents of the form, in its order. Items of
// a list are compared by their place.
func (f *Form) Diff(before, after Answers, c Context) []Change {
	was, is := f.answersInWords(before, c), f.answersInWords(after, c)
	var changes []Change
	for _, at := range f.places(was, is) {
		a, b := was[at.key], is[at.key]
		if a == b {
			continue
		}
		at.change.Was, at.change.Is = a, b
		changes = append(changes, at.change)
	}
	return changes
}

// A placeIn is one answer's place in a document.
type placeIn struct {
	section, question string
	item              int
	row, sub          string
}

// answersInWords are the answers that are shown and not empty.
func (f *Form) answersInWords(a Answers, c Context) map[placeIn]string {
	j := f.Judge(a, c)
	out := map[placeIn]string{}
	for _, s := range j.Sections {
		for _, q := range s.Questions {
			printed := f.printOne(q, j.final.Sections[s.ID][q.Question.ID], c)
			at := placeIn{section: s.ID, question: q.Question.ID}
			if t := printed.text(); t != "" {
				out[at] = t
			}
			for i, it := range printed.Items {
				for k, sub := range it.Answers {
					at := at
					at.item, at.row, at.sub = i+1, q.Items[i].Row, q.Items[i].Questions[k].Question.ID
					if t := sub.text(); t != "" {
						out[at] = t
					}
				}
			}
		}
	}
	return out
}

type changeAt struct {
	key    placeIn
	change Change
}

// places lists every place that either document has, in the order of the form.
func (f *Form) places(a, b map[placeIn]string) []changeAt {
	var list []changeAt
	for _, s := range f.sections {
		for _, q := range s.asks {
			at := placeIn{section: s.ID, question: q.ID}
			ch := Change{Section: s.ID, Title: s.Title, Question: q.ID, Asked: q.Text}
			list = append(list, changeAt{at, ch})
			if len(q.items) == 0 {
				continue
			}
			most := 0
			for _, m := range []map[placeIn]string{a, b} {
				for k := range m {
					if k.section == s.ID && k.question == q.ID {
						most = max(most, k.item)
					}
				}
			}
			for item := 1; item <= most; item++ {
				for _, sub := range q.items {
					at, ch := at, ch
					at.item, at.sub, ch.Item, ch.Asked = item, sub.ID, item, sub.Text
					if q.Kind == Table {
						at.row = q.Options[item-1].ID
						ch.Row, ch.Item = q.Options[item-1].Label, 0
					}
					list = append(list, changeAt{at, ch})
				}
			}
		}
	}
	return list
}
