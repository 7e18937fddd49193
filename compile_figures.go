package rapporteur

import (
	"slices"
	"strconv"
	"strings"
)

// interval is a whole number that is known only to lie between two bounds;
// they are the same where it is known exactly.
type interval struct{ low, high int }

func (i interval) exact() bool { return i.low == i.high }

func (i interval) plus(j interval) interval { return interval{i.low + j.low, i.high + j.high} }

// axis is one way to break down figures of persons.
type axis int

const (
	bySex axis = iota
	byAge
	byForm
)

var axes = []axis{bySex, byAge, byForm}

var axisNames = map[axis]string{bySex: "by sex", byAge: "by age", byForm: "by form of exploitation"}

const (
	codeTotal   = "total"
	codeResidue = "" // other, unknown and whatever the breakdown does not tell
)

// place is where a figure stands in the cube of sex, age and form.
type place [3]string

func placeOf(f Figure) place {
	p := place{f.Sex, f.Age, f.Form}
	for n, code := range p {
		if code == "" || strings.EqualFold(code, codeTotal) {
			p[n] = codeTotal
		}
	}
	return p
}

// level counts by how many axes a place is broken down.
func (p place) level() int {
	n := 0
	for _, code := range p {
		if code != codeTotal {
			n++
		}
	}
	return n
}

// statement is one figure as a contributor gave it.
type statement struct {
	place place
	value interval
	index int // in the contributor's list
}

// statements reads the figures of one part of a reply; of two for the same
// place the first counts.
func statements(v Value) []statement {
	if len(v.Figures) == 0 {
		return numberStatement(v)
	}
	seen := map[place]bool{}
	var all []statement
	for n, f := range v.Figures {
		p := placeOf(f)
		if seen[p] || f.Low < 0 || f.High < f.Low {
			continue
		}
		seen[p] = true
		all = append(all, statement{p, interval{f.Low, f.High}, n})
	}
	return all
}

// numberStatement reads a plain number of persons, or its mask.
func numberStatement(v Value) []statement {
	whole := place{codeTotal, codeTotal, codeTotal}
	switch {
	case v.Number != nil && *v.Number >= 0:
		n := int(*v.Number)
		return []statement{{whole, interval{n, n}, -1}}
	case strings.TrimSpace(v.Text) == tokenSmall:
		return []statement{{whole, interval{0, smallCount - 1}, -1}}
	}
	return nil
}

// margin is the figures by which a contributor breaks its total down along an
// axis: those stated for the axis alone or, where there are none, those of the
// fewest further axes, which add up to the same.
func margin(all []statement, a axis) []statement {
	for level := 1; level <= len(place{}); level++ {
		var parts []statement
		shape := ""
		for _, s := range all {
			if s.place[a] == codeTotal || s.place.level() != level {
				continue
			}
			if of := s.place.shape(); shape == "" || of == shape {
				shape = of
				parts = append(parts, s)
			}
		}
		if len(parts) > 0 {
			return parts
		}
	}
	return nil
}

// shape tells along which axes a place is broken down; figures of different
// shapes overlap and are never added.
func (p place) shape() string {
	var b strings.Builder
	for _, code := range p {
		b.WriteString(strconv.FormatBool(code != codeTotal))
	}
	return b.String()
}

// statedTotal is the contributor's whole figure: as stated or, where nothing
// is stated, as the first breakdown adds up.
func statedTotal(all []statement) (interval, bool) {
	if n := slices.IndexFunc(all, func(s statement) bool { return s.place.level() == 0 }); n >= 0 {
		return all[n].value, true
	}
	var first interval
	found := false
	for _, a := range axes {
		parts := margin(all, a)
		if len(parts) == 0 {
			continue
		}
		sum := sumOf(parts)
		if sum.exact() {
			return sum, true
		}
		if !found {
			first, found = sum, true
		}
	}
	return first, found
}

func sumOf(parts []statement) interval {
	var sum interval
	for _, s := range parts {
		sum = sum.plus(s.value)
	}
	return sum
}

// residual reports whether a code names no group of its own.
func residual(a axis, code string) bool {
	switch strings.ToLower(code) {
	case "unknown", "not_specified", "not-specified", "unspecified":
		return true
	case "other":
		return a == bySex
	}
	return false
}
