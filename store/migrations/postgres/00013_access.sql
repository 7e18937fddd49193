-- Who has signed in, by what, and who works for a contributor by delegation.

-- +goose Up
ALTER TABLE api_keys ADD COLUMN scope TEXT COLLATE "C" NOT NULL DEFAULT '';

CREATE TABLE persons (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    role TEXT COLLATE "C" NOT NULL,
    contributor TEXT COLLATE "C" NOT NULL,
    office TEXT COLLATE "C" NOT NULL,
    standing TEXT COLLATE "C" NOT NULL,
    delegation TEXT COLLATE "C" NOT NULL,
    acts_for TEXT COLLATE "C" NOT NULL,
    identity TEXT COLLATE "C" NOT NULL,
    label       BYTEA NOT NULL, -- sealed
    first_seen TEXT COLLATE "C" NOT NULL,
    last_seen TEXT COLLATE "C" NOT NULL,
    blocked_at TEXT COLLATE "C" NOT NULL,
    blocked_by TEXT COLLATE "C" NOT NULL
);

CREATE TABLE sessions (
    token TEXT COLLATE "C" NOT NULL PRIMARY KEY, -- SHA-256
    person TEXT COLLATE "C" NOT NULL,
    data       BYTEA NOT NULL, -- sealed
    expires_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX sessions_person ON sessions (person);
CREATE INDEX sessions_expire ON sessions (expires_at);

CREATE TABLE link_uses (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY, -- SHA-256
    person TEXT COLLATE "C" NOT NULL,
    used_at TEXT COLLATE "C" NOT NULL,
    until TEXT COLLATE "C" NOT NULL
);

CREATE TABLE link_asks (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    address TEXT COLLATE "C" NOT NULL, -- fingerprint
    contributor TEXT COLLATE "C" NOT NULL,
    asked_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX link_asks_address ON link_asks (address, asked_at);
CREATE INDEX link_asks_contributor ON link_asks (contributor, asked_at);
CREATE INDEX link_asks_at ON link_asks (asked_at, contributor);

CREATE TABLE colleagues (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    contributor TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C" NOT NULL, -- fingerprint
    details     BYTEA NOT NULL, -- sealed
    starts TEXT COLLATE "C" NOT NULL,
    ends TEXT COLLATE "C" NOT NULL,
    given_by TEXT COLLATE "C" NOT NULL,
    given_at TEXT COLLATE "C" NOT NULL,
    ended_by TEXT COLLATE "C" NOT NULL,
    ended_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX colleagues_contributor ON colleagues (contributor);
CREATE INDEX colleagues_address ON colleagues (address);

CREATE TRIGGER colleagues_stay BEFORE DELETE ON colleagues
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER colleagues_complete BEFORE TRUNCATE ON colleagues
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
