-- Rules that are suspended in a cycle, and what checking its answers again came
-- to. What a version was accepted with stays with the version.

-- +goose Up
CREATE TABLE rule_suspensions (
    cycle         TEXT COLLATE "C" NOT NULL REFERENCES cycles (id),
    number        BIGINT           NOT NULL CHECK (number > 0),
    rule          TEXT COLLATE "C" NOT NULL,
    questionnaire TEXT COLLATE "C" NOT NULL,
    reason        TEXT COLLATE "C" NOT NULL,
    suspended_by  TEXT COLLATE "C" NOT NULL,
    suspended_at  TEXT COLLATE "C" NOT NULL,
    lift_reason   TEXT COLLATE "C" NOT NULL,
    lifted_by     TEXT COLLATE "C" NOT NULL,
    lifted_at     TEXT COLLATE "C" NOT NULL,
    revalidated   BOOLEAN          NOT NULL,
    checked_to    TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (cycle, number)
);

CREATE TABLE revalidations (
    seq         BIGINT           GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cycle       TEXT COLLATE "C" NOT NULL,
    contributor TEXT COLLATE "C" NOT NULL,
    version     BIGINT           NOT NULL,
    suspension  BIGINT           NOT NULL,
    lifted      BOOLEAN          NOT NULL,
    at          TEXT COLLATE "C" NOT NULL,
    earlier     TEXT COLLATE "C" NOT NULL, -- JSON
    findings    TEXT COLLATE "C" NOT NULL, -- JSON
    FOREIGN KEY (cycle, contributor, version) REFERENCES submissions (cycle, contributor, version),
    FOREIGN KEY (cycle, suspension) REFERENCES rule_suspensions (cycle, number)
);
CREATE INDEX revalidations_version ON revalidations (cycle, contributor, seq);

CREATE TRIGGER revalidations_immutable BEFORE UPDATE OR DELETE ON revalidations
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER revalidations_complete BEFORE TRUNCATE ON revalidations
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
