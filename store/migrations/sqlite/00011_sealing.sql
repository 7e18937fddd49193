-- A body may be sealed again with another key; its hash says that it is the
-- same. The lead drafter of a cycle reads answers unmasked.

-- +goose Up
DROP TRIGGER bodies_keep_rows;
-- +goose StatementBegin
CREATE TRIGGER bodies_keep_rows BEFORE UPDATE ON bodies
WHEN NEW.hash <> OLD.hash OR CAST(substr(NEW.content, 1, 4) AS TEXT) <> 'RPV1'
BEGIN SELECT RAISE(ABORT, 'bodies are never changed, only sealed'); END;
-- +goose StatementEnd
ALTER TABLE cycles ADD COLUMN lead_drafter TEXT NOT NULL DEFAULT '';
