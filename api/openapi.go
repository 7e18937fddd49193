package api

import (
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// securityScheme is the name of the API key in the OpenAPI document.
const securityScheme = "key"

func init() {
	// A list is never null: to send null for one must not erase what it
	// replaces. The framework has this choice for the whole process only.
	huma.DefaultArrayNullable = false
}

// openAPI is the document that describes the API, made once.
type openAPI struct {
	document []byte
}

// describe begins the document.
func describe(version string, schemas huma.Registry) *huma.OpenAPI {
	return &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title: "Rapporteur", Version: version,
			Description: "Reporting cycles that a resolution asks for: plan and start them, answer their questionnaires, " +
				"compile, clear and transmit their reports, and read what happened in plain words.\n\n" +
				"Every request but health, the public signing keys, this document and the pages of problems carries `Authorization: Bearer rap_…`. " +
				"Errors are problem documents (RFC 9457). A POST with an `Idempotency-Key` can be repeated: it acts once and is " +
				"answered the same. What changes has an `ETag`; send it back in `If-Match` to change only what you have read.",
			License: &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"},
		},
		Components: &huma.Components{
			Schemas: schemas,
			SecuritySchemes: map[string]*huma.SecurityScheme{securityScheme: {
				Type: "http", Scheme: "bearer", Description: "An API key, rap_…, as it was shown once when it was issued.",
			}},
		},
		Tags: []*huma.Tag{
			{Name: tagCatalogue, Description: "Instruments, provisions, streams and contributors: what is the same for every cycle."},
			{Name: tagCycles, Description: "Runs of a stream for one period: calendar, state, commands, history."},
			{Name: tagRequests, Description: "What one contributor is asked in one cycle, and how it answers."},
			{Name: tagReports, Description: "Drafts of the report and their clearance."},
			{Name: tagOperations, Description: "Keys and health."},
			{Name: tagHooks, Description: "Calendar feeds, and webhooks to other systems."},
			{Name: tagIntakes, Description: "Streams that take deliveries at any time, and their signed records."},
		},
	}
}

// Tags group operations in the document.
const (
	tagCatalogue  = "catalogue"
	tagCycles     = "cycles"
	tagRequests   = "requests"
	tagReports    = "reports"
	tagOperations = "operations"
	tagHooks      = "hooks"
	tagIntakes    = "intakes"
)

// mend corrects what the framework cannot know: that the bytes of a body are
// read for the idempotency key, and are JSON, and what else is answered.
func (o *openAPI) mend(item *huma.PathItem, op operation) {
	described := map[string]*huma.Operation{
		http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put, http.MethodDelete: item.Delete,
	}[op.method]
	for _, response := range described.Responses {
		delete(response.Headers, "Content-Type") // it is said by the content
	}
	for _, p := range described.Parameters {
		if p.Name == "If-None-Match" && op.method == http.MethodGet {
			described.Responses["304"] = &huma.Response{Description: "Nothing has changed; no body."}
		}
	}
	body := described.RequestBody
	if body == nil {
		return
	}
	delete(body.Content, "application/octet-stream")
	body.Required = !op.mayBeEmpty
	for _, media := range op.takes {
		body.Content[media] = &huma.MediaType{Schema: &huma.Schema{Type: "string", Format: "binary"}}
		if media == mediaCSV {
			body.Content[media] = textMedia("With a head line that names the columns question, part, sex, age, form and value.")
		}
	}
	if op.rawBody && len(op.takes) == 0 {
		body.Content = map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{
			Type: "object", AdditionalProperties: true,
			Description: "An answer as the questionnaire (a JSON Schema) asks for it. The bytes are kept as they are sent.",
		}}}
	}
}

// finish writes the document. The framework's own error schemas, which nothing
// uses, are left out.
func (o *openAPI) finish(document *huma.OpenAPI) {
	delete(document.Components.Schemas.Map(), "ErrorModel")
	delete(document.Components.Schemas.Map(), "ErrorDetail")
	encoded, err := json.MarshalIndent(document, "", "  ")
	if err != nil {
		panic(err) // the document is the same in every run; the tests read it
	}
	encoded = append(encoded, '\n')
	o.document = encoded
}

// serve gives the document to whoever asks.
func (o *openAPI) serve(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/openapi+json;version=3.1")
	w.Header().Set("Cache-Control", "public, max-age=300")
	_, _ = w.Write(o.document) // only fails where the client is gone
}
