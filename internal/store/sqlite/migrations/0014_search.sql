-- +goose Up
-- What people are found by. All of it is derived from current facts, in Go, so that
-- both engines find the same. Old rows: `casefile migrate` makes the cards, keys and
-- words of everybody who has no card yet.

-- A person as a search compares them: names, day of birth, postcodes, identifiers.
CREATE TABLE person_card (
    person_id text PRIMARY KEY REFERENCES person (id),
    card      text NOT NULL
);

-- A row for each word of a person's names, each two words together, each postcode and
-- each identifier, with the day of birth (empty where it is not known).
CREATE TABLE find_key (
    key       text NOT NULL,
    born      text NOT NULL,
    person_id text NOT NULL,
    PRIMARY KEY (key, born, person_id)
) WITHOUT ROWID;

-- The words of everybody's names; backward is the word from its end, for those of
-- whom only the end is known.
CREATE TABLE name_word (
    token    text PRIMARY KEY,
    backward text NOT NULL,
    bearers  integer NOT NULL
) WITHOUT ROWID;
CREATE INDEX name_word_backward ON name_word (backward);

-- Under which keys a word is found when it is not typed as it is written.
CREATE TABLE name_spelling (
    key   text NOT NULL,
    token text NOT NULL,
    PRIMARY KEY (key, token)
) WITHOUT ROWID;
