package rapporteur

import (
	"context"
	"crypto/rand"
	"strings"
	"time"
)

const localPrefix = personPrefix + "local-"

// localPerson reports whether a person signed in by a link that was made on the
// machine itself.
func localPerson(id string) bool { return strings.HasPrefix(id, localPrefix) }

// LocalLink makes a link by which somebody signs in once in a role, made by whoever has
// the machine itself: for a trial, and for the first administrator.
func (s SignIn) LocalLink(ctx context.Context, actor Principal, role Role, contributor ContributorID, office string, lasts time.Duration) (SealedSignIn, error) {
	now := s.Clock().UTC()
	if err := s.checkLocal(role, contributor, office, now); err != nil {
		return SealedSignIn{}, err
	}
	link := SignInLink{
		Purpose: LinkOfHouse, Role: role, Contributor: contributor, Office: office,
		Person: localPrefix + s.Links.fingerprint(map[string]any{
			"format": personFormat, "role": string(role), "contributor": string(contributor), "office": office,
		}),
		Occasion: rand.Text(), Until: now.Add(lasts),
	}
	if role == RoleContributor {
		link.Standing = StandingLead
	}
	err := s.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		record := s.record(link.person(), ActionLinkAsked)
		record.Actor = actor.ID
		record.Details["purpose"] = string(link.Purpose)
		_, err := tx.AppendAudit(ctx, record)
		return err
	})
	if err != nil {
		return SealedSignIn{}, err
	}
	return s.Links.SealSignIn(link), nil
}

func (s SignIn) checkLocal(role Role, contributor ContributorID, office string, now time.Time) error {
	switch {
	case len(s.Links) == 0:
		return Problemf(ProblemUnavailable, "No secret for links is set", "Set RAPPORTEUR_LINK_SECRET_FILE; the process that serves needs the same.")
	case (role == RoleContributor) != (contributor != ""):
		return Problemf(ProblemInvalid, "Not a valid link", "A link of the role contributor, and only such a link, names its contributor.")
	case (role == RoleClearance) != (office != ""):
		return Problemf(ProblemInvalid, "Not a valid link", "A link of the role clearance, and only such a link, names its office.")
	case role != RoleSecretariat && role != RoleClearance && role != RoleContributor && role != RoleAdministrator:
		return Problemf(ProblemInvalid, "Not a valid link", "There is no role %q.", role)
	case contributor != "":
		_, err := s.Catalogue.Contributor(contributor, DateOf(now))
		return err
	}
	return nil
}

// SweepSignIn takes away sessions that have expired, uses of links that would
// have, and what was asked for longer ago than is counted.
func (s SignIn) SweepSignIn(ctx context.Context) error {
	now := s.Clock().UTC()
	return s.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		return tx.SweepSignIn(ctx, SignInLeftovers{Sessions: now, Asks: now.Add(-asksKept), Uses: now.Add(-usesKept)})
	})
}

// usesKept is how long the use of a link is kept after the link has expired:
// links of letters expire by business time, which can lag.
const usesKept = 400 * 24 * time.Hour
