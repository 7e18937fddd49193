-- Calendar feeds, and webhooks: endpoints of other systems, the messages to them and
-- what came of each attempt. Addresses and secrets of endpoints are sealed.

-- +goose Up
CREATE TABLE feeds (
    id          TEXT    NOT NULL PRIMARY KEY,
    hash        BLOB    NOT NULL UNIQUE, -- of the token in the address
    principal   TEXT    NOT NULL,
    role        TEXT    NOT NULL,
    contributor TEXT    NOT NULL,
    office      TEXT    NOT NULL,
    cycle       TEXT    NOT NULL,
    language    TEXT    NOT NULL,
    created_at  TEXT    NOT NULL,
    revoked_at  TEXT    NOT NULL,
    last_used   TEXT    NOT NULL -- day
) STRICT;
CREATE INDEX feeds_principal ON feeds (principal, created_at, id);

CREATE TABLE webhooks (
    id         TEXT    NOT NULL PRIMARY KEY,
    label      TEXT    NOT NULL,
    events     TEXT    NOT NULL, -- JSON
    instrument TEXT    NOT NULL,
    stream     TEXT    NOT NULL,
    restricted INTEGER NOT NULL,
    state      TEXT    NOT NULL,
    since      TEXT    NOT NULL,
    sealed     BLOB    NOT NULL, -- address and secrets
    created_at TEXT    NOT NULL,
    created_by TEXT    NOT NULL,
    revision   INTEGER NOT NULL
) STRICT;

-- Messages do not refer to their endpoint by a key: the transactions that write
-- them must not wait for, or fail with, one that deletes it.
CREATE TABLE webhook_messages (
    id         TEXT    NOT NULL PRIMARY KEY,
    webhook    TEXT    NOT NULL,
    type       TEXT    NOT NULL,
    payload    TEXT    NOT NULL, -- JSON
    audit_seq  INTEGER NOT NULL,
    at         TEXT    NOT NULL,
    state      TEXT    NOT NULL,
    attempts   INTEGER NOT NULL,
    tries      INTEGER NOT NULL,
    due        TEXT    NOT NULL,
    leased     TEXT    NOT NULL
) STRICT;
CREATE INDEX webhook_messages_due ON webhook_messages (due, id) WHERE state = 'pending';
CREATE INDEX webhook_messages_log ON webhook_messages (webhook, at, id);
CREATE INDEX webhook_messages_age ON webhook_messages (at, id);

CREATE TABLE webhook_attempts (
    message  TEXT    NOT NULL REFERENCES webhook_messages (id) ON DELETE CASCADE,
    number   INTEGER NOT NULL CHECK (number > 0),
    at       TEXT    NOT NULL,
    status   INTEGER NOT NULL,
    duration INTEGER NOT NULL, -- nanoseconds
    failure  TEXT    NOT NULL,
    PRIMARY KEY (message, number)
) STRICT;
