-- +goose Up
-- A fact put aside stays aside. The serving role may write the columns that put a
-- fact aside; these policies let it do so only to a row that is not aside yet. They
-- are policies and not triggers because engines that speak this protocol and spread
-- over machines have the first more often than the second.

ALTER TABLE person_name ENABLE ROW LEVEL SECURITY;
CREATE POLICY person_name_seen ON person_name FOR SELECT TO casefile_serve USING (true);
CREATE POLICY person_name_added ON person_name FOR INSERT TO casefile_serve WITH CHECK (superseded_seq = 0);
CREATE POLICY person_name_superseded_once ON person_name FOR UPDATE TO casefile_serve USING (superseded_seq = 0) WITH CHECK (superseded_seq <> 0);

ALTER TABLE person_birth ENABLE ROW LEVEL SECURITY;
CREATE POLICY person_birth_seen ON person_birth FOR SELECT TO casefile_serve USING (true);
CREATE POLICY person_birth_added ON person_birth FOR INSERT TO casefile_serve WITH CHECK (superseded_seq = 0);
CREATE POLICY person_birth_superseded_once ON person_birth FOR UPDATE TO casefile_serve USING (superseded_seq = 0) WITH CHECK (superseded_seq <> 0);

ALTER TABLE person_address ENABLE ROW LEVEL SECURITY;
CREATE POLICY person_address_seen ON person_address FOR SELECT TO casefile_serve USING (true);
CREATE POLICY person_address_added ON person_address FOR INSERT TO casefile_serve WITH CHECK (superseded_seq = 0);
CREATE POLICY person_address_superseded_once ON person_address FOR UPDATE TO casefile_serve USING (superseded_seq = 0) WITH CHECK (superseded_seq <> 0);

ALTER TABLE person_contact ENABLE ROW LEVEL SECURITY;
CREATE POLICY person_contact_seen ON person_contact FOR SELECT TO casefile_serve USING (true);
CREATE POLICY person_contact_added ON person_contact FOR INSERT TO casefile_serve WITH CHECK (superseded_seq = 0);
CREATE POLICY person_contact_superseded_once ON person_contact FOR UPDATE TO casefile_serve USING (superseded_seq = 0) WITH CHECK (superseded_seq <> 0);

ALTER TABLE person_characteristic ENABLE ROW LEVEL SECURITY;
CREATE POLICY person_characteristic_seen ON person_characteristic FOR SELECT TO casefile_serve USING (true);
CREATE POLICY person_characteristic_added ON person_characteristic FOR INSERT TO casefile_serve WITH CHECK (superseded_seq = 0);
CREATE POLICY person_characteristic_superseded_once ON person_characteristic FOR UPDATE TO casefile_serve USING (superseded_seq = 0) WITH CHECK (superseded_seq <> 0);

ALTER TABLE person_identifier ENABLE ROW LEVEL SECURITY;
CREATE POLICY person_identifier_seen ON person_identifier FOR SELECT TO casefile_serve USING (true);
CREATE POLICY person_identifier_added ON person_identifier FOR INSERT TO casefile_serve WITH CHECK (superseded_seq = 0);
CREATE POLICY person_identifier_superseded_once ON person_identifier FOR UPDATE TO casefile_serve USING (superseded_seq = 0) WITH CHECK (superseded_seq <> 0);

ALTER TABLE episode ENABLE ROW LEVEL SECURITY;
CREATE POLICY episode_seen ON episode FOR SELECT TO casefile_serve USING (true);
CREATE POLICY episode_added ON episode FOR INSERT TO casefile_serve WITH CHECK (superseded_seq = 0);
CREATE POLICY episode_superseded_once ON episode FOR UPDATE TO casefile_serve USING (superseded_seq = 0) WITH CHECK (superseded_seq <> 0);

ALTER TABLE allocation ENABLE ROW LEVEL SECURITY;
CREATE POLICY allocation_seen ON allocation FOR SELECT TO casefile_serve USING (true);
CREATE POLICY allocation_added ON allocation FOR INSERT TO casefile_serve WITH CHECK (superseded_seq = 0);
CREATE POLICY allocation_superseded_once ON allocation FOR UPDATE TO casefile_serve USING (superseded_seq = 0) WITH CHECK (superseded_seq <> 0);

ALTER TABLE assignment ENABLE ROW LEVEL SECURITY;
CREATE POLICY assignment_seen ON assignment FOR SELECT TO casefile_serve USING (true);
CREATE POLICY assignment_added ON assignment FOR INSERT TO casefile_serve WITH CHECK (superseded_seq = 0);
CREATE POLICY assignment_superseded_once ON assignment FOR UPDATE TO casefile_serve USING (superseded_seq = 0) WITH CHECK (superseded_seq <> 0);

ALTER TABLE file ENABLE ROW LEVEL SECURITY;
CREATE POLICY file_seen ON file FOR SELECT TO casefile_serve USING (true);
CREATE POLICY file_added ON file FOR INSERT TO casefile_serve WITH CHECK (superseded_seq = 0);
CREATE POLICY file_superseded_once ON file FOR UPDATE TO casefile_serve USING (superseded_seq = 0) WITH CHECK (superseded_seq <> 0);
