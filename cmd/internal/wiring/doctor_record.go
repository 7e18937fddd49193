package wiring

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/store"
)

// content opens the record and tries the sealing keys on it. It gives the record
// where it can be read, also with keys that do not fit.
func (c Checkup) content(ctx context.Context, url string, told func(Finding)) *store.Store {
	const what = "sealed content"
	vault, err := c.Vault()
	if err != nil {
		vault = nil // which is told of the keys themselves
	}
	record, err := store.Open(ctx, url, store.Options{Vault: vault})
	if err != nil {
		told(failed("database", err, "start it, or give another RAPPORTEUR_DATABASE"))
		return nil
	}
	if vault == nil {
		return record
	}
	ctx, cancel := context.WithTimeout(ctx, c.ReplayFor)
	defer cancel()
	if err := record.Opens(ctx); err != nil {
		told(failed(what, err, "name the file of the key that is missing behind the newest in RAPPORTEUR_SEALING_KEY; do not drop one before rapporteur reseal is through"))
	} else {
		told(ok(what, "the sealing keys open it"))
	}
	return record
}

// together holds the cycles of the record against the workflows that run: after a
// restore one of the two may be of an earlier moment than the other.
func (c Checkup) together(ctx context.Context, temporal client.Client, record *store.Store, running []string, told func(Finding)) {
	const what = "record and Temporal"
	ctx, cancel := context.WithTimeout(ctx, c.ReachWithin)
	defer cancel()
	known, err := readCycles(ctx, record)
	if err != nil {
		told(failed(what, err, "look again when the database answers"))
		return
	}
	lost, unknown := compareEngine(known, running)
	var missing []string
	for _, id := range lost {
		// The list of those that run may be seconds behind.
		found, err := temporal.DescribeWorkflowExecution(ctx, id, "")
		var none *serviceerror.NotFound
		switch {
		case errors.As(err, &none):
			missing = append(missing, id)
		case err != nil:
			told(failed(what, err, "look again when Temporal answers"))
			return
		case found.GetWorkflowExecutionInfo().GetStatus() != enums.WORKFLOW_EXECUTION_STATUS_RUNNING:
			missing = append(missing, id)
		}
	}
	const remedy = "restore the record and Temporal's databases as they were at one moment (docs/operations.md, Restore)"
	if len(missing) > 0 {
		told(failed(what, fmt.Errorf("cycles of the record do not run in Temporal: %s", some(missing)),
			remedy+"; where Temporal's are lost, have an administrator start them again (/admin/stuck)"))
	}
	if len(unknown) > 0 {
		told(failed(what, fmt.Errorf("workflows run of which the record knows nothing: %s", some(unknown)), remedy))
	}
	if len(missing)+len(unknown) == 0 {
		told(ok(what, "the same cycles run in both"))
	}
}

// some names the first of many.
func some(all []string) string {
	const shown = 10
	if len(all) <= shown {
		return strings.Join(all, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(all[:shown], ", "), len(all)-shown)
}

// knownCycles are the workflows of the record's cycles: which should run, and
// which are there at all.
type knownCycles struct {
	all, running map[string]bool
}

// readCycles reads them. A cycle that the engine has not been told of yet need
// not run.
func readCycles(ctx context.Context, record *store.Store) (knownCycles, error) {
	known := knownCycles{all: map[string]bool{}, running: map[string]bool{}}
	err := record.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		const page = 500
		for after := rapporteur.CycleID(""); ; {
			cycles, err := r.Cycles(ctx, after, page)
			if err != nil {
				return err
			}
			for _, cycle := range cycles {
				id := rapporteur.CycleWorkflowID(cycle.ID)
				known.all[id] = true
				if !cycle.Phase.Final() {
					known.running[id] = true
				}
				after = cycle.ID
			}
			if len(cycles) < page {
				break
			}
		}
		waiting, err := r.Outbox(ctx, 0)
		for _, message := range waiting {
			if message.Kind != rapporteur.MessageHint {
				delete(known.running, message.WorkflowID())
			}
		}
		return err
	})
	return known, err
}

// compareEngine is which cycles should run and do not, and which workflows of
// cycles run that the record does not know, by workflow id.
func compareEngine(known knownCycles, running []string) (lost, unknown []string) {
	runs := map[string]bool{}
	for _, id := range running {
		runs[id] = true
		kind, _, _ := strings.Cut(id, "/")
		if slices.Contains([]string{"cycle", "occasion", "intake"}, kind) && !known.all[id] {
			unknown = append(unknown, id)
		}
	}
	for id := range known.running {
		if !runs[id] {
			lost = append(lost, id)
		}
	}
	slices.Sort(lost)
	return lost, unknown
}
