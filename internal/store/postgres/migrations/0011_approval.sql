-- +goose Up
-- A change of the rights, in definitions/access, holds once a second person approved
-- it. Each row is a step of that. There are no old rows: a database from before has
-- what it finds at its next start noted as approved.

CREATE TABLE rights_step (
    id           text COLLATE "C" PRIMARY KEY,
    hash         text NOT NULL, -- of the files together
    step         text NOT NULL, -- first, proposed, approved, turned down or withdrawn
    files        text NOT NULL, -- JSON: path to hash; the bodies are in definition_file
    worker_id    text NOT NULL, -- who decided; empty where a start of the program did it
    reason       text NOT NULL,
    recorded_seq bigint NOT NULL,
    recorded_us  bigint NOT NULL,
    recorded_by  text NOT NULL
);
CREATE UNIQUE INDEX rights_step_seq ON rights_step (recorded_seq);
GRANT SELECT, INSERT ON rights_step TO casefile_serve;

-- The order of what was known only goes on, as on SQLite. A policy cannot compare a
-- row with what it was, so this is a trigger.
-- +goose StatementBegin
CREATE FUNCTION store_clock_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF new.seq < old.seq OR new.at_us < old.at_us OR new.footprints < old.footprints OR new.id <> old.id THEN
        RAISE EXCEPTION 'store_clock: it only goes on';
    END IF;
    RETURN new;
END;
$$;
-- +goose StatementEnd
CREATE TRIGGER store_clock_goes_on BEFORE UPDATE ON store_clock FOR EACH ROW EXECUTE FUNCTION store_clock_goes_on();

-- A ground asks for one person and one team, service or worker. With an index of each
-- alone SQLite takes that of the service, and reads all of it for each person in a list.
CREATE INDEX episode_person_service ON episode (person_id, service);
CREATE INDEX episode_person_team ON episode (person_id, team_id);
CREATE INDEX allocation_person_worker ON allocation (person_id, worker_id);
CREATE INDEX connection_person_worker ON connection (person_id, worker_id);
CREATE INDEX training_worker_course ON training (worker_id, course);
