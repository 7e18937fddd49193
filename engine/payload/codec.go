package payload

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/klauspost/compress/zstd"
	"go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"
)

// What a sealed payload says of itself, in its metadata. The names of the first
// two are those of Temporal's own samples.
const (
	// Encoding is the value of the metadata "encoding" of a sealed payload.
	Encoding = "binary/encrypted"
	// MetadataKeyID names the key it is sealed with.
	MetadataKeyID = "encryption-key-id"
	// MetadataWorkflow is the id of the workflow that it was sealed for, where
	// whoever sealed it knew.
	MetadataWorkflow = "encryption-workflow-id"
)

// replaying is the namespace that the SDK gives to whatever replays a history.
const replaying = "ReplayNamespace"

// maxOpened bounds what one payload may become when it is opened. Temporal takes
// 2 MiB of them at most.
const maxOpened = 64 << 20

// Codec seals payloads and opens them. What is sealed is the whole payload with
// its own metadata, compressed where that makes it smaller; the id of the key and
// of the workflow are authenticated with it, so that it cannot be shown as that of
// another workflow. Payloads that are not sealed pass as they are: those of a
// history from before the codec was switched on.
//
// The same payload never looks the same twice. Its length can be seen. Codec is
// safe for concurrent use.
type Codec struct {
	keys     *Keys
	open     bool   // leaves what it encodes as it is
	workflow string // for which it seals and opens; empty where nobody knows
}

var (
	_ converter.PayloadCodec                         = (*Codec)(nil)
	_ converter.PayloadCodecWithSerializationContext = (*Codec)(nil)
)

// NewCodec is a codec over a ring of keys.
func NewCodec(keys *Keys) *Codec { return &Codec{keys: keys} }

// NewReader is a codec that opens what the keys sealed and seals nothing: for a
// house that stops sealing while its histories still need the keys.
func NewReader(keys *Keys) *Codec { return &Codec{keys: keys, open: true} }

// WithSerializationContext is the codec for the payloads of one workflow. A
// replayed history does not tell its workflow and is not held to it.
func (c *Codec) WithSerializationContext(at converter.SerializationContext) converter.PayloadCodec {
	var namespace, workflow string
	switch at := at.(type) {
	case converter.WorkflowSerializationContext:
		namespace, workflow = at.Namespace, at.WorkflowID
	case converter.ActivitySerializationContext:
		namespace, workflow = at.Namespace, at.WorkflowID
	}
	if namespace == replaying {
		workflow = ""
	}
	if workflow == c.workflow {
		return c
	}
	return &Codec{keys: c.keys, open: c.open, workflow: workflow}
}

// Encode seals each payload with the newest key.
func (c *Codec) Encode(payloads []*common.Payload) ([]*common.Payload, error) {
	if c.open {
		return payloads, nil
	}
	return each(payloads, c.seal)
}

// Decode opens each payload that is sealed. A *KeyError says that its key is not
// among the codec's.
func (c *Codec) Decode(payloads []*common.Payload) ([]*common.Payload, error) {
	return each(payloads, c.unseal)
}

func each(payloads []*common.Payload, do func(*common.Payload) (*common.Payload, error)) ([]*common.Payload, error) {
	done := make([]*common.Payload, len(payloads))
	for n, p := range payloads {
		var err error
		if done[n], err = do(p); err != nil {
			return nil, err
		}
	}
	return done, nil
}

func (c *Codec) seal(p *common.Payload) (*common.Payload, error) {
	content, err := pack(p)
	if err != nil {
		return nil, fmt.Errorf("cannot seal payload: %w", err)
	}
	id := c.keys.Newest()
	metadata := map[string][]byte{converter.MetadataEncoding: []byte(Encoding), MetadataKeyID: []byte(id)}
	if c.workflow != "" {
		metadata[MetadataWorkflow] = []byte(c.workflow)
	}
	sealed := c.keys.known[id].Seal(nil, nil, content, about(id, c.workflow)) //nolint:gosec // the cipher makes the nonce itself
	return &common.Payload{Metadata: metadata, Data: sealed}, nil
}

// The ways in which a payload does not open, beside a key that is missing.
var (
	errChanged = errors.New("cannot open payload: it was changed after it was sealed")
	errMoved   = errors.New("cannot open payload: it was sealed for another workflow")
)

// KeyError says that the key is not given with which a payload is sealed.
type KeyError struct{ ID string }

// Error names the key and the remedy.
func (e *KeyError) Error() string {
	return fmt.Sprintf("cannot open payload: it is sealed with payload key %q, which is not given: add that key's file "+
		"to RAPPORTEUR_PAYLOAD_KEY (--payload-key) behind the newest; `rapporteur payload-key status` lists the keys in use", e.ID)
}

func (c *Codec) unseal(p *common.Payload) (*common.Payload, error) {
	if !Sealed(p) {
		return p, nil
	}
	id, workflow := string(p.GetMetadata()[MetadataKeyID]), string(p.GetMetadata()[MetadataWorkflow])
	with := c.keys.known[id]
	if with == nil {
		return nil, &KeyError{ID: id}
	}
	content, err := with.Open(nil, nil, p.GetData(), about(id, workflow))
	switch {
	case err != nil || len(p.GetMetadata()) > 3 || len(p.GetExternalPayloads()) > 0:
		return nil, errChanged
	case c.workflow != "" && workflow != "" && workflow != c.workflow:
		return nil, errMoved
	}
	opened, err := unpack(content)
	if err != nil {
		return nil, fmt.Errorf("cannot open payload: %w", err)
	}
	return opened, nil
}

// Sealed reports whether a payload is sealed, with whatever key.
func Sealed(p *common.Payload) bool {
	return string(p.GetMetadata()[converter.MetadataEncoding]) == Encoding
}

// about is what is authenticated with a payload beside its content.
func about(id, workflow string) []byte {
	text := []byte("rapporteur payload/1\n")
	text = binary.AppendUvarint(text, uint64(len(id)))
	text = append(text, id...)
	return append(text, workflow...)
}

// The first byte of what is sealed says what follows: the payload as it is, or
// compressed.
const (
	asItIs     = 0
	compressed = 1
)

// worthwhile is the length in bytes from which compressing is tried.
const worthwhile = 128

var (
	shrink, _ = zstd.NewWriter(nil, zstd.WithLowerEncoderMem(true), zstd.WithWindowSize(1<<20), zstd.WithEncoderCRC(false))
	expand, _ = zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxOpened), zstd.WithDecoderConcurrency(0))
)

func pack(p *common.Payload) ([]byte, error) {
	plain, err := proto.MarshalOptions{Deterministic: true}.MarshalAppend([]byte{asItIs}, p)
	if err != nil || len(plain) < worthwhile {
		return plain, err
	}
	small := shrink.EncodeAll(plain[1:], append(make([]byte, 0, len(plain)), compressed))
	if len(small) < len(plain) {
		return small, nil
	}
	return plain, nil
}

func unpack(content []byte) (*common.Payload, error) {
	if len(content) == 0 {
		return nil, errors.New("it has no content")
	}
	plain := content[1:]
	switch content[0] {
	case asItIs:
	case compressed:
		var err error
		if plain, err = expand.DecodeAll(plain, nil); err != nil {
			return nil, fmt.Errorf("cannot expand it: %w", err)
		}
	default:
		return nil, errors.New("a newer release sealed it")
	}
	p := &common.Payload{}
	if err := proto.Unmarshal(plain, p); err != nil {
		return nil, errors.New("it holds no payload")
	}
	return p, nil
}

// KeyIDs are the ids of the keys with which payloads are sealed, each once, in
// order.
func KeyIDs(payloads ...*common.Payload) []string {
	var ids []string
	for _, p := range payloads {
		if Sealed(p) {
			ids = append(ids, string(p.GetMetadata()[MetadataKeyID]))
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
