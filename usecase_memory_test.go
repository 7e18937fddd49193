package rapporteur_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// identified is a body with so many victims identified.
func (h *house) identified(id rapporteur.ContributorID, women, men int) []byte {
	return h.body(id, header, `"return_type":"answered"`, fmt.Sprintf(
		`"answers":{"Q3.4":{"status":"yes","text":"Words.","identified":[`+
			`{"sex":"F","age":"18+","form":"SERVITUDE","value":%d},{"sex":"M","age":"18+","form":"SERVITUDE","value":%d}]}}`, women, men))
}

// TestTheNextCyclesReportRemembersWhatWasTransmitted: draft by draft within the
// house, and from what left it.
func TestTheNextCyclesReportRemembersWhatWasTransmitted(t *testing.T) {
	states := []rapporteur.ContributorID{kenya, france, "state-per", "state-deu"}
	h := newHouse(t)
	for _, s := range states {
		h.reachable(s)
	}
	compiled := func(women ...int) (rapporteur.Cycle, string) {
		t.Helper()
		cycle := h.collecting(states...)
		for n, s := range states {
			_, err := h.correspondence.Submit(t.Context(), by(s), key(cycle, s), h.identified(s, women[n], 30))
			must(t, err)
		}
		text, err := json.Marshal(h.reported(cycle).Report)
		must(t, err)
		return cycle, string(text)
	}
	const telling = "beside an earlier report it would tell"
	first, _ := compiled(20, 30, 40, 50)
	if _, text := compiled(20, 30, 40, 57); strings.Contains(text, telling) {
		t.Error("a draft that never left the house is held against the report")
	}
	must(t, h.conduct.Transmit(t.Context(), first.ID, 1, rapporteur.Transmittal{Symbol: "S/2018/1042", Masthead: mandated}, h.moment()))
	if _, text := compiled(20, 30, 40, 57); !strings.Contains(text, telling) {
		t.Errorf("one State changed its figures beside what was transmitted:\n%s", text)
	}
	if _, text := compiled(24, 36, 45, 57); strings.Contains(text, telling) {
		t.Error("everybody changed, and the total is not told")
	}
}
