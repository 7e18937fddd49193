package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
)

// together is how many contributors are given keys and contacts in one
// transaction.
const together = 500

// invite gives everybody a key and a mailbox, as a Secretariat would before its
// first cycle.
func (h *house) invite(ctx context.Context) (started, error) {
	var hello started
	var err error
	if hello.Staff, err = h.IssueKey(ctx, wiring.NewKey{Role: rapporteur.RoleSecretariat, Label: "bench"}); err != nil {
		return hello, err
	}
	if err := hello.invite(ctx, h.Store, h.asked, h.inviteOne); err != nil {
		return hello, err
	}
	hello.Others, err = h.others()
	return hello, errors.Join(err, h.offices(ctx))
}

// invite invites everybody, some in each transaction. one gives a contributor a key,
// whose secret it returns, and whatever more belongs to it.
func (s *started) invite(ctx context.Context, in rapporteur.Store, ids []rapporteur.ContributorID, one func(context.Context, rapporteur.Tx, rapporteur.ContributorID) (string, error)) error {
	for part := range slices.Chunk(ids, together) {
		err := in.Write(ctx, func(ctx context.Context, tx rapporteur.Tx) error {
			for _, id := range part {
				secret, err := one(ctx, tx, id)
				if err != nil {
					return err
				}
				s.Asked, s.Keys = append(s.Asked, string(id)), append(s.Keys, secret)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// others are whom the stream would ask beside those who were invited.
func (h *house) others() ([]string, error) {
	opens, err := h.opens()
	if err != nil {
		return nil, err
	}
	invited := map[rapporteur.ContributorID]bool{}
	for _, id := range h.asked {
		invited[id] = true
	}
	var ids []string
	for _, c := range h.Catalogue.Contributors(rapporteur.DateOf(opens), rapporteur.KindMemberState, rapporteur.KindEntity, rapporteur.KindMission) {
		if !invited[c.ID] {
			ids = append(ids, string(c.ID))
		}
	}
	return ids, nil
}

// inviteOne makes the key and the contacts of one contributor.
func (h *house) inviteOne(ctx context.Context, tx rapporteur.Tx, id rapporteur.ContributorID) (string, error) {
	secret, err := issue(ctx, tx, id, h.Clock())
	if err != nil {
		return "", err
	}
	return secret, tx.PutContacts(ctx, id, contacts(id))
}

// issue gives a contributor a key.
func issue(ctx context.Context, tx rapporteur.Tx, id rapporteur.ContributorID, now time.Time) (string, error) {
	secret, key, err := access.Issue(rapporteur.RoleContributor, id, "", "bench", now.AddDate(1, 0, 0), now)
	if err != nil {
		return "", err
	}
	return secret, tx.InsertKey(ctx, key)
}

// contacts are a focal point and a lead, under a domain that no mail ever reaches
// (RFC 2606).
func contacts(id rapporteur.ContributorID) []rapporteur.Contact {
	contact := func(role rapporteur.ContactRole, name string) rapporteur.Contact {
		return rapporteur.Contact{Contributor: id, Role: role, Name: name, Language: "en", Address: string(role) + "@" + string(id) + ".example"}
	}
	return []rapporteur.Contact{contact(rapporteur.ContactFocalPoint, "Focal point"), contact(rapporteur.ContactLead, "Head")}
}

// offices gives every clearance office a mailbox.
func (h *house) offices(ctx context.Context) error {
	i, err := h.Catalogue.Instrument(instrument)
	if err != nil {
		return err
	}
	s, _ := i.Stream(stream)
	return h.Store.Write(ctx, func(ctx context.Context, tx rapporteur.Tx) error {
		for _, step := range s.Policy.Clearance {
			for _, office := range step.Offices {
				id := rapporteur.OfficeContributor(office)
				if err := tx.PutContacts(ctx, id, contacts(id)); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
