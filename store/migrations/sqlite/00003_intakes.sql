-- Intakes: what is delivered, what is still to be routed, and the signed record
-- of each routing. A receipt has no body: body is NULL there.

-- +goose Up
CREATE TABLE deliveries (
    cycle                 TEXT    NOT NULL REFERENCES cycles (id),
    number                INTEGER NOT NULL CHECK (number > 0),
    contributor           TEXT    NOT NULL,
    kind                  TEXT    NOT NULL,
    questionnaire         TEXT    NOT NULL,
    questionnaire_version TEXT    NOT NULL,
    return_type           TEXT    NOT NULL,
    language              TEXT    NOT NULL,
    hash                  TEXT    NOT NULL CHECK (length(hash) = 64),
    body                  TEXT    REFERENCES bodies (hash) CHECK (body = hash),
    size                  INTEGER NOT NULL,
    classification        TEXT    NOT NULL,
    in_report             INTEGER NOT NULL CHECK (in_report IN (0, 1)),
    by_name               INTEGER NOT NULL CHECK (by_name IN (0, 1)),
    handed_over           TEXT    NOT NULL,
    destinations          TEXT    NOT NULL, -- JSON
    received_at           TEXT    NOT NULL,
    received_from         TEXT    NOT NULL,
    findings              TEXT    NOT NULL, -- JSON
    PRIMARY KEY (cycle, number)
) STRICT;
CREATE UNIQUE INDEX deliveries_once ON deliveries (cycle, contributor, hash, destinations);
CREATE INDEX deliveries_contributor ON deliveries (contributor, cycle, number);

CREATE TABLE routing_queue (
    cycle  TEXT    NOT NULL,
    number INTEGER NOT NULL,
    waits  INTEGER NOT NULL CHECK (waits IN (0, 1)), -- tried, and has to wait for a destination
    PRIMARY KEY (cycle, number),
    FOREIGN KEY (cycle, number) REFERENCES deliveries (cycle, number)
) STRICT;

CREATE TABLE delivery_records (
    cycle       TEXT    NOT NULL,
    number      INTEGER NOT NULL,
    destination TEXT    NOT NULL,
    record      BLOB    NOT NULL,
    key_id      TEXT    NOT NULL,
    signature   BLOB    NOT NULL,
    PRIMARY KEY (cycle, number, destination),
    FOREIGN KEY (cycle, number) REFERENCES deliveries (cycle, number)
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER deliveries_keep_rows BEFORE UPDATE ON deliveries
BEGIN SELECT RAISE(ABORT, 'deliveries are never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER deliveries_lose_nothing BEFORE DELETE ON deliveries
BEGIN SELECT RAISE(ABORT, 'deliveries are never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER delivery_records_keep_rows BEFORE UPDATE ON delivery_records
BEGIN SELECT RAISE(ABORT, 'delivery records are never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER delivery_records_lose_nothing BEFORE DELETE ON delivery_records
BEGIN SELECT RAISE(ABORT, 'delivery records are never deleted'); END;
-- +goose StatementEnd
