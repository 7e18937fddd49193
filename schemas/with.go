package schemas

import (
	"cmp"
	"slices"

	"github.com/rapporteur/rapporteur"
)

// With is the catalogue with further contributors, who have always existed: to
// see how a stream runs with more of them than there are. One whose id is known
// is left out. Code lists are those of the release.
func (c *Catalogue) With(contributors []rapporteur.Contributor) *Catalogue {
	more := *c
	more.registry.members = slices.Clone(c.registry.members)
	for _, contributor := range contributors {
		if c.registry.knows(string(contributor.ID)) {
			continue
		}
		more.registry.members = append(more.registry.members, member{
			base: contributor, exists: []span{{}}, names: []dated[map[string]string]{{value: contributor.Names}},
		})
	}
	slices.SortFunc(more.registry.members, func(a, b member) int { return cmp.Compare(a.base.ID, b.base.ID) })
	return &more
}
