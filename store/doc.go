// Package store keeps the record: cycles, requests, submissions, the chasing
// ledger, clearance, the audit trail and the outbox, in SQLite or PostgreSQL.
//
// There is one set of queries for both databases (a file for each subject) and
// two ways to run them: sqlite.go with groupcommit.go, where waiting writes are
// committed together by the one writer that SQLite allows, and postgres.go,
// where writers lock the rows they decide on. The schema is in migrations; a
// database whose schema is not this program's is refused. What both databases
// must do is said by package storetest, which runs on each.
package store
