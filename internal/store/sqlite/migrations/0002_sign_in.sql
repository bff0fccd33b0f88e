-- +goose Up
-- Signing in. All of it is plain state: nothing here is about a child.

CREATE TABLE account (
    id          text PRIMARY KEY,
    login       text NOT NULL UNIQUE, -- never given to a second account
    worker_id   text NOT NULL,
    password    text NOT NULL, -- PHC string of argon2id
    code        blob NOT NULL, -- the secret of the one-time codes, sealed
    must_change integer NOT NULL,
    disabled    integer NOT NULL,
    epoch       integer NOT NULL,
    version     integer NOT NULL,
    changed_us  integer NOT NULL,
    last_step   integer NOT NULL DEFAULT 0 -- of the last one-time code accepted, so that none is used twice
);
CREATE INDEX account_worker ON account (worker_id);

CREATE TABLE sign_in_limit (
    key      text PRIMARY KEY, -- an account, or the keyed hash of a network address
    version  integer NOT NULL,
    failures integer NOT NULL,
    earlier  integer NOT NULL,
    since_us integer NOT NULL,
    until_us integer NOT NULL,
    keep_us  integer NOT NULL
);

CREATE TABLE session (
    token_hash text PRIMARY KEY,
    data       blob NOT NULL,
    end_us     integer NOT NULL
);
CREATE INDEX session_end ON session (end_us);

