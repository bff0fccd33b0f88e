-- +goose Up
-- The daily watch list. There are no old rows. Footprints are read by worker and moment
-- from here on, which takes an index.

CREATE INDEX footprint_actor ON footprint (actor, at_us);

-- A look, or several, that somebody has to explain (KF-14), with the figures that made it
-- and nothing of the record.
CREATE TABLE watch_hit (
    id           text PRIMARY KEY,
    day          text NOT NULL, -- of the looks
    kind         text NOT NULL,
    worker_id    text NOT NULL,
    person_id    text NOT NULL, -- empty where it is about several files
    figures      text NOT NULL, -- JSON of numbers
    recorded_seq integer NOT NULL,
    recorded_us  integer NOT NULL,
    recorded_by  text NOT NULL,
    UNIQUE (day, kind, worker_id, person_id)
);
CREATE INDEX watch_hit_worker ON watch_hit (worker_id);
CREATE INDEX watch_hit_person ON watch_hit (person_id);

-- +goose StatementBegin
CREATE TRIGGER watch_hit_no_update BEFORE UPDATE ON watch_hit
BEGIN
    SELECT RAISE(ABORT, 'watch_hit is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER watch_hit_no_delete BEFORE DELETE ON watch_hit
BEGIN
    SELECT RAISE(ABORT, 'watch_hit is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER watch_hit_no_replace BEFORE INSERT ON watch_hit WHEN EXISTS (SELECT 1 FROM watch_hit WHERE id = new.id OR day = new.day AND kind = new.kind AND worker_id = new.worker_id AND person_id = new.person_id)
BEGIN
    SELECT RAISE(ABORT, 'watch_hit: there is such a row');
END;
-- +goose StatementEnd

-- The footprints of a hit.
CREATE TABLE watch_hit_look (
    hit_id text NOT NULL REFERENCES watch_hit (id),
    number integer NOT NULL REFERENCES footprint (number),
    PRIMARY KEY (hit_id, number)
);

-- +goose StatementBegin
CREATE TRIGGER watch_hit_look_no_update BEFORE UPDATE ON watch_hit_look
BEGIN
    SELECT RAISE(ABORT, 'watch_hit_look is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER watch_hit_look_no_delete BEFORE DELETE ON watch_hit_look
BEGIN
    SELECT RAISE(ABORT, 'watch_hit_look is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER watch_hit_look_no_replace BEFORE INSERT ON watch_hit_look WHEN EXISTS (SELECT 1 FROM watch_hit_look WHERE hit_id = new.hit_id AND number = new.number)
BEGIN
    SELECT RAISE(ABORT, 'watch_hit_look: there is such a row');
END;
-- +goose StatementEnd

-- What was done about a hit. Two people who act at once both write the next number, and
-- one of them is refused.
CREATE TABLE watch_step (
    id           text PRIMARY KEY,
    hit_id       text NOT NULL REFERENCES watch_hit (id),
    number       integer NOT NULL,
    kind         text NOT NULL,
    by_id        text NOT NULL,
    by_name      text NOT NULL, -- as it was then
    by_role      text NOT NULL,
    concern_id   text NOT NULL, -- the concern that was made of it; empty otherwise
    sealed       blob NOT NULL,
    recorded_seq integer NOT NULL,
    recorded_us  integer NOT NULL,
    recorded_by  text NOT NULL,
    UNIQUE (hit_id, number)
);

-- +goose StatementBegin
CREATE TRIGGER watch_step_no_update BEFORE UPDATE ON watch_step
BEGIN
    SELECT RAISE(ABORT, 'watch_step is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER watch_step_no_delete BEFORE DELETE ON watch_step
BEGIN
    SELECT RAISE(ABORT, 'watch_step is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER watch_step_no_replace BEFORE INSERT ON watch_step WHEN EXISTS (SELECT 1 FROM watch_step WHERE id = new.id OR hit_id = new.hit_id AND number = new.number)
BEGIN
    SELECT RAISE(ABORT, 'watch_step: there is such a row');
END;
-- +goose StatementEnd

-- The days whose looks have been gone through.
CREATE TABLE watch_day (
    day          text PRIMARY KEY,
    hits         integer NOT NULL,
    recorded_seq integer NOT NULL,
    recorded_us  integer NOT NULL,
    recorded_by  text NOT NULL
);

-- +goose StatementBegin
CREATE TRIGGER watch_day_no_update BEFORE UPDATE ON watch_day
BEGIN
    SELECT RAISE(ABORT, 'watch_day is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER watch_day_no_delete BEFORE DELETE ON watch_day
BEGIN
    SELECT RAISE(ABORT, 'watch_day is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER watch_day_no_replace BEFORE INSERT ON watch_day WHEN EXISTS (SELECT 1 FROM watch_day WHERE day = new.day)
BEGIN
    SELECT RAISE(ABORT, 'watch_day: there is such a row');
END;
-- +goose StatementEnd

-- A child whose file people may open out of curiosity. Only those who work the watch list
-- know of the mark.
CREATE TABLE high_profile (
    id             text PRIMARY KEY,
    person_id      text NOT NULL REFERENCES person (id),
    from_day       text NOT NULL,
    to_day         text NOT NULL,
    recorded_seq   integer NOT NULL,
    recorded_us    integer NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq integer NOT NULL DEFAULT 0,
    superseded_us  integer NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX high_profile_person ON high_profile (person_id);

-- +goose StatementBegin
CREATE TRIGGER high_profile_no_rewrite BEFORE UPDATE OF id, person_id, from_day, to_day, recorded_seq, recorded_us, recorded_by ON high_profile
BEGIN
    SELECT RAISE(ABORT, 'high_profile: a fact is superseded, never rewritten');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER high_profile_superseded_once BEFORE UPDATE ON high_profile WHEN old.superseded_seq <> 0
BEGIN
    SELECT RAISE(ABORT, 'high_profile: a fact is superseded once');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER high_profile_no_delete BEFORE DELETE ON high_profile
BEGIN
    SELECT RAISE(ABORT, 'high_profile: a fact is superseded, never removed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER high_profile_no_replace BEFORE INSERT ON high_profile WHEN EXISTS (SELECT 1 FROM high_profile WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'high_profile: there is such a row');
END;
-- +goose StatementEnd
