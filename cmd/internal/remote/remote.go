// Package remote calls the REST API as the commands and the demonstration do:
// with a key, over HTTP, reading problem documents (RFC 9457).
package remote

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Client calls one server with one key.
type Client struct {
	Base string // http://127.0.0.1:8080
	Key  string
	HTTP *http.Client
}

// New makes a client with a time limit that suits every call.
func New(base, key string) Client {
	return Client{Base: strings.TrimSuffix(base, "/"), Key: key, HTTP: &http.Client{Timeout: time.Minute}}
}

// WithKey is the same client with another key, over the same connections.
func (c Client) WithKey(key string) Client {
	c.Key = key
	return c
}

// Call is one request. Body is sent as it is when it is []byte, else as JSON.
type Call struct {
	Method      string
	Path        string // with its query
	Body        any
	Idempotency string
	Accept      string
	IfMatch     string            // the ETag of what the call changes
	Media       string            // of a Body that is []byte; JSON where empty
	Headers     map[string]string // further ones, and others than a call has by itself
}

// Problem is a problem document that the server answered.
type Problem struct {
	Status   int       `json:"status"`
	Title    string    `json:"title"`
	Detail   string    `json:"detail"`
	Type     string    `json:"type"`
	Findings []Finding `json:"findings"`
}

// Finding is one finding of a problem document.
type Finding struct {
	Severity      string `json:"severity"`
	Rule          string `json:"rule"`
	Pointer       string `json:"pointer"`
	Place         string `json:"place"`
	Message       string `json:"message"`
	Justification string `json:"justification"`
	Cell          string `json:"cell"` // of a workbook that was sent
}

// Error says what the server said.
func (p *Problem) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s (%d)", p.Title, p.Status)
	if p.Detail != "" {
		text.WriteString(": " + p.Detail)
	}
	for _, f := range p.Findings {
		fmt.Fprintf(&text, "\n  %s at %s: %s [%s]", f.Severity, f.where(), f.Message, f.Rule)
	}
	return text.String()
}

// where is the place for a person, and for a program.
func (f Finding) where() string {
	where := f.Pointer
	if f.Place != "" {
		where = fmt.Sprintf("%s (%s)", f.Place, f.Pointer)
	}
	return strings.TrimSpace(f.Cell + " " + where)
}

// Is reports whether an error is a problem with the status.
func Is(err error, status int) bool {
	var p *Problem
	return errors.As(err, &p) && p.Status == status
}

// JSON makes a call and reads the answer into out, unless that is nil.
func (c Client) JSON(ctx context.Context, call Call, out any) error {
	answer, err := c.Bytes(ctx, call)
	if err != nil || out == nil || len(answer) == 0 {
		return err
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return fmt.Errorf("cannot read answer of %s %s: %w", call.Method, call.Path, err)
	}
	return nil
}

// Bytes makes a call and returns the answer's body.
func (c Client) Bytes(ctx context.Context, call Call) ([]byte, error) {
	request, err := c.request(ctx, call)
	if err != nil {
		return nil, fmt.Errorf("cannot make request: %w", err)
	}
	response, err := c.HTTP.Do(request)
	if err != nil {
		return nil, fmt.Errorf("cannot reach the server: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("cannot read answer of %s %s: %w", call.Method, call.Path, err)
	}
	if response.StatusCode < http.StatusBadRequest {
		return body, nil
	}
	problem := &Problem{Status: response.StatusCode, Title: response.Status}
	_ = json.Unmarshal(body, problem)
	return nil, problem
}

// Save makes a call and writes the answer's body while it comes, which may take
// as long as the context lives. After an error what was written is not whole.
func (c Client) Save(ctx context.Context, call Call, to io.Writer) error {
	request, err := c.request(ctx, call)
	if err != nil {
		return fmt.Errorf("cannot make request: %w", err)
	}
	unhurried := *c.HTTP
	unhurried.Timeout = 0
	response, err := unhurried.Do(request)
	if err != nil {
		return fmt.Errorf("cannot reach the server: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode >= http.StatusBadRequest {
		problem := &Problem{Status: response.StatusCode, Title: response.Status}
		if body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20)); err == nil {
			_ = json.Unmarshal(body, problem)
		}
		return problem
	}
	if _, err := io.Copy(to, response.Body); err != nil {
		return fmt.Errorf("cannot read answer of %s %s: %w", call.Method, call.Path, err)
	}
	return nil
}

func (c Client) request(ctx context.Context, call Call) (*http.Request, error) {
	var body io.Reader
	switch b := call.Body.(type) {
	case nil:
	case []byte:
		body = bytes.NewReader(b)
	default:
		encoded, err := json.Marshal(b)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(ctx, call.Method, c.Base+call.Path, body)
	if err != nil {
		return nil, err
	}
	if body != nil {
		request.Header.Set("Content-Type", cmp.Or(call.Media, "application/json"))
	}
	if c.Key != "" {
		request.Header.Set("Authorization", "Bearer "+c.Key)
	}
	if call.Idempotency != "" {
		request.Header.Set("Idempotency-Key", call.Idempotency)
	}
	if call.IfMatch != "" {
		request.Header.Set("If-Match", call.IfMatch)
	}
	if call.Accept != "" {
		request.Header.Set("Accept", call.Accept)
	}
	for name, value := range call.Headers {
		request.Header.Set(name, value)
	}
	return request, nil
}
