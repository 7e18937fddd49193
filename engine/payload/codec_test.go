package payload_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur/engine/payload"
)

// keyFile makes a key in a file of its own.
func keyFile(t testing.TB) string {
	t.Helper()
	key, err := payload.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "payload.key")
	if err := os.WriteFile(file, key, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func keysOf(t testing.TB, files ...string) *payload.Keys {
	t.Helper()
	keys, err := payload.LoadKeys(files...)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func codecOf(t testing.TB, files ...string) *payload.Codec {
	t.Helper()
	return payload.NewCodec(keysOf(t, files...))
}

// inWorkflow is a codec for the payloads of a workflow.
func inWorkflow(c converter.PayloadCodec, id string) converter.PayloadCodec {
	at := converter.WorkflowSerializationContext{Namespace: "rapporteur", WorkflowID: id}
	return c.(converter.PayloadCodecWithSerializationContext).WithSerializationContext(at) //nolint:forcetypeassert // a test
}

func payloadOf(data []byte) *common.Payload {
	return &common.Payload{Metadata: map[string][]byte{converter.MetadataEncoding: []byte(converter.MetadataEncodingJSON)}, Data: data}
}

// content is text that repeats itself or does not, of many lengths.
func content() *rapid.Generator[[]byte] {
	return rapid.OneOf(
		rapid.SliceOfN(rapid.Byte(), 0, 2000),
		rapid.Custom(func(t *rapid.T) []byte {
			return bytes.Repeat([]byte(rapid.StringN(1, 40, -1).Draw(t, "word")), rapid.IntRange(1, 200).Draw(t, "times"))
		}),
	)
}

func one(t interface{ Fatal(...any) }, payloads []*common.Payload, err error) *common.Payload {
	if err != nil || len(payloads) != 1 {
		t.Fatal(payloads, err)
	}
	return payloads[0]
}

func TestPayloadsComeBackAsTheyWent(t *testing.T) {
	codec := codecOf(t, keyFile(t))
	rapid.Check(t, func(t *rapid.T) {
		at := codec.WithSerializationContext(converter.WorkflowSerializationContext{WorkflowID: rapid.StringN(0, 60, -1).Draw(t, "workflow")})
		var sent []*common.Payload
		for _, data := range rapid.SliceOfN(content(), 0, 4).Draw(t, "contents") {
			p := payloadOf(data)
			p.Metadata["messageType"] = []byte(rapid.String().Draw(t, "type"))
			sent = append(sent, p)
		}
		before := make([]*common.Payload, len(sent))
		for n, p := range sent {
			before[n] = proto.CloneOf(p)
		}
		sealed, err := at.Encode(sent)
		if err != nil {
			t.Fatal(err)
		}
		opened, err := at.Decode(sealed)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.EqualFunc(opened, before, func(a, b *common.Payload) bool { return proto.Equal(a, b) }) {
			t.Fatalf("got %v, want %v", opened, before)
		}
		if !slices.EqualFunc(sent, before, func(a, b *common.Payload) bool { return proto.Equal(a, b) }) {
			t.Fatal("encoding changed what it was given")
		}
	})
}

func TestNoPlainTextIsInWhatIsSealed(t *testing.T) {
	codec := codecOf(t, keyFile(t))
	rapid.Check(t, func(t *rapid.T) {
		data := content().Draw(t, "content")
		sealed, err := codec.Encode([]*common.Payload{payloadOf(data), payloadOf(data)})
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Equal(sealed[0].GetData(), sealed[1].GetData()) {
			t.Fatal("the same payload looks the same twice")
		}
		wire, err := proto.Marshal(sealed[0])
		if err != nil {
			t.Fatal(err)
		}
		// Eight bytes in a row are there by chance once in 2^64 times.
		for at := 0; at+8 <= len(data); at++ {
			if bytes.Contains(wire, data[at:at+8]) {
				t.Fatalf("%q is in what is sealed", data[at:at+8])
			}
		}
		if bytes.Contains(wire, []byte(converter.MetadataEncodingJSON)) {
			t.Fatal("the encoding of what is sealed can be read")
		}
	})
}

// TestAnyFlippedBitIsRefused goes the way of a client, for a bit of the encoding's
// name makes another encoding of it, which nobody reads.
func TestAnyFlippedBitIsRefused(t *testing.T) {
	codec := codecOf(t, keyFile(t))
	dc := codec.DataConverter()
	rapid.Check(t, func(t *rapid.T) {
		sealed := one(t, must(t)(inWorkflow(codec, "cycle/x").Encode([]*common.Payload{payloadOf([]byte(`"` + strings.Repeat("figure ", rapid.IntRange(1, 60).Draw(t, "length")) + `"`))})), nil)
		where := rapid.SampledFrom([]string{"data", converter.MetadataEncoding, payload.MetadataKeyID, payload.MetadataWorkflow}).Draw(t, "where")
		bits := sealed.Metadata[where]
		if where == "data" {
			bits = sealed.Data
		}
		bit := rapid.IntRange(0, 8*len(bits)-1).Draw(t, "bit")
		bits[bit/8] ^= 1 << (bit % 8)
		var got string
		if err := dc.FromPayload(sealed, &got); err == nil || got != "" {
			t.Fatalf("bit %d of %s: read %q, %v", bit, where, got, err)
		}
	})
}

func must(t *rapid.T) func([]*common.Payload, error) []*common.Payload {
	return func(p []*common.Payload, err error) []*common.Payload {
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
}

func TestAPayloadCannotBeCutOrGivenMore(t *testing.T) {
	codec := codecOf(t, keyFile(t))
	for what, change := range map[string]func(*common.Payload){
		"cut":                  func(p *common.Payload) { p.Data = p.Data[:len(p.Data)-1] },
		"empty":                func(p *common.Payload) { p.Data = nil },
		"lengthened":           func(p *common.Payload) { p.Data = append(p.Data, 0) },
		"without its workflow": func(p *common.Payload) { delete(p.Metadata, payload.MetadataWorkflow) },
		"without its key":      func(p *common.Payload) { delete(p.Metadata, payload.MetadataKeyID) },
		"with more metadata":   func(p *common.Payload) { p.Metadata["messageType"] = []byte("x") },
		"of another workflow":  func(p *common.Payload) { p.Metadata[payload.MetadataWorkflow] = []byte("cycle/y") },
	} {
		sealed, err := inWorkflow(codec, "cycle/x").Encode([]*common.Payload{payloadOf([]byte("1"))})
		p := one(t, sealed, err)
		change(p)
		if _, err := codec.Decode([]*common.Payload{p}); err == nil {
			t.Errorf("a payload that was %s opens", what)
		}
	}
}

func TestAPayloadOpensForItsWorkflowOnly(t *testing.T) {
	codec := codecOf(t, keyFile(t))
	bound, err := inWorkflow(codec, "cycle/x").Encode([]*common.Payload{payloadOf([]byte("1"))})
	if err != nil {
		t.Fatal(err)
	}
	loose, err := codec.Encode([]*common.Payload{payloadOf([]byte("1"))})
	if err != nil {
		t.Fatal(err)
	}
	activity := func(namespace, id string) converter.PayloadCodec {
		return codec.WithSerializationContext(converter.ActivitySerializationContext{Namespace: namespace, WorkflowID: id, ActivityType: "collect"})
	}
	for _, c := range []struct {
		what  string
		codec converter.PayloadCodec
		sent  []*common.Payload
		opens bool
	}{
		{"its own workflow", inWorkflow(codec, "cycle/x"), bound, true},
		{"an activity of its workflow", activity("rapporteur", "cycle/x"), bound, true},
		{"another workflow", inWorkflow(codec, "cycle/y"), bound, false},
		{"an activity of another workflow", activity("rapporteur", "cycle/y"), bound, false},
		{"a reader of histories", codec, bound, true},
		{"a replay, which does not know", activity("ReplayNamespace", "ReplayId"), bound, true},
		{"any workflow, where its sender did not know", inWorkflow(codec, "cycle/y"), loose, true},
	} {
		if _, err := c.codec.Decode(c.sent); (err == nil) != c.opens {
			t.Errorf("%s: %v", c.what, err)
		}
	}
}

func TestKeysAreChangedWhileWhatTheySealedStaysReadable(t *testing.T) {
	first, second := keyFile(t), keyFile(t)
	old, err := codecOf(t, first).Encode([]*common.Payload{payloadOf([]byte(`"old"`))})
	if err != nil {
		t.Fatal(err)
	}
	both := codecOf(t, second, first)
	fresh, err := both.Encode([]*common.Payload{payloadOf([]byte(`"new"`))})
	if err != nil {
		t.Fatal(err)
	}
	ids := keysOf(t, second, first).IDs()
	if got := payload.KeyIDs(fresh...); !slices.Equal(got, ids[:1]) {
		t.Errorf("sealed with %v, want the newest of %v", got, ids)
	}
	if got := payload.KeyIDs(old...); !slices.Equal(got, ids[1:]) {
		t.Errorf("sealed with %v, want the last of %v", got, ids)
	}
	for _, sealed := range [][]*common.Payload{old, fresh} {
		if _, err := both.Decode(sealed); err != nil {
			t.Error(err)
		}
	}
	_, err = codecOf(t, second).Decode(old)
	missing, ok := errors.AsType[*payload.KeyError](err)
	if !ok || missing.ID != ids[1] {
		t.Fatalf("got %v, want that key %s is missing", err, ids[1])
	}
	for _, part := range []string{ids[1], "RAPPORTEUR_PAYLOAD_KEY", "payload-key status"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
}

func TestWhatNobodySealedPasses(t *testing.T) {
	codec := codecOf(t, keyFile(t))
	plain := payloadOf([]byte(`"before"`))
	opened, err := codec.Decode([]*common.Payload{plain})
	if got := one(t, opened, err); got != plain {
		t.Errorf("got %v", got)
	}
	reader := payload.NewReader(keysOf(t, keyFile(t)))
	kept, err := reader.Encode([]*common.Payload{plain})
	if got := one(t, kept, err); got != plain {
		t.Errorf("a reader sealed %v", got)
	}
}

func TestLongPayloadsGetSmaller(t *testing.T) {
	codec := codecOf(t, keyFile(t))
	long := payloadOf(bytes.Repeat([]byte(`{"contributor":"state-ken","rung":2},`), 500))
	sealed, err := codec.Encode([]*common.Payload{long})
	if got := one(t, sealed, err); proto.Size(got) > proto.Size(long)/10 {
		t.Errorf("%d bytes of %d", proto.Size(got), proto.Size(long))
	}
}

func TestKeysThatCannotBeUsed(t *testing.T) {
	good, bad := keyFile(t), filepath.Join(t.TempDir(), "bad.key")
	if err := os.WriteFile(bad, []byte("c2hvcnQ=\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for what, files := range map[string][]string{
		"none": nil, "too short": {bad}, "absent": {filepath.Join(t.TempDir(), "absent")}, "twice": {good, good},
	} {
		if _, err := payload.LoadKeys(files...); err == nil || strings.Contains(err.Error(), "c2hvcnQ") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestLoadKeysSaysWhatIsWrong(t *testing.T) {
	good, short := keyFile(t), filepath.Join(t.TempDir(), "short.key")
	if err := os.WriteFile(short, []byte("c2hvcnQ="), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, files := range map[string][]string{
		"cannot load payload keys: none is given":                                                                     nil,
		"cannot use payload key " + good + ": it is given twice":                                                      {good, good},
		"cannot read payload key: open " + short + "x: no such file or directory":                                     {good, short + "x"},
		"cannot read payload key " + short + ": want 32 bytes in base64, as `rapporteur key payload FILE` makes them": {good, short},
	} {
		if _, err := payload.LoadKeys(files...); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// What an earlier release has sealed opens, under the id that it has in histories.
func TestWhatWasSealedBefore(t *testing.T) {
	file := filepath.Join(t.TempDir(), "old.key")
	if err := os.WriteFile(file, []byte(base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("a"), 32))), 0o600); err != nil {
		t.Fatal(err)
	}
	keys := keysOf(t, file)
	if !slices.Equal(keys.IDs(), []string{"6a48f9b5d0f6eb1f"}) {
		t.Errorf("its id is %v", keys.IDs())
	}
	sealed, err := base64.StdEncoding.DecodeString("ChwKCGVuY29kaW5nEhBiaW5hcnkvZW5jcnlwdGVkCiUKEWVuY3J5cHRpb24ta2V5LWlkEhA2YTQ4ZjliNWQwZjZlYjFmCiEK" +
		"FmVuY3J5cHRpb24td29ya2Zsb3ctaWQSB2N5Y2xlL3gSOL94yj9CgnkV/d9ip6oH75fzWqfXyiq6FIx1oly3OIfai0/NYZdkE9BPy/hx0NdWGl8k1rADBxd+")
	if err != nil {
		t.Fatal(err)
	}
	p := &common.Payload{}
	if err := proto.Unmarshal(sealed, p); err != nil {
		t.Fatal(err)
	}
	opened, err := inWorkflow(payload.NewCodec(keys), "cycle/x").Decode([]*common.Payload{p})
	if got := one(t, opened, err); !proto.Equal(got, payloadOf([]byte("1"))) {
		t.Errorf("got %v", got)
	}
}

// FuzzDecode holds that nothing anybody puts into a history breaks whoever reads
// it: it is refused, or was never sealed.
func FuzzDecode(f *testing.F) {
	codec := codecOf(f, keyFile(f))
	for _, text := range []string{"", "1", strings.Repeat("figures ", 100)} {
		sealed, err := inWorkflow(codec, "cycle/x").Encode([]*common.Payload{payloadOf([]byte(text))})
		if err != nil {
			f.Fatal(err)
		}
		wire, err := proto.Marshal(sealed[0])
		if err != nil {
			f.Fatal(err)
		}
		f.Add(wire)
		f.Add(wire[:len(wire)/2])
	}
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, wire []byte) {
		p := &common.Payload{}
		if proto.Unmarshal(wire, p) != nil {
			return
		}
		opened, err := codec.Decode([]*common.Payload{p})
		switch {
		case err != nil:
		case len(opened) != 1 || opened[0] == nil:
			t.Fatal(opened)
		case payload.Sealed(p) && proto.Equal(opened[0], p):
			t.Fatal("sealed and not opened")
		}
		if got := codec.DataConverter().ToString(p); err != nil && got != err.Error() {
			t.Fatalf("%q, want %v", got, err)
		}
	})
}

func BenchmarkCodec(b *testing.B) {
	codec := codecOf(b, keyFile(b))
	at := inWorkflow(codec, "cycle/sres2388/op34/2018")
	for name, data := range map[string][]byte{
		"hint":   []byte(`{"AuditSeq":12345}`),
		"result": bytes.Repeat([]byte(`{"contributor":"state-ken","rung":2},`), 200),
	} {
		sent := []*common.Payload{payloadOf(data)}
		sealed, err := at.Encode(sent)
		if err != nil {
			b.Fatal(err)
		}
		b.Run("encode/"+name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				_, _ = at.Encode(sent)
			}
		})
		b.Run("decode/"+name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				_, _ = at.Decode(sealed)
			}
		})
	}
}
