package sqldb

import (
	"context"
	"fmt"
	"strings"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/person"
	"casefile/internal/right"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// workerName is the current name of the worker that an expression names.
func workerName(w string) string {
	return fmt.Sprintf("COALESCE((SELECT n.given || ' ' || n.family FROM worker n WHERE n.id = %s ORDER BY n.version DESC LIMIT 1), '')", w)
}

// Restrictions lists the restrictions of a file that are not put aside, with
// everybody named on them.
func (t *tx) Restrictions(ctx context.Context, p person.ID) ([]right.Restriction, error) {
	list, err := facts(ctx, t, store.RestrictionFact, "id, file_id, reason, paper", p, 0, func(s scanner) (r right.Restriction, err error) {
		return r, s.Scan(append([]any{&r.ID, &r.Person, &r.Reason, &r.Paper}, clockTargets(&r.Clocks)...)...)
	})
	if err != nil {
		return nil, err
	}
	for i, r := range list {
		list[i].Named, err = all(ctx, t, func(s scanner) (n right.Named, err error) {
			return n, s.Scan(append([]any{&n.ID, &n.Restriction, &n.Worker, &n.Name}, clockTargets(&n.Clocks)...)...)
		}, fmt.Sprintf(`SELECT g.id, g.restriction_id, g.worker_id, %s, %s FROM restriction_named g
			WHERE g.restriction_id = $1 AND g.superseded_seq = 0 ORDER BY g.from_day, g.recorded_seq, g.id`,
			workerName("g.worker_id"), prefixed("g.", clockColumns)), r.ID)
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

// RestrictedFiles lists whose files are restricted on a day.
func (t *tx) RestrictedFiles(ctx context.Context, today date.Date) ([]person.ID, error) {
	var a args
	on := openOn(&a, "b.", today)
	return all(ctx, t, func(s scanner) (p person.ID, err error) { return p, s.Scan(&p) },
		"SELECT DISTINCT b.file_id FROM "+filed("restriction")+" b WHERE "+on+" ORDER BY b.file_id", a...)
}

// AddRestriction restricts a file to nobody yet; AddNamed names who may.
func (t *tx) AddRestriction(ctx context.Context, r right.Restriction) error {
	return t.insertFact(ctx, store.RestrictionFact, "id, person_id, reason, paper", []any{r.ID, r.Person, r.Reason, r.Paper}, r.Clocks)
}

// AddNamed names a worker on a restriction.
func (t *tx) AddNamed(ctx context.Context, n right.Named) error {
	return t.insertFact(ctx, store.NamedFact, "id, restriction_id, worker_id", []any{n.ID, n.Restriction, n.Worker}, n.Clocks)
}

var connectionQuery = `SELECT g.id, g.worker_id, g.file_id, (SELECT p.reference FROM person p WHERE p.id = g.file_id), g.nature, %s
	FROM ` + filed("connection") + ` g WHERE %s g.superseded_seq = 0 ORDER BY g.recorded_seq, g.id`

func scanConnection(s scanner) (c right.Connection, err error) {
	return c, s.Scan(append([]any{&c.ID, &c.Worker, &c.Person, &c.Reference, &c.Nature}, clockTargets(&c.Clocks)...)...)
}

// Connections lists what a worker declared and did not take back.
func (t *tx) Connections(ctx context.Context, w staff.ID) ([]right.Connection, error) {
	return all(ctx, t, scanConnection, fmt.Sprintf(connectionQuery, prefixed("g.", clockColumns), "g.worker_id = $1 AND"), w)
}

// AllConnections lists what all workers declared.
func (t *tx) AllConnections(ctx context.Context) ([]right.Connection, error) {
	return all(ctx, t, scanConnection, fmt.Sprintf(connectionQuery, prefixed("g.", clockColumns), ""))
}

// AddConnection declares a connection.
func (t *tx) AddConnection(ctx context.Context, c right.Connection) error {
	return t.insertFact(ctx, store.ConnectionFact, "id, worker_id, person_id, nature", []any{c.ID, c.Worker, c.Person, c.Nature}, c.Clocks)
}

// Grants lists the grants of a file, past ones too.
func (t *tx) Grants(ctx context.Context, p person.ID) ([]right.Grant, error) {
	return t.grants(ctx, "g.file_id = $1", p)
}

// GrantsTo lists the grants to a worker, past ones too.
func (t *tx) GrantsTo(ctx context.Context, w staff.ID) ([]right.Grant, error) {
	return t.grants(ctx, "g.worker_id = $1", w)
}

func (t *tx) grants(ctx context.Context, where string, arg any) ([]right.Grant, error) {
	return all(ctx, t, func(s scanner) (g right.Grant, err error) {
		var parts string
		err = s.Scan(append([]any{&g.ID, &g.Person, &g.Worker, &g.Name, &g.Kind, &parts, &g.Reason}, clockTargets(&g.Clocks)...)...)
		for _, part := range strings.Fields(parts) {
			g.Parts = append(g.Parts, access.Part(part))
		}
		return g, err
	}, fmt.Sprintf(`SELECT g.id, g.file_id, g.worker_id, %s, g.kind, g.parts, g.reason, %s FROM `+filed("file_grant")+` g
		WHERE %s AND g.superseded_seq = 0 ORDER BY g.to_day, g.recorded_seq, g.id`,
		workerName("g.worker_id"), prefixed("g.", clockColumns), where), arg)
}

// AddGrant opens a file to a worker for a time.
func (t *tx) AddGrant(ctx context.Context, g right.Grant) error {
	parts := " "
	for _, part := range g.Parts {
		parts += string(part) + " "
	}
	return t.insertFact(ctx, store.GrantFact, "id, person_id, worker_id, kind, parts, reason",
		[]any{g.ID, g.Person, g.Worker, string(g.Kind), parts, g.Reason}, g.Clocks)
}

// noteVersion is the version of the note of a stated reason g.
const noteVersion = "(SELECT max(v.version) FROM entry_version v WHERE v.entry_id = g.entry_id)"

const reasonColumns = "g.id, g.worker_id, g.file_id, g.purpose, g.entry_id, " + noteVersion + ", g.until_us, g.recorded_seq, g.recorded_us, g.recorded_by"

func scanReason(s scanner) (r right.Reason, err error) {
	return r, s.Scan(&r.ID, &r.Worker, &r.Person, &r.Purpose, &r.Entry, &r.Version, &r.Until, &r.Recorded.Seq, &r.Recorded.At, &r.Recorded.By)
}

// Reasons lists the reasons that a worker stated for a file and that have not
// lapsed, the last one first.
func (t *tx) Reasons(ctx context.Context, p person.ID, w staff.ID, now date.Instant) ([]right.Reason, error) {
	return all(ctx, t, scanReason, "SELECT "+reasonColumns+` FROM `+filed("stated_reason")+` g
		WHERE g.file_id = $1 AND g.worker_id = $2 AND g.until_us > $3 ORDER BY g.recorded_seq DESC, g.id DESC`, p, w, now)
}

// ReasonsBy lists the reasons of a worker whose note is as it was left.
func (t *tx) ReasonsBy(ctx context.Context, w staff.ID, purposes []string, limit int) ([]right.Reason, error) {
	if len(purposes) == 0 {
		return nil, nil
	}
	a := args{w}
	places := make([]string, 0, len(purposes))
	for _, p := range purposes {
		places = append(places, a.add(p))
	}
	return all(ctx, t, scanReason, fmt.Sprintf(`SELECT %s FROM `+filed("stated_reason")+` g
		WHERE g.worker_id = $1 AND g.purpose IN (%s) AND %s = 1 ORDER BY g.recorded_seq DESC, g.id DESC LIMIT %s`,
		reasonColumns, strings.Join(places, ", "), noteVersion, a.add(limit)), a...)
}

// ReasonOf is the reason that left a note.
func (t *tx) ReasonOf(ctx context.Context, note entry.ID) (right.Reason, error) {
	return one(ctx, t, "stated reason", scanReason, "SELECT "+reasonColumns+" FROM "+filed("stated_reason")+" g WHERE g.entry_id = $1", note)
}

// StateReason keeps a reason.
func (t *tx) StateReason(ctx context.Context, r right.Reason) error {
	_, err := t.exec(ctx, `INSERT INTO stated_reason (id, worker_id, person_id, purpose, entry_id, until_us, recorded_seq, recorded_us, recorded_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, r.ID, r.Worker, r.Person, r.Purpose, r.Entry, r.Until, t.seq, t.at, r.Recorded.By)
	return err
}

// HeldAdds lists what imports brought about a person.
func (t *tx) HeldAdds(ctx context.Context, p person.ID) ([]right.Held, error) {
	return all(ctx, t, func(s scanner) (h right.Held, err error) {
		return h, s.Scan(&h.ID, &h.Person, &h.Sealed, &h.Recorded.Seq, &h.Recorded.At, &h.Recorded.By, &h.Decided.Seq, &h.Decided.At, &h.Decided.By)
	}, `SELECT id, file_id, sealed, recorded_seq, recorded_us, recorded_by, superseded_seq, superseded_us, superseded_by FROM `+filed("held_add")+` h
		WHERE file_id = $1 ORDER BY recorded_seq, id`, p)
}

// HoldAdd keeps what an import brought.
func (t *tx) HoldAdd(ctx context.Context, h right.Held) error {
	_, err := t.exec(ctx, `INSERT INTO held_add (id, person_id, sealed, recorded_seq, recorded_us, recorded_by)
		VALUES ($1, $2, $3, $4, $5, $6)`, h.ID, h.Person, h.Sealed, t.seq, t.at, h.Recorded.By)
	return err
}

// Trainings lists what a worker passed, lapsed ones too.
func (t *tx) Trainings(ctx context.Context, w staff.ID) ([]staff.Training, error) {
	return all(ctx, t, func(s scanner) (r staff.Training, err error) {
		return r, s.Scan(append([]any{&r.ID, &r.Worker, &r.Course}, clockTargets(&r.Clocks)...)...)
	}, "SELECT id, worker_id, course, "+clockColumns+" FROM training WHERE worker_id = $1 AND superseded_seq = 0 ORDER BY to_day DESC, recorded_seq, id", w)
}

// GoodUntil lists the training that is good longest of each worker and course.
func (t *tx) GoodUntil(ctx context.Context) ([]staff.Training, error) {
	return all(ctx, t, func(s scanner) (r staff.Training, err error) {
		return r, s.Scan(append([]any{&r.ID, &r.Worker, &r.Course}, clockTargets(&r.Clocks)...)...)
	}, fmt.Sprintf(`SELECT id, worker_id, course, %s FROM (
			SELECT g.*, row_number() OVER (PARTITION BY g.worker_id, g.course ORDER BY g.to_day DESC, g.recorded_seq DESC, g.id) AS place
			FROM training g WHERE g.superseded_seq = 0
		) AS best WHERE place = 1 ORDER BY worker_id, course`, clockColumns))
}

// Holders lists who holds which role today.
func (t *tx) Holders(ctx context.Context, today date.Date) ([]staff.Holder, error) {
	var a args
	where := openOn(&a, "s.", today)
	return all(ctx, t, func(s scanner) (h staff.Holder, err error) {
		var given string
		err = s.Scan(&h.Worker, &given, &h.Family, &h.Role, &h.Team, &h.TeamName, &h.Service)
		h.Name = strings.TrimSpace(given + " " + h.Family)
		return h, err
	}, `SELECT s.worker_id, w.given, w.family, s.role, s.team_id, t.name, t.service
		FROM assignment s
		JOIN team t ON t.id = s.team_id
		JOIN worker w ON w.id = s.worker_id AND w.version = (SELECT max(version) FROM worker WHERE id = s.worker_id)
		WHERE `+where+" ORDER BY s.worker_id, s.from_day, s.id", a...)
}

// AddTraining notes what a worker passed.
func (t *tx) AddTraining(ctx context.Context, r staff.Training) error {
	return t.insertFact(ctx, store.TrainingFact, "id, worker_id, course", []any{r.ID, r.Worker, r.Course}, r.Clocks)
}

// Absences lists a worker's absences, past ones too.
func (t *tx) Absences(ctx context.Context, w staff.ID) ([]staff.Absence, error) {
	return t.absences(ctx, "g.worker_id = $1", w)
}

func (t *tx) absences(ctx context.Context, where string, args ...any) ([]staff.Absence, error) {
	return all(ctx, t, func(s scanner) (r staff.Absence, err error) {
		return r, s.Scan(append([]any{&r.ID, &r.Worker, &r.Name, &r.Cover, &r.CoverName, &r.Note}, clockTargets(&r.Clocks)...)...)
	}, fmt.Sprintf(`SELECT g.id, g.worker_id, %s, g.cover_id, %s, g.note, %s FROM absence g
		WHERE %s AND g.superseded_seq = 0 ORDER BY g.from_day DESC, g.recorded_seq, g.id`,
		workerName("g.worker_id"), workerName("g.cover_id"), prefixed("g.", clockColumns), where), args...)
}

// AddAbsence notes an absence.
func (t *tx) AddAbsence(ctx context.Context, a staff.Absence) error {
	return t.insertFact(ctx, store.AbsenceFact, "id, worker_id, cover_id, note", []any{a.ID, a.Worker, a.Cover, a.Note}, a.Clocks)
}

// Professionals reads who of other agencies is involved.
func (t *tx) Professionals(ctx context.Context, p person.ID, known date.Instant) ([]person.Professional, error) {
	return facts(ctx, t, store.ProfessionalFact, "id, agency, name, job_title, telephone, email, address, note, confidential", p, known,
		func(s scanner) (f person.Professional, err error) {
			return f, s.Scan(append([]any{&f.ID, &f.Agency, &f.Name, &f.JobTitle, &f.Telephone, &f.Email, &f.Address, &f.Note, &f.Confidential}, clockTargets(&f.Clocks)...)...)
		})
}

// AddProfessional states that somebody of another agency is involved.
func (t *tx) AddProfessional(ctx context.Context, p person.ID, f person.Professional) error {
	return t.insertFact(ctx, store.ProfessionalFact, "id, person_id, agency, name, job_title, telephone, email, address, note, confidential",
		[]any{f.ID, p, f.Agency, f.Name, f.JobTitle, f.Telephone, f.Email, f.Address, f.Note, f.Confidential}, f.Clocks)
}
