package rapporteur

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestFindingBlocksByItsSeverity(t *testing.T) {
	for _, c := range []struct {
		severity      Severity
		justification string
		blocks        bool
	}{
		{SeverityError, "", true},
		{SeverityError, "It is true all the same.", true},
		{SeverityWarning, "", true},
		{SeverityWarning, " \n", true},
		{SeverityWarning, "Persons exploited in several ways.", false},
		{SeverityPrivacy, "", true},
		{SeverityPrivacy, "She agreed.", true},
		{SeverityAdvice, "", false},
	} {
		f := Justify([]Finding{{Severity: c.severity, Rule: "r", Pointer: "/a"}}, map[string]string{"r": c.justification})[0]
		if f.Blocks() != c.blocks || Blocked([]Finding{f}) != c.blocks {
			t.Errorf("%s with %q: blocks is %t", c.severity, c.justification, f.Blocks())
		}
		if f.Justification != "" && c.severity != SeverityWarning {
			t.Errorf("%s was justified", c.severity)
		}
	}
}

// What stops one answer and only that.
func TestSuspend(t *testing.T) {
	text := map[string]string{"en": "Look.", "fr": "Voyez.", "es": "Mire.", "de": "Da."}
	of := func(severity Severity, rule string) Finding {
		return Finding{Severity: severity, Rule: rule, Pointer: "/a", Message: text, Justification: "Because."}
	}
	advice := Finding{
		Severity: SeverityAdvice, Rule: "figures/distinct", Pointer: "/a", Justification: "Because.", Suspended: true,
		Message: map[string]string{"en": suspendedWords["en"] + "Look.", "fr": suspendedWords["fr"] + "Voyez.", "es": suspendedWords["es"] + "Mire.", "de": "Da."},
	}
	everywhere := RuleSuspension{Rule: "figures/distinct"}
	here := RuleSuspension{Rule: "figures/distinct", Questionnaire: "member-state"}
	there := RuleSuspension{Rule: "figures/distinct", Questionnaire: "entity"}
	over := RuleSuspension{Rule: "figures/distinct", LiftedAt: time.Unix(1, 0)}
	for _, c := range []struct {
		name    string
		finding Finding
		with    []RuleSuspension
		want    Finding
	}{
		{"nothing is suspended", of(SeverityError, "figures/distinct"), nil, of(SeverityError, "figures/distinct")},
		{"an error", of(SeverityError, "figures/distinct"), []RuleSuspension{everywhere}, advice},
		{"a warning", of(SeverityWarning, "figures/distinct"), []RuleSuspension{everywhere}, advice},
		{"advice", of(SeverityAdvice, "figures/distinct"), []RuleSuspension{everywhere}, advice},
		{"for this questionnaire", of(SeverityError, "figures/distinct"), []RuleSuspension{there, here}, advice},
		{"for another questionnaire", of(SeverityError, "figures/distinct"), []RuleSuspension{there}, of(SeverityError, "figures/distinct")},
		{"lifted", of(SeverityError, "figures/distinct"), []RuleSuspension{over}, of(SeverityError, "figures/distinct")},
		{"lifted for all and in force for this", of(SeverityError, "figures/distinct"), []RuleSuspension{over, here}, advice},
		{"another rule", of(SeverityError, "figures/sex-adds-up"), []RuleSuspension{everywhere}, of(SeverityError, "figures/sex-adds-up")},
		{"privacy, by its severity", of(SeverityPrivacy, "figures/distinct"), []RuleSuspension{everywhere}, of(SeverityPrivacy, "figures/distinct")},
		{"privacy, by its name", of(SeverityError, "privacy/e-mail"), []RuleSuspension{{Rule: "privacy/e-mail"}}, of(SeverityError, "privacy/e-mail")},
		{"the schema", of(SeverityError, "schema/required"), []RuleSuspension{{Rule: "schema/required"}}, of(SeverityError, "schema/required")},
	} {
		given := []Finding{c.finding}
		if diff := cmp.Diff([]Finding{c.want}, Suspend(given, "member-state", c.with)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		if diff := cmp.Diff([]Finding{c.finding}, given); diff != "" || text["en"] != "Look." {
			t.Errorf("%s changes what it was given:\n%s", c.name, diff)
		}
	}
}

func TestWhatARevalidationChanges(t *testing.T) {
	warning := Finding{Severity: SeverityWarning, Rule: "a", Pointer: "/x"}
	elsewhere := Finding{Severity: SeverityWarning, Rule: "a", Pointer: "/y"}
	suspended := Finding{Severity: SeverityAdvice, Rule: "a", Pointer: "/x", Suspended: true}
	for _, c := range []struct {
		name                 string
		earlier, now         []Finding
		gone, fresh, blocked int
	}{
		{"nothing", nil, nil, 0, 0, 0},
		{"the same", []Finding{warning}, []Finding{warning}, 0, 0, 1},
		{"suspended", []Finding{warning, elsewhere}, []Finding{suspended, elsewhere}, 1, 0, 1},
		{"lifted", []Finding{suspended}, []Finding{warning}, 0, 1, 1},
		{"suspended before and after", []Finding{suspended}, []Finding{suspended}, 0, 0, 0},
		{"gone altogether", []Finding{suspended, elsewhere}, nil, 1, 0, 0},
	} {
		r := Revalidation{Earlier: c.earlier, Findings: c.now}
		blocked := 0
		if Blocked(r.Findings) {
			blocked = 1
		}
		if len(r.Gone()) != c.gone || len(r.New()) != c.fresh || blocked != c.blocked {
			t.Errorf("%s: gone %v, new %v, blocked %d", c.name, r.Gone(), r.New(), blocked)
		}
	}
}

func TestQualityNotesFollowTheSources(t *testing.T) {
	const here = CycleID("s/op34/2018")
	key := func(id ContributorID) RequestKey { return RequestKey{Cycle: here, Contributor: id} }
	source := func(id ContributorID, version int, pointer string) Source {
		return Source{Contributor: id, Version: version, Pointer: pointer}
	}
	report := Report{Cycle: here, Sections: []ReportSection{{Blocks: []Block{
		{Paragraph: &Paragraph{Number: 7, Sources: []Source{source("state-ken", 2, "/answers/Q3.4"), source("state-fra", 1, "/answers/Q3.4"), {Record: "requests"}}}},
		{Table: &Table{Number: 1, Rows: []TableRow{{Cells: []Cell{{Sources: []Source{source("state-ken", 2, "/answers/Q3.4/identified")}}}}}}},
	}, Sections: []ReportSection{{Blocks: []Block{
		{Paragraph: &Paragraph{Number: 9, Sources: []Source{source("state-ken", 2, "/answers/Q5.2"), source("state-ken", 2, "/answers/Q3.45"), {Cycle: "s/op9/window-1", Contributor: "state-ken", Version: 1, Pointer: "/answers/Q3.4"}}}},
	}}}}}, Annexes: []Annex{{Items: []AnnexItem{{Sources: []Source{source("entity-iom", 1, "")}}}}}}
	warning := Finding{Severity: SeverityWarning, Rule: "figures/sex-adds-up", Pointer: "/answers/Q3.4/identified", Justification: "Other sources."}
	general := Finding{Severity: SeverityWarning, Rule: "header/quoted-confidential", Pointer: "/header/may_be_quoted", Justification: "Agreed."}
	suspended := Finding{Severity: SeverityAdvice, Rule: "answer/no-information", Pointer: "/answers/Q5.2/status", Suspended: true}
	told := Finding{Severity: SeverityAdvice, Rule: "answer/nothing-more", Pointer: "/answers/Q5.2"}
	got := QualityNotes(report, []Submission{
		{RequestKey: key("state-ken"), Version: 1, Findings: []Finding{warning}},
		{RequestKey: key("state-ken"), Version: 2, Findings: []Finding{told, suspended, warning}},
		{RequestKey: key("entity-iom"), Version: 1, Findings: []Finding{general}},
		{RequestKey: key("state-fra"), Version: 1, Findings: []Finding{told}},
		{RequestKey: key("state-alb"), Version: 1, Findings: []Finding{warning}},
		{RequestKey: RequestKey{Cycle: "s/op34/2019", Contributor: "state-ken"}, Version: 2, Findings: []Finding{warning}},
	})
	want := []QualityNote{
		{RequestKey: key("entity-iom"), Version: 1, Finding: general},
		{RequestKey: key("state-ken"), Version: 2, Finding: warning, Paragraphs: []int{7}, Tables: []int{1}},
		{RequestKey: key("state-ken"), Version: 2, Finding: suspended, Paragraphs: []int{9}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}
