-- The record, first shape. Instants are RFC 3339 text in UTC with nine decimals,
-- which sorts as it reads; dates are ISO 8601 text; empty text is none. Columns
-- that hold a whole value hold its JSON. There is no way down: a record that is
-- kept for years is only ever moved forward.

-- +goose Up
CREATE TABLE cycles (
    id           TEXT    NOT NULL PRIMARY KEY,
    phase        TEXT    NOT NULL,
    plan         TEXT    NOT NULL, -- JSON
    policy       TEXT    NOT NULL, -- JSON
    contributors TEXT    NOT NULL, -- JSON
    clock_offset INTEGER NOT NULL, -- nanoseconds
    attention    TEXT    NOT NULL,
    draft        INTEGER NOT NULL,
    symbol       TEXT    NOT NULL,
    masthead     TEXT    NOT NULL,
    started_at   TEXT    NOT NULL,
    started_by   TEXT    NOT NULL,
    hinted_at    TEXT    NOT NULL,
    revision     INTEGER NOT NULL
) STRICT;
CREATE INDEX cycles_phase ON cycles (phase, id);

CREATE TABLE requests (
    cycle                 TEXT    NOT NULL REFERENCES cycles (id),
    contributor           TEXT    NOT NULL,
    kind                  TEXT    NOT NULL,
    questionnaire         TEXT    NOT NULL,
    questionnaire_version TEXT    NOT NULL,
    state                 TEXT    NOT NULL,
    outcome               TEXT    NOT NULL,
    due                   TEXT    NOT NULL,
    follow_up             INTEGER NOT NULL,
    off_path              INTEGER NOT NULL CHECK (off_path IN (0, 1)),
    extension             TEXT    NOT NULL,
    asked_until           TEXT    NOT NULL,
    version               INTEGER NOT NULL,
    late                  INTEGER NOT NULL CHECK (late IN (0, 1)),
    rounds                INTEGER NOT NULL,
    reopened              INTEGER NOT NULL,
    opened_at             TEXT    NOT NULL,
    answered_at           TEXT    NOT NULL,
    settled_at            TEXT    NOT NULL,
    revision              INTEGER NOT NULL,
    PRIMARY KEY (cycle, contributor)
) STRICT;
-- Whether anybody is still open, and whether something waits, without a row read.
CREATE INDEX requests_state ON requests (cycle, state, contributor);
CREATE INDEX requests_contributor ON requests (contributor, cycle);

CREATE TABLE bodies (
    hash    TEXT NOT NULL PRIMARY KEY CHECK (length(hash) = 64),
    content BLOB NOT NULL
) STRICT;

CREATE TABLE submissions (
    cycle                 TEXT    NOT NULL,
    contributor           TEXT    NOT NULL,
    version               INTEGER NOT NULL CHECK (version > 0),
    questionnaire         TEXT    NOT NULL,
    questionnaire_version TEXT    NOT NULL,
    return_type           TEXT    NOT NULL,
    language              TEXT    NOT NULL,
    hash                  TEXT    NOT NULL REFERENCES bodies (hash),
    size                  INTEGER NOT NULL,
    submitted_at          TEXT    NOT NULL,
    submitted_by          TEXT    NOT NULL,
    late                  INTEGER NOT NULL CHECK (late IN (0, 1)),
    findings              TEXT    NOT NULL, -- JSON
    PRIMARY KEY (cycle, contributor, version),
    FOREIGN KEY (cycle, contributor) REFERENCES requests (cycle, contributor)
) STRICT;

CREATE TABLE follow_ups (
    cycle       TEXT    NOT NULL,
    contributor TEXT    NOT NULL,
    number      INTEGER NOT NULL CHECK (number > 0),
    kind        TEXT    NOT NULL,
    due         TEXT    NOT NULL,
    reason      TEXT    NOT NULL,
    opened_at   TEXT    NOT NULL,
    opened_by   TEXT    NOT NULL,
    closed_at   TEXT    NOT NULL,
    outcome     TEXT    NOT NULL,
    PRIMARY KEY (cycle, contributor, number),
    FOREIGN KEY (cycle, contributor) REFERENCES requests (cycle, contributor)
) STRICT;

CREATE TABLE ledger (
    cycle       TEXT NOT NULL REFERENCES cycles (id),
    contributor TEXT NOT NULL,
    rung        TEXT NOT NULL,
    due         TEXT NOT NULL,
    notice      TEXT NOT NULL,
    state       TEXT NOT NULL,
    message_id  TEXT NOT NULL,
    recipients  TEXT NOT NULL, -- JSON
    claimed_at  TEXT NOT NULL,
    sent_at     TEXT NOT NULL,
    failure     TEXT NOT NULL,
    PRIMARY KEY (cycle, contributor, rung, due)
) STRICT;

CREATE TABLE drafts (
    cycle       TEXT    NOT NULL REFERENCES cycles (id),
    number      INTEGER NOT NULL CHECK (number > 0),
    report      TEXT    NOT NULL, -- JSON
    compiled_at TEXT    NOT NULL,
    outcome     TEXT    NOT NULL,
    comments    TEXT    NOT NULL,
    PRIMARY KEY (cycle, number)
) STRICT;

CREATE TABLE observations (
    cycle        TEXT NOT NULL PRIMARY KEY REFERENCES cycles (id),
    observations TEXT NOT NULL -- JSON
) STRICT;

CREATE TABLE clearances (
    cycle TEXT    NOT NULL,
    draft INTEGER NOT NULL,
    state TEXT    NOT NULL, -- JSON
    PRIMARY KEY (cycle, draft),
    FOREIGN KEY (cycle, draft) REFERENCES drafts (cycle, number)
) STRICT;

CREATE TABLE decisions (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT    NOT NULL UNIQUE,
    cycle      TEXT    NOT NULL,
    draft      INTEGER NOT NULL,
    draft_hash TEXT    NOT NULL,
    step       TEXT    NOT NULL,
    office     TEXT    NOT NULL,
    actor      TEXT    NOT NULL,
    on_behalf  TEXT    NOT NULL,
    approve    INTEGER NOT NULL CHECK (approve IN (0, 1)),
    return_to  TEXT    NOT NULL,
    comments   TEXT    NOT NULL,
    at         TEXT    NOT NULL,
    FOREIGN KEY (cycle, draft) REFERENCES drafts (cycle, number)
) STRICT;
CREATE INDEX decisions_draft ON decisions (cycle, draft, seq);

CREATE TABLE delegations (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    id        TEXT    NOT NULL UNIQUE,
    cycle     TEXT    NOT NULL,
    draft     INTEGER NOT NULL,
    office    TEXT    NOT NULL,
    delegator TEXT    NOT NULL,
    delegate  TEXT    NOT NULL,
    starts    TEXT    NOT NULL,
    ends      TEXT    NOT NULL,
    recorded  TEXT    NOT NULL,
    FOREIGN KEY (cycle, draft) REFERENCES drafts (cycle, number)
) STRICT;
CREATE INDEX delegations_draft ON delegations (cycle, draft, seq);

CREATE TABLE audit (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    key         TEXT UNIQUE, -- NULL where the record has none
    cycle       TEXT NOT NULL,
    at          TEXT NOT NULL,
    recorded    TEXT NOT NULL,
    actor       TEXT NOT NULL,
    action      TEXT NOT NULL,
    contributor TEXT NOT NULL,
    reason      TEXT NOT NULL,
    details     TEXT NOT NULL, -- JSON
    workflow    TEXT NOT NULL,
    run         TEXT NOT NULL,
    event       TEXT NOT NULL
) STRICT;
CREATE INDEX audit_cycle ON audit (cycle, seq);

CREATE TABLE contacts (
    contributor  TEXT    NOT NULL PRIMARY KEY,
    focal_points INTEGER NOT NULL, -- how many can be written to
    contacts     TEXT    NOT NULL  -- JSON
) STRICT;

CREATE TABLE api_keys (
    id          TEXT NOT NULL PRIMARY KEY,
    hash        BLOB NOT NULL,
    role        TEXT NOT NULL,
    contributor TEXT NOT NULL,
    office      TEXT NOT NULL,
    label       TEXT NOT NULL,
    created_at  TEXT NOT NULL,
    expires_at  TEXT NOT NULL,
    revoked_at  TEXT NOT NULL
) STRICT;

CREATE TABLE outbox (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    kind        TEXT    NOT NULL,
    cycle       TEXT    NOT NULL,
    contributor TEXT    NOT NULL,
    number      INTEGER NOT NULL,
    audit_seq   INTEGER NOT NULL
) STRICT;

CREATE TABLE idempotency (
    principal TEXT    NOT NULL,
    key       TEXT    NOT NULL,
    request   TEXT    NOT NULL,
    status    INTEGER NOT NULL,
    body      BLOB    NOT NULL,
    at        TEXT    NOT NULL,
    PRIMARY KEY (principal, key)
) STRICT;

-- What was recorded stays as it was recorded, whatever a program does.
-- +goose StatementBegin
CREATE TRIGGER audit_keeps_rows BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit records are never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_loses_nothing BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit records are never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER submissions_keep_rows BEFORE UPDATE ON submissions
BEGIN SELECT RAISE(ABORT, 'submissions are never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER submissions_lose_nothing BEFORE DELETE ON submissions
BEGIN SELECT RAISE(ABORT, 'submissions are never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER bodies_keep_rows BEFORE UPDATE ON bodies
BEGIN SELECT RAISE(ABORT, 'bodies are never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER bodies_lose_nothing BEFORE DELETE ON bodies
BEGIN SELECT RAISE(ABORT, 'bodies are never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER decisions_keep_rows BEFORE UPDATE ON decisions
BEGIN SELECT RAISE(ABORT, 'decisions are never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER decisions_lose_nothing BEFORE DELETE ON decisions
BEGIN SELECT RAISE(ABORT, 'decisions are never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER delegations_keep_rows BEFORE UPDATE ON delegations
BEGIN SELECT RAISE(ABORT, 'delegations are never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER delegations_lose_nothing BEFORE DELETE ON delegations
BEGIN SELECT RAISE(ABORT, 'delegations are never deleted'); END;
-- +goose StatementEnd
