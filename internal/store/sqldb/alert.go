package sqldb

import (
	"context"
	"fmt"
	"strings"

	"casefile/internal/alert"
	"casefile/internal/date"
	"casefile/internal/person"
	"casefile/internal/store"
)

const alertColumns = "id, continues, kind, narrative, aware, informed_day, how_informed, not_told, manager, discussed_day, review_day, service"

func alertTargets(a *alert.Alert) []any {
	return append([]any{
		&a.ID, &a.Continues, &a.Kind, &a.Narrative, &a.Aware, day{&a.Informed}, &a.How, &a.NotTold, &a.Manager, day{&a.Discussed}, day{&a.Review}, &a.Service,
	}, clockTargets(&a.Clocks)...)
}

// Alerts reads the alerts of a person.
func (t *tx) Alerts(ctx context.Context, p person.ID, known date.Instant) ([]alert.Alert, error) {
	return facts(ctx, t, store.AlertFact, alertColumns, p, known, func(s scanner) (a alert.Alert, err error) {
		return a, s.Scan(alertTargets(&a)...)
	})
}

// AddAlert sets an alert. What continues one is of whom that is, whose file is merged
// with another or not.
func (t *tx) AddAlert(ctx context.Context, p person.ID, a alert.Alert) error {
	if a.Continues != "" {
		var err error
		if p, err = t.FactOwner(ctx, store.AlertFact, a.Continues); err != nil {
			return err
		}
	}
	return t.insertFact(ctx, store.AlertFact, "id, continues, person_id, kind, narrative, aware, informed_day, how_informed, not_told, manager, discussed_day, review_day, service",
		[]any{
			a.ID, a.Continues, p, a.Kind, a.Narrative, a.Aware, a.Informed.String(), a.How, a.NotTold, a.Manager, a.Discussed.String(), a.Review.String(), a.Service,
		}, a.Clocks)
}

// dayIn is the condition that a fact is so on a day.
func dayIn(a *args, prefix string, on date.Date) string {
	at := a.add(on.String())
	return fmt.Sprintf("%sfrom_day <= %s AND (%sto_day = '' OR %sto_day >= %s)", prefix, at, prefix, prefix, at)
}

// The ends of a link: the files that are asked about, and whose alerts those are.
const (
	endOn = "one"
	endOf = "two"
)

// links are the branches of a query for links: each from the files that are asked about,
// at the end begin, to the others. The CROSS JOINs keep SQLite from beginning elsewhere.
func (t *tx) links(a *args, begin string, people string, q store.AlertQuery) []string {
	so := func(prefix string) string {
		return knownAt(a, prefix, q.Known) + " AND " + dayIn(a, prefix, q.Day)
	}
	other := map[string]string{endOn: endOf, endOf: endOn}[begin]
	asked := t.d.In(begin+".file_id", people)
	person := func(p string) string { return p + ".person_id = " }
	var arms []string
	for _, side := range [][2]string{{"person_id", "other_id"}, {"other_id", "person_id"}} {
		arms = append(arms, fmt.Sprintf(`
			SELECT one.file_id AS on_id, two.file_id AS of_id, '%s' AS via, '' AS line_one, '' AS line_two
			FROM file_member %s CROSS JOIN relationship r CROSS JOIN file_member %s
			WHERE %s AND r.%s = %s.person_id AND %sr.%s AND %s`,
			alert.Related, begin, other, asked, side[0], begin, person(other), side[1], so("r.")))
	}
	arms = append(arms, fmt.Sprintf(`
			SELECT one.file_id, two.file_id, '%s', '', ''
			FROM file_member %s CROSS JOIN household_member h CROSS JOIN household_member o CROSS JOIN file_member %s
			WHERE %s AND h.person_id = %s.person_id AND o.household_id = h.household_id AND %so.person_id AND %s AND %s`,
		alert.Household, begin, other, asked, begin, person(other), so("h."), so("o.")))
	// A file on which a place is confidential is found by nothing that says it openly.
	open := func(prefix, file string) string {
		return fmt.Sprintf(`NOT %sconfidential AND NOT EXISTS (
				SELECT 1 FROM file_member sm CROSS JOIN person_address s
				WHERE sm.file_id = %s.file_id AND s.person_id = sm.person_id AND s.confidential AND s.superseded_seq = 0 AND s.postcode IN (%spostcode, ''))`,
			prefix, file, prefix)
	}
	first, second := "a.line1", "b.line1"
	if begin == endOf {
		first, second = second, first
	}
	return append(arms, fmt.Sprintf(`
			SELECT one.file_id, two.file_id, '%s', %s, %s
			FROM file_member %s CROSS JOIN person_address a CROSS JOIN person_address b CROSS JOIN file_member %s
			WHERE %s AND a.person_id = %s.person_id AND a.postcode <> '' AND b.postcode = a.postcode AND %sb.person_id
				AND a.kind = '' AND b.kind = '' AND %s AND %s AND %s AND %s`,
		alert.Address, first, second, begin, other, asked, begin, person(other), so("a."), so("b."), open("a.", begin), open("b.", other)))
}

// AlertsOn reads the alerts on files.
func (t *tx) AlertsOn(ctx context.Context, q store.AlertQuery) ([]alert.On, error) {
	return t.alertsBy(ctx, q, endOn)
}

// LinkedAlerts reads where alerts stand beside their own files.
func (t *tx) LinkedAlerts(ctx context.Context, q store.AlertQuery) ([]alert.On, error) {
	return t.alertsBy(ctx, q, endOf)
}

func (t *tx) alertsBy(ctx context.Context, q store.AlertQuery, begin string) ([]alert.On, error) {
	list, err := values(q.People)
	if err != nil {
		return nil, err
	}
	kinds, err := values(q.Linked)
	if err != nil {
		return nil, err
	}
	var a args
	people := a.add(list)
	holds := func() string { return knownAt(&a, "f.", q.Known) + " AND " + dayIn(&a, "f.", q.Day) }
	columns := prefixed("f.", alertColumns) + ", " + prefixed("f.", clockColumns)
	linked := t.links(&a, begin, people, q)
	query := fmt.Sprintf(`
		SELECT DISTINCT l.on_id, l.of_id, l.via, l.line_one, l.line_two, p.made_as, %s
		FROM (%s) l CROSS JOIN file_member fm CROSS JOIN alert f CROSS JOIN person p
		WHERE l.on_id <> l.of_id AND fm.file_id = l.of_id AND f.person_id = fm.person_id AND p.id = l.of_id AND %s AND %s`,
		columns, strings.Join(linked, "\n\t\t\tUNION ALL"), t.d.In("f.kind", a.add(kinds)), holds())
	if begin == endOn {
		query += fmt.Sprintf(`
		UNION ALL
		SELECT fm.file_id, fm.file_id, '', '', '', '', %s
		FROM file_member fm CROSS JOIN alert f
		WHERE f.person_id = fm.person_id AND %s AND %s`, columns, t.d.In("fm.file_id", people), holds())
	}
	type row struct {
		alert.On
		one, two, madeAs string
	}
	rows, err := all(ctx, t, func(s scanner) (r row, err error) {
		return r, s.Scan(append([]any{&r.On.On, &r.Of, &r.Via, &r.one, &r.two, &r.madeAs}, alertTargets(&r.Alert)...)...)
	}, query+" ORDER BY 1, 7, 3", a...)
	if err != nil {
		return nil, err
	}
	var on []alert.On
	for _, r := range rows {
		place := func(line string) string { return person.Address{Line1: line}.PlaceKey() }
		if r.Via == alert.Address && (place(r.one) == "" || place(r.one) != place(r.two)) {
			continue // of one postcode, and another house
		}
		r.Light = r.madeAs == person.AsRelation
		on = append(on, r.On)
	}
	return on, nil
}

// AlertsForReview lists alerts that are to be looked at.
func (t *tx) AlertsForReview(ctx context.Context, by date.Date, after string, limit int) ([]alert.On, error) {
	return all(ctx, t, func(s scanner) (o alert.On, err error) {
		err = s.Scan(append([]any{&o.Of}, alertTargets(&o.Alert)...)...)
		o.On = o.Of
		return o, err
	}, fmt.Sprintf(`
		SELECT fm.file_id, %s, %s FROM alert f JOIN file_member fm ON fm.person_id = f.person_id
		WHERE f.superseded_seq = 0 AND f.to_day = '' AND f.review_day <> '' AND f.review_day <= $1 AND f.id > $2 ORDER BY f.id LIMIT $3`,
		prefixed("f.", alertColumns), prefixed("f.", clockColumns)), by.String(), after, limit)
}

// AlertsOfKinds lists whose alerts of some kinds there are.
func (t *tx) AlertsOfKinds(ctx context.Context, kinds []string, after person.ID, limit int) ([]person.ID, error) {
	list, err := values(kinds)
	if err != nil {
		return nil, err
	}
	return all(ctx, t, func(s scanner) (p person.ID, err error) { return p, s.Scan(&p) }, `
		SELECT DISTINCT fm.file_id FROM alert f JOIN file_member fm ON fm.person_id = f.person_id
		WHERE f.superseded_seq = 0 AND `+t.d.In("f.kind", "$1")+` AND fm.file_id > $2 ORDER BY fm.file_id LIMIT $3`, list, after, limit)
}

// AlertsTold lists of which alerts those who work with a person were told.
func (t *tx) AlertsTold(ctx context.Context, p person.ID) ([]string, error) {
	return all(ctx, t, func(s scanner) (key string, err error) { return key, s.Scan(&key) },
		"SELECT alert_id FROM "+filed("alert_told")+" f WHERE file_id = $1 ORDER BY alert_id", p)
}

// ToldOfAlerts lists on whose files somebody was told because of alerts of a person.
func (t *tx) ToldOfAlerts(ctx context.Context, of person.ID) ([]person.ID, error) {
	return all(ctx, t, func(s scanner) (p person.ID, err error) { return p, s.Scan(&p) }, `
		SELECT DISTINCT f.file_id FROM `+filed("alert_told")+` f JOIN `+filed("alert")+` a ON a.id = f.alert_id
		WHERE a.file_id = $1 ORDER BY f.file_id`, of)
}

// TellOfAlert notes that somebody was told.
func (t *tx) TellOfAlert(ctx context.Context, p person.ID, key string) (bool, error) {
	n, err := t.exec(ctx, "INSERT INTO alert_told (person_id, alert_id, at_us) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", p, key, date.At(t.now()))
	return n == 1, err
}

// ForgetAlert takes that away.
func (t *tx) ForgetAlert(ctx context.Context, p person.ID, key string) error {
	_, err := t.exec(ctx, "DELETE FROM alert_told WHERE alert_id = $2 AND person_id IN (SELECT person_id FROM file_member WHERE file_id = $1)", p, key)
	return err
}
