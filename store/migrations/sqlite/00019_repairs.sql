-- What administrators look for: a history by business time and by whom it is
-- about, what is not sent, what is not ended, and how long a message waits.

-- +goose Up
CREATE INDEX audit_when ON audit (cycle, at, seq, contributor, action, actor);
CREATE INDEX ledger_unsent ON ledger (cycle, contributor, rung, due) WHERE state NOT IN ('sent', 'superseded');
CREATE INDEX follow_ups_open ON follow_ups (due) WHERE closed_at = '';
ALTER TABLE outbox ADD COLUMN queued_at TEXT NOT NULL DEFAULT ''; -- empty for one of before
ALTER TABLE outbox ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0; -- that failed
