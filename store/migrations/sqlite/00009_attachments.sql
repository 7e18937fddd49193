-- Files that come with answers: what each is, which versions refer to it, and the
-- blobs that no file has. The content is among the blobs, outside the database.

-- +goose Up
CREATE TABLE attached_files (
    cycle       TEXT    NOT NULL,
    contributor TEXT    NOT NULL,
    hash        TEXT    NOT NULL CHECK (length(hash) = 64),
    name        TEXT    NOT NULL,
    media       TEXT    NOT NULL,
    size        INTEGER NOT NULL,
    blob        TEXT    NOT NULL UNIQUE,
    attached_at TEXT    NOT NULL,
    attached_by TEXT    NOT NULL,
    PRIMARY KEY (cycle, contributor, hash),
    FOREIGN KEY (cycle, contributor) REFERENCES requests (cycle, contributor)
) STRICT;

CREATE TABLE submission_files (
    cycle       TEXT    NOT NULL,
    contributor TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    hash        TEXT    NOT NULL,
    PRIMARY KEY (cycle, contributor, hash, version),
    FOREIGN KEY (cycle, contributor, version) REFERENCES submissions (cycle, contributor, version),
    FOREIGN KEY (cycle, contributor, hash) REFERENCES attached_files (cycle, contributor, hash)
) STRICT;
CREATE INDEX submission_files_version ON submission_files (cycle, contributor, version);

CREATE TABLE held_blobs (
    blob     TEXT    NOT NULL PRIMARY KEY,
    since    TEXT    NOT NULL, -- wall time
    given_up INTEGER NOT NULL CHECK (given_up IN (0, 1)) -- it will be deleted, and no file can have it
) STRICT;
CREATE INDEX held_blobs_since ON held_blobs (since);

-- A file may be moved to another blob, sealed with another key; its hash says that
-- it is the same.
-- +goose StatementBegin
CREATE TRIGGER attached_files_only_moved BEFORE UPDATE ON attached_files
WHEN (NEW.cycle, NEW.contributor, NEW.hash, NEW.name, NEW.media, NEW.size, NEW.attached_at, NEW.attached_by)
  <> (OLD.cycle, OLD.contributor, OLD.hash, OLD.name, OLD.media, OLD.size, OLD.attached_at, OLD.attached_by)
BEGIN SELECT RAISE(ABORT, 'attached files are never changed, only moved'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER submission_files_keep_rows BEFORE UPDATE ON submission_files
BEGIN SELECT RAISE(ABORT, 'references to files are never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER submission_files_lose_nothing BEFORE DELETE ON submission_files
BEGIN SELECT RAISE(ABORT, 'references to files are never deleted'); END;
-- +goose StatementEnd
