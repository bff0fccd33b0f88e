package sqldb

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"casefile/internal/access"
	"casefile/internal/caseload"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// ofEpisode is the condition that an allocation is of an episode, whichever of
// the episode's rows it is: allocations name the first.
func ofEpisode(allocation, episode string) string {
	return fmt.Sprintf("(%[2]sperson_id = %[1]sperson_id AND %[1]sepisode_id IN (%[2]sid, %[2]scontinues))", allocation, episode)
}

// inService is the condition that a worker holds a role in a service on a day.
func inService(worker, service, on string) string {
	return fmt.Sprintf(`EXISTS (SELECT 1 FROM assignment hs JOIN team ht ON ht.id = hs.team_id
		WHERE hs.worker_id = %s AND ht.service = %s AND %s)`, worker, service, openAt("hs.", on))
}

// A stand is how the worker of an allocation a, in an episode e, stands on a day. gone says
// that they hold no role in the service any more, and away are the columns of person.Away,
// over the joins, which bring their absence as f: for the rows of a list. left and covered
// are, as conditions on many rows, that they are gone, and that somebody covers and is there.
type stand struct{ gone, away, joins, left, covered string }

func standing(on string) stand {
	role := func(worker string) string {
		return fmt.Sprintf(`(SELECT 1 FROM assignment hs JOIN team ht ON ht.id = hs.team_id
			WHERE hs.worker_id = %s AND ht.service = e.service AND %s LIMIT 1)`, worker, openAt("hs.", on))
	}
	// Look-ups that end at the first row: for conditions with EXISTS PostgreSQL reads all
	// workers and all their roles, sooner than look up those of a list.
	cover := func(column string) string {
		return fmt.Sprintf(`COALESCE((SELECT %s FROM worker c WHERE c.id = f.cover_id AND %s IS NOT NULL
			AND (SELECT 1 FROM absence z WHERE z.worker_id = f.cover_id AND %s LIMIT 1) IS NULL
			ORDER BY c.version DESC LIMIT 1), '')`, column, role("f.cover_id"), openAt("z.", on))
	}
	return stand{
		gone: "(a.id IS NOT NULL AND " + role("a.worker_id") + " IS NULL)",
		away: fmt.Sprintf("f.id IS NOT NULL, COALESCE(f.to_day, ''), %s, %s", cover("c.given || ' ' || c.family"), cover(coverPhone)),
		joins: fmt.Sprintf(`
		LEFT JOIN absence f ON f.id = (
			SELECT y.id FROM absence y WHERE y.worker_id = a.worker_id AND %s
			ORDER BY CASE WHEN y.cover_id = '' THEN 1 ELSE 0 END, y.from_day, y.id LIMIT 1)`, openAt("y.", on)),
		left: "(a.id IS NOT NULL AND NOT EXISTS " + role("a.worker_id") + ")",
		covered: fmt.Sprintf("(f.cover_id <> '' AND EXISTS %s AND NOT EXISTS (SELECT 1 FROM absence z WHERE z.worker_id = f.cover_id AND %s))",
			role("f.cover_id"), openAt("z.", on)),
	}
}

const coverPhone = "CASE WHEN c.mobile <> '' THEN c.mobile ELSE c.telephone END"

// awayColumns are those of person.Away where an absence f, and as c who covers and is
// there, are joined.
const awayColumns = `f.id IS NOT NULL, COALESCE(f.to_day, ''), COALESCE(c.given || ' ' || c.family, ''), COALESCE(` + coverPhone + `, '')`

func awayTargets(w *person.Away) []any { return []any{&w.Is, day{&w.Until}, &w.Cover, &w.Telephone} }

// An episodeQuery is how episodes e are read, with who is allocated today by
// what was known: all of its pieces but the columns must stand in the query.
type episodeQuery struct {
	columns, joins, today string
	stand
}

func episodes(a *args, today date.Date, known date.Instant) episodeQuery {
	on := a.add(today.String())
	stands := standing(on)
	return episodeQuery{
		stand: stands, today: on,
		columns: fmt.Sprintf(`e.id, e.continues, e.service, e.team_id, t.name, e.end_reason, e.end_note,
		COALESCE(a.worker_id, ''), COALESCE(w.given || ' ' || w.family, ''),
		COALESCE(CASE WHEN w.mobile <> '' THEN w.mobile ELSE w.telephone END, ''), %s, %s, %s`,
			stands.gone, stands.away, prefixed("e.", clockColumns)),
		joins: fmt.Sprintf(`
		JOIN team t ON t.id = e.team_id
		LEFT JOIN allocation a ON a.id = CASE WHEN e.to_day = '' OR e.to_day >= %[3]s THEN (
			SELECT x.id FROM allocation x
			WHERE %[1]s AND x.kind = 'allocated' AND %[2]s AND x.from_day <= %[3]s AND (x.to_day = '' OR x.to_day >= %[3]s)
			ORDER BY x.from_day DESC, x.recorded_seq DESC, x.id DESC LIMIT 1) END
		LEFT JOIN worker w ON w.id = a.worker_id AND w.version = (SELECT max(version) FROM worker WHERE id = a.worker_id)`,
			ofEpisode("x.", "e."), knownAt(a, "x.", known), on) + stands.joins,
	}
}

func episodeTargets(e *person.Episode) []any {
	targets := []any{
		&e.ID, &e.Continues, &e.Service, &e.TeamID, &e.TeamName, &e.EndReason, &e.EndNote, &e.Allocated, &e.Worker, &e.Telephone, &e.Gone,
	}
	return append(append(targets, awayTargets(&e.Away)...), clockTargets(&e.Clocks)...)
}

// Episodes reads which services work, or worked, with the person.
func (t *tx) Episodes(ctx context.Context, p person.ID, known date.Instant) ([]person.Episode, error) {
	a := args{p}
	today := t.today()
	if !known.IsZero() {
		today = known.Date()
	}
	q := episodes(&a, today, known)
	return all(ctx, t, func(s scanner) (e person.Episode, err error) { return e, s.Scan(episodeTargets(&e)...) },
		fmt.Sprintf(`SELECT %s FROM %s e %s WHERE e.file_id = $1 AND %s
			ORDER BY e.to_day = '' DESC, e.from_day DESC, e.id`, q.columns, filed("episode"), q.joins, knownAt(&a, "e.", known)), a...)
}

// withEpisodes reads the episodes of a whole list, some hundreds of people at a
// time: a statement for each person would cost more than all the rest.
func (t *tx) withEpisodes(ctx context.Context, list []*person.Header) error {
	for some := range slices.Chunk(list, 500) {
		var a args
		people := make([]person.ID, len(some))
		at := make(map[person.ID][]person.Episode, len(some))
		for i, h := range some {
			people[i] = h.ID
		}
		who, err := values(people)
		if err != nil {
			return err
		}
		these := t.d.In("e.file_id", a.add(who))
		q := episodes(&a, t.today(), 0)
		type of struct {
			person.Episode
			whose person.ID
		}
		found, err := all(ctx, t, func(s scanner) (e of, err error) {
			return e, s.Scan(append(episodeTargets(&e.Episode), &e.whose)...)
		}, fmt.Sprintf(`SELECT %s, e.file_id FROM %s e %s WHERE %s AND %s
			ORDER BY e.to_day = '' DESC, e.from_day DESC, e.id`, q.columns, onFile("episode"), q.joins, these, knownAt(&a, "e.", 0)), a...)
		if err != nil {
			return err
		}
		for _, e := range found {
			at[e.whose] = append(at[e.whose], e.Episode)
		}
		for _, h := range some {
			h.Episodes = at[h.ID]
		}
	}
	return nil
}

// Allocations lists who is or was allocated to a person.
func (t *tx) Allocations(ctx context.Context, p person.ID) ([]store.Allocation, error) {
	return t.AllocationsKnown(ctx, p, 0)
}

// AllocationsKnown is the same as it was known at a moment.
func (t *tx) AllocationsKnown(ctx context.Context, p person.ID, known date.Instant) ([]store.Allocation, error) {
	a := args{p}
	stands := standing(a.add(t.today().String()))
	as := knownAt(&a, "a.", known)
	return all(ctx, t, func(s scanner) (m store.Allocation, err error) {
		c := &m.Contact
		targets := []any{
			&m.ID, &m.Episode, &m.Person, &m.Worker, &m.Kind,
			&m.Name, &m.JobTitle, &c.Telephone, &c.Mobile, &c.Email, &c.Base, &c.Note, &m.Gone,
		}
		return m, s.Scan(append(append(targets, awayTargets(&m.Away)...), clockTargets(&m.Clocks)...)...)
	}, fmt.Sprintf(`
		SELECT a.id, a.episode_id, a.file_id, a.worker_id, a.kind,
		       COALESCE(w.given || ' ' || w.family, ''), COALESCE(w.job_title, ''), COALESCE(w.telephone, ''), COALESCE(w.mobile, ''),
		       COALESCE(w.email, ''), COALESCE(w.base, ''), COALESCE(w.note, ''), %s, %s, %s
		FROM `+filed("allocation")+` a
		JOIN episode e ON e.id = a.episode_id
		LEFT JOIN worker w ON w.id = a.worker_id AND w.version = (SELECT max(version) FROM worker WHERE id = a.worker_id) %s
		WHERE a.file_id = $1 AND %s
		ORDER BY a.to_day = '' DESC, a.from_day DESC, a.recorded_seq DESC, a.id`,
		stands.gone, stands.away, prefixed("a.", clockColumns), stands.joins, as), a...)
}

// caseWhere is the condition of a query of cases, over the joins of episodes
// and a person p.
func (t *tx) caseWhere(a *args, q caseload.Query) string {
	today := q.Now.Date()
	where := []string{openOn(a, "e.", today)}
	// Allocations of the worker lead, through their index, to few persons.
	if q.Worker != "" {
		w := a.add(q.Worker)
		where = append(where, fmt.Sprintf("e.person_id IN (SELECT x.person_id FROM allocation x WHERE x.worker_id = %s AND x.superseded_seq = 0)", w),
			fmt.Sprintf("EXISTS (SELECT 1 FROM allocation x WHERE %s AND x.worker_id = %s AND %s)", ofEpisode("x.", "e."), w, openOn(a, "x.", today)))
	}
	if q.Team != "" {
		where = append(where, "e.team_id = "+a.add(q.Team))
	}
	if q.Service != "" {
		where = append(where, "e.service = "+a.add(q.Service))
	}
	if len(where) == 1 { // nobody's cases were asked for
		where = append(where, "1 = 0")
	}
	return strings.Join(append(where, t.inScope(a, q.Scope, "p.id", q.Now)), " AND ")
}

// A caseSince is from when a case has been as it is.
type caseSince struct{ opened, unallocated, left, away string }

func (q episodeQuery) since() caseSince {
	opened := `COALESCE((SELECT min(o.from_day) FROM episode o WHERE o.person_id = e.person_id AND o.superseded_seq = 0
		AND (o.id IN (e.id, e.continues) OR o.continues IN (e.id, e.continues) AND o.continues <> '')), '')`
	return caseSince{
		opened: opened,
		unallocated: fmt.Sprintf(`COALESCE((SELECT max(x.to_day) FROM allocation x
			WHERE %s AND x.kind = 'allocated' AND x.superseded_seq = 0 AND x.to_day < %s), %s)`, ofEpisode("x.", "e."), q.today, opened),
		left: `COALESCE((SELECT max(s.to_day) FROM assignment s JOIN team st ON st.id = s.team_id
			WHERE s.worker_id = a.worker_id AND st.service = e.service AND s.superseded_seq = 0), '')`,
		away: "COALESCE(f.from_day, '')",
	}
}

// in is the condition of a state, and since when it holds.
func (c caseSince) in(s caseload.State, e stand) (condition, day string) {
	switch s {
	case caseload.Unallocated:
		return "a.id IS NULL", c.unallocated
	case caseload.Left:
		return e.left, c.left
	case caseload.Away:
		return "(f.id IS NOT NULL AND NOT " + e.left + ")", c.away
	case caseload.Uncovered:
		return "(f.id IS NOT NULL AND NOT " + e.covered + " AND NOT " + e.left + ")", c.away
	case caseload.Any:
		return "1 = 1", c.opened
	}
	return "1 = 0", "''"
}

// Cases lists open cases.
func (t *tx) Cases(ctx context.Context, q caseload.Query) ([]caseload.Case, error) {
	var a args
	e := episodes(&a, q.Now.Date(), 0)
	state, day1 := e.since().in(q.State, e.stand)
	order := "family, given, p.id, e.id"
	if q.Order == caseload.ByAge {
		order = "since_day, " + order
	}
	list, err := all(ctx, t, func(s scanner) (c caseload.Case, err error) {
		var family, given string // they put the list in order
		targets := []any{&c.Header.ID, &family, &given, day{&c.Since}}
		return c, s.Scan(append(targets, episodeTargets(&c.Episode)...)...)
	}, fmt.Sprintf(`
		SELECT p.id, COALESCE((%s), '') AS family, COALESCE((%s), '') AS given, %s AS since_day, %s
		FROM %s e JOIN person p ON p.id = e.file_id %s
		WHERE %s AND %s
		ORDER BY %s
		LIMIT %s OFFSET %s`, latest("family", "person_name", "kind = 'legal'"), latest("given", "person_name", "kind = 'legal'"), day1, e.columns,
		filed("episode"), e.joins, t.caseWhere(&a, q), state, order, a.add(q.Limit), a.add(q.Skip)), a...)
	if err != nil {
		return nil, err
	}
	people := make([]person.ID, len(list))
	for i, c := range list {
		people[i] = c.Header.ID
	}
	lines, err := t.lines(ctx, people)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if f := lines[list[i].Header.ID]; f != nil {
			list[i].Header, list[i].Address = f.Header, f.Address
		}
	}
	headers := make([]*person.Header, len(list))
	for i := range list {
		headers[i] = &list[i].Header
	}
	return list, t.withEpisodes(ctx, headers)
}

// CountCases counts open cases by state.
func (t *tx) CountCases(ctx context.Context, q caseload.Query) (caseload.Counts, error) {
	var a args
	e := episodes(&a, q.Now.Date(), 0)
	days := e.since()
	sum := func(s caseload.State) string {
		condition, _ := days.in(s, e.stand)
		return "COALESCE(sum(CASE WHEN " + condition + " THEN 1 ELSE 0 END), 0)"
	}
	return one(ctx, t, "count", func(s scanner) (c caseload.Counts, err error) {
		return c, s.Scan(&c.All, &c.Unallocated, &c.Left, &c.Away, &c.Uncovered, day{&c.Oldest})
	}, fmt.Sprintf(`
		SELECT count(*), %s, %s, %s, %s, COALESCE(min(CASE WHEN a.id IS NULL THEN %s END), '')
		FROM %s e JOIN person p ON p.id = e.file_id %s
		WHERE %s`, sum(caseload.Unallocated), sum(caseload.Left), sum(caseload.Away), sum(caseload.Uncovered),
		days.unallocated, filed("episode"), e.joins, t.caseWhere(&a, q)), a...)
}

// Members lists who holds a role in a team today.
func (t *tx) Members(ctx context.Context, team staff.TeamID, sc access.Scope, now date.Instant) ([]caseload.Member, error) {
	a := args{team}
	today := now.Date()
	count := func(kind string) string {
		return fmt.Sprintf(`(SELECT count(*) FROM `+filed("allocation")+` x JOIN episode xe ON %s
			WHERE x.worker_id = s.worker_id AND x.kind = %s AND x.to_day = '' AND %s AND xe.service = t.service AND %s AND %s)`,
			ofEpisode("x.", "xe."), a.add(kind), openOn(&a, "x.", today), openOn(&a, "xe.", today), t.inScope(&a, sc, "x.file_id", now))
	}
	return all(ctx, t, func(s scanner) (m caseload.Member, err error) {
		var role string
		err = s.Scan(append(append(workerTargets(&m.Worker), &role, &m.Allocated, &m.Further), awayTargets(&m.Away)...)...)
		m.Role = access.Role(role)
		return m, err
	}, fmt.Sprintf(`
		SELECT %s, s.role, %s, %s, %s
		FROM assignment s
		JOIN team t ON t.id = s.team_id
		JOIN worker w ON w.id = s.worker_id AND w.version = (SELECT max(version) FROM worker WHERE id = s.worker_id)
		LEFT JOIN absence f ON f.id = (SELECT y.id FROM absence y WHERE y.worker_id = s.worker_id AND %s ORDER BY y.from_day, y.id LIMIT 1)
		LEFT JOIN worker c ON c.id = f.cover_id AND c.version = (SELECT max(version) FROM worker WHERE id = f.cover_id)
		WHERE s.team_id = $1 AND %s
		ORDER BY w.family, w.given, w.id, s.role`, workerColumns, count(store.Allocated), count(store.Further), awayColumns,
		openOn(&a, "y.", today), openOn(&a, "s.", today)), a...)
}

// AssignmentsFrom lists the roles that a worker holds on a day or after it.
func (t *tx) AssignmentsFrom(ctx context.Context, w staff.ID, from date.Date) ([]staff.Assignment, error) {
	return t.assignments(ctx, "s.worker_id = $1 AND s.superseded_seq = 0 AND (s.to_day = '' OR s.to_day >= $2)", w, from.String())
}

// Covers lists the absences, from a day on, for which a worker covers.
func (t *tx) Covers(ctx context.Context, w staff.ID, from date.Date) ([]staff.Absence, error) {
	return t.absences(ctx, "g.cover_id = $1 AND (g.to_day = '' OR g.to_day >= $2)", w, from.String())
}

// FollowUps lists the entries that say what is to be done next, by a day.
func (t *tx) FollowUps(ctx context.Context, p person.ID, service string, since date.Date, limit int) ([]entry.Entry, error) {
	return all(ctx, t, func(s scanner) (e entry.Entry, err error) { return e, s.Scan(entryTargets(&e)...) }, fmt.Sprintf(`
		SELECT %s
		FROM timeline_line l
		JOIN entry_version v ON v.entry_id = l.entry_id AND v.version = l.version
		JOIN entry e ON e.id = l.entry_id
		WHERE l.person_id = $1 AND e.service = $2 AND v.follow_up <> '' AND v.follow_up_by >= $3
		ORDER BY v.follow_up_by, v.entry_id
		LIMIT $4`, entryColumns), p, service, since.String(), limit)
}
