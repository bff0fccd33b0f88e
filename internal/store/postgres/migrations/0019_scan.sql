-- +goose Up
-- What a virus scanner said of files, and their small pictures. Files of before were not
-- scanned, and have no small picture.

-- One row each time a file was scanned; what was said last counts. Files without a row
-- were not scanned, which is not the same as clean.
CREATE TABLE file_scan (
    id           text COLLATE "C" PRIMARY KEY,
    file_id      text COLLATE "C" NOT NULL REFERENCES file (id),
    verdict      text NOT NULL, -- clean, found
    recorded_seq bigint NOT NULL,
    recorded_us  bigint NOT NULL,
    recorded_by  text NOT NULL
);
GRANT SELECT, INSERT ON file_scan TO casefile_serve;
CREATE INDEX file_scan_file ON file_scan (file_id, recorded_seq);

-- A small picture of a photograph, encrypted, and whether it is one by which the person
-- is known (CR-50).
CREATE TABLE file_thumbnail (
    file_id      text COLLATE "C" PRIMARY KEY REFERENCES file (id),
    sealed       bytea NOT NULL,
    portrait     boolean NOT NULL,
    recorded_seq bigint NOT NULL,
    recorded_us  bigint NOT NULL,
    recorded_by  text NOT NULL
);
GRANT SELECT, INSERT ON file_thumbnail TO casefile_serve;
