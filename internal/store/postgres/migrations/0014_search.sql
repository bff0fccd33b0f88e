-- +goose Up
-- What people are found by. All of it is derived from current facts, in Go, so that
-- both engines find the same. Old rows: `casefile migrate` makes the cards, keys and
-- words of everybody who has no card yet.

-- A person as a search compares them: names, day of birth, postcodes, identifiers.
CREATE TABLE person_card (
    person_id text COLLATE "C" PRIMARY KEY REFERENCES person (id),
    card      text NOT NULL
);

-- A row for each word of a person's names, each two words together, each postcode and
-- each identifier, with the day of birth (empty where it is not known).
CREATE TABLE find_key (
    key       text COLLATE "C" NOT NULL,
    born      text COLLATE "C" NOT NULL,
    person_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (key, born, person_id)
);

-- The words of everybody's names; backward is the word from its end, for those of
-- whom only the end is known.
CREATE TABLE name_word (
    token    text COLLATE "C" PRIMARY KEY,
    backward text COLLATE "C" NOT NULL,
    bearers  bigint NOT NULL
);
CREATE INDEX name_word_backward ON name_word (backward);

-- Under which keys a word is found when it is not typed as it is written.
CREATE TABLE name_spelling (
    key   text COLLATE "C" NOT NULL,
    token text COLLATE "C" NOT NULL,
    PRIMARY KEY (key, token)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON person_card, find_key, name_word, name_spelling TO casefile_serve;
