-- +goose Up
-- Meetings: what is arranged, who is invited, what the minutes say, what was decided and
-- who was sent what. No old rows: nothing kept meetings before. Old entries say nothing
-- of key topics and decisions, and none of them is a decision by itself.

-- Of a visit or a meeting, its key topics and decisions; of a decision made outside a
-- meeting, who made it, the evidence for and against, and why. Empty for others.
ALTER TABLE entry_version ADD COLUMN key_topics text NOT NULL DEFAULT '';
ALTER TABLE entry_version ADD COLUMN decisions text NOT NULL DEFAULT '';
ALTER TABLE entry_version ADD COLUMN decided_by text NOT NULL DEFAULT '';
ALTER TABLE entry_version ADD COLUMN evidence_for text NOT NULL DEFAULT '';
ALTER TABLE entry_version ADD COLUMN evidence_against text NOT NULL DEFAULT '';
ALTER TABLE entry_version ADD COLUMN intended_outcome text NOT NULL DEFAULT '';
ALTER TABLE entry_version ADD COLUMN decision_reasons text NOT NULL DEFAULT '';

-- A meeting. What it is of never changes.
CREATE TABLE meeting (
    id           text COLLATE "C" PRIMARY KEY,
    kind         text NOT NULL, -- of definitions/work/meetings.yaml
    title        text NOT NULL, -- of the kind, at the time
    service      text NOT NULL,
    team_id      text COLLATE "C" NOT NULL, -- of whoever set it up
    definition   text NOT NULL, -- hash of the file of kinds, which is kept in definition_file
    recorded_seq bigint NOT NULL,
    recorded_us  bigint NOT NULL,
    recorded_by  text NOT NULL
);
GRANT SELECT, INSERT ON meeting TO casefile_serve;

-- Whom it is about.
CREATE TABLE meeting_child (
    meeting_id   text COLLATE "C" NOT NULL REFERENCES meeting (id),
    person_id    text COLLATE "C" NOT NULL REFERENCES person (id),
    recorded_seq bigint NOT NULL,
    recorded_us  bigint NOT NULL,
    recorded_by  text NOT NULL,
    PRIMARY KEY (meeting_id, person_id)
);
CREATE INDEX meeting_child_person ON meeting_child (person_id);
GRANT SELECT, INSERT ON meeting_child TO casefile_serve;

-- What is arranged of it, version by version.
CREATE TABLE meeting_version (
    meeting_id        text COLLATE "C" NOT NULL REFERENCES meeting (id),
    number            integer NOT NULL, -- from 1
    state             text NOT NULL, -- planned, held, cancelled
    day               text COLLATE "C" NOT NULL,
    at                text NOT NULL, -- HH:MM, or empty
    place             text NOT NULL,
    chair_id          text COLLATE "C" NOT NULL, -- empty where the chair has no account
    chair_name        text NOT NULL, -- as it was then
    minute_taker_id   text COLLATE "C" NOT NULL,
    minute_taker_name text NOT NULL,
    reason            text NOT NULL,
    agenda            text NOT NULL,
    next_day          text COLLATE "C" NOT NULL,
    no_next           text NOT NULL, -- why there is none, or why it is after its limit
    not_invited       text NOT NULL, -- why not everybody was who must be
    late_reason       text NOT NULL, -- why a stage was reached late
    why               text NOT NULL, -- it was changed
    by_id             text COLLATE "C" NOT NULL,
    by_name           text NOT NULL, -- as it was then
    by_role           text NOT NULL,
    recorded_seq      bigint NOT NULL,
    recorded_us       bigint NOT NULL,
    recorded_by       text NOT NULL,
    PRIMARY KEY (meeting_id, number)
);
GRANT SELECT, INSERT ON meeting_version TO casefile_serve;

-- Who is asked to come: who it is never changes.
CREATE TABLE meeting_invitee (
    id           text COLLATE "C" PRIMARY KEY,
    meeting_id   text COLLATE "C" NOT NULL REFERENCES meeting (id),
    worker_id    text COLLATE "C" NOT NULL, -- of a worker; else empty
    person_id    text COLLATE "C" NOT NULL, -- of a person on the record; else empty
    name         text NOT NULL,
    role         text NOT NULL,
    agency       text NOT NULL,
    called       text NOT NULL, -- whom they come as, of those who must be invited; empty for others
    recorded_seq bigint NOT NULL,
    recorded_us  bigint NOT NULL,
    recorded_by  text NOT NULL
);
CREATE INDEX meeting_invitee_meeting ON meeting_invitee (meeting_id);
GRANT SELECT, INSERT ON meeting_invitee TO casefile_serve;

-- How an invitee stands, version by version.
CREATE TABLE meeting_standing (
    invitee_id   text COLLATE "C" NOT NULL REFERENCES meeting_invitee (id),
    number       integer NOT NULL, -- from 1
    invited_day  text COLLATE "C" NOT NULL,
    how          text NOT NULL,
    answer       text NOT NULL, -- coming, apologies, or empty
    attended     text NOT NULL, -- yes, joined, part, no, or empty
    report       boolean NOT NULL, -- they sent one
    gets         boolean NOT NULL, -- they are to be sent the minutes
    note         text NOT NULL,
    off          text NOT NULL, -- why they are not invited any more
    by_id        text COLLATE "C" NOT NULL,
    by_name      text NOT NULL, -- as it was then
    recorded_seq bigint NOT NULL,
    recorded_us  bigint NOT NULL,
    recorded_by  text NOT NULL,
    PRIMARY KEY (invitee_id, number)
);
GRANT SELECT, INSERT ON meeting_standing TO casefile_serve;

-- What was done with the minutes, one after the other.
CREATE TABLE minutes_step (
    meeting_id   text COLLATE "C" NOT NULL REFERENCES meeting (id),
    number       integer NOT NULL, -- from 1
    did          text NOT NULL, -- completed, returned, agreed, reopened, kept
    reason       text NOT NULL,
    late_reason  text NOT NULL, -- why they were agreed after they were due
    texts        text NOT NULL, -- of completed: as JSON; empty otherwise
    by_id        text COLLATE "C" NOT NULL,
    by_name      text NOT NULL, -- as it was then
    by_role      text NOT NULL,
    recorded_seq bigint NOT NULL,
    recorded_us  bigint NOT NULL,
    recorded_by  text NOT NULL,
    PRIMARY KEY (meeting_id, number)
);
GRANT SELECT, INSERT ON minutes_step TO casefile_serve;

-- Plain state: minutes as they are being written.
CREATE TABLE minutes_draft (
    meeting_id text COLLATE "C" PRIMARY KEY REFERENCES meeting (id),
    rev        integer NOT NULL,
    texts      text NOT NULL, -- as JSON
    saved_us   bigint NOT NULL,
    saved_by   text COLLATE "C" NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON minutes_draft TO casefile_serve;

-- Plain state: what somebody else had saved before it was written over, until the minutes
-- are completed.
CREATE TABLE minutes_earlier (
    meeting_id text COLLATE "C" NOT NULL REFERENCES meeting (id),
    rev        integer NOT NULL,
    texts      text NOT NULL, -- as JSON
    saved_us   bigint NOT NULL,
    saved_by   text COLLATE "C" NOT NULL,
    PRIMARY KEY (meeting_id, rev)
);
GRANT SELECT, INSERT, DELETE ON minutes_earlier TO casefile_serve;

-- What was decided there: about all of its children, or one.
CREATE TABLE meeting_decision (
    id           text COLLATE "C" PRIMARY KEY,
    meeting_id   text COLLATE "C" NOT NULL REFERENCES meeting (id),
    person_id    text COLLATE "C" NOT NULL, -- empty for all
    recorded_seq bigint NOT NULL,
    recorded_us  bigint NOT NULL,
    recorded_by  text NOT NULL
);
CREATE INDEX meeting_decision_meeting ON meeting_decision (meeting_id);
GRANT SELECT, INSERT ON meeting_decision TO casefile_serve;

-- What a decision says, version by version.
CREATE TABLE meeting_decision_version (
    decision_id      text COLLATE "C" NOT NULL REFERENCES meeting_decision (id),
    number           integer NOT NULL, -- from 1
    decided          text NOT NULL,
    made_by          text NOT NULL,
    evidence_for     text NOT NULL,
    evidence_against text NOT NULL,
    outcome          text NOT NULL, -- what is meant to come of it
    reasons          text NOT NULL,
    to_do            text NOT NULL, -- empty for nothing
    doer_id          text COLLATE "C" NOT NULL, -- a worker; else empty
    doer_name        text NOT NULL,
    due_day          text COLLATE "C" NOT NULL,
    opened_task      boolean NOT NULL,
    gone             boolean NOT NULL, -- it was entered by mistake
    why              text NOT NULL, -- it was corrected
    by_id            text COLLATE "C" NOT NULL,
    by_name          text NOT NULL, -- as it was then
    by_role          text NOT NULL,
    recorded_seq     bigint NOT NULL,
    recorded_us      bigint NOT NULL,
    recorded_by      text NOT NULL,
    PRIMARY KEY (decision_id, number)
);
GRANT SELECT, INSERT ON meeting_decision_version TO casefile_serve;

-- Who was sent the minutes, as somebody noted it. What takes a row back is a row of its
-- own, which names it.
CREATE TABLE minutes_sent (
    id           text COLLATE "C" PRIMARY KEY,
    meeting_id   text COLLATE "C" NOT NULL REFERENCES meeting (id),
    invitee_id   text COLLATE "C" NOT NULL,
    step         integer NOT NULL, -- that completed what was sent
    day          text COLLATE "C" NOT NULL,
    how          text NOT NULL,
    late_reason  text NOT NULL,
    takes_back   text COLLATE "C" NOT NULL, -- the row that it takes back; empty for others
    why          text NOT NULL, -- it is taken back
    by_id        text COLLATE "C" NOT NULL,
    by_name      text NOT NULL, -- as it was then
    recorded_seq bigint NOT NULL,
    recorded_us  bigint NOT NULL,
    recorded_by  text NOT NULL
);
CREATE INDEX minutes_sent_meeting ON minutes_sent (meeting_id);
CREATE UNIQUE INDEX minutes_sent_back ON minutes_sent (takes_back) WHERE takes_back <> '';
GRANT SELECT, INSERT ON minutes_sent TO casefile_serve;

-- Plain state, derived from the rows above: where a meeting stands in the list of those
-- who have it.
CREATE TABLE meeting_line (
    meeting_id      text COLLATE "C" PRIMARY KEY REFERENCES meeting (id),
    kind            text NOT NULL,
    state           text NOT NULL,
    phase           text NOT NULL, -- planned, writing, waiting, sending, done
    line_key        text COLLATE "C" NOT NULL, -- day and time
    day             text COLLATE "C" NOT NULL,
    service         text NOT NULL,
    team_id         text COLLATE "C" NOT NULL,
    chair_id        text COLLATE "C" NOT NULL,
    minute_taker_id text COLLATE "C" NOT NULL,
    set_by_id       text COLLATE "C" NOT NULL
);
CREATE INDEX meeting_line_chair ON meeting_line (chair_id, line_key) WHERE phase <> 'done';
CREATE INDEX meeting_line_minute_taker ON meeting_line (minute_taker_id, line_key) WHERE phase <> 'done';
CREATE INDEX meeting_line_set_by ON meeting_line (set_by_id, line_key) WHERE phase <> 'done';
CREATE INDEX meeting_line_team ON meeting_line (team_id, line_key) WHERE phase <> 'done';
GRANT SELECT, INSERT, UPDATE ON meeting_line TO casefile_serve;
