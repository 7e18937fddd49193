package access

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/rapporteur/rapporteur"
)

// Bearer is whom a token names that the provider gave to another program of the
// house's, such as Temporal's pages, which passes it on: a signed ID token, or an
// access token in the same form, for one of the audiences and of now (OpenID
// Connect Core, section 3.1.3.7; RFC 9068). Tokens for this house's own client are
// not taken unless it is among them. Whatever is wrong with a token, the answer is
// a ProblemUnidentified; any other error means that the provider did not answer.
func (o *OIDC) Bearer(ctx context.Context, token string, audiences []string) (Known, error) {
	p, err := o.provider(ctx)
	if err != nil {
		return Known{}, err
	}
	// Which audiences count is asked below: there may be several.
	verifier := p.Verifier(&oidc.Config{SkipClientIDCheck: true, Now: o.config.Clock})
	id, err := verifier.Verify(oidc.ClientContext(ctx, o.config.Client), token)
	var expired *oidc.TokenExpiredError
	switch {
	case errors.As(err, &expired):
		return Known{}, badToken("It has expired; sign in again where it comes from.")
	case ctx.Err() != nil:
		return Known{}, fmt.Errorf("cannot verify token: %w", ctx.Err())
	case err != nil:
		return Known{}, badToken("It is not signed by the provider of this house.")
	case id.Subject == "" || !slices.ContainsFunc(id.Audience, func(a string) bool { return slices.Contains(audiences, a) }):
		return Known{}, badToken("It is for another program.")
	}
	var claims claims
	if err := id.Claims(&claims); err != nil {
		return Known{}, badToken("It cannot be read.")
	}
	who := Known{Label: claims.label(), Grants: o.grants(claims)}
	who.ID, who.Identity = rapporteur.Identify(id.Issuer, id.Subject)
	return who, nil
}

func badToken(why string) error {
	return rapporteur.Problemf(rapporteur.ProblemUnidentified, "Not identified", "The token is not good. %s", why)
}
