-- +goose Up
-- Three words of a name together are a key, too, so that a whole name that was typed
-- leads to few people. All of it is derived: `casefile migrate` makes it anew.
TRUNCATE find_key, name_spelling, name_word, person_card;
