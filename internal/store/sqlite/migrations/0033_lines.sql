-- +goose Up
-- What a list shows of a person stands beside their card, and the day of birth is a key
-- like any other: a search reads few pages of the disk. All of it is derived: `casefile
-- migrate` makes it anew.
DELETE FROM find_key;
DELETE FROM name_spelling;
DELETE FROM name_word;
DROP TABLE person_card;
CREATE TABLE person_card (
    person_id text PRIMARY KEY REFERENCES person (id),
    card      text NOT NULL,
    line      text NOT NULL
) WITHOUT ROWID;
