-- Versions of answers: which were withdrawn, and how requests came to ask
-- another version of their questionnaire.

-- +goose Up
ALTER TABLE requests ADD COLUMN withdrawn_version INTEGER NOT NULL DEFAULT 0;

CREATE TABLE withdrawals (
    cycle        TEXT    NOT NULL,
    contributor  TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    withdrawn_at TEXT    NOT NULL CHECK (withdrawn_at <> ''),
    withdrawn_by TEXT    NOT NULL,
    reason       TEXT    NOT NULL,
    PRIMARY KEY (cycle, contributor, version),
    FOREIGN KEY (cycle, contributor, version) REFERENCES submissions (cycle, contributor, version)
) STRICT;

CREATE TABLE questionnaire_migrations (
    cycle         TEXT    NOT NULL,
    contributor   TEXT    NOT NULL,
    number        INTEGER NOT NULL CHECK (number > 0),
    questionnaire TEXT    NOT NULL,
    from_version  TEXT    NOT NULL,
    to_version    TEXT    NOT NULL,
    outcome       TEXT    NOT NULL,
    source        INTEGER NOT NULL, -- submission that stood, 0 for none
    version       INTEGER NOT NULL, -- submission that was made of it, 0 for none
    kept          TEXT    REFERENCES bodies (hash), -- NULL where everything has a place
    follow_up     INTEGER NOT NULL,
    migrated_at   TEXT    NOT NULL,
    migrated_by   TEXT    NOT NULL,
    PRIMARY KEY (cycle, contributor, number),
    FOREIGN KEY (cycle, contributor) REFERENCES requests (cycle, contributor)
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER withdrawals_keep_rows BEFORE UPDATE ON withdrawals
BEGIN SELECT RAISE(ABORT, 'withdrawals are never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER withdrawals_lose_nothing BEFORE DELETE ON withdrawals
BEGIN SELECT RAISE(ABORT, 'withdrawals are never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER questionnaire_migrations_keep_rows BEFORE UPDATE ON questionnaire_migrations
BEGIN SELECT RAISE(ABORT, 'migrations are never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER questionnaire_migrations_lose_nothing BEFORE DELETE ON questionnaire_migrations
BEGIN SELECT RAISE(ABORT, 'migrations are never deleted'); END;
-- +goose StatementEnd
