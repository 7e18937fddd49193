package wiring

import (
	"fmt"
	"io/fs"
	"os"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/schemas"
)

// Instruments says where instruments lie that the release does not carry.
type Instruments struct {
	Instruments string `env:"RAPPORTEUR_INSTRUMENTS" help:"Folder of further instruments: YAML files in it or in its folder instruments/, with questionnaires/, registry/ and translations/ as in schemas/." placeholder:"DIR" type:"existingdir"`
	// Further are contributors beside those of the registry, of a program that
	// makes them up to measure with.
	Further []rapporteur.Contributor `kong:"-"`
}

// Files are the file systems of the release and of the folder, where there is
// one.
func (i Instruments) Files() []fs.FS {
	files := []fs.FS{schemas.Embedded()}
	if i.Instruments != "" {
		files = append(files, os.DirFS(i.Instruments))
	}
	return files
}

// Catalogue loads what the release carries and what the folder adds. A folder
// without any instrument is refused: its name is mistaken.
func (i Instruments) Catalogue() (*schemas.Catalogue, error) {
	files := i.Files()
	if i.Instruments != "" {
		names, err := schemas.InstrumentFiles(files[1])
		if err != nil {
			return nil, fmt.Errorf("cannot read %s: %w", i.Instruments, err)
		}
		if len(names) == 0 {
			return nil, fmt.Errorf("cannot read %s: want instruments in it or in its folder instruments/, as .yaml files", i.Instruments)
		}
	}
	catalogue, err := schemas.Load(files...)
	if err != nil {
		return nil, fmt.Errorf("cannot load schemas: %w", err)
	}
	if len(i.Further) > 0 {
		catalogue = catalogue.With(i.Further)
	}
	return catalogue, nil
}
