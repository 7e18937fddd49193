package paragraphs

import (
	"regexp"
	"slices"
)

// qualifierForm are the usual words that limit what is asked. They matter: what
// was considered under them and found not applicable is complied with.
var qualifierForm = regexp.MustCompile(`\b(?:` +
	`(?:as|where|when|if|wherever)(?: and (?:as|when|where))? (?:necessary and appropriate|appropriate|relevant|applicable|necessary|possible|feasible|needed|required|requested)` +
	`|upon(?: their| its)? request` +
	`|within (?:their|its|the|his|her)(?: respective| existing| current)* (?:mandates?|means|capacity|capacities|competence|capabilities|areas? of deployment|reporting obligations|resources)` +
	`|within existing (?:resources|mandates?)` +
	`|in accordance with (?:their|its|his|her|the)(?: respective| existing)* mandates?` +
	`|(?:consistent|in accordance|in compliance|in line) with (?:applicable |relevant )?(?:(?:international|domestic|national)(?:(?:,| and|,? as well as) (?:international|domestic|national))* (?:law|legislation)|their obligations under international law)` +
	`|to the (?:fullest |maximum |greatest )?extent (?:possible|feasible|practicable)` +
	`|in (?:close )?(?:consultation|cooperation|coordination|collaboration) with (?:Member States|the Secretary-General|UNODC|the parties|the African Union)` +
	`|in line with (?:domestic|national) (?:law|legislation)` +
	`|as a (?:measure of )?last resort|on a voluntary basis|subject to availability of resources` +
	`)\b`)

// qualifiers are those of a clause, each once, in order.
func qualifiers(clause string) []string {
	var list []string
	for _, q := range qualifierForm.FindAllString(clause, -1) {
		if !slices.Contains(list, q) {
			list = append(list, q)
		}
	}
	return list
}
