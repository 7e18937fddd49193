-- Who has signed in, by what, and who works for a contributor by delegation.

-- +goose Up
ALTER TABLE api_keys ADD COLUMN scope TEXT NOT NULL DEFAULT '';

CREATE TABLE persons (
    id          TEXT NOT NULL PRIMARY KEY,
    role        TEXT NOT NULL,
    contributor TEXT NOT NULL,
    office      TEXT NOT NULL,
    standing    TEXT NOT NULL,
    delegation  TEXT NOT NULL,
    acts_for    TEXT NOT NULL,
    identity    TEXT NOT NULL,
    label       BLOB NOT NULL, -- sealed
    first_seen  TEXT NOT NULL,
    last_seen   TEXT NOT NULL,
    blocked_at  TEXT NOT NULL,
    blocked_by  TEXT NOT NULL
) STRICT;

CREATE TABLE sessions (
    token      TEXT NOT NULL PRIMARY KEY, -- SHA-256
    person     TEXT NOT NULL,
    data       BLOB NOT NULL, -- sealed
    expires_at TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_person ON sessions (person);
CREATE INDEX sessions_expire ON sessions (expires_at);

CREATE TABLE link_uses (
    id      TEXT NOT NULL PRIMARY KEY, -- SHA-256
    person  TEXT NOT NULL,
    used_at TEXT NOT NULL,
    until   TEXT NOT NULL
) STRICT;

CREATE TABLE link_asks (
    id          TEXT NOT NULL PRIMARY KEY,
    address     TEXT NOT NULL, -- fingerprint
    contributor TEXT NOT NULL,
    asked_at    TEXT NOT NULL
) STRICT;
CREATE INDEX link_asks_address ON link_asks (address, asked_at);
CREATE INDEX link_asks_contributor ON link_asks (contributor, asked_at);
CREATE INDEX link_asks_at ON link_asks (asked_at, contributor);

CREATE TABLE colleagues (
    id          TEXT NOT NULL PRIMARY KEY,
    contributor TEXT NOT NULL,
    address     TEXT NOT NULL, -- fingerprint
    details     BLOB NOT NULL, -- sealed
    starts      TEXT NOT NULL,
    ends        TEXT NOT NULL,
    given_by    TEXT NOT NULL,
    given_at    TEXT NOT NULL,
    ended_by    TEXT NOT NULL,
    ended_at    TEXT NOT NULL
) STRICT;
CREATE INDEX colleagues_contributor ON colleagues (contributor);
CREATE INDEX colleagues_address ON colleagues (address);

-- +goose StatementBegin
CREATE TRIGGER colleagues_stay BEFORE DELETE ON colleagues
BEGIN SELECT RAISE(ABORT, 'delegations are never deleted'); END;
-- +goose StatementEnd
