-- Statistics as they were published. Whatever is published later is held against
-- them, so that nothing withheld can be worked out from both.

-- +goose Up
CREATE TABLE statistics (
    cycle       TEXT COLLATE "C" NOT NULL REFERENCES cycles (id),
    number      BIGINT           NOT NULL CHECK (number > 0),
    instrument  TEXT COLLATE "C" NOT NULL,
    stream      TEXT COLLATE "C" NOT NULL,
    sequence    BIGINT           NOT NULL CHECK (sequence > 0),
    released_at TEXT COLLATE "C" NOT NULL,
    released_by TEXT COLLATE "C" NOT NULL,
    sources     TEXT COLLATE "C" NOT NULL, -- JSON
    figures     TEXT COLLATE "C" NOT NULL, -- JSON
    PRIMARY KEY (cycle, number),
    UNIQUE (instrument, stream, sequence)
);

CREATE TRIGGER statistics_immutable BEFORE UPDATE OR DELETE ON statistics
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER statistics_complete BEFORE TRUNCATE ON statistics
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
