package payload

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/rs/zerolog"
	"go.temporal.io/api/common/v1"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/rapporteur/rapporteur"
)

// Server opens payloads for Temporal's own pages and command line: their codec
// server. It decodes for whoever Identify knows, from pages of exact origins, and
// has each reading recorded before it answers. It does not encode: what people
// send to workflows goes through the product.
type Server struct {
	Codec *Codec
	// Origins are the addresses of Temporal's pages (https://temporal.example);
	// browsers are refused from anywhere else.
	Origins []string
	// Namespace is the one whose payloads are opened; requests name it.
	Namespace string
	// Identify is who asks, when they may. The cookie of a session counts only
	// where it comes with one of the origins. A *rapporteur.Problem says why not.
	Identify func(r *http.Request) (rapporteur.Principal, error)
	// Note records a reading: how many payloads of which workflows.
	Note   func(ctx context.Context, who rapporteur.Principal, payloads int, workflows []string) error
	Logger zerolog.Logger
}

// The limits of one request. Temporal's pages ask for an event at a time, whose
// payloads are 2 MiB at most before they are written in base64.
const (
	MaxBody     = 8 << 20
	MaxPayloads = 1000
)

// The headers of Temporal's pages and command line.
const (
	namespaceHeader = "X-Namespace"
	allowedHeaders  = "Content-Type, X-Namespace, Authorization, Authorization-Extras"
)

// ServeHTTP answers POST …/decode, whatever stands before it, and the question of
// browsers whether they may.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Add("Vary", "Origin")
	origin := r.Header.Get("Origin")
	if origin != "" && !slices.Contains(s.Origins, origin) {
		s.refuse(w, http.StatusForbidden, "Not from there", "Pages of this origin are not answered; RAPPORTEUR_CODEC_ORIGIN lists those that are.")
		return
	}
	if origin != "" {
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Access-Control-Allow-Credentials", "true")
	}
	switch {
	case !strings.HasSuffix(r.URL.Path, "/decode"):
		s.refuse(w, http.StatusNotFound, "Not found", "A codec server answers POST …/decode; this one does not encode.")
	case r.Method == http.MethodOptions && origin != "":
		h.Set("Access-Control-Allow-Methods", http.MethodPost)
		h.Set("Access-Control-Allow-Headers", allowedHeaders)
		h.Set("Access-Control-Max-Age", "600")
		w.WriteHeader(http.StatusNoContent)
	case r.Method != http.MethodPost:
		h.Set("Allow", http.MethodPost)
		s.refuse(w, http.StatusMethodNotAllowed, "Not possible", "Use POST.")
	default:
		s.decode(w, r)
	}
}

// decode answers who may with what they sent, opened.
func (s *Server) decode(w http.ResponseWriter, r *http.Request) {
	who, err := s.Identify(r)
	if err != nil {
		s.fail(w, err)
		return
	}
	if r.Header.Get(namespaceHeader) != s.Namespace {
		s.refuse(w, http.StatusForbidden, "Another namespace", "The header X-Namespace names another namespace than the one whose payloads are opened here, or none.")
		return
	}
	sealed, ok := s.read(w, r)
	if !ok {
		return
	}
	opened, err := s.Codec.Decode(sealed)
	switch _, missing := errors.AsType[*KeyError](err); {
	case missing:
		s.refuse(w, http.StatusUnprocessableEntity, "Key missing", err.Error())
		return
	case err != nil:
		s.refuse(w, http.StatusUnprocessableEntity, "Does not open", err.Error())
		return
	case size(opened) > maxOpened:
		s.refuse(w, http.StatusRequestEntityTooLarge, "Too much", "Ask for fewer payloads at once.")
		return
	}
	if n, workflows := read(sealed); n > 0 {
		if err := s.Note(r.Context(), who, n, workflows); err != nil {
			s.fail(w, err)
			return
		}
	}
	answer, err := protojson.Marshal(&common.Payloads{Payloads: opened})
	if err != nil {
		s.fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(answer) // who does not wait for it has no use for an error
}

// read reads the payloads of a request, and answers where it cannot.
func (s *Server) read(w http.ResponseWriter, r *http.Request) ([]*common.Payload, bool) {
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		s.refuse(w, http.StatusUnsupportedMediaType, "Not JSON", "Send Content-Type: application/json.")
		return nil, false
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		s.refuse(w, http.StatusRequestEntityTooLarge, "Too much", "Ask for fewer payloads at once.")
		return nil, false
	}
	var sent common.Payloads
	if err == nil {
		err = protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(body, &sent)
	}
	switch {
	case err != nil:
		s.refuse(w, http.StatusBadRequest, "Not payloads", "Send {\"payloads\": [{\"metadata\": {…}, \"data\": \"…\"}]} with bytes in base64.")
	case len(sent.GetPayloads()) > MaxPayloads:
		s.refuse(w, http.StatusRequestEntityTooLarge, "Too many", "Ask for fewer payloads at once.")
	default:
		return sent.GetPayloads(), true
	}
	return nil, false
}

// read counts what is sealed, and lists of which workflows.
func read(payloads []*common.Payload) (n int, workflows []string) {
	for _, p := range payloads {
		if !Sealed(p) {
			continue
		}
		n++
		if workflow := string(p.GetMetadata()[MetadataWorkflow]); workflow != "" {
			workflows = append(workflows, workflow)
		}
	}
	return n, workflows
}

func size(payloads []*common.Payload) int {
	n := 0
	for _, p := range payloads {
		n += len(p.GetData())
	}
	return n
}
