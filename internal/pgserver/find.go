package pgserver

import (
	"cmp"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Find returns the folder of PostgreSQL's server programs (initdb, postgres),
// which Debian keeps out of PATH; the newest version where there are several,
// and empty where there is none.
func Find() (binDir string) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if target, err := filepath.EvalSymlinks(path); err == nil {
			path = target
		}
		return filepath.Dir(path)
	}
	var found []string
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin/initdb",
		"/usr/pgsql-*/bin/initdb",
		"/opt/homebrew/opt/postgresql@*/bin/initdb",
		"/usr/local/opt/postgresql@*/bin/initdb",
	} {
		paths, _ := filepath.Glob(pattern) // the patterns are constants and well-formed
		found = append(found, paths...)
	}
	if len(found) == 0 {
		return ""
	}
	return filepath.Dir(slices.MaxFunc(found, func(a, b string) int {
		return cmp.Compare(version(a), version(b))
	}))
}

// version returns the version in a path like /usr/lib/postgresql/15/bin/initdb,
// or zero.
func version(path string) float64 {
	folder := filepath.Base(filepath.Dir(filepath.Dir(path)))
	number, err := strconv.ParseFloat(folder[strings.LastIndexAny(folder, "@-")+1:], 64)
	if err != nil {
		return 0
	}
	return number
}
