-- +goose Up
-- What must be seen before anything else on a file, and of which of those somebody was
-- told because the person is linked to a child. There are no old alerts.

-- An alert is a fact: a change supersedes, so that what was said before stays.
CREATE TABLE alert (
    id             text COLLATE "C" PRIMARY KEY,
    continues      text COLLATE "C" NOT NULL, -- the row in which it was first set; empty in that itself
    person_id      text COLLATE "C" NOT NULL REFERENCES person (id),
    kind           text COLLATE "C" NOT NULL, -- of definitions/people/alerts.yaml
    narrative      text NOT NULL,
    aware          text NOT NULL, -- yes, no; empty where nobody asked
    informed_day   text COLLATE "C" NOT NULL,
    how_informed   text NOT NULL,
    not_told       text NOT NULL, -- why they are not
    manager        text NOT NULL, -- with whom it was discussed
    discussed_day  text COLLATE "C" NOT NULL,
    review_day     text COLLATE "C" NOT NULL,
    service        text NOT NULL, -- whose workers look whether it still holds
    from_day       text COLLATE "C" NOT NULL,
    to_day         text COLLATE "C" NOT NULL,
    recorded_seq   bigint NOT NULL,
    recorded_us    bigint NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq bigint NOT NULL DEFAULT 0,
    superseded_us  bigint NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX alert_person ON alert (person_id);
CREATE INDEX alert_kind ON alert (kind, id) WHERE superseded_seq = 0;
CREATE INDEX alert_review ON alert (review_day, id) WHERE superseded_seq = 0 AND to_day = '';
GRANT SELECT, INSERT ON alert TO casefile_serve;
GRANT UPDATE (superseded_seq, superseded_us, superseded_by) ON alert TO casefile_serve;
ALTER TABLE alert ENABLE ROW LEVEL SECURITY;
CREATE POLICY alert_seen ON alert FOR SELECT TO casefile_serve USING (true);
CREATE POLICY alert_added ON alert FOR INSERT TO casefile_serve WITH CHECK (superseded_seq = 0);
CREATE POLICY alert_superseded_once ON alert FOR UPDATE TO casefile_serve USING (superseded_seq = 0) WITH CHECK (superseded_seq <> 0);

-- Who lives where somebody with an alert lives.
CREATE INDEX person_address_postcode ON person_address (postcode);

-- Plain state: of which alerts those who work with a child have been told. A link that
-- ends takes its row away, so that they are told when there is one again.
CREATE TABLE alert_told (
    person_id text COLLATE "C" NOT NULL REFERENCES person (id), -- the child
    alert_id  text COLLATE "C" NOT NULL, -- the row in which the alert was first set
    at_us     bigint NOT NULL,
    PRIMARY KEY (person_id, alert_id)
);
CREATE INDEX alert_told_alert ON alert_told (alert_id);
GRANT SELECT, INSERT, DELETE ON alert_told TO casefile_serve;
