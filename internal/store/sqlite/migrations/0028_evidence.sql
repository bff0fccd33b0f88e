-- +goose Up
-- Plain state: entries of the record that somebody took up for a section of a draft or,
-- without a section, set aside for all of it. Of what was completed they stand with its
-- content. No old rows: documents before this rest on none.
CREATE TABLE document_evidence (
    document_id text NOT NULL REFERENCES document (id),
    section     text NOT NULL, -- empty for set aside
    entry_id    text NOT NULL REFERENCES entry (id),
    by_id       text NOT NULL,
    at_us       integer NOT NULL,
    PRIMARY KEY (document_id, section, entry_id)
);
