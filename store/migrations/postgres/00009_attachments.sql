-- Files that come with answers: what each is, which versions refer to it, and the
-- blobs that no file has. The content is among the blobs, outside the database.

-- +goose Up
CREATE TABLE attached_files (
    cycle       TEXT COLLATE "C" NOT NULL,
    contributor TEXT COLLATE "C" NOT NULL,
    hash        TEXT COLLATE "C" NOT NULL CHECK (length(hash) = 64),
    name        TEXT COLLATE "C" NOT NULL,
    media       TEXT COLLATE "C" NOT NULL,
    size        BIGINT           NOT NULL,
    blob        TEXT COLLATE "C" NOT NULL UNIQUE,
    attached_at TEXT COLLATE "C" NOT NULL,
    attached_by TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (cycle, contributor, hash),
    FOREIGN KEY (cycle, contributor) REFERENCES requests (cycle, contributor)
);

CREATE TABLE submission_files (
    cycle       TEXT COLLATE "C" NOT NULL,
    contributor TEXT COLLATE "C" NOT NULL,
    version     BIGINT           NOT NULL,
    hash        TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (cycle, contributor, hash, version),
    FOREIGN KEY (cycle, contributor, version) REFERENCES submissions (cycle, contributor, version),
    FOREIGN KEY (cycle, contributor, hash) REFERENCES attached_files (cycle, contributor, hash)
);
CREATE INDEX submission_files_version ON submission_files (cycle, contributor, version);

CREATE TABLE held_blobs (
    blob     TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    since    TEXT COLLATE "C" NOT NULL, -- wall time
    given_up BOOLEAN          NOT NULL  -- it will be deleted, and no file can have it
);
CREATE INDEX held_blobs_since ON held_blobs (since);

-- A file may be moved to another blob, sealed with another key; its hash says that
-- it is the same.
CREATE TRIGGER attached_files_only_moved BEFORE UPDATE ON attached_files FOR EACH ROW
    WHEN ((NEW.cycle, NEW.contributor, NEW.hash, NEW.name, NEW.media, NEW.size, NEW.attached_at, NEW.attached_by)
       <> (OLD.cycle, OLD.contributor, OLD.hash, OLD.name, OLD.media, OLD.size, OLD.attached_at, OLD.attached_by))
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER submission_files_immutable BEFORE UPDATE OR DELETE ON submission_files
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER submission_files_complete BEFORE TRUNCATE ON submission_files
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
