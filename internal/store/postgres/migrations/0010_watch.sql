-- +goose Up
-- The daily watch list. There are no old rows. Footprints are read by worker and moment
-- from here on, which takes an index.

CREATE INDEX footprint_actor ON footprint (actor, at_us);

-- A look, or several, that somebody has to explain (KF-14), with the figures that made it
-- and nothing of the record.
CREATE TABLE watch_hit (
    id           text COLLATE "C" PRIMARY KEY,
    day          text COLLATE "C" NOT NULL, -- of the looks
    kind         text NOT NULL,
    worker_id    text COLLATE "C" NOT NULL,
    person_id    text COLLATE "C" NOT NULL, -- empty where it is about several files
    figures      text NOT NULL, -- JSON of numbers
    recorded_seq bigint NOT NULL,
    recorded_us  bigint NOT NULL,
    recorded_by  text NOT NULL,
    UNIQUE (day, kind, worker_id, person_id)
);
CREATE INDEX watch_hit_worker ON watch_hit (worker_id);
CREATE INDEX watch_hit_person ON watch_hit (person_id);
GRANT SELECT, INSERT ON watch_hit TO casefile_serve;

-- The footprints of a hit.
CREATE TABLE watch_hit_look (
    hit_id text COLLATE "C" NOT NULL REFERENCES watch_hit (id),
    number bigint NOT NULL REFERENCES footprint (number),
    PRIMARY KEY (hit_id, number)
);
GRANT SELECT, INSERT ON watch_hit_look TO casefile_serve;

-- What was done about a hit. Two people who act at once both write the next number, and
-- one of them is refused.
CREATE TABLE watch_step (
    id           text COLLATE "C" PRIMARY KEY,
    hit_id       text COLLATE "C" NOT NULL REFERENCES watch_hit (id),
    number       integer NOT NULL,
    kind         text NOT NULL,
    by_id        text COLLATE "C" NOT NULL,
    by_name      text NOT NULL, -- as it was then
    by_role      text NOT NULL,
    concern_id   text COLLATE "C" NOT NULL, -- the concern that was made of it; empty otherwise
    sealed       bytea NOT NULL,
    recorded_seq bigint NOT NULL,
    recorded_us  bigint NOT NULL,
    recorded_by  text NOT NULL,
    UNIQUE (hit_id, number)
);
GRANT SELECT, INSERT ON watch_step TO casefile_serve;

-- The days whose looks have been gone through.
CREATE TABLE watch_day (
    day          text COLLATE "C" PRIMARY KEY,
    hits         integer NOT NULL,
    recorded_seq bigint NOT NULL,
    recorded_us  bigint NOT NULL,
    recorded_by  text NOT NULL
);
GRANT SELECT, INSERT ON watch_day TO casefile_serve;

-- A child whose file people may open out of curiosity. Only those who work the watch list
-- know of the mark.
CREATE TABLE high_profile (
    id             text COLLATE "C" PRIMARY KEY,
    person_id      text COLLATE "C" NOT NULL REFERENCES person (id),
    from_day       text COLLATE "C" NOT NULL,
    to_day         text COLLATE "C" NOT NULL,
    recorded_seq   bigint NOT NULL,
    recorded_us    bigint NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq bigint NOT NULL DEFAULT 0,
    superseded_us  bigint NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX high_profile_person ON high_profile (person_id);
GRANT SELECT, INSERT ON high_profile TO casefile_serve;
GRANT UPDATE (superseded_seq, superseded_us, superseded_by) ON high_profile TO casefile_serve;
ALTER TABLE high_profile ENABLE ROW LEVEL SECURITY;
CREATE POLICY high_profile_seen ON high_profile FOR SELECT TO casefile_serve USING (true);
CREATE POLICY high_profile_added ON high_profile FOR INSERT TO casefile_serve WITH CHECK (superseded_seq = 0);
CREATE POLICY high_profile_superseded_once ON high_profile FOR UPDATE TO casefile_serve USING (superseded_seq = 0) WITH CHECK (superseded_seq <> 0);
