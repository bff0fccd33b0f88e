-- +goose Up
-- Suspected breaches, from the report to the end, and what the person themselves is told
-- of who has looked. There are no old rows.

-- A suspected breach that somebody reported (KF-03): one row for each, and nothing of it
-- changes. The words name workers, so they are sealed.
CREATE TABLE concern (
    id            text COLLATE "C" PRIMARY KEY,
    person_id     text COLLATE "C" NOT NULL REFERENCES person (id),
    reporter_id   text COLLATE "C" NOT NULL,
    reporter_name text NOT NULL, -- as it was then
    reporter_role text NOT NULL,
    about_id      text COLLATE "C" NOT NULL, -- the worker it is about; empty where nobody knew
    happened_day  text COLLATE "C" NOT NULL, -- empty where nobody knows
    hit_id        text COLLATE "C" NOT NULL, -- the watch-list hit it came of; empty for a report
    sealed        bytea NOT NULL,
    recorded_seq  bigint NOT NULL,
    recorded_us   bigint NOT NULL,
    recorded_by   text NOT NULL
);
CREATE INDEX concern_person ON concern (person_id);
CREATE INDEX concern_reporter ON concern (reporter_id);
GRANT SELECT, INSERT ON concern TO casefile_serve;

-- What was done about a concern, step by step. Two people who act at once both write the
-- next number, and one of them is refused.
CREATE TABLE concern_step (
    id           text COLLATE "C" PRIMARY KEY,
    concern_id   text COLLATE "C" NOT NULL REFERENCES concern (id),
    number       integer NOT NULL,
    kind         text NOT NULL,
    by_id        text COLLATE "C" NOT NULL,
    by_name      text NOT NULL, -- as it was then
    by_role      text NOT NULL,
    worker_id    text COLLATE "C" NOT NULL, -- who is asked, or whom it is about; empty otherwise
    outcome      text NOT NULL, -- of a decision; empty otherwise
    tell         text NOT NULL, -- whether the person has to be told: yes or no; empty where nothing was decided
    sealed       bytea NOT NULL,
    recorded_seq bigint NOT NULL,
    recorded_us  bigint NOT NULL,
    recorded_by  text NOT NULL,
    UNIQUE (concern_id, number)
);
CREATE INDEX concern_step_worker ON concern_step (worker_id);
GRANT SELECT, INSERT ON concern_step TO casefile_serve;

-- The footprints picked as evidence.
CREATE TABLE concern_look (
    step_id text COLLATE "C" NOT NULL REFERENCES concern_step (id),
    number  bigint NOT NULL REFERENCES footprint (number),
    PRIMARY KEY (step_id, number)
);
GRANT SELECT, INSERT ON concern_look TO casefile_serve;

-- A decision that the person is told the names of those who looked, and not their roles
-- alone. The reason is sealed.
CREATE TABLE looks_named (
    id             text COLLATE "C" PRIMARY KEY,
    person_id      text COLLATE "C" NOT NULL REFERENCES person (id),
    decided_by     text NOT NULL, -- name, as it was then
    sealed         bytea NOT NULL,
    from_day       text COLLATE "C" NOT NULL,
    to_day         text COLLATE "C" NOT NULL,
    recorded_seq   bigint NOT NULL,
    recorded_us    bigint NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq bigint NOT NULL DEFAULT 0,
    superseded_us  bigint NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX looks_named_person ON looks_named (person_id);
GRANT SELECT, INSERT ON looks_named TO casefile_serve;
GRANT UPDATE (superseded_seq, superseded_us, superseded_by) ON looks_named TO casefile_serve;
ALTER TABLE looks_named ENABLE ROW LEVEL SECURITY;
CREATE POLICY looks_named_seen ON looks_named FOR SELECT TO casefile_serve USING (true);
CREATE POLICY looks_named_added ON looks_named FOR INSERT TO casefile_serve WITH CHECK (superseded_seq = 0);
CREATE POLICY looks_named_superseded_once ON looks_named FOR UPDATE TO casefile_serve USING (superseded_seq = 0) WITH CHECK (superseded_seq <> 0);
