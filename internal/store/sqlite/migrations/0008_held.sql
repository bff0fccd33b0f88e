-- +goose Up
-- What an import brought about a child whose file is restricted. To whoever imports it
-- the row was made; it is held here for those named on the restriction, sealed, until
-- one of them takes it over or sets it aside (it is then superseded; the footprint says
-- which). There are no old rows.
CREATE TABLE held_add (
    id             text PRIMARY KEY,
    person_id      text NOT NULL REFERENCES person (id),
    sealed         blob NOT NULL,
    recorded_seq   integer NOT NULL,
    recorded_us    integer NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq integer NOT NULL DEFAULT 0,
    superseded_us  integer NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX held_add_person ON held_add (person_id);

-- +goose StatementBegin
CREATE TRIGGER held_add_no_rewrite BEFORE UPDATE OF id, person_id, sealed, recorded_seq, recorded_us, recorded_by ON held_add
BEGIN
    SELECT RAISE(ABORT, 'held_add: what is held is decided on, never rewritten');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER held_add_superseded_once BEFORE UPDATE ON held_add WHEN old.superseded_seq <> 0
BEGIN
    SELECT RAISE(ABORT, 'held_add: what is held is decided on once');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER held_add_no_delete BEFORE DELETE ON held_add
BEGIN
    SELECT RAISE(ABORT, 'held_add: what is held is decided on, never removed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER held_add_no_replace BEFORE INSERT ON held_add WHEN EXISTS (SELECT 1 FROM held_add WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'held_add: there is such a row');
END;
-- +goose StatementEnd

-- A notice about a worker and no child: that they declared a connection, for whoever
-- manages them. subject is the key of what it tells of. Plain state, as notice is.
CREATE TABLE staff_notice (
    id        text PRIMARY KEY,
    worker_id text NOT NULL, -- who is told
    about_id  text NOT NULL, -- the worker it is about
    subject   text NOT NULL,
    kind      text NOT NULL,
    at_us     integer NOT NULL,
    seen_us   integer NOT NULL DEFAULT 0,
    UNIQUE (worker_id, subject, kind)
);
CREATE INDEX staff_notice_worker ON staff_notice (worker_id, at_us);

-- A worker's own reasons, for the notes that they have to complete.
CREATE INDEX stated_reason_worker ON stated_reason (worker_id, recorded_seq);
CREATE INDEX stated_reason_entry ON stated_reason (entry_id);
