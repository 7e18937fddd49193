package schemas

import (
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
)

var update = flag.Bool("update", false, "write the recorded findings anew")

// recorded is a body whose findings are kept in a golden file.
type recorded struct {
	name          string
	questionnaire rapporteur.Questionnaire
	body          []byte
}

// recordedBodies are good answers, the rules' cases, and answers that went
// wrong in ways that nobody thought of.
func recordedBodies(t *testing.T) []recorded {
	t.Helper()
	var all []recorded
	add := func(name string, q rapporteur.Questionnaire, doc any) {
		all = append(all, recorded{q.ID + " " + name, q, encode(t, doc)})
	}
	for k, id := range questionnaireIDs {
		q := latest(t, id)
		doc := sample(t, q)
		add("sample", q, doc)
		r := rand.New(rand.NewPCG(2388, uint64(k)))
		for n := range 24 {
			add(fmt.Sprintf("mutation %d", n), q, mutated(r, doc, 1+r.IntN(5)))
		}
	}
	for n, c := range ruleCases {
		q := latest(t, c.questionnaire)
		add(fmt.Sprintf("case %d broken", n), q, envelope(q.QuestionnaireRef, c.broken))
		add(fmt.Sprintf("case %d kept", n), q, envelope(q.QuestionnaireRef, c.kept))
	}
	return all
}

// inSources are findings in the languages that the files themselves have, so that
// a better translation is no other finding.
func inSources(findings []rapporteur.Finding) []rapporteur.Finding {
	only := func(words map[string]string) map[string]string {
		return map[string]string{"en": words["en"], "fr": words["fr"]}
	}
	return each(findings, func(f rapporteur.Finding) rapporteur.Finding {
		f.Message, f.Place = only(f.Message), only(f.Place)
		return f
	})
}

// Findings stay as they are, to the byte, however they are found: contributors
// justify them by rule and place. The digest covers their texts.
func TestFindingsAreThoseRecorded(t *testing.T) {
	var got strings.Builder
	for _, r := range recordedBodies(t) {
		doc, findings, err := load(t).Check(t.Context(), r.questionnaire.QuestionnaireRef, r.body)
		whole, jsonErr := json.Marshal([]any{doc, inSources(findings), fmt.Sprint(err)})
		if jsonErr != nil {
			t.Fatal(jsonErr)
		}
		speaks(t, findings)
		fmt.Fprintf(&got, "%s: %d findings %x\n", r.name, len(findings), sha256.Sum256(whole))
		for _, line := range show(findings) {
			got.WriteString("  " + line + "\n")
		}
	}
	name := filepath.Join("testdata", "findings.txt")
	if *update {
		if err := os.WriteFile(name, []byte(got.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")); diff != "" {
		t.Errorf("findings (-recorded +got):\n%s", diff)
	}
}
