-- +goose Up
-- A professional of another agency may be at an address that is kept from most, such
-- as a refuge. Of those from before, nobody said so, and they stay as they were.

ALTER TABLE professional ADD COLUMN confidential integer NOT NULL DEFAULT 0;

DROP TRIGGER professional_no_rewrite;
-- +goose StatementBegin
CREATE TRIGGER professional_no_rewrite BEFORE UPDATE OF id, person_id, agency, name, job_title, telephone, email, address, note, confidential, from_day, to_day, recorded_seq, recorded_us, recorded_by ON professional
BEGIN
    SELECT RAISE(ABORT, 'professional: a fact is superseded, never rewritten');
END;
-- +goose StatementEnd
