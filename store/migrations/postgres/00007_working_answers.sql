-- Working answers: what contributors have written and not submitted, by section,
-- sealed; where prefilled values come from; and who saved what when. They may be
-- changed and are deleted when their cycle ends.

-- +goose Up
CREATE TABLE working_answers (
    cycle              TEXT COLLATE "C" NOT NULL,
    contributor        TEXT COLLATE "C" NOT NULL,
    revision           BIGINT           NOT NULL CHECK (revision > 0),
    submitted_version  BIGINT           NOT NULL,
    submitted_revision BIGINT           NOT NULL,
    PRIMARY KEY (cycle, contributor),
    FOREIGN KEY (cycle, contributor) REFERENCES requests (cycle, contributor)
);

CREATE TABLE working_sections (
    cycle       TEXT COLLATE "C" NOT NULL,
    contributor TEXT COLLATE "C" NOT NULL,
    section     TEXT COLLATE "C" NOT NULL,
    content     BYTEA,                      -- sealed; NULL where the section was removed
    marks       TEXT COLLATE "C" NOT NULL, -- JSON
    revision    BIGINT           NOT NULL,
    saved       BIGINT           NOT NULL, -- the first revision of its newest line in working_saves
    PRIMARY KEY (cycle, contributor, section),
    FOREIGN KEY (cycle, contributor) REFERENCES working_answers (cycle, contributor) ON DELETE CASCADE
);

CREATE TABLE working_saves (
    cycle       TEXT COLLATE "C" NOT NULL,
    contributor TEXT COLLATE "C" NOT NULL,
    section     TEXT COLLATE "C" NOT NULL,
    first       BIGINT           NOT NULL, -- revision with which the line began
    last        BIGINT           NOT NULL,
    act         TEXT COLLATE "C" NOT NULL,
    saved_by    TEXT COLLATE "C" NOT NULL,
    times       BIGINT           NOT NULL,
    began_at    TEXT COLLATE "C" NOT NULL,
    ended_at    TEXT COLLATE "C" NOT NULL,
    size        BIGINT           NOT NULL,
    PRIMARY KEY (cycle, contributor, section, first),
    FOREIGN KEY (cycle, contributor) REFERENCES working_answers (cycle, contributor) ON DELETE CASCADE
);
