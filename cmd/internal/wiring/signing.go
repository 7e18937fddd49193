package wiring

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/workbook"
)

// Signing says with which keys receipts and delivery records are signed and
// verified.
type Signing struct {
	SigningKey []string `env:"RAPPORTEUR_SIGNING_KEY" secret:"file" help:"File with an Ed25519 key (PEM), by which receipts of submissions and records of deliveries are signed; the newest first. Repeat it for those before, so that what they signed can be checked: of these the public keys suffice." placeholder:"FILE" type:"path"`
}

// Sign gives the house its signing keys.
func (h *House) Sign(s Signing) error {
	keys, err := access.LoadSigningKeys(s.SigningKey...)
	if err != nil {
		return err
	}
	h.Signer = keys
	return nil
}

// signs lets a worker sign where it has a key. One that was given only keys by
// which it cannot is not what somebody meant.
func (h *House) signs(c *rapporteur.Conduct) error {
	switch {
	case h.Signer.CanSign():
		c.Signer = h.Signer
	case len(h.Signer.Keys()) > 0:
		return errors.New("none of the signing keys is a private key: a worker signs with one")
	}
	return nil
}

// MustSign is an error where the house has no key to sign receipts with: it
// would have to refuse every submission.
func (h *House) MustSign() error {
	if h.Signer.CanSign() {
		return nil
	}
	return errors.New("no private signing key is set, and every submission is answered with a signed receipt: " +
		"make one with `rapporteur key signing FILE` and give it as RAPPORTEUR_SIGNING_KEY")
}

// correspondence is what contributors can do here.
func (h *House) correspondence() rapporteur.Correspondence {
	c := rapporteur.Correspondence{Store: h.Store, Catalogue: h.Catalogue, Clock: h.Clock, Links: h.links, Published: h.Published, Workbooks: workbook.Workbooks{}}
	if h.Signer.CanSign() {
		c.Signer = h.Signer
	}
	if h.watch != nil {
		c.Meter = h.watch.Meter()
	}
	return c
}

// MakeSigningKey makes the key by which a house signs, unless the file is there.
// Nobody but its owner may read it.
func MakeSigningKey(file string) error { return makeKey(file, access.NewSigningKey) }

func makeKey(file string, fresh func() ([]byte, error)) error {
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	key, err := fresh()
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, key, 0o600); err != nil {
		return fmt.Errorf("cannot write key: %w", err)
	}
	return nil
}
