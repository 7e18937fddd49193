package rapporteur_test

import (
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// full is a calendar with everything that can be wrong in one.
func full() rapporteur.Calendar {
	regular := adopted("S/RES/1 (2018)", "2018-01-10", "P3M", "P3M")
	regular.BeforeRenewal = period("P21D")
	follows := rule(rapporteur.DueRule{Anchor: rapporteur.AnchorPrevious, From: dated("2018-06-01"), Offset: period("P90D"), Every: period("P90D"), Basis: "S/RES/2 (2018)"})
	update := adopted("S/RES/1 (2018)", "2018-01-10", "P30D", "P30D")
	update.ID, update.Unless = "update", "regular"
	after := rule(rapporteur.DueRule{ID: "after", Anchor: rapporteur.AnchorPrevious, Of: "regular", From: dated("2018-06-01"), Offset: period("P10D"), Basis: "S/RES/2 (2018)"})
	return rapporteur.Calendar{
		Mandates: []rapporteur.Mandate{
			{From: dated("2018-01-01"), Until: dated("2018-06-30"), Authority: "S/RES/1 (2018)"},
			{From: dated("2018-07-01"), Until: dated("2018-12-31"), Authority: "S/RES/2 (2018)"},
		},
		Events: []rapporteur.DueEvent{{ID: "start", Label: "start"}, {ID: "vote", Label: "vote"}},
		Rules: []rapporteur.DueRule{
			regular, follows, update, after,
			rule(rapporteur.DueRule{ID: "event", Anchor: rapporteur.AnchorEvent, Event: "start", Offset: period("P90D"), Basis: "S/RES/1 (2018)"}),
			rule(rapporteur.DueRule{ID: "end", Anchor: rapporteur.AnchorMandateEnd, Offset: period("-P30D"), Basis: "S/RES/1 (2018)"}),
			rule(rapporteur.DueRule{ID: "half", Anchor: rapporteur.AnchorHalfYear, Basis: "letters"}),
		},
		Changes: []rapporteur.DueChange{
			{Kind: rapporteur.ChangeExtension, Rule: "regular", Due: dated("2018-04-10"), To: dated("2018-04-20"), Authority: "S/2018/300"},
			{Kind: rapporteur.ChangeProgramme, Rule: "event", Due: dated("2018-09-10"), To: dated("2018-09-05"), Authority: "programme of work"},
		},
	}
}

func TestCalendarsThatCannotBe(t *testing.T) {
	if faults := full().Faults(); len(faults) != 0 || full().Validate() != nil {
		t.Fatalf("a good calendar has faults: %v", faults)
	}
	for name, c := range map[string]struct {
		spoil         func(*rapporteur.Calendar)
		field, reason string
	}{
		"nothing":                 {func(c *rapporteur.Calendar) { *c = rapporteur.Calendar{} }, "none", "say why nothing is due"},
		"rules and none":          {func(c *rapporteur.Calendar) { c.None = "no report" }, "none", "not both"},
		"an unknown anchor":       {func(c *rapporteur.Calendar) { c.Rules[0].Anchor = "moon" }, "rules[0].anchor", `no anchor "moon"`},
		"no date":                 {func(c *rapporteur.Calendar) { c.Rules[0].Date = rapporteur.Date{} }, "rules[0].date", "have a date"},
		"a date too many":         {func(c *rapporteur.Calendar) { c.Rules[5].Date = dated("2018-01-01") }, "rules[5].date", "others have none"},
		"an unknown event":        {func(c *rapporteur.Calendar) { c.Rules[4].Event = "sart" }, "rules[4].event", `no event "sart"`},
		"no event":                {func(c *rapporteur.Calendar) { c.Rules[4].Event = "" }, "rules[4].event", "names an event"},
		"an event too many":       {func(c *rapporteur.Calendar) { c.Rules[0].Event = "start" }, "rules[0].event", "others name none"},
		"an event twice":          {func(c *rapporteur.Calendar) { c.Events[1].ID = "start" }, "events[1].id", "there twice"},
		"an unknown rule":         {func(c *rapporteur.Calendar) { c.Rules[3].Of = "regulra" }, "rules[3].of", `no rule "regulra"`},
		"an unknown other":        {func(c *rapporteur.Calendar) { c.Rules[2].Unless = "regulra" }, "rules[2].unless", `no rule "regulra"`},
		"follows without reason":  {func(c *rapporteur.Calendar) { c.Rules[0].Of = "update" }, "rules[0].of", "only the anchor previous"},
		"leans on itself":         {func(c *rapporteur.Calendar) { c.Rules[3].Of = "" }, "rules[3].anchor", "no after rule comes before it"},
		"leans on itself by name": {func(c *rapporteur.Calendar) { c.Rules[3].Of = "after" }, "rules[3].anchor", "leans on itself"},
		"gives way to itself":     {func(c *rapporteur.Calendar) { c.Rules[2].Unless = "update" }, "rules[2].unless", "leans on itself"},
		"a cycle of two":          {func(c *rapporteur.Calendar) { c.Rules[0].Unless = "update" }, "rules[2].unless", "update comes back to update"},
		"a cycle of three":        {func(c *rapporteur.Calendar) { c.Rules[2].Unless, c.Rules[0].Unless = "after", "update" }, "rules[3].of", "leans on itself"},
		"no day of effect":        {func(c *rapporteur.Calendar) { c.Rules[3].From = rapporteur.Date{} }, "rules[3].from", "which day"},
		"follows backwards":       {func(c *rapporteur.Calendar) { c.Rules[3].Offset = period("-P1D") }, "rules[3].offset", "follows the previous"},
		"follows at once":         {func(c *rapporteur.Calendar) { c.Rules[3].Offset = period("P0D") }, "rules[3].offset", "follows the previous"},
		"an interval backwards":   {func(c *rapporteur.Calendar) { c.Rules[0].Every = period("-P3M") }, "rules[0].every", "forward"},
		"an interval before ends": {func(c *rapporteur.Calendar) { c.Rules[5].Every = period("P30D") }, "rules[5].every", "once in each period"},
		"an interval of halves":   {func(c *rapporteur.Calendar) { c.Rules[6].Every = period("P6M") }, "rules[6].every", "halves"},
		"once, and gives way":     {func(c *rapporteur.Calendar) { c.Rules[2].Every = rapporteur.Period{} }, "rules[2].unless", "interval of its own"},
		"finals that recur":       {func(c *rapporteur.Calendar) { c.Rules[0].Final = true }, "rules[0].final", "comes once"},
		"rules that overlap":      {func(c *rapporteur.Calendar) { c.Rules[0].From = dated("2018-06-01") }, "rules[1].from", "overlaps the regular rule"},
		"rules out of order":      {func(c *rapporteur.Calendar) { c.Rules[0].From = dated("2019-06-01") }, "rules[1].from", "later date"},
		"over before it begins":   {func(c *rapporteur.Calendar) { c.Rules[1].Until = dated("2018-05-31") }, "rules[1].until", "before the rule takes effect"},
		"renewal backwards":       {func(c *rapporteur.Calendar) { c.Rules[0].BeforeRenewal = period("-P21D") }, "rules[0].before_renewal", "without a minus"},
		"renewal of nothing":      {func(c *rapporteur.Calendar) { c.Mandates = nil }, "rules[0].before_renewal", "no mandate"},
		"the end of nothing":      {func(c *rapporteur.Calendar) { c.Mandates = nil }, "rules[5].anchor", "no mandate"},
		"a mandate backwards":     {func(c *rapporteur.Calendar) { c.Mandates[0].Until = dated("2017-12-31") }, "mandates[0].until", "before its start"},
		"mandates that overlap":   {func(c *rapporteur.Calendar) { c.Mandates[1].From = dated("2018-06-30") }, "mandates[1].from", "overlaps"},
		"a rule of another age":   {func(c *rapporteur.Calendar) { c.Rules[0].Date = dated("0218-01-10") }, "rules[0].date", "from 1945 to 2200"},
		"effect in another age":   {func(c *rapporteur.Calendar) { c.Rules[1].From = dated("9018-06-01") }, "rules[1].from", "from 1945"},
		"an event of another age": {func(c *rapporteur.Calendar) { c.Events[1].Date = dated("0001-01-01") }, "events[1].date", "from 1945"},
		"a mandate without end":   {func(c *rapporteur.Calendar) { c.Mandates[1].Until = dated("9999-12-31") }, "mandates[1].until", "from 1945"},
		"moves to another age":    {func(c *rapporteur.Calendar) { c.Changes[0].To = dated("9999-12-31") }, "changes[0].to", "from 1945"},
		"moves an unknown rule":   {func(c *rapporteur.Calendar) { c.Changes[0].Rule = "regulra" }, "changes[0].rule", "no rule"},
		"moves an unknown date":   {func(c *rapporteur.Calendar) { c.Changes[0].Due = dated("2018-04-11") }, "changes[0].due", "gives no date 2018-04-11"},
		"moves on no authority":   {func(c *rapporteur.Calendar) { c.Changes[0].Authority = "" }, "changes[0].authority", "missing"},
		"moves nowhere":           {func(c *rapporteur.Calendar) { c.Changes[0].To = rapporteur.Date{} }, "changes[0].to", "missing"},
		"extends to before":       {func(c *rapporteur.Calendar) { c.Changes[0].To = dated("2018-04-10") }, "changes[0].to", "later date"},
		"plans for after":         {func(c *rapporteur.Calendar) { c.Changes[1].To = dated("2018-09-11") }, "changes[1].to", "takes an extension"},
		"moves in an unknown way": {func(c *rapporteur.Calendar) { c.Changes[0].Kind = "wish" }, "changes[0].kind", `no change "wish"`},
	} {
		t.Run(name, func(t *testing.T) {
			calendar := full()
			c.spoil(&calendar)
			err := calendar.Validate()
			if err == nil || !strings.Contains(err.Error(), "cannot reckon due dates") {
				t.Fatalf("it is valid (%v)", err)
			}
			for _, f := range calendar.Faults() {
				if f.Field == c.field && strings.Contains(f.Reason, c.reason) {
					return
				}
			}
			t.Errorf("want %s: …%s…, got:\n%v", c.field, c.reason, err)
		})
	}
}

func TestABadCalendarGivesNoDates(t *testing.T) {
	bad := full()
	bad.Rules[0].Unless = "update"
	from, to := dated("2018-01-01"), dated("2018-12-31")
	if dues, _, err := bad.Dues(from, to); err == nil || dues != nil {
		t.Errorf("got %v, %v", dues, err)
	}
	if _, err := bad.Explain("regular", dated("2018-04-10")); err == nil {
		t.Error("a date of a bad calendar is explained")
	}
	good := full()
	if _, err := good.Move(rapporteur.DueChange{Kind: rapporteur.ChangeExtension, Rule: "regular", Due: from, To: to, Authority: "S/2018/1"}); !rapporteur.IsProblem(err, rapporteur.ProblemInvalid) {
		t.Errorf("a date that is not due is moved: %v", err)
	}
	if _, _, err := good.Dues(from, from.AddMonths(12*200)); !rapporteur.IsProblem(err, rapporteur.ProblemInvalid) {
		t.Errorf("the year 2218 is reckoned: %v", err)
	}
	if _, _, err := good.Dues(from, to, rapporteur.DueEvent{ID: "start", Date: dated("0218-08-20")}); !rapporteur.IsProblem(err, rapporteur.ProblemInvalid) {
		t.Errorf("an event of the year 218 is taken: %v", err)
	}
}
