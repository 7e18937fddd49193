-- A body may be sealed again with another key; its hash says that it is the
-- same. The lead drafter of a cycle reads answers unmasked.

-- +goose Up
DROP TRIGGER bodies_immutable ON bodies;
CREATE TRIGGER bodies_immutable BEFORE DELETE ON bodies
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bodies_only_sealed BEFORE UPDATE ON bodies FOR EACH ROW
    WHEN (NEW.hash <> OLD.hash OR substring(NEW.content FROM 1 FOR 4) <> '\x52505631'::bytea)
    EXECUTE FUNCTION refuse_change();
ALTER TABLE cycles ADD COLUMN lead_drafter TEXT NOT NULL DEFAULT '';
