package api

import (
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/rapporteur/rapporteur"
)

// problemPath is where the type of every problem document leads.
const problemPath = "/problems/"

// Kinds of problems that only a web service has.
const (
	kindInternal      = "internal"
	kindMethod        = "method-not-allowed"
	kindNotAcceptable = "not-acceptable"
	kindMediaType     = "media-type"
	kindSlow          = "slow"
)

// problemKind explains one kind of problem to whoever meets it.
type problemKind struct {
	kind    string
	status  int
	title   string
	meaning string
	advice  string
}

// problemKinds lists every kind with its status code; the first of a status is
// the one for what the framework refuses with it.
var problemKinds = []problemKind{
	{string(rapporteur.ProblemMalformed), http.StatusBadRequest, "Malformed", "The request cannot be read: it is not JSON, not UTF-8, or a header has no sense.", "Mend the request; sending it again as it is will not help."},
	{string(rapporteur.ProblemUnidentified), http.StatusUnauthorized, "Unidentified", "No key came with the request, or one that is unknown, expired or revoked.", "Send the header Authorization: Bearer rap_… with a key that is in force."},
	{string(rapporteur.ProblemForbidden), http.StatusForbidden, "Forbidden", "The key is known, but its role may not do this.", "Ask somebody whose role allows it."},
	{string(rapporteur.ProblemNotFound), http.StatusNotFound, "Not found", "There is no such thing, or it is not yours to see.", "Check the address and the key."},
	{kindMethod, http.StatusMethodNotAllowed, "Method not allowed", "The address exists, the method does not.", "Use one of the methods that the header Allow names."},
	{kindNotAcceptable, http.StatusNotAcceptable, "Not acceptable", "None of the media types in the header Accept can be given.", "Ask for one that the OpenAPI document names."},
	{kindSlow, http.StatusRequestTimeout, "Too slow", "The body did not arrive whole, or not in time.", "Send the request again."},
	{string(rapporteur.ProblemConflict), http.StatusConflict, "Conflict", "The state of things does not allow it now.", "Read the detail and the present state; the request may be possible later, or never."},
	{string(rapporteur.ProblemClosed), http.StatusConflict, "Closed", "The time for it is over: collection has closed, or the request was withdrawn.", "Write to the Secretariat if the answer should still be seen."},
	{string(rapporteur.ProblemStale), http.StatusConflict, "Stale", "It was made for an older version: of the questionnaire, or of a draft.", "Fetch the present version and do it again."},
	{string(rapporteur.ProblemUnreachable), http.StatusConflict, "Unreachable", "Contributors have no focal point to write to.", "Give each a contact, or leave it out."},
	{string(rapporteur.ProblemPrecondition), http.StatusPreconditionFailed, "Precondition failed", "What you meant to change has changed since you read it: its ETag is another.", "Read it again, and decide again."},
	{string(rapporteur.ProblemTooLarge), http.StatusRequestEntityTooLarge, "Too large", "The body is over a limit of size, depth or number of items.", "Send less; a submission has at most 2 MiB, a workbook 5 MiB, an attachment 10 MiB."},
	{kindMediaType, http.StatusUnsupportedMediaType, "Media type not supported", "The body is of a media type that is not read here.", "Send application/json, or what the OpenAPI document names for the operation."},
	{string(rapporteur.ProblemInvalid), http.StatusUnprocessableEntity, "Invalid", "The request can be read and breaks a rule.", "Mend what the detail and the findings name."},
	{string(rapporteur.ProblemUnsupported), http.StatusUnprocessableEntity, "Unsupported", "Something that is not handled here, such as a stream of another shape, or a workbook with macros.", "See the detail."},
	{string(rapporteur.ProblemRejected), http.StatusUnprocessableEntity, "Rejected", "A submission has findings that block it. Nothing was stored.", "Mend each error, justify each warning, and submit again."},
	{string(rapporteur.ProblemReceiptOnly), http.StatusUnprocessableEntity, "Receipt only", "Content came where only a receipt is kept. Nothing of it was stored or logged.", "Hand the content to its destination by the channel agreed with it, and leave a receipt here."},
	{string(rapporteur.ProblemReused), http.StatusUnprocessableEntity, "Key reused", "The Idempotency-Key was used before, for another request.", "Use a new key for every new request."},
	{string(rapporteur.ProblemLimited), http.StatusTooManyRequests, "Too many", "Too many requests at once.", "Wait as long as Retry-After says."},
	{kindInternal, http.StatusInternalServerError, "Internal error", "Something went wrong on the server.", "Name the instance of the problem when you ask for help."},
	{string(rapporteur.ProblemUnavailable), http.StatusServiceUnavailable, "Unavailable", "A part of the system does not answer: the database or the engine.", "Try again after Retry-After; with the same Idempotency-Key nothing happens twice."},
}

// statusOf is the status code of a kind of problem.
func statusOf(kind rapporteur.ProblemKind) int {
	for _, k := range problemKinds {
		if k.kind == string(kind) {
			return k.status
		}
	}
	return http.StatusInternalServerError
}

// kindOfStatus is the kind of problem for what the framework refuses.
func kindOfStatus(status int) string {
	for _, k := range problemKinds {
		if k.status == status {
			return k.kind
		}
	}
	return kindInternal
}

// frameworkFindings are the places of a request that break its schema.
func frameworkFindings(errs []*huma.ErrorDetail) []Finding {
	out := make([]Finding, 0, len(errs))
	for _, e := range errs {
		if e == nil {
			continue
		}
		out = append(out, Finding{
			Severity: string(rapporteur.SeverityError), Rule: "request", Pointer: pointerTo(e.Location), Message: e.Message,
		})
	}
	return out
}

// pointerTo turns a place as the framework writes it, body.dates[0].key, into
// a JSON Pointer with the part of the request in front.
func pointerTo(location string) string {
	if location == "" {
		return ""
	}
	return "/" + strings.NewReplacer("~", "~0", "/", "~1", ".", "/", "[", "/", "]", "").Replace(location)
}
