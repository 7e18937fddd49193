package schemas

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"

	"github.com/rapporteur/rapporteur"
)

// registry is everybody who can be asked, with everything that changes on a
// date kept by date.
type registry struct {
	members []member // by id
}

// member is one contributor through time.
type member struct {
	base      rapporteur.Contributor
	subregion string
	group     string
	exists    []span
	names     []dated[map[string]string]
	reporting *rapporteur.Calendar // nil for who is no mission
	orphan    *Fault               // to report when whom it succeeds is nowhere
}

// span is a time from one date to another, both included; no end means still.
type span struct{ from, until rapporteur.Date }

func (s span) holds(on rapporteur.Date) bool {
	return !on.Before(s.from) && (s.until.IsZero() || !on.After(s.until))
}

// dated is what holds from a date on, until the next entry.
type dated[T any] struct {
	from  rapporteur.Date
	value T
}

// inForce is the entry that holds on a date: the last that began by then, or
// the first.
func inForce[T any](entries []dated[T], on rapporteur.Date) (T, bool) {
	var none T
	if len(entries) == 0 {
		return none, false
	}
	found := entries[0].value
	for _, e := range entries[1:] {
		if !e.from.After(on) {
			found = e.value
		}
	}
	return found, true
}

func (r *registry) read(fsys []fs.FS) error {
	seen := map[rapporteur.ContributorID]string{}
	err := everyFile(fsys, "registry", ".yaml", func(f fs.FS, name string) error {
		members, err := readMembers(f, name)
		if err != nil {
			return err
		}
		for n, m := range members {
			if other := seen[m.base.ID]; other != "" {
				return &Fault{File: name, Field: fmt.Sprintf("contributors[%d].id", n), Reason: fmt.Sprintf("%s is already in %s", m.base.ID, other)}
			}
			seen[m.base.ID] = name
		}
		r.members = append(r.members, members...)
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortFunc(r.members, func(a, b member) int { return cmp.Compare(a.base.ID, b.base.ID) })
	var all faults
	for _, m := range r.members {
		if _, ok := r.find(m.base.Succeeds); m.base.Succeeds != "" && !ok {
			all.add(m.orphan)
		}
	}
	return all.err()
}

func (r *registry) find(id rapporteur.ContributorID) (member, bool) {
	n, found := slices.BinarySearchFunc(r.members, id, func(m member, id rapporteur.ContributorID) int { return cmp.Compare(m.base.ID, id) })
	if !found {
		return member{}, false
	}
	return r.members[n], true
}

func (r *registry) knows(id string) bool {
	_, found := r.find(rapporteur.ContributorID(id))
	return found
}

// on is the contributor with the names that it has on a date.
func (m member) on(date rapporteur.Date) rapporteur.Contributor {
	c := m.base
	c.Names, _ = inForce(m.names, date)
	return c
}

// Contributors lists who existed on a date, by id: a Member State from its
// admission, a mission from its opening to its closing. Kinds narrows.
func (c *Catalogue) Contributors(on rapporteur.Date, kinds ...rapporteur.ContributorKind) []rapporteur.Contributor {
	var list []rapporteur.Contributor
	for _, m := range c.registry.members {
		if len(kinds) > 0 && !slices.Contains(kinds, m.base.Kind) {
			continue
		}
		if slices.ContainsFunc(m.exists, func(s span) bool { return s.holds(on) }) {
			list = append(list, m.on(on))
		}
	}
	return list
}

// Contributor is somebody of the registry with the names of a date. Whoever
// ceased to exist is still found, with the last name: requests of a mission
// that closed in the middle of a cycle stay readable. An unknown id is a
// not-found Problem.
func (c *Catalogue) Contributor(id rapporteur.ContributorID, on rapporteur.Date) (rapporteur.Contributor, error) {
	m, ok := c.registry.find(id)
	if !ok {
		return rapporteur.Contributor{}, rapporteur.NotFound("contributor", string(id))
	}
	return m.on(on), nil
}

// Calendar tells when reports about a mission fall due, which a section of such
// a report (OP33) follows. A contributor that no report of the
// Secretary-General is about is a not-found Problem.
func (c *Catalogue) Calendar(id rapporteur.ContributorID) (rapporteur.Calendar, error) {
	m, _ := c.registry.find(id)
	if m.reporting == nil {
		return rapporteur.Calendar{}, rapporteur.NotFound("calendar of contributor", string(id))
	}
	calendar := *m.reporting
	calendar.Work = c.work
	return calendar, nil
}

// Subregion is the M49 subregion of a Member State, empty for everybody else.
func (c *Catalogue) Subregion(id rapporteur.ContributorID) string {
	m, _ := c.registry.find(id)
	return m.subregion
}
