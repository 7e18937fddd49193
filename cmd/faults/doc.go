// Command faults breaks the product on purpose and looks whether it keeps its promises. It runs whole reporting years
// with real parts (API, workers, Temporal, PostgreSQL or SQLite, SMTP) in processes of their own, ends these at moments
// drawn from a seed, stops the database, has the mail server refuse, hang and forget, fills the disk, moves clocks, and
// sends as slow and rude clients do. At the end it holds the record against what clients were told and what the mail
// server got.
//
//	go run ./cmd/faults -seed 1 -kills 200 -for 30m
//
// It stops by itself, prints what it did and how to do it again, and exits with 1 where a promise was broken.
package main
