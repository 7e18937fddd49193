-- Rules that are suspended in a cycle, and what checking its answers again came
-- to. What a version was accepted with stays with the version.

-- +goose Up
CREATE TABLE rule_suspensions (
    cycle         TEXT    NOT NULL REFERENCES cycles (id),
    number        INTEGER NOT NULL CHECK (number > 0),
    rule          TEXT    NOT NULL,
    questionnaire TEXT    NOT NULL,
    reason        TEXT    NOT NULL,
    suspended_by  TEXT    NOT NULL,
    suspended_at  TEXT    NOT NULL,
    lift_reason   TEXT    NOT NULL,
    lifted_by     TEXT    NOT NULL,
    lifted_at     TEXT    NOT NULL,
    revalidated   INTEGER NOT NULL CHECK (revalidated IN (0, 1)),
    checked_to    TEXT    NOT NULL,
    PRIMARY KEY (cycle, number)
) STRICT;

CREATE TABLE revalidations (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    cycle       TEXT    NOT NULL,
    contributor TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    suspension  INTEGER NOT NULL,
    lifted      INTEGER NOT NULL CHECK (lifted IN (0, 1)),
    at          TEXT    NOT NULL,
    earlier     TEXT    NOT NULL, -- JSON
    findings    TEXT    NOT NULL, -- JSON
    FOREIGN KEY (cycle, contributor, version) REFERENCES submissions (cycle, contributor, version),
    FOREIGN KEY (cycle, suspension) REFERENCES rule_suspensions (cycle, number)
) STRICT;
CREATE INDEX revalidations_version ON revalidations (cycle, contributor, seq);

-- +goose StatementBegin
CREATE TRIGGER revalidations_keep_rows BEFORE UPDATE ON revalidations
BEGIN SELECT RAISE(ABORT, 'revalidations are never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER revalidations_lose_nothing BEFORE DELETE ON revalidations
BEGIN SELECT RAISE(ABORT, 'revalidations are never deleted'); END;
-- +goose StatementEnd
