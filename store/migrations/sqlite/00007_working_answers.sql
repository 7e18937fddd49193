-- Working answers: what contributors have written and not submitted, by section,
-- sealed; where prefilled values come from; and who saved what when. They may be
-- changed and are deleted when their cycle ends.

-- +goose Up
CREATE TABLE working_answers (
    cycle              TEXT    NOT NULL,
    contributor        TEXT    NOT NULL,
    revision           INTEGER NOT NULL CHECK (revision > 0),
    submitted_version  INTEGER NOT NULL,
    submitted_revision INTEGER NOT NULL,
    PRIMARY KEY (cycle, contributor),
    FOREIGN KEY (cycle, contributor) REFERENCES requests (cycle, contributor)
) STRICT;

CREATE TABLE working_sections (
    cycle       TEXT    NOT NULL,
    contributor TEXT    NOT NULL,
    section     TEXT    NOT NULL,
    content     BLOB,             -- sealed; NULL where the section was removed
    marks       TEXT    NOT NULL, -- JSON
    revision    INTEGER NOT NULL,
    saved       INTEGER NOT NULL, -- the first revision of its newest line in working_saves
    PRIMARY KEY (cycle, contributor, section),
    FOREIGN KEY (cycle, contributor) REFERENCES working_answers (cycle, contributor) ON DELETE CASCADE
) STRICT;

CREATE TABLE working_saves (
    cycle       TEXT    NOT NULL,
    contributor TEXT    NOT NULL,
    section     TEXT    NOT NULL,
    first       INTEGER NOT NULL, -- revision with which the line began
    last        INTEGER NOT NULL,
    act         TEXT    NOT NULL,
    saved_by    TEXT    NOT NULL,
    times       INTEGER NOT NULL,
    began_at    TEXT    NOT NULL,
    ended_at    TEXT    NOT NULL,
    size        INTEGER NOT NULL,
    PRIMARY KEY (cycle, contributor, section, first),
    FOREIGN KEY (cycle, contributor) REFERENCES working_answers (cycle, contributor) ON DELETE CASCADE
) STRICT;
