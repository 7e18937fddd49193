package access

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"

	"github.com/rapporteur/rapporteur"
)

// minLinkSecret is how many bytes a secret for links must have: as many as its
// tokens (RFC 2104, section 3).
const minLinkSecret = 32

// LoadLinkSecret reads the secret by which links in mails are made from a file;
// space around it does not count. Nothing of it is ever part of an error.
func LoadLinkSecret(file string) (rapporteur.LinkSecret, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("cannot read secret for links: %w", err)
	}
	secret := bytes.TrimSpace(content)
	if len(secret) < minLinkSecret {
		return nil, fmt.Errorf("cannot read secret for links %s: want at least %d characters, chosen at random", file, minLinkSecret)
	}
	return secret, nil
}

// NewLinkSecret makes a secret for links, as a file has it.
func NewLinkSecret() ([]byte, error) {
	random := make([]byte, minLinkSecret)
	if _, err := rand.Read(random); err != nil {
		return nil, errors.New("cannot make secret for links")
	}
	return []byte(hex.EncodeToString(random) + "\n"), nil
}
