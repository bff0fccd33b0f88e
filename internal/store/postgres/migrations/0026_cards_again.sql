-- +goose Up
-- People whose card, by which they are found, is to be made anew whatever it says. The
-- program takes them off once it is done, which `casefile migrate` does at once. Old cards
-- of those who live somewhere in secret may still have the place, where another row of
-- their file says it openly: a search by its postcode found them.
CREATE TABLE card_again (
    person_id text COLLATE "C" PRIMARY KEY REFERENCES person (id)
);
INSERT INTO card_again (person_id)
    SELECT DISTINCT m.file_id FROM person_address a JOIN file_member m ON m.person_id = a.person_id
    WHERE a.confidential AND a.superseded_seq = 0;
GRANT SELECT, DELETE ON card_again TO casefile_serve;
