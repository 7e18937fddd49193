package main

import (
	"os"
	"runtime/debug"
)

const (
	// garbage is how much dead memory, in percent of what is in use, may pile up
	// before it is collected. Everything is in one process here, which is idle most
	// of the time: memory is dearer than the processor.
	garbage = 50
	// memoryGoal is above how much memory it is collected sooner still. The text of
	// the program, some 130 MB, comes to that.
	memoryGoal = 240 << 20
)

// beModest has the runtime keep its memory small, unless whoever starts the
// program says otherwise by GOGC or GOMEMLIMIT.
func beModest() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryGoal)
	}
}
