// Package api serves the product over HTTP: REST under /v1, described by
// OpenAPI 3.1 at /openapi.json, errors as problem details (RFC 9457).
//
// It translates: requests into calls of package rapporteur's use-cases and of
// the engine, their results into documents of its own. Nothing of the domain
// goes onto the wire as it is, and no rule of the domain lives here. Who may do
// what is decided by package access, for every operation.
//
// Read next: service.go (how the parts are put together), register.go (what
// every operation goes through), then one file per resource.
package api
