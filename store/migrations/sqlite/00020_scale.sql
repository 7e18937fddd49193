-- What lists and counts ask for is in an index, in the order in which it is asked.

-- +goose Up
-- Which cycles collect, and by which rules that ends.
DROP INDEX cycles_phase;
CREATE INDEX cycles_phase ON cycles (phase, id, shape);
