// Package endtoend holds no code: its tests run whole cycles through
// everything that is real — Temporal's server with a clock that moves, record
// and engine on SQLite and on PostgreSQL, mail over SMTP, the instrument and its questionnaires — and
// record the histories that later releases must be able to replay
// (go test ./workflows/endtoend -update). They are apart because Temporal's
// server takes a minute to link.
package endtoend
