package definition

import (
	"slices"

	"github.com/goccy/go-yaml/ast"

	"casefile/internal/access"
	"casefile/internal/meeting"
)

// A meetingRoles is something that names roles, and a stagesAt something that names stages,
// to be checked once all files are read.
type (
	meetingRoles struct {
		m     *mapping
		roles []wordAt
	}
	stagesAt struct {
		m      *mapping
		stages []wordAt
	}
)

// readMeetings reads work/meetings.yaml.
func (l *loader) readMeetings(d *document, root ast.Node) {
	m, ok := d.mapping(root, "the file of meetings", "meetings")
	if !ok {
		return
	}
	seen := map[string]position{}
	for _, n := range m.list("meetings") {
		v, ok := d.mapping(n, "a meeting", "id", "title", "help", "services", "sensitive", "chaired_by", "stands_in", "invite", "minutes",
			"agree_within", "send_within", "next_within", "reaches", "source")
		if !ok {
			continue
		}
		k := meeting.Kind{ID: v.id("id"), Title: v.text("title"), Help: v.optionalText("help"), Source: v.source("source")}
		v.once(seen, "id", k.ID)
		k.Services, k.Any = l.whose(v)
		k.Sensitive, _ = v.flag("sensitive") // reported where it is neither
		k.ChairedBy = l.rolesOf(v, "chaired_by")
		if v.has("stands_in") {
			k.StandsIn = l.rolesOf(v, "stands_in")
		}
		k.Invite = readCalled(d, v)
		k.Headings = readHeadings(d, v)
		k.AgreeIn, _ = l.limit(v, "agree_within")
		k.SendIn, _ = l.limit(v, "send_within")
		k.NextIn, _ = l.limit(v, "next_within")
		if v.has("reaches") {
			stages := v.several("reaches", "stage", nil)
			for _, w := range stages {
				k.Reaches = append(k.Reaches, w.word)
			}
			l.stagesNamed = append(l.stagesNamed, stagesAt{v, stages})
		}
		l.set.meetings = append(l.set.meetings, k)
	}
}

// rolesOf reads a list of roles, which are checked once the roles are read.
func (l *loader) rolesOf(m *mapping, key string) []access.Role {
	var roles []access.Role
	named := m.several(key, "role", nil)
	for _, w := range named {
		roles = append(roles, access.Role(w.word))
	}
	l.rolesNamed = append(l.rolesNamed, meetingRoles{m, named})
	return roles
}

// readCalled reads who must be invited.
func readCalled(d *document, m *mapping) []meeting.Called {
	if !m.has("invite") {
		return nil
	}
	var list []meeting.Called
	seen := map[string]position{}
	for _, n := range m.list("invite") {
		v, ok := d.mapping(n, "an invitation", "id", "title", "is", "source")
		if !ok {
			continue
		}
		c := meeting.Called{ID: v.id("id"), Title: v.text("title"), Source: v.source("source")}
		v.once(seen, "id", c.ID)
		if v.has("is") {
			is, _ := v.word("is", "invitee", words(meeting.Ises)) // reported where it is none
			c.Is = meeting.Is(is)
		}
		list = append(list, c)
	}
	return list
}

// readHeadings reads what minutes hold.
func readHeadings(d *document, m *mapping) []meeting.Heading {
	var list []meeting.Heading
	seen := map[string]position{}
	for _, n := range m.list("minutes") {
		v, ok := d.mapping(n, "a heading", "id", "title", "help", "each_child", "required", "source")
		if !ok {
			continue
		}
		h := meeting.Heading{ID: v.id("id"), Title: v.text("title"), Help: v.optionalText("help"), Source: v.source("source")}
		v.once(seen, "id", h.ID)
		h.Each, _ = v.flag("each_child") // reported where it is neither
		h.Required, _ = v.flag("required")
		list = append(list, h)
	}
	return list
}

// checkMeetings reports roles and stages that meetings name and that are not there.
func (l *loader) checkMeetings() {
	if !l.broken["access"] {
		known := make([]string, len(l.set.roles))
		for i, r := range l.set.roles {
			known[i] = string(r.ID)
		}
		for _, named := range l.rolesNamed {
			for _, w := range named.roles {
				if !slices.Contains(known, w.word) {
					named.m.report(w.at, "role %s of %s is not in %s%s", quote(w.word), named.m, rolesFile, meant(w.word, known))
				}
			}
		}
	}
	if l.broken["work"] {
		return
	}
	known := make([]string, len(l.set.milestones))
	for i, k := range l.set.milestones {
		known[i] = k.ID
	}
	if slices.Contains(l.set.otherStages, meetingsFile) {
		for i := range l.set.meetings {
			l.set.meetings[i].Reaches = slices.DeleteFunc(l.set.meetings[i].Reaches, func(stage string) bool { return !slices.Contains(known, stage) })
		}
		return
	}
	for _, named := range l.stagesNamed {
		for _, w := range named.stages {
			if !slices.Contains(known, w.word) {
				named.m.report(w.at, "stage %s of %s is not in %s%s", quote(w.word), named.m, milestonesFile, meant(w.word, known))
			}
		}
	}
}

// Meetings are the kinds of meeting; none without their file.
func (s *Set) Meetings() meeting.Kinds { return slices.Clone(s.meetings) }
