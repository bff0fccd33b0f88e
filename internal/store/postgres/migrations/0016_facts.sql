-- +goose Up
-- More of who people are, and why what is known of them was changed. Old rows say
-- nothing of what is new: names are said given name first, days of birth are exact
-- or estimated as they were, addresses are where somebody lives, numbers are theirs.
ALTER TABLE person_name ADD COLUMN family_first boolean NOT NULL DEFAULT FALSE; -- the family name is said first
ALTER TABLE person_birth ADD COLUMN exactness text NOT NULL DEFAULT ''; -- month, year or age where no more is known, expected of the unborn; empty for a day
ALTER TABLE person_birth ADD COLUMN proof text NOT NULL DEFAULT ''; -- code of the set birth-proof
ALTER TABLE person_address ADD COLUMN kind text NOT NULL DEFAULT ''; -- mailing or other; empty for where they live
ALTER TABLE person_address ADD COLUMN place_id text NOT NULL DEFAULT ''; -- of the place it was found as; empty where it was typed
ALTER TABLE person_contact ADD COLUMN note text NOT NULL DEFAULT '';
ALTER TABLE person_identifier ADD COLUMN status text NOT NULL DEFAULT ''; -- former, or twice where another file has it too; empty while it is theirs alone

-- Every change of a fact by somebody: what it put aside and what took its place,
-- why, and how they knew.
CREATE TABLE fact_change (
    id           text COLLATE "C" PRIMARY KEY,
    person_id    text COLLATE "C" NOT NULL REFERENCES person (id),
    fact         text NOT NULL, -- the table of it
    before_id    text COLLATE "C" NOT NULL, -- empty where nothing was put aside
    after_id     text COLLATE "C" NOT NULL, -- empty where nothing took its place
    action       text NOT NULL, -- added, ended, corrected, withdrawn or verified
    why          text NOT NULL,
    basis        text NOT NULL, -- who said so, or what was seen
    recorded_seq bigint NOT NULL,
    recorded_us  bigint NOT NULL,
    recorded_by  text NOT NULL
);
CREATE INDEX fact_change_person ON fact_change (person_id, fact);
GRANT SELECT, INSERT ON fact_change TO casefile_serve;

-- One person for each current number still; but a number that another file has too,
-- one that whoever types it may not know of, is kept beside it.
DROP INDEX person_identifier_current;
CREATE UNIQUE INDEX person_identifier_current ON person_identifier (system, value) WHERE superseded_seq = 0 AND status <> 'twice';
