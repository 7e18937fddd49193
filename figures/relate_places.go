package figures

import (
	"cmp"
	"maps"
	"slices"
)

// slotRelations lists the sums by sex and by age of every table, and of every
// breakdown by form of exploitation, citizenship or country of repatriation.
func (b *block) slotRelations() []slotRelation {
	g := grid{block: b, at: map[place]int{}, given: len(b.slots)}
	for n, s := range b.slots {
		g.at[s.place] = n
	}
	for _, t := range g.tables() {
		g.table(t)
	}
	g.breakdowns()
	g.eliminate()
	b.slots = b.slots[:g.given]
	return g.relations
}

// grid finds the relations of a block.
type grid struct {
	block     *block
	at        map[place]int
	given     int // slots from here on have no row
	relations []slotRelation
}

// table is one category of one dimension, or the totals.
type table struct{ dimension, category string }

// tables lists the tables in order of the slots.
func (g *grid) tables() []table {
	var all []table
	for _, s := range g.block.slots {
		if t := (table{s.dimension, s.category}); len(all) == 0 || all[len(all)-1] != t {
			all = append(all, t)
		}
	}
	return all
}

// table relates the figures of a table by sex and by age.
func (g *grid) table(t table) {
	var sexes, ages []string
	for _, s := range g.block.slots {
		if s.dimension != t.dimension || s.category != t.category {
			continue
		}
		sexes, ages = included(sexes, s.sex), included(ages, s.age)
	}
	if len(sexes)+len(ages) == 0 {
		return
	}
	cell := func(sex, age string) place { return place{t.dimension, t.category, sex, age} }
	for _, age := range ages {
		g.sum(cell(total, age), g.across(sexes, func(sex string) place { return cell(sex, age) }), stated)
	}
	for _, sex := range sexes {
		g.sum(cell(sex, total), g.across(ages, func(age string) place { return cell(sex, age) }), stated)
	}
	// Persons of whom neither is known belong to both sums of the total.
	both := cell(unknown, unknown)
	bySex := g.across(sexes, func(sex string) place { return cell(sex, total) })
	byAge := g.across(ages, func(age string) place { return cell(total, age) })
	if n, given := g.at[both]; given {
		if _, apart := g.at[cell(unknown, total)]; !apart {
			bySex = append(bySex, n)
		}
		if _, apart := g.at[cell(total, unknown)]; !apart {
			byAge = append(byAge, n)
		}
	}
	g.sum(cell(total, total), bySex, stated)
	g.sum(cell(total, total), byAge, stated)
	g.leaves(cell(total, total), len(sexes)+len(ages), func(s slot) []string {
		if s.dimension != t.dimension || s.category != t.category {
			return nil
		}
		return []string{"sex " + s.sex, "age " + s.age}
	})
}

// leaves relates a sum to the figures by sex and age at once that it has, and
// that have labels: so many should be found.
func (g *grid) leaves(of place, labels int, has func(slot) []string) {
	n, given := g.at[of]
	if !given {
		return
	}
	var parts []int
	main := 0
	found, categories, sexes, ages := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	for n, s := range g.block.slots {
		if s.sex == total || s.age == total || of.sex != total && s.sex != of.sex || of.age != total && s.age != of.age {
			continue
		}
		of := has(s)
		if len(of) == 0 {
			continue
		}
		parts = append(parts, n)
		for _, label := range of {
			found[label] = true
		}
		if !residual(s.place) {
			main++
			categories[s.category], sexes[s.sex], ages[s.age] = true, true, true
		}
	}
	if len(parts) > 1 {
		how := wild
		switch {
		case len(found) >= labels && main == len(categories)*len(sexes)*len(ages):
			how = stated
		case len(found) >= labels && len(categories) < 2:
			how = likely
		case len(found) >= labels:
			how = daring
		}
		g.relations = append(g.relations, slotRelation{whole: []int{n}, parts: parts, guess: how})
	}
}

// included adds a label that is a part, once.
func included(labels []string, label string) []string {
	if label == total || slices.Contains(labels, label) {
		return labels
	}
	return append(labels, label)
}

// across is the slots that exist of some labels.
func (g *grid) across(labels []string, at func(string) place) []int {
	var slots []int
	for _, l := range labels {
		if n, ok := g.at[at(l)]; ok {
			slots = append(slots, n)
		}
	}
	return slots
}

// sum relates a place to its parts. A sum that has no row is of use from two
// parts on.
func (g *grid) sum(of place, parts []int, how guess) {
	n, given := g.at[of]
	if len(parts) == 0 || !given && len(parts) < 2 {
		return
	}
	if !given {
		n = len(g.block.slots)
		g.at[of] = n
		g.block.slots = append(g.block.slots, slot{place: of})
	}
	g.relations = append(g.relations, slotRelation{[]int{n}, parts, len(parts) < 2, how})
	// Somebody may take parts that have no row for none at all.
	rows := slices.DeleteFunc(slices.Clone(parts), func(n int) bool { return n >= g.given })
	if len(rows) > 1 && len(rows) < len(parts) {
		g.relations = append(g.relations, slotRelation{[]int{n}, rows, false, wild})
	}
}

// eliminate takes out sums that no row has: whoever attacks reckons without
// them too.
func (g *grid) eliminate() {
	for v := len(g.block.slots) - 1; v >= g.given; v-- {
		var definitions []slotRelation
		var uses, rest []slotRelation
		for _, r := range g.relations {
			switch {
			case len(r.whole) == 1 && r.whole[0] == v:
				definitions = append(definitions, r)
			case slices.Contains(r.whole, v) || slices.Contains(r.parts, v):
				uses = append(uses, r)
			default:
				rest = append(rest, r)
			}
		}
		for n, d := range definitions {
			for _, o := range definitions[:n] {
				rest = append(rest, slotRelation{o.parts, d.parts, false, max(o.guess, d.guess)})
			}
			for _, u := range uses {
				rest = append(rest, slotRelation{replaced(u.whole, v, d.parts), replaced(u.parts, v, d.parts), u.more, max(u.guess, d.guess)})
			}
		}
		g.relations = rest
	}
	g.tidy()
}

// tidy sorts relations and leaves each once.
func (g *grid) tidy() {
	for n, r := range g.relations {
		whole, parts := slices.Clone(r.whole), slices.Clone(r.parts)
		slices.Sort(whole)
		slices.Sort(parts)
		g.relations[n] = slotRelation{whole, parts, r.more, r.guess}
	}
	slices.SortFunc(g.relations, slotRelation.compare)
	g.relations = slices.CompactFunc(g.relations, func(x, y slotRelation) bool { return x.compare(y) == 0 })
	g.relations = slices.DeleteFunc(g.relations, func(r slotRelation) bool { return slices.Equal(r.whole, r.parts) })
}

func (r slotRelation) compare(o slotRelation) int {
	return cmp.Or(slices.Compare(r.whole, o.whole), slices.Compare(r.parts, o.parts), truth(r.more)-truth(o.more), cmp.Compare(r.guess, o.guess))
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

func replaced(slots []int, v int, by []int) []int {
	at := slices.Index(slots, v)
	if at < 0 {
		return slices.Clone(slots)
	}
	return slices.Replace(slices.Clone(slots), at, at+1, by...)
}

// breakdowns relates each figure of the totals to the same one of every
// category of a dimension.
func (g *grid) breakdowns() {
	type kind struct{ dimension, sex, age string }
	parts := map[kind][]int{}
	categories := map[string]map[string]bool{}
	var order []kind
	for n, s := range g.block.slots {
		if s.dimension == total {
			continue
		}
		if categories[s.dimension] == nil {
			categories[s.dimension] = map[string]bool{}
		}
		categories[s.dimension][s.category] = true
		k := kind{s.dimension, s.sex, s.age}
		if parts[k] == nil {
			order = append(order, k)
		}
		parts[k] = append(parts[k], n)
	}
	for _, k := range order {
		how := stated
		if (k.sex != total || k.age != total) && len(parts[k]) < len(categories[k.dimension]) {
			how = wild
		}
		g.sum(place{total, total, k.sex, k.age}, parts[k], how)
	}
	for _, s := range g.block.slots {
		if s.dimension != total || s.sex != total && s.age != total {
			continue
		}
		for _, d := range slices.Sorted(maps.Keys(categories)) {
			g.leaves(s.place, len(categories[d]), func(s slot) []string {
				if s.dimension != d {
					return nil
				}
				return []string{s.category}
			})
		}
	}
}
