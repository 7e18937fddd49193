-- Statistics as they were published. Whatever is published later is held against
-- them, so that nothing withheld can be worked out from both.

-- +goose Up
CREATE TABLE statistics (
    cycle       TEXT    NOT NULL REFERENCES cycles (id),
    number      INTEGER NOT NULL CHECK (number > 0),
    instrument  TEXT    NOT NULL,
    stream      TEXT    NOT NULL,
    sequence    INTEGER NOT NULL CHECK (sequence > 0),
    released_at TEXT    NOT NULL,
    released_by TEXT    NOT NULL,
    sources     TEXT    NOT NULL, -- JSON
    figures     TEXT    NOT NULL, -- JSON
    PRIMARY KEY (cycle, number),
    UNIQUE (instrument, stream, sequence)
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER statistics_keep_rows BEFORE UPDATE ON statistics
BEGIN SELECT RAISE(ABORT, 'statistics are never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER statistics_lose_nothing BEFORE DELETE ON statistics
BEGIN SELECT RAISE(ABORT, 'statistics are never deleted'); END;
-- +goose StatementEnd
