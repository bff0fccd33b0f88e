-- +goose Up
-- What may only be added to cannot be written over by other words either. In
-- SQLite INSERT OR REPLACE removes the row in the way without asking the triggers
-- that refuse removal, so a row in the way is refused before it comes to that.

-- +goose StatementBegin
CREATE TRIGGER allocation_no_replace BEFORE INSERT ON allocation WHEN EXISTS (SELECT 1 FROM allocation WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'allocation: there is such a row');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER assignment_no_replace BEFORE INSERT ON assignment WHEN EXISTS (SELECT 1 FROM assignment WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'assignment: there is such a row');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER definition_file_no_replace BEFORE INSERT ON definition_file WHEN EXISTS (SELECT 1 FROM definition_file WHERE hash = new.hash)
BEGIN
    SELECT RAISE(ABORT, 'definition_file: there is such a row');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER definition_set_no_replace BEFORE INSERT ON definition_set WHEN EXISTS (SELECT 1 FROM definition_set WHERE recorded_seq = new.recorded_seq)
BEGIN
    SELECT RAISE(ABORT, 'definition_set: there is such a row');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER entry_no_replace BEFORE INSERT ON entry WHEN EXISTS (SELECT 1 FROM entry WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'entry: there is such a row');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER entry_child_no_replace BEFORE INSERT ON entry_child WHEN EXISTS (SELECT 1 FROM entry_child WHERE entry_id = new.entry_id AND person_id = new.person_id)
BEGIN
    SELECT RAISE(ABORT, 'entry_child: there is such a row');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER entry_version_no_replace BEFORE INSERT ON entry_version WHEN EXISTS (SELECT 1 FROM entry_version WHERE entry_id = new.entry_id AND version = new.version)
BEGIN
    SELECT RAISE(ABORT, 'entry_version: there is such a row');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER episode_no_replace BEFORE INSERT ON episode WHEN EXISTS (SELECT 1 FROM episode WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'episode: there is such a row');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER file_no_replace BEFORE INSERT ON file WHEN EXISTS (SELECT 1 FROM file WHERE id = new.id OR blob_key = new.blob_key)
BEGIN
    SELECT RAISE(ABORT, 'file: there is such a row');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER footprint_no_replace BEFORE INSERT ON footprint WHEN EXISTS (SELECT 1 FROM footprint WHERE number = new.number)
BEGIN
    SELECT RAISE(ABORT, 'footprint: there is such a row');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER footprint_detail_no_replace BEFORE INSERT ON footprint_detail WHEN EXISTS (SELECT 1 FROM footprint_detail WHERE number = new.number)
BEGIN
    SELECT RAISE(ABORT, 'footprint_detail: there is such a row');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER person_no_replace BEFORE INSERT ON person WHEN EXISTS (SELECT 1 FROM person WHERE id = new.id OR reference = new.reference)
BEGIN
    SELECT RAISE(ABORT, 'person: there is such a row');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER person_address_no_replace BEFORE INSERT ON person_address WHEN EXISTS (SELECT 1 FROM person_address WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'person_address: there is such a row');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER person_birth_no_replace BEFORE INSERT ON person_birth WHEN EXISTS (SELECT 1 FROM person_birth WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'person_birth: there is such a row');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER person_characteristic_no_replace BEFORE INSERT ON person_characteristic WHEN EXISTS (SELECT 1 FROM person_characteristic WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'person_characteristic: there is such a row');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER person_contact_no_replace BEFORE INSERT ON person_contact WHEN EXISTS (SELECT 1 FROM person_contact WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'person_contact: there is such a row');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER person_identifier_no_replace BEFORE INSERT ON person_identifier WHEN EXISTS (SELECT 1 FROM person_identifier WHERE id = new.id OR system = new.system AND value = new.value AND superseded_seq = 0)
BEGIN
    SELECT RAISE(ABORT, 'person_identifier: there is such a row');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER person_name_no_replace BEFORE INSERT ON person_name WHEN EXISTS (SELECT 1 FROM person_name WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'person_name: there is such a row');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER team_no_replace BEFORE INSERT ON team WHEN EXISTS (SELECT 1 FROM team WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'team: there is such a row');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER worker_no_replace BEFORE INSERT ON worker WHEN EXISTS (SELECT 1 FROM worker WHERE id = new.id AND version = new.version)
BEGIN
    SELECT RAISE(ABORT, 'worker: there is such a row');
END;
-- +goose StatementEnd

-- The order of what was known only goes on.
-- +goose StatementBegin
CREATE TRIGGER store_clock_goes_on BEFORE UPDATE ON store_clock
WHEN new.seq < old.seq OR new.at_us < old.at_us OR new.footprints < old.footprints OR new.id <> old.id
BEGIN
    SELECT RAISE(ABORT, 'store_clock: it only goes on');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER store_clock_no_delete BEFORE DELETE ON store_clock
BEGIN
    SELECT RAISE(ABORT, 'store_clock: it only goes on');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER store_clock_one BEFORE INSERT ON store_clock
BEGIN
    SELECT RAISE(ABORT, 'store_clock: there is one row');
END;
-- +goose StatementEnd
