-- The signed receipt of each accepted submission.

-- +goose Up
CREATE TABLE submission_receipts (
    cycle       TEXT COLLATE "C" NOT NULL,
    contributor TEXT COLLATE "C" NOT NULL,
    version     BIGINT           NOT NULL,
    record      BYTEA            NOT NULL,
    key_id      TEXT COLLATE "C" NOT NULL,
    signature   BYTEA            NOT NULL,
    PRIMARY KEY (cycle, contributor, version),
    FOREIGN KEY (cycle, contributor, version) REFERENCES submissions (cycle, contributor, version)
);

CREATE TRIGGER submission_receipts_immutable BEFORE UPDATE OR DELETE ON submission_receipts
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER submission_receipts_complete BEFORE TRUNCATE ON submission_receipts
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
