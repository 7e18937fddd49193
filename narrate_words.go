package rapporteur

import (
	"fmt"
	"slices"
	"strings"
)

// text says what a run of folded records is about.
func (n narrator) text(records []AuditRecord) string {
	r := records[0]
	switch r.Action {
	case ActionSubmitted:
		return n.submitted(records)
	case ActionReturned:
		return n.returned(records)
	case ActionCollected:
		return fmt.Sprintf("%s collected, %s still open",
			count(sum(records, "collected"), "answer"), records[len(records)-1].Details["open"])
	case ActionDelivered, ActionReceiptLeft:
		return n.delivered(records)
	case ActionFileAttached, ActionFileRead, ActionFileRemoved:
		return n.files(records)
	case ActionRepairOrdered:
		return n.repaired(r)
	case ActionObservationsChanged:
		return fmt.Sprintf("Observations of the Secretariat written: %s", counted(r, "paragraphs", "paragraph"))
	}
	if tell, ok := aboutContributors[r.Action]; ok {
		return n.people(records) + tell(r)
	}
	if tell, ok := aboutCycle[r.Action]; ok {
		return tell(r)
	}
	if tell, ok := aboutReport[r.Action]; ok {
		return tell(r)
	}
	if tell, ok := aboutRules[r.Action]; ok {
		return tell(r)
	}
	if tell, ok := aboutHooks[r.Action]; ok {
		return tell(r)
	}
	if tell, ok := aboutAccess[r.Action]; ok {
		return tell(n, r)
	}
	return n.unknown(r)
}

// unknown tells a record of an action that this release has no words for.
func (n narrator) unknown(r AuditRecord) string {
	words := strings.NewReplacer(".", " ", "-", " ").Replace(string(r.Action))
	if r.Contributor != "" {
		words += ": " + n.name(r.Contributor)
	}
	return words
}

// people names the contributors of some records, each once.
func (n narrator) people(records []AuditRecord) string {
	var names []string
	for _, r := range records {
		if name := n.name(r.Contributor); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return enumerate(names)
}

// submitted tells accepted submissions, and keeps in mind how many findings
// each had.
func (n narrator) submitted(records []AuditRecord) string {
	kinds, order, late := map[string]int{}, []string{}, 0
	for _, r := range records {
		n.findings[string(r.Contributor)+"/"+r.Details["version"]] = detailNumber(r, "findings")
		kind := r.Details["return-type"]
		if kinds[kind] == 0 {
			order = append(order, kind)
		}
		kinds[kind]++
		if r.Details["late"] == "true" {
			late++
		}
	}
	if len(records) == 1 {
		return n.submittedOnce(records[0])
	}
	var parts []string
	for _, kind := range order {
		parts = append(parts, returnWords(kinds[kind], kind))
	}
	text := strings.Join(parts, ", ") + " accepted"
	if late > 0 {
		text += fmt.Sprintf(", %d late", late)
	}
	return text + ": " + n.people(records)
}

func (n narrator) submittedOnce(r AuditRecord) string {
	text := n.name(r.Contributor) + " declined to answer"
	if ReturnType(r.Details["return-type"]) != ReturnDeclined {
		text = fmt.Sprintf("%s: %s accepted", n.name(r.Contributor), strings.TrimPrefix(returnWords(1, r.Details["return-type"]), "1 "))
	}
	if v := r.Details["version"]; v != "" && v != "1" {
		text += ", version " + v
	}
	if r.Details["late"] == "true" {
		text += ", late"
	}
	if found := detailNumber(r, "findings"); found > 0 {
		text += ", " + count(found, "finding")
	}
	return text
}

// returnWords counts submissions of one return type.
func returnWords(n int, kind string) string {
	switch ReturnType(kind) {
	case ReturnPartial:
		return count(n, "partial answer")
	case ReturnNil:
		return count(n, "nil return")
	case ReturnNotApplicable:
		return count(n, "return") + " of “not applicable”"
	case ReturnCovered:
		return count(n, "reference") + " to another report"
	case ReturnDeclined:
		return count(n, "refusal")
	}
	return count(n, "answer")
}

// returned tells submissions that went back for correction, with the findings
// that the returned version had.
func (n narrator) returned(records []AuditRecord) string {
	text := n.people(records) + " returned for correction"
	found := 0
	for _, r := range records {
		found += n.findings[string(r.Contributor)+"/"+r.Details["version"]]
	}
	if found > 0 {
		text += ", " + count(found, "finding")
	}
	return text + ", due " + dateWords(records[0], "due")
}
