-- Intakes: what is delivered, what is still to be routed, and the signed record
-- of each routing. A receipt has no body: body is NULL there.

-- +goose Up
CREATE TABLE deliveries (
    cycle                 TEXT COLLATE "C" NOT NULL REFERENCES cycles (id),
    number                BIGINT           NOT NULL CHECK (number > 0),
    contributor           TEXT COLLATE "C" NOT NULL,
    kind                  TEXT COLLATE "C" NOT NULL,
    questionnaire         TEXT COLLATE "C" NOT NULL,
    questionnaire_version TEXT COLLATE "C" NOT NULL,
    return_type           TEXT COLLATE "C" NOT NULL,
    language              TEXT COLLATE "C" NOT NULL,
    hash                  TEXT COLLATE "C" NOT NULL CHECK (length(hash) = 64),
    body                  TEXT COLLATE "C" REFERENCES bodies (hash) CHECK (body = hash),
    size                  BIGINT           NOT NULL,
    classification        TEXT COLLATE "C" NOT NULL,
    in_report             BOOLEAN          NOT NULL,
    by_name               BOOLEAN          NOT NULL,
    handed_over           TEXT COLLATE "C" NOT NULL,
    destinations          TEXT COLLATE "C" NOT NULL, -- JSON
    received_at           TEXT COLLATE "C" NOT NULL,
    received_from         TEXT COLLATE "C" NOT NULL,
    findings              TEXT COLLATE "C" NOT NULL, -- JSON
    PRIMARY KEY (cycle, number)
);
CREATE UNIQUE INDEX deliveries_once ON deliveries (cycle, contributor, hash, destinations);
CREATE INDEX deliveries_contributor ON deliveries (contributor, cycle, number);

CREATE TABLE routing_queue (
    cycle  TEXT COLLATE "C" NOT NULL,
    number BIGINT           NOT NULL,
    waits  BOOLEAN          NOT NULL, -- tried, and has to wait for a destination
    PRIMARY KEY (cycle, number),
    FOREIGN KEY (cycle, number) REFERENCES deliveries (cycle, number)
);

CREATE TABLE delivery_records (
    cycle       TEXT COLLATE "C" NOT NULL,
    number      BIGINT           NOT NULL,
    destination TEXT COLLATE "C" NOT NULL,
    record      BYTEA            NOT NULL,
    key_id      TEXT COLLATE "C" NOT NULL,
    signature   BYTEA            NOT NULL,
    PRIMARY KEY (cycle, number, destination),
    FOREIGN KEY (cycle, number) REFERENCES deliveries (cycle, number)
);

CREATE TRIGGER deliveries_immutable BEFORE UPDATE OR DELETE ON deliveries
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER deliveries_complete BEFORE TRUNCATE ON deliveries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER delivery_records_immutable BEFORE UPDATE OR DELETE ON delivery_records
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER delivery_records_complete BEFORE TRUNCATE ON delivery_records
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
