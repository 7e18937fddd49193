package rapporteur

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// Decoding notes who reads what the engine was told in its sealed form: an
// administrator, in Temporal's own pages or tools, through the codec server.
type Decoding struct {
	Store Store
	Clock Clock // wall time
}

// named is how many workflows a note names.
const named = 5

// Note leaves the audit record of one reading: how many payloads of which
// workflows. Whoever decodes calls it before the answer, and gives none where it
// fails. No content is part of it.
func (d Decoding) Note(ctx context.Context, actor Principal, payloads int, workflows []string) error {
	details := map[string]string{"payloads": strconv.Itoa(payloads)}
	workflows = slices.Compact(slices.Sorted(slices.Values(workflows)))
	if len(workflows) > 0 {
		details["workflows"] = strings.Join(workflows[:min(len(workflows), named)], ", ")
	}
	if more := len(workflows) - named; more > 0 {
		details["more-workflows"] = strconv.Itoa(more)
	}
	return d.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		_, err := tx.AppendAudit(ctx, AuditRecord{At: d.Clock(), Actor: actor.ID, Action: ActionPayloadsDecoded, Details: details})
		return err
	})
}
