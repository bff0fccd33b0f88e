-- +goose Up
-- Addresses that anybody can look up, to be found by their postcode (CR-10). They say
-- nothing of a person, and are brought up to date as they come: plain state.
CREATE TABLE place (
    id       text COLLATE "C" PRIMARY KEY, -- the UPRN, or made from the address
    postcode text COLLATE "C" NOT NULL,
    line1    text COLLATE "C" NOT NULL,
    line2    text COLLATE "C" NOT NULL,
    town     text NOT NULL
);
CREATE INDEX place_postcode ON place (postcode);
GRANT SELECT, INSERT, UPDATE ON place TO casefile_serve;
