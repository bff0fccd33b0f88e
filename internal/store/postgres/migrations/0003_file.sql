-- +goose Up
-- Files kept on a record (CR-01): what each is and who added it. The content is
-- outside the database, encrypted, under blob_key. A row is added once; it can be
-- put aside, and neither changed nor removed. There are no old rows.

CREATE TABLE file (
    id             text COLLATE "C" PRIMARY KEY,
    person_id      text COLLATE "C" NOT NULL REFERENCES person (id),
    service        text NOT NULL,
    title          text NOT NULL,
    kind           text NOT NULL, -- document, photograph, diagram, audio, video
    type           text NOT NULL, -- in the definition, and in its words at the time
    type_title     text NOT NULL,
    definition     text NOT NULL, -- hash of the definition of types
    media_type     text NOT NULL,
    extension      text NOT NULL,
    size           bigint NOT NULL, -- bytes
    sha256         bytea NOT NULL, -- of the content in clear
    dated_day      text COLLATE "C" NOT NULL, -- taken or written; empty where not known
    blob_key       text COLLATE "C" NOT NULL UNIQUE,
    author_id      text NOT NULL,
    author_name    text NOT NULL, -- as it was then (CR-40)
    author_role    text NOT NULL,
    recorded_seq   bigint NOT NULL,
    recorded_us    bigint NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq bigint NOT NULL DEFAULT 0,
    superseded_us  bigint NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX file_person ON file (person_id, recorded_seq, id);

GRANT SELECT, INSERT ON file TO casefile_serve;
GRANT UPDATE (superseded_seq, superseded_us, superseded_by) ON file TO casefile_serve;
