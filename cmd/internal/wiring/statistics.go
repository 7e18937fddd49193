package wiring

import (
	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/figures"
	"github.com/rapporteur/rapporteur/schemas"
)

// Codes are the code lists of the release and of the folder, for figures.
func (i Instruments) Codes() (figures.Codes, error) {
	catalogue, err := i.Catalogue()
	if err != nil {
		return figures.Codes{}, err
	}
	return figures.NewCodes(catalogue.CodeLists())
}

// statistics tells the figures of cycles by a catalogue's crosswalk and code
// lists; store and clock are the house's.
func statistics(catalogue *schemas.Catalogue) (rapporteur.Statistics, error) {
	crosswalk, err := catalogue.Crosswalk(glotip)
	if err != nil {
		return rapporteur.Statistics{}, err
	}
	codes, err := figures.NewCodes(catalogue.CodeLists())
	return rapporteur.Statistics{
		Catalogue: catalogue, Crosswalk: crosswalk, Lists: catalogue.CodeLists(), Statistician: figures.NewStatistician(codes),
	}, err
}
