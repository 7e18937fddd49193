package schemas

import (
	"embed"
	"io/fs"
)

//go:embed crosswalks holidays instruments profiles questionnaires registry
var files embed.FS

// Embedded is the data that comes with the release: S/RES/2388 (2017), its
// questionnaires, the registry of 2017 and later, official holidays, processing
// profiles and crosswalks of published figures.
func Embedded() fs.FS { return files }
