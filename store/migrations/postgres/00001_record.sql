-- The record, first shape. Instants are RFC 3339 text in UTC with nine decimals,
-- which sorts as it reads; dates are ISO 8601 text; empty text is none. Columns
-- that hold a whole value hold its JSON. There is no way down: a record that is
-- kept for years is only ever moved forward. Text is compared byte by byte, so
-- that lists are in the same order as on SQLite.

-- +goose Up
CREATE TABLE cycles (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    phase        TEXT COLLATE "C" NOT NULL,
    plan         TEXT COLLATE "C" NOT NULL, -- JSON
    policy       TEXT COLLATE "C" NOT NULL, -- JSON
    contributors TEXT COLLATE "C" NOT NULL, -- JSON
    clock_offset BIGINT           NOT NULL, -- nanoseconds
    attention    TEXT COLLATE "C" NOT NULL,
    draft        BIGINT           NOT NULL,
    symbol       TEXT COLLATE "C" NOT NULL,
    masthead     TEXT COLLATE "C" NOT NULL,
    started_at   TEXT COLLATE "C" NOT NULL,
    started_by   TEXT COLLATE "C" NOT NULL,
    hinted_at    TEXT COLLATE "C" NOT NULL,
    revision     BIGINT           NOT NULL
);
CREATE INDEX cycles_phase ON cycles (phase, id);

CREATE TABLE requests (
    cycle                 TEXT COLLATE "C" NOT NULL REFERENCES cycles (id),
    contributor           TEXT COLLATE "C" NOT NULL,
    kind                  TEXT COLLATE "C" NOT NULL,
    questionnaire         TEXT COLLATE "C" NOT NULL,
    questionnaire_version TEXT COLLATE "C" NOT NULL,
    state                 TEXT COLLATE "C" NOT NULL,
    outcome               TEXT COLLATE "C" NOT NULL,
    due                   TEXT COLLATE "C" NOT NULL,
    follow_up             BIGINT           NOT NULL,
    off_path              BOOLEAN          NOT NULL,
    extension             TEXT COLLATE "C" NOT NULL,
    asked_until           TEXT COLLATE "C" NOT NULL,
    version               BIGINT           NOT NULL,
    late                  BOOLEAN          NOT NULL,
    rounds                BIGINT           NOT NULL,
    reopened              BIGINT           NOT NULL,
    opened_at             TEXT COLLATE "C" NOT NULL,
    answered_at           TEXT COLLATE "C" NOT NULL,
    settled_at            TEXT COLLATE "C" NOT NULL,
    revision              BIGINT           NOT NULL,
    PRIMARY KEY (cycle, contributor)
);
-- Whether anybody is still open, and whether something waits, without a row read.
CREATE INDEX requests_state ON requests (cycle, state, contributor);
CREATE INDEX requests_contributor ON requests (contributor, cycle);

CREATE TABLE bodies (
    hash    TEXT COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(hash) = 64),
    content BYTEA            NOT NULL
);

CREATE TABLE submissions (
    cycle                 TEXT COLLATE "C" NOT NULL,
    contributor           TEXT COLLATE "C" NOT NULL,
    version               BIGINT           NOT NULL CHECK (version > 0),
    questionnaire         TEXT COLLATE "C" NOT NULL,
    questionnaire_version TEXT COLLATE "C" NOT NULL,
    return_type           TEXT COLLATE "C" NOT NULL,
    language              TEXT COLLATE "C" NOT NULL,
    hash                  TEXT COLLATE "C" NOT NULL REFERENCES bodies (hash),
    size                  BIGINT           NOT NULL,
    submitted_at          TEXT COLLATE "C" NOT NULL,
    submitted_by          TEXT COLLATE "C" NOT NULL,
    late                  BOOLEAN          NOT NULL,
    findings              TEXT COLLATE "C" NOT NULL, -- JSON
    PRIMARY KEY (cycle, contributor, version),
    FOREIGN KEY (cycle, contributor) REFERENCES requests (cycle, contributor)
);

CREATE TABLE follow_ups (
    cycle       TEXT COLLATE "C" NOT NULL,
    contributor TEXT COLLATE "C" NOT NULL,
    number      BIGINT           NOT NULL CHECK (number > 0),
    kind        TEXT COLLATE "C" NOT NULL,
    due         TEXT COLLATE "C" NOT NULL,
    reason      TEXT COLLATE "C" NOT NULL,
    opened_at   TEXT COLLATE "C" NOT NULL,
    opened_by   TEXT COLLATE "C" NOT NULL,
    closed_at   TEXT COLLATE "C" NOT NULL,
    outcome     TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (cycle, contributor, number),
    FOREIGN KEY (cycle, contributor) REFERENCES requests (cycle, contributor)
);

CREATE TABLE ledger (
    cycle       TEXT COLLATE "C" NOT NULL REFERENCES cycles (id),
    contributor TEXT COLLATE "C" NOT NULL,
    rung        TEXT COLLATE "C" NOT NULL,
    due         TEXT COLLATE "C" NOT NULL,
    notice      TEXT COLLATE "C" NOT NULL,
    state       TEXT COLLATE "C" NOT NULL,
    message_id  TEXT COLLATE "C" NOT NULL,
    recipients  TEXT COLLATE "C" NOT NULL, -- JSON
    claimed_at  TEXT COLLATE "C" NOT NULL,
    sent_at     TEXT COLLATE "C" NOT NULL,
    failure     TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (cycle, contributor, rung, due)
);

CREATE TABLE drafts (
    cycle       TEXT COLLATE "C" NOT NULL REFERENCES cycles (id),
    number      BIGINT           NOT NULL CHECK (number > 0),
    report      TEXT COLLATE "C" NOT NULL, -- JSON
    compiled_at TEXT COLLATE "C" NOT NULL,
    outcome     TEXT COLLATE "C" NOT NULL,
    comments    TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (cycle, number)
);

CREATE TABLE observations (
    cycle        TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES cycles (id),
    observations TEXT COLLATE "C" NOT NULL -- JSON
);

CREATE TABLE clearances (
    cycle TEXT COLLATE "C" NOT NULL,
    draft BIGINT           NOT NULL,
    state TEXT COLLATE "C" NOT NULL, -- JSON
    PRIMARY KEY (cycle, draft),
    FOREIGN KEY (cycle, draft) REFERENCES drafts (cycle, number)
);

CREATE TABLE decisions (
    seq        BIGINT           GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id         TEXT COLLATE "C" NOT NULL UNIQUE,
    cycle      TEXT COLLATE "C" NOT NULL,
    draft      BIGINT           NOT NULL,
    draft_hash TEXT COLLATE "C" NOT NULL,
    step       TEXT COLLATE "C" NOT NULL,
    office     TEXT COLLATE "C" NOT NULL,
    actor      TEXT COLLATE "C" NOT NULL,
    on_behalf  TEXT COLLATE "C" NOT NULL,
    approve    BOOLEAN          NOT NULL,
    return_to  TEXT COLLATE "C" NOT NULL,
    comments   TEXT COLLATE "C" NOT NULL,
    at         TEXT COLLATE "C" NOT NULL,
    FOREIGN KEY (cycle, draft) REFERENCES drafts (cycle, number)
);
CREATE INDEX decisions_draft ON decisions (cycle, draft, seq);

CREATE TABLE delegations (
    seq       BIGINT           GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id        TEXT COLLATE "C" NOT NULL UNIQUE,
    cycle     TEXT COLLATE "C" NOT NULL,
    draft     BIGINT           NOT NULL,
    office    TEXT COLLATE "C" NOT NULL,
    delegator TEXT COLLATE "C" NOT NULL,
    delegate  TEXT COLLATE "C" NOT NULL,
    starts    TEXT COLLATE "C" NOT NULL,
    ends      TEXT COLLATE "C" NOT NULL,
    recorded  TEXT COLLATE "C" NOT NULL,
    FOREIGN KEY (cycle, draft) REFERENCES drafts (cycle, number)
);
CREATE INDEX delegations_draft ON delegations (cycle, draft, seq);

CREATE TABLE audit (
    seq         BIGINT           GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key         TEXT COLLATE "C" UNIQUE, -- NULL where the record has none
    cycle       TEXT COLLATE "C" NOT NULL,
    at          TEXT COLLATE "C" NOT NULL,
    recorded    TEXT COLLATE "C" NOT NULL,
    actor       TEXT COLLATE "C" NOT NULL,
    action      TEXT COLLATE "C" NOT NULL,
    contributor TEXT COLLATE "C" NOT NULL,
    reason      TEXT COLLATE "C" NOT NULL,
    details     TEXT COLLATE "C" NOT NULL, -- JSON
    workflow    TEXT COLLATE "C" NOT NULL,
    run         TEXT COLLATE "C" NOT NULL,
    event       TEXT COLLATE "C" NOT NULL
);
CREATE INDEX audit_cycle ON audit (cycle, seq);

CREATE TABLE contacts (
    contributor  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    focal_points BIGINT           NOT NULL, -- how many can be written to
    contacts     TEXT COLLATE "C" NOT NULL  -- JSON
);

CREATE TABLE api_keys (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    hash        BYTEA            NOT NULL,
    role        TEXT COLLATE "C" NOT NULL,
    contributor TEXT COLLATE "C" NOT NULL,
    office      TEXT COLLATE "C" NOT NULL,
    label       TEXT COLLATE "C" NOT NULL,
    created_at  TEXT COLLATE "C" NOT NULL,
    expires_at  TEXT COLLATE "C" NOT NULL,
    revoked_at  TEXT COLLATE "C" NOT NULL
);

CREATE TABLE outbox (
    id          BIGINT           GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind        TEXT COLLATE "C" NOT NULL,
    cycle       TEXT COLLATE "C" NOT NULL,
    contributor TEXT COLLATE "C" NOT NULL,
    number      BIGINT           NOT NULL,
    audit_seq   BIGINT           NOT NULL
);

CREATE TABLE idempotency (
    principal TEXT COLLATE "C" NOT NULL,
    key       TEXT COLLATE "C" NOT NULL,
    request   TEXT COLLATE "C" NOT NULL,
    status    BIGINT           NOT NULL,
    body      BYTEA            NOT NULL,
    at        TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (principal, key)
);

-- What was recorded stays as it was recorded, whatever a program does.
-- +goose StatementBegin
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% in % is never allowed', TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END
$$;
-- +goose StatementEnd
CREATE TRIGGER audit_immutable BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_complete BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER submissions_immutable BEFORE UPDATE OR DELETE ON submissions
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER submissions_complete BEFORE TRUNCATE ON submissions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bodies_immutable BEFORE UPDATE OR DELETE ON bodies
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bodies_complete BEFORE TRUNCATE ON bodies
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER decisions_immutable BEFORE UPDATE OR DELETE ON decisions
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER decisions_complete BEFORE TRUNCATE ON decisions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER delegations_immutable BEFORE UPDATE OR DELETE ON delegations
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER delegations_complete BEFORE TRUNCATE ON delegations
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
