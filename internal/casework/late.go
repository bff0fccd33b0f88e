package casework

import (
	"strings"

	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/service"
	"casefile/internal/task"
)

// readEntry reads the content of an entry as it is recorded on a day, by when it was due,
// and what is wrong with it; among that, that it is late and does not say why (CR-23).
func (s *Service) readEntry(t service.EntryType, fields map[string]string, on date.Date) (entry.Content, date.Date, []fault.Problem, error) {
	c, ps := entry.Read(t, fields, on)
	due, err := s.dueBy(t, c.AtRisk, c.Happened)
	if err != nil {
		return c, due, ps, err
	}
	d := task.Deadline{Due: due, Done: on}
	if d.DaysLate(on) == 0 {
		c.LateReason = "" // typed before the day was put right
	}
	return c, due, append(ps, d.CheckReason(on, c.LateReason)...), nil
}

// dueBy is the last day on which what happened on a day is to be recorded. Where the
// calendar does not cover the day, nobody can say, and it is the zero day.
func (s *Service) dueBy(t service.EntryType, atRisk bool, happened date.Date) (date.Date, error) {
	due, err := t.Limit(atRisk).Due(s.set(), happened)
	if task.Outside(err) {
		s.log.Warn("a calendar does not cover a day, so nothing says by when an entry is due", "error", err)
		return date.Date{}, nil
	}
	return due, err
}

// EntryDeadline is by when what stands in a draft is to be recorded: as far as it can be
// told from what was typed so far, and with no day where it cannot.
func (s *Service) EntryDeadline(t service.EntryType, fields map[string]string) task.Deadline {
	happened, err := date.FromParts(fields[entry.FieldDay], fields[entry.FieldMonth], fields[entry.FieldYear])
	if err != nil || happened.After(s.Today()) {
		return task.Deadline{}
	}
	due, err := s.dueBy(t, strings.TrimSpace(fields[entry.FieldRisk]) == "yes", happened)
	if err != nil {
		return task.Deadline{} // said when it is recorded
	}
	return task.Deadline{Due: due}
}
