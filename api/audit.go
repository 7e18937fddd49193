package api

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// streamed is an answer that is written while it is read.
type streamed struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        func(huma.Context)
}

func (s *service) registerAudit() {
	register(s, operation{
		id: "export-audit", method: http.MethodGet, path: "/v1/audit", tag: tagOperations, action: access.ExportAudit,
		summary: "Export the whole audit record",
		description: "JSON Lines in canonical form (RFC 8785): a header; every audit record with its position and hash in the chain; each signed checkpoint behind its position; " +
			"last a signed head. Everything recorded is sealed first, and that it was exported is recorded. `rapporteur audit verify` checks it offline. An answer that ends without a head is not whole.",
		media: map[string]*huma.MediaType{mediaNDJSON: {Schema: &huma.Schema{
			Type: "object", AdditionalProperties: true, Description: "One line; its member line is header, record, checkpoint or head.",
		}}},
	}, s.exportAudit)
}

func (s *service) exportAudit(ctx context.Context, _ *struct{}) (*streamed, error) {
	export := rapporteur.AuditExport{Store: s.Store, Signer: s.Signer, Clock: s.Clock}
	head, err := export.Begin(ctx, callOf(ctx).principal)
	if err != nil {
		return nil, err
	}
	return &streamed{ContentType: mediaNDJSON, Disposition: `attachment; filename="audit.jsonl"`, Body: func(to huma.Context) {
		_, w := humachi.Unwrap(to)
		if err := export.Write(to.Context(), head, patient(w)); err != nil {
			s.log.Error().Err(err).Str("request", callOf(to.Context()).id).Msg("cannot export audit record")
			// Cutting the connection tells the client; what it has lacks the head.
			panic(http.ErrAbortHandler)
		}
	}}, nil
}

// patience is how long one part of a long answer may take to be written.
const patience = time.Minute

// patientWriter gives every part of a long answer time of its own.
type patientWriter struct {
	http.ResponseWriter
	control *http.ResponseController
}

func patient(w http.ResponseWriter) io.Writer {
	return patientWriter{ResponseWriter: w, control: http.NewResponseController(w)}
}

// Write writes a part. Where no time can be given, that of the answer holds.
func (p patientWriter) Write(part []byte) (int, error) {
	_ = p.control.SetWriteDeadline(time.Now().Add(patience))
	return p.ResponseWriter.Write(part)
}
