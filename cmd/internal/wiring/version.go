package wiring

import (
	"runtime/debug"
	"strings"
)

type built struct {
	version  string
	revision string // the first twelve digits, empty where it is not known
}

// release is set by the linker where a release is built, which knows nothing of
// the repository so that the same sources give the same bytes anywhere.
var release string

// Version is the release this program was built from, or the commit, or
// "development".
func Version() string { return build().version }

// BuildID is the version with the commit it was built from, where it is known:
// two builds of one version that differ are two builds.
func BuildID() string { return build().id() }

func (b built) id() string {
	if b.revision == "" || strings.Contains(b.version, b.revision) {
		return b.version
	}
	return b.version + "-" + b.revision
}

func build() built {
	if release != "" {
		return built{version: release}
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return built{version: development}
	}
	return buildOf(info)
}

const development = "development"

func buildOf(info *debug.BuildInfo) built {
	b := built{version: development}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			b.revision = s.Value[:12]
			b.version = b.revision
		}
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		b.version = v
	}
	return b
}
