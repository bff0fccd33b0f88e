-- +goose Up
-- Plans. No old rows: nothing kept plans before.

-- A plan begun. What it is of never changes.
CREATE TABLE plan (
    id           text COLLATE "C" PRIMARY KEY,
    person_id    text COLLATE "C" NOT NULL REFERENCES person (id),
    service      text NOT NULL,
    kind         text NOT NULL,
    title        text NOT NULL, -- of the kind, at the time
    episode_id   text COLLATE "C" NOT NULL, -- empty for none
    previous_id  text COLLATE "C" NOT NULL, -- the plan that it carries on; empty for none
    recorded_seq bigint NOT NULL,
    recorded_us  bigint NOT NULL,
    recorded_by  text NOT NULL
);
CREATE INDEX plan_person ON plan (person_id);
GRANT SELECT, INSERT ON plan TO casefile_serve;

-- What was done with it, one after the other: written, reviewed, closed, returned,
-- authorised, dropped. Nothing changes or removes a row.
CREATE TABLE plan_step (
    plan_id      text COLLATE "C" NOT NULL REFERENCES plan (id),
    number       integer NOT NULL, -- from 1
    did          text NOT NULL,
    reason       text NOT NULL,
    final        boolean NOT NULL, -- what was written came into force by this
    definition   text NOT NULL, -- hash of the kind's file, which is kept in definition_file; empty without content
    content      text NOT NULL, -- of written, reviewed and closed: JSON; empty otherwise
    by_id        text COLLATE "C" NOT NULL,
    by_name      text NOT NULL, -- as it was then
    by_role      text NOT NULL,
    recorded_seq bigint NOT NULL,
    recorded_us  bigint NOT NULL,
    recorded_by  text NOT NULL,
    PRIMARY KEY (plan_id, number)
);
GRANT SELECT, INSERT ON plan_step TO casefile_serve;

-- Which action of a plan an entry served: the last row of the two counts.
CREATE TABLE plan_served (
    id           text COLLATE "C" PRIMARY KEY,
    plan_id      text COLLATE "C" NOT NULL REFERENCES plan (id),
    action_id    text COLLATE "C" NOT NULL,
    entry_id     text COLLATE "C" NOT NULL,
    serves       boolean NOT NULL, -- false: it did not after all
    recorded_seq bigint NOT NULL,
    recorded_us  bigint NOT NULL,
    recorded_by  text NOT NULL
);
CREATE INDEX plan_served_plan ON plan_served (plan_id, action_id, entry_id);
CREATE INDEX plan_served_entry ON plan_served (entry_id);
GRANT SELECT, INSERT ON plan_served TO casefile_serve;

-- Plain state: that a plan is being written, and for what. rev counts what was saved of
-- all its parts.
CREATE TABLE plan_draft (
    plan_id  text COLLATE "C" PRIMARY KEY REFERENCES plan (id),
    purpose  text NOT NULL, -- write, change, review, close
    rev      integer NOT NULL,
    saved_us bigint NOT NULL,
    saved_by text COLLATE "C" NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON plan_draft TO casefile_serve;

-- Plain state: the pieces of a draft, as they were typed.
CREATE TABLE plan_part (
    plan_id  text COLLATE "C" NOT NULL REFERENCES plan (id),
    part     text COLLATE "C" NOT NULL,
    sort     text NOT NULL, -- about, review, outcome, action, target, progress
    rev      integer NOT NULL,
    fields   text NOT NULL, -- JSON: field to text
    saved_us bigint NOT NULL,
    saved_by text COLLATE "C" NOT NULL,
    PRIMARY KEY (plan_id, part)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON plan_part TO casefile_serve;

-- Plain state: what somebody else had saved of a piece before it was written over, and
-- pieces that were taken out, until the draft has ended.
CREATE TABLE plan_earlier (
    plan_id  text COLLATE "C" NOT NULL REFERENCES plan (id),
    part     text COLLATE "C" NOT NULL,
    sort     text NOT NULL, -- about, review, outcome, action, target, progress
    rev      integer NOT NULL,
    fields   text NOT NULL, -- JSON: field to text
    saved_us bigint NOT NULL,
    saved_by text COLLATE "C" NOT NULL,
    PRIMARY KEY (plan_id, part, rev)
);
GRANT SELECT, INSERT, DELETE ON plan_earlier TO casefile_serve;
