package rapporteur_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
)

func TestWhatBlocksASubmission(t *testing.T) {
	for name, c := range map[string]struct {
		finding rapporteur.Finding
		blocks  bool
	}{
		"an error":               {rapporteur.Finding{Severity: rapporteur.SeverityError}, true},
		"an error, justified":    {rapporteur.Finding{Severity: rapporteur.SeverityError, Justification: "so it is"}, true},
		"privacy":                {rapporteur.Finding{Severity: rapporteur.SeverityPrivacy}, true},
		"privacy, justified":     {rapporteur.Finding{Severity: rapporteur.SeverityPrivacy, Justification: "she agreed"}, true},
		"a warning":              {rapporteur.Finding{Severity: rapporteur.SeverityWarning}, true},
		"a warning, justified":   {rapporteur.Finding{Severity: rapporteur.SeverityWarning, Justification: "a new law"}, false},
		"a warning, with spaces": {rapporteur.Finding{Severity: rapporteur.SeverityWarning, Justification: " \n\t"}, true},
		"advice":                 {rapporteur.Finding{Severity: rapporteur.SeverityAdvice}, false},
	} {
		if got := c.finding.Blocks(); got != c.blocks {
			t.Errorf("%s blocks: %v, want %v", name, got, c.blocks)
		}
		all := []rapporteur.Finding{{Severity: rapporteur.SeverityAdvice}, c.finding}
		if got := rapporteur.Blocked(all); got != c.blocks {
			t.Errorf("advice and %s block: %v, want %v", name, got, c.blocks)
		}
	}
	if rapporteur.Blocked(nil) {
		t.Error("no finding blocks")
	}
}

func TestJustificationsFindTheirWarnings(t *testing.T) {
	found := []rapporteur.Finding{
		{Severity: rapporteur.SeverityWarning, Rule: "drop", Pointer: "/answers/Q3.4"},
		{Severity: rapporteur.SeverityWarning, Rule: "drop", Pointer: "/answers/Q8.2"},
		{Severity: rapporteur.SeverityWarning, Rule: "dropped", Pointer: "/answers/Q8.2"},
		{Severity: rapporteur.SeverityError, Rule: "total", Pointer: "/answers/Q8.2"},
	}
	before := fmt.Sprintf("%+v", found)
	got := rapporteur.Justify(found, map[string]string{
		"drop": "the law changed", "drop /answers/Q8.2": "one court less", "total": "we count otherwise", "no such rule": "x",
	})
	var texts []string
	for _, f := range got {
		texts = append(texts, f.Justification)
	}
	if diff := cmp.Diff([]string{"the law changed", "one court less", "", ""}, texts); diff != "" {
		t.Errorf("justifications (-want +got):\n%s", diff)
	}
	if fmt.Sprintf("%+v", found) != before {
		t.Error("justifying changed the findings that were given")
	}
}

func TestTextsFallBackToEnglish(t *testing.T) {
	f := rapporteur.Finding{Message: map[string]string{"en": "Total is wrong", "fr": "Le total est faux", "es": ""}}
	c := rapporteur.Contributor{Names: map[string]string{"en": "Kenya", "ar": "كينيا", "es": ""}}
	for language, want := range map[string][2]string{
		"en": {"Total is wrong", "Kenya"}, "fr": {"Le total est faux", "Kenya"}, "ar": {"Total is wrong", "كينيا"},
		"es": {"Total is wrong", "Kenya"}, "": {"Total is wrong", "Kenya"},
	} {
		if f.Text(language) != want[0] || c.Name(language) != want[1] {
			t.Errorf("in %q: %q, %q, want %v", language, f.Text(language), c.Name(language), want)
		}
	}
}

func TestDocumentSymbols(t *testing.T) {
	for symbol, want := range map[string]bool{
		"S/2018/1042": true, "A/72/371*": true, "S/2018/1059/Corr.1": true, "A/RES/72/1": true, "S/RES/2388": true,
		"S/2018/1042/Add.2": true, "A/HRC/38/45": true, "S/2018/1042/Rev.1*": true,
		"": false, "S": false, "report 7": false, "s/2018/1042": false, "S/2018/1042 ": false, "S//1042": false,
		"S/2018/1042\n": false, "S/2018/<script>": false, "S/2018/1042***": false,
	} {
		if got := rapporteur.ValidSymbol(symbol); got != want {
			t.Errorf("%q is a symbol: %v, want %v", symbol, got, want)
		}
	}
	long := "S"
	for range 30 {
		long += "/20"
	}
	if rapporteur.ValidSymbol(long) {
		t.Error("a symbol of 91 characters is taken")
	}
}

func TestProblemsAreRecognizedThroughWrapping(t *testing.T) {
	cause := errors.New("row 7 is locked")
	p := &rapporteur.Problem{Kind: rapporteur.ProblemConflict, Title: "Not possible now", Detail: "Wait.", Cause: cause}
	wrapped := fmt.Errorf("cannot close collection: %w", p)
	if !rapporteur.IsProblem(wrapped, rapporteur.ProblemConflict) || rapporteur.IsProblem(wrapped, rapporteur.ProblemClosed) || !errors.Is(wrapped, cause) {
		t.Errorf("the problem is lost in %v", wrapped)
	}
	if rapporteur.IsProblem(cause, rapporteur.ProblemConflict) || rapporteur.IsProblem(nil, rapporteur.ProblemConflict) {
		t.Error("something else is a problem")
	}
	if p.Error() != "Not possible now: Wait." || (&rapporteur.Problem{Title: "Not found"}).Error() != "Not found" {
		t.Errorf("the problem reads %q", p)
	}
}

func TestWorkflowIDs(t *testing.T) {
	for want, m := range map[string]rapporteur.Message{
		"cycle/s/op34/2018":                 {Kind: rapporteur.MessageHint, Cycle: "s/op34/2018"},
		"clearance/s/op34/2018/2":           {Kind: rapporteur.MessageStartClearance, Cycle: "s/op34/2018", Number: 2},
		"follow-up/s/op34/2018/state-ken/3": {Kind: rapporteur.MessageHint, Cycle: "s/op34/2018", Contributor: "state-ken", Number: 3},
	} {
		if got := m.WorkflowID(); got != want {
			t.Errorf("the workflow is %s, want %s", got, want)
		}
	}
}

func TestRungsAreMeantForKinds(t *testing.T) {
	all, states := rapporteur.Rung{}, rapporteur.Rung{Kinds: []rapporteur.ContributorKind{rapporteur.KindMemberState}}
	for _, kind := range []rapporteur.ContributorKind{rapporteur.KindMemberState, rapporteur.KindEntity, rapporteur.KindMission} {
		if !all.For(kind) || states.For(kind) != (kind == rapporteur.KindMemberState) {
			t.Errorf("the rungs are not for %s as they should", kind)
		}
	}
}
