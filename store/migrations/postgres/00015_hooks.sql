-- Calendar feeds, and webhooks: endpoints of other systems, the messages to them and
-- what came of each attempt. Addresses and secrets of endpoints are sealed.

-- +goose Up
CREATE TABLE feeds (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    hash        BYTEA            NOT NULL UNIQUE, -- of the token in the address
    principal   TEXT COLLATE "C" NOT NULL,
    role        TEXT COLLATE "C" NOT NULL,
    contributor TEXT COLLATE "C" NOT NULL,
    office      TEXT COLLATE "C" NOT NULL,
    cycle       TEXT COLLATE "C" NOT NULL,
    language    TEXT COLLATE "C" NOT NULL,
    created_at  TEXT COLLATE "C" NOT NULL,
    revoked_at  TEXT COLLATE "C" NOT NULL,
    last_used   TEXT COLLATE "C" NOT NULL -- day
);
CREATE INDEX feeds_principal ON feeds (principal, created_at, id);

CREATE TABLE webhooks (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    label       TEXT COLLATE "C" NOT NULL,
    events      TEXT COLLATE "C" NOT NULL, -- JSON
    instrument  TEXT COLLATE "C" NOT NULL,
    stream      TEXT COLLATE "C" NOT NULL,
    restricted  BOOLEAN          NOT NULL,
    state       TEXT COLLATE "C" NOT NULL,
    since       TEXT COLLATE "C" NOT NULL,
    sealed      BYTEA            NOT NULL, -- address and secrets
    created_at  TEXT COLLATE "C" NOT NULL,
    created_by  TEXT COLLATE "C" NOT NULL,
    revision    BIGINT           NOT NULL
);

-- Messages do not refer to their endpoint by a key: the transactions that write
-- them must not wait for, or fail with, one that deletes it.
CREATE TABLE webhook_messages (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    webhook     TEXT COLLATE "C" NOT NULL,
    type        TEXT COLLATE "C" NOT NULL,
    payload     TEXT COLLATE "C" NOT NULL, -- JSON
    audit_seq   BIGINT           NOT NULL,
    at          TEXT COLLATE "C" NOT NULL,
    state       TEXT COLLATE "C" NOT NULL,
    attempts    BIGINT           NOT NULL,
    tries       BIGINT           NOT NULL,
    due         TEXT COLLATE "C" NOT NULL,
    leased      TEXT COLLATE "C" NOT NULL
);
CREATE INDEX webhook_messages_due ON webhook_messages (due, id) WHERE state = 'pending';
CREATE INDEX webhook_messages_log ON webhook_messages (webhook, at, id);
CREATE INDEX webhook_messages_age ON webhook_messages (at, id);

CREATE TABLE webhook_attempts (
    message     TEXT COLLATE "C" NOT NULL REFERENCES webhook_messages (id) ON DELETE CASCADE,
    number      BIGINT           NOT NULL CHECK (number > 0),
    at          TEXT COLLATE "C" NOT NULL,
    status      BIGINT           NOT NULL,
    duration    BIGINT           NOT NULL, -- nanoseconds
    failure     TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (message, number)
);
