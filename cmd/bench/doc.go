// Command bench measures the product against a floor that does the least any
// program would have to: it opens a cycle of N requests on the real engine,
// submits an answer of 6 kB to each from 16 clients over HTTP, and waits until
// all are collected. The floor knows the callers by the same keys, validates the same
// answers and puts them, through the same HTTP server, into the same kind of database, in one transaction of two
// rows each.
//
// Both are measured in the same run, by turns, so that a busy disk or a noisy
// neighbour meets both. Each server is a process of its own (this program once
// more, in a hidden role), so that processor time and memory are the server's
// and not the clients'.
package main
