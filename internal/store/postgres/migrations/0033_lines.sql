-- +goose Up
-- What a list shows of a person stands beside their card, and the day of birth is a key
-- like any other: a search reads few pages of the disk. All of it is derived: `casefile
-- migrate` makes it anew.
TRUNCATE find_key, name_spelling, name_word, person_card;
ALTER TABLE person_card ADD COLUMN line text NOT NULL;
