package wiring

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/client"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/engine/payload"
)

func newPayloadKey(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "payload.key")
	if err := MakePayloadKey(file); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestPayloadsAreSealedUnlessSomebodySaysOtherwise(t *testing.T) {
	key := newPayloadKey(t)
	bad := filepath.Join(t.TempDir(), "bad.key")
	if err := os.WriteFile(bad, []byte("not a key"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what   string
		p      Payloads
		says   string // in the error; none where empty
		sealed bool
	}{
		{"nothing said", Payloads{}, "rapporteur key payload FILE", false},
		{"a key", Payloads{PayloadKey: []string{key}}, "", true},
		{"none wanted", Payloads{PlainPayloads: true}, "", false},
		{"no longer wanted", Payloads{PayloadKey: []string{key}, PlainPayloads: true}, "", false},
		{"no key", Payloads{PayloadKey: []string{bad}}, "32 bytes in base64", false},
		{"the same key twice", Payloads{PayloadKey: []string{key, key}}, "twice", false},
	} {
		o := ClientOptions()
		err := c.p.Apply(&o)
		switch {
		case c.says != "":
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s: %v", c.what, err)
			}
			continue
		case err != nil:
			t.Errorf("%s: %v", c.what, err)
			continue
		}
		if o.DataConverter == nil {
			if c.sealed || len(c.p.PayloadKey) > 0 {
				t.Errorf("%s: there is no codec", c.what)
			}
			continue
		}
		p, err := o.DataConverter.ToPayload("a figure")
		if err != nil || payload.Sealed(p) != c.sealed {
			t.Errorf("%s: sealed %t, %v", c.what, payload.Sealed(p), err)
		}
	}
}

type headers map[string]*common.Payload

func (h headers) Set(name string, p *common.Payload)                 { h[name] = p }
func (h headers) Get(name string) (*common.Payload, bool)            { p, ok := h[name]; return p, ok }
func (headers) ForEachKey(func(string, *common.Payload) error) error { return nil }

// Ids of requests are chosen by clients: they are sealed too, and those of before
// are read.
func TestRequestIDsAreSealed(t *testing.T) {
	sealing, plain := ClientOptions(), ClientOptions()
	if err := (Payloads{PayloadKey: []string{newPayloadKey(t)}}).Apply(&sealing); err != nil {
		t.Fatal(err)
	}
	for n, o := range []client.Options{sealing, plain} {
		if len(o.ContextPropagators) != 1 {
			t.Fatalf("%d propagators", len(o.ContextPropagators))
		}
		sent := headers{}
		if err := o.ContextPropagators[0].Inject(rapporteur.WithRequestID(t.Context(), "request-1"), sent); err != nil {
			t.Fatal(err)
		}
		for _, p := range sent {
			if payload.Sealed(p) != (n == 0) {
				t.Errorf("sealed %t", payload.Sealed(p))
			}
		}
		got, err := sealing.ContextPropagators[0].Extract(t.Context(), sent)
		if err != nil || rapporteur.RequestID(got) != "request-1" {
			t.Errorf("read %q, %v", rapporteur.RequestID(got), err)
		}
	}
}

func TestAPayloadKeyIsMadeOnce(t *testing.T) {
	file := newPayloadKey(t)
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := MakePayloadKey(file); err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(after, before) {
		t.Errorf("made anew: %v", err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v", err)
	}
}
