package rapporteur

import (
	"context"
	"fmt"
)

// detailWorkingAnswers is the detail that tells how many working answers went
// when their cycle ended.
const detailWorkingAnswers = "working-answers"

// removeWork takes away what the contributors of a cycle that ends have written
// and not submitted, and puts down how many they were: unsubmitted text is
// nobody's record, and must not lie about for ever.
func removeWork(ctx context.Context, tx Tx, id CycleID, record *AuditRecord) error {
	n, err := tx.DeleteWorkingAnswers(ctx, id)
	if n > 0 {
		record.Details[detailWorkingAnswers] = fmt.Sprint(n)
	}
	return err
}
