-- Occasions: the event that a cycle is about, and what came of it.

-- +goose Up
ALTER TABLE cycles ADD COLUMN event TEXT NOT NULL DEFAULT '{}';   -- JSON
ALTER TABLE cycles ADD COLUMN outcome TEXT NOT NULL DEFAULT '{}'; -- JSON
