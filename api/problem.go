package api

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur"
)

// Problem is a problem document (RFC 9457): what went wrong, and what to do.
// It holds no name, address or submitted value.
type Problem struct {
	Type     string    `json:"type" format:"uri-reference" example:"/problems/closed" doc:"Leads to a page that explains this sort of problem."`
	Title    string    `json:"title" example:"The request is closed" doc:"The same for every problem of this sort."`
	Status   int       `json:"status" example:"409" doc:"The HTTP status code."`
	Detail   string    `json:"detail,omitempty" doc:"This time: what, where and what to do."`
	Instance string    `json:"instance" format:"uri-reference" doc:"The id of the request, also in the header X-Request-Id; name it when you ask for help."`
	Findings []Finding `json:"findings,omitempty" doc:"What is wrong in the body, place by place."`
}

// Finding is one result of validation on the wire.
type Finding struct {
	Severity      string `json:"severity" enum:"error,warning,privacy,advice" doc:"An error or a privacy finding rejects, a warning needs a justification, advice informs."`
	Rule          string `json:"rule" doc:"Stable id of the rule."`
	Pointer       string `json:"pointer" doc:"JSON Pointer (RFC 6901) to the place."`
	Place         string `json:"place,omitempty" doc:"The place in words, by the labels of the questionnaire; never a submitted value but codes of code lists." example:"Question Q3.4, Victims identified in the period: All victims identified, row 3 (women and girls, 0–17, Forced labour or services)"`
	Message       string `json:"message" doc:"In the official language of Accept-Language, English where that names none; without that header in the answer's own where there are words in it."`
	Suspended     bool   `json:"suspended,omitempty" doc:"The rule is suspended in this cycle: what it finds is advice."`
	Justification string `json:"justification,omitempty" doc:"What the contributor said to a warning."`
	Cell          string `json:"cell,omitempty" example:"Section 3!D14" doc:"Where it is in the workbook that was sent, or by line and column in figures."`
}

// Error is the title and detail.
func (p *Problem) Error() string {
	if p.Detail == "" {
		return p.Title
	}
	return p.Title + ": " + p.Detail
}

// GetStatus is the status code to answer with.
func (p *Problem) GetStatus() int { return p.Status }

const problemMedia = "application/problem+json"

// ContentType makes the framework answer with the media type of RFC 9457.
func (p *Problem) ContentType(string) string { return problemMedia }

// GetHeaders are the headers that belong to the status.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	switch p.Status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `Bearer realm="rapporteur"`)
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		h.Set("Retry-After", "5")
	}
	return h
}

func findingsOf(found []rapporteur.Finding, language string) []Finding {
	out := make([]Finding, 0, len(found))
	for _, f := range found {
		out = append(out, findingOf(f, language))
	}
	return out
}

func findingOf(f rapporteur.Finding, language string) Finding {
	out := Finding{
		Severity: string(f.Severity), Rule: f.Rule, Pointer: f.Pointer, Message: f.Text(language), Suspended: f.Suspended, Justification: f.Justification,
		Cell: f.Cell,
	}
	if len(f.Place) > 0 {
		out.Place = f.Where(language)
	}
	return out
}

// problemOf is what a client sees of an error: a problem's own words, or an
// internal error with an id whose detail is only in the log.
func problemOf(c *call, log zerolog.Logger, err error) *Problem {
	if ours, ok := errors.AsType[*Problem](err); ok {
		ours.Instance = c.id
		return ours
	}
	var p *rapporteur.Problem
	if !errors.As(err, &p) {
		log.Error().Err(err).Str("request", c.id).Msg("internal error")
		return &Problem{
			Type: problemPath + kindInternal, Title: "Internal error", Status: http.StatusInternalServerError, Instance: c.id,
			Detail: "Something went wrong on the server. Nobody but the server's log knows what; name the instance when you ask.",
		}
	}
	if p.Cause != nil {
		log.Warn().Err(p.Cause).Str("request", c.id).Str("problem", string(p.Kind)).Msg("problem answered")
	}
	answer := &Problem{
		Type: problemPath + string(p.Kind), Title: p.Title, Status: statusOf(p.Kind), Detail: p.Detail, Instance: c.id,
	}
	if len(p.Findings) > 0 {
		answer.Findings = findingsOf(p.Findings, c.languageOf(p.Language))
	}
	return answer
}

// writeProblem answers a request that no operation handles.
func writeProblem(w http.ResponseWriter, r *http.Request, log zerolog.Logger, err error) {
	p := problemOf(callOf(r.Context()), log, err)
	wait := w.Header().Get("Retry-After") // of a limiter, which knows better
	maps.Copy(w.Header(), p.GetHeaders())
	if wait != "" {
		w.Header().Set("Retry-After", wait)
	}
	w.Header().Set("Content-Type", problemMedia)
	w.WriteHeader(p.Status)
	if r.Method == http.MethodHead {
		return
	}
	if err := json.NewEncoder(w).Encode(p); err != nil {
		log.Debug().Err(err).Str("request", p.Instance).Msg("cannot write problem")
	}
}

// ownProblems puts a problem document of ours in place of the framework's,
// which would echo what was sent.
func ownProblems(log zerolog.Logger) huma.Transformer {
	return func(ctx huma.Context, _ string, v any) (any, error) {
		m, ok := v.(*huma.ErrorModel)
		if !ok {
			return v, nil
		}
		return frameworkProblem(callOf(ctx.Context()), log, m), nil
	}
}

// frameworkProblem tells what the framework found in a request, by place and
// without what was there.
func frameworkProblem(c *call, log zerolog.Logger, m *huma.ErrorModel) *Problem {
	p := &Problem{Status: m.Status, Instance: c.id, Type: problemPath + kindOfStatus(m.Status)}
	switch m.Status {
	case http.StatusBadRequest:
		p.Title, p.Detail = "The body cannot be read", "It is empty, or not what its media type says."
	case http.StatusRequestEntityTooLarge:
		p.Title, p.Detail = "The body is too large", "It is over the limit of this operation; nothing was read."
	case http.StatusUnsupportedMediaType:
		p.Title, p.Detail = "The media type is not supported", "Send application/json."
	case http.StatusRequestTimeout:
		p.Title, p.Detail = "The body did not come whole, or too slowly", "Send the request again."
	case http.StatusUnprocessableEntity:
		p.Title, p.Detail = "The request breaks a rule", "Nothing was done."
		p.Findings = frameworkFindings(m.Errors)
	default:
		p.Title, p.Detail = http.StatusText(m.Status), "The request was not handled."
		if m.Status >= http.StatusInternalServerError {
			log.Error().Str("request", c.id).Str("detail", m.Detail).Msg("internal error")
		}
	}
	return p
}
