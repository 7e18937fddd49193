package schemas

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
)

// What each stream of occasions asks of whom, and its calendar around an event
// on 21 November 2018.
func TestOccasionsOfResolution2388(t *testing.T) {
	event := rapporteur.Date{Year: 2018, Month: 11, Day: 21}
	i := resolution2388(t)
	for id, want := range map[string]struct {
		kind     rapporteur.EventKind
		invites  int
		asks     string
		calendar string // opens, due, closes, draft, transmits
		rungs    int
	}{
		"op23a": {rapporteur.EventBriefing, 6, "entity briefing-reply, mission briefing-reply", "2018-10-24 2018-11-14 2018-12-05 2018-12-12 2018-12-12", 3},
		"op24":  {rapporteur.EventDissemination, 36, "entity dissemination-report", "2018-11-21 2019-01-20 2019-02-19 2019-02-26 2019-02-26", 3},
		"op26":  {rapporteur.EventTraining, 3, "mission training-report, entity training-report", "2018-11-21 2018-12-21 2019-01-11 2019-01-18 2019-01-18", 3},
		"op27b": {rapporteur.EventBriefing, 2, "entity , mission ", "2018-10-24 2018-12-05 2018-12-19 2018-12-26 2018-12-26", 1},
		"op29":  {rapporteur.EventConsultation, 6, "entity expertise-report", "2018-11-07 2018-12-12 2019-01-02 2019-01-09 2019-01-09", 3},
		"op32":  {rapporteur.EventMeeting, 21, "entity coordination-report", "2018-11-21 2018-12-12 2019-01-02 2019-01-09 2019-01-09", 3},
	} {
		t.Run(id, func(t *testing.T) {
			s, ok := i.Stream(id)
			if !ok || !s.Runs() || s.Occasion.Title == "" || s.Intake.ReceiptOnly != (id == "op27b") {
				t.Fatalf("the stream is %+v", s)
			}
			var asks []string
			for _, a := range s.Policy.Audience {
				asks = append(asks, string(a.Kind)+" "+a.Questionnaire)
			}
			plan, err := rapporteur.NewEventPlan(s, rapporteur.Event{Date: event}, "", rapporteur.Date{Year: 2018, Month: 1, Day: 1})
			if err != nil {
				t.Fatal(err)
			}
			var dates []string
			for _, key := range []string{rapporteur.DateOpens, rapporteur.DateDue, rapporteur.DateCloses, rapporteur.DateDraft, rapporteur.DateTransmits} {
				dates = append(dates, plan.Date(key).String())
			}
			got := []any{s.Occasion.Kind, len(s.Occasion.Invites), strings.Join(asks, ", "), strings.Join(dates, " "), len(plan.Rungs)}
			if diff := cmp.Diff([]any{want.kind, want.invites, want.asks, want.calendar, want.rungs}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// What an occasion asks is what its stream is about.
func TestOccasionsAskAboutTheirOwnProvisions(t *testing.T) {
	for _, s := range resolution2388(t).Streams {
		if s.Shape != rapporteur.ShapeOccasion || s.Intake.ReceiptOnly {
			continue
		}
		carried := map[string]bool{}
		for _, id := range s.Provisions {
			carried[id] = true
		}
		for _, a := range s.Policy.Audience {
			for _, section := range latest(t, a.Questionnaire).Sections {
				for _, q := range section.Questions {
					if !carried[q.Provision] {
						t.Errorf("%s asks %s about %s", s.ID, q.ID, q.Provision)
					}
				}
			}
		}
	}
}

// Where only receipts are kept, nobody is pressed and nothing can be answered.
func TestNobodyIsPressedWhereReceiptsAreKept(t *testing.T) {
	before, occasion, _ := strings.Cut(smallInstrument, "    title: Meetings\n")
	const receipts = "    title: Meetings\n    intake: {receipt_only: true, classification: strictly-confidential, senders: [{kind: member-state}]}\n"
	good := before + receipts + strings.NewReplacer(", questionnaire: poll}", "}", "from: mandated, offset: -P5D", "from: mandated, offset: P5D").Replace(occasion)
	for name, c := range map[string]struct{ old, replacement, field string }{
		"as it is":               {"", "", ""},
		"an overdue notice":      {"id: third, offset: -P4D, notice: reminder", "id: third, offset: -P4D, notice: overdue", "streams[1].policy.ladder[0].notice"},
		"an escalation":          {"id: third, offset: -P4D, notice: reminder", "id: third, offset: -P4D, notice: reminder, escalates: true", "streams[1].policy.ladder[0].notice"},
		"a follow-up's overdue":  {"offset: -P1D, notice: reminder}\n        decide_within: P2D", "offset: -P1D, notice: overdue}\n        decide_within: P2D", "streams[1].policy.follow_up.ladder[0].notice"},
		"a date before it":       {"from: mandated, offset: P5D", "from: mandated, offset: -P5D", "streams[1].policy.dates"},
		"a questionnaire at all": {"        - {kind: member-state}", "        - {kind: member-state, questionnaire: poll}", "streams[1].policy.audience[1].questionnaire"},
	} {
		files := goodFiles(t)
		files["instruments/small.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(good, c.old, c.replacement, 1))}
		_, err := Load(files)
		found := faultsOf(err)
		if (c.field == "") != (err == nil) || c.field != "" && (len(found) != 1 || found[0].Field != c.field || found[0].Line == 0) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
