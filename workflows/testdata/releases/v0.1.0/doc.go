// Package workflows conducts cycles, follow-ups and clearances on Temporal.
// Each workflow interprets one pure machine of package rapporteur: it asks the
// state what is due, carries that out through an activity, gives the result
// back to the state, and otherwise waits for the next date, a hint or a
// person. The rules are in rapporteur, the effects in activities; here is only
// the order of things.
//
// Business time is the workflow's clock plus the offset of its cycle. Hints
// say that the record has changed; a lost or doubled one changes nothing.
// People act by Updates, which are answered when the record has them.
//
// # Changing a workflow
//
// A cycle runs for a year and must finish on a newer release than it started
// on. Whatever changes the order of activities and timers goes through
// workflow.GetVersion with a change id named for the change
// (v0.2-collect-twice) and keeps the old branch until no history in
// testdata/histories needs it. Names in names.go never change.
package workflows
