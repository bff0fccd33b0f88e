package form

import (
	"slices"
	"strings"
)

// shape checks names: that each is there, is there once, and means one thing.
func (c *compiler) shape() {
	s := c.spec
	if !slices.Contains(c.around.Services, s.Service) {
		c.report(s.At, "service '%s' is not in services%s", s.Service, c.around.meant(s.Service, c.around.Services))
	}
	c.shapeRoles()
	names := map[string]string{} // of CEL, with what bears it
	for _, u := range s.Uses {
		c.shapeForm(u, "uses")
		c.shapeRead(u, "uses")
		if u.Text == s.ID {
			c.report(u.At, "a form reads its own last document as previous, and does not use itself")
		}
		c.shapeName(names, u.At, u.Text, "form")
	}
	if len(s.Sections) > MostSections {
		c.report(s.At, "%s has %d sections; at most %d", s.Name(), len(s.Sections), MostSections)
	}
	for _, sec := range s.Sections {
		c.shapeName(names, sec.At, sec.ID, "section")
	}
	count := 0
	for i := range s.Sections {
		count += c.shapeAsk(s.Sections[i].Ask, names, nil)
	}
	if count > MostQuestions {
		c.report(s.At, "%s has %d questions; at most %d", s.Name(), count, MostQuestions)
	}
	c.shapeRules()
	c.shapeScores()
	for _, list := range [][]Effect{s.OnComplete, s.OnSign} {
		for i := range list {
			c.shapeEffect(&list[i])
		}
	}
	for i := range s.CopyFrom {
		c.shapeCopy(&s.CopyFrom[i])
	}
	c.shapeDates()
}

// shapeName takes a name that expressions can use from everywhere.
func (c *compiler) shapeName(names map[string]string, at Place, id, noun string) {
	name := celName(id)
	if slices.Contains(reserved, name) {
		c.report(at, "%s '%s' has a name that expressions keep for themselves; give it another", noun, id)
		return
	}
	if other, taken := names[name]; taken {
		if other == noun {
			c.report(at, "%s '%s' is there twice", noun, id)
		} else {
			c.report(at, "%s '%s' has the name of a %s", noun, id, other)
		}
		return
	}
	names[name] = noun
}

func (c *compiler) shapeForm(w Word, key string) {
	if _, ok := c.around.form(w.Text); !ok {
		c.report(w.At, "the %s of %s names form '%s', which there is not%s", key, c.spec.Name(), w.Text, c.around.meant(w.Text, c.around.Forms))
	}
}

// shapeRead checks that a form reads only what whoever fills it in may read: what other
// services wrote is behind a right of its own, which not every worker of a service has.
func (c *compiler) shapeRead(w Word, key string) {
	if other, ok := c.around.form(w.Text); ok && other.Service != c.spec.Service {
		c.report(w.At, "the %s of %s names form '%s' of service '%s'; a form reads those of its own service", key, c.spec.Name(), w.Text, other.Service)
	}
}

// shapeRoles checks who completes and who authorises. Source: CR-26, CR-58.
func (c *compiler) shapeRoles() {
	s := c.spec
	if len(s.CompleteBy) == 0 {
		c.report(s.At, "%s does not say which role completes it", s.Name())
	}
	switch {
	case len(s.AuthoriseBy) == 0 && !s.NoAuthorise:
		c.report(s.At, "%s does not say which role authorises it; where none has to, say authorise: none", s.Name())
	case len(s.AuthoriseBy) > 0 && s.NoAuthorise:
		c.report(s.At, "%s says both who authorises it and that nobody has to", s.Name())
	}
	for _, list := range [][]Word{s.CompleteBy, s.AuthoriseBy} {
		seen := map[string]bool{}
		for _, w := range list {
			c.shapeRole(w)
			if seen[w.Text] {
				c.report(w.At, "role '%s' is named twice", w.Text)
			}
			seen[w.Text] = true
		}
	}
}

func (c *compiler) shapeRole(w Word) {
	switch r, ok := c.around.role(w.Text); {
	case !ok:
		c.report(w.At, "role '%s' is not in roles.yaml%s", w.Text, c.around.meant(w.Text, c.around.roleIDs()))
	case !r.In(c.spec.Service):
		c.report(w.At, "role '%s' is not held in teams of service '%s'", w.Text, c.spec.Service)
	}
}

// shapeAsk checks the questions of a section, or with outer, those of a list in
// it, and counts them.
func (c *compiler) shapeAsk(ask []Question, names map[string]string, outer []Question) int {
	count := 0
	seen := map[string]Place{}
	for i := range ask {
		q := &ask[i]
		count++
		name := celName(q.ID)
		if first, twice := seen[name]; twice {
			c.report(q.At, "question '%s' is there twice; first on line %d", q.ID, first.Line)
			continue
		}
		seen[name] = q.At
		switch noun, taken := names[name]; {
		case slices.Contains(reserved, name):
			c.report(q.At, "question '%s' has a name that expressions keep for themselves; give it another", q.ID)
		case taken:
			c.report(q.At, "question '%s' has the name of a %s, so that '%s' in an expression could be either", q.ID, noun, name)
		case slices.ContainsFunc(outer, func(o Question) bool { return celName(o.ID) == name }):
			c.report(q.At, "question '%s' of a list has the name of a question beside the list", q.ID)
		}
		c.shapeQuestion(q, ask)
		if q.Kind == List || q.Kind == Table {
			if outer != nil {
				c.report(q.At, "question '%s': a list has no lists inside it", q.ID)
				continue
			}
			count += c.shapeAsk(q.Item, names, ask)
			if q.Kind == Table {
				for _, item := range q.Item {
					if celName(item.ID) == nameRow {
						c.report(item.At, "a column is not called row: that is which row it is")
					}
				}
			}
		}
	}
	return count
}

// shapeQuestion checks one question; beside are those it stands among.
func (c *compiler) shapeQuestion(q *Question, beside []Question) {
	if q.Min != nil && q.Max != nil && q.Min.N > q.Max.N {
		c.report(q.Min.At, "question '%s' has a min of %d and a max of %d, which nothing is between", q.ID, q.Min.N, q.Max.N)
	}
	most := map[Kind]int{Text: MostText, List: MostItems}[q.Kind]
	if most > 0 && q.Max != nil && q.Max.N > most {
		c.report(q.Max.At, "question '%s' has a max of %d; at most %d", q.ID, q.Max.N, most)
	}
	seen := map[string]bool{}
	for _, o := range q.Options {
		if seen[o.ID] {
			c.report(o.At, "option '%s' of question '%s' is there twice", o.ID, q.ID)
		}
		seen[o.ID] = true
	}
	switch {
	case (q.Kind == Choice || q.Kind == Choices) && len(q.Options) < 2:
		c.report(q.At, "question '%s' has fewer than two options to choose from", q.ID)
	case q.Kind == Table && len(q.Options) == 0:
		c.report(q.At, "table '%s' has no rows", q.ID)
	case q.Kind == Rating && len(q.Options) > 0 && len(q.Options) != q.most(4)-q.least(0)+1:
		c.report(q.At, "rating '%s' has %d labels for %d values", q.ID, len(q.Options), max(q.most(4)-q.least(0)+1, 0))
	case q.Kind == Computed && q.Required:
		c.report(q.At, "question '%s' is computed, so nobody can be required to answer it", q.ID)
	}
	if q.Kind == Code || q.Kind == Codes {
		if _, ok := c.around.set(q.Set.Text); !ok {
			c.report(q.Set.At, "there is no code set '%s'", q.Set.Text)
			return
		}
	}
	answers := q.options(c.around)
	for _, d := range q.Demands {
		if !q.single() {
			c.report(d.Answer.At, "question '%s' has no answer of a few, so that none of them can demand anything", q.ID)
			return
		}
		if !slices.Contains(answers, d.Answer.Text) {
			c.report(d.Answer.At, "question '%s' can never be '%s'%s", q.ID, d.Answer.Text, c.oneOf(d.Answer.Text, answers))
		}
		for _, w := range d.Ask {
			c.shapeDemand(q, w, beside)
		}
	}
}

func (c *compiler) shapeDemand(q *Question, w Word, beside []Question) {
	i := slices.IndexFunc(beside, func(o Question) bool { return o.ID == w.Text })
	if i < 0 {
		c.report(w.At, "question '%s' demands '%s', which is no question beside it%s", q.ID, w.Text, c.around.meant(w.Text, idsOf(beside)))
		return
	}
	switch d := beside[i]; {
	case !d.When.IsZero():
		c.report(w.At, "question '%s' has a when, and is demanded by an answer to '%s'; one of the two says when it is shown", d.ID, q.ID)
	case d.Kind == Computed:
		c.report(w.At, "question '%s' is computed, so no answer can demand it", d.ID)
	}
}

func idsOf(ask []Question) []string {
	ids := make([]string, len(ask))
	for i, q := range ask {
		ids[i] = q.ID
	}
	return ids
}

// oneOf is the end of a sentence about an answer that there is not.
func (c *compiler) oneOf(word string, answers []string) string {
	if meant := c.around.meant(word, answers); meant != "" {
		return meant
	}
	if len(answers) > 12 {
		return ""
	}
	return "; it is one of " + strings.Join(answers, ", ")
}

func (c *compiler) shapeRules() {
	seen := map[string]bool{}
	for _, r := range c.spec.Rules {
		if seen[r.ID] {
			c.report(r.At, "rule '%s' is there twice", r.ID)
		}
		seen[r.ID] = true
		if r.Beside.Text == "" {
			continue
		}
		section, question, _ := strings.Cut(r.Beside.Text, ".")
		s := c.spec.section(section)
		if s == nil {
			c.report(r.Beside.At, "rule '%s' stands beside '%s', and there is no section '%s'", r.ID, r.Beside.Text, section)
		} else if !slices.Contains(idsOf(s.Ask), question) {
			c.report(r.Beside.At, "rule '%s' stands beside '%s', and section '%s' has no question '%s'%s", r.ID, r.Beside.Text, section, question, c.around.meant(question, idsOf(s.Ask)))
		}
	}
}

func (c *compiler) shapeScores() {
	seen := map[string]bool{}
	for _, s := range c.spec.Scores {
		if seen[celName(s.ID)] {
			c.report(s.At, "score '%s' is there twice", s.ID)
		}
		seen[celName(s.ID)] = true
		for i, b := range s.Bands {
			if i > 0 && b.From <= s.Bands[i-1].From {
				c.report(b.At, "band '%s' of score '%s' begins at %d, and the one before it at %d", b.Label, s.ID, b.From, s.Bands[i-1].From)
			}
		}
	}
}

// shapeEffect checks what an effect is about.
func (c *compiler) shapeEffect(e *Effect) {
	target := e.Target.Text
	switch e.Act {
	case SetFact:
		if f, ok := c.around.fact(target); !ok {
			c.report(e.Target.At, "nobody records the fact '%s'%s", target, c.around.meant(target, c.around.factIDs()))
		} else if f.Set == "" {
			c.report(e.Target.At, "fact '%s' is told in words, so a form cannot set it", target)
		}
	case Require:
		if !c.around.Kept {
			c.shapeForm(e.Target, "require")
		}
		if target == c.spec.ID {
			c.report(e.Target.At, "a form does not require itself: that would never end")
		}
	case Milestone:
		if !c.around.Kept && !c.around.milestone(target, c.spec.Service) {
			c.report(e.Target.At, "there is no milestone '%s' of service '%s'%s", target, c.spec.Service, c.around.meant(target, c.around.Milestones))
		}
	case Task, Message:
		if !slices.Contains(Recipients, target) {
			if _, ok := c.around.role(target); !ok {
				c.report(e.Target.At, "'%s' is no role, and none of %s%s", target, strings.Join(Recipients, ", "), c.around.meant(target, append(slices.Clone(Recipients), c.around.roleIDs()...)))
			}
		}
	case Directory:
		if !slices.Contains(DirectoryWords, target) {
			c.report(e.Target.At, "the directory cannot be told '%s'; it is one of %s", target, strings.Join(DirectoryWords, ", "))
		}
	}
}

// shapeCopy checks that what is copied fits where it goes.
func (c *compiler) shapeCopy(cp *Copy) {
	from := c.spec
	if cp.Form.Text != "" && cp.Form.Text != c.spec.ID {
		other, ok := c.around.form(cp.Form.Text)
		if !ok {
			c.shapeForm(cp.Form, "copy_from")
			return
		}
		c.shapeRead(cp.Form, "copy_from")
		from = other
	}
	there, here := from.section(cp.From.Text), c.spec.section(cp.To.Text)
	if there == nil {
		c.report(cp.From.At, "form '%s' has no section '%s' to copy from", from.ID, cp.From.Text)
	}
	if here == nil {
		c.report(cp.To.At, "there is no section '%s' to copy to", cp.To.Text)
	}
	if there == nil || here == nil {
		return
	}
	wanted := cp.Questions
	if len(wanted) == 0 {
		for _, q := range here.Ask {
			if slices.Contains(idsOf(there.Ask), q.ID) && q.Kind != Computed && q.Kind != Signature {
				wanted = append(wanted, Word{q.ID, cp.At})
			}
		}
		if len(wanted) == 0 {
			c.report(cp.At, "sections '%s' and '%s' have no question in common", cp.From.Text, cp.To.Text)
		}
	}
	for _, w := range wanted {
		i := slices.IndexFunc(there.Ask, func(q Question) bool { return q.ID == w.Text })
		j := slices.IndexFunc(here.Ask, func(q Question) bool { return q.ID == w.Text })
		switch {
		case i < 0:
			c.report(w.At, "section '%s' of form '%s' has no question '%s' to copy", cp.From.Text, from.ID, w.Text)
		case j < 0:
			c.report(w.At, "section '%s' has no question '%s' to copy to", cp.To.Text, w.Text)
		case !fits(&there.Ask[i], &here.Ask[j]):
			c.report(w.At, "question '%s' of form '%s' takes other answers than the one here, so that they cannot be copied", w.Text, from.ID)
		}
	}
}

// fits reports whether every answer to one question is one to the other.
func fits(from, to *Question) bool {
	if from.Kind != to.Kind || from.Set.Text != to.Set.Text || from.Places > to.Places || from.Kind == Computed || from.Kind == Signature {
		return false
	}
	for _, o := range from.Options {
		if !slices.ContainsFunc(to.Options, func(p Option) bool { return p.ID == o.ID }) {
			return false
		}
	}
	for _, q := range from.Item {
		if q.Kind == Computed {
			continue
		}
		i := slices.IndexFunc(to.Item, func(p Question) bool { return p.ID == q.ID })
		if i < 0 || !fits(&q, &to.Item[i]) {
			return false
		}
	}
	return true
}

// shapeDates checks due dates and review cycles.
func (c *compiler) shapeDates() {
	if c.around.Kept {
		return // a document of it is there
	}
	if d := c.spec.Due; d != nil {
		kind, of, _ := strings.Cut(d.After.Text, ":")
		fact, isFact := strings.CutPrefix(kind, "fact.")
		meeting, isMeeting := strings.CutPrefix(kind, "meeting.")
		switch {
		case d.After.Text == "episode.opened":
		case isMeeting:
			if !slices.Contains(c.around.Meetings, meeting) {
				c.report(d.After.At, "there is no kind of meeting '%s'%s", meeting, c.around.meant(meeting, c.around.Meetings))
			}
		case kind == "document.final" && of != "":
			c.shapeForm(Word{of, d.After.At}, "due")
		case isFact:
			if _, ok := c.around.fact(fact); !ok {
				c.report(d.After.At, "nobody records the fact '%s'%s", fact, c.around.meant(fact, c.around.factIDs()))
			}
		default:
			c.report(d.After.At, "a document is due after episode.opened, document.final:FORM, fact.KIND or meeting.KIND, not after '%s'", d.After.Text)
		}
		switch {
		case d.WorkingDays > 0 && d.Calendar.Text == "":
			c.report(d.At, "working days are counted by a calendar, which is not named")
		case d.WorkingDays == 0 && d.Calendar.Text != "":
			c.report(d.Calendar.At, "a calendar is named, and no working days are counted")
		case d.Calendar.Text != "" && !slices.Contains(c.around.Calendars, d.Calendar.Text):
			c.report(d.Calendar.At, "there is no calendar '%s'%s", d.Calendar.Text, c.around.meant(d.Calendar.Text, c.around.Calendars))
		}
		if counts(d.Days, d.WorkingDays, d.Weeks, d.Months) != 1 {
			c.report(d.At, "a document is due after a number of days, working_days, weeks or months, and of one of them")
		}
	}
	if r := c.spec.Review; r != nil {
		if counts(r.EveryDays, r.EveryMonths) != 1 {
			c.report(r.At, "a document is reviewed every_days or every_months, and by one of them")
		}
		if r.DatesMatch.Text != "" {
			c.shapeForm(r.DatesMatch, "dates_match")
		}
	}
}

func counts(numbers ...int) int {
	n := 0
	for _, v := range numbers {
		if v > 0 {
			n++
		}
	}
	return n
}
