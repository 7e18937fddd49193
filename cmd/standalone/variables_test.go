package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
)

// Every variable of this program is known to the other ones, which would call it
// misspelt; and a folder, a database and an address that cannot be worked with are
// told at once.
func TestSettings(t *testing.T) {
	parser, err := kong.New(&commands{}, kong.Vars{"log_level": "warn"})
	if err != nil {
		t.Fatal(err)
	}
	_ = kong.Visit(parser.Model, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok {
			for _, env := range flag.Envs {
				if !slices.Contains(wiring.Variables, env) {
					t.Errorf("%s is not among wiring.Variables", env)
				}
			}
		}
		return next(nil)
	})
	faultsOf := func(args ...string) string {
		parser, err := kong.New(&commands{}, kong.Vars{"log_level": "warn"})
		if err != nil {
			t.Fatal(err)
		}
		_, faults, err := wiring.Parse(parser, args)
		if err != nil {
			t.Fatal(err)
		}
		var keys []string
		for _, f := range faults {
			keys = append(keys, f.Key)
		}
		slices.Sort(keys)
		return strings.Join(keys, " ")
	}
	if faults := faultsOf("serve", "--dir", filepath.Join(t.TempDir(), "data")); faults != "" {
		t.Errorf("without anything set: %s", faults)
	}
	if faults := faultsOf("serve", "--database=mysql://h/d", "--listen=here", "--smtp-timeout=0s"); faults != "RAPPORTEUR_DATABASE RAPPORTEUR_LISTEN RAPPORTEUR_SMTP_TIMEOUT" {
		t.Errorf("found %q", faults)
	}
}
