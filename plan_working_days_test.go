package rapporteur_test

import (
	"testing"

	"github.com/rapporteur/rapporteur"
)

func TestPlansCountWorkingDays(t *testing.T) {
	instrument, stream := resolution()
	stream.Policy.Dates[1] = rapporteur.DateRule{
		Key: rapporteur.DateDue, Label: "Deadline", From: rapporteur.DateMandated, WorkingDays: -30, Basis: "practice",
	}
	stream.Policy.Dates[4] = rapporteur.DateRule{
		Key: rapporteur.DateTransmits, Label: "Transmittal", From: rapporteur.DateMandated, Offset: period("P1M"), WorkingDays: 8, Basis: "practice",
	}
	stream.Policy.Dates[2].Offset = period("P1D")
	p, err := rapporteur.NewPlan(instrument, stream, headquarters())
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]rapporteur.Step{
		rapporteur.DateDue: {Rule: "Mandated date minus 30 working days", Basis: "practice", Result: dated("2018-10-10")},
		rapporteur.DateTransmits: {
			Rule:  "Mandated date plus 1 month, plus 8 working days (weekends only, the holidays of 2019 are not known)",
			Basis: "practice", Result: dated("2019-01-03"),
		},
	} {
		steps := derivation(p, key)
		if got := steps[len(steps)-1]; got != want {
			t.Errorf("%s: got %+v, want %+v", key, got, want)
		}
	}
}
