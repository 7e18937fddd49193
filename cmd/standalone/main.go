// Command standalone is the whole product in one process, without any set-up:
// Temporal with its web UI, the record in a file or on PostgreSQL, a mail sink,
// the worker and the API. It is what a newcomer runs first; for production see
// cmd/rapporteur.
package main

import (
	"os"

	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
)

// commands is the command line.
type commands struct {
	Serve serveCommand `cmd:"" default:"withargs" help:"Serve everything in this process (the default)."`
	Demo  demoCommand  `cmd:"" help:"Run the twelve-month report of S/RES/2388 (2017) in minutes, with made-up people on the real engine."`

	wiring.Logging `embed:""`
}

func main() {
	wiring.BeModest()
	os.Exit(wiring.Run(&commands{}, "standalone", "Rapporteur in one process.", "warn"))
}
