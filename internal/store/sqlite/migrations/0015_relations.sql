-- +goose Up
-- Families and households. A person may be there only as somebody's relation: an
-- adult, or a child of another family, of whom no more is known. People from before
-- were all made with a file of their own.
ALTER TABLE person ADD COLUMN made_as text NOT NULL DEFAULT ''; -- relation, or empty for a file

-- What two people are to each other, once for both of them.
CREATE TABLE relationship (
    id             text PRIMARY KEY,
    person_id      text NOT NULL REFERENCES person (id), -- the first of the kind, such as the parent
    other_id       text NOT NULL REFERENCES person (id), -- the second, such as the child
    kind           text NOT NULL, -- of definitions/people/relationships.yaml
    basis          text NOT NULL, -- birth, law or care; empty where nobody said
    responsible    text NOT NULL, -- yes or no: parental responsibility; empty where nobody said
    carer          text NOT NULL, -- main or shared: the first looks after the second; empty for neither
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
CREATE INDEX relationship_person ON relationship (person_id);
CREATE INDEX relationship_other ON relationship (other_id);

-- +goose StatementBegin
CREATE TRIGGER relationship_no_rewrite BEFORE UPDATE OF id, person_id, other_id, kind, basis, responsible, carer, note, from_day, to_day, recorded_seq, recorded_us, recorded_by ON relationship
BEGIN
    SELECT RAISE(ABORT, 'relationship: a fact is superseded, never rewritten');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER relationship_superseded_once BEFORE UPDATE ON relationship WHEN old.superseded_seq <> 0
BEGIN
    SELECT RAISE(ABORT, 'relationship: a fact is superseded once');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER relationship_no_delete BEFORE DELETE ON relationship
BEGIN
    SELECT RAISE(ABORT, 'relationship: a fact is superseded, never removed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER relationship_no_replace BEFORE INSERT ON relationship WHEN EXISTS (SELECT 1 FROM relationship WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'relationship: there is such a row');
END;
-- +goose StatementEnd

-- Who lives together, and when. Where they live is in their addresses.
CREATE TABLE household_member (
    id             text PRIMARY KEY,
    household_id   text NOT NULL,
    person_id      text NOT NULL REFERENCES person (id),
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
CREATE INDEX household_member_person ON household_member (person_id);
CREATE INDEX household_member_household ON household_member (household_id);

-- +goose StatementBegin
CREATE TRIGGER household_member_no_rewrite BEFORE UPDATE OF id, household_id, person_id, note, from_day, to_day, recorded_seq, recorded_us, recorded_by ON household_member
BEGIN
    SELECT RAISE(ABORT, 'household_member: a fact is superseded, never rewritten');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER household_member_superseded_once BEFORE UPDATE ON household_member WHEN old.superseded_seq <> 0
BEGIN
    SELECT RAISE(ABORT, 'household_member: a fact is superseded once');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER household_member_no_delete BEFORE DELETE ON household_member
BEGIN
    SELECT RAISE(ABORT, 'household_member: a fact is superseded, never removed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER household_member_no_replace BEFORE INSERT ON household_member WHEN EXISTS (SELECT 1 FROM household_member WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'household_member: there is such a row');
END;
-- +goose StatementEnd

-- What is known of a parent who is not on the record (CR-34).
CREATE TABLE whereabouts (
    id             text PRIMARY KEY,
    person_id      text NOT NULL REFERENCES person (id), -- the child
    of_whom        text NOT NULL, -- of definitions/people/relationships.yaml
    statement      text NOT NULL,
    from_day       text NOT NULL,
    to_day         text NOT NULL,
    recorded_seq   integer NOT NULL,
    recorded_us    integer NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq integer NOT NULL DEFAULT 0,
    superseded_us  integer NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX whereabouts_person ON whereabouts (person_id);

-- +goose StatementBegin
CREATE TRIGGER whereabouts_no_rewrite BEFORE UPDATE OF id, person_id, of_whom, statement, from_day, to_day, recorded_seq, recorded_us, recorded_by ON whereabouts
BEGIN
    SELECT RAISE(ABORT, 'whereabouts: a fact is superseded, never rewritten');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER whereabouts_superseded_once BEFORE UPDATE ON whereabouts WHEN old.superseded_seq <> 0
BEGIN
    SELECT RAISE(ABORT, 'whereabouts: a fact is superseded once');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER whereabouts_no_delete BEFORE DELETE ON whereabouts
BEGIN
    SELECT RAISE(ABORT, 'whereabouts: a fact is superseded, never removed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER whereabouts_no_replace BEFORE INSERT ON whereabouts WHEN EXISTS (SELECT 1 FROM whereabouts WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'whereabouts: there is such a row');
END;
-- +goose StatementEnd

-- That somebody died.
CREATE TABLE person_death (
    id             text PRIMARY KEY,
    person_id      text NOT NULL REFERENCES person (id),
    day            text NOT NULL, -- empty where it is not known
    estimated      integer NOT NULL,
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
CREATE INDEX person_death_person ON person_death (person_id);

-- +goose StatementBegin
CREATE TRIGGER person_death_no_rewrite BEFORE UPDATE OF id, person_id, day, estimated, note, from_day, to_day, recorded_seq, recorded_us, recorded_by ON person_death
BEGIN
    SELECT RAISE(ABORT, 'person_death: a fact is superseded, never rewritten');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER person_death_superseded_once BEFORE UPDATE ON person_death WHEN old.superseded_seq <> 0
BEGIN
    SELECT RAISE(ABORT, 'person_death: a fact is superseded once');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER person_death_no_delete BEFORE DELETE ON person_death
BEGIN
    SELECT RAISE(ABORT, 'person_death: a fact is superseded, never removed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER person_death_no_replace BEFORE INSERT ON person_death WHEN EXISTS (SELECT 1 FROM person_death WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'person_death: there is such a row');
END;
-- +goose StatementEnd
