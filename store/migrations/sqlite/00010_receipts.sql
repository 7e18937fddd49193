-- The signed receipt of each accepted submission.

-- +goose Up
CREATE TABLE submission_receipts (
    cycle       TEXT    NOT NULL,
    contributor TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    record      BLOB    NOT NULL,
    key_id      TEXT    NOT NULL,
    signature   BLOB    NOT NULL,
    PRIMARY KEY (cycle, contributor, version),
    FOREIGN KEY (cycle, contributor, version) REFERENCES submissions (cycle, contributor, version)
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER submission_receipts_keep_rows BEFORE UPDATE ON submission_receipts
BEGIN SELECT RAISE(ABORT, 'receipts are never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER submission_receipts_lose_nothing BEFORE DELETE ON submission_receipts
BEGIN SELECT RAISE(ABORT, 'receipts are never deleted'); END;
-- +goose StatementEnd
