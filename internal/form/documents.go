package form

import (
	"maps"
	"slices"
	"strconv"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"casefile/internal/date"
)

// surroundings are the names beside the form's own.
func (st *state) surroundings() {
	day := func(d date.Date) ref.Val {
		if d.IsZero() {
			return notKnown
		}
		return dateValue(d)
	}
	c := st.c
	person := newRecord(namePerson, 2)
	person.fields["born"] = day(c.Born)
	if age := c.Born.Age(c.Today); age >= 0 {
		person.fields["age"] = types.Int(age)
	}
	episode := newRecord(nameEpisode, 1)
	episode.fields["opened"] = day(c.Opened)
	facts := newRecord(nameFact, len(st.f.around.Facts))
	for _, kind := range st.f.around.Facts {
		codes := c.Facts[kind.ID]
		switch {
		case kind.Many:
			facts.fields[celName(kind.ID)] = types.NewStringList(types.DefaultTypeAdapter, codes[:min(len(codes), MostItems)])
		case len(codes) > 0:
			facts.fields[celName(kind.ID)] = types.String(codes[0])
		}
	}
	st.globals[nameToday], st.globals[namePerson], st.globals[nameEpisode] = day(c.Today), person, episode
	st.globals[nameFact] = facts
	st.globals[namePrevious] = st.document(previousType, &st.f.Spec, c.Previous)
	for _, u := range st.f.Uses {
		if spec, ok := st.f.around.form(u.Text); ok {
			st.globals[celName(u.Text)] = st.document(usedPrefix+celName(u.Text), spec, c.Uses[u.Text])
		}
	}
}

// document is another document as CEL has it. What an older version of its form
// has not, or has as another kind, is not known.
func (st *state) document(name string, spec *Spec, d *Final) *record {
	whole := newRecord(name, len(spec.Sections))
	for i := range spec.Sections {
		s := &spec.Sections[i]
		within := name + "." + celName(s.ID)
		r := newRecord(within, len(s.Ask))
		for k := range s.Ask {
			q := &s.Ask[k]
			var v any
			if d != nil {
				v = d.Sections[s.ID][q.ID]
			}
			r.fields[celName(q.ID)] = st.read(q, v, within)
		}
		whole.fields[celName(s.ID)] = r
	}
	return whole
}

// read is an answer of a final document.
func (st *state) read(q *Question, v any, within string) ref.Val {
	if empty(v) {
		return q.nothing()
	}
	p := &askPlan{Question: q, domain: q.options(st.f.around)}
	switch q.Kind {
	case List, Table:
		return st.readItems(q, v, within+"."+celName(q.ID))
	case Computed:
		return readComputed(q, v)
	case Code:
		if s, ok := v.(string); ok { // in use when it was given, if not today
			return types.String(s)
		}
		return notKnown
	case Codes:
		t, wrong := takeSeveral(v, p.domain, func(string) bool { return true })
		if wrong != "" {
			return q.nothing()
		}
		return t.cel
	}
	t, wrong := st.f.take(p, v, st.c)
	if wrong != "" {
		return q.nothing()
	}
	return t.cel
}

func (st *state) readItems(q *Question, v any, name string) ref.Val {
	var vals []ref.Val
	one := func(v any, row string) {
		m, ok := v.(map[string]any)
		if !ok || len(vals) >= MostItems {
			return
		}
		r := newRecord(name, len(q.Item)+1)
		for i := range q.Item {
			r.fields[celName(q.Item[i].ID)] = st.read(&q.Item[i], m[q.Item[i].ID], name)
		}
		if row != "" {
			r.fields[nameRow] = types.String(row)
		}
		vals = append(vals, r)
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			one(e, "")
		}
	case map[string]any:
		for _, id := range slices.Sorted(maps.Keys(v)) {
			one(v[id], id)
		}
	}
	return types.NewRefValList(types.DefaultTypeAdapter, vals)
}

func readComputed(q *Question, v any) ref.Val {
	s, ok := v.(string)
	if !ok {
		return notKnown
	}
	switch q.Gives {
	case GivesWhole:
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return types.Int(n)
		}
	case GivesDecimal:
		if x, err := strconv.ParseFloat(s, 64); err == nil {
			return types.Double(x)
		}
	case GivesDate:
		if d, wrong := takeDate(s); wrong == "" {
			return dateValue(d)
		}
	case GivesYesNo:
		return types.Bool(s == Yes)
	case GivesText:
		return types.String(s)
	}
	return notKnown
}
