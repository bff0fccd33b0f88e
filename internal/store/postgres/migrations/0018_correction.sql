-- +goose Up
-- Mistakes undone: two files of one person joined, an entry or a document moved to the
-- right child, and two people who are never the same. Each is an event over rows that stay
-- as they were. Old rows stand on the file they were put on: every person is the one
-- member of their own file.

-- What was corrected, and what was undone of it. Nothing changes or removes a row.
CREATE TABLE correction (
    id           text COLLATE "C" PRIMARY KEY,
    kind         text NOT NULL, -- merge, move-entry, move-file, never-same, undo
    object_id    text COLLATE "C" NOT NULL, -- the entry or file that moved; empty otherwise
    from_id      text COLLATE "C" NOT NULL, -- person: whose file was joined to the other; from whom it moved; empty of an undo
    to_id        text COLLATE "C" NOT NULL, -- person
    undoes       text COLLATE "C" NOT NULL, -- the correction that an undo takes back; empty otherwise
    reason       text NOT NULL,
    by_id        text COLLATE "C" NOT NULL,
    by_name      text NOT NULL, -- as it was then
    by_role      text NOT NULL,
    recorded_seq bigint NOT NULL,
    recorded_us  bigint NOT NULL,
    recorded_by  text NOT NULL
);
GRANT SELECT, INSERT ON correction TO casefile_serve;
CREATE UNIQUE INDEX correction_undone_once ON correction (undoes) WHERE undoes <> '';
CREATE INDEX correction_from ON correction (from_id);
CREATE INDEX correction_to ON correction (to_id);
CREATE INDEX correction_object ON correction (object_id) WHERE object_id <> '';

-- Derived from correction: on whose file the rows of a person stand now.
CREATE TABLE file_member (
    person_id text COLLATE "C" PRIMARY KEY REFERENCES person (id),
    file_id   text COLLATE "C" NOT NULL REFERENCES person (id)
);
GRANT SELECT, INSERT, UPDATE ON file_member TO casefile_serve;
CREATE INDEX file_member_file ON file_member (file_id, person_id);
INSERT INTO file_member (person_id, file_id) SELECT id, id FROM person;

-- Derived from correction: what stands on another person's record than it was put on.
CREATE TABLE moved (
    object_id text COLLATE "C" NOT NULL,
    from_id   text COLLATE "C" NOT NULL REFERENCES person (id), -- as it was put
    to_id     text COLLATE "C" NOT NULL REFERENCES person (id),
    PRIMARY KEY (object_id, from_id)
);
GRANT SELECT, INSERT, DELETE ON moved TO casefile_serve;
CREATE INDEX moved_to ON moved (to_id);

-- Lists gather on which restrictions a worker is named.
CREATE INDEX restriction_named_worker ON restriction_named (worker_id);
