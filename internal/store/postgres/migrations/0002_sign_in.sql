-- +goose Up
-- Signing in. All of it is plain state: nothing here is about a child.

CREATE TABLE account (
    id          text COLLATE "C" PRIMARY KEY,
    login       text COLLATE "C" NOT NULL UNIQUE, -- never given to a second account
    worker_id   text NOT NULL,
    password    text NOT NULL, -- PHC string of argon2id
    code        bytea NOT NULL, -- the secret of the one-time codes, sealed
    must_change boolean NOT NULL,
    disabled    boolean NOT NULL,
    epoch       bigint NOT NULL,
    version     bigint NOT NULL,
    changed_us  bigint NOT NULL,
    last_step   bigint NOT NULL DEFAULT 0 -- of the last one-time code accepted, so that none is used twice
);
CREATE INDEX account_worker ON account (worker_id);

CREATE TABLE sign_in_limit (
    key      text COLLATE "C" PRIMARY KEY, -- an account, or the keyed hash of a network address
    version  bigint NOT NULL,
    failures integer NOT NULL,
    earlier  integer NOT NULL,
    since_us bigint NOT NULL,
    until_us bigint NOT NULL,
    keep_us  bigint NOT NULL
);

CREATE TABLE session (
    token_hash text COLLATE "C" PRIMARY KEY,
    data       bytea NOT NULL,
    end_us     bigint NOT NULL
);
CREATE INDEX session_end ON session (end_us);

GRANT SELECT, INSERT, UPDATE ON account TO casefile_serve;
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_limit, session TO casefile_serve;
