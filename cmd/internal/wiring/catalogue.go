package wiring

import (
	"fmt"
	"io/fs"
	"os"

	"github.com/rapporteur/rapporteur/schemas"
)

// Instruments says where instruments lie that the release does not carry.
type Instruments struct {
	Instruments string `env:"RAPPORTEUR_INSTRUMENTS" help:"Folder of further instruments: YAML files in it or in its folder instruments/, with questionnaires/, registry/ and translations/ as in schemas/." placeholder:"DIR" type:"existingdir"`
	// Further is read like what the release carries: for programs that bring
	// contributors of their own.
	Further []fs.FS `kong:"-"`
}

// Files are the file systems of the release, further ones and that of the
// folder, where there is one.
func (i Instruments) Files() []fs.FS {
	files := append([]fs.FS{schemas.Embedded()}, i.Further...)
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
		names, err := schemas.InstrumentFiles(os.DirFS(i.Instruments))
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
	return catalogue, nil
}
