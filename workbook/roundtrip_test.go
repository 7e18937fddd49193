package workbook_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

// Whatever a questionnaire accepts comes back from a workbook exactly, to the
// literal of each number, and the bytes that come back are the same for good.
func TestNothingIsLostInARoundTrip(t *testing.T) {
	rounds(t, 25)
	for _, id := range questionnaireIDs {
		t.Run(id, func(t *testing.T) {
			q := questionnaire(t, id)
			tried, kept := 0, 0
			rapid.Check(t, func(r *rapid.T) {
				doc := generator{r, q}.submission()
				body, err := json.Marshal(doc)
				if err != nil {
					r.Fatal(err)
				}
				tried++
				if valid(t, r, q, body) {
					kept++
				}
				file, err := books.Write(q, body, in(rapid.SampledFrom(rapporteur.Languages).Draw(r, "labels")))
				if err != nil {
					r.Fatal(err)
				}
				filled, err := books.Read(file, q)
				if err != nil {
					r.Fatal(err)
				}
				if len(filled.Findings) > 0 {
					r.Fatalf("findings %+v", filled.Findings)
				}
				if diff := cmp.Diff(tree(t, body), tree(t, filled.Body)); diff != "" {
					r.Fatalf("(-submitted +read back):\n%s", diff)
				}
				file, err = books.Write(q, filled.Body, facts)
				if err != nil {
					r.Fatal(err)
				}
				again, err := books.Read(file, q)
				if err != nil || !bytes.Equal(again.Body, filled.Body) {
					r.Fatalf("the second time it is %s, not %s (%v)", again.Body, filled.Body, err)
				}
			})
			if kept*4 < tried*3 {
				t.Errorf("the schema takes only %d of %d: the generator has become another", kept, tried)
			}
		})
	}
}
