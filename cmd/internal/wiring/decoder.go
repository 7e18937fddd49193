package wiring

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-chi/chi/v5/middleware"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/engine/payload"
	"github.com/rapporteur/rapporteur/web/frame"
)

// Decoder says for whom payloads are opened in Temporal's own pages.
type Decoder struct {
	CodecOrigin   []string `env:"RAPPORTEUR_CODEC_ORIGIN" help:"Address of Temporal's own pages, exactly as browsers show it: https://temporal.example. Repeat it for others. Pages from anywhere else are refused." placeholder:"ORIGIN"`
	CodecAudience []string `env:"RAPPORTEUR_CODEC_AUDIENCE" help:"Client id by which Temporal's own pages are registered with the OpenID Connect provider, where they pass their tokens on." placeholder:"ID"`
}

// The requests that are answered beside each other, and those that wait for it;
// more are refused.
const (
	decodingAtOnce = 16
	decodingLater  = 256
	decodingWaits  = 10 * time.Second
)

// Decode is the codec server over the house: it opens payloads for administrators.
func (h *House) Decode(d Decoder, p Payloads, namespace string) (http.Handler, error) {
	if len(p.PayloadKey) == 0 {
		return nil, errors.New("no payload key is set: there is nothing to decode; set RAPPORTEUR_PAYLOAD_KEY as serve and worker have it")
	}
	codec, err := p.Codec()
	if err != nil {
		return nil, err
	}
	for _, origin := range d.CodecOrigin {
		if err := checkOrigin(origin); err != nil {
			return nil, err
		}
	}
	if len(d.CodecAudience) > 0 && h.oidc == nil {
		return nil, errors.New("RAPPORTEUR_CODEC_AUDIENCE is set, and no provider whose tokens it is for: set RAPPORTEUR_OIDC_ISSUER, or leave it out")
	}
	decoding := rapporteur.Decoding{Store: h.Store, Clock: h.Clock}
	server := &payload.Server{
		Codec: codec, Origins: d.CodecOrigin, Namespace: namespace, Identify: h.decodes(d), Note: decoding.Note, Logger: h.Logger,
	}
	return middleware.ThrottleBacklog(decodingAtOnce, decodingLater, decodingWaits)(server), nil
}

// checkOrigin holds an origin to the form in which browsers send it (RFC 6454,
// section 6.2): another would never match.
func checkOrigin(origin string) error {
	at, err := url.Parse(origin)
	switch {
	case err != nil || at.Host == "" || (at.Scheme != "http" && at.Scheme != "https"):
		return fmt.Errorf("cannot use codec origin %q: set RAPPORTEUR_CODEC_ORIGIN to scheme and host of Temporal's pages, https://temporal.example", origin)
	case origin != strings.ToLower(at.Scheme+"://"+at.Host): //nolint:gocritic // capitals are what is refused
		return fmt.Errorf("cannot use codec origin %q: set RAPPORTEUR_CODEC_ORIGIN to %s://%s, without a path, in small letters", origin, at.Scheme, strings.ToLower(at.Host))
	}
	return nil
}

// decodes finds out who asks, and whether they may have payloads opened: by an API
// key, by a token of the provider that Temporal's pages pass on, or by a session
// where there is a vault to read it with.
func (h *House) decodes(d Decoder) func(*http.Request) (rapporteur.Principal, error) {
	return func(r *http.Request) (rapporteur.Principal, error) {
		who, err := h.asks(r, d)
		if err != nil {
			return rapporteur.Principal{}, err
		}
		return who, access.Allow(who, access.DecodePayloads, access.Resource{})
	}
}

func (h *House) asks(r *http.Request, d Decoder) (rapporteur.Principal, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	switch {
	case strings.EqualFold(scheme, "Bearer") && access.LooksLikeSecret(token):
		return access.Keys{Store: h.Store}.Authenticate(r.Context(), token, h.Clock())
	case strings.EqualFold(scheme, "Bearer") && len(d.CodecAudience) > 0:
		return h.passedOn(r, token, d.CodecAudience)
	case scheme == "" && r.Header.Get("Origin") != "" && h.vault != nil:
		return h.session(r)
	}
	return rapporteur.Principal{}, rapporteur.Problemf(rapporteur.ProblemUnidentified, "Not identified", "Payloads are opened for administrators, by their API key, "+
		"and where it is set up by the token of Temporal's pages or the session of this house's.")
}

// passedOn is whom a token of Temporal's pages names. They pass the access token
// on, which need not say anything, and the ID token beside it.
func (h *House) passedOn(r *http.Request, token string, audiences []string) (rapporteur.Principal, error) {
	known, err := h.oidc.Bearer(r.Context(), token, audiences)
	if beside := r.Header.Get("Authorization-Extras"); beside != "" && (err != nil || len(known.Grants) == 0) {
		known, err = h.oidc.Bearer(r.Context(), beside, audiences)
	}
	if err != nil {
		return rapporteur.Principal{}, err
	}
	if len(known.Grants) == 0 {
		return rapporteur.Principal{}, rapporteur.Problemf(rapporteur.ProblemForbidden, "Not allowed", "The provider gives this person no role in this house.")
	}
	as := known.Grants[0]
	if administrator := (access.Grant{Role: rapporteur.RoleAdministrator}); slices.Contains(known.Grants, administrator) {
		as = administrator
	}
	return rapporteur.Principal{ID: known.ID, Role: as.Role, Office: as.Office}, h.notBlocked(r.Context(), known.ID)
}

// notBlocked refuses whom an administrator keeps out.
func (h *House) notBlocked(ctx context.Context, id string) error {
	return h.Store.Read(ctx, func(ctx context.Context, reader rapporteur.Reader) error {
		person, err := reader.Person(ctx, id)
		switch {
		case rapporteur.IsProblem(err, rapporteur.ProblemNotFound):
			return nil
		case err == nil && !person.BlockedAt.IsZero():
			return rapporteur.Problemf(rapporteur.ProblemUnidentified, "Not identified", "An administrator keeps this person out.")
		}
		return err
	})
}

// session is who is signed in at this house's pages, as long as they may act.
func (h *House) session(r *http.Request) (rapporteur.Principal, error) {
	sessions := frame.NewSessions(access.Sessions{Store: h.Store, Clock: h.Clock, Person: frame.PersonOf}, h.BaseURL)
	who, err := frame.SignedIn(r, sessions)
	if err != nil || who.ID == "" {
		return who, err
	}
	in, err := h.signIn().InForce(r.Context(), who)
	if err == nil && !in {
		err = rapporteur.Problemf(rapporteur.ProblemUnidentified, "Signed out", "Sign in at the pages of this house again.")
	}
	return who, err
}
