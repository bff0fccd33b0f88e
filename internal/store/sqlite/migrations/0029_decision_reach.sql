-- +goose Up
-- Whom a version of a decision is about, where it is about some of the children of its
-- meeting and neither one nor all. No old rows: decisions before this are about one child or
-- all of them.
CREATE TABLE meeting_decision_reach (
    decision_id  text NOT NULL REFERENCES meeting_decision (id),
    number       integer NOT NULL, -- of the version
    person_id    text NOT NULL REFERENCES person (id),
    recorded_seq integer NOT NULL,
    recorded_us  integer NOT NULL,
    recorded_by  text NOT NULL,
    PRIMARY KEY (decision_id, number, person_id)
);

-- +goose StatementBegin
CREATE TRIGGER meeting_decision_reach_no_update BEFORE UPDATE ON meeting_decision_reach
BEGIN
    SELECT RAISE(ABORT, 'meeting_decision_reach is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER meeting_decision_reach_no_delete BEFORE DELETE ON meeting_decision_reach
BEGIN
    SELECT RAISE(ABORT, 'meeting_decision_reach is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER meeting_decision_reach_no_replace BEFORE INSERT ON meeting_decision_reach WHEN EXISTS (SELECT 1 FROM meeting_decision_reach WHERE decision_id = new.decision_id AND number = new.number AND person_id = new.person_id)
BEGIN
    SELECT RAISE(ABORT, 'meeting_decision_reach: there is such a row');
END;
-- +goose StatementEnd
