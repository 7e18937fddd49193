// Package embedded runs a whole Temporal server inside this process: the four Temporal services and, if wanted,
// Temporal's web UI, all on loopback, with SQLite in a file or in memory, or PostgreSQL, underneath. It exists so that
// somebody who has only a binary can use the product (cmd/standalone), see a reporting year in a minute (the
// demonstration), and so that end-to-end tests run against the real server. It is not for production, which uses a
// Temporal cluster of its own: one process, no authentication, no encryption between its parts.
//
// With Options.TimeSkipping the executions of the namespace can be moved through time by a [Clock]. Time never skips
// on its own: between two calls of [Clock.Advance] a 30-day timer stays 30 days away, so a demonstration or a test can
// act between jumps (signal, update, submit) and every execution reads the same business day.
package embedded
