-- +goose Up
-- Whom a version of a decision is about, where it is about some of the children of its
-- meeting and neither one nor all. No old rows: decisions before this are about one child or
-- all of them.
CREATE TABLE meeting_decision_reach (
    decision_id  text COLLATE "C" NOT NULL REFERENCES meeting_decision (id),
    number       integer NOT NULL, -- of the version
    person_id    text COLLATE "C" NOT NULL REFERENCES person (id),
    recorded_seq bigint NOT NULL,
    recorded_us  bigint NOT NULL,
    recorded_by  text COLLATE "C" NOT NULL,
    PRIMARY KEY (decision_id, number, person_id)
);
GRANT SELECT, INSERT ON meeting_decision_reach TO casefile_serve;
