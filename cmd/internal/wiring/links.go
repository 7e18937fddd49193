package wiring

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/rapporteur/rapporteur/access"
)

// Links says with which secret the links in mails are made and known again, by
// which a request can be answered.
type Links struct {
	LinkSecretFile string        `env:"RAPPORTEUR_LINK_SECRET_FILE" secret:"file" help:"File with the secret by which links in mails sign in or answer a request; serve, worker and link need the same. Without it mails have no such links; another secret ends all that are out." placeholder:"FILE" type:"path"`
	SignInLinkFor  time.Duration `env:"RAPPORTEUR_SIGN_IN_LINK_FOR" default:"336h" help:"How long the link in a letter signs in."`
}

// maxSignInLinkFor is how long a letter's link may sign in at most.
const maxSignInLinkFor = 90 * 24 * time.Hour

// Link gives the house the secret for links, where one is set.
func (h *House) Link(l Links) error {
	if l.LinkSecretFile == "" {
		h.Logger.Info().Msg("no secret for links is set: mails carry no links to answer by")
		return nil
	}
	secret, err := access.LoadLinkSecret(l.LinkSecretFile)
	if err != nil {
		return err
	}
	if l.SignInLinkFor < 0 || l.SignInLinkFor > maxSignInLinkFor {
		return errors.New("a letter's link to sign in by lasts too long or not at all: set RAPPORTEUR_SIGN_IN_LINK_FOR to at most 2160h (90 days)")
	}
	h.links, h.signInFor = secret, l.SignInLinkFor
	return nil
}

// MakeLinkSecret makes the secret for links in mails, unless the file is there.
// Nobody but its owner may read it.
func MakeLinkSecret(file string) error {
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	secret, err := access.NewLinkSecret()
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, secret, 0o600); err != nil {
		return fmt.Errorf("cannot write secret for links: %w", err)
	}
	return nil
}
