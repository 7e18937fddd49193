package wiring

import "runtime/debug"

// release is set by the linker where a release is built, which knows nothing of
// the repository so that the same sources give the same bytes anywhere.
var release string

// Version is the release this program was built from, or the commit, or
// "development".
func Version() string {
	if release != "" {
		return release
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "development"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return s.Value[:12]
		}
	}
	return "development"
}
