package wiring

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/attachments"
	"github.com/rapporteur/rapporteur/notify"
	"github.com/rapporteur/rapporteur/store"
)

const databaseRemedy = "give sqlite:PATH or postgres://user:password@host:port/database, in the environment or in RAPPORTEUR_DATABASE_FILE"

// Faults are those of where the record is.
func (d Database) Faults() []Fault {
	key := "RAPPORTEUR_DATABASE"
	text, faults := twoPlaces(key, d.Database, "RAPPORTEUR_DATABASE_FILE", d.DatabaseFile)
	switch {
	case len(faults) > 0:
		return faults
	case text == "":
		return []Fault{{key, "is not set", databaseRemedy}}
	case d.DatabaseFile != "":
		key = "RAPPORTEUR_DATABASE_FILE"
	}
	if store.Check(text) != nil {
		return []Fault{{key, "is no database URL", databaseRemedy}}
	}
	return nil
}

// Faults are those of where the conductor is.
func (t Temporal) Faults() []Fault {
	faults := Address("RAPPORTEUR_TEMPORAL_ADDRESS", t.TemporalAddress)
	if t.TemporalNamespace == "" || strings.ContainsAny(t.TemporalNamespace, " \t\r\n") {
		faults = append(faults, Fault{"RAPPORTEUR_TEMPORAL_NAMESPACE", "is no name of a namespace", "give the namespace of the cycles, such as rapporteur"})
	}
	if t.TemporalUI != "" {
		faults = append(faults, WebAddress("RAPPORTEUR_TEMPORAL_UI", t.TemporalUI)...)
	}
	return faults
}

const smtpRemedy = "give smtp://user:password@host:port or smtps://…, in the environment or in RAPPORTEUR_SMTP_URL_FILE"

// Faults are those of how messages leave. No relay at all is none: a service
// without one only mails no links.
func (m Mail) Faults() []Fault {
	key := "RAPPORTEUR_SMTP_URL"
	text, faults := twoPlaces(key, m.SMTPURL, "RAPPORTEUR_SMTP_URL_FILE", m.SMTPURLFile)
	if m.SMTPURLFile != "" {
		key = "RAPPORTEUR_SMTP_URL_FILE"
	}
	if text != "" && notify.CheckServer(text) != nil {
		faults = append(faults, Fault{key, "is no address of a mail relay", smtpRemedy})
	}
	if notify.CheckSender(m.MailFrom) != nil {
		faults = append(faults, Fault{"RAPPORTEUR_MAIL_FROM", "is no sender of mails", "give NAME <MAILBOX@DOMAIN>"})
	}
	faults = append(faults, positive("RAPPORTEUR_SMTP_TIMEOUT", m.SMTPTimeout)...)
	return append(faults, WebAddress("RAPPORTEUR_BASE_URL", m.BaseURL)...)
}

// MustMail is a fault where no relay is set, for programs that send letters.
func (m Mail) MustMail() []Fault {
	if m.SMTPURL != "" || m.SMTPURLFile != "" {
		return nil
	}
	return []Fault{{"RAPPORTEUR_SMTP_URL", "is not set, and letters have to leave", smtpRemedy}}
}

const sealingRemedy = "make one with `rapporteur key sealing FILE` and name the file; the newest first"

// Faults are those of the keys that seal; without any there is no service.
func (s Sealing) Faults() []Fault {
	const key = "RAPPORTEUR_SEALING_KEY"
	if len(s.SealingKey) == 0 {
		return []Fault{{key, "is not set", sealingRemedy}}
	}
	return eachFile(key, sealingRemedy, s.SealingKey, func(file string) error {
		_, err := access.LoadVault(file)
		return err
	})
}

// Ring are the files of the sealing keys.
func (s Sealing) Ring() (key string, files []string) { return "RAPPORTEUR_SEALING_KEY", s.SealingKey }

const signingRemedy = "make one with `rapporteur key signing FILE` and name the file; the newest first"

// Faults are those of the keys that sign. Where any is given, one of them has to
// be private: only public ones are not what somebody meant.
func (s Signing) Faults() []Fault {
	const key = "RAPPORTEUR_SIGNING_KEY"
	private := false
	faults := eachFile(key, signingRemedy, s.SigningKey, func(file string) error {
		keys, err := access.LoadSigningKeys(file)
		private = private || err == nil && keys.CanSign()
		return err
	})
	if len(faults) == 0 && len(s.SigningKey) > 0 && !private {
		faults = append(faults, Fault{key, "names public keys only, with which nothing is signed", signingRemedy})
	}
	return faults
}

// Ring are the files of the signing keys.
func (s Signing) Ring() (key string, files []string) { return "RAPPORTEUR_SIGNING_KEY", s.SigningKey }

// MustSign is a fault where no key is given, for programs that answer with signed
// receipts.
func (s Signing) MustSign() []Fault {
	if len(s.SigningKey) > 0 {
		return nil
	}
	return []Fault{{"RAPPORTEUR_SIGNING_KEY", "is not set, and every submission is answered with a signed receipt", signingRemedy}}
}

// Faults are those of the secret for links.
func (l Links) Faults() []Fault {
	var faults []Fault
	if l.LinkSecretFile != "" {
		faults = eachFile("RAPPORTEUR_LINK_SECRET_FILE", "make one with `rapporteur key links FILE` and name the file", []string{l.LinkSecretFile}, func(file string) error {
			_, err := access.LoadLinkSecret(file)
			return err
		})
	}
	if l.SignInLinkFor <= 0 || l.SignInLinkFor > maxSignInLinkFor {
		faults = append(faults, Fault{"RAPPORTEUR_SIGN_IN_LINK_FOR", "lasts too long or not at all", "give at most 2160h (90 days), such as 336h"})
	}
	return faults
}

// Ring is the file of the secret for links.
func (l Links) Ring() (key string, files []string) {
	if l.LinkSecretFile != "" {
		files = []string{l.LinkSecretFile}
	}
	return "RAPPORTEUR_LINK_SECRET_FILE", files
}

// Faults are those of where files are kept.
func (a Attachments) Faults() []Fault {
	if a.Attachments == "" || attachments.Check(a.Attachments) == nil {
		return nil
	}
	return []Fault{{"RAPPORTEUR_ATTACHMENTS", "is no place for files", "give file:PATH or s3://BUCKET?region=REGION, with credentials in the environment as the AWS SDK takes them"}}
}

// Faults are those of the folder of instruments: each instrument in it has to hold.
func (i Instruments) Faults() []Fault {
	if i.Instruments == "" {
		return nil
	}
	if _, err := i.Catalogue(); err != nil {
		return []Fault{{"RAPPORTEUR_INSTRUMENTS", err.Error(), "mend the file; `rapporteur instrument check FILE` says more"}}
	}
	return nil
}

// Faults are those of the published figures. They are read when the service
// starts; here the file only has to be there.
func (p Published) Faults() []Fault {
	if p.GLOTIP == "" {
		return nil
	}
	file, err := os.Open(p.GLOTIP)
	if err != nil {
		return []Fault{{"RAPPORTEUR_GLOTIP", unread(err), "give UNODC's public figures as a CSV or CSV.gz file"}}
	}
	_ = file.Close()
	return nil
}

// Address are the faults of an address host:port to connect to or to listen on.
func Address(key, text string) []Fault {
	_, port, err := net.SplitHostPort(text)
	number, bad := strconv.ParseUint(port, 10, 16)
	if err != nil || bad != nil || number > 65535 || strings.ContainsAny(text, "/@ ") {
		return []Fault{{key, "is no address", "give HOST:PORT, such as 127.0.0.1:8080"}}
	}
	return nil
}

// WebAddress are the faults of where pages are.
func WebAddress(key, text string) []Fault {
	at, err := url.Parse(text)
	if err != nil || at.Hostname() == "" || !slices.Contains([]string{"http", "https"}, at.Scheme) || at.User != nil || at.RawQuery != "" || at.Fragment != "" {
		return []Fault{{key, "is no address of pages", "give https://HOST or https://HOST/PATH, without user, query and fragment"}}
	}
	return nil
}

func positive(key string, d time.Duration) []Fault {
	if d > 0 {
		return nil
	}
	return []Fault{{key, "is not longer than nothing", "give a duration such as 30s"}}
}

// Faults are those of how staff sign in.
func (s SignIn) Faults() []Fault {
	var faults []Fault
	if s.ClientAddressHeader != "" && !httpguts.ValidHeaderFieldName(s.ClientAddressHeader) {
		faults = append(faults, Fault{"RAPPORTEUR_CLIENT_ADDRESS_HEADER", "is no name of a field", "give the one that your proxy sets, such as X-Forwarded-For"})
	}
	if s.OIDCIssuer == "" {
		return append(faults, s.orphans()...)
	}
	_, unusable := twoPlaces("", "", "RAPPORTEUR_OIDC_CLIENT_SECRET_FILE", s.OIDCClientSecretFile)
	faults = append(faults, unusable...)
	roles := s.roleFaults()
	if faults = append(faults, roles...); len(roles) > 0 {
		return append(faults, s.provider(map[string]access.Grant{"-": {Role: rapporteur.RoleSecretariat}})...)
	}
	grants, _ := s.grants()
	return append(faults, s.provider(grants)...)
}

// provider are the faults of the provider and of this house as its client.
func (s SignIn) provider(grants map[string]access.Grant) []Fault {
	var faults []Fault
	config := access.OIDCConfig{Issuer: s.OIDCIssuer, ClientID: s.OIDCClientID, Claim: s.OIDCClaim, Grants: grants}
	if config.ClientID == "" {
		config.ClientID = "-"
		faults = append(faults, Fault{"RAPPORTEUR_OIDC_CLIENT_ID", "is not set", "register this house with the provider and give the client's id"})
	}
	if config.Claim == "" {
		config.Claim = "-"
		faults = append(faults, Fault{"RAPPORTEUR_OIDC_CLAIM", "is not set", "name the claim that roles come from, such as groups"})
	}
	switch _, err := access.NewOIDC(config); {
	case err == nil:
	case len(grants) == 0:
		faults = append(faults, Fault{"RAPPORTEUR_OIDC_ROLE", "is not set: nobody could sign in", "give secretariat=VALUE,administrator=VALUE with values of the claim"})
		config.Grants = map[string]access.Grant{"-": {Role: rapporteur.RoleSecretariat}}
		if _, err := access.NewOIDC(config); err != nil {
			faults = append(faults, issuerFault)
		}
	default:
		faults = append(faults, issuerFault)
	}
	return faults
}

var issuerFault = Fault{"RAPPORTEUR_OIDC_ISSUER", "is no address of a provider", "give https://host/path, as its ID tokens name it; http only on this machine"}

// orphans are settings of a provider that is not set.
func (s SignIn) orphans() []Fault {
	var faults []Fault
	for key, set := range map[string]bool{
		"RAPPORTEUR_OIDC_CLIENT_ID": s.OIDCClientID != "", "RAPPORTEUR_OIDC_CLIENT_SECRET_FILE": s.OIDCClientSecretFile != "",
		"RAPPORTEUR_OIDC_ROLE": len(s.OIDCRole) > 0, "RAPPORTEUR_OIDC_OFFICE": len(s.OIDCOffice) > 0,
	} {
		if set {
			faults = append(faults, Fault{key, "is set, and no provider", "set RAPPORTEUR_OIDC_ISSUER too, or leave it out"})
		}
	}
	return faults
}

// roleFaults are those of what gives roles and offices.
func (s SignIn) roleFaults() []Fault {
	var faults []Fault
	seen := map[string]bool{}
	look := func(key, remedy string, pairs []string, good func(name string) bool) {
		for n, pair := range pairs {
			name, value, found := strings.Cut(pair, "=")
			switch {
			case !found || name == "" || value == "":
				faults = append(faults, Fault{key, fmt.Sprintf("has an entry that is no pair: number %d", n+1), remedy})
			case !good(name):
				faults = append(faults, Fault{key, fmt.Sprintf("names %q, which nobody can be", name), remedy})
			case seen[value]:
				faults = append(faults, Fault{key, fmt.Sprintf("gives the value %q a second role", value), "map each value once"})
			}
			seen[value] = true
		}
	}
	look("RAPPORTEUR_OIDC_ROLE", "give secretariat=VALUE or administrator=VALUE", s.OIDCRole, func(name string) bool {
		return name == string(rapporteur.RoleSecretariat) || name == string(rapporteur.RoleAdministrator)
	})
	look("RAPPORTEUR_OIDC_OFFICE", "give OFFICE=VALUE, such as OLA=legal-clearance", s.OIDCOffice, func(string) bool { return true })
	return faults
}
