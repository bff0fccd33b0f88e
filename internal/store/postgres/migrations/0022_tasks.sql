-- +goose Up
-- What is due from whom: tasks with what was done with them, the stages of a process,
-- within what time an entry was to be recorded, and how workers want to be told by
-- e-mail. There are no old tasks and stages; old entries had no last day, no reason
-- why they are late, and did not say whether a significant risk was identified.

ALTER TABLE entry_version ADD COLUMN at_risk boolean NOT NULL DEFAULT false;
ALTER TABLE entry_version ADD COLUMN due_day text COLLATE "C" NOT NULL DEFAULT ''; -- by when it was to be recorded; empty where nothing says
ALTER TABLE entry_version ADD COLUMN late_reason text NOT NULL DEFAULT '';

-- Plain state: how a task stands now. name_key and group_key put a tray in order and are
-- derived from the person's name and family.
CREATE TABLE task (
    id          text COLLATE "C" PRIMARY KEY,
    kind        text NOT NULL, -- of definitions/work/tasks.yaml
    title       text NOT NULL, -- of the kind, at the time
    words       text NOT NULL, -- what is to be done
    person_id   text COLLATE "C" NOT NULL REFERENCES person (id),
    file_id     text COLLATE "C" NOT NULL REFERENCES person (id), -- derived from correction: on whose file it stands now
    service     text NOT NULL,
    team_id     text COLLATE "C" NOT NULL, -- whose managers answer for it
    link        text NOT NULL, -- path below the person's file
    opened_from text NOT NULL, -- worker or rule
    from_id     text COLLATE "C" NOT NULL, -- the worker, or the name of the rule
    holder      text COLLATE "C" NOT NULL, -- w: and a worker, t: a team, m: the managers of a team, s: a tray
    worker_id   text COLLATE "C" NOT NULL, -- of holder; empty for others
    since_us    bigint NOT NULL,
    opened_us   bigint NOT NULL,
    start_day   text COLLATE "C" NOT NULL,
    due_day     text COLLATE "C" NOT NULL,
    due_key     text COLLATE "C" NOT NULL, -- due_day; after every day where there is none
    due_rule    text NOT NULL,
    due_source  text NOT NULL,
    priority    integer NOT NULL, -- 1 before 2
    state       text NOT NULL, -- open, done, dropped
    ask_late    boolean NOT NULL,
    late_reason text NOT NULL,
    asked_us    bigint NOT NULL,
    closed_by   text COLLATE "C" NOT NULL,
    closed_us   bigint NOT NULL,
    rev         integer NOT NULL,
    name_key    text COLLATE "C" NOT NULL,
    group_key   text COLLATE "C" NOT NULL
);
CREATE INDEX task_file ON task (file_id, state);
CREATE INDEX task_holder_due ON task (holder, due_key, priority, id) WHERE state = 'open';
CREATE INDEX task_holder_priority ON task (holder, priority, due_key, id) WHERE state = 'open';
CREATE INDEX task_holder_name ON task (holder, name_key, due_key, id) WHERE state = 'open';
CREATE INDEX task_holder_group ON task (holder, group_key, name_key, due_key, id) WHERE state = 'open';
CREATE INDEX task_team_due ON task (team_id, due_key, priority, id) WHERE state = 'open';
CREATE INDEX task_team_priority ON task (team_id, priority, due_key, id) WHERE state = 'open';
CREATE INDEX task_team_name ON task (team_id, name_key, due_key, id) WHERE state = 'open';
CREATE INDEX task_team_worker ON task (team_id, worker_id, service) WHERE state = 'open';
CREATE INDEX task_team_group ON task (team_id, group_key, name_key, due_key, id) WHERE state = 'open';
GRANT SELECT, INSERT, UPDATE ON task TO casefile_serve;

-- What was done with a task. Nothing changes or removes a row.
CREATE TABLE task_event (
    id           text COLLATE "C" PRIMARY KEY,
    task_id      text COLLATE "C" NOT NULL REFERENCES task (id),
    step         text NOT NULL, -- opened, taken, reassigned, done, dropped, reopened, asked, late-reason
    from_holder  text NOT NULL,
    to_holder    text NOT NULL,
    reason       text NOT NULL,
    recorded_seq bigint NOT NULL,
    recorded_us  bigint NOT NULL,
    recorded_by  text COLLATE "C" NOT NULL
);
CREATE INDEX task_event_task ON task_event (task_id, recorded_seq);
GRANT SELECT, INSERT ON task_event TO casefile_serve;

-- A stage of a case: for when it is planned, and when it was reached. A change supersedes,
-- so that what was planned before stays.
CREATE TABLE milestone (
    id             text COLLATE "C" PRIMARY KEY,
    person_id      text COLLATE "C" NOT NULL REFERENCES person (id),
    episode_id     text COLLATE "C" NOT NULL, -- the first row of the episode
    kind           text NOT NULL, -- of definitions/work/milestones.yaml
    planned_day    text COLLATE "C" NOT NULL,
    actual_day     text COLLATE "C" NOT NULL,
    late_reason    text NOT NULL,
    from_day       text COLLATE "C" NOT NULL,
    to_day         text COLLATE "C" NOT NULL,
    recorded_seq   bigint NOT NULL,
    recorded_us    bigint NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq bigint NOT NULL DEFAULT 0,
    superseded_us  bigint NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX milestone_person ON milestone (person_id);
-- Two who change one stage at once cannot both.
CREATE UNIQUE INDEX milestone_current ON milestone (episode_id, kind) WHERE superseded_seq = 0;
GRANT SELECT, INSERT ON milestone TO casefile_serve;
GRANT UPDATE (superseded_seq, superseded_us, superseded_by) ON milestone TO casefile_serve;
ALTER TABLE milestone ENABLE ROW LEVEL SECURITY;
CREATE POLICY milestone_seen ON milestone FOR SELECT TO casefile_serve USING (true);
CREATE POLICY milestone_added ON milestone FOR INSERT TO casefile_serve WITH CHECK (superseded_seq = 0);
CREATE POLICY milestone_superseded_once ON milestone FOR UPDATE TO casefile_serve USING (superseded_seq = 0) WITH CHECK (superseded_seq <> 0);

-- How a worker wants to be told by e-mail that something is new, and how that went. Those
-- without a row have not chosen.
CREATE TABLE worker_mail (
    worker_id text COLLATE "C" PRIMARY KEY,
    choice    text NOT NULL, -- none, each, daily; empty where they have not chosen
    sent_us   bigint NOT NULL, -- what is older has been told
    failed_us bigint NOT NULL, -- since when it cannot be sent; 0 where the last was
    reason    text NOT NULL -- why, in one word
);
GRANT SELECT, INSERT, UPDATE ON worker_mail TO casefile_serve;
