package store

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/store/storetest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestStoredDocumentsKeepTheirForm compares the JSON of every value that is
// stored whole with how it was stored before. When it fails, records that exist
// could not be read any more, or would lose a field: either keep the old form,
// or add a migration that rewrites what is stored, and then run with -update.
func TestStoredDocumentsKeepTheirForm(t *testing.T) {
	keepsForm[rapporteur.Plan](t, "cycles.plan")
	keepsForm[rapporteur.Policy](t, "cycles.policy")
	keepsForm[[]rapporteur.ContributorID](t, "cycles.contributors")
	keepsForm[rapporteur.Event](t, "cycles.event")
	keepsForm[rapporteur.Outcome](t, "cycles.outcome")
	keepsForm[[]rapporteur.Finding](t, "submissions.findings")
	keepsForm[[]rapporteur.Finding](t, "revalidations.earlier")
	keepsForm[[]rapporteur.Finding](t, "revalidations.findings")
	keepsForm[[]string](t, "ledger.recipients")
	keepsForm[rapporteur.Report](t, "drafts.report")
	keepsForm[[]rapporteur.Observation](t, "observations.observations")
	keepsForm[rapporteur.ClearanceState](t, "clearances.state")
	keepsForm[map[string]string](t, "audit.details")
	keepsForm[[]contactRow](t, "contacts.contacts")
	keepsForm[[]rapporteur.Mark](t, "working_sections.marks")
	keepsForm[[]rapporteur.ReleaseSource](t, "statistics.sources")
	keepsForm[[]rapporteur.Statistic](t, "statistics.figures")
	keepsForm[[]rapporteur.SeriesEvent](t, "stream_calendars.events")
	keepsForm[[]rapporteur.SeriesChange](t, "stream_calendars.changes")
}

// TestDocumentsOfEarlierReleasesAreRead: fields may be added to what is stored,
// and what was stored before them still reads.
func TestDocumentsOfEarlierReleasesAreRead(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "documents", "v0.1.0", "cycles.policy.json"))
	if err != nil {
		t.Fatal(err)
	}
	var policy rapporteur.Policy
	if err := (documentColumn{&policy}).Scan(string(text)); err != nil {
		t.Fatal(err)
	}
	if policy.WordBudget == 0 || len(policy.Dates) == 0 || policy.Dates[0].Label == "" || policy.Drafter != "" {
		t.Errorf("a policy of the first release reads as %+v", policy)
	}
}

func keepsForm[T any](t *testing.T, column string) {
	t.Helper()
	t.Run(column, func(t *testing.T) {
		golden := filepath.Join("testdata", "documents", column+".json")
		value := storetest.Filled[T]()
		got, err := json.MarshalIndent(value, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, '\n')
		if *update {
			if err := os.WriteFile(golden, got, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("what is stored has another form (-before +now):\n%s", cmp.Diff(string(want), string(got)))
		}
		var read T
		if err := (documentColumn{&read}).Scan(string(want)); err != nil {
			t.Fatalf("cannot read what was stored before: %v", err)
		}
		if diff := cmp.Diff(value, read); diff != "" {
			t.Errorf("what was stored before reads differently (-want +got):\n%s", diff)
		}
	})
}
