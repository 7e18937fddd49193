package main

import (
	"fmt"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/schemas"
)

// maxContributors is how many contributors can be made up.
const maxContributors = 100_000

// states are n Member States: the real ones, and beyond those copies of them
// under other ids, which the registry does not have.
func states(n int) (ids []rapporteur.ContributorID, further []rapporteur.Contributor, err error) {
	catalogue, err := schemas.Load(schemas.Embedded())
	if err != nil {
		return nil, nil, fmt.Errorf("cannot load schemas: %w", err)
	}
	known := catalogue.Contributors(rapporteur.Date{Year: 2018, Month: 5, Day: 2}, rapporteur.KindMemberState)
	for number := range n {
		c := known[number%len(known)]
		if again := number / len(known); again > 0 {
			c.ID = rapporteur.ContributorID(fmt.Sprintf("%s-%d", c.ID, again))
			further = append(further, c)
		}
		ids = append(ids, c.ID)
	}
	return ids, further, nil
}
