-- +goose Up
-- Three words of a name together are a key, too, so that a whole name that was typed
-- leads to few people; and a card is one step from its person. All of it is derived:
-- `casefile migrate` makes it anew.
DELETE FROM find_key;
DELETE FROM name_spelling;
DELETE FROM name_word;
DROP TABLE person_card;
CREATE TABLE person_card (
    person_id text PRIMARY KEY REFERENCES person (id),
    card      text NOT NULL
) WITHOUT ROWID;
