package rapporteur

import (
	"maps"
	"slices"
)

// Reports that were transmitted cannot be taken back. Whoever has one subtracts
// its figures from today's: where nobody but one contributor changed, the
// difference is that contributor's. So a figure that an earlier report of the
// stream told is told again only where it is the same, or where enough
// contributors changed it by enough.

// tooTelling is the difference between a figure and the same one of an earlier
// report.
type tooTelling struct {
	changed int // contributors whose share is another one
	most    int // what all their changes can amount to together
}

// holds reports whether the difference is a small number, or has too few behind
// it.
func (d tooTelling) holds() bool {
	return d.changed > 0 && (d.changed < minContributors || d.most < smallCount)
}

// difference compares shares by contributor. Who is in one of them only had, or
// has, none in the other.
func difference(now, before map[ContributorID]interval) tooTelling {
	var d tooTelling
	all := maps.Clone(now)
	maps.Copy(all, before)
	for id := range all {
		a, b := now[id], before[id]
		if a == b {
			continue
		}
		d.changed++
		d.most += max(a.high-b.low, b.high-a.low)
	}
	return d
}

// totals is each contributor's whole figure.
func (p personFigures) totals() map[ContributorID]interval {
	shares := map[ContributorID]interval{}
	for _, g := range p.given {
		shares[g.reply.who.id] = g.total
	}
	return shares
}

// shares is each contributor's part of the groups of a breakdown, by group.
func (p personFigures) shares(a axis, fold func(string) string) map[string]map[ContributorID]interval {
	groups := map[string]map[ContributorID]interval{codeResidue: {}}
	for _, g := range p.given {
		one := breakDown([]contribution{g}, a, fold, func(contribution, int) Source { return Source{} })
		for code, cell := range one.cells {
			if groups[code] == nil {
				groups[code] = map[ContributorID]interval{}
			}
			groups[code][g.reply.who.id] = cell.value
		}
		if one.residue != nil {
			groups[codeResidue][g.reply.who.id] = one.residue.value
		}
	}
	return groups
}

// beside takes back what would tell too much beside an earlier report: the
// figures altogether, or single breakdowns.
func (p *personFigures) beside(earlier personFigures) {
	if !p.tellable() || !earlier.tellable() {
		return
	}
	if difference(p.totals(), earlier.totals()).holds() {
		p.telling = true
		return
	}
	p.published = slices.DeleteFunc(p.published, func(b publishedBreakdown) bool {
		told := slices.ContainsFunc(earlier.published, func(o publishedBreakdown) bool {
			return o.axis == b.axis && p.telltale(earlier, b.axis, b.folded || o.folded)
		})
		if told {
			p.withheld = append(p.withheld, b.axis)
		}
		return told
	})
	slices.Sort(p.withheld)
}

// telltale compares a breakdown with an earlier one, in the coarser of their
// groupings: the finer one adds up to it.
func (p personFigures) telltale(earlier personFigures, a axis, folded bool) bool {
	fold := folds(a)[0]
	if folded {
		fold = folds(a)[len(folds(a))-1]
	}
	now, before := p.shares(a, fold), earlier.shares(a, fold)
	codes := maps.Clone(now)
	maps.Copy(codes, before)
	for code := range codes {
		if difference(now[code], before[code]).holds() {
			return true
		}
	}
	return false
}

// remember makes compilers of what earlier reports were compiled from.
func (c *compiler) remember() error {
	for _, in := range c.in.Earlier {
		in.Earlier = nil
		earlier, err := newCompiler(in)
		if err != nil {
			return err
		}
		c.earlier = append(c.earlier, earlier)
	}
	return nil
}

// keepFromEarlier guards a part against the same one of earlier reports. What
// these left out for want of words counts as told.
func (c *compiler) keepFromEarlier(q *askedQuestion, part QuestionPart, p *personFigures) {
	for _, earlier := range c.earlier {
		for _, s := range earlier.parts {
			for _, of := range s.parts {
				for _, o := range of.questions {
					if o.questionnaire == q.questionnaire && o.ID == q.ID {
						p.beside(earlier.persons(o, part))
					}
				}
			}
		}
	}
}
