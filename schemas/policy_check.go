package schemas

import (
	"fmt"
	"maps"
	"slices"

	"github.com/rapporteur/rapporteur"
)

// policy checks that cycles can run by it: that its dates follow from each
// other, and that its ladder and clearance fit between them.
func (c *instrumentCheck) policy(at string, stream int) {
	row := c.row.Streams[stream].Policy
	c.rungs(at+"ladder", row.Ladder)
	c.rungs(at+"follow_up.ladder", row.FollowUp.Ladder)
	if c.row.Streams[stream].Shape == string(rapporteur.ShapeReport) {
		c.reportPolicy(at, stream)
	}
}

// questionnaire marks one that there is not, or that is for others than the
// kind; an empty kind is any.
func (c *instrumentCheck) questionnaire(field, id, kind string) {
	if of, ok := c.catalogue.asked(id); !ok {
		c.mark(field, "there is no questionnaire %q", id)
	} else if kind != "" && string(of) != kind {
		c.mark(field, "the questionnaire %q is for contributors of the kind %s", id, of)
	}
}

// reportPolicy checks what only a stream with a report of its own has.
func (c *instrumentCheck) reportPolicy(at string, stream int) {
	row := c.row.Streams[stream].Policy
	missing := map[string]bool{
		"mandated": row.Mandated == nil, "dates": len(row.Dates) == 0, "clearance": len(row.Clearance) == 0,
		"word_budget": row.WordBudget == 0, "report": row.Report == nil,
	}
	for _, key := range slices.Sorted(maps.Keys(missing)) {
		if missing[key] {
			c.mark(at+key, "is missing")
		}
	}
	if row.Mandated == nil || row.Report == nil {
		return
	}
	c.outline(at+"report.", *row.Report, c.row.Streams[stream].Provisions)
	for n, step := range row.Clearance {
		if step.Quorum > len(step.Offices) {
			c.mark(fmt.Sprintf("%sclearance[%d].quorum", at, n), "asks for more offices than the step has")
		}
	}
	if !c.dates(at, row) {
		return
	}
	plan, err := rapporteur.NewPlan(c.instrument, c.instrument.Streams[stream], c.catalogue.work)
	if err != nil {
		c.mark(at+"dates", "%s", err)
		return
	}
	c.fits(at, row, plan)
}

// dates reports whether every rule leans on adoption or on an earlier rule.
func (c *instrumentCheck) dates(at string, row *policyRow) bool {
	known := []string{rapporteur.DateAdoption}
	ok := c.leans(at+"mandated.", known, *row.Mandated)
	if row.Mandated.Key != rapporteur.DateMandated {
		c.mark(at+"mandated.key", "want %s", rapporteur.DateMandated)
		ok = false
	}
	return c.follow(at, append(known, row.Mandated.Key), row.Dates) && ok
}

// follow reports whether every planned date leans on one that is known, or on
// an earlier rule.
func (c *instrumentCheck) follow(at string, known []string, rules []dateRuleRow) bool {
	ok := true
	for n, rule := range rules {
		ok = c.leans(fmt.Sprintf("%sdates[%d].", at, n), known, rule) && ok
		known = append(known, rule.Key)
	}
	return ok
}

func (c *instrumentCheck) leans(field string, known []string, rule dateRuleRow) bool {
	ok := true
	if !slices.Contains(known, rule.From) {
		c.mark(field+"from", "leans on %q, which no earlier rule gives", rule.From)
		ok = false
	}
	if slices.Contains(known, rule.Key) {
		c.mark(field+"key", "%s is there twice", rule.Key)
		ok = false
	}
	if rule.Provision != "" {
		c.known(field+"provision", []string{rule.Provision})
	}
	return ok
}

// fits checks that no rung is due after collection closes or before it opens,
// and that clearance has time to end by the mandated date.
func (c *instrumentCheck) fits(at string, row *policyRow, plan rapporteur.Plan) {
	due := plan.Date(rapporteur.DateDue)
	for n, r := range row.Ladder {
		on := due.Add(period(r.Offset))
		if !on.After(plan.Date(rapporteur.DateOpens)) || !on.Before(plan.Date(rapporteur.DateCloses)) {
			c.mark(fmt.Sprintf("%sladder[%d].offset", at, n), "%s is not between opening and closing", on)
		}
	}
	end := plan.Date(rapporteur.DateDraft)
	for n, step := range row.Clearance {
		end = end.Add(period(step.Within))
		if end.After(plan.Date(rapporteur.DateMandated)) {
			c.mark(fmt.Sprintf("%sclearance[%d].within", at, n), "ends on %s, after the mandated date", end)
			return
		}
	}
}

func (c *instrumentCheck) rungs(field string, rungs []rungRow) {
	seen := map[string]bool{rapporteur.RungRequest: true}
	for n, r := range rungs {
		if seen[r.ID] {
			c.mark(fmt.Sprintf("%s[%d].id", field, n), "%s is there twice", r.ID)
		}
		seen[r.ID] = true
	}
}

// outline checks that a report treats each provision once and has no lone
// subheading (the editorial manual's rule).
func (c *instrumentCheck) outline(at string, row outlineRow, carried []string) {
	seen := map[string]bool{}
	for s, section := range row.Sections {
		headed := 0
		for p, part := range section.Parts {
			field := fmt.Sprintf("%ssections[%d].parts[%d].provisions", at, s, p)
			for n, id := range part.Provisions {
				if seen[id] {
					c.mark(fmt.Sprintf("%s[%d]", field, n), "%s is in the outline twice", id)
				}
				if !slices.Contains(carried, id) {
					c.mark(fmt.Sprintf("%s[%d]", field, n), "the stream does not carry %s", id)
				}
				seen[id] = true
			}
			if part.Heading != "" {
				headed++
			}
		}
		if headed == 1 || headed != 0 && headed != len(section.Parts) {
			c.mark(fmt.Sprintf("%ssections[%d].parts", at, s), "want no subheading or at least two, one on each part")
		}
	}
}
