package wiring

import (
	"runtime/debug"
	"testing"
)

func TestBuilds(t *testing.T) {
	const commit = "0123456789abcdef0123456789abcdef01234567"
	for _, c := range []struct{ version, revision, wantVersion, wantID string }{
		{"v0.2.0", commit, "v0.2.0", "v0.2.0-0123456789ab"},
		{"v0.2.0", "", "v0.2.0", "v0.2.0"},
		{"(devel)", commit, "0123456789ab", "0123456789ab"},
		{"v0.0.0-20261126200000-0123456789ab+dirty", commit, "v0.0.0-20261126200000-0123456789ab+dirty", "v0.0.0-20261126200000-0123456789ab+dirty"},
		{"", "", "development", "development"},
	} {
		info := &debug.BuildInfo{Main: debug.Module{Version: c.version}}
		if c.revision != "" {
			info.Settings = []debug.BuildSetting{{Key: "vcs.revision", Value: c.revision}}
		}
		b := buildOf(info)
		if b.version != c.wantVersion || b.id() != c.wantID {
			t.Errorf("%q of %q: version %q, build %q", c.version, c.revision, b.version, b.id())
		}
	}
}

func TestDeploymentNames(t *testing.T) {
	for _, c := range []struct {
		d  Deployment
		ok bool
	}{
		{Deployment{Deployment: "rapporteur", BuildID: "v0.2.0-0123456789ab"}, true},
		{Deployment{Deployment: "rapporteur"}, true}, // the program's own
		{Deployment{Deployment: "none"}, true},
		{Deployment{Deployment: "rapporteur.un"}, false},
		{Deployment{Deployment: "rapporteur:un"}, false},
		{Deployment{Deployment: ""}, false},
		{Deployment{Deployment: "rapporteur", BuildID: "v0.2.0 of today"}, false},
		{Deployment{Deployment: "rapporteur", BuildID: "a:b"}, false},
	} {
		if faults := c.d.Faults(); (len(faults) == 0) != c.ok {
			t.Errorf("%+v: %v", c.d, faults)
		}
	}
	if o := (Deployment{Deployment: "none", BuildID: "b"}).Options(); o.Deployment != "" || o.BuildID != "" {
		t.Errorf("a worker without a version has %+v", o)
	}
	if o := (Deployment{Deployment: "d", BuildID: "b"}).Options(); o.Deployment != "d" || o.BuildID != "b" {
		t.Errorf("a worker with a version has %+v", o)
	}
}
