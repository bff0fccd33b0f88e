-- +goose Up
-- What an import brought about a child whose file is restricted. To whoever imports it
-- the row was made; it is held here for those named on the restriction, sealed, until
-- one of them takes it over or sets it aside (it is then superseded; the footprint says
-- which). There are no old rows.
CREATE TABLE held_add (
    id             text COLLATE "C" PRIMARY KEY,
    person_id      text COLLATE "C" NOT NULL REFERENCES person (id),
    sealed         bytea NOT NULL,
    recorded_seq   bigint NOT NULL,
    recorded_us    bigint NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq bigint NOT NULL DEFAULT 0,
    superseded_us  bigint NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX held_add_person ON held_add (person_id);
GRANT SELECT, INSERT ON held_add TO casefile_serve;
GRANT UPDATE (superseded_seq, superseded_us, superseded_by) ON held_add TO casefile_serve;
ALTER TABLE held_add ENABLE ROW LEVEL SECURITY;
CREATE POLICY held_add_seen ON held_add FOR SELECT TO casefile_serve USING (true);
CREATE POLICY held_add_added ON held_add FOR INSERT TO casefile_serve WITH CHECK (superseded_seq = 0);
CREATE POLICY held_add_superseded_once ON held_add FOR UPDATE TO casefile_serve USING (superseded_seq = 0) WITH CHECK (superseded_seq <> 0);


-- A notice about a worker and no child: that they declared a connection, for whoever
-- manages them. subject is the key of what it tells of. Plain state, as notice is.
CREATE TABLE staff_notice (
    id        text COLLATE "C" PRIMARY KEY,
    worker_id text COLLATE "C" NOT NULL, -- who is told
    about_id  text COLLATE "C" NOT NULL, -- the worker it is about
    subject   text COLLATE "C" NOT NULL,
    kind      text NOT NULL,
    at_us     bigint NOT NULL,
    seen_us   bigint NOT NULL DEFAULT 0,
    UNIQUE (worker_id, subject, kind)
);
CREATE INDEX staff_notice_worker ON staff_notice (worker_id, at_us);
GRANT SELECT, INSERT ON staff_notice TO casefile_serve;
GRANT UPDATE (seen_us) ON staff_notice TO casefile_serve;

-- A worker's own reasons, for the notes that they have to complete.
CREATE INDEX stated_reason_worker ON stated_reason (worker_id, recorded_seq);
CREATE INDEX stated_reason_entry ON stated_reason (entry_id);
