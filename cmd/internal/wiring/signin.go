package wiring

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/notify"
	"github.com/rapporteur/rapporteur/web"
	"github.com/rapporteur/rapporteur/web/frame"
	"github.com/rapporteur/rapporteur/web/signin"
)

// SignIn says how staff sign in, and where requests come from.
type SignIn struct {
	OIDCIssuer           string   `name:"oidc-issuer" env:"RAPPORTEUR_OIDC_ISSUER" help:"OpenID Connect provider by which staff sign in, as its ID tokens name it. Without it they sign in by links of the command link." placeholder:"URL"`
	OIDCClientID         string   `name:"oidc-client-id" env:"RAPPORTEUR_OIDC_CLIENT_ID" help:"As which this house is registered with the provider; its redirect URI is BASE-URL/sign-in/callback." placeholder:"ID"`
	OIDCClientSecretFile string   `name:"oidc-client-secret-file" env:"RAPPORTEUR_OIDC_CLIENT_SECRET_FILE" secret:"file" help:"File with the secret of the client; none for a public client." placeholder:"FILE" type:"path"`
	OIDCClaim            string   `name:"oidc-claim" env:"RAPPORTEUR_OIDC_CLAIM" default:"groups" help:"Claim that roles come from: a name, or a path with points into objects." placeholder:"NAME"`
	OIDCScope            []string `name:"oidc-scope" env:"RAPPORTEUR_OIDC_SCOPE" default:"profile" help:"Scopes to ask for beside openid." placeholder:"SCOPE"`
	OIDCRole             []string `name:"oidc-role" env:"RAPPORTEUR_OIDC_ROLE" help:"Which value of the claim gives a role: secretariat=VALUE or administrator=VALUE; repeat it, or separate by commas." placeholder:"ROLE=VALUE"`
	OIDCOffice           []string `name:"oidc-office" env:"RAPPORTEUR_OIDC_OFFICE" help:"Which value of the claim makes a clearance officer of an office: OLA=VALUE." placeholder:"OFFICE=VALUE"`
	ClientAddressHeader  string   `env:"RAPPORTEUR_CLIENT_ADDRESS_HEADER" help:"Field in which the proxy before the service puts the client's address last, such as X-Forwarded-For, for limits. Set it only behind a proxy that sets it." placeholder:"FIELD"`
}

// LetIn gives the house the ways by which people come in: links, mailed where a
// mail relay is set, and the provider where one is. A provider that does not
// answer is asked again when somebody signs in; one that is another than the
// settings say is a mistake.
func (h *House) LetIn(ctx context.Context, s SignIn, mail Mail) error {
	base, err := url.Parse(mail.BaseURL)
	if err != nil || base.Host == "" || (base.Scheme != "http" && base.Scheme != "https") {
		return errors.New("the base URL is no address: set RAPPORTEUR_BASE_URL to where people reach the service, https://host")
	}
	h.BaseURL, h.clientHeader = base, s.ClientAddressHeader
	if mail.SMTPURL != "" || mail.SMTPURLFile != "" {
		mailbox, err := h.mailbox(mail)
		if err != nil {
			return err
		}
		h.post = newPost(h.mailing(mailbox), h.Logger)
	} else {
		h.Logger.Info().Msg("no mail relay is set: nobody can ask for a link to sign in by")
	}
	if s.OIDCIssuer == "" {
		return s.alone()
	}
	return h.know(ctx, s)
}

// alone makes sure that nothing is set about a provider that is not.
func (s SignIn) alone() error {
	if s.OIDCClientID != "" || s.OIDCClientSecretFile != "" || len(s.OIDCRole) > 0 || len(s.OIDCOffice) > 0 {
		return errors.New("a client or roles of a provider are set, and no provider: set RAPPORTEUR_OIDC_ISSUER, or leave the others out")
	}
	return nil
}

// know sets the provider up.
func (h *House) know(ctx context.Context, s SignIn) error {
	grants, err := s.grants()
	if err != nil {
		return err
	}
	client, err := secret("oidc-client-secret", "", s.OIDCClientSecretFile)
	if err != nil {
		return err
	}
	provider, err := access.NewOIDC(access.OIDCConfig{
		Issuer: s.OIDCIssuer, ClientID: s.OIDCClientID, ClientSecret: client,
		RedirectURL: h.BaseURL.JoinPath("sign-in", "callback").String(), AfterURL: h.BaseURL.JoinPath("sign-in").String(),
		Scopes: s.OIDCScope, Claim: s.OIDCClaim, Grants: grants, Clock: time.Now,
	})
	if err != nil {
		return fmt.Errorf("cannot use OpenID Connect: %w (see the settings RAPPORTEUR_OIDC_…)", err)
	}
	asking, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	switch err := provider.Discover(asking); {
	case errors.Is(err, access.ErrOtherIssuer):
		return fmt.Errorf("cannot use OpenID Connect: %w: set RAPPORTEUR_OIDC_ISSUER as the provider names itself", err)
	case err != nil:
		h.Logger.Warn().Err(err).Msg("the provider does not answer; asking again when somebody signs in")
	}
	h.oidc = provider
	return nil
}

// grants reads which values give which roles.
func (s SignIn) grants() (map[string]access.Grant, error) {
	grants := map[string]access.Grant{}
	add := func(setting, pair string, grant func(name string) access.Grant) error {
		name, value, found := strings.Cut(pair, "=")
		switch _, twice := grants[value]; {
		case !found || name == "" || value == "":
			return fmt.Errorf("cannot read %s %q: want name=value", setting, pair)
		case twice:
			return fmt.Errorf("cannot read %s: the value %q is mapped twice", setting, value)
		}
		grants[value] = grant(name)
		return nil
	}
	for _, pair := range s.OIDCRole {
		err := add("RAPPORTEUR_OIDC_ROLE", pair, func(name string) access.Grant { return access.Grant{Role: rapporteur.Role(name)} })
		if err != nil {
			return nil, err
		}
	}
	for _, pair := range s.OIDCOffice {
		err := add("RAPPORTEUR_OIDC_OFFICE", pair, func(name string) access.Grant { return access.Grant{Role: rapporteur.RoleClearance, Office: name} })
		if err != nil {
			return nil, err
		}
	}
	return grants, nil
}

// signIn is how people come in.
func (h *House) signIn() rapporteur.SignIn {
	s := rapporteur.SignIn{Store: h.Store, Catalogue: h.Catalogue, Clock: h.Clock, Links: h.links}
	if h.post != nil {
		s.Post = h.post.put
	}
	return s
}

// entrance adds to the pages' configuration how people come in and stay.
func (h *House) entrance(c web.Config) web.Config {
	c.SignIn, c.OIDC, c.ClientHeader = h.signIn(), h.oidc, h.clientHeader
	c.InForce = signin.InForce(c.SignIn)
	c.Sessions = frame.NewSessions(access.Sessions{Store: h.Store, Clock: time.Now, Person: frame.PersonOf}, h.BaseURL)
	return c
}

// LocalLink makes a link by which somebody signs in once, as whoever has the
// machine may.
func (h *House) LocalLink(ctx context.Context, base string, role rapporteur.Role, contributor rapporteur.ContributorID, office string, lasts time.Duration) (string, error) {
	at, err := url.Parse(base)
	if err != nil || at.Host == "" {
		return "", errors.New("the base URL is no address: set RAPPORTEUR_BASE_URL")
	}
	link, err := h.signIn().LocalLink(ctx, rapporteur.Principal{ID: ActorLocal}, role, contributor, office, lasts)
	if err != nil {
		return "", err
	}
	at = at.JoinPath("sign-in", "link")
	at.RawQuery = url.Values{"token": {link.Token}}.Encode()
	return at.String(), nil
}

// mailbox is the Secretariat's, over the mail relay.
func (h *House) mailbox(mail Mail) (*notify.Mail, error) {
	smtp, err := mail.SMTP()
	if err != nil {
		return nil, err
	}
	return notify.New(notify.Config{
		URL: smtp, From: mail.MailFrom, BaseURL: mail.BaseURL, Timeout: mail.SMTPTimeout, ReuseConnection: true, Log: h.Logger,
	})
}
