package wiring

import (
	"context"
	"errors"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// Sealing says with which keys answers are sealed at rest.
type Sealing struct {
	SealingKey []string `env:"RAPPORTEUR_SEALING_KEY" secret:"file" help:"File with the key by which answers are sealed at rest, as rapporteur key sealing makes it; the newest first. Repeat it for those before, until rapporteur reseal is through." placeholder:"FILE" type:"path"`
}

// Vault is the vault with those keys. Without any there is no service: nothing is
// kept that anybody with a copy of the database could read.
func (s Sealing) Vault() (rapporteur.Vault, error) {
	if len(s.SealingKey) == 0 {
		return nil, errors.New("no sealing key is set: make one with `rapporteur key sealing FILE` and give it as RAPPORTEUR_SEALING_KEY")
	}
	return access.LoadVault(s.SealingKey...)
}

// Reseal seals with the newest key what the record and the bucket of files hold,
// and tells how much it was.
func (h *House) Reseal(ctx context.Context) (int, error) {
	kept, err := h.Store.Reseal(ctx)
	if err != nil || h.bucket == nil {
		return kept, err
	}
	files, err := h.Attachments().Reseal(ctx)
	return kept + files, err
}

// MakeSealingKey makes the key by which a house seals, unless the file is there.
// Nobody but its owner may read it. Whoever loses it loses what it sealed.
func MakeSealingKey(file string) error { return makeKey(file, access.NewSealingKey) }
