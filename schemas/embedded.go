package schemas

import (
	"embed"
	"io/fs"
)

//go:embed holidays instruments profiles questionnaires registry
var files embed.FS

// Embedded is the data that comes with the release: S/RES/2388 (2017), its
// questionnaires, the registry of 2017 and later, official holidays and
// processing profiles.
func Embedded() fs.FS { return files }
