-- +goose Up
-- The record: people and what is so about them, workers, entries, footprints.
-- Moments are microseconds since 1970-01-01 UTC in columns named _us; days are
-- text YYYY-MM-DD, empty for not known or still so. Every table of facts has the
-- same eight clock columns.

-- The order of what was known: one row, taken first by every transaction that
-- writes the record, so that such transactions follow one another.
CREATE TABLE store_clock (
    id         integer PRIMARY KEY CHECK (id = 1),
    seq        integer NOT NULL,
    at_us      integer NOT NULL,
    footprints integer NOT NULL
);
INSERT INTO store_clock (id, seq, at_us, footprints) VALUES (1, 0, 0, 0);

CREATE TABLE store_mark (
    name  text PRIMARY KEY,
    value text NOT NULL
);

-- Definitions as they were when used, by the hash of their bytes.
CREATE TABLE definition_file (
    hash         text PRIMARY KEY,
    path         text NOT NULL,
    body         blob NOT NULL,
    recorded_seq integer NOT NULL,
    recorded_us  integer NOT NULL
);
CREATE TABLE definition_set (
    recorded_seq integer PRIMARY KEY,
    recorded_us  integer NOT NULL,
    recorded_by  text NOT NULL,
    hash         text NOT NULL,
    files        text NOT NULL -- JSON: path to hash
);

CREATE TABLE team (
    id           text PRIMARY KEY,
    name         text NOT NULL,
    service      text NOT NULL,
    recorded_seq integer NOT NULL,
    recorded_us  integer NOT NULL,
    recorded_by  text NOT NULL
);

-- A change to a worker adds a version; the greatest is current.
CREATE TABLE worker (
    id           text NOT NULL,
    version      integer NOT NULL,
    given        text NOT NULL,
    family       text NOT NULL,
    job_title    text NOT NULL,
    telephone    text NOT NULL,
    mobile       text NOT NULL,
    email        text NOT NULL,
    base         text NOT NULL,
    note         text NOT NULL,
    recorded_seq integer NOT NULL,
    recorded_us  integer NOT NULL,
    recorded_by  text NOT NULL,
    PRIMARY KEY (id, version)
);

CREATE TABLE assignment (
    id             text PRIMARY KEY,
    worker_id      text NOT NULL,
    role           text NOT NULL,
    team_id        text NOT NULL REFERENCES team (id),
    from_day       text NOT NULL,
    to_day         text NOT NULL,
    recorded_seq   integer NOT NULL,
    recorded_us    integer NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq integer NOT NULL DEFAULT 0,
    superseded_us  integer NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX assignment_worker ON assignment (worker_id);

CREATE TABLE person (
    id           text PRIMARY KEY,
    reference    text NOT NULL UNIQUE, -- never reused (CR-09)
    recorded_seq integer NOT NULL,
    recorded_us  integer NOT NULL,
    recorded_by  text NOT NULL
);

CREATE TABLE person_name (
    id             text PRIMARY KEY,
    person_id      text NOT NULL REFERENCES person (id),
    kind           text NOT NULL,
    given          text NOT NULL,
    family         text NOT NULL,
    from_day       text NOT NULL,
    to_day         text NOT NULL,
    recorded_seq   integer NOT NULL,
    recorded_us    integer NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq integer NOT NULL DEFAULT 0,
    superseded_us  integer NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX person_name_person ON person_name (person_id);

CREATE TABLE person_birth (
    id             text PRIMARY KEY,
    person_id      text NOT NULL REFERENCES person (id),
    day            text NOT NULL,
    estimated      integer NOT NULL,
    from_day       text NOT NULL,
    to_day         text NOT NULL,
    recorded_seq   integer NOT NULL,
    recorded_us    integer NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq integer NOT NULL DEFAULT 0,
    superseded_us  integer NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX person_birth_person ON person_birth (person_id);
CREATE INDEX person_birth_day ON person_birth (day);

CREATE TABLE person_address (
    id             text PRIMARY KEY,
    person_id      text NOT NULL REFERENCES person (id),
    line1          text NOT NULL,
    line2          text NOT NULL,
    town           text NOT NULL,
    postcode       text NOT NULL,
    confidential   integer NOT NULL,
    from_day       text NOT NULL,
    to_day         text NOT NULL,
    recorded_seq   integer NOT NULL,
    recorded_us    integer NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq integer NOT NULL DEFAULT 0,
    superseded_us  integer NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX person_address_person ON person_address (person_id);

CREATE TABLE person_contact (
    id             text PRIMARY KEY,
    person_id      text NOT NULL REFERENCES person (id),
    kind           text NOT NULL,
    value          text NOT NULL,
    from_day       text NOT NULL,
    to_day         text NOT NULL,
    recorded_seq   integer NOT NULL,
    recorded_us    integer NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq integer NOT NULL DEFAULT 0,
    superseded_us  integer NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX person_contact_person ON person_contact (person_id);

-- Facts of the kinds that definitions invent share one table.
CREATE TABLE person_characteristic (
    id             text PRIMARY KEY,
    person_id      text NOT NULL REFERENCES person (id),
    kind           text NOT NULL,
    code           text NOT NULL,
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
CREATE INDEX person_characteristic_person ON person_characteristic (person_id, kind);

CREATE TABLE person_identifier (
    id             text PRIMARY KEY,
    person_id      text NOT NULL REFERENCES person (id),
    system         text NOT NULL,
    value          text NOT NULL,
    from_day       text NOT NULL,
    to_day         text NOT NULL,
    recorded_seq   integer NOT NULL,
    recorded_us    integer NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq integer NOT NULL DEFAULT 0,
    superseded_us  integer NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX person_identifier_person ON person_identifier (person_id);
-- One person for each current number, so that an import makes nobody twice.
CREATE UNIQUE INDEX person_identifier_current ON person_identifier (system, value) WHERE superseded_seq = 0;

-- Derived from current names, made in Go so that both engines agree. A row for
-- each folded word of a name.
CREATE TABLE name_key (
    token     text NOT NULL,
    person_id text NOT NULL REFERENCES person (id),
    name_id   text NOT NULL REFERENCES person_name (id),
    PRIMARY KEY (token, person_id, name_id)
);
CREATE INDEX name_key_name ON name_key (name_id);

CREATE TABLE episode (
    id             text PRIMARY KEY,
    person_id      text NOT NULL REFERENCES person (id),
    service        text NOT NULL,
    team_id        text NOT NULL REFERENCES team (id),
    from_day       text NOT NULL,
    to_day         text NOT NULL,
    recorded_seq   integer NOT NULL,
    recorded_us    integer NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq integer NOT NULL DEFAULT 0,
    superseded_us  integer NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX episode_person ON episode (person_id);
CREATE INDEX episode_team ON episode (team_id);

CREATE TABLE allocation (
    id             text PRIMARY KEY,
    episode_id     text NOT NULL REFERENCES episode (id),
    person_id      text NOT NULL REFERENCES person (id),
    worker_id      text NOT NULL,
    kind           text NOT NULL,
    from_day       text NOT NULL,
    to_day         text NOT NULL,
    recorded_seq   integer NOT NULL,
    recorded_us    integer NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq integer NOT NULL DEFAULT 0,
    superseded_us  integer NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX allocation_person ON allocation (person_id);
CREATE INDEX allocation_worker ON allocation (worker_id);

-- A line of the record. A change adds a version; nothing replaces one.
CREATE TABLE entry (
    id           text PRIMARY KEY,
    service      text NOT NULL,
    recorded_seq integer NOT NULL,
    recorded_us  integer NOT NULL,
    recorded_by  text NOT NULL
);
CREATE TABLE entry_version (
    entry_id     text NOT NULL REFERENCES entry (id),
    version      integer NOT NULL,
    type         text NOT NULL,
    category     text NOT NULL,
    happened_day text NOT NULL,
    happened_at  text NOT NULL, -- HH:MM or empty
    with_whom    text NOT NULL,
    seen         text NOT NULL,
    seen_alone   text NOT NULL,
    reason       text NOT NULL,
    body         text NOT NULL,
    significant  integer NOT NULL,
    sensitive    integer NOT NULL,
    follow_up    text NOT NULL,
    follow_up_by text NOT NULL,
    type_title   text NOT NULL, -- in the service's words at the time
    category_title text NOT NULL,
    author_id    text NOT NULL,
    author_name  text NOT NULL, -- as it was then (CR-40)
    author_role  text NOT NULL,
    definition   text NOT NULL, -- hash of the service's definition
    written_day  text NOT NULL, -- when it was written down in a system before this one; empty when in this one
    recorded_seq integer NOT NULL,
    recorded_us  integer NOT NULL,
    recorded_by  text NOT NULL,
    PRIMARY KEY (entry_id, version)
);
-- The children whose record an entry stands in (CR-33).
CREATE TABLE entry_child (
    entry_id     text NOT NULL REFERENCES entry (id),
    person_id    text NOT NULL REFERENCES person (id),
    recorded_seq integer NOT NULL,
    recorded_us  integer NOT NULL,
    recorded_by  text NOT NULL,
    PRIMARY KEY (entry_id, person_id)
);
-- Derived: the current version of each entry in the order of each child's
-- timeline, so that a page of a long record is one walk of an index.
CREATE TABLE timeline_line (
    person_id text NOT NULL REFERENCES person (id),
    line_key  text NOT NULL, -- day, time and entry: text order is time order
    entry_id  text NOT NULL REFERENCES entry (id),
    version   integer NOT NULL,
    PRIMARY KEY (person_id, line_key)
);
CREATE INDEX timeline_line_entry ON timeline_line (entry_id);

-- Every look. The row has no content; nobody changes or removes it.
CREATE TABLE footprint (
    number      integer PRIMARY KEY,
    seq         integer NOT NULL,
    at_us       integer NOT NULL,
    actor       text NOT NULL,
    role        text NOT NULL,
    action      text NOT NULL,
    object      text NOT NULL,
    part        text NOT NULL,
    ground      text NOT NULL,
    outcome     text NOT NULL,
    search      integer NOT NULL,
    detail_hash blob
);
CREATE INDEX footprint_object ON footprint (object, number);
-- What it was about, sealed; lawful erasure removes the row.
CREATE TABLE footprint_detail (
    number integer PRIMARY KEY REFERENCES footprint (number),
    sealed blob NOT NULL
);

-- Plain state from here on.
CREATE TABLE draft (
    id        text PRIMARY KEY,
    worker_id text NOT NULL,
    person_id text NOT NULL REFERENCES person (id),
    service   text NOT NULL,
    type      text NOT NULL,
    fields    text NOT NULL, -- JSON object of text
    rev       integer NOT NULL,
    saved_us  integer NOT NULL
);
CREATE INDEX draft_worker ON draft (worker_id);

CREATE TABLE notice (
    id        text PRIMARY KEY,
    worker_id text NOT NULL,
    person_id text NOT NULL REFERENCES person (id),
    entry_id  text NOT NULL REFERENCES entry (id),
    kind      text NOT NULL,
    at_us     integer NOT NULL,
    seen_us   integer NOT NULL DEFAULT 0,
    UNIQUE (worker_id, entry_id, kind)
);
CREATE INDEX notice_worker ON notice (worker_id, at_us);

CREATE TABLE job (
    id          text PRIMARY KEY,
    kind        text NOT NULL,
    payload     text NOT NULL, -- JSON of ids, never case text
    unique_text text UNIQUE,
    state       text NOT NULL, -- ready, done or dead
    run_at_us   integer NOT NULL,
    lease_us    integer NOT NULL DEFAULT 0,
    attempts    integer NOT NULL DEFAULT 0,
    last_reason text NOT NULL DEFAULT ''
);
CREATE INDEX job_due ON job (state, run_at_us);

CREATE TABLE import_run (
    id      text PRIMARY KEY,
    source  text NOT NULL,
    line    integer NOT NULL,
    made    integer NOT NULL,
    matched integer NOT NULL,
    bad     integer NOT NULL,
    done    integer NOT NULL
);

-- SQLite has no roles, so triggers refuse what PostgreSQL does not grant. Facts can
-- be put aside once, never rewritten; footprints and versions can be added, never
-- changed or removed.

-- +goose StatementBegin
CREATE TRIGGER definition_file_no_update BEFORE UPDATE ON definition_file
BEGIN
    SELECT RAISE(ABORT, 'definition_file is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER definition_file_no_delete BEFORE DELETE ON definition_file
BEGIN
    SELECT RAISE(ABORT, 'definition_file is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER definition_set_no_update BEFORE UPDATE ON definition_set
BEGIN
    SELECT RAISE(ABORT, 'definition_set is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER definition_set_no_delete BEFORE DELETE ON definition_set
BEGIN
    SELECT RAISE(ABORT, 'definition_set is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER team_no_update BEFORE UPDATE ON team
BEGIN
    SELECT RAISE(ABORT, 'team is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER team_no_delete BEFORE DELETE ON team
BEGIN
    SELECT RAISE(ABORT, 'team is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER worker_no_update BEFORE UPDATE ON worker
BEGIN
    SELECT RAISE(ABORT, 'worker is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER worker_no_delete BEFORE DELETE ON worker
BEGIN
    SELECT RAISE(ABORT, 'worker is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER person_no_update BEFORE UPDATE ON person
BEGIN
    SELECT RAISE(ABORT, 'person is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER person_no_delete BEFORE DELETE ON person
BEGIN
    SELECT RAISE(ABORT, 'person is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry
BEGIN
    SELECT RAISE(ABORT, 'entry is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry
BEGIN
    SELECT RAISE(ABORT, 'entry is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER entry_version_no_update BEFORE UPDATE ON entry_version
BEGIN
    SELECT RAISE(ABORT, 'entry_version is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER entry_version_no_delete BEFORE DELETE ON entry_version
BEGIN
    SELECT RAISE(ABORT, 'entry_version is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER entry_child_no_update BEFORE UPDATE ON entry_child
BEGIN
    SELECT RAISE(ABORT, 'entry_child is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER entry_child_no_delete BEFORE DELETE ON entry_child
BEGIN
    SELECT RAISE(ABORT, 'entry_child is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER footprint_no_update BEFORE UPDATE ON footprint
BEGIN
    SELECT RAISE(ABORT, 'footprint is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER footprint_no_delete BEFORE DELETE ON footprint
BEGIN
    SELECT RAISE(ABORT, 'footprint is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER footprint_detail_no_update BEFORE UPDATE ON footprint_detail
BEGIN
    SELECT RAISE(ABORT, 'footprint_detail is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER footprint_detail_no_delete BEFORE DELETE ON footprint_detail
BEGIN
    SELECT RAISE(ABORT, 'footprint_detail is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER person_name_no_rewrite BEFORE UPDATE OF id, person_id, kind, given, family, from_day, to_day, recorded_seq, recorded_us, recorded_by ON person_name
BEGIN
    SELECT RAISE(ABORT, 'person_name: a fact is superseded, never rewritten');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER person_name_superseded_once BEFORE UPDATE ON person_name WHEN old.superseded_seq <> 0
BEGIN
    SELECT RAISE(ABORT, 'person_name: a fact is superseded once');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER person_name_no_delete BEFORE DELETE ON person_name
BEGIN
    SELECT RAISE(ABORT, 'person_name: a fact is superseded, never removed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER person_birth_no_rewrite BEFORE UPDATE OF id, person_id, day, estimated, from_day, to_day, recorded_seq, recorded_us, recorded_by ON person_birth
BEGIN
    SELECT RAISE(ABORT, 'person_birth: a fact is superseded, never rewritten');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER person_birth_superseded_once BEFORE UPDATE ON person_birth WHEN old.superseded_seq <> 0
BEGIN
    SELECT RAISE(ABORT, 'person_birth: a fact is superseded once');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER person_birth_no_delete BEFORE DELETE ON person_birth
BEGIN
    SELECT RAISE(ABORT, 'person_birth: a fact is superseded, never removed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER person_address_no_rewrite BEFORE UPDATE OF id, person_id, line1, line2, town, postcode, confidential, from_day, to_day, recorded_seq, recorded_us, recorded_by ON person_address
BEGIN
    SELECT RAISE(ABORT, 'person_address: a fact is superseded, never rewritten');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER person_address_superseded_once BEFORE UPDATE ON person_address WHEN old.superseded_seq <> 0
BEGIN
    SELECT RAISE(ABORT, 'person_address: a fact is superseded once');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER person_address_no_delete BEFORE DELETE ON person_address
BEGIN
    SELECT RAISE(ABORT, 'person_address: a fact is superseded, never removed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER person_contact_no_rewrite BEFORE UPDATE OF id, person_id, kind, value, from_day, to_day, recorded_seq, recorded_us, recorded_by ON person_contact
BEGIN
    SELECT RAISE(ABORT, 'person_contact: a fact is superseded, never rewritten');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER person_contact_superseded_once BEFORE UPDATE ON person_contact WHEN old.superseded_seq <> 0
BEGIN
    SELECT RAISE(ABORT, 'person_contact: a fact is superseded once');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER person_contact_no_delete BEFORE DELETE ON person_contact
BEGIN
    SELECT RAISE(ABORT, 'person_contact: a fact is superseded, never removed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER person_characteristic_no_rewrite BEFORE UPDATE OF id, person_id, kind, code, note, from_day, to_day, recorded_seq, recorded_us, recorded_by ON person_characteristic
BEGIN
    SELECT RAISE(ABORT, 'person_characteristic: a fact is superseded, never rewritten');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER person_characteristic_superseded_once BEFORE UPDATE ON person_characteristic WHEN old.superseded_seq <> 0
BEGIN
    SELECT RAISE(ABORT, 'person_characteristic: a fact is superseded once');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER person_characteristic_no_delete BEFORE DELETE ON person_characteristic
BEGIN
    SELECT RAISE(ABORT, 'person_characteristic: a fact is superseded, never removed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER person_identifier_no_rewrite BEFORE UPDATE OF id, person_id, system, value, from_day, to_day, recorded_seq, recorded_us, recorded_by ON person_identifier
BEGIN
    SELECT RAISE(ABORT, 'person_identifier: a fact is superseded, never rewritten');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER person_identifier_superseded_once BEFORE UPDATE ON person_identifier WHEN old.superseded_seq <> 0
BEGIN
    SELECT RAISE(ABORT, 'person_identifier: a fact is superseded once');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER person_identifier_no_delete BEFORE DELETE ON person_identifier
BEGIN
    SELECT RAISE(ABORT, 'person_identifier: a fact is superseded, never removed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER episode_no_rewrite BEFORE UPDATE OF id, person_id, service, team_id, from_day, to_day, recorded_seq, recorded_us, recorded_by ON episode
BEGIN
    SELECT RAISE(ABORT, 'episode: a fact is superseded, never rewritten');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER episode_superseded_once BEFORE UPDATE ON episode WHEN old.superseded_seq <> 0
BEGIN
    SELECT RAISE(ABORT, 'episode: a fact is superseded once');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER episode_no_delete BEFORE DELETE ON episode
BEGIN
    SELECT RAISE(ABORT, 'episode: a fact is superseded, never removed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER allocation_no_rewrite BEFORE UPDATE OF id, episode_id, person_id, worker_id, kind, from_day, to_day, recorded_seq, recorded_us, recorded_by ON allocation
BEGIN
    SELECT RAISE(ABORT, 'allocation: a fact is superseded, never rewritten');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER allocation_superseded_once BEFORE UPDATE ON allocation WHEN old.superseded_seq <> 0
BEGIN
    SELECT RAISE(ABORT, 'allocation: a fact is superseded once');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER allocation_no_delete BEFORE DELETE ON allocation
BEGIN
    SELECT RAISE(ABORT, 'allocation: a fact is superseded, never removed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER assignment_no_rewrite BEFORE UPDATE OF id, worker_id, role, team_id, from_day, to_day, recorded_seq, recorded_us, recorded_by ON assignment
BEGIN
    SELECT RAISE(ABORT, 'assignment: a fact is superseded, never rewritten');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER assignment_superseded_once BEFORE UPDATE ON assignment WHEN old.superseded_seq <> 0
BEGIN
    SELECT RAISE(ABORT, 'assignment: a fact is superseded once');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER assignment_no_delete BEFORE DELETE ON assignment
BEGIN
    SELECT RAISE(ABORT, 'assignment: a fact is superseded, never removed');
END;
-- +goose StatementEnd
