// Package activities is the engine's hands: one struct per capability, one
// method per step, each wrapping one use-case of rapporteur.Conduct. Workflows
// decide when a step is due, these carry it out; all are idempotent, so the
// engine may repeat them after a crash.
//
// What goes in and comes out is written into the engine's history, which
// operators read: ids, dates, counts and hashes, never a name, an address or a
// body.
package activities
