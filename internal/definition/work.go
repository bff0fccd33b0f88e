package definition

import (
	"github.com/goccy/go-yaml/ast"

	"casefile/internal/caseload"
)

// Bounds of what passing on may say.
const (
	mostFollowUpDays = 365
	mostFurther      = 10
)

// readPassing reads work/handover.yaml.
func (l *loader) readPassing(d *document, root ast.Node) {
	m, ok := d.mapping(root, "the file of handovers", "entry_type", "title", "follow_ups_for_days", "most_further", "source")
	if !ok {
		return
	}
	l.set.passing = caseload.Passing{
		EntryType: m.id("entry_type"), Title: m.text("title"),
		FollowUpDays: m.number("follow_ups_for_days", 1, mostFollowUpDays), MostFurther: m.number("most_further", 1, mostFurther),
		Source: m.source("source"),
	}
}

// Passing is how a case passes from worker to worker; the zero one where no
// definition says.
func (s *Set) Passing() caseload.Passing { return s.passing }
