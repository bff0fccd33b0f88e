package sqldb

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/meeting"
	"casefile/internal/person"
)

const meetingColumns = "m.id, m.kind, m.title, m.service, m.team_id, m.definition, m.recorded_seq, m.recorded_us, m.recorded_by, COALESCE((SELECT d.saved_us FROM minutes_draft d WHERE d.meeting_id = m.id), 0)"

func scanMeeting(s scanner) (m meeting.Meeting, err error) {
	return m, s.Scan(&m.ID, &m.Kind, &m.Title, &m.Service, &m.Team, &m.Definition, &m.Set.Seq, &m.Set.At, &m.Set.By, &m.Drafted)
}

// meetsOn is the rows of meeting_child as they stand: now_id is the person on whose
// record the meeting is, file_id their file.
const meetsOn = `(SELECT mc.meeting_id, mc.person_id, mc.recorded_seq, COALESCE(mv.to_id, mc.person_id) AS now_id, mf.file_id
	FROM meeting_child mc
	LEFT JOIN moved mv ON mv.object_id = mc.meeting_id AND mv.from_id = mc.person_id
	JOIN file_member mf ON mf.person_id = COALESCE(mv.to_id, mc.person_id))`

// aboutFile are the keys of the meetings about whoever the file $1 is of; among them
// those of other things that moved there, which are no meeting's. It begins with the
// file, so that it does not read all meetings.
const aboutFile = `(SELECT c.meeting_id FROM file_member f CROSS JOIN meeting_child c WHERE f.file_id = $1 AND c.person_id = f.person_id
		AND NOT EXISTS (SELECT 1 FROM moved v WHERE v.object_id = c.meeting_id AND v.from_id = c.person_id)
	UNION SELECT v.object_id FROM file_member f CROSS JOIN moved v WHERE f.file_id = $1 AND v.to_id = f.person_id)`

// MeetingsOf lists the meetings about a person.
func (t *tx) MeetingsOf(ctx context.Context, p person.ID) ([]meeting.Meeting, error) {
	list, err := t.meetings(ctx, aboutFile, p)
	slices.SortStableFunc(list, func(x, y meeting.Meeting) int {
		a, b := y.Now(), x.Now()
		if c := a.Day.Compare(b.Day); c != 0 {
			return c
		}
		return compare(a.Time+" "+string(y.ID), b.Time+" "+string(x.ID))
	})
	return list, err
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Meeting is one meeting.
func (t *tx) Meeting(ctx context.Context, key meeting.ID) (meeting.Meeting, error) {
	list, err := t.meetings(ctx, "($1)", key)
	if err == nil && len(list) == 0 {
		err = notFound("meeting")
	}
	if err != nil {
		return meeting.Meeting{}, err
	}
	return list[0], nil
}

// meetings reads those whose keys are these, of the argument $1, with all that is known
// of them: a statement for each table, however many they are.
func (t *tx) meetings(ctx context.Context, these string, arg any) ([]meeting.Meeting, error) {
	list, err := all(ctx, t, scanMeeting, "SELECT "+meetingColumns+" FROM meeting m WHERE m.id IN "+these+" ORDER BY m.id", arg)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	at := make(map[meeting.ID]*meeting.Meeting, len(list))
	for i := range list {
		at[list[i].ID] = &list[i]
	}
	for _, read := range []func(context.Context, map[meeting.ID]*meeting.Meeting, string, any) error{
		t.meetingChildren, t.meetingVersions, t.invitees, t.minutesSteps, t.decisions, t.minutesSent,
	} {
		if err := read(ctx, at, these, arg); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// of is a row of a meeting.
type of[T any] struct {
	meeting meeting.ID
	row     T
}

func (t *tx) meetingChildren(ctx context.Context, at map[meeting.ID]*meeting.Meeting, these string, arg any) error {
	rows, err := all(ctx, t, func(s scanner) (o of[meeting.Child], err error) {
		return o, s.Scan(&o.meeting, &o.row.Put, &o.row.Now, &o.row.File)
	}, "SELECT c.meeting_id, c.person_id, c.now_id, c.file_id FROM "+meetsOn+" c WHERE c.meeting_id IN "+these+" ORDER BY c.recorded_seq, c.person_id", arg)
	for _, o := range rows {
		at[o.meeting].Children = append(at[o.meeting].Children, o.row)
	}
	return err
}

const meetingVersionColumns = `number, state, day, at, place, chair_id, chair_name, minute_taker_id, minute_taker_name, reason, agenda, next_day, no_next, not_invited,
	late_reason, why, by_id, by_name, by_role, recorded_seq, recorded_us, recorded_by`

func (t *tx) meetingVersions(ctx context.Context, at map[meeting.ID]*meeting.Meeting, these string, arg any) error {
	rows, err := all(ctx, t, func(s scanner) (o of[meeting.Version], err error) {
		v := &o.row
		return o, s.Scan(
			&o.meeting, &v.Number, &v.State,
			day{&v.Day},
			&v.Time, &v.Place, &v.Chair, &v.ChairName, &v.MinuteTaker, &v.MinuteName, &v.Reason, &v.Agenda,
			day{&v.Next},
			&v.NoNext, &v.NotInvited, &v.Late, &v.Why, &v.By, &v.ByName, &v.ByRole, &v.Recorded.Seq, &v.Recorded.At, &v.Recorded.By,
		)
	}, "SELECT v.meeting_id, "+meetingVersionColumns+" FROM meeting_version v WHERE v.meeting_id IN "+these+" ORDER BY v.number", arg)
	for _, o := range rows {
		at[o.meeting].Versions = append(at[o.meeting].Versions, o.row)
	}
	return err
}

const (
	inviteeColumns  = "id, meeting_id, worker_id, person_id, name, role, agency, called, recorded_seq, recorded_us, recorded_by"
	standingColumns = "invitee_id, number, invited_day, how, answer, attended, report, gets, note, off, by_id, by_name, recorded_seq, recorded_us, recorded_by"
)

func (t *tx) invitees(ctx context.Context, at map[meeting.ID]*meeting.Meeting, these string, arg any) error {
	rows, err := all(ctx, t, func(s scanner) (o of[meeting.Invitee], err error) {
		i := &o.row
		return o, s.Scan(
			&o.meeting, &i.ID, &i.Worker, &i.Person, &i.Name, &i.Role, &i.Agency, &i.For, &i.Number,
			day{&i.Invited},
			&i.How, &i.Answer, &i.Attended, &i.Report, &i.Gets, &i.Note, &i.Off, &i.By, &i.ByName, &i.Recorded.Seq, &i.Recorded.At, &i.Recorded.By,
		)
	}, `SELECT i.meeting_id, i.id, i.worker_id, COALESCE((SELECT f.file_id FROM file_member f WHERE f.person_id = COALESCE(v.to_id, i.person_id)), ''), i.name, i.role, i.agency, i.called,
			s.number, s.invited_day, s.how, s.answer, s.attended, s.report, s.gets, s.note, s.off, s.by_id, s.by_name, s.recorded_seq, s.recorded_us, s.recorded_by
		FROM meeting_invitee i JOIN meeting_standing s ON s.invitee_id = i.id AND s.number = (SELECT max(l.number) FROM meeting_standing l WHERE l.invitee_id = i.id)
		LEFT JOIN moved v ON v.object_id = i.meeting_id AND v.from_id = i.person_id -- a child of it is invited as such
		WHERE i.meeting_id IN `+these+" ORDER BY i.recorded_seq, i.id", arg)
	for _, o := range rows {
		at[o.meeting].Invitees = append(at[o.meeting].Invitees, o.row)
	}
	return err
}

const minutesStepColumns = "number, did, reason, late_reason, by_id, by_name, by_role, recorded_seq, recorded_us, recorded_by"

func (t *tx) minutesSteps(ctx context.Context, at map[meeting.ID]*meeting.Meeting, these string, arg any) error {
	rows, err := all(ctx, t, func(s scanner) (o of[meeting.Step], err error) {
		v := &o.row
		return o, s.Scan(&o.meeting, &v.Number, &v.Did, &v.Reason, &v.Late, &v.By, &v.ByName, &v.ByRole, &v.Recorded.Seq, &v.Recorded.At, &v.Recorded.By)
	}, "SELECT s.meeting_id, "+minutesStepColumns+" FROM minutes_step s WHERE s.meeting_id IN "+these+" ORDER BY s.number", arg)
	for _, o := range rows {
		at[o.meeting].Steps = append(at[o.meeting].Steps, o.row)
	}
	return err
}

const decidedColumns = `decision_id, number, decided, made_by, evidence_for, evidence_against, outcome, reasons, to_do, doer_id, doer_name, due_day, opened_task, gone, why,
	by_id, by_name, by_role, recorded_seq, recorded_us, recorded_by`

func (t *tx) decisions(ctx context.Context, at map[meeting.ID]*meeting.Meeting, these string, arg any) error {
	type row struct {
		meeting.Decision
		meeting.Decided
	}
	rows, err := all(ctx, t, func(s scanner) (o of[row], err error) {
		d, v := &o.row.Decision, &o.row.Decided
		return o, s.Scan(
			&o.meeting, &d.Put, &d.Person, &d.ID, &v.Number, &v.What, &v.MadeBy, &v.For, &v.Against, &v.Outcome, &v.Reasons, &v.Do, &v.Doer, &v.DoerName,
			day{&v.Due},
			&v.Task, &v.Gone, &v.Why, &v.By, &v.ByName, &v.ByRole, &v.Recorded.Seq, &v.Recorded.At, &v.Recorded.By,
		)
	}, `SELECT d.meeting_id, d.person_id, COALESCE((SELECT f.file_id FROM file_member f WHERE f.person_id = COALESCE(w.to_id, d.person_id)), ''), v.decision_id, v.number, v.decided, v.made_by,
			v.evidence_for, v.evidence_against, v.outcome, v.reasons, v.to_do, v.doer_id, v.doer_name, v.due_day, v.opened_task, v.gone, v.why, v.by_id, v.by_name, v.by_role,
			v.recorded_seq, v.recorded_us, v.recorded_by
		FROM meeting_decision d JOIN meeting_decision_version v ON v.decision_id = d.id
		LEFT JOIN moved w ON w.object_id = d.meeting_id AND w.from_id = d.person_id
		WHERE d.meeting_id IN `+these+" ORDER BY d.recorded_seq, d.id, v.number", arg)
	for _, o := range rows {
		m := at[o.meeting]
		if n := len(m.Decisions); n == 0 || m.Decisions[n-1].ID != o.row.ID {
			m.Decisions = append(m.Decisions, o.row.Decision)
		}
		last := &m.Decisions[len(m.Decisions)-1]
		last.Versions = append(last.Versions, o.row.Decided)
	}
	if err != nil {
		return err
	}
	return t.decisionReach(ctx, at, these, arg)
}

// decisionReach reads whom versions of decisions are about, where they say so.
func (t *tx) decisionReach(ctx context.Context, at map[meeting.ID]*meeting.Meeting, these string, arg any) error {
	type row struct {
		decision string
		number   int
		meeting.Child
	}
	rows, err := all(ctx, t, func(s scanner) (o of[row], err error) {
		return o, s.Scan(&o.meeting, &o.row.decision, &o.row.number, &o.row.Put, &o.row.File)
	}, `SELECT d.meeting_id, r.decision_id, r.number, r.person_id, f.file_id
		FROM meeting_decision d JOIN meeting_decision_reach r ON r.decision_id = d.id JOIN `+meetsOn+` f ON f.meeting_id = d.meeting_id AND f.person_id = r.person_id
		WHERE d.meeting_id IN `+these+" ORDER BY r.person_id", arg)
	for _, o := range rows {
		for i, d := range at[o.meeting].Decisions {
			for j, v := range d.Versions {
				if d.ID == o.row.decision && v.Number == o.row.number {
					at[o.meeting].Decisions[i].Versions[j].Reach = append(v.Reach, o.row.Child)
				}
			}
		}
	}
	return err
}

const sentColumns = "id, meeting_id, invitee_id, step, day, how, late_reason, takes_back, why, by_id, by_name, recorded_seq, recorded_us, recorded_by"

func (t *tx) minutesSent(ctx context.Context, at map[meeting.ID]*meeting.Meeting, these string, arg any) error {
	rows, err := all(ctx, t, func(s scanner) (o of[meeting.Sent], err error) {
		v := &o.row
		return o, s.Scan(
			&o.meeting, &v.ID, &v.Invitee, &v.Step,
			day{&v.Day},
			&v.How, &v.Late, &v.By, &v.ByName, &v.Recorded.Seq, &v.Recorded.At, &v.Recorded.By, &v.Back, &v.BackByName, &v.BackAt.Seq, &v.BackAt.At, &v.BackAt.By,
		)
	}, `SELECT s.meeting_id, s.id, s.invitee_id, s.step, s.day, s.how, s.late_reason, s.by_id, s.by_name, s.recorded_seq, s.recorded_us, s.recorded_by,
			COALESCE(b.why, ''), COALESCE(b.by_name, ''), COALESCE(b.recorded_seq, 0), COALESCE(b.recorded_us, 0), COALESCE(b.recorded_by, '')
		FROM minutes_sent s LEFT JOIN minutes_sent b ON b.takes_back = s.id
		WHERE s.takes_back = '' AND s.meeting_id IN `+these+" ORDER BY s.recorded_seq, s.id", arg)
	for _, o := range rows {
		at[o.meeting].Sent = append(at[o.meeting].Sent, o.row)
	}
	return err
}

// LastMeeting is the day of the last meeting of a kind held about a person.
func (t *tx) LastMeeting(ctx context.Context, p person.ID, kind string, known date.Instant) (date.Date, error) {
	a := args{p, kind}
	then := ""
	if known > 0 {
		then = " AND l.recorded_us <= " + a.add(known)
	}
	return one(ctx, t, "meeting", func(s scanner) (d date.Date, err error) {
		return d, s.Scan(day{&d})
	}, `SELECT COALESCE(max(v.day), '') FROM meeting m JOIN meeting_version v ON v.meeting_id = m.id
			AND v.number = (SELECT max(l.number) FROM meeting_version l WHERE l.meeting_id = m.id`+then+`)
		WHERE m.kind = $2 AND v.state = '`+string(meeting.Held)+"' AND m.id IN "+aboutFile, a...)
}

// texts reads and writes what minutes say.
type texts struct{ list *[]meeting.Written }

func (x texts) Scan(v any) error {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("a column of minutes holds %T", v)
	}
	return json.Unmarshal([]byte(s), x.list)
}

func textsJSON(list []meeting.Written) (string, error) {
	b, err := json.Marshal(list)
	if err != nil {
		return "", fmt.Errorf("write minutes: %w", err)
	}
	return string(b), nil
}

// Minutes is what a step that completed the minutes says.
func (t *tx) Minutes(ctx context.Context, m meeting.ID, step int) ([]meeting.Written, error) {
	return one(ctx, t, "minutes", func(s scanner) (list []meeting.Written, err error) {
		return list, s.Scan(texts{&list})
	}, "SELECT texts FROM minutes_step WHERE meeting_id = $1 AND number = $2 AND did = '"+string(meeting.Completed)+"'", m, step)
}

const draftOfMinutes = "meeting_id, rev, texts, saved_us, saved_by"

func scanMinutes(s scanner) (d meeting.Draft, err error) {
	return d, s.Scan(&d.Meeting, &d.Rev, texts{&d.Texts}, &d.Saved, &d.By)
}

// MinutesDraft is the draft of minutes.
func (t *tx) MinutesDraft(ctx context.Context, m meeting.ID) (meeting.Draft, error) {
	return one(ctx, t, "draft of minutes", scanMinutes, "SELECT "+draftOfMinutes+" FROM minutes_draft WHERE meeting_id = $1", m)
}

// EarlierMinutes is what others had saved of them.
func (t *tx) EarlierMinutes(ctx context.Context, m meeting.ID) ([]meeting.Draft, error) {
	return all(ctx, t, scanMinutes, "SELECT "+draftOfMinutes+" FROM minutes_earlier WHERE meeting_id = $1 ORDER BY rev DESC", m)
}

var errMinutesSaved = fault.New(fault.Conflict, "Somebody saved these minutes since you opened them.")

// SaveMinutes replaces a draft not saved since it was read.
func (t *tx) SaveMinutes(ctx context.Context, d meeting.Draft) error {
	text, err := textsJSON(d.Texts)
	if err != nil {
		return err
	}
	// What others had saved is kept, of each of them the last.
	if _, err := t.exec(ctx, "INSERT INTO minutes_earlier ("+draftOfMinutes+") SELECT "+draftOfMinutes+
		" FROM minutes_draft WHERE meeting_id = $1 AND rev = $2 AND rev > 1 AND saved_by <> $3 ON CONFLICT DO NOTHING", d.Meeting, d.Rev, d.By); err != nil {
		return err
	}
	n, err := t.exec(ctx, "UPDATE minutes_draft SET texts = $1, saved_us = $2, saved_by = $3, rev = rev + 1 WHERE meeting_id = $4 AND rev = $5", text, d.Saved, d.By, d.Meeting, d.Rev)
	if err != nil || n == 1 {
		return err
	}
	if _, err := t.MinutesDraft(ctx, d.Meeting); err != nil {
		return err
	}
	return errMinutesSaved
}

// AddMinutesDraft begins a draft.
func (t *tx) AddMinutesDraft(ctx context.Context, d meeting.Draft) error {
	text, err := textsJSON(d.Texts)
	if err != nil {
		return err
	}
	return t.insert(ctx, "minutes_draft", draftOfMinutes, [][]any{{d.Meeting, d.Rev, text, d.Saved, d.By}})
}

// DropMinutesDraft removes a draft not saved since it was read.
func (t *tx) DropMinutesDraft(ctx context.Context, d meeting.Draft) error {
	n, err := t.exec(ctx, "DELETE FROM minutes_draft WHERE meeting_id = $1 AND rev = $2", d.Meeting, d.Rev)
	if err != nil {
		return err
	}
	if n != 1 {
		return errMinutesSaved
	}
	_, err = t.exec(ctx, "DELETE FROM minutes_earlier WHERE meeting_id = $1", d.Meeting)
	return err
}

// AddMeeting adds a meeting.
func (t *tx) AddMeeting(ctx context.Context, m meeting.Meeting) error {
	err := t.insert(ctx, "meeting", "id, kind, title, service, team_id, definition, recorded_seq, recorded_us, recorded_by",
		[][]any{{m.ID, m.Kind, m.Title, m.Service, m.Team, m.Definition, t.seq, t.at, m.Set.By}})
	if err != nil {
		return err
	}
	var rows [][]any
	for _, c := range m.Children {
		rows = append(rows, []any{m.ID, c.Put, t.seq, t.at, m.Set.By})
	}
	return t.insert(ctx, "meeting_child", "meeting_id, person_id, recorded_seq, recorded_us, recorded_by", rows)
}

// AddMeetingVersion adds what is arranged.
func (t *tx) AddMeetingVersion(ctx context.Context, m meeting.ID, v meeting.Version) error {
	err := t.insert(ctx, "meeting_version", "meeting_id, "+meetingVersionColumns, [][]any{{
		m, v.Number, v.State, v.Day.String(), v.Time, v.Place, v.Chair, v.ChairName, v.MinuteTaker, v.MinuteName, v.Reason, v.Agenda, v.Next.String(), v.NoNext, v.NotInvited,
		v.Late, v.Why, v.By, v.ByName, v.ByRole, t.seq, t.at, v.Recorded.By,
	}})
	if err != nil {
		return err
	}
	return t.placeMeeting(ctx, m)
}

// AddInvitee adds somebody who is asked to come.
func (t *tx) AddInvitee(ctx context.Context, m meeting.ID, i meeting.Invitee) error {
	err := t.insert(ctx, "meeting_invitee", inviteeColumns, [][]any{{i.ID, m, i.Worker, i.Person, i.Name, i.Role, i.Agency, i.For, t.seq, t.at, i.Recorded.By}})
	if err != nil {
		return err
	}
	i.Number = 1
	return t.AddStanding(ctx, m, i)
}

// AddStanding adds how an invitee stands.
func (t *tx) AddStanding(ctx context.Context, m meeting.ID, i meeting.Invitee) error {
	err := t.insert(ctx, "meeting_standing", standingColumns, [][]any{{
		i.ID, i.Number, i.Invited.String(), i.How, i.Answer, i.Attended, i.Report, i.Gets, i.Note, i.Off, i.By, i.ByName, t.seq, t.at, i.Recorded.By,
	}})
	if err != nil {
		return err
	}
	return t.placeMeeting(ctx, m)
}

// AddMinutesStep adds a step.
func (t *tx) AddMinutesStep(ctx context.Context, m meeting.ID, s meeting.Step, said []meeting.Written) error {
	text := ""
	if s.Did == meeting.Completed {
		var err error
		if text, err = textsJSON(said); err != nil {
			return err
		}
	}
	err := t.insert(ctx, "minutes_step", "meeting_id, "+minutesStepColumns+", texts",
		[][]any{{m, s.Number, s.Did, s.Reason, s.Late, s.By, s.ByName, s.ByRole, t.seq, t.at, s.Recorded.By, text}})
	if err != nil {
		return err
	}
	return t.placeMeeting(ctx, m)
}

// AddDecision adds a decision with its first version.
func (t *tx) AddDecision(ctx context.Context, m meeting.ID, d meeting.Decision) error {
	v := d.Now()
	err := t.insert(ctx, "meeting_decision", "id, meeting_id, person_id, recorded_seq, recorded_us, recorded_by", [][]any{{d.ID, m, d.Put, t.seq, t.at, v.Recorded.By}})
	if err != nil {
		return err
	}
	return t.AddDecided(ctx, m, d.ID, v)
}

// AddDecided adds a version of a decision.
func (t *tx) AddDecided(ctx context.Context, _ meeting.ID, decision string, v meeting.Decided) error {
	err := t.insert(ctx, "meeting_decision_version", decidedColumns, [][]any{{
		decision, v.Number, v.What, v.MadeBy, v.For, v.Against, v.Outcome, v.Reasons, v.Do, v.Doer, v.DoerName, v.Due.String(), v.Task, v.Gone, v.Why,
		v.By, v.ByName, v.ByRole, t.seq, t.at, v.Recorded.By,
	}})
	if err != nil || len(v.Reach) == 0 {
		return err
	}
	var rows [][]any
	for _, c := range v.Reach {
		rows = append(rows, []any{decision, v.Number, c.Put, t.seq, t.at, v.Recorded.By})
	}
	return t.insert(ctx, "meeting_decision_reach", "decision_id, number, person_id, recorded_seq, recorded_us, recorded_by", rows)
}

// AddSent notes that somebody was sent the minutes.
func (t *tx) AddSent(ctx context.Context, m meeting.ID, s meeting.Sent) error {
	return t.sent(ctx, m, s, "", "")
}

// TakeSentBack takes back that something was sent.
func (t *tx) TakeSentBack(ctx context.Context, m meeting.ID, key string, s meeting.Sent) error {
	return t.sent(ctx, m, s, key, s.Back)
}

func (t *tx) sent(ctx context.Context, m meeting.ID, s meeting.Sent, back, why string) error {
	err := t.insert(ctx, "minutes_sent", sentColumns, [][]any{{
		s.ID, m, s.Invitee, s.Step, s.Day.String(), s.How, s.Late, back, why, s.By, s.ByName, t.seq, t.at, s.Recorded.By,
	}})
	if err != nil {
		return err
	}
	return t.placeMeeting(ctx, m)
}
