-- +goose Up
-- Rights beyond allocation: who is kept out of a file and who is let in for a time, and
-- what everybody must hold to be let in at all. There are no old rows.

-- A file restricted to named people (CR-31): while one stands, the file is absent to
-- everybody else. paper says where a separate paper file is kept.
CREATE TABLE restriction (
    id             text COLLATE "C" PRIMARY KEY,
    person_id      text COLLATE "C" NOT NULL REFERENCES person (id),
    reason         text NOT NULL,
    paper          text NOT NULL,
    from_day       text COLLATE "C" NOT NULL,
    to_day         text COLLATE "C" NOT NULL,
    recorded_seq   bigint NOT NULL,
    recorded_us    bigint NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq bigint NOT NULL DEFAULT 0,
    superseded_us  bigint NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX restriction_person ON restriction (person_id);
GRANT SELECT, INSERT ON restriction TO casefile_serve;
GRANT UPDATE (superseded_seq, superseded_us, superseded_by) ON restriction TO casefile_serve;
ALTER TABLE restriction ENABLE ROW LEVEL SECURITY;
CREATE POLICY restriction_seen ON restriction FOR SELECT TO casefile_serve USING (true);
CREATE POLICY restriction_added ON restriction FOR INSERT TO casefile_serve WITH CHECK (superseded_seq = 0);
CREATE POLICY restriction_superseded_once ON restriction FOR UPDATE TO casefile_serve USING (superseded_seq = 0) WITH CHECK (superseded_seq <> 0);

-- Who is named on a restriction.
CREATE TABLE restriction_named (
    id             text COLLATE "C" PRIMARY KEY,
    restriction_id text COLLATE "C" NOT NULL REFERENCES restriction (id),
    worker_id      text COLLATE "C" NOT NULL,
    from_day       text COLLATE "C" NOT NULL,
    to_day         text COLLATE "C" NOT NULL,
    recorded_seq   bigint NOT NULL,
    recorded_us    bigint NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq bigint NOT NULL DEFAULT 0,
    superseded_us  bigint NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX restriction_named_restriction ON restriction_named (restriction_id);
GRANT SELECT, INSERT ON restriction_named TO casefile_serve;
GRANT UPDATE (superseded_seq, superseded_us, superseded_by) ON restriction_named TO casefile_serve;
ALTER TABLE restriction_named ENABLE ROW LEVEL SECURITY;
CREATE POLICY restriction_named_seen ON restriction_named FOR SELECT TO casefile_serve USING (true);
CREATE POLICY restriction_named_added ON restriction_named FOR INSERT TO casefile_serve WITH CHECK (superseded_seq = 0);
CREATE POLICY restriction_named_superseded_once ON restriction_named FOR UPDATE TO casefile_serve USING (superseded_seq = 0) WITH CHECK (superseded_seq <> 0);

-- A personal connection that a worker declared to a child (KF-04): it bars access.
CREATE TABLE connection (
    id             text COLLATE "C" PRIMARY KEY,
    worker_id      text COLLATE "C" NOT NULL,
    person_id      text COLLATE "C" NOT NULL REFERENCES person (id),
    nature         text NOT NULL,
    from_day       text COLLATE "C" NOT NULL,
    to_day         text COLLATE "C" NOT NULL,
    recorded_seq   bigint NOT NULL,
    recorded_us    bigint NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq bigint NOT NULL DEFAULT 0,
    superseded_us  bigint NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX connection_person ON connection (person_id);
CREATE INDEX connection_worker ON connection (worker_id);
GRANT SELECT, INSERT ON connection TO casefile_serve;
GRANT UPDATE (superseded_seq, superseded_us, superseded_by) ON connection TO casefile_serve;
ALTER TABLE connection ENABLE ROW LEVEL SECURITY;
CREATE POLICY connection_seen ON connection FOR SELECT TO casefile_serve USING (true);
CREATE POLICY connection_added ON connection FOR INSERT TO casefile_serve WITH CHECK (superseded_seq = 0);
CREATE POLICY connection_superseded_once ON connection FOR UPDATE TO casefile_serve USING (superseded_seq = 0) WITH CHECK (superseded_seq <> 0);

-- Training that a worker passed: good from from_day to to_day, both included (KF-08).
CREATE TABLE training (
    id             text COLLATE "C" PRIMARY KEY,
    worker_id      text COLLATE "C" NOT NULL,
    course         text NOT NULL,
    from_day       text COLLATE "C" NOT NULL,
    to_day         text COLLATE "C" NOT NULL,
    recorded_seq   bigint NOT NULL,
    recorded_us    bigint NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq bigint NOT NULL DEFAULT 0,
    superseded_us  bigint NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX training_worker ON training (worker_id);
GRANT SELECT, INSERT ON training TO casefile_serve;
GRANT UPDATE (superseded_seq, superseded_us, superseded_by) ON training TO casefile_serve;
ALTER TABLE training ENABLE ROW LEVEL SECURITY;
CREATE POLICY training_seen ON training FOR SELECT TO casefile_serve USING (true);
CREATE POLICY training_added ON training FOR INSERT TO casefile_serve WITH CHECK (superseded_seq = 0);
CREATE POLICY training_superseded_once ON training FOR UPDATE TO casefile_serve USING (superseded_seq = 0) WITH CHECK (superseded_seq <> 0);

-- A grant to one worker of one file for a time: to a partner professional (CR-47) or
-- to a named reviewer (KF-13). parts lists the parts of the file, each with a space on
-- both sides; a single space grants none.
CREATE TABLE file_grant (
    id             text COLLATE "C" PRIMARY KEY,
    person_id      text COLLATE "C" NOT NULL REFERENCES person (id),
    worker_id      text COLLATE "C" NOT NULL,
    kind           text NOT NULL, -- grant or review
    parts          text NOT NULL,
    reason         text NOT NULL,
    from_day       text COLLATE "C" NOT NULL,
    to_day         text COLLATE "C" NOT NULL,
    recorded_seq   bigint NOT NULL,
    recorded_us    bigint NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq bigint NOT NULL DEFAULT 0,
    superseded_us  bigint NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX file_grant_person ON file_grant (person_id);
CREATE INDEX file_grant_worker ON file_grant (worker_id);
GRANT SELECT, INSERT ON file_grant TO casefile_serve;
GRANT UPDATE (superseded_seq, superseded_us, superseded_by) ON file_grant TO casefile_serve;
ALTER TABLE file_grant ENABLE ROW LEVEL SECURITY;
CREATE POLICY file_grant_seen ON file_grant FOR SELECT TO casefile_serve USING (true);
CREATE POLICY file_grant_added ON file_grant FOR INSERT TO casefile_serve WITH CHECK (superseded_seq = 0);
CREATE POLICY file_grant_superseded_once ON file_grant FOR UPDATE TO casefile_serve USING (superseded_seq = 0) WITH CHECK (superseded_seq <> 0);

-- A worker is away, and who covers; nobody where cover_id is empty.
CREATE TABLE absence (
    id             text COLLATE "C" PRIMARY KEY,
    worker_id      text COLLATE "C" NOT NULL,
    cover_id       text COLLATE "C" NOT NULL,
    note           text NOT NULL,
    from_day       text COLLATE "C" NOT NULL,
    to_day         text COLLATE "C" NOT NULL,
    recorded_seq   bigint NOT NULL,
    recorded_us    bigint NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq bigint NOT NULL DEFAULT 0,
    superseded_us  bigint NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX absence_worker ON absence (worker_id);
CREATE INDEX absence_cover ON absence (cover_id);
GRANT SELECT, INSERT ON absence TO casefile_serve;
GRANT UPDATE (superseded_seq, superseded_us, superseded_by) ON absence TO casefile_serve;
ALTER TABLE absence ENABLE ROW LEVEL SECURITY;
CREATE POLICY absence_seen ON absence FOR SELECT TO casefile_serve USING (true);
CREATE POLICY absence_added ON absence FOR INSERT TO casefile_serve WITH CHECK (superseded_seq = 0);
CREATE POLICY absence_superseded_once ON absence FOR UPDATE TO casefile_serve USING (superseded_seq = 0) WITH CHECK (superseded_seq <> 0);

-- Professionals of other agencies who are involved with a child (CR-16).
CREATE TABLE professional (
    id             text COLLATE "C" PRIMARY KEY,
    person_id      text COLLATE "C" NOT NULL REFERENCES person (id),
    agency         text NOT NULL,
    name           text NOT NULL,
    job_title      text NOT NULL,
    telephone      text NOT NULL,
    email          text NOT NULL,
    address        text NOT NULL,
    note           text NOT NULL,
    from_day       text COLLATE "C" NOT NULL,
    to_day         text COLLATE "C" NOT NULL,
    recorded_seq   bigint NOT NULL,
    recorded_us    bigint NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq bigint NOT NULL DEFAULT 0,
    superseded_us  bigint NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX professional_person ON professional (person_id);
GRANT SELECT, INSERT ON professional TO casefile_serve;
GRANT UPDATE (superseded_seq, superseded_us, superseded_by) ON professional TO casefile_serve;
ALTER TABLE professional ENABLE ROW LEVEL SECURITY;
CREATE POLICY professional_seen ON professional FOR SELECT TO casefile_serve USING (true);
CREATE POLICY professional_added ON professional FOR INSERT TO casefile_serve WITH CHECK (superseded_seq = 0);
CREATE POLICY professional_superseded_once ON professional FOR UPDATE TO casefile_serve USING (superseded_seq = 0) WITH CHECK (superseded_seq <> 0);

-- Why a worker opened a file outside their work, and until when that counts (KF-05).
-- The note of it is the entry.
CREATE TABLE stated_reason (
    id           text COLLATE "C" PRIMARY KEY,
    worker_id    text COLLATE "C" NOT NULL,
    person_id    text COLLATE "C" NOT NULL REFERENCES person (id),
    purpose      text NOT NULL,
    entry_id     text COLLATE "C" NOT NULL REFERENCES entry (id),
    until_us     bigint NOT NULL,
    recorded_seq bigint NOT NULL,
    recorded_us  bigint NOT NULL,
    recorded_by  text NOT NULL
);
CREATE INDEX stated_reason_person ON stated_reason (person_id, worker_id);
GRANT SELECT, INSERT ON stated_reason TO casefile_serve;
