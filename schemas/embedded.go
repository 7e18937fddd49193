package schemas

import (
	"embed"
	"io/fs"
)

//go:embed instruments questionnaires registry
var files embed.FS

// Embedded is the data that comes with the release: S/RES/2388 (2017), its
// questionnaires and the registry of 2017 and later.
func Embedded() fs.FS { return files }
