-- Versions of answers: which were withdrawn, and how requests came to ask
-- another version of their questionnaire.

-- +goose Up
ALTER TABLE requests ADD COLUMN withdrawn_version BIGINT NOT NULL DEFAULT 0;

CREATE TABLE withdrawals (
    cycle        TEXT COLLATE "C" NOT NULL,
    contributor  TEXT COLLATE "C" NOT NULL,
    version      BIGINT           NOT NULL,
    withdrawn_at TEXT COLLATE "C" NOT NULL CHECK (withdrawn_at <> ''),
    withdrawn_by TEXT COLLATE "C" NOT NULL,
    reason       TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (cycle, contributor, version),
    FOREIGN KEY (cycle, contributor, version) REFERENCES submissions (cycle, contributor, version)
);

CREATE TABLE questionnaire_migrations (
    cycle         TEXT COLLATE "C" NOT NULL,
    contributor   TEXT COLLATE "C" NOT NULL,
    number        BIGINT           NOT NULL CHECK (number > 0),
    questionnaire TEXT COLLATE "C" NOT NULL,
    from_version  TEXT COLLATE "C" NOT NULL,
    to_version    TEXT COLLATE "C" NOT NULL,
    outcome       TEXT COLLATE "C" NOT NULL,
    source        BIGINT           NOT NULL, -- submission that stood, 0 for none
    version       BIGINT           NOT NULL, -- submission that was made of it, 0 for none
    kept          TEXT COLLATE "C" REFERENCES bodies (hash), -- NULL where everything has a place
    follow_up     BIGINT           NOT NULL,
    migrated_at   TEXT COLLATE "C" NOT NULL,
    migrated_by   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (cycle, contributor, number),
    FOREIGN KEY (cycle, contributor) REFERENCES requests (cycle, contributor)
);

CREATE TRIGGER withdrawals_immutable BEFORE UPDATE OR DELETE ON withdrawals
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER withdrawals_complete BEFORE TRUNCATE ON withdrawals
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER questionnaire_migrations_immutable BEFORE UPDATE OR DELETE ON questionnaire_migrations
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER questionnaire_migrations_complete BEFORE TRUNCATE ON questionnaire_migrations
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
