-- +goose Up
-- Plans. No old rows: nothing kept plans before.

-- A plan begun. What it is of never changes.
CREATE TABLE plan (
    id           text PRIMARY KEY,
    person_id    text NOT NULL REFERENCES person (id),
    service      text NOT NULL,
    kind         text NOT NULL,
    title        text NOT NULL, -- of the kind, at the time
    episode_id   text NOT NULL, -- empty for none
    previous_id  text NOT NULL, -- the plan that it carries on; empty for none
    recorded_seq integer NOT NULL,
    recorded_us  integer NOT NULL,
    recorded_by  text NOT NULL
);
CREATE INDEX plan_person ON plan (person_id);

-- What was done with it, one after the other: written, reviewed, closed, returned,
-- authorised, dropped. Nothing changes or removes a row.
CREATE TABLE plan_step (
    plan_id      text NOT NULL REFERENCES plan (id),
    number       integer NOT NULL, -- from 1
    did          text NOT NULL,
    reason       text NOT NULL,
    final        boolean NOT NULL, -- what was written came into force by this
    definition   text NOT NULL, -- hash of the kind's file, which is kept in definition_file; empty without content
    content      text NOT NULL, -- of written, reviewed and closed: JSON; empty otherwise
    by_id        text NOT NULL,
    by_name      text NOT NULL, -- as it was then
    by_role      text NOT NULL,
    recorded_seq integer NOT NULL,
    recorded_us  integer NOT NULL,
    recorded_by  text NOT NULL,
    PRIMARY KEY (plan_id, number)
);

-- Which action of a plan an entry served: the last row of the two counts.
CREATE TABLE plan_served (
    id           text PRIMARY KEY,
    plan_id      text NOT NULL REFERENCES plan (id),
    action_id    text NOT NULL,
    entry_id     text NOT NULL,
    serves       boolean NOT NULL, -- false: it did not after all
    recorded_seq integer NOT NULL,
    recorded_us  integer NOT NULL,
    recorded_by  text NOT NULL
);
CREATE INDEX plan_served_plan ON plan_served (plan_id, action_id, entry_id);
CREATE INDEX plan_served_entry ON plan_served (entry_id);

-- Plain state: that a plan is being written, and for what. rev counts what was saved of
-- all its parts.
CREATE TABLE plan_draft (
    plan_id  text PRIMARY KEY REFERENCES plan (id),
    purpose  text NOT NULL, -- write, change, review, close
    rev      integer NOT NULL,
    saved_us integer NOT NULL,
    saved_by text NOT NULL
);

-- Plain state: the pieces of a draft, as they were typed.
CREATE TABLE plan_part (
    plan_id  text NOT NULL REFERENCES plan (id),
    part     text NOT NULL,
    sort     text NOT NULL, -- about, review, outcome, action, target, progress
    rev      integer NOT NULL,
    fields   text NOT NULL, -- JSON: field to text
    saved_us integer NOT NULL,
    saved_by text NOT NULL,
    PRIMARY KEY (plan_id, part)
);

-- Plain state: what somebody else had saved of a piece before it was written over, and
-- pieces that were taken out, until the draft has ended.
CREATE TABLE plan_earlier (
    plan_id  text NOT NULL REFERENCES plan (id),
    part     text NOT NULL,
    sort     text NOT NULL, -- about, review, outcome, action, target, progress
    rev      integer NOT NULL,
    fields   text NOT NULL, -- JSON: field to text
    saved_us integer NOT NULL,
    saved_by text NOT NULL,
    PRIMARY KEY (plan_id, part, rev)
);

-- +goose StatementBegin
CREATE TRIGGER plan_no_update BEFORE UPDATE ON plan
BEGIN
    SELECT RAISE(ABORT, 'plan is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER plan_no_delete BEFORE DELETE ON plan
BEGIN
    SELECT RAISE(ABORT, 'plan is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER plan_no_replace BEFORE INSERT ON plan WHEN EXISTS (SELECT 1 FROM plan WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'plan: there is such a row');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER plan_step_no_update BEFORE UPDATE ON plan_step
BEGIN
    SELECT RAISE(ABORT, 'plan_step is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER plan_step_no_delete BEFORE DELETE ON plan_step
BEGIN
    SELECT RAISE(ABORT, 'plan_step is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER plan_step_no_replace BEFORE INSERT ON plan_step WHEN EXISTS (SELECT 1 FROM plan_step WHERE plan_id = new.plan_id AND number = new.number)
BEGIN
    SELECT RAISE(ABORT, 'plan_step: there is such a row');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER plan_served_no_update BEFORE UPDATE ON plan_served
BEGIN
    SELECT RAISE(ABORT, 'plan_served is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER plan_served_no_delete BEFORE DELETE ON plan_served
BEGIN
    SELECT RAISE(ABORT, 'plan_served is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER plan_served_no_replace BEFORE INSERT ON plan_served WHEN EXISTS (SELECT 1 FROM plan_served WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'plan_served: there is such a row');
END;
-- +goose StatementEnd
