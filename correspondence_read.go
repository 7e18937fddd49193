package rapporteur

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
)

// Reading is a version of an answer as somebody may read it.
type Reading struct {
	Submission
	Body   []byte
	Masked bool   // small numbers of persons are not in it
	Hash   string // lower-case hexadecimal SHA-256 of Body
}

// Read gives a version of an answer to whoever may have it: as it was submitted
// to its contributor and to the cycle's lead drafter, masked to the rest of the
// Secretariat. That the actor may read it at all is for the caller to ask. Every
// reading leaves an audit record, and nothing is read without one.
func (c Correspondence) Read(ctx context.Context, actor Principal, key RequestKey, version int) (Reading, error) {
	var reading Reading
	err := c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		submission, err := tx.Submission(ctx, key, version)
		if err != nil {
			return err
		}
		cycle, err := tx.Cycle(ctx, key.Cycle)
		if err != nil {
			return err
		}
		reading, err = c.read(ctx, tx, submission, cycle.seesTrueValues(actor, key.Contributor))
		if err != nil {
			return err
		}
		return c.noteReading(ctx, tx, actor, cycle, key, version, reading.Masked)
	})
	return reading, err
}

func (c Correspondence) noteReading(ctx context.Context, tx Tx, actor Principal, cycle Cycle, key RequestKey, version int, masked bool) error {
	_, err := tx.AppendAudit(ctx, AuditRecord{
		Cycle: key.Cycle, At: cycle.Now(c.Clock()), Actor: actor.ID, Action: ActionAnswerRead, Contributor: key.Contributor,
		Details: map[string]string{"version": strconv.Itoa(version), "masked": yesNo(masked)},
	})
	return err
}

// readWhole notes the reading of what has no masked form, or is the problem that
// it is not for the actor.
func (c Correspondence) readWhole(ctx context.Context, tx Tx, actor Principal, key RequestKey, version int) error {
	cycle, err := tx.Cycle(ctx, key.Cycle)
	if err != nil {
		return err
	}
	if !cycle.seesTrueValues(actor, key.Contributor) {
		return Problemf(ProblemForbidden, "For the lead drafter", "This holds small numbers of persons: it is read by its contributor and the cycle's lead drafter.")
	}
	return c.noteReading(ctx, tx, actor, cycle, key, version, false)
}

func (c Correspondence) read(ctx context.Context, r Reader, s Submission, whole bool) (Reading, error) {
	body, err := r.Body(ctx, s.Hash)
	if err != nil || whole {
		return Reading{Submission: s, Body: body, Hash: s.Hash}, err
	}
	questionnaire, err := c.Catalogue.Questionnaire(s.Questionnaire)
	if err != nil {
		return Reading{}, err
	}
	if body, err = questionnaire.Mask(body); err != nil {
		return Reading{}, err
	}
	sum := sha256.Sum256(body)
	return Reading{Submission: s, Body: body, Masked: true, Hash: hex.EncodeToString(sum[:])}, nil
}

// seesTrueValues reports whether somebody reads an answer as it was submitted:
// whose it is, and the lead drafter.
func (c Cycle) seesTrueValues(p Principal, whose ContributorID) bool {
	if p.Role == RoleContributor {
		return p.Contributor == whose
	}
	return p.Role == RoleSecretariat && p.ID == c.LeadDrafter
}

// ReadDelivery gives the content of a delivery and leaves an audit record of the
// reading. may says whether the actor is allowed to have it.
func (c Correspondence) ReadDelivery(ctx context.Context, actor Principal, key DeliveryKey, may func(Delivery) error) (Delivery, []byte, error) {
	var delivery Delivery
	var body []byte
	err := c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		if delivery, err = tx.Delivery(ctx, key); err != nil {
			return err
		}
		if err := may(delivery); err != nil {
			return err
		}
		if delivery.Receipt { // also where something else with its hash is stored
			return NotFound("content", key.String())
		}
		if body, err = tx.Body(ctx, delivery.Hash); err != nil {
			return err
		}
		cycle, err := tx.Cycle(ctx, key.Cycle)
		if err != nil {
			return err
		}
		_, err = tx.AppendAudit(ctx, AuditRecord{
			Cycle: key.Cycle, At: cycle.Now(c.Clock()), Actor: actor.ID, Action: ActionDeliveryRead, Contributor: delivery.Contributor,
			Details: map[string]string{"delivery": strconv.Itoa(key.Number)},
		})
		return err
	})
	return delivery, body, err
}
