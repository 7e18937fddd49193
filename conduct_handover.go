package rapporteur

import (
	"context"
	"fmt"
)

// RungHandedOver is the ledger's rung of the message by which a section goes to
// the drafter of its host report.
const RungHandedOver = "handed-over"

// HandOver compiles the section from what was accepted, keeps it as the cycle's
// draft and sends it to the office that drafts the host report; where there is
// none, that office is told why. Done before, it changes nothing and only makes
// sure that the office was written to.
func (c Conduct) HandOver(ctx context.Context, id CycleID, m Moment) error {
	in, err := c.compilation(ctx, id, m)
	if err != nil {
		return err
	}
	section, err := CompileSection(in)
	if err != nil {
		return fmt.Errorf("cannot hand over section of %s: %w", id, err)
	}
	cycle := in.Cycle
	err = c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		if cycle, err = tx.LockCycle(ctx, id); err != nil {
			return err
		}
		record := m.record(id, ActionHandedOver, string(ActionHandedOver)+"/"+string(id))
		record.Details["drafter"] = cycle.Policy.Drafter
		if len(section.Sections) > 0 {
			record.Details["section"], record.Details["words"] = section.Hash, fmt.Sprint(section.Words)
		}
		added, err := tx.AppendAudit(ctx, record)
		if err != nil || !added {
			return err
		}
		if len(section.Sections) > 0 {
			cycle.Draft = in.Draft
			draft := Draft{Cycle: id, Number: in.Draft, Report: section, CompiledAt: m.Now, Outcome: ClearancePending}
			if err := tx.InsertDraft(ctx, draft); err != nil {
				return err
			}
		}
		cycle.Phase = PhaseAwaiting
		if cycle.Attention, err = restsOnWithdrawn(ctx, tx, cycle); err != nil {
			return err
		}
		return tx.UpdateCycle(ctx, cycle)
	})
	if err != nil {
		return err
	}
	return c.tellDrafter(ctx, cycle, section, in, m)
}

// tellDrafter writes to the office that drafts the host report, once. Without a
// mailbox it is not written to: the Secretariat is asked to see to it.
func (c Conduct) tellDrafter(ctx context.Context, cycle Cycle, section Report, in Compilation, m Moment) error {
	office := cycle.Policy.Drafter
	letter := Letter{
		Notice: NoticeHandedOver, Contributor: Contributor{ID: OfficeContributor(office), Names: map[string]string{"en": office}},
		Due: cycle.Plan.Date(DateMandated), Rung: RungHandedOver, Text: section.paragraphs(), Draft: cycle.Draft, Outcome: noSection(in),
	}
	sent, err := c.toOffice(ctx, cycle, letter, m)
	if err != nil || sent {
		return err
	}
	text := "The section is ready, and %s, which drafts the host report, has no mailbox: hand it over, or give the office a contact."
	if cycle.Draft == 0 {
		text = "There is no section, and %s, which drafts the host report, has no mailbox: tell it so, or give the office a contact."
	}
	return c.Attention(ctx, cycle.ID, fmt.Sprintf(text, office), m)
}

// noSection says why there is no section: how the request ended, answered where
// nothing of the answer may leave the record.
func noSection(in Compilation) ReturnType {
	for _, r := range in.Requests {
		if r.Outcome != "" {
			return r.Outcome
		}
	}
	return ReturnNoReply
}

// toOffice writes to an office, once, and reports whether it has a mailbox.
func (c Conduct) toOffice(ctx context.Context, cycle Cycle, letter Letter, m Moment) (bool, error) {
	err := c.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		letter.To, err = r.Contacts(ctx, letter.Contributor.ID)
		return err
	})
	if err != nil {
		return false, err
	}
	if letter, err = c.aboutCycle(cycle, letter, m); err != nil || len(letter.To) == 0 {
		return false, err
	}
	_, err = c.post(ctx, letter, m)
	return true, err
}
