package wiring

import (
	"fmt"
	"os"

	"github.com/rapporteur/rapporteur/figures"
)

// glotip is the crosswalk by which UNODC's figures are put in their places.
const glotip = "glotip"

// Published says which published figures contributors' answers can be prefilled
// from.
type Published struct {
	GLOTIP string `name:"glotip" env:"RAPPORTEUR_GLOTIP" help:"UNODC's public figures (CSV or CSV.gz, as of the Global Report on Trafficking in Persons), from which Member States can have their tables filled in." placeholder:"FILE" type:"existingfile"`
}

// Publish gives the house its published figures; none where no file is named.
func (h *House) Publish(p Published) error {
	if p.GLOTIP == "" {
		return nil
	}
	crosswalk, err := h.Catalogue.Crosswalk(glotip)
	if err != nil {
		return err
	}
	file, err := os.Open(p.GLOTIP)
	if err != nil {
		return fmt.Errorf("cannot open figures: %w", err)
	}
	defer func() { _ = file.Close() }()
	rows, err := figures.ReadGLOTIP(file)
	if err != nil {
		return fmt.Errorf("%s: %w", p.GLOTIP, err)
	}
	h.Published = figures.NewPublished(rows, crosswalk)
	return nil
}
