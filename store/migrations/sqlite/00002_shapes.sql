-- Cycles of every shape: until now each was a report's.

-- +goose Up
ALTER TABLE cycles ADD COLUMN shape TEXT NOT NULL DEFAULT 'report';
ALTER TABLE cycles ADD COLUMN series TEXT NOT NULL DEFAULT '';
ALTER TABLE cycles ADD COLUMN title TEXT NOT NULL DEFAULT '';
ALTER TABLE cycles ADD COLUMN paragraphs TEXT NOT NULL DEFAULT '';
CREATE INDEX cycles_series ON cycles (series, id) WHERE series <> '';
