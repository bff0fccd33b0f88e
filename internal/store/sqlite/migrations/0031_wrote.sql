-- +goose Up
-- Who wrote in the draft that a step completed or finished, as ids with spaces between
-- them: they do not authorise it. Old rows have none, and there it is whoever completed or
-- finished it alone.
ALTER TABLE document_step ADD COLUMN wrote text NOT NULL DEFAULT '';
ALTER TABLE plan_step ADD COLUMN wrote text NOT NULL DEFAULT '';
