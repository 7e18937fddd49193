package rapporteur

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNarrateFoldsDeliveriesOfADay(t *testing.T) {
	lines := narrated(narrate([]AuditRecord{
		told(1, 5, ActionDelivered, "state-ken", "delivery", "1"), told(2, 5, ActionDelivered, "state-alb", "delivery", "2"),
		told(3, 5, ActionDelivered, "state-ken", "delivery", "3"),
		told(4, 5, ActionRouted, "entity-cted", "delivery", "1"), told(5, 5, ActionRouted, "entity-unodc", "delivery", "1"),
		told(6, 5, ActionRouted, "entity-cted", "delivery", "2"),
		told(7, 5, ActionReceiptLeft, "state-ken", "delivery", "4"), told(8, 5, ActionReceiptLeft, "state-ken", "delivery", "5"),
		told(9, 6, ActionReceiptLeft, "state-ken", "delivery", "6", "to", "entity-unitad", "handed-over", "2018-03-01", "classification", "confidential"),
	}))
	want := []string{
		"Day 5: 3 deliveries taken: Kenya and Albania",
		"Day 5: entity-cted and entity-unodc given the signed record of delivery 1",
		"Day 5: entity-cted given the signed record of delivery 2",
		"Day 5: 2 receipts taken: Kenya",
		"Day 6: Kenya: receipt 6 left for what was handed over to entity-unitad on 1 March 2018, confidential",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}
