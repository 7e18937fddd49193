package main

import (
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	collect "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	spans "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
)

// collector takes traces by OTLP over HTTP, as a collector of OpenTelemetry does.
type collector struct {
	URL string

	mutex sync.Mutex
	spans []collected
}

// collected is a span and whose it is.
type collected struct {
	*spans.Span
	service string
}

func startCollector(t *testing.T) *collector {
	t.Helper()
	c := &collector{}
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	c.URL = server.URL
	return c
}

// ServeHTTP takes one batch.
func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var batch collect.ExportTraceServiceRequest
	if err == nil {
		err = proto.Unmarshal(body, &batch)
	}
	if err != nil || r.URL.Path != "/v1/traces" {
		http.Error(w, "not a batch of spans", http.StatusBadRequest)
		return
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for _, resource := range batch.GetResourceSpans() {
		service := ""
		for _, a := range resource.GetResource().GetAttributes() {
			if a.GetKey() == "service.name" {
				service = a.GetValue().GetStringValue()
			}
		}
		for _, scope := range resource.GetScopeSpans() {
			for _, s := range scope.GetSpans() {
				c.spans = append(c.spans, collected{s, service})
			}
		}
	}
}

// traces are the spans by the trace they belong to, as "service: name".
func (c *collector) traces() map[string][]string {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	found := map[string][]string{}
	for _, s := range c.spans {
		id := hex.EncodeToString(s.GetTraceId())
		found[id] = append(found[id], s.service+": "+s.GetName())
	}
	return found
}

// everything is all that came but the ids, which are any bytes, as text.
func (c *collector) everything() string {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	var all strings.Builder
	for _, s := range c.spans {
		told := proto.CloneOf(s.Span)
		told.TraceId, told.SpanId, told.ParentSpanId = nil, nil, nil
		for _, l := range told.GetLinks() {
			l.TraceId, l.SpanId = nil, nil
		}
		all.WriteString(s.service + " " + prototext.Format(told) + "\n")
	}
	return all.String()
}
