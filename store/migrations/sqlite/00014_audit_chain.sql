-- The chain of audit records, which a sealer makes behind those who write them,
-- and the signatures under it.

-- +goose Up
CREATE TABLE audit_chain (
    position INTEGER NOT NULL PRIMARY KEY CHECK (position > 0),
    seq      INTEGER NOT NULL UNIQUE REFERENCES audit (seq),
    digest   TEXT NOT NULL, -- SHA-256 of the record
    hash     TEXT NOT NULL  -- SHA-256 of the hash before and the digest
) STRICT;

CREATE TABLE audit_checkpoints (
    position  INTEGER NOT NULL PRIMARY KEY REFERENCES audit_chain (position),
    hash      TEXT NOT NULL,
    at        TEXT NOT NULL,
    record    BLOB NOT NULL, -- canonical JSON, as it was signed
    key_id    TEXT NOT NULL,
    signature BLOB NOT NULL
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER audit_chain_keeps_rows BEFORE UPDATE ON audit_chain
BEGIN SELECT RAISE(ABORT, 'the audit chain is never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_chain_loses_nothing BEFORE DELETE ON audit_chain
BEGIN SELECT RAISE(ABORT, 'the audit chain is never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_checkpoints_keep_rows BEFORE UPDATE ON audit_checkpoints
BEGIN SELECT RAISE(ABORT, 'checkpoints are never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_checkpoints_lose_nothing BEFORE DELETE ON audit_checkpoints
BEGIN SELECT RAISE(ABORT, 'checkpoints are never deleted'); END;
-- +goose StatementEnd
