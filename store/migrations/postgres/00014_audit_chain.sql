-- The chain of audit records, which a sealer makes behind those who write them,
-- and the signatures under it.

-- +goose Up
CREATE TABLE audit_chain (
    position BIGINT NOT NULL PRIMARY KEY CHECK (position > 0),
    seq      BIGINT NOT NULL UNIQUE REFERENCES audit (seq),
    digest   TEXT COLLATE "C" NOT NULL, -- SHA-256 of the record
    hash     TEXT COLLATE "C" NOT NULL  -- SHA-256 of the hash before and the digest
);

CREATE TABLE audit_checkpoints (
    position  BIGINT NOT NULL PRIMARY KEY REFERENCES audit_chain (position),
    hash      TEXT COLLATE "C" NOT NULL,
    at        TEXT COLLATE "C" NOT NULL,
    record    BYTEA NOT NULL, -- canonical JSON, as it was signed
    key_id    TEXT COLLATE "C" NOT NULL,
    signature BYTEA NOT NULL
);

CREATE TRIGGER audit_chain_immutable BEFORE UPDATE OR DELETE ON audit_chain
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_chain_complete BEFORE TRUNCATE ON audit_chain
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_checkpoints_immutable BEFORE UPDATE OR DELETE ON audit_checkpoints
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_checkpoints_complete BEFORE TRUNCATE ON audit_checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
