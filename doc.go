// Package rapporteur is the language of reporting compliance: instruments and
// their provisions, streams and their cycles, contributors, requests,
// submissions, reminders, clearance and reports.
//
// It holds what must be true whatever the database, the mail server or the
// workflow engine: pure state machines, due-date rules, the use-cases that
// staff, contributors and the engine call, and the ports they need. It imports
// nothing else of this module and reads no clock: business time is always
// passed in.
//
// Read next: cycle.go (what a cycle is and how it moves), request.go (what one
// contributor is asked) and workflows/report_cycle.go (how Temporal conducts
// them).
package rapporteur
