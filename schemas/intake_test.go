package schemas

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
)

// smallIntake is the smallest instrument with an intake and a stream of
// receipts.
const smallIntake = `  - id: op1b
    shape: intake
    title: An intake
    provisions: [OP1.b]
    intake:
      window: P3M
      from: 2020-02-01
      destinations: [state-swz]
      senders:
        - {kind: entity, questionnaire: poll, only: [state-ken]}
      classification: confidential
  - id: op2
    shape: occasion
    title: Occasions
    provisions: [OP2]
    intake:
      receipt_only: true
      senders: [{kind: member-state}]
      recipients: [committee-1]
      classification: strictly-confidential
`

// withIntake is the small instrument with text in place of its occasions.
func withIntake(text string) fstest.MapFS {
	report, _, _ := strings.Cut(smallInstrument, "  - id: op2\n    shape: occasion\n")
	return fstest.MapFS{"instruments/small.yaml": {Data: []byte(strings.Replace(report, "streams:\n", "streams:\n"+text, 1))}}
}

func TestAnIntakeIsRead(t *testing.T) {
	files := goodFiles(t)
	files["instruments/small.yaml"] = withIntake(smallIntake)["instruments/small.yaml"]
	c, err := Load(files)
	if err != nil {
		t.Fatal(err)
	}
	i, err := c.Instrument("small")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]rapporteur.IntakePolicy{}
	for _, s := range i.Streams {
		if s.Intake.Takes() {
			got[s.ID] = s.Intake
		}
	}
	want := map[string]rapporteur.IntakePolicy{
		"op1b": {
			Window: rapporteur.Period{Months: 3}, From: date("2020-02-01"), Destinations: []rapporteur.ContributorID{"state-swz"},
			Senders: []rapporteur.Sender{{
				Audience: rapporteur.Audience{Kind: rapporteur.KindEntity, Questionnaire: "poll"}, Only: []rapporteur.ContributorID{"state-ken"},
			}},
			Classification: rapporteur.Confidential,
		},
		"op2": {
			ReceiptOnly: true, Senders: []rapporteur.Sender{{Audience: rapporteur.Audience{Kind: rapporteur.KindMemberState}}},
			Recipients: []rapporteur.ContributorID{"committee-1"}, Classification: rapporteur.StrictlyConfidential,
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("intakes (-want +got):\n%s", diff)
	}
}

func TestABadIntakeNamesFileLineAndField(t *testing.T) {
	for _, test := range []struct {
		name, old, replacement string
		field, reason          string
		line                   int // 0 for the line of the change
	}{
		{"an unknown destination", "destinations: [state-swz]", "destinations: [state-swz, entity-cted]", "streams[0].intake.destinations[1]", "no contributor entity-cted", 0},
		{"no destination", "      destinations: [state-swz]\n", "", "streams[0].intake.destinations", "is missing", anyLine},
		{"a window of no length", "window: P3M", "window: P0D", "streams[0].intake.window", "want a length", 0},
		{"a window backwards", "window: P3M", "window: -P3M", "streams[0].intake.window", "want a length", 0},
		{"a window that is none", "window: P3M", "window: quarters", "streams[0].intake.window", "want halves or an ISO 8601", 0},
		{"no window", "      window: P3M\n", "", "streams[0].intake.window", "is missing", anyLine},
		{"no beginning", "      from: 2020-02-01\n", "", "streams[0].intake.from", "is missing", anyLine},
		{"a beginning before the adoption", "from: 2020-02-01", "from: 2020-01-01", "streams[0].intake.from", "before the adoption", 0},
		{"no such day", "from: 2020-02-01", "from: 2020-02-31", "streams[0].intake.from", "YYYY-MM-DD", 0},
		{"an unknown questionnaire", "questionnaire: poll, only", "questionnaire: quiz, only", "streams[0].intake.senders[0].questionnaire", `no questionnaire "quiz"`, 0},
		{"content without a questionnaire", "{kind: entity, questionnaire: poll, only: [state-ken]}", "{kind: entity}", "streams[0].intake.senders[0].questionnaire", "is missing", 0},
		{"an unknown sender", "only: [state-ken]", "only: [state-xyz]", "streams[0].intake.senders[0].only[0]", "no contributor state-xyz", 0},
		{"a kind that is none", "{kind: entity, questionnaire", "{kind: club, questionnaire", "streams[0].intake.senders[0].kind", "want one of: member-state", 0},
		{"no sender", "      senders:\n        - {kind: entity, questionnaire: poll, only: [state-ken]}\n", "", "streams[0].intake.senders", "is missing", anyLine},
		{"content that is strictly confidential", "classification: confidential", "classification: strictly-confidential", "streams[0].intake.classification", "by receipt only", 0},
		{"a level that is none", "classification: confidential", "classification: secret", "streams[0].intake.classification", "want one of: unclassified", 0},
		{"recipients of content", "      classification: confidential", "      recipients: [committee-2]\n      classification: confidential", "streams[0].intake.recipients", "only receipts", 0},
		{"receipts with a questionnaire", "senders: [{kind: member-state}]", "senders: [{kind: member-state, questionnaire: poll}]", "streams[1].intake.senders[0].questionnaire", "receipts only", 0},
		{"occasions that take content", "receipt_only: true", "receipt_only: false", "streams[1].intake.receipt_only", "want true", 0},
		{"occasions with windows", "receipt_only: true", "receipt_only: true\n      window: halves", "streams[1].intake.window", "no windows", anyLine},
		{"a report that takes deliveries", "shape: occasion", "shape: inclusion", "streams[1].intake", "only an intake", anyLine},
		{"an unknown field", "receipt_only: true", "receipts_only: true", "receipts_only", "unknown field", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !strings.Contains(smallIntake, test.old) {
				t.Fatalf("the intake does not contain %q", test.old)
			}
			before, _, _ := strings.Cut(string(withIntake(smallIntake)["instruments/small.yaml"].Data), test.old)
			line := 1 + strings.Count(before, "\n")
			files := goodFiles(t)
			files["instruments/small.yaml"] = withIntake(strings.Replace(smallIntake, test.old, test.replacement, 1))["instruments/small.yaml"]
			_, err := Load(files)
			for _, f := range faultsOf(err) {
				there := f.Line == line || test.line == anyLine && f.Line > 1
				if f.File == "instruments/small.yaml" && there && f.Field == test.field && strings.Contains(f.Reason, test.reason) {
					return
				}
			}
			t.Errorf("want line %d field %s: …%s…, got:\n%v", line, test.field, test.reason, err)
		})
	}
}

func TestConsentIsAskedOnce(t *testing.T) {
	const file = "questionnaires/poll/1.0.0.json"
	second := `"Q1.2": {
          "x-provision": "OP1.a",`
	one := spoilt(t, file, second, second+` "x-consent": true,`)
	c, err := Load(one)
	if err != nil {
		t.Fatal(err)
	}
	if q, _ := c.Latest("poll"); q.Consent != "Q1.2" {
		t.Errorf("the question of consent is %q", q.Consent)
	}
	text := strings.Replace(string(one[file].Data), `"Q1.1": {`, `"Q1.1": {"x-consent": true,`, 1)
	one[file] = &fstest.MapFile{Data: []byte(text)}
	if _, err := Load(one); err == nil || !strings.Contains(err.Error(), "asks for consent already") {
		t.Errorf("two questions of consent: %v", err)
	}
}

// Every questionnaire by which an intake takes content asks whether it may be
// used, and only "yes" allows it.
func TestIntakesAskForConsent(t *testing.T) {
	for _, s := range resolution2388(t).Streams {
		for _, sender := range s.Intake.Senders {
			if sender.Questionnaire == "" {
				continue
			}
			q := latest(t, sender.Questionnaire)
			if q.Consent == "" || q.Kind != sender.Kind {
				t.Errorf("%s takes %s, which asks for no consent or another kind", s.ID, q.ID)
			}
			for answer, want := range map[string]bool{"yes": true, "in_part": false, "no": false, "no_information": false} {
				document, _ := check(t, q, envelope(q.QuestionnaireRef, obj{q.Consent: obj{"status": answer, "text": "Words."}}))
				if got := q.ConsentIn(document); got != (rapporteur.Consent{InReport: want, ByName: true}) {
					t.Errorf("%s answered %s: %+v", q.ID, answer, got)
				}
				if document.Classification != rapporteur.Unclassified {
					t.Errorf("%s: classification %q", q.ID, document.Classification)
				}
			}
		}
	}
}

func TestIntakesOfTheResolution(t *testing.T) {
	var got []string
	for _, s := range resolution2388(t).Streams {
		p := s.Intake
		if !p.Takes() {
			continue
		}
		kept := "content"
		if p.ReceiptOnly {
			kept = "receipts"
		}
		line := []string{s.ID, kept, string(p.Classification)}
		for _, sender := range p.Senders {
			line = append(line, string(sender.Kind))
		}
		for _, to := range p.Destinations {
			line = append(line, string(to))
		}
		got = append(got, strings.Join(line, " "))
	}
	want := []string{
		"op9 content unclassified member-state entity-cted entity-monitoring-team-1267",
		"op23b content unclassified member-state entity-unodc",
		"op30 receipts strictly-confidential member-state entity-unitad",
		"op31 content unclassified entity entity-unodc",
		"op27b receipts strictly-confidential entity mission",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("intakes (-want +got):\n%s", diff)
	}
}
