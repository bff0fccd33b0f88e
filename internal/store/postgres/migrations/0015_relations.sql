-- +goose Up
-- Families and households. A person may be there only as somebody's relation: an
-- adult, or a child of another family, of whom no more is known. People from before
-- were all made with a file of their own.
ALTER TABLE person ADD COLUMN made_as text NOT NULL DEFAULT ''; -- relation, or empty for a file

-- What two people are to each other, once for both of them.
CREATE TABLE relationship (
    id             text COLLATE "C" PRIMARY KEY,
    person_id      text COLLATE "C" NOT NULL REFERENCES person (id), -- the first of the kind, such as the parent
    other_id       text COLLATE "C" NOT NULL REFERENCES person (id), -- the second, such as the child
    kind           text NOT NULL, -- of definitions/people/relationships.yaml
    basis          text NOT NULL, -- birth, law or care; empty where nobody said
    responsible    text NOT NULL, -- yes or no: parental responsibility; empty where nobody said
    carer          text NOT NULL, -- main or shared: the first looks after the second; empty for neither
    note           text NOT NULL,
    from_day       text COLLATE "C" NOT NULL,
    to_day         text COLLATE "C" NOT NULL,
    recorded_seq   bigint NOT NULL,
    recorded_us    bigint NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq bigint NOT NULL DEFAULT 0,
    superseded_us  bigint NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX relationship_person ON relationship (person_id);
CREATE INDEX relationship_other ON relationship (other_id);
GRANT SELECT, INSERT ON relationship TO casefile_serve;
GRANT UPDATE (superseded_seq, superseded_us, superseded_by) ON relationship TO casefile_serve;
ALTER TABLE relationship ENABLE ROW LEVEL SECURITY;
CREATE POLICY relationship_seen ON relationship FOR SELECT TO casefile_serve USING (true);
CREATE POLICY relationship_added ON relationship FOR INSERT TO casefile_serve WITH CHECK (superseded_seq = 0);
CREATE POLICY relationship_superseded_once ON relationship FOR UPDATE TO casefile_serve USING (superseded_seq = 0) WITH CHECK (superseded_seq <> 0);

-- Who lives together, and when. Where they live is in their addresses.
CREATE TABLE household_member (
    id             text COLLATE "C" PRIMARY KEY,
    household_id   text COLLATE "C" NOT NULL,
    person_id      text COLLATE "C" NOT NULL REFERENCES person (id),
    note           text NOT NULL,
    from_day       text COLLATE "C" NOT NULL,
    to_day         text COLLATE "C" NOT NULL,
    recorded_seq   bigint NOT NULL,
    recorded_us    bigint NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq bigint NOT NULL DEFAULT 0,
    superseded_us  bigint NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX household_member_person ON household_member (person_id);
CREATE INDEX household_member_household ON household_member (household_id);
GRANT SELECT, INSERT ON household_member TO casefile_serve;
GRANT UPDATE (superseded_seq, superseded_us, superseded_by) ON household_member TO casefile_serve;
ALTER TABLE household_member ENABLE ROW LEVEL SECURITY;
CREATE POLICY household_member_seen ON household_member FOR SELECT TO casefile_serve USING (true);
CREATE POLICY household_member_added ON household_member FOR INSERT TO casefile_serve WITH CHECK (superseded_seq = 0);
CREATE POLICY household_member_superseded_once ON household_member FOR UPDATE TO casefile_serve USING (superseded_seq = 0) WITH CHECK (superseded_seq <> 0);

-- What is known of a parent who is not on the record (CR-34).
CREATE TABLE whereabouts (
    id             text COLLATE "C" PRIMARY KEY,
    person_id      text COLLATE "C" NOT NULL REFERENCES person (id), -- the child
    of_whom        text NOT NULL, -- of definitions/people/relationships.yaml
    statement      text NOT NULL,
    from_day       text COLLATE "C" NOT NULL,
    to_day         text COLLATE "C" NOT NULL,
    recorded_seq   bigint NOT NULL,
    recorded_us    bigint NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq bigint NOT NULL DEFAULT 0,
    superseded_us  bigint NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX whereabouts_person ON whereabouts (person_id);
GRANT SELECT, INSERT ON whereabouts TO casefile_serve;
GRANT UPDATE (superseded_seq, superseded_us, superseded_by) ON whereabouts TO casefile_serve;
ALTER TABLE whereabouts ENABLE ROW LEVEL SECURITY;
CREATE POLICY whereabouts_seen ON whereabouts FOR SELECT TO casefile_serve USING (true);
CREATE POLICY whereabouts_added ON whereabouts FOR INSERT TO casefile_serve WITH CHECK (superseded_seq = 0);
CREATE POLICY whereabouts_superseded_once ON whereabouts FOR UPDATE TO casefile_serve USING (superseded_seq = 0) WITH CHECK (superseded_seq <> 0);

-- That somebody died.
CREATE TABLE person_death (
    id             text COLLATE "C" PRIMARY KEY,
    person_id      text COLLATE "C" NOT NULL REFERENCES person (id),
    day            text NOT NULL, -- empty where it is not known
    estimated      boolean NOT NULL,
    note           text NOT NULL,
    from_day       text COLLATE "C" NOT NULL,
    to_day         text COLLATE "C" NOT NULL,
    recorded_seq   bigint NOT NULL,
    recorded_us    bigint NOT NULL,
    recorded_by    text NOT NULL,
    superseded_seq bigint NOT NULL DEFAULT 0,
    superseded_us  bigint NOT NULL DEFAULT 0,
    superseded_by  text NOT NULL DEFAULT ''
);
CREATE INDEX person_death_person ON person_death (person_id);
GRANT SELECT, INSERT ON person_death TO casefile_serve;
GRANT UPDATE (superseded_seq, superseded_us, superseded_by) ON person_death TO casefile_serve;
ALTER TABLE person_death ENABLE ROW LEVEL SECURITY;
CREATE POLICY person_death_seen ON person_death FOR SELECT TO casefile_serve USING (true);
CREATE POLICY person_death_added ON person_death FOR INSERT TO casefile_serve WITH CHECK (superseded_seq = 0);
CREATE POLICY person_death_superseded_once ON person_death FOR UPDATE TO casefile_serve USING (superseded_seq = 0) WITH CHECK (superseded_seq <> 0);
