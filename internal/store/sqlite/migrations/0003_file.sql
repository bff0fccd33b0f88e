-- +goose Up
-- Files kept on a record (CR-01): what each is and who added it. The content is
-- outside the database, encrypted, under blob_key. A row is added once; it can be
-- put aside, and neither changed nor removed. There are no old rows.

CREATE TABLE file (
    id             text PRIMARY KEY,
    person_id      text NOT NULL REFERENCES person (id),
    service        text NOT NULL,
    title          text NOT NULL,
    kind           text NOT NULL, -- document, photograph, diagram, audio, video
    type           text NOT NULL, -- in the definition, and in its words at the time
    type_title     text NOT NULL,
    definition     text NOT NULL, -- hash of the definition of types
    media_type     text NOT NULL,
    extension      text NOT NULL,
    size           integer NOT NULL, -- bytes
    sha256         blob NOT NULL, -- of the content in clear
    dated_day      text NOT NULL, -- taken or written; empty where not known
    blob_key       text NOT NULL UNIQUE,
    author_id      text NOT NULL,
    author_name    text NOT NULL, -- as it was then (CR-40)
    author_role    text NOT NULL,
    recorded_seq   integer NOT NULL,
    recorded_us    integer NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq integer NOT NULL DEFAULT 0,
    superseded_us  integer NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX file_person ON file (person_id, recorded_seq, id);

-- +goose StatementBegin
CREATE TRIGGER file_no_rewrite BEFORE UPDATE OF id, person_id, service, title, kind, type, type_title, definition, media_type, extension,
    size, sha256, dated_day, blob_key, author_id, author_name, author_role, recorded_seq, recorded_us, recorded_by ON file
BEGIN
    SELECT RAISE(ABORT, 'file: a file is put aside, never rewritten');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER file_superseded_once BEFORE UPDATE ON file WHEN old.superseded_seq <> 0
BEGIN
    SELECT RAISE(ABORT, 'file: a file is put aside once');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER file_no_delete BEFORE DELETE ON file
BEGIN
    SELECT RAISE(ABORT, 'file: a file is put aside, never removed');
END;
-- +goose StatementEnd
