package sqldb

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/person"
	"casefile/internal/staff"
)

// An asking is who asks about which part, and when.
type asking struct {
	access.Viewer
	part access.Part // empty: whichever the ground is for
	now  date.Instant
	list bool // about many people, one after the other

	a      *args
	places map[string]string // of what is among the arguments already, which is said once
}

func asks(a *args, v access.Viewer, part access.Part, now date.Instant, list bool) asking {
	return asking{v, part, now, list, a, map[string]string{}}
}

// arg is the place of something among the arguments, by a name for it.
func (v asking) arg(name string, value any) string {
	if v.places[name] == "" {
		v.places[name] = v.a.add(value)
	}
	return v.places[name]
}

func (v asking) worker() string { return v.arg("worker", v.Worker) }

func (v asking) service() string { return v.arg("service", v.Service) }

// open is the condition that a current fact is so today.
func (v asking) open(prefix string) string {
	return openAt(prefix, v.arg("today", v.now.Date().String()))
}

// rows is a table of ties as it is read: from the worker's for a list, from the
// person's else, of which there are few.
func (v asking) rows(table string) string {
	if v.list {
		return filed(table)
	}
	return onFile(table)
}

// tie is the condition that rows which are few for each worker tie the worker to
// the person p. For a list they are gathered once, whoever is asked about; else
// only those of the person are looked at.
func (v asking) tie(p, person, from string, where ...string) string {
	if v.list {
		return fmt.Sprintf("%s IN (SELECT %s FROM %s WHERE %s)", p, person, from, strings.Join(where, " AND "))
	}
	return fmt.Sprintf("EXISTS (SELECT 1 FROM %s WHERE %s = %s AND %s)", from, person, p, strings.Join(where, " AND "))
}

// work is the condition that somebody works or worked with the person. In a list
// the OFFSET keeps PostgreSQL from gathering everybody they work with first, who
// are too many.
func (v asking) work(p, where string) string {
	each := ""
	if v.list {
		each = " LIMIT 1 OFFSET 0"
	}
	// CROSS JOIN keeps SQLite from beginning with all that a service or a team does.
	return fmt.Sprintf(`EXISTS (SELECT 1 FROM file_member gm CROSS JOIN episode g
		WHERE gm.file_id = %s AND g.person_id = gm.person_id AND %s AND g.superseded_seq = 0%s)`, p, where, each)
}

// ground is the one place where each ground and each bar is put in SQL: the
// condition that the viewer holds it for the person that the expression p
// names. A single decision and a list both use it, so they cannot disagree. An
// unknown ground holds for nobody.
func ground(g access.Ground, v asking, p string) string {
	switch g {
	case access.Named:
		return v.tie(p, "g.file_id", v.rows("restriction")+" g CROSS JOIN restriction_named gn",
			"gn.restriction_id = g.id", "gn.worker_id = "+v.worker(), v.open("g."), v.open("gn."))
	case access.Allocated:
		return v.tie(p, "g.file_id", v.rows("allocation")+" g CROSS JOIN episode ge",
			ofEpisode("g.", "ge."), "ge.service = "+v.service(), "g.worker_id = "+v.worker(), v.open("g."), v.open("ge."))
	case access.Cover:
		return v.tie(p, "gm.file_id", "absence ga CROSS JOIN allocation g CROSS JOIN episode ge CROSS JOIN file_member gm",
			"g.worker_id = ga.worker_id", ofEpisode("g.", "ge."), "gm.person_id = g.person_id",
			"ge.service = "+v.service(), "ga.cover_id = "+v.worker(), v.open("g."), v.open("ge."), v.open("ga."),
			// Nobody covers for somebody who has left.
			inService("g.worker_id", "ge.service", v.arg("today", v.now.Date().String())))
	case access.Team:
		return v.work(p, "g.team_id = "+v.arg("team", v.Team))
	case access.Review, access.Grant:
		where := []string{"g.worker_id = " + v.worker(), "g.kind = " + v.arg(string(g), string(g)), v.open("g.")}
		if v.part != "" {
			// Not LIKE: for its pattern SQLite plans the statement anew each time.
			where = append(where, "REPLACE(g.parts, "+v.arg("part", " "+string(v.part)+" ")+", '') <> g.parts")
		}
		return v.tie(p, "g.file_id", v.rows("file_grant")+" g", where...)
	case access.Reason:
		return v.tie(p, "g.file_id", v.rows("stated_reason")+" g", "g.worker_id = "+v.worker(), "g.until_us > "+v.arg("now", v.now))
	case access.Service:
		return v.work(p, "g.service = "+v.service())
	case access.Everyone:
		if v.list { // which holds people alone, and rows that are of nobody
			return p + " <> ''"
		}
		return fmt.Sprintf("EXISTS (SELECT 1 FROM person g WHERE g.id = %s)", p)
	case access.Restricted:
		// Of several restrictions on one file each bars whoever it does not name.
		return fmt.Sprintf(`EXISTS (
			SELECT 1 FROM `+onFile("restriction")+` b WHERE b.file_id = %s AND %s AND NOT EXISTS (
				SELECT 1 FROM restriction_named bn WHERE bn.restriction_id = b.id AND bn.worker_id = %s AND %s))`,
			p, v.open("b."), v.worker(), v.open("bn."))
	case access.Connected:
		return v.tie(p, "b.file_id", v.rows("connection")+" b", "b.worker_id = "+v.worker(), v.open("b."))
	case access.Untrained:
		lacks := []string{"1 = 0"}
		for _, course := range v.Courses {
			lacks = append(lacks, fmt.Sprintf("NOT EXISTS (SELECT 1 FROM training b WHERE b.worker_id = %s AND b.course = %s AND %s)",
				v.worker(), v.arg("course "+course, course), v.open("b.")))
		}
		return "(" + strings.Join(lacks, " OR ") + ")"
	}
	return "1 = 0"
}

// inScope is the condition that a list holds the person: one of the grounds
// that give, and no bar.
func (t *tx) inScope(a *args, sc access.Scope, p string, now date.Instant) string {
	v := asks(a, sc.Viewer, sc.Part, now, true)
	gives := make([]access.Ground, 0, len(sc.Gives))
	for _, g := range access.Grounds {
		if slices.Contains(sc.Gives, g) {
			gives = append(gives, g)
		}
	}
	if slices.Contains(gives, access.Everyone) { // who is found by everyone is found by whatever ties
		gives = []access.Ground{access.Everyone}
	}
	if len(gives) == 0 {
		return "1 = 0"
	}
	// The widest first: most people on a list are on it by that one, and the
	// others are then not looked at.
	arms := make([]string, 0, len(gives))
	for _, g := range slices.Backward(gives) {
		arms = append(arms, ground(g, v, p))
	}
	where := "(" + strings.Join(arms, " OR ") + ")"
	for _, g := range access.Bars {
		where += " AND NOT " + ground(g, v, p)
	}
	return where
}

// Viewer is the worker acting in a role they hold today.
func (t *tx) Viewer(ctx context.Context, w staff.ID, as staff.AssignmentID, today date.Date) (access.Viewer, error) {
	a := args{as, w}
	return one(ctx, t, "assignment", func(s scanner) (v access.Viewer, err error) {
		return v, s.Scan(&v.Worker, &v.Role, &v.Team, &v.Service)
	}, `
		SELECT s.worker_id, s.role, s.team_id, t.service
		FROM assignment s JOIN team t ON t.id = s.team_id
		WHERE s.id = $1 AND s.worker_id = $2 AND `+openOn(&a, "s.", today), a...)
}

// Held lists the grounds and bars that a viewer has for a person, in one
// statement. A ground that is for some parts of the file only stands once for
// each grant of it.
func (t *tx) Held(ctx context.Context, v access.Viewer, p person.ID, now date.Instant) ([]access.Held, error) {
	var a args
	at := a.add(p)
	return all(ctx, t, func(s scanner) (access.Held, error) {
		var of string
		return scanHeld(s, &of)
	}, heldArms(&a, v, now, at, "", "g.file_id = "+at), a...)
}

// HeldOf is Held for several people, in one statement.
func (t *tx) HeldOf(ctx context.Context, v access.Viewer, people []person.ID, now date.Instant) (map[person.ID][]access.Held, error) {
	list, err := values(people)
	if err != nil {
		return nil, err
	}
	var a args
	rows := a.add(list)
	type of struct {
		person string
		held   access.Held
	}
	found, err := all(ctx, t, func(s scanner) (o of, err error) {
		o.held, err = scanHeld(s, &o.person)
		return o, err
	}, heldArms(&a, v, now, "v.value", " FROM "+t.d.Rows(rows), t.d.In("g.file_id", rows)), a...)
	if err != nil {
		return nil, err
	}
	held := make(map[person.ID][]access.Held, len(people))
	for _, o := range found {
		held[person.ID(o.person)] = append(held[person.ID(o.person)], o.held)
	}
	return held, nil
}

var knownGrounds = slices.Concat(access.Grounds, access.Bars)

// heldArms is the query for what is held: p is the person, from where they come
// from, and these the condition that a grant g is theirs.
func heldArms(a *args, v access.Viewer, now date.Instant, p, from, these string) string {
	who := asks(a, v, "", now, false)
	arms := make([]string, 0, len(knownGrounds))
	for i, g := range knownGrounds {
		if g == access.Review || g == access.Grant {
			arms = append(arms, fmt.Sprintf(
				"SELECT g.file_id, %d, g.parts FROM %s g WHERE %s AND g.worker_id = %s AND g.kind = %s AND %s",
				i, filed("file_grant"), these, who.worker(), who.arg(string(g), string(g)), who.open("g.")))
			continue
		}
		arms = append(arms, fmt.Sprintf("SELECT %s, %d, ''%s WHERE %s", p, i, from, ground(g, who, p)))
	}
	return strings.Join(arms, " UNION ALL ")
}

func scanHeld(s scanner, p *string) (access.Held, error) {
	var i int
	var parts string
	err := s.Scan(p, &i, &parts)
	h := access.Held{Ground: knownGrounds[i]}
	if parts != "" {
		h.Parts = []access.Part{"none"} // a grant of nothing is a grant of nothing
	}
	for _, part := range strings.Fields(parts) {
		h.Parts = append(h.Parts, access.Part(part))
	}
	return h, err
}

// InScope reports whether a list would hold the person.
func (t *tx) InScope(ctx context.Context, sc access.Scope, p person.ID, now date.Instant) (bool, error) {
	var a args
	_, err := one(ctx, t, "person in scope", func(s scanner) (n int, err error) { return n, s.Scan(&n) },
		fmt.Sprintf("SELECT 1 FROM person p WHERE %s AND p.id = %s", t.inScope(&a, sc, "p.id", now), a.add(p)), a...)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, err
}
