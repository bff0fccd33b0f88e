-- +goose Up
-- A professional of another agency may be at an address that is kept from most, such
-- as a refuge. Of those from before, nobody said so, and they stay as they were.

ALTER TABLE professional ADD COLUMN confidential boolean NOT NULL DEFAULT false;
