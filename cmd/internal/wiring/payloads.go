package wiring

import (
	"errors"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/workflow"

	"github.com/rapporteur/rapporteur/engine"
	"github.com/rapporteur/rapporteur/engine/payload"
)

// Payloads says with which keys is sealed what Temporal is told.
type Payloads struct {
	PayloadKey    []string `env:"RAPPORTEUR_PAYLOAD_KEY" secret:"file" help:"File with the key by which is sealed what Temporal is told, as rapporteur key payload makes it; the newest first. Repeat it for those before, as long as rapporteur payload-key status lists them." placeholder:"FILE" type:"path"`
	PlainPayloads bool     `env:"RAPPORTEUR_PLAIN_PAYLOADS" help:"Let whoever operates Temporal read what it is told. Keys that are given still open what they sealed."`
}

// Codec seals and opens with those keys; nil where nothing is sealed and nothing
// was. Saying neither a key nor that there is none is an error: what Temporal has
// been told in plain cannot be taken back.
func (p Payloads) Codec() (*payload.Codec, error) {
	switch {
	case len(p.PayloadKey) == 0 && p.PlainPayloads:
		return nil, nil //nolint:nilnil // nothing is sealed
	case len(p.PayloadKey) == 0:
		return nil, errors.New("no payload key is set: make one with `rapporteur key payload FILE` and give it to serve and worker as RAPPORTEUR_PAYLOAD_KEY; " +
			"or set RAPPORTEUR_PLAIN_PAYLOADS=true, and whoever operates Temporal reads what it is told")
	}
	keys, err := payload.LoadKeys(p.PayloadKey...)
	if err != nil {
		return nil, err
	}
	if p.PlainPayloads {
		return payload.NewReader(keys), nil
	}
	return payload.NewCodec(keys), nil
}

// Apply has a client of Temporal, and the workers over it, seal and open payloads.
func (p Payloads) Apply(o *client.Options) error {
	codec, err := p.Codec()
	if err != nil || codec == nil {
		return err
	}
	codec.Apply(o)
	o.ContextPropagators = []workflow.ContextPropagator{engine.RequestIDsBy(o.DataConverter)}
	return nil
}

// Read has the house open what is sealed in the engine's histories.
func (h *House) Read(p Payloads) error {
	var err error
	h.payloads, err = p.Codec()
	return err
}

// MakePayloadKey makes a key for payloads, unless the file is there. Nobody but
// its owner may read it. Whoever loses it stops the cycles that run.
func MakePayloadKey(file string) error { return makeKey(file, payload.NewKey) }
