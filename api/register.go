package api

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// Limits of bodies in bytes. A submission's is the contract's; nothing else
// that is sent comes near the other.
const (
	maxSubmission = 2 << 20
	maxWorkbook   = 5 << 20
	maxFigures    = 2 << 20
	maxBody       = 64 << 10
)

// operation is one operation of the API: its place, its words and what may go
// wrong.
type operation struct {
	id          string
	method      string
	path        string
	tag         string
	summary     string
	description string
	action      access.Action // what the caller must be allowed to do; empty for everybody who asks
	orElse      access.Action // what an input may turn it into
	status      int           // of success; 200 where zero
	problems    []rapporteur.ProblemKind
	maxBody     int64    // in bytes; maxBody where zero
	rawBody     bool     // the body is read by the operation itself
	takes       []string // media types of such a body, where it is no JSON
	mayBeEmpty  bool     // the body may be left out
	media       map[string]*huma.MediaType
}

// aboutThing is an input that names a thing: whose it is, seen from who asks.
type aboutThing interface {
	resource(p rapporteur.Principal) access.Resource
}

// otherAction is an input that decides what is done.
type otherAction interface {
	action(operation) access.Action
}

// register makes an operation known. Every call of it is authorized, answered
// once for an idempotency key, and has its errors turned into problem
// documents.
func register[I, O any](s *service, op operation, handle func(context.Context, *I) (*O, error)) {
	huma.Register(s.api, s.described(op), func(ctx context.Context, in *I) (*O, error) {
		out, err := run(ctx, s, op, in, handle)
		if same, ok := errors.AsType[*notModified](err); ok {
			return nil, same
		}
		if err != nil {
			return nil, problemOf(callOf(ctx), s.log, err)
		}
		return out, nil
	})
	s.open.mend(s.api.OpenAPI().Paths[op.path], op)
}

func run[I, O any](ctx context.Context, s *service, op operation, in *I, handle func(context.Context, *I) (*O, error)) (*O, error) {
	if op.action != "" {
		principal, action, resource := callOf(ctx).principal, op.action, access.Resource{}
		if about, ok := any(in).(aboutThing); ok {
			resource = about.resource(principal)
		}
		if other, ok := any(in).(otherAction); ok {
			action = other.action(op)
		}
		if err := access.Allow(principal, action, resource); err != nil {
			return nil, err
		}
	}
	if keyed, ok := any(in).(idempotent); ok {
		return once(ctx, s, op, keyed, in, handle)
	}
	return handle(ctx, in)
}

// described is the operation as the framework and the OpenAPI document see it.
func (s *service) described(op operation) huma.Operation {
	limit := op.maxBody
	if limit == 0 {
		limit = maxBody
	}
	d := huma.Operation{
		OperationID: op.id, Method: op.method, Path: op.path, Tags: []string{op.tag},
		Summary: op.summary, Description: op.description, DefaultStatus: op.status,
		// The framework refuses a body of exactly its limit.
		MaxBodyBytes: limit + 1, SkipValidateBody: op.rawBody,
		BodyReadTimeout: -1, // the server paces bodies
		Responses:       s.open.problems(s.api.OpenAPI().Components.Schemas, op),
	}
	if op.action != "" {
		d.Security = []map[string][]string{{securityScheme: {}}}
		d.Middlewares = huma.Middlewares{s.permitted(op)}
	}
	if op.method == http.MethodPost || op.method == http.MethodPut {
		d.Middlewares = append(d.Middlewares, s.mediaOnly(op))
	}
	if op.media != nil {
		d.Responses["200"] = &huma.Response{Description: "OK", Content: op.media}
	}
	return d
}

// permitted refuses whoever could not do the operation even in the best case,
// before anything of the request is read or told about. What the best case
// leaves open is asked again when the request is known.
func (s *service) permitted(op operation) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		p := callOf(ctx.Context()).principal
		best := access.Resource{Contributor: rapporteur.ContributorID(ctx.Param("contributor")), Office: p.Office, Transmitted: true, Unclassified: true, Leading: true}
		err := access.Allow(p, op.action, best)
		if err != nil && op.orElse != "" {
			err = access.Allow(p, op.orElse, best)
		}
		if err == nil {
			next(ctx)
			return
		}
		r, w := humachi.Unwrap(ctx)
		writeProblem(w, r, s.log, err)
	}
}

// mediaOnly refuses bodies of other media types before they are read.
func (s *service) mediaOnly(op operation) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		media := mediaOf(ctx.Header("Content-Type"))
		isJSON := media == "" || media == mediaJSON || (strings.HasPrefix(media, "application/") && strings.HasSuffix(media, "+json"))
		if slices.Contains(op.takes, media) || len(op.takes) == 0 && isJSON {
			next(ctx)
			return
		}
		wanted := mediaJSON
		if len(op.takes) > 0 {
			wanted = "the file itself as " + strings.Join(op.takes, ", ")
		}
		r, w := humachi.Unwrap(ctx)
		writeProblem(w, r, s.log, &Problem{
			Type: problemPath + kindMediaType, Title: "The media type is not supported", Status: http.StatusUnsupportedMediaType,
			Detail: "Send " + wanted + ".",
		})
	}
}

// mediaOf is the media type of a Content-Type, without its parameters.
func mediaOf(header string) string {
	media, _, _ := strings.Cut(header, ";")
	return strings.ToLower(strings.TrimSpace(media))
}

// problemKindsOf lists the kinds of problems an operation can answer with.
func problemKindsOf(op operation) []string {
	kinds := []string{kindInternal}
	add := func(more ...rapporteur.ProblemKind) {
		for _, k := range more {
			if !slices.Contains(kinds, string(k)) {
				kinds = append(kinds, string(k))
			}
		}
	}
	if op.action != "" {
		add(rapporteur.ProblemUnidentified, rapporteur.ProblemForbidden, rapporteur.ProblemInvalid)
	}
	add(rapporteur.ProblemUnavailable, rapporteur.ProblemLimited)
	if strings.Contains(op.path, "{") {
		add(rapporteur.ProblemNotFound)
	}
	if op.method == http.MethodPost || op.method == http.MethodPut {
		add(rapporteur.ProblemMalformed, rapporteur.ProblemTooLarge)
		kinds = append(kinds, kindMediaType)
	}
	if op.method == http.MethodPost {
		add(rapporteur.ProblemReused)
	}
	add(op.problems...)
	return kinds
}

// problems describes the problem documents of an operation, by status code.
func (o *openAPI) problems(schemas huma.Registry, op operation) map[string]*huma.Response {
	schema := schemas.Schema(reflect.TypeFor[Problem](), true, "Problem")
	titles := map[int][]string{}
	for _, kind := range problemKindsOf(op) {
		for _, k := range problemKinds {
			if k.kind == kind {
				titles[k.status] = append(titles[k.status], k.title)
			}
		}
	}
	responses := map[string]*huma.Response{}
	for status, names := range titles {
		responses[strconv.Itoa(status)] = &huma.Response{
			Description: strings.Join(names, "; "),
			Content:     map[string]*huma.MediaType{problemMedia: {Schema: schema}},
		}
	}
	return responses
}
