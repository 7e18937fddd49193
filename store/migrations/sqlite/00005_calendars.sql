-- Calendars by which the cycles of inclusion streams start.

-- +goose Up
CREATE TABLE stream_calendars (
    instrument   TEXT    NOT NULL,
    stream       TEXT    NOT NULL,
    starts       TEXT    NOT NULL,
    clock_offset INTEGER NOT NULL, -- nanoseconds
    started_at   TEXT    NOT NULL,
    started_by   TEXT    NOT NULL,
    paused_at    TEXT    NOT NULL,
    attention    TEXT    NOT NULL,
    events       TEXT    NOT NULL, -- JSON
    changes      TEXT    NOT NULL, -- JSON
    revision     INTEGER NOT NULL,
    PRIMARY KEY (instrument, stream)
) STRICT;
