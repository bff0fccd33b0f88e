-- +goose Up
-- Mistakes undone: two files of one person joined, an entry or a document moved to the
-- right child, and two people who are never the same. Each is an event over rows that stay
-- as they were. Old rows stand on the file they were put on: every person is the one
-- member of their own file.

-- What was corrected, and what was undone of it. Nothing changes or removes a row.
CREATE TABLE correction (
    id           text PRIMARY KEY,
    kind         text NOT NULL, -- merge, move-entry, move-file, never-same, undo
    object_id    text NOT NULL, -- the entry or file that moved; empty otherwise
    from_id      text NOT NULL, -- person: whose file was joined to the other; from whom it moved; empty of an undo
    to_id        text NOT NULL, -- person
    undoes       text NOT NULL, -- the correction that an undo takes back; empty otherwise
    reason       text NOT NULL,
    by_id        text NOT NULL,
    by_name      text NOT NULL, -- as it was then
    by_role      text NOT NULL,
    recorded_seq integer NOT NULL,
    recorded_us  integer NOT NULL,
    recorded_by  text NOT NULL
);
CREATE UNIQUE INDEX correction_undone_once ON correction (undoes) WHERE undoes <> '';
CREATE INDEX correction_from ON correction (from_id);
CREATE INDEX correction_to ON correction (to_id);
CREATE INDEX correction_object ON correction (object_id) WHERE object_id <> '';

-- +goose StatementBegin
CREATE TRIGGER correction_no_update BEFORE UPDATE ON correction
BEGIN
    SELECT RAISE(ABORT, 'correction is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER correction_no_delete BEFORE DELETE ON correction
BEGIN
    SELECT RAISE(ABORT, 'correction is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER correction_no_replace BEFORE INSERT ON correction WHEN EXISTS (SELECT 1 FROM correction WHERE id = new.id OR new.undoes <> '' AND undoes = new.undoes)
BEGIN
    SELECT RAISE(ABORT, 'correction: there is such a row');
END;
-- +goose StatementEnd

-- Derived from correction: on whose file the rows of a person stand now.
CREATE TABLE file_member (
    person_id text PRIMARY KEY REFERENCES person (id),
    file_id   text NOT NULL REFERENCES person (id)
);
CREATE INDEX file_member_file ON file_member (file_id, person_id);
INSERT INTO file_member (person_id, file_id) SELECT id, id FROM person;

-- Derived from correction: what stands on another person's record than it was put on.
CREATE TABLE moved (
    object_id text NOT NULL,
    from_id   text NOT NULL REFERENCES person (id), -- as it was put
    to_id     text NOT NULL REFERENCES person (id),
    PRIMARY KEY (object_id, from_id)
);
CREATE INDEX moved_to ON moved (to_id);

-- Lists gather on which restrictions a worker is named.
CREATE INDEX restriction_named_worker ON restriction_named (worker_id);
