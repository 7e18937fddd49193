package rapporteur

import "slices"

// Amend adds a rule: a change of rhythm from the day the rule takes effect, on
// the authority that is its basis. Dates that were due before stay as they
// were. A rule of an id that the calendar has follows the last of that id.
func (c Calendar) Amend(rule DueRule) (Calendar, error) {
	next := c
	next.Rules = append(slices.Clone(c.Rules), rule)
	next.None = ""
	return next.checked("The rule does not fit")
}

// Move adds the move of one date: an extension by exchange of letters or note
// by the President, or another day in the programme of work. The date as it was
// stays in the derivation.
func (c Calendar) Move(change DueChange) (Calendar, error) {
	next := c
	next.Changes = append(slices.Clone(c.Changes), change)
	return next.checked("The date cannot be moved")
}

func (c Calendar) checked(title string) (Calendar, error) {
	if err := c.Validate(); err != nil {
		return Calendar{}, &Problem{Kind: ProblemInvalid, Title: title, Detail: err.Error()}
	}
	return c, nil
}
