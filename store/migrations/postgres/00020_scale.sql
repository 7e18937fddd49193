-- What lists and counts ask for is in an index, in the order in which it is asked.

-- +goose Up
-- Which cycles collect, and by which rules that ends.
DROP INDEX cycles_phase;
CREATE INDEX cycles_phase ON cycles (phase, id, shape);

-- The chasing ledger of a cycle, in the order in which it is read.
CREATE INDEX ledger_when ON ledger (cycle, claimed_at, contributor, rung, due);

-- Who can be reached, without what is known of them: boards ask it of everybody.
CREATE INDEX contacts_reached ON contacts (contributor, focal_points) WHERE focal_points > 0;
