-- +goose Up
-- What a virus scanner said of files, and their small pictures. Files of before were not
-- scanned, and have no small picture.

-- One row each time a file was scanned; what was said last counts. Files without a row
-- were not scanned, which is not the same as clean.
CREATE TABLE file_scan (
    id           text PRIMARY KEY,
    file_id      text NOT NULL REFERENCES file (id),
    verdict      text NOT NULL, -- clean, found
    recorded_seq integer NOT NULL,
    recorded_us  integer NOT NULL,
    recorded_by  text NOT NULL
);
CREATE INDEX file_scan_file ON file_scan (file_id, recorded_seq);

-- +goose StatementBegin
CREATE TRIGGER file_scan_no_update BEFORE UPDATE ON file_scan
BEGIN
    SELECT RAISE(ABORT, 'file_scan is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER file_scan_no_delete BEFORE DELETE ON file_scan
BEGIN
    SELECT RAISE(ABORT, 'file_scan is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER file_scan_no_replace BEFORE INSERT ON file_scan WHEN EXISTS (SELECT 1 FROM file_scan WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'file_scan: there is such a row');
END;
-- +goose StatementEnd

-- A small picture of a photograph, encrypted, and whether it is one by which the person
-- is known (CR-50).
CREATE TABLE file_thumbnail (
    file_id      text PRIMARY KEY REFERENCES file (id),
    sealed       blob NOT NULL,
    portrait     boolean NOT NULL,
    recorded_seq integer NOT NULL,
    recorded_us  integer NOT NULL,
    recorded_by  text NOT NULL
);

-- +goose StatementBegin
CREATE TRIGGER file_thumbnail_no_update BEFORE UPDATE ON file_thumbnail
BEGIN
    SELECT RAISE(ABORT, 'file_thumbnail is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER file_thumbnail_no_delete BEFORE DELETE ON file_thumbnail
BEGIN
    SELECT RAISE(ABORT, 'file_thumbnail is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER file_thumbnail_no_replace BEFORE INSERT ON file_thumbnail WHEN EXISTS (SELECT 1 FROM file_thumbnail WHERE file_id = new.file_id)
BEGIN
    SELECT RAISE(ABORT, 'file_thumbnail: there is such a row');
END;
-- +goose StatementEnd
