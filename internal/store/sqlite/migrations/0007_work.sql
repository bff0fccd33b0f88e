-- +goose Up
-- Who works with whom, in time. An episode is superseded when it closes or passes to
-- another team; what takes its place continues it, so that allocations, which name the
-- first row, stay where they are. Old rows continue nothing and have no end to explain.
ALTER TABLE episode ADD COLUMN continues text NOT NULL DEFAULT '';  -- id of the episode's first row; empty in that row itself
ALTER TABLE episode ADD COLUMN end_reason text NOT NULL DEFAULT ''; -- code of the set episode-end
ALTER TABLE episode ADD COLUMN end_note text NOT NULL DEFAULT '';
CREATE INDEX episode_service ON episode (service) WHERE superseded_seq = 0;

DROP TRIGGER episode_no_rewrite;
-- +goose StatementBegin
CREATE TRIGGER episode_no_rewrite BEFORE UPDATE OF id, person_id, service, team_id, from_day, to_day, recorded_seq, recorded_us, recorded_by, continues, end_reason, end_note ON episode
BEGIN
    SELECT RAISE(ABORT, 'episode: a fact is superseded, never rewritten');
END;
-- +goose StatementEnd

CREATE INDEX assignment_team ON assignment (team_id);

-- A notice may be of something that is no entry, and says who did it. Old notices are of
-- entries, whose authors stand in them.
CREATE TABLE notice_about (
    id        text PRIMARY KEY,
    worker_id text NOT NULL,
    person_id text NOT NULL REFERENCES person (id),
    entry_id  text REFERENCES entry (id),
    by_worker text NOT NULL DEFAULT '',
    kind      text NOT NULL,
    at_us     integer NOT NULL,
    seen_us   integer NOT NULL DEFAULT 0,
    UNIQUE (worker_id, entry_id, kind)
);
INSERT INTO notice_about (id, worker_id, person_id, entry_id, kind, at_us, seen_us)
    SELECT id, worker_id, person_id, entry_id, kind, at_us, seen_us FROM notice;
DROP TABLE notice;
ALTER TABLE notice_about RENAME TO notice;
CREATE INDEX notice_worker ON notice (worker_id, at_us);
