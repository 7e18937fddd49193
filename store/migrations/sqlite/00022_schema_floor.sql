-- Which programs can work on this schema: those that were made for the floor or
-- for any schema after it. A migration that only adds leaves the floor where it
-- is, so that the release before goes on while "rapporteur migrate" has run. One
-- that takes something away raises it (CONTRIBUTING.md, "Changing the schema").

-- +goose Up
CREATE TABLE schema_floor (
    one   INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    floor INTEGER NOT NULL
) STRICT;
INSERT INTO schema_floor (one, floor) VALUES (1, 22);
