package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// tick is the unit of /proc's processor times on every Linux of today.
const tick = 10 * time.Millisecond

// usage is what this process has used so far.
func usage() (report, error) {
	cpu, err := ownCPU()
	if err != nil {
		return report{}, err
	}
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return report{}, fmt.Errorf("cannot read memory in use: %w", err)
	}
	return report{CPU: cpu, Peak: inStatus(string(text), "VmHWM:"), Resident: inStatus(string(text), "VmRSS:")}, nil
}

// ownCPU is the processor time of this process.
func ownCPU() (time.Duration, error) {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0, fmt.Errorf("cannot read processor time: %w", err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano()), nil
}

// inStatus is a size of /proc/self/status in bytes, 0 where it is not there.
func inStatus(text, name string) int64 {
	_, rest, _ := strings.Cut(text, name)
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kib, _ := strconv.ParseInt(fields[0], 10, 64) // 0 where it is none
	return kib << 10
}

// cpuBelow is the processor time of the processes whose working folder is in a
// folder, as those of a PostgreSQL server are, with their children that have
// ended.
func cpuBelow(dir string) time.Duration {
	var ticks int64
	folders, _ := filepath.Glob("/proc/[0-9]*") // the pattern is well-formed
	for _, folder := range folders {
		at, err := os.Readlink(filepath.Join(folder, "cwd"))
		if err != nil || !strings.HasPrefix(at, dir) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(folder, "stat"))
		if err != nil {
			continue // it has ended
		}
		_, rest, _ := strings.Cut(string(text), ") ")
		fields := strings.Fields(rest)
		for n := 11; n < 15 && n < len(fields); n++ { // utime, stime, cutime, cstime
			value, _ := strconv.ParseInt(fields[n], 10, 64)
			ticks += value
		}
	}
	return time.Duration(ticks) * tick
}
