-- +goose Up
-- More of who people are, and why what is known of them was changed. Old rows say
-- nothing of what is new: names are said given name first, days of birth are exact
-- or estimated as they were, addresses are where somebody lives, numbers are theirs.
ALTER TABLE person_name ADD COLUMN family_first integer NOT NULL DEFAULT 0; -- the family name is said first
DROP TRIGGER person_name_no_rewrite;
-- +goose StatementBegin
CREATE TRIGGER person_name_no_rewrite BEFORE UPDATE OF id, person_id, kind, given, family, family_first, from_day, to_day, recorded_seq, recorded_us, recorded_by ON person_name
BEGIN
    SELECT RAISE(ABORT, 'person_name: a fact is superseded, never rewritten');
END;
-- +goose StatementEnd

ALTER TABLE person_birth ADD COLUMN exactness text NOT NULL DEFAULT ''; -- month, year or age where no more is known, expected of the unborn; empty for a day
ALTER TABLE person_birth ADD COLUMN proof text NOT NULL DEFAULT ''; -- code of the set birth-proof
DROP TRIGGER person_birth_no_rewrite;
-- +goose StatementBegin
CREATE TRIGGER person_birth_no_rewrite BEFORE UPDATE OF id, person_id, day, estimated, exactness, proof, from_day, to_day, recorded_seq, recorded_us, recorded_by ON person_birth
BEGIN
    SELECT RAISE(ABORT, 'person_birth: a fact is superseded, never rewritten');
END;
-- +goose StatementEnd

ALTER TABLE person_address ADD COLUMN kind text NOT NULL DEFAULT ''; -- mailing or other; empty for where they live
ALTER TABLE person_address ADD COLUMN place_id text NOT NULL DEFAULT ''; -- of the place it was found as; empty where it was typed
DROP TRIGGER person_address_no_rewrite;
-- +goose StatementBegin
CREATE TRIGGER person_address_no_rewrite BEFORE UPDATE OF id, person_id, line1, line2, town, postcode, confidential, kind, place_id, from_day, to_day, recorded_seq, recorded_us, recorded_by ON person_address
BEGIN
    SELECT RAISE(ABORT, 'person_address: a fact is superseded, never rewritten');
END;
-- +goose StatementEnd

ALTER TABLE person_contact ADD COLUMN note text NOT NULL DEFAULT '';
DROP TRIGGER person_contact_no_rewrite;
-- +goose StatementBegin
CREATE TRIGGER person_contact_no_rewrite BEFORE UPDATE OF id, person_id, kind, value, note, from_day, to_day, recorded_seq, recorded_us, recorded_by ON person_contact
BEGIN
    SELECT RAISE(ABORT, 'person_contact: a fact is superseded, never rewritten');
END;
-- +goose StatementEnd

ALTER TABLE person_identifier ADD COLUMN status text NOT NULL DEFAULT ''; -- former, or twice where another file has it too; empty while it is theirs alone
DROP TRIGGER person_identifier_no_rewrite;
-- +goose StatementBegin
CREATE TRIGGER person_identifier_no_rewrite BEFORE UPDATE OF id, person_id, system, value, status, from_day, to_day, recorded_seq, recorded_us, recorded_by ON person_identifier
BEGIN
    SELECT RAISE(ABORT, 'person_identifier: a fact is superseded, never rewritten');
END;
-- +goose StatementEnd


-- Every change of a fact by somebody: what it put aside and what took its place,
-- why, and how they knew.
CREATE TABLE fact_change (
    id           text PRIMARY KEY,
    person_id    text NOT NULL REFERENCES person (id),
    fact         text NOT NULL, -- the table of it
    before_id    text NOT NULL, -- empty where nothing was put aside
    after_id     text NOT NULL, -- empty where nothing took its place
    action       text NOT NULL, -- added, ended, corrected, withdrawn or verified
    why          text NOT NULL,
    basis        text NOT NULL, -- who said so, or what was seen
    recorded_seq integer NOT NULL,
    recorded_us  integer NOT NULL,
    recorded_by  text NOT NULL
);
CREATE INDEX fact_change_person ON fact_change (person_id, fact);

-- +goose StatementBegin
CREATE TRIGGER fact_change_no_update BEFORE UPDATE ON fact_change
BEGIN
    SELECT RAISE(ABORT, 'fact_change is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER fact_change_no_delete BEFORE DELETE ON fact_change
BEGIN
    SELECT RAISE(ABORT, 'fact_change is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER fact_change_no_replace BEFORE INSERT ON fact_change WHEN EXISTS (SELECT 1 FROM fact_change WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'fact_change: there is such a row');
END;
-- +goose StatementEnd

-- One person for each current number still; but a number that another file has too,
-- one that whoever types it may not know of, is kept beside it.
DROP INDEX person_identifier_current;
CREATE UNIQUE INDEX person_identifier_current ON person_identifier (system, value) WHERE superseded_seq = 0 AND status <> 'twice';

DROP TRIGGER person_identifier_no_replace;
-- +goose StatementBegin
CREATE TRIGGER person_identifier_no_replace BEFORE INSERT ON person_identifier WHEN EXISTS (SELECT 1 FROM person_identifier WHERE id = new.id OR (system = new.system AND value = new.value AND superseded_seq = 0 AND status <> 'twice' AND new.superseded_seq = 0 AND new.status <> 'twice'))
BEGIN
    SELECT RAISE(ABORT, 'person_identifier: there is such a row');
END;
-- +goose StatementEnd
