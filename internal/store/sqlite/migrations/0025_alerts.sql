-- +goose Up
-- What must be seen before anything else on a file, and of which of those somebody was
-- told because the person is linked to a child. There are no old alerts.

-- An alert is a fact: a change supersedes, so that what was said before stays.
CREATE TABLE alert (
    id             text PRIMARY KEY,
    continues      text NOT NULL, -- the row in which it was first set; empty in that itself
    person_id      text NOT NULL REFERENCES person (id),
    kind           text NOT NULL, -- of definitions/people/alerts.yaml
    narrative      text NOT NULL,
    aware          text NOT NULL, -- yes, no; empty where nobody asked
    informed_day   text NOT NULL,
    how_informed   text NOT NULL,
    not_told       text NOT NULL, -- why they are not
    manager        text NOT NULL, -- with whom it was discussed
    discussed_day  text NOT NULL,
    review_day     text NOT NULL,
    service        text NOT NULL, -- whose workers look whether it still holds
    from_day       text NOT NULL,
    to_day         text NOT NULL,
    recorded_seq   integer NOT NULL,
    recorded_us    integer NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq integer NOT NULL DEFAULT 0,
    superseded_us  integer NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX alert_person ON alert (person_id);
CREATE INDEX alert_kind ON alert (kind, id) WHERE superseded_seq = 0;
CREATE INDEX alert_review ON alert (review_day, id) WHERE superseded_seq = 0 AND to_day = '';

-- +goose StatementBegin
CREATE TRIGGER alert_no_rewrite BEFORE UPDATE OF id, continues, person_id, kind, narrative, aware, informed_day, how_informed, not_told, manager, discussed_day, review_day, service, from_day, to_day, recorded_seq, recorded_us, recorded_by ON alert
BEGIN
    SELECT RAISE(ABORT, 'alert: a fact is superseded, never rewritten');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER alert_superseded_once BEFORE UPDATE ON alert WHEN old.superseded_seq <> 0
BEGIN
    SELECT RAISE(ABORT, 'alert: a fact is superseded once');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER alert_no_delete BEFORE DELETE ON alert
BEGIN
    SELECT RAISE(ABORT, 'alert: a fact is superseded, never removed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER alert_no_replace BEFORE INSERT ON alert WHEN EXISTS (SELECT 1 FROM alert WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'alert: there is such a row');
END;
-- +goose StatementEnd

-- Who lives where somebody with an alert lives.
CREATE INDEX person_address_postcode ON person_address (postcode);

-- Plain state: of which alerts those who work with a child have been told. A link that
-- ends takes its row away, so that they are told when there is one again.
CREATE TABLE alert_told (
    person_id text NOT NULL REFERENCES person (id), -- the child
    alert_id  text NOT NULL, -- the row in which the alert was first set
    at_us     integer NOT NULL,
    PRIMARY KEY (person_id, alert_id)
);
CREATE INDEX alert_told_alert ON alert_told (alert_id);
