-- +goose Up
-- Signing in by the authority's provider, and the sealed account for when it
-- fails. Accounts there are before stay local ones.

ALTER TABLE account ADD COLUMN kind text NOT NULL DEFAULT 'local'; -- local, provider or break-glass
ALTER TABLE account ADD COLUMN seal text NOT NULL DEFAULT ''; -- PHC string of the sealed secret; empty: not sealed

-- Who the provider says somebody is, and the account that stands for them here.
CREATE TABLE account_identity (
    issuer     text NOT NULL,
    subject    text NOT NULL,
    account_id text NOT NULL REFERENCES account (id),
    linked_us  integer NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX account_identity_account ON account_identity (account_id);

-- What happened to the ways in that somebody has to be able to look at later.
CREATE TABLE sign_in_event (
    id         text PRIMARY KEY,
    at_us      integer NOT NULL,
    account_id text NOT NULL REFERENCES account (id),
    worker_id  text NOT NULL,
    kind       text NOT NULL, -- sealed, emergency, linked or unlinked
    reason     text NOT NULL  -- as it was typed; empty but for emergency
);
CREATE INDEX sign_in_event_at ON sign_in_event (at_us);

-- +goose StatementBegin
CREATE TRIGGER account_identity_no_update BEFORE UPDATE ON account_identity
BEGIN
    SELECT RAISE(ABORT, 'account_identity: it is unlinked and linked anew');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER account_identity_no_replace BEFORE INSERT ON account_identity WHEN EXISTS (SELECT 1 FROM account_identity WHERE issuer = new.issuer AND subject = new.subject)
BEGIN
    SELECT RAISE(ABORT, 'account_identity: there is such a row');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER sign_in_event_no_update BEFORE UPDATE ON sign_in_event
BEGIN
    SELECT RAISE(ABORT, 'sign_in_event is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER sign_in_event_no_delete BEFORE DELETE ON sign_in_event
BEGIN
    SELECT RAISE(ABORT, 'sign_in_event is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER sign_in_event_no_replace BEFORE INSERT ON sign_in_event WHEN EXISTS (SELECT 1 FROM sign_in_event WHERE id = new.id)
BEGIN
    SELECT RAISE(ABORT, 'sign_in_event: there is such a row');
END;
-- +goose StatementEnd
