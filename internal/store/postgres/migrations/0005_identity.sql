-- +goose Up
-- Signing in by the authority's provider, and the sealed account for when it
-- fails. Accounts there are before stay local ones.

ALTER TABLE account ADD COLUMN kind text NOT NULL DEFAULT 'local'; -- local, provider or break-glass
ALTER TABLE account ADD COLUMN seal text NOT NULL DEFAULT ''; -- PHC string of the sealed secret; empty: not sealed

-- Who the provider says somebody is, and the account that stands for them here.
CREATE TABLE account_identity (
    issuer     text COLLATE "C" NOT NULL,
    subject    text COLLATE "C" NOT NULL,
    account_id text COLLATE "C" NOT NULL REFERENCES account (id),
    linked_us  bigint NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX account_identity_account ON account_identity (account_id);

-- What happened to the ways in that somebody has to be able to look at later.
CREATE TABLE sign_in_event (
    id         text COLLATE "C" PRIMARY KEY,
    at_us      bigint NOT NULL,
    account_id text COLLATE "C" NOT NULL REFERENCES account (id),
    worker_id  text NOT NULL,
    kind       text NOT NULL, -- sealed, emergency, linked or unlinked
    reason     text NOT NULL  -- as it was typed; empty but for emergency
);
CREATE INDEX sign_in_event_at ON sign_in_event (at_us);

-- An identity is unlinked and linked anew, never changed; an event stays.
GRANT SELECT, INSERT, DELETE ON account_identity TO casefile_serve;
GRANT SELECT, INSERT ON sign_in_event TO casefile_serve;
