//go:build !unix

package main

import "runtime"

// peakMemory is the memory the process has taken from the system, in MiB.
func peakMemory() int64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.Sys >> 20)
}
