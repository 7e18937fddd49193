package rapporteur

import "context"

// ledgerEntry is the claim of a letter.
func (c Conduct) ledgerEntry(l Letter, m Moment) LedgerEntry {
	entry := LedgerEntry{
		LedgerKey: LedgerKey{Cycle: l.Cycle, Contributor: l.Contributor.ID, Rung: l.Rung, Due: l.Due},
		Notice:    l.Notice, State: LedgerClaimed, MessageID: c.Mailbox.MessageID(l), ClaimedAt: m.Now,
	}
	for _, contact := range l.To {
		entry.To = append(entry.To, contact.Address)
	}
	return entry
}

// aboutCycle adds to a letter what its cycle is about.
func (c Conduct) aboutCycle(cycle Cycle, l Letter, m Moment) (Letter, error) {
	instrumentID, streamID, _, err := cycle.ID.Parts()
	if err != nil {
		return l, err
	}
	instrument, err := c.Catalogue.Instrument(instrumentID)
	if err != nil {
		return l, err
	}
	stream, _ := instrument.Stream(streamID)
	l.Cycle, l.Instrument, l.Subject, l.Titles = cycle.ID, instrument.Symbol, stream.Title, Titles{Subject: stream.Titles}
	switch cycle.Shape {
	case ShapeInclusion:
		l.Host, l.Titles = cycle.Title, Titles{Subject: stream.Titles, Host: cycle.titles(stream)}
	case ShapeOccasion:
		l.Subject, l.Event, l.Titles = cycle.Title, cycle.Event, Titles{Subject: cycle.titles(stream)}
		l.Reports = cycle.asks() == asksReport
	case ShapeReport, ShapeIntake:
	}
	l.Provisions, l.MandatedDue, l.SentAt = instrument.Mandate(stream), cycle.Plan.Date(DateMandated), m.Now
	return l, nil
}

// address completes a letter with what the catalogue and the store know of its
// contributor. It has no addressees where the contributor has no contacts.
func (c Conduct) address(ctx context.Context, cycle Cycle, p posting, m Moment) (Letter, error) {
	l, err := c.aboutCycle(cycle, p.letter, m)
	if err != nil {
		return l, err
	}
	if l.Contributor, err = c.contributor(cycle, p.key.Contributor, DateOf(m.Now)); err != nil {
		return l, err
	}
	err = c.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		contacts, err := r.Contacts(ctx, p.key.Contributor)
		l.To = addressees(contacts, letterRole(l.Notice))
		l.SignIn = c.signIn(l)
		if err != nil || len(c.Links) == 0 || !cycle.linkable(l) {
			return err
		}
		request, err := r.Request(ctx, p.key)
		if IsProblem(err, ProblemNotFound) {
			return nil // and no message is wanted
		}
		if request.State == RequestOpen {
			l.Links = c.Links.links(l)
		}
		return err
	})
	return l, err
}

// contributor is a contributor of a cycle as it stands on a date, or, if it
// has ceased to exist by then, as it stood when the cycle was to open.
func (c Conduct) contributor(cycle Cycle, id ContributorID, on Date) (Contributor, error) {
	found, err := c.Catalogue.Contributor(id, on)
	if IsProblem(err, ProblemNotFound) {
		return c.Catalogue.Contributor(id, cycle.Plan.Date(DateOpens))
	}
	return found, err
}

// addressees are the contacts in a role, or all where nobody has it.
func addressees(contacts []Contact, role ContactRole) []Contact {
	var chosen []Contact
	for _, contact := range contacts {
		if contact.Role == role {
			chosen = append(chosen, contact)
		}
	}
	if len(chosen) == 0 {
		return contacts
	}
	return chosen
}
