package rapporteur

import (
	"context"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"
)

// Secretariat is what staff do outside a running workflow: preview and start
// cycles, return answers, keep contacts and write observations. Commands to a
// running cycle go through the Engine.
type Secretariat struct {
	Store     Store
	Catalogue Catalogue
	Clock     Clock
	// ClockOffset is given to new cycles: business time minus wall time. Zero
	// in production; a demonstration starts in the past.
	ClockOffset time.Duration
}

// Return sends the newest submission back for correction by a date, with
// comments. Without a date the policy gives one; neither may lie after the end
// of collection. The same idempotencyKey again changes nothing and gives the
// request as it stands.
func (s Secretariat) Return(ctx context.Context, actor Principal, key RequestKey, due Date, comments, idempotencyKey string) (Request, error) {
	if strings.TrimSpace(comments) == "" {
		return Request{}, Problemf(ProblemInvalid, "Comments are needed", "Say what should be corrected.")
	}
	var next Request
	err := s.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		request, cycle, err := lock(ctx, tx, key, false)
		if err != nil {
			return err
		}
		now := cycle.Now(s.Clock())
		by, tooLate := correctBy(cycle, due, now)
		record := AuditRecord{
			Key: keyed("return", key, idempotencyKey), Cycle: key.Cycle, At: now, Actor: actor.ID,
			Action: ActionReturned, Contributor: key.Contributor, Reason: comments,
			Details: map[string]string{"version": fmt.Sprint(request.Version), "due": by.String()},
		}
		added, err := tx.AppendAudit(ctx, record)
		if next = request; err != nil || !added {
			return err
		}
		if tooLate != nil {
			return tooLate
		}
		var effects []RequestEffect
		if next, effects, err = request.Next(RequestEvent{Return: &ReturnEvent{Due: by}}, now); err != nil {
			return err
		}
		followUp := FollowUp{
			RequestKey: key, Number: next.FollowUp, Kind: FollowUpCorrection, Due: by,
			Reason: comments, OpenedAt: now, OpenedBy: actor.ID,
		}
		return leaveCommonPath(ctx, tx, next, effects, followUp)
	})
	return next, err
}

// correctBy is the date by which a returned answer is to be corrected.
func correctBy(cycle Cycle, chosen Date, now time.Time) (Date, error) {
	closes := cycle.Plan.Date(DateCloses)
	switch {
	case cycle.Phase != PhaseCollecting:
		return Date{}, invalidStep("The cycle is %s; answers are returned while it collects.", cycle.Phase)
	case chosen.After(closes):
		return Date{}, Problemf(ProblemInvalid, "Too late", "Collection closes on %s; give a date not after it.", closes)
	case !chosen.IsZero():
		return chosen, nil
	}
	if by := DateOf(now).Add(cycle.Policy.FollowUp.CorrectWithin); by.Before(closes) {
		return by, nil
	}
	return closes, nil
}

// PutContacts replaces the contacts of a contributor or clearance office.
func (s Secretariat) PutContacts(ctx context.Context, actor Principal, id ContributorID, contacts []Contact) error {
	if err := s.Addressable(id); err != nil {
		return err
	}
	contacts = slices.Clone(contacts)
	for n, contact := range contacts {
		address, err := mail.ParseAddress(contact.Address)
		if err != nil || address.Name != "" {
			return Problemf(ProblemInvalid, "Invalid address", "The address of contact %d is not a plain mail address.", n+1)
		}
		if !slices.Contains(Languages, contact.Language) {
			return Problemf(ProblemInvalid, "Invalid language", "The language of contact %d is not one of %s.", n+1, strings.Join(Languages, ", "))
		}
		if contact.Role != ContactFocalPoint && contact.Role != ContactLead {
			return Problemf(ProblemInvalid, "Invalid role", "The role of contact %d is not %s or %s.", n+1, ContactFocalPoint, ContactLead)
		}
		if len(contact.Name) > 200 || strings.ContainsAny(contact.Name, "\r\n") {
			return Problemf(ProblemInvalid, "Invalid name", "The name of contact %d is too long or has line breaks.", n+1)
		}
		contacts[n].Contributor, contacts[n].Address = id, address.Address
	}
	return s.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		record := AuditRecord{
			At: s.Clock(), Actor: actor.ID, Action: ActionContactsChanged, Contributor: id,
			Details: map[string]string{"contacts": fmt.Sprint(len(contacts))},
		}
		if _, err := tx.AppendAudit(ctx, record); err != nil {
			return err
		}
		return tx.PutContacts(ctx, id, contacts)
	})
}

// PutObservations replaces the Secretariat's own closing paragraphs. They come
// into the next draft that is compiled.
func (s Secretariat) PutObservations(ctx context.Context, actor Principal, id CycleID, texts []string) error {
	observations := make([]Observation, 0, len(texts))
	for n, text := range texts {
		if strings.TrimSpace(text) == "" || len(text) > 10_000 {
			return Problemf(ProblemInvalid, "Invalid observation", "Observation %d is empty or longer than 10,000 characters.", n+1)
		}
		observations = append(observations, Observation{Text: strings.TrimSpace(text), Author: actor.ID})
	}
	return s.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		cycle, err := tx.LockCycle(ctx, id)
		if err != nil {
			return err
		}
		if cycle.Phase.Rank() >= PhaseCleared.Rank() {
			return invalidStep("The report is %s; what is cleared does not change.", cycle.Phase)
		}
		record := AuditRecord{
			Cycle: id, At: cycle.Now(s.Clock()), Actor: actor.ID, Action: ActionObservationsChanged,
			Details: map[string]string{"paragraphs": fmt.Sprint(len(observations))},
		}
		if _, err := tx.AppendAudit(ctx, record); err != nil {
			return err
		}
		return tx.PutObservations(ctx, id, observations)
	})
}

// Addressable refuses somebody who cannot have contacts: who is neither a
// contributor today nor an office that clears a report or drafts a host report
// of any stream.
func (s Secretariat) Addressable(id ContributorID) error {
	for _, instrument := range s.Catalogue.Instruments() {
		for _, stream := range instrument.Streams {
			is := func(office string) bool { return OfficeContributor(office) == id }
			if slices.ContainsFunc(stream.Policy.Clearance, func(step ClearanceStep) bool { return slices.ContainsFunc(step.Offices, is) }) ||
				slices.ContainsFunc(stream.Inclusion.Series, func(s Series) bool { return is(s.Drafter) }) {
				return nil
			}
		}
	}
	_, err := s.Catalogue.Contributor(id, DateOf(s.Clock()))
	return err
}
