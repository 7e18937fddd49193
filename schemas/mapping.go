package schemas

import (
	"maps"
	"slices"
)

// versionStep is a way from one version of a questionnaire to another.
type versionStep struct{ id, from, to string }

func (s versionStep) back() versionStep { return versionStep{id: s.id, from: s.to, to: s.from} }

// answerPlace is a question, or a part of one.
type answerPlace struct{ question, part string }

// mapping says where the answers to one version stand in another. What it does
// not name stays where it is. No two places come to one, so that it has an
// inverse.
type mapping struct {
	from, to *questionnaire
	moved    map[answerPlace]answerPlace
	kept     map[answerPlace]string            // places of the one without a place in the other, and why
	options  map[answerPlace]map[string]string // codes with other names, by the place that they come from
	fresh    map[answerPlace]bool              // places of the other to which nothing comes
}

func newMapping(from, to *questionnaire) *mapping {
	return &mapping{
		from: from, to: to, moved: map[answerPlace]answerPlace{}, kept: map[answerPlace]string{},
		options: map[answerPlace]map[string]string{}, fresh: map[answerPlace]bool{},
	}
}

// inverse is the way back.
func (m *mapping) inverse() *mapping {
	back := newMapping(m.to, m.from)
	for from, to := range m.moved {
		back.moved[to] = from
	}
	for from, codes := range m.options {
		to := m.moved[from]
		back.options[to] = map[string]string{}
		for before, after := range codes {
			back.options[to][after] = before
		}
	}
	for place := range m.fresh {
		back.kept[place] = "It is asked only since version " + m.to.Version + "."
	}
	for place := range m.kept {
		back.fresh[place] = true
	}
	return back
}

// target is where a place goes: false where it has none, with the reason.
func (m *mapping) target(place answerPlace) (to answerPlace, reason string, ok bool) {
	if to, ok := m.moved[place]; ok {
		return to, "", true
	}
	if reason, kept := m.kept[place]; kept {
		return answerPlace{}, reason, false
	}
	if place.part == "" {
		if m.from.parts[place.question] == nil {
			return answerPlace{}, "It is no question of version " + m.from.Version + ".", false
		}
		return place, "", true
	}
	if _, isPart := m.from.parts[place.question][place.part]; !isPart && !m.from.shared[place.part] {
		return answerPlace{}, "It is no part of the question in version " + m.from.Version + ".", false
	}
	to, reason, ok = m.target(answerPlace{question: place.question})
	to.part = place.part
	return to, reason, ok
}

// way lists the mappings that lead from one version to another, the fewest that
// do; none where there is no way.
func (c *Catalogue) way(id, from, to string) []*mapping {
	type route struct {
		at    string
		steps []*mapping
	}
	seen := map[string]bool{from: true}
	for routes := []route{{at: from}}; len(routes) > 0; {
		var next []route
		for _, r := range routes {
			if r.at == to {
				return r.steps
			}
			for _, step := range c.stepsFrom(id, r.at) {
				if seen[step.to] {
					continue
				}
				seen[step.to] = true
				next = append(next, route{at: step.to, steps: append(slices.Clone(r.steps), c.mappings[step])})
			}
		}
		routes = next
	}
	return nil
}

// stepsFrom lists the steps from a version, by where they lead.
func (c *Catalogue) stepsFrom(id, from string) []versionStep {
	steps := slices.DeleteFunc(slices.Collect(maps.Keys(c.mappings)), func(s versionStep) bool { return s.id != id || s.from != from })
	slices.SortFunc(steps, func(a, b versionStep) int {
		if a.to < b.to {
			return -1
		}
		return 1
	})
	return steps
}
