package schemas

import (
	"embed"
	"io/fs"
)

//go:embed codelists crosswalks holidays instruments profiles questionnaires registry translations
var files embed.FS

// Embedded is the data that comes with the release: S/RES/2388 (2017), its
// questionnaires, the registry of 2017 and later, official holidays, processing
// profiles, crosswalks of published figures, code lists, and all of their texts in
// the official languages.
func Embedded() fs.FS { return files }
