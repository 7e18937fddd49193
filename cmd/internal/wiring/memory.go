package wiring

import (
	"os"
	"runtime/debug"
)

const (
	// garbage is how much dead memory, in percent of what is in use, may pile up
	// before it is collected. What is in use is small beside what answers take while
	// they are accepted: collecting half as often saves a tenth of the processor.
	garbage = 200
	// memoryGoal is above how much memory it is collected sooner. The text of the
	// program, some 150 MB, comes to that: together they stay below 400 MB.
	memoryGoal = 220 << 20
)

// BeModest has the runtime of a process that carries everything, Temporal too, keep
// its memory small without working for it all the time, unless whoever starts the
// program says otherwise by GOGC or GOMEMLIMIT.
func BeModest() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryGoal)
	}
}
