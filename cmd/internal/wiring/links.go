package wiring

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/rapporteur/rapporteur/access"
)

// Links says with which secret the links in mails are made and known again, by
// which a request can be answered.
type Links struct {
	LinkSecretFile string `env:"RAPPORTEUR_LINK_SECRET_FILE" help:"File with the secret by which links in mails answer a request; serve and worker need the same. Without it mails have no such links; another secret ends all that are out." placeholder:"FILE" type:"path"`
}

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
	h.links = secret
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
