-- Calendars by which the cycles of inclusion streams start.

-- +goose Up
CREATE TABLE stream_calendars (
    instrument   TEXT COLLATE "C" NOT NULL,
    stream       TEXT COLLATE "C" NOT NULL,
    starts       TEXT COLLATE "C" NOT NULL,
    clock_offset BIGINT NOT NULL, -- nanoseconds
    started_at   TEXT COLLATE "C" NOT NULL,
    started_by   TEXT COLLATE "C" NOT NULL,
    paused_at    TEXT COLLATE "C" NOT NULL,
    attention    TEXT COLLATE "C" NOT NULL,
    events       TEXT COLLATE "C" NOT NULL, -- JSON
    changes      TEXT COLLATE "C" NOT NULL, -- JSON
    revision     BIGINT NOT NULL,
    PRIMARY KEY (instrument, stream)
);
