-- Reminders of one contributor: how many a person had sent out of turn, and until
-- when they rest.

-- +goose Up
ALTER TABLE requests ADD COLUMN reminders INTEGER NOT NULL DEFAULT 0;
ALTER TABLE requests ADD COLUMN snoozed_until TEXT NOT NULL DEFAULT '';
