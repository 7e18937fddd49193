package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"go.temporal.io/api/workflowservice/v1"

	"github.com/rapporteur/rapporteur/store"
)

// refuseUsed refuses a record that is not empty, and an engine that has had
// executions. The demonstration plays a year from its beginning, and clears
// nobody's database for it.
func (p *process) refuseUsed(ctx context.Context, database string) error {
	count, err := p.client.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{Namespace: p.temporal.Namespace()})
	if err != nil {
		return fmt.Errorf("cannot look into Temporal's databases: %w", err)
	}
	if count.GetCount() > 0 {
		return errors.New("the engine's databases beside the one given hold an earlier run: give the URL of a new, empty database")
	}
	record, err := store.Open(ctx, database, store.Options{})
	var schema *store.SchemaError
	switch {
	case err == nil:
		return errors.Join(errRecord, record.Close())
	case !errors.As(err, &schema):
		return err
	case schema.Stored > 0:
		return errRecord
	default:
		return nil
	}
}

var errRecord = errors.New("the database holds a record already: give the URL of a new, empty one")

// refuseLeft refuses a folder that holds the engine of a record elsewhere, as
// programs left it that kept only the record on PostgreSQL: on an engine without
// their workflows its cycles would stand still, and nobody would know why.
func refuseLeft(dir string) error {
	engine := filepath.Join(dir, "temporal.db")
	if _, err := os.Stat(engine); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if _, err := os.Stat(filepath.Join(dir, "rapporteur.db")); err == nil {
		return nil // a folder that was used by itself
	}
	return fmt.Errorf("%s holds the workflows of a record elsewhere, which this program would keep on PostgreSQL: "+
		"let its cycles end with the program that began them, or move the file away to give them up", engine)
}
