package task

import (
	"strings"

	"casefile/internal/access"
	"casefile/internal/staff"
)

// An Awaiting is what waits to be authorised, as the rule of its task names it: a part of
// the file, the roles that authorise it, and who wrote in it and therefore does not. It is
// of one completion, after which nobody writes in it. The roles are those approved when it
// was completed; others may be approved while it waits, and this does not learn of it.
type Awaiting struct {
	Part  access.Part
	Roles []access.Role
	Wrote []staff.ID
}

// AwaitingRule begins the name of the rule of every such task.
const AwaitingRule = string(Authorise) + ":"

// AwaitingPart begins the name of the rule of those of a part.
func AwaitingPart(part access.Part) string { return AwaitingRule + string(part) + ":" }

// AwaitingRole and AwaitingWriter are how the name of a rule says a role that authorises,
// and a worker who does not.
func AwaitingRole(r access.Role) string { return " by=" + string(r) + " " }

// AwaitingWriter is that of a worker.
func AwaitingWriter(w staff.ID) string { return " not=" + string(w) + " " }

// Rule is the name of the rule.
func (a Awaiting) Rule() string {
	var b strings.Builder
	b.WriteString(AwaitingPart(a.Part))
	for _, r := range a.Roles {
		b.WriteString(AwaitingRole(r))
	}
	for _, w := range a.Wrote {
		b.WriteString(AwaitingWriter(w))
	}
	return b.String()
}

// Awaiting is what a task is to authorise; false for other tasks.
func (t Task) Awaiting() (a Awaiting, ok bool) {
	rest, ok := strings.CutPrefix(t.FromID, AwaitingRule)
	if !ok || t.From != FromRule {
		return a, false
	}
	part, said, _ := strings.Cut(rest, ":")
	a.Part = access.Part(part)
	for word := range strings.FieldsSeq(said) {
		if r, ok := strings.CutPrefix(word, "by="); ok {
			a.Roles = append(a.Roles, access.Role(r))
		} else if w, ok := strings.CutPrefix(word, "not="); ok {
			a.Wrote = append(a.Wrote, staff.ID(w))
		}
	}
	return a, true
}
