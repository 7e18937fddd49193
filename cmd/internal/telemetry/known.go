package telemetry

import (
	"strings"
	"sync"

	"github.com/rapporteur/rapporteur"
)

// other is the label of whatever is not known, so that a label's values stay
// few whatever a client sends.
const other = "other"

// none is the label where there is nothing to name.
const none = "none"

// mostRules is how many rules are told apart. A catalogue has some dozens.
const mostRules = 500

// known is what labels may say.
type known struct {
	streams map[rapporteur.StreamKey]bool
	rungs   map[string]bool
	mutex   *sync.RWMutex
	rules   map[string]bool // that have struck
}

func newKnown() known {
	return known{
		streams: map[rapporteur.StreamKey]bool{}, rungs: map[string]bool{rapporteur.RungRequest: true},
		mutex: &sync.RWMutex{}, rules: map[string]bool{},
	}
}

func (k *known) learn(instruments []rapporteur.Instrument) {
	for _, i := range instruments {
		for _, s := range i.Streams {
			k.streams[rapporteur.StreamKey{Instrument: i.ID, Stream: s.ID}] = true
			for _, r := range s.Policy.Ladder {
				k.rungs[r.ID] = true
			}
			for _, r := range s.Policy.FollowUp.Ladder {
				k.rungs[r.ID] = true
			}
		}
	}
}

// stream is the labels of a cycle's stream.
func (k *known) stream(id rapporteur.CycleID) (instrument, stream string) {
	instrument, stream, _, err := id.Parts()
	if err != nil || !k.streams[rapporteur.StreamKey{Instrument: instrument, Stream: stream}] {
		return other, other
	}
	return instrument, stream
}

// outOfTurn is the rung of reminders that the Secretariat has sent by hand.
const outOfTurn = "manual"

// rung is the label of a rung. Those by hand and those that are asked again
// have a number in the ledger, not here.
func (k *known) rung(id string) string {
	if k.rungs[id] {
		return id
	}
	if strings.HasPrefix(id, outOfTurn+"-") {
		return outOfTurn
	}
	for end := len(id) - 1; end > 0; end-- { // reminder-1/2: of a request that was opened again
		if (id[end] == '/' || id[end] == '-') && k.rungs[id[:end]] {
			return id[:end]
		}
	}
	return other
}

// rule is the label of a rule. Rules come from the program's own files, never
// from what was submitted; that they are few is made sure of all the same.
func (k *known) rule(id string) string {
	k.mutex.RLock()
	seen, full := k.rules[id], len(k.rules) >= mostRules
	k.mutex.RUnlock()
	switch {
	case seen:
		return id
	case full || id == "" || len(id) > 100:
		return other
	}
	k.mutex.Lock()
	defer k.mutex.Unlock()
	k.rules[id] = true
	return id
}

// returnTypes are those that an answer may have.
var returnTypes = map[rapporteur.ReturnType]bool{
	rapporteur.ReturnAnswered: true, rapporteur.ReturnPartial: true, rapporteur.ReturnNil: true, rapporteur.ReturnNotApplicable: true,
	rapporteur.ReturnCovered: true, rapporteur.ReturnDeclined: true,
}

func returnType(r rapporteur.ReturnType) string {
	switch {
	case r == "":
		return none
	case returnTypes[r]:
		return string(r)
	}
	return other
}
