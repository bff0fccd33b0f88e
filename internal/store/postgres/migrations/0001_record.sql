-- +goose Up
-- The record: people and what is so about them, workers, entries, footprints.
-- Moments are microseconds since 1970-01-01 UTC in columns named _us; days are
-- text YYYY-MM-DD, empty for not known or still so. Every table of facts has the
-- same eight clock columns.

-- The order of what was known: one row, taken first by every transaction that
-- writes the record, so that such transactions follow one another.
CREATE TABLE store_clock (
    id         integer PRIMARY KEY CHECK (id = 1),
    seq        bigint NOT NULL,
    at_us      bigint NOT NULL,
    footprints bigint NOT NULL
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
    body         bytea NOT NULL,
    recorded_seq bigint NOT NULL,
    recorded_us  bigint NOT NULL
);
CREATE TABLE definition_set (
    recorded_seq bigint PRIMARY KEY,
    recorded_us  bigint NOT NULL,
    recorded_by  text NOT NULL,
    hash         text NOT NULL,
    files        text NOT NULL -- JSON: path to hash
);

CREATE TABLE team (
    id           text PRIMARY KEY,
    name         text NOT NULL,
    service      text NOT NULL,
    recorded_seq bigint NOT NULL,
    recorded_us  bigint NOT NULL,
    recorded_by  text NOT NULL
);

-- A change to a worker adds a version; the greatest is current.
CREATE TABLE worker (
    id           text COLLATE "C" NOT NULL,
    version      integer NOT NULL,
    given        text NOT NULL,
    family       text NOT NULL,
    job_title    text NOT NULL,
    telephone    text NOT NULL,
    mobile       text NOT NULL,
    email        text NOT NULL,
    base         text NOT NULL,
    note         text NOT NULL,
    recorded_seq bigint NOT NULL,
    recorded_us  bigint NOT NULL,
    recorded_by  text NOT NULL,
    PRIMARY KEY (id, version)
);

CREATE TABLE assignment (
    id             text COLLATE "C" PRIMARY KEY,
    worker_id      text NOT NULL,
    role           text NOT NULL,
    team_id        text NOT NULL REFERENCES team (id),
    from_day       text COLLATE "C" NOT NULL,
    to_day         text COLLATE "C" NOT NULL,
    recorded_seq   bigint NOT NULL,
    recorded_us    bigint NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq bigint NOT NULL DEFAULT 0,
    superseded_us  bigint NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX assignment_worker ON assignment (worker_id);

CREATE TABLE person (
    id           text COLLATE "C" PRIMARY KEY,
    reference    text COLLATE "C" NOT NULL UNIQUE, -- never reused (CR-09)
    recorded_seq bigint NOT NULL,
    recorded_us  bigint NOT NULL,
    recorded_by  text NOT NULL
);

CREATE TABLE person_name (
    id             text COLLATE "C" PRIMARY KEY,
    person_id      text COLLATE "C" NOT NULL REFERENCES person (id),
    kind           text NOT NULL,
    given          text COLLATE "C" NOT NULL,
    family         text COLLATE "C" NOT NULL,
    from_day       text COLLATE "C" NOT NULL,
    to_day         text COLLATE "C" NOT NULL,
    recorded_seq   bigint NOT NULL,
    recorded_us    bigint NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq bigint NOT NULL DEFAULT 0,
    superseded_us  bigint NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX person_name_person ON person_name (person_id);

CREATE TABLE person_birth (
    id             text COLLATE "C" PRIMARY KEY,
    person_id      text COLLATE "C" NOT NULL REFERENCES person (id),
    day            text COLLATE "C" NOT NULL,
    estimated      boolean NOT NULL,
    from_day       text COLLATE "C" NOT NULL,
    to_day         text COLLATE "C" NOT NULL,
    recorded_seq   bigint NOT NULL,
    recorded_us    bigint NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq bigint NOT NULL DEFAULT 0,
    superseded_us  bigint NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX person_birth_person ON person_birth (person_id);
CREATE INDEX person_birth_day ON person_birth (day);

CREATE TABLE person_address (
    id             text COLLATE "C" PRIMARY KEY,
    person_id      text COLLATE "C" NOT NULL REFERENCES person (id),
    line1          text NOT NULL,
    line2          text NOT NULL,
    town           text NOT NULL,
    postcode       text NOT NULL,
    confidential   boolean NOT NULL,
    from_day       text COLLATE "C" NOT NULL,
    to_day         text COLLATE "C" NOT NULL,
    recorded_seq   bigint NOT NULL,
    recorded_us    bigint NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq bigint NOT NULL DEFAULT 0,
    superseded_us  bigint NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX person_address_person ON person_address (person_id);

CREATE TABLE person_contact (
    id             text COLLATE "C" PRIMARY KEY,
    person_id      text COLLATE "C" NOT NULL REFERENCES person (id),
    kind           text NOT NULL,
    value          text NOT NULL,
    from_day       text COLLATE "C" NOT NULL,
    to_day         text COLLATE "C" NOT NULL,
    recorded_seq   bigint NOT NULL,
    recorded_us    bigint NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq bigint NOT NULL DEFAULT 0,
    superseded_us  bigint NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX person_contact_person ON person_contact (person_id);

-- Facts of the kinds that definitions invent share one table.
CREATE TABLE person_characteristic (
    id             text COLLATE "C" PRIMARY KEY,
    person_id      text COLLATE "C" NOT NULL REFERENCES person (id),
    kind           text NOT NULL,
    code           text NOT NULL,
    note           text NOT NULL,
    from_day       text COLLATE "C" NOT NULL,
    to_day         text COLLATE "C" NOT NULL,
    recorded_seq   bigint NOT NULL,
    recorded_us    bigint NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq bigint NOT NULL DEFAULT 0,
    superseded_us  bigint NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX person_characteristic_person ON person_characteristic (person_id, kind);

CREATE TABLE person_identifier (
    id             text COLLATE "C" PRIMARY KEY,
    person_id      text COLLATE "C" NOT NULL REFERENCES person (id),
    system         text NOT NULL,
    value          text NOT NULL,
    from_day       text COLLATE "C" NOT NULL,
    to_day         text COLLATE "C" NOT NULL,
    recorded_seq   bigint NOT NULL,
    recorded_us    bigint NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq bigint NOT NULL DEFAULT 0,
    superseded_us  bigint NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX person_identifier_person ON person_identifier (person_id);
-- One person for each current number, so that an import makes nobody twice.
CREATE UNIQUE INDEX person_identifier_current ON person_identifier (system, value) WHERE superseded_seq = 0;

-- Derived from current names, made in Go so that both engines agree. A row for
-- each folded word of a name.
CREATE TABLE name_key (
    token     text COLLATE "C" NOT NULL,
    person_id text COLLATE "C" NOT NULL REFERENCES person (id),
    name_id   text COLLATE "C" NOT NULL REFERENCES person_name (id),
    PRIMARY KEY (token, person_id, name_id)
);
CREATE INDEX name_key_name ON name_key (name_id);

CREATE TABLE episode (
    id             text COLLATE "C" PRIMARY KEY,
    person_id      text COLLATE "C" NOT NULL REFERENCES person (id),
    service        text NOT NULL,
    team_id        text NOT NULL REFERENCES team (id),
    from_day       text COLLATE "C" NOT NULL,
    to_day         text COLLATE "C" NOT NULL,
    recorded_seq   bigint NOT NULL,
    recorded_us    bigint NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq bigint NOT NULL DEFAULT 0,
    superseded_us  bigint NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX episode_person ON episode (person_id);
CREATE INDEX episode_team ON episode (team_id);

CREATE TABLE allocation (
    id             text COLLATE "C" PRIMARY KEY,
    episode_id     text COLLATE "C" NOT NULL REFERENCES episode (id),
    person_id      text COLLATE "C" NOT NULL REFERENCES person (id),
    worker_id      text NOT NULL,
    kind           text NOT NULL,
    from_day       text COLLATE "C" NOT NULL,
    to_day         text COLLATE "C" NOT NULL,
    recorded_seq   bigint NOT NULL,
    recorded_us    bigint NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq bigint NOT NULL DEFAULT 0,
    superseded_us  bigint NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX allocation_person ON allocation (person_id);
CREATE INDEX allocation_worker ON allocation (worker_id);

-- A line of the record. A change adds a version; nothing replaces one.
CREATE TABLE entry (
    id           text COLLATE "C" PRIMARY KEY,
    service      text NOT NULL,
    recorded_seq bigint NOT NULL,
    recorded_us  bigint NOT NULL,
    recorded_by  text NOT NULL
);
CREATE TABLE entry_version (
    entry_id     text COLLATE "C" NOT NULL REFERENCES entry (id),
    version      integer NOT NULL,
    type         text NOT NULL,
    category     text NOT NULL,
    happened_day text COLLATE "C" NOT NULL,
    happened_at  text COLLATE "C" NOT NULL, -- HH:MM or empty
    with_whom    text NOT NULL,
    seen         text NOT NULL,
    seen_alone   text NOT NULL,
    reason       text NOT NULL,
    body         text NOT NULL,
    significant  boolean NOT NULL,
    sensitive    boolean NOT NULL,
    follow_up    text NOT NULL,
    follow_up_by text COLLATE "C" NOT NULL,
    type_title   text NOT NULL, -- in the service's words at the time
    category_title text NOT NULL,
    author_id    text NOT NULL,
    author_name  text NOT NULL, -- as it was then (CR-40)
    author_role  text NOT NULL,
    definition   text NOT NULL, -- hash of the service's definition
    written_day  text COLLATE "C" NOT NULL, -- when it was written down in a system before this one; empty when in this one
    recorded_seq bigint NOT NULL,
    recorded_us  bigint NOT NULL,
    recorded_by  text NOT NULL,
    PRIMARY KEY (entry_id, version)
);
-- The children whose record an entry stands in (CR-33).
CREATE TABLE entry_child (
    entry_id     text COLLATE "C" NOT NULL REFERENCES entry (id),
    person_id    text COLLATE "C" NOT NULL REFERENCES person (id),
    recorded_seq bigint NOT NULL,
    recorded_us  bigint NOT NULL,
    recorded_by  text NOT NULL,
    PRIMARY KEY (entry_id, person_id)
);
-- Derived: the current version of each entry in the order of each child's
-- timeline, so that a page of a long record is one walk of an index.
CREATE TABLE timeline_line (
    person_id text COLLATE "C" NOT NULL REFERENCES person (id),
    line_key  text COLLATE "C" NOT NULL, -- day, time and entry: text order is time order
    entry_id  text COLLATE "C" NOT NULL REFERENCES entry (id),
    version   integer NOT NULL,
    PRIMARY KEY (person_id, line_key)
);
CREATE INDEX timeline_line_entry ON timeline_line (entry_id);

-- Every look. The row has no content; nobody changes or removes it.
CREATE TABLE footprint (
    number      bigint PRIMARY KEY,
    seq         bigint NOT NULL,
    at_us       bigint NOT NULL,
    actor       text NOT NULL,
    role        text NOT NULL,
    action      text NOT NULL,
    object      text COLLATE "C" NOT NULL,
    part        text NOT NULL,
    ground      text NOT NULL,
    outcome     text NOT NULL,
    search      bigint NOT NULL,
    detail_hash bytea
);
CREATE INDEX footprint_object ON footprint (object, number);
-- What it was about, sealed; lawful erasure removes the row.
CREATE TABLE footprint_detail (
    number bigint PRIMARY KEY REFERENCES footprint (number),
    sealed bytea NOT NULL
);

-- Plain state from here on.
CREATE TABLE draft (
    id        text COLLATE "C" PRIMARY KEY,
    worker_id text NOT NULL,
    person_id text COLLATE "C" NOT NULL REFERENCES person (id),
    service   text NOT NULL,
    type      text NOT NULL,
    fields    text NOT NULL, -- JSON object of text
    rev       integer NOT NULL,
    saved_us  bigint NOT NULL
);
CREATE INDEX draft_worker ON draft (worker_id);

CREATE TABLE notice (
    id        text COLLATE "C" PRIMARY KEY,
    worker_id text NOT NULL,
    person_id text COLLATE "C" NOT NULL REFERENCES person (id),
    entry_id  text COLLATE "C" NOT NULL REFERENCES entry (id),
    kind      text NOT NULL,
    at_us     bigint NOT NULL,
    seen_us   bigint NOT NULL DEFAULT 0,
    UNIQUE (worker_id, entry_id, kind)
);
CREATE INDEX notice_worker ON notice (worker_id, at_us);

CREATE TABLE job (
    id          text COLLATE "C" PRIMARY KEY,
    kind        text NOT NULL,
    payload     text NOT NULL, -- JSON of ids, never case text
    unique_text text UNIQUE,
    state       text NOT NULL, -- ready, done or dead
    run_at_us   bigint NOT NULL,
    lease_us    bigint NOT NULL DEFAULT 0,
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
    done    boolean NOT NULL
);

-- What the serving role may do. Facts can be put aside, never rewritten;
-- footprints and versions can be added, never changed or removed.
-- +goose StatementBegin
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'casefile_serve') THEN
        CREATE ROLE casefile_serve NOLOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL; -- made at the same moment for another database
END
$$;
-- +goose StatementEnd
GRANT SELECT, INSERT ON
    definition_file, definition_set, team, worker, assignment, person, person_name, person_birth,
    person_address, person_contact, person_characteristic, person_identifier, episode, allocation,
    entry, entry_version, entry_child, footprint, footprint_detail
    TO casefile_serve;
GRANT UPDATE (superseded_seq, superseded_us, superseded_by) ON
    assignment, person_name, person_birth, person_address, person_contact, person_characteristic,
    person_identifier, episode, allocation
    TO casefile_serve;
GRANT SELECT, INSERT, UPDATE, DELETE ON name_key, timeline_line, draft, notice, job TO casefile_serve;
GRANT SELECT, UPDATE ON store_clock TO casefile_serve;
GRANT SELECT, INSERT, UPDATE ON import_run TO casefile_serve;
GRANT SELECT ON store_mark TO casefile_serve;
