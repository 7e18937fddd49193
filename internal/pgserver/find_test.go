package pgserver

import "testing"

func TestNewestVersionWins(t *testing.T) {
	for path, want := range map[string]float64{
		"/usr/lib/postgresql/15/bin/initdb":          15,
		"/usr/lib/postgresql/9.6/bin/initdb":         9.6,
		"/usr/pgsql-17/bin/initdb":                   17,
		"/opt/homebrew/opt/postgresql@16/bin/initdb": 16,
		"/somewhere/else/bin/initdb":                 0,
	} {
		if got := version(path); got != want {
			t.Errorf("version(%q) = %v, want %v", path, got, want)
		}
	}
}
