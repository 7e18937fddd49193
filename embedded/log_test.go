package embedded

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/rs/zerolog"
	"go.temporal.io/server/common/log/tag"
)

func TestServerLogKeepsWarningsAndErrors(t *testing.T) {
	for name, c := range map[string]struct {
		write func(serverLog)
		want  map[string]any
	}{
		"debug": {func(l serverLog) { l.Debug("m") }, nil},
		"info":  {func(l serverLog) { l.Info("m") }, nil},
		"warn": {
			func(l serverLog) { l.Warn("m", tag.WorkflowID("cycle/1"), tag.NewInt("n", 3)) },
			map[string]any{"level": "warn", "message": "m", "wf-id": "cycle/1", "n": 3.0},
		},
		"error": {
			func(l serverLog) { l.Error("m", tag.Error(errors.New("broken"))) },
			map[string]any{"level": "error", "message": "m", "error": "broken"},
		},
		"broken invariant": {func(l serverLog) { l.DPanic("m") }, map[string]any{"level": "error", "message": "m"}},
		"kept tags": {
			func(l serverLog) { l.With(tag.WorkflowID("cycle/1")).Warn("m") },
			map[string]any{"level": "warn", "message": "m", "wf-id": "cycle/1"},
		},
		"left out on purpose": {func(l serverLog) { l.Warn("HTTP API port has not been set. Nexus…") }, nil},
		"muted":               {func(l serverLog) { l.mute(); l.Error("m") }, nil},
		"muted after With":    {func(l serverLog) { w := l.With(tag.WorkflowID("a")); l.mute(); w.Error("m") }, nil},
		"fatal though muted": {
			func(l serverLog) { l.mute(); defer func() { _ = recover() }(); l.Fatal("m") },
			map[string]any{"level": "fatal", "message": "m"},
		},
		"panic": {
			func(l serverLog) { defer func() { _ = recover() }(); l.Panic("m") },
			map[string]any{"level": "panic", "message": "m"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			c.write(newServerLog(zerolog.New(&out)))
			if c.want == nil {
				if out.Len() > 0 {
					t.Fatalf("wrote %s", out.String())
				}
				return
			}
			got := map[string]any{}
			if err := json.Unmarshal(out.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			if got["component"] != "temporal" {
				t.Errorf("no component in %s", out.String())
			}
			for k, v := range c.want {
				if got[k] != v {
					t.Errorf("%s is %v, want %v", k, got[k], v)
				}
			}
		})
	}
}

func TestServerLogDoesNotGoOnAfterTheFatal(t *testing.T) {
	for name, write := range map[string]func(serverLog){
		"fatal": func(l serverLog) { l.Fatal("m") },
		"panic": func(l serverLog) { l.Panic("m") },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("returned")
				}
			}()
			write(newServerLog(zerolog.Nop()))
		})
	}
}

func TestClientLogKeepsWarningsAndErrors(t *testing.T) {
	var out bytes.Buffer
	l := clientLog(zerolog.New(&out))
	l.Info("started")
	l.Warn("slow", "attempt", 2)
	if s := out.String(); strings.Contains(s, "started") || !strings.Contains(s, "slow") || !strings.Contains(s, `"attempt":2`) {
		t.Fatalf("wrote %s", s)
	}
	clientLog(zerolog.Logger{}).Error("nowhere to go")
}
