// Package telemetry lets operators see the house at work: metrics for
// Prometheus, traces by OpenTelemetry, and the endpoint that says whether a
// process is alive and ready. It wraps the ports of the domain and hands hooks
// to the store and the engine, so that none of them knows who watches.
//
// Nothing here names a contributor, a person or an address, and nothing repeats
// what was submitted. Every label has few values: what the catalogue does not
// know is counted as "other".
package telemetry
