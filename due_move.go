package rapporteur

import "slices"

// Move adds the move of one date: an extension by exchange of letters or note
// by the President, or another day in the programme of work. The date as it was
// stays in the derivation.
func (c Calendar) Move(change DueChange) (Calendar, error) {
	next := c
	next.Changes = append(slices.Clone(c.Changes), change)
	if err := next.Validate(); err != nil {
		return Calendar{}, &Problem{Kind: ProblemInvalid, Title: "The date cannot be moved", Detail: err.Error()}
	}
	return next, nil
}
