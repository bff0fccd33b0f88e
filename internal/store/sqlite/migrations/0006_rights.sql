-- +goose Up
-- Rights beyond allocation: who is kept out of a file and who is let in for a time, and
-- what everybody must hold to be let in at all. There are no old rows.

-- A file restricted to named people (CR-31): while one stands, the file is absent to
-- everybody else. paper says where a separate paper file is kept.
CREATE TABLE restriction (
    id             text PRIMARY KEY,
    person_id      text NOT NULL REFERENCES person (id),
    reason         text NOT NULL,
    paper          text NOT NULL,
    from_day       text NOT NULL,
    to_day         text NOT NULL,
    recorded_seq   integer NOT NULL,
    recorded_us    integer NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq integer NOT NULL DEFAULT 0,
    superseded_us  integer NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX restriction_person ON restriction (person_id);

-- +goose StatementBegin
CREATE TRIGGER restriction_no_rewrite BEFORE UPDATE OF id, person_id, reason, paper, from_day, to_day, recorded_seq, recorded_us, recorded_by ON restriction
BEGIN
    SELECT RAISE(ABORT, 'restriction: a fact is superseded, never rewritten');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER restriction_superseded_once BEFORE UPDATE ON restriction WHEN old.superseded_seq <> 0
BEGIN
    SELECT RAISE(ABORT, 'restriction: a fact is superseded once');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER restriction_no_delete BEFORE DELETE ON restriction
BEGIN
    SELECT RAISE(ABORT, 'restriction: a fact is superseded, never removed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER restriction_no_replace BEFORE INSERT ON restriction WHEN EXISTS (SELECT 1 FROM restriction WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'restriction: there is such a row');
END;
-- +goose StatementEnd

-- Who is named on a restriction.
CREATE TABLE restriction_named (
    id             text PRIMARY KEY,
    restriction_id text NOT NULL REFERENCES restriction (id),
    worker_id      text NOT NULL,
    from_day       text NOT NULL,
    to_day         text NOT NULL,
    recorded_seq   integer NOT NULL,
    recorded_us    integer NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq integer NOT NULL DEFAULT 0,
    superseded_us  integer NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX restriction_named_restriction ON restriction_named (restriction_id);

-- +goose StatementBegin
CREATE TRIGGER restriction_named_no_rewrite BEFORE UPDATE OF id, restriction_id, worker_id, from_day, to_day, recorded_seq, recorded_us, recorded_by ON restriction_named
BEGIN
    SELECT RAISE(ABORT, 'restriction_named: a fact is superseded, never rewritten');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER restriction_named_superseded_once BEFORE UPDATE ON restriction_named WHEN old.superseded_seq <> 0
BEGIN
    SELECT RAISE(ABORT, 'restriction_named: a fact is superseded once');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER restriction_named_no_delete BEFORE DELETE ON restriction_named
BEGIN
    SELECT RAISE(ABORT, 'restriction_named: a fact is superseded, never removed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER restriction_named_no_replace BEFORE INSERT ON restriction_named WHEN EXISTS (SELECT 1 FROM restriction_named WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'restriction_named: there is such a row');
END;
-- +goose StatementEnd

-- A personal connection that a worker declared to a child (KF-04): it bars access.
CREATE TABLE connection (
    id             text PRIMARY KEY,
    worker_id      text NOT NULL,
    person_id      text NOT NULL REFERENCES person (id),
    nature         text NOT NULL,
    from_day       text NOT NULL,
    to_day         text NOT NULL,
    recorded_seq   integer NOT NULL,
    recorded_us    integer NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq integer NOT NULL DEFAULT 0,
    superseded_us  integer NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX connection_person ON connection (person_id);
CREATE INDEX connection_worker ON connection (worker_id);

-- +goose StatementBegin
CREATE TRIGGER connection_no_rewrite BEFORE UPDATE OF id, worker_id, person_id, nature, from_day, to_day, recorded_seq, recorded_us, recorded_by ON connection
BEGIN
    SELECT RAISE(ABORT, 'connection: a fact is superseded, never rewritten');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER connection_superseded_once BEFORE UPDATE ON connection WHEN old.superseded_seq <> 0
BEGIN
    SELECT RAISE(ABORT, 'connection: a fact is superseded once');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER connection_no_delete BEFORE DELETE ON connection
BEGIN
    SELECT RAISE(ABORT, 'connection: a fact is superseded, never removed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER connection_no_replace BEFORE INSERT ON connection WHEN EXISTS (SELECT 1 FROM connection WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'connection: there is such a row');
END;
-- +goose StatementEnd

-- Training that a worker passed: good from from_day to to_day, both included (KF-08).
CREATE TABLE training (
    id             text PRIMARY KEY,
    worker_id      text NOT NULL,
    course         text NOT NULL,
    from_day       text NOT NULL,
    to_day         text NOT NULL,
    recorded_seq   integer NOT NULL,
    recorded_us    integer NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq integer NOT NULL DEFAULT 0,
    superseded_us  integer NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX training_worker ON training (worker_id);

-- +goose StatementBegin
CREATE TRIGGER training_no_rewrite BEFORE UPDATE OF id, worker_id, course, from_day, to_day, recorded_seq, recorded_us, recorded_by ON training
BEGIN
    SELECT RAISE(ABORT, 'training: a fact is superseded, never rewritten');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER training_superseded_once BEFORE UPDATE ON training WHEN old.superseded_seq <> 0
BEGIN
    SELECT RAISE(ABORT, 'training: a fact is superseded once');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER training_no_delete BEFORE DELETE ON training
BEGIN
    SELECT RAISE(ABORT, 'training: a fact is superseded, never removed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER training_no_replace BEFORE INSERT ON training WHEN EXISTS (SELECT 1 FROM training WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'training: there is such a row');
END;
-- +goose StatementEnd

-- A grant to one worker of one file for a time: to a partner professional (CR-47) or
-- to a named reviewer (KF-13). parts lists the parts of the file, each with a space on
-- both sides; a single space grants none.
CREATE TABLE file_grant (
    id             text PRIMARY KEY,
    person_id      text NOT NULL REFERENCES person (id),
    worker_id      text NOT NULL,
    kind           text NOT NULL, -- grant or review
    parts          text NOT NULL,
    reason         text NOT NULL,
    from_day       text NOT NULL,
    to_day         text NOT NULL,
    recorded_seq   integer NOT NULL,
    recorded_us    integer NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq integer NOT NULL DEFAULT 0,
    superseded_us  integer NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX file_grant_person ON file_grant (person_id);
CREATE INDEX file_grant_worker ON file_grant (worker_id);

-- +goose StatementBegin
CREATE TRIGGER file_grant_no_rewrite BEFORE UPDATE OF id, person_id, worker_id, kind, parts, reason, from_day, to_day, recorded_seq, recorded_us, recorded_by ON file_grant
BEGIN
    SELECT RAISE(ABORT, 'file_grant: a fact is superseded, never rewritten');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER file_grant_superseded_once BEFORE UPDATE ON file_grant WHEN old.superseded_seq <> 0
BEGIN
    SELECT RAISE(ABORT, 'file_grant: a fact is superseded once');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER file_grant_no_delete BEFORE DELETE ON file_grant
BEGIN
    SELECT RAISE(ABORT, 'file_grant: a fact is superseded, never removed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER file_grant_no_replace BEFORE INSERT ON file_grant WHEN EXISTS (SELECT 1 FROM file_grant WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'file_grant: there is such a row');
END;
-- +goose StatementEnd

-- A worker is away, and who covers; nobody where cover_id is empty.
CREATE TABLE absence (
    id             text PRIMARY KEY,
    worker_id      text NOT NULL,
    cover_id       text NOT NULL,
    note           text NOT NULL,
    from_day       text NOT NULL,
    to_day         text NOT NULL,
    recorded_seq   integer NOT NULL,
    recorded_us    integer NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq integer NOT NULL DEFAULT 0,
    superseded_us  integer NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX absence_worker ON absence (worker_id);
CREATE INDEX absence_cover ON absence (cover_id);

-- +goose StatementBegin
CREATE TRIGGER absence_no_rewrite BEFORE UPDATE OF id, worker_id, cover_id, note, from_day, to_day, recorded_seq, recorded_us, recorded_by ON absence
BEGIN
    SELECT RAISE(ABORT, 'absence: a fact is superseded, never rewritten');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER absence_superseded_once BEFORE UPDATE ON absence WHEN old.superseded_seq <> 0
BEGIN
    SELECT RAISE(ABORT, 'absence: a fact is superseded once');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER absence_no_delete BEFORE DELETE ON absence
BEGIN
    SELECT RAISE(ABORT, 'absence: a fact is superseded, never removed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER absence_no_replace BEFORE INSERT ON absence WHEN EXISTS (SELECT 1 FROM absence WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'absence: there is such a row');
END;
-- +goose StatementEnd

-- Professionals of other agencies who are involved with a child (CR-16).
CREATE TABLE professional (
    id             text PRIMARY KEY,
    person_id      text NOT NULL REFERENCES person (id),
    agency         text NOT NULL,
    name           text NOT NULL,
    job_title      text NOT NULL,
    telephone      text NOT NULL,
    email          text NOT NULL,
    address        text NOT NULL,
    note           text NOT NULL,
    from_day       text NOT NULL,
    to_day         text NOT NULL,
    recorded_seq   integer NOT NULL,
    recorded_us    integer NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq integer NOT NULL DEFAULT 0,
    superseded_us  integer NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX professional_person ON professional (person_id);

-- +goose StatementBegin
CREATE TRIGGER professional_no_rewrite BEFORE UPDATE OF id, person_id, agency, name, job_title, telephone, email, address, note, from_day, to_day, recorded_seq, recorded_us, recorded_by ON professional
BEGIN
    SELECT RAISE(ABORT, 'professional: a fact is superseded, never rewritten');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER professional_superseded_once BEFORE UPDATE ON professional WHEN old.superseded_seq <> 0
BEGIN
    SELECT RAISE(ABORT, 'professional: a fact is superseded once');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER professional_no_delete BEFORE DELETE ON professional
BEGIN
    SELECT RAISE(ABORT, 'professional: a fact is superseded, never removed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER professional_no_replace BEFORE INSERT ON professional WHEN EXISTS (SELECT 1 FROM professional WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'professional: there is such a row');
END;
-- +goose StatementEnd

-- Why a worker opened a file outside their work, and until when that counts (KF-05).
-- The note of it is the entry.
CREATE TABLE stated_reason (
    id           text PRIMARY KEY,
    worker_id    text NOT NULL,
    person_id    text NOT NULL REFERENCES person (id),
    purpose      text NOT NULL,
    entry_id     text NOT NULL REFERENCES entry (id),
    until_us     integer NOT NULL,
    recorded_seq integer NOT NULL,
    recorded_us  integer NOT NULL,
    recorded_by  text NOT NULL
);
CREATE INDEX stated_reason_person ON stated_reason (person_id, worker_id);

-- +goose StatementBegin
CREATE TRIGGER stated_reason_no_update BEFORE UPDATE ON stated_reason
BEGIN
    SELECT RAISE(ABORT, 'stated_reason is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER stated_reason_no_delete BEFORE DELETE ON stated_reason
BEGIN
    SELECT RAISE(ABORT, 'stated_reason is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER stated_reason_no_replace BEFORE INSERT ON stated_reason WHEN EXISTS (SELECT 1 FROM stated_reason WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'stated_reason: there is such a row');
END;
-- +goose StatementEnd
