package sqldb

import (
	"context"
	"fmt"

	"casefile/internal/definition"
)

// used is where records name kinds of the definitions. What contains others stands before
// these. A fact that is put aside names its kind still: it is shown as it was known.
var used = []struct {
	sort         definition.Sort
	in, id, from string
}{
	{definition.UsedService, "''", "service", "(SELECT service FROM team UNION ALL SELECT service FROM episode UNION ALL SELECT service FROM entry) s"},
	{definition.UsedEntryType, "e.service", "v.type", "entry_version v JOIN entry e ON e.id = v.entry_id"},
	{definition.UsedCategory, "e.service || '/' || v.type", "v.category", "entry_version v JOIN entry e ON e.id = v.entry_id"},
	{definition.UsedRole, "''", "role", "assignment"},
	{definition.UsedPurpose, "''", "purpose", "stated_reason"},
	{definition.UsedCourse, "''", "course", "training"},
	{definition.UsedOutcome, "''", "outcome", "concern_step"},
	{definition.UsedFileType, "''", "type", "file"},
	{definition.UsedMeeting, "''", "kind", "meeting"},
	{definition.UsedTask, "''", "kind", "task"},
	{definition.UsedStage, "''", "kind", "milestone"},
	{definition.UsedAlert, "''", "kind", "alert"},
	{definition.UsedPlan, "''", "kind", "plan"},
	{definition.UsedForm, "service", "form || '.v' || CAST(form_version AS text)", "document"},
	{definition.UsedRelationship, "''", "kind", "relationship"},
	{definition.UsedWhereabouts, "''", "of_whom", "whereabouts"},
	{definition.UsedNumber, "''", "system", "person_identifier"},
	{definition.UsedCodedFact, "''", "kind", "person_characteristic"},
	{definition.UsedCode, "kind", "code", "person_characteristic"},
}

// DefinitionsUsed reads every such table through: it is for a command, and not for a page.
func (t *tx) DefinitionsUsed(ctx context.Context) ([]definition.Used, error) {
	var list []definition.Used
	for _, u := range used {
		of, err := all(ctx, t, func(s scanner) (k definition.Used, err error) {
			k.Sort = u.sort
			return k, s.Scan(&k.In, &k.ID, &k.Records)
		}, fmt.Sprintf("SELECT g.place, g.id, count(*) FROM (SELECT %s AS place, %s AS id FROM %s) g WHERE g.id <> '' GROUP BY g.place, g.id ORDER BY g.place, g.id", u.in, u.id, u.from))
		if err != nil {
			return nil, err
		}
		list = append(list, of...)
	}
	return list, nil
}
