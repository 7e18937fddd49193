package main

import "golang.org/x/sys/unix"

// How large a process's files may be: not larger than most are, or as large as they like. What is larger already is
// not cut, but cannot grow.
const (
	diskFull = 64 << 10
	diskFree = unix.RLIM_INFINITY
)

// limitFiles sets how large the files of a running process may become. It stands for a disk that is full, without
// needing one: a write fails in the same places.
func limitFiles(pid int, size uint64) {
	if pid == 0 {
		return // it does not run, and so writes nothing
	}
	_ = unix.Prlimit(pid, unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: size, Max: unix.RLIM_INFINITY}, nil) // it may be gone
}
