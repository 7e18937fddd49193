//go:build unix

package main

import (
	"runtime"
	"syscall"
)

// peakMemory is the most memory the process has held, in MiB.
func peakMemory() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return usage.Maxrss >> 20 // bytes
	}
	return usage.Maxrss >> 10 // KiB
}
