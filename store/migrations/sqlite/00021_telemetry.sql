-- The trace that a message belongs to, so that what the engine does can be found
-- from the request that caused it, and an index for counting messages to
-- endpoints that were given up.

-- +goose Up
ALTER TABLE outbox ADD COLUMN trace TEXT NOT NULL DEFAULT ''; -- W3C traceparent, empty for none
CREATE INDEX webhook_messages_failed ON webhook_messages (webhook, id) WHERE state = 'failed';
