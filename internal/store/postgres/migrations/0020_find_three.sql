-- +goose Up
-- Three words of a name together are a key, too, so that a whole name that was typed
-- leads to few people. All of it is derived: `casefile migrate` makes it anew.
TRUNCATE find_key, name_spelling, name_word, person_card;

-- Keys are compared as bytes everywhere: where two that are compared were collated
-- otherwise, PostgreSQL could use no index of the one, and read all workers to find
-- who covers for somebody.
ALTER TABLE team ALTER COLUMN id TYPE text COLLATE "C";
ALTER TABLE entry_version ALTER COLUMN author_id TYPE text COLLATE "C";
ALTER TABLE draft ALTER COLUMN worker_id TYPE text COLLATE "C";
ALTER TABLE sign_in_event ALTER COLUMN worker_id TYPE text COLLATE "C";
ALTER TABLE notice ALTER COLUMN worker_id TYPE text COLLATE "C";
ALTER TABLE import_run ALTER COLUMN id TYPE text COLLATE "C";
ALTER TABLE assignment ALTER COLUMN worker_id TYPE text COLLATE "C";
ALTER TABLE assignment ALTER COLUMN team_id TYPE text COLLATE "C";
ALTER TABLE file ALTER COLUMN author_id TYPE text COLLATE "C";
ALTER TABLE episode ALTER COLUMN team_id TYPE text COLLATE "C";
ALTER TABLE allocation ALTER COLUMN worker_id TYPE text COLLATE "C";
ALTER TABLE account ALTER COLUMN worker_id TYPE text COLLATE "C";
ALTER TABLE rights_step ALTER COLUMN worker_id TYPE text COLLATE "C";
ALTER TABLE person_address ALTER COLUMN place_id TYPE text COLLATE "C";
