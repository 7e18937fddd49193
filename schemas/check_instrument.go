package schemas

import (
	"bytes"
	"fmt"
	"io/fs"

	"github.com/rapporteur/rapporteur"
)

// CheckInstrument reads one instrument file against what else is in the given
// file systems, with every rule of Load, and sees that
// its id is not another instrument's. A file system may hold the file itself.
// It fails with all Faults of the file; see Faults.
func CheckInstrument(fsys fs.FS, name string, with ...fs.FS) (rapporteur.Instrument, error) {
	c, err := ground(with)
	if err != nil {
		return rapporteur.Instrument{}, err
	}
	i, err := readInstrument(fsys, name, c)
	if err != nil {
		return rapporteur.Instrument{}, err
	}
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return rapporteur.Instrument{}, fmt.Errorf("cannot read %s: %w", name, err)
	}
	return i, everyInstrument(with, func(f fs.FS, other string) error {
		if same, err := fs.ReadFile(f, other); err == nil && bytes.Equal(text, same) {
			return nil
		}
		// What is wrong with other files is not this file's fault.
		if twin, err := readInstrument(f, other, c); err == nil && twin.ID == i.ID {
			return &Fault{File: name, Field: "id", Line: 1, Reason: fmt.Sprintf("%s is already in %s", i.ID, other)}
		}
		return nil
	})
}
