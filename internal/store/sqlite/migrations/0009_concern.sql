-- +goose Up
-- Suspected breaches, from the report to the end, and what the person themselves is told
-- of who has looked. There are no old rows.

-- A suspected breach that somebody reported (KF-03): one row for each, and nothing of it
-- changes. The words name workers, so they are sealed.
CREATE TABLE concern (
    id            text PRIMARY KEY,
    person_id     text NOT NULL REFERENCES person (id),
    reporter_id   text NOT NULL,
    reporter_name text NOT NULL, -- as it was then
    reporter_role text NOT NULL,
    about_id      text NOT NULL, -- the worker it is about; empty where nobody knew
    happened_day  text NOT NULL, -- empty where nobody knows
    hit_id        text NOT NULL, -- the watch-list hit it came of; empty for a report
    sealed        blob NOT NULL,
    recorded_seq  integer NOT NULL,
    recorded_us   integer NOT NULL,
    recorded_by   text NOT NULL
);
CREATE INDEX concern_person ON concern (person_id);
CREATE INDEX concern_reporter ON concern (reporter_id);

-- +goose StatementBegin
CREATE TRIGGER concern_no_update BEFORE UPDATE ON concern
BEGIN
    SELECT RAISE(ABORT, 'concern is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER concern_no_delete BEFORE DELETE ON concern
BEGIN
    SELECT RAISE(ABORT, 'concern is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER concern_no_replace BEFORE INSERT ON concern WHEN EXISTS (SELECT 1 FROM concern WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'concern: there is such a row');
END;
-- +goose StatementEnd

-- What was done about a concern, step by step. Two people who act at once both write the
-- next number, and one of them is refused.
CREATE TABLE concern_step (
    id           text PRIMARY KEY,
    concern_id   text NOT NULL REFERENCES concern (id),
    number       integer NOT NULL,
    kind         text NOT NULL,
    by_id        text NOT NULL,
    by_name      text NOT NULL, -- as it was then
    by_role      text NOT NULL,
    worker_id    text NOT NULL, -- who is asked, or whom it is about; empty otherwise
    outcome      text NOT NULL, -- of a decision; empty otherwise
    tell         text NOT NULL, -- whether the person has to be told: yes or no; empty where nothing was decided
    sealed       blob NOT NULL,
    recorded_seq integer NOT NULL,
    recorded_us  integer NOT NULL,
    recorded_by  text NOT NULL,
    UNIQUE (concern_id, number)
);
CREATE INDEX concern_step_worker ON concern_step (worker_id);

-- +goose StatementBegin
CREATE TRIGGER concern_step_no_update BEFORE UPDATE ON concern_step
BEGIN
    SELECT RAISE(ABORT, 'concern_step is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER concern_step_no_delete BEFORE DELETE ON concern_step
BEGIN
    SELECT RAISE(ABORT, 'concern_step is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER concern_step_no_replace BEFORE INSERT ON concern_step WHEN EXISTS (SELECT 1 FROM concern_step WHERE id = new.id OR concern_id = new.concern_id AND number = new.number)
BEGIN
    SELECT RAISE(ABORT, 'concern_step: there is such a row');
END;
-- +goose StatementEnd

-- The footprints picked as evidence.
CREATE TABLE concern_look (
    step_id text NOT NULL REFERENCES concern_step (id),
    number  integer NOT NULL REFERENCES footprint (number),
    PRIMARY KEY (step_id, number)
);

-- +goose StatementBegin
CREATE TRIGGER concern_look_no_update BEFORE UPDATE ON concern_look
BEGIN
    SELECT RAISE(ABORT, 'concern_look is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER concern_look_no_delete BEFORE DELETE ON concern_look
BEGIN
    SELECT RAISE(ABORT, 'concern_look is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER concern_look_no_replace BEFORE INSERT ON concern_look WHEN EXISTS (SELECT 1 FROM concern_look WHERE step_id = new.step_id AND number = new.number)
BEGIN
    SELECT RAISE(ABORT, 'concern_look: there is such a row');
END;
-- +goose StatementEnd

-- A decision that the person is told the names of those who looked, and not their roles
-- alone. The reason is sealed.
CREATE TABLE looks_named (
    id             text PRIMARY KEY,
    person_id      text NOT NULL REFERENCES person (id),
    decided_by     text NOT NULL, -- name, as it was then
    sealed         blob NOT NULL,
    from_day       text NOT NULL,
    to_day         text NOT NULL,
    recorded_seq   integer NOT NULL,
    recorded_us    integer NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq integer NOT NULL DEFAULT 0,
    superseded_us  integer NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX looks_named_person ON looks_named (person_id);

-- +goose StatementBegin
CREATE TRIGGER looks_named_no_rewrite BEFORE UPDATE OF id, person_id, decided_by, sealed, from_day, to_day, recorded_seq, recorded_us, recorded_by ON looks_named
BEGIN
    SELECT RAISE(ABORT, 'looks_named: a fact is superseded, never rewritten');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER looks_named_superseded_once BEFORE UPDATE ON looks_named WHEN old.superseded_seq <> 0
BEGIN
    SELECT RAISE(ABORT, 'looks_named: a fact is superseded once');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER looks_named_no_delete BEFORE DELETE ON looks_named
BEGIN
    SELECT RAISE(ABORT, 'looks_named: a fact is superseded, never removed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER looks_named_no_replace BEFORE INSERT ON looks_named WHEN EXISTS (SELECT 1 FROM looks_named WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'looks_named: there is such a row');
END;
-- +goose StatementEnd
