package main

import (
	"cmp"
	"slices"
)

// The contenders.
const (
	product = "rapporteur"
	floor   = "floor"
)

// line is one measured line. What a floor does not have is 0. Times are in
// milliseconds of the wall clock, memory in MiB, sizes in KiB or bytes; "per
// contributor" is for each contributor of the cycles that were measured.
type line struct {
	Contender string `json:"contender"`
	Database  string `json:"database"`
	N         int    `json:"n"`
	Clients   int    `json:"clients"`
	// Open is from the wish for a cycle to its requests and ladder being durable.
	Open float64 `json:"open_ms"`
	// PerSecond, and the percentiles of the time from sending an answer to reading
	// its acknowledgement.
	PerSecond float64 `json:"submissions_per_s"`
	P50       float64 `json:"p50_ms"`
	P95       float64 `json:"p95_ms"`
	P99       float64 `json:"p99_ms"`
	// Complete is from the last acknowledgement to every answer collected and
	// collection closed.
	Complete float64 `json:"complete_ms"`
	// CPU is the processor time of the server, and of the database's where that is
	// another process, to open, accept, collect and complete.
	CPU       float64 `json:"cpu_ms_per_contributor"`
	PeakRSS   float64 `json:"peak_rss_mb"`
	Events    float64 `json:"history_events"` // of the cycle's workflow
	SizeInKiB float64 `json:"database_kb_per_contributor"`

	// Parts of CPU, and what is beside it.
	OpenCPU     float64 `json:"open_cpu_ms_per_contributor"`
	AcceptCPU   float64 `json:"accept_cpu_ms_per_contributor"`
	CompleteCPU float64 `json:"complete_cpu_ms_per_contributor"`
	LettersCPU  float64 `json:"letters_cpu_ms_per_contributor"` // composing and sending the requests by mail
	DatabaseCPU float64 `json:"database_server_cpu_ms_per_contributor"`
	ClientsCPU  float64 `json:"clients_cpu_ms_per_contributor"`
	Letters     float64 `json:"letters_ms"`
	IdleCPU     float64 `json:"idle_cpu_percent"` // of one core, while a cycle is open
	IdleRSS     float64 `json:"idle_rss_mb"`
	EventBytes  float64 `json:"history_bytes_per_contributor"`
	EngineInKiB float64 `json:"engine_database_kb"` // of each cycle
	Cycles      int     `json:"cycles"`             // that the line is measured on
	Submissions int     `json:"submissions"`        // acknowledged, and found in the record
}

// figures are those of which medians are taken and that are printed.
func (l *line) figures() []*float64 {
	return []*float64{
		&l.Open, &l.PerSecond, &l.P50, &l.P95, &l.P99, &l.Complete, &l.CPU, &l.PeakRSS, &l.Events, &l.SizeInKiB,
		&l.OpenCPU, &l.AcceptCPU, &l.CompleteCPU, &l.LettersCPU, &l.DatabaseCPU, &l.ClientsCPU, &l.Letters,
		&l.IdleCPU, &l.IdleRSS, &l.EventBytes, &l.EngineInKiB,
	}
}

// medians are the lines of several runs in one. Runs have the same lines in the
// same order.
func medians(runs [][]line) []line {
	if len(runs) == 0 {
		return nil
	}
	out := slices.Clone(runs[0])
	for n := range out {
		for f, to := range out[n].figures() {
			var values []float64
			for _, run := range runs {
				values = append(values, *run[n].figures()[f])
			}
			*to = median(values)
		}
	}
	return out
}

// median is the middle value, or the mean of the two in the middle; 0 of none.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

// percentile is the value that a share of the sorted values does not exceed, by
// nearest rank; 0 of none.
func percentile[T cmp.Ordered](sorted []T, share float64) T {
	var none T
	if len(sorted) == 0 {
		return none
	}
	rank := int(share*float64(len(sorted))+0.9999999) - 1
	return sorted[min(max(rank, 0), len(sorted)-1)]
}
