package webtest

import (
	"context"
	"net/url"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/notify/ical"
)

// FeedsAt is how the addresses of the house's calendar feeds begin.
const FeedsAt = "https://rapporteur.un.example/feeds/"

// feeds are calendar feeds of People, who may act as long as nobody blocks them:
// they are signed in without having come in, so the record need not know them.
func (h *House) feeds() rapporteur.Feeds {
	return rapporteur.Feeds{
		Store: h.Store, Catalogue: h.Catalogue, Clock: h.Clock, Writer: ical.Writer{Base: &url.URL{Scheme: "https", Host: "rapporteur.un.example"}},
		InForce: func(ctx context.Context, r rapporteur.Reader, p rapporteur.Principal) (bool, error) {
			known, err := r.Person(ctx, p.ID)
			switch {
			case err == nil && !known.BlockedAt.IsZero():
				return false, nil
			case err != nil && !rapporteur.IsProblem(err, rapporteur.ProblemNotFound):
				return false, err
			}
			for _, who := range People {
				if who.ID == p.ID {
					return who.Role == p.Role && who.Contributor == p.Contributor && who.Office == p.Office, nil
				}
			}
			return false, nil
		},
	}
}
