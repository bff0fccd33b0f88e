-- +goose Up
-- A change of the rights, in definitions/access, holds once a second person approved
-- it. Each row is a step of that. There are no old rows: a database from before has
-- what it finds at its next start noted as approved.

CREATE TABLE rights_step (
    id           text PRIMARY KEY,
    hash         text NOT NULL, -- of the files together
    step         text NOT NULL, -- first, proposed, approved, turned down or withdrawn
    files        text NOT NULL, -- JSON: path to hash; the bodies are in definition_file
    worker_id    text NOT NULL, -- who decided; empty where a start of the program did it
    reason       text NOT NULL,
    recorded_seq integer NOT NULL,
    recorded_us  integer NOT NULL,
    recorded_by  text NOT NULL
);
CREATE UNIQUE INDEX rights_step_seq ON rights_step (recorded_seq);

-- +goose StatementBegin
CREATE TRIGGER rights_step_no_update BEFORE UPDATE ON rights_step
BEGIN
    SELECT RAISE(ABORT, 'rights_step is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER rights_step_no_delete BEFORE DELETE ON rights_step
BEGIN
    SELECT RAISE(ABORT, 'rights_step is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER rights_step_no_replace BEFORE INSERT ON rights_step WHEN EXISTS (SELECT 1 FROM rights_step WHERE id = new.id OR recorded_seq = new.recorded_seq)
BEGIN
    SELECT RAISE(ABORT, 'rights_step: there is such a row');
END;
-- +goose StatementEnd

-- A ground asks for one person and one team, service or worker. With an index of each
-- alone SQLite takes that of the service, and reads all of it for each person in a list.
CREATE INDEX episode_person_service ON episode (person_id, service);
CREATE INDEX episode_person_team ON episode (person_id, team_id);
CREATE INDEX allocation_person_worker ON allocation (person_id, worker_id);
CREATE INDEX connection_person_worker ON connection (person_id, worker_id);
CREATE INDEX training_worker_course ON training (worker_id, course);
