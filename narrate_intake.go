package rapporteur

import "fmt"

// delivered tells deliveries, or receipts of what was handed over elsewhere.
func (n narrator) delivered(records []AuditRecord) string {
	if len(records) > 1 {
		noun := "deliveries"
		if records[0].Action == ActionReceiptLeft {
			noun = "receipts"
		}
		return fmt.Sprintf("%d %s taken: %s", len(records), noun, n.people(records))
	}
	r := records[0]
	if r.Action == ActionReceiptLeft {
		return fmt.Sprintf("%s: receipt %s left for what was handed over to %s on %s, %s",
			n.name(r.Contributor), r.Details["delivery"], n.name(ContributorID(r.Details["to"])), dateWords(r, "handed-over"), r.Details["classification"])
	}
	text := fmt.Sprintf("%s: delivery %s taken, %s", n.name(r.Contributor), r.Details["delivery"], r.Details["classification"])
	if found := detailNumber(r, "findings"); found > 0 {
		text += ", " + count(found, "finding")
	}
	return text
}
