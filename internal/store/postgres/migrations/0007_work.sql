-- +goose Up
-- Who works with whom, in time. An episode is superseded when it closes or passes to
-- another team; what takes its place continues it, so that allocations, which name the
-- first row, stay where they are. Old rows continue nothing and have no end to explain.
ALTER TABLE episode ADD COLUMN continues text COLLATE "C" NOT NULL DEFAULT '';  -- id of the episode's first row; empty in that row itself
ALTER TABLE episode ADD COLUMN end_reason text NOT NULL DEFAULT ''; -- code of the set episode-end
ALTER TABLE episode ADD COLUMN end_note text NOT NULL DEFAULT '';
CREATE INDEX episode_service ON episode (service) WHERE superseded_seq = 0;

CREATE INDEX assignment_team ON assignment (team_id);

-- A notice may be of something that is no entry, and says who did it. Old notices are of
-- entries, whose authors stand in them.
ALTER TABLE notice ALTER COLUMN entry_id DROP NOT NULL;
ALTER TABLE notice ADD COLUMN by_worker text COLLATE "C" NOT NULL DEFAULT '';
