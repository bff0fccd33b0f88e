-- +goose Up
-- Forms filled in. No old rows: nothing kept documents before.

-- A document begun. What it is of never changes.
CREATE TABLE document (
    id           text COLLATE "C" PRIMARY KEY,
    person_id    text COLLATE "C" NOT NULL REFERENCES person (id),
    service      text NOT NULL,
    form         text NOT NULL,
    form_version integer NOT NULL,
    title        text NOT NULL, -- of the form, at the time
    definition   text NOT NULL, -- hash of the form's file, which is kept in definition_file
    episode_id   text COLLATE "C" NOT NULL, -- empty for none
    previous_id  text COLLATE "C" NOT NULL, -- the final document of the form when it was begun; empty for none
    recorded_seq bigint NOT NULL,
    recorded_us  bigint NOT NULL,
    recorded_by  text NOT NULL
);
GRANT SELECT, INSERT ON document TO casefile_serve;
CREATE INDEX document_person ON document (person_id);

-- What was done with it, one after the other: completed, returned, authorised,
-- reopened, kept, dropped. Nothing changes or removes a row.
CREATE TABLE document_step (
    document_id  text COLLATE "C" NOT NULL REFERENCES document (id),
    number       integer NOT NULL, -- from 1
    did          text NOT NULL,
    reason       text NOT NULL,
    final        boolean NOT NULL, -- it became final by this
    grounds      text NOT NULL, -- of reopened: inaccurate, inappropriate
    rested       boolean NOT NULL, -- of reopened: decisions rested on what it said
    answers      text NOT NULL, -- of completed: canonical JSON; empty otherwise
    made         text NOT NULL, -- of completed: what the form made of them; empty otherwise
    effects      text NOT NULL, -- what it brought about, as JSON
    by_id        text COLLATE "C" NOT NULL,
    by_name      text NOT NULL, -- as it was then
    by_role      text NOT NULL,
    recorded_seq bigint NOT NULL,
    recorded_us  bigint NOT NULL,
    recorded_by  text NOT NULL,
    PRIMARY KEY (document_id, number)
);
GRANT SELECT, INSERT ON document_step TO casefile_serve;

-- Plain state: a draft, section by section. A document is being written while it has
-- rows here, one for each section of its form and one without a name.
CREATE TABLE document_section (
    document_id text COLLATE "C" NOT NULL REFERENCES document (id),
    section     text COLLATE "C" NOT NULL,
    rev         integer NOT NULL,
    answers     text NOT NULL, -- canonical JSON
    saved_us    bigint NOT NULL,
    saved_by    text COLLATE "C" NOT NULL,
    PRIMARY KEY (document_id, section)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON document_section TO casefile_serve;

-- Plain state: what somebody else had saved of a section before it was written over,
-- until the document is completed.
CREATE TABLE document_earlier (
    document_id text COLLATE "C" NOT NULL REFERENCES document (id),
    section     text COLLATE "C" NOT NULL,
    rev         integer NOT NULL,
    answers     text NOT NULL,
    saved_us    bigint NOT NULL,
    saved_by    text COLLATE "C" NOT NULL,
    PRIMARY KEY (document_id, section, rev)
);
GRANT SELECT, INSERT, DELETE ON document_earlier TO casefile_serve;
