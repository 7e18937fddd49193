package rapporteur_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

// runs is a policy with which a stream runs.
var runs = rapporteur.Policy{Audience: []rapporteur.Audience{{Kind: rapporteur.KindEntity, Questionnaire: "poll"}}}

// takes is a policy with which an intake runs.
var takes = rapporteur.IntakePolicy{Destinations: []rapporteur.ContributorID{"entity-cted"}}

// smallInstrument has a provision of every sort.
func smallInstrument() rapporteur.Instrument {
	return rapporteur.Instrument{
		ID: "small",
		Provisions: []rapporteur.Provision{
			{ID: "OP1", Class: rapporteur.ClassReport, Stream: "op1"},
			{ID: "OP2", Class: rapporteur.ClassMeasure, Stream: "op1"},
			{ID: "OP3", Class: rapporteur.ClassStream, Stream: "op3"},
			{ID: "OP4", Class: rapporteur.ClassStream, Stream: "op4"},
			{ID: "OP5", Class: rapporteur.ClassDeclare, Reason: "The Council speaks of itself."},
		},
		Streams: []rapporteur.Stream{
			{ID: "op1", Shape: rapporteur.ShapeReport, Provisions: []string{"OP1", "OP2", "OP4"}, Policy: runs},
			{ID: "op3", Shape: rapporteur.ShapeIntake, Provisions: []string{"OP3"}, Intake: takes},
			{ID: "op4", Shape: rapporteur.ShapeOccasion, Provisions: []string{"OP4"}, Policy: runs},
		},
	}
}

func TestHowProvisionsAreAccountedFor(t *testing.T) {
	type account struct {
		cover                  rapporteur.Cover
		stream, report, reason string
	}
	const silent = "It names no stream and gives no reason for having none."
	for name, c := range map[string]struct {
		change    func(*rapporteur.Instrument)
		provision int
		want      account
	}{
		"a report is carried by its stream":                                 {nil, 0, account{"stream", "op1", "op1", ""}},
		"a measure is covered by the report":                                {nil, 1, account{"report", "op1", "op1", ""}},
		"a stream of its own carries":                                       {nil, 2, account{"stream", "op3", "", ""}},
		"a stream of its own comes before the report that also tells of it": {nil, 3, account{"stream", "op4", "op1", ""}},
		"a declaration gives its reason":                                    {nil, 4, account{"declared", "", "", "The Council speaks of itself."}},
		"the report covers what a stream does not run for": {
			func(i *rapporteur.Instrument) { i.Streams[2].Policy = rapporteur.Policy{} }, 3, account{"report", "op4", "op1", ""},
		},
		"nothing covers what a stream does not run for and no report tells of": {
			func(i *rapporteur.Instrument) { i.Streams[1].Intake = rapporteur.IntakePolicy{} }, 2,
			account{"uncovered", "op3", "", "The stream op3 does not run."},
		},
		"a report that does not run covers nothing": {
			func(i *rapporteur.Instrument) { i.Streams[0].Policy = rapporteur.Policy{} }, 1,
			account{"uncovered", "op1", "", "The stream op1 does not run."},
		},
		"only a report tells of what another stream carries": {
			func(i *rapporteur.Instrument) { i.Streams[0].Shape = rapporteur.ShapeOccasion }, 1, account{"uncovered", "op1", "", "The stream op1 does not name it."},
		},
		"a report covers a declaration that names it": {
			func(i *rapporteur.Instrument) {
				i.Provisions[4].Reason, i.Provisions[4].Stream = "", "op1"
				i.Streams[0].Provisions = append(i.Streams[0].Provisions, "OP5")
			}, 4, account{"report", "op1", "op1", ""},
		},
		"neither stream nor reason": {
			func(i *rapporteur.Instrument) { i.Provisions[4].Reason = "" }, 4, account{"uncovered", "", "", silent},
		},
		"a stream that is not there": {
			func(i *rapporteur.Instrument) { i.Provisions[2].Stream = "op9" }, 2, account{"uncovered", "", "", "There is no stream op9."},
		},
		"a stream that does not name it": {
			func(i *rapporteur.Instrument) { i.Streams[1].Provisions = nil }, 2, account{"uncovered", "op3", "", "The stream op3 does not name it."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			i := smallInstrument()
			if c.change != nil {
				c.change(&i)
			}
			p := i.Coverage().Provisions[c.provision]
			got := account{p.Cover, p.Stream.ID, p.Report.ID, p.Reason}
			if got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestCoverageCounts(t *testing.T) {
	i := smallInstrument()
	all := i.Coverage()
	if all.Total() != 5 || all.Accounted() != 5 || !all.Complete() || all.Count(rapporteur.CoverStream) != 3 {
		t.Errorf("of five accounted for, got %d of %d", all.Accounted(), all.Total())
	}
	if got, want := all.Words(), "5 of 5 provisions accounted for"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	i.Provisions[4].Reason = ""
	if some := i.Coverage(); some.Accounted() != 4 || some.Complete() {
		t.Errorf("of four accounted for, got %d of %d", some.Accounted(), some.Total())
	}
}

// Whatever an instrument says, each provision is in the account once, in order,
// and the ways add up.
func TestCoverageLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := smallInstrument()
		for n := range i.Provisions {
			i.Provisions[n].Stream = rapid.SampledFrom([]string{"", "op1", "op3", "op4", "op9"}).Draw(t, "stream")
			i.Provisions[n].Reason = rapid.SampledFrom([]string{"", "A reason."}).Draw(t, "reason")
		}
		for n := range i.Streams {
			i.Streams[n].Shape = rapid.SampledFrom([]rapporteur.Shape{rapporteur.ShapeReport, rapporteur.ShapeIntake}).Draw(t, "shape")
			i.Streams[n].Policy = rapid.SampledFrom([]rapporteur.Policy{{}, runs}).Draw(t, "policy")
		}
		c, sum := i.Coverage(), 0
		for _, cover := range []rapporteur.Cover{
			rapporteur.CoverStream, rapporteur.CoverReport, rapporteur.CoverDeclared, rapporteur.CoverUncovered,
		} {
			sum += c.Count(cover)
		}
		if sum != len(i.Provisions) || c.Total() != len(i.Provisions) {
			t.Fatalf("%d of %d provisions are in the account", sum, len(i.Provisions))
		}
		for n, p := range c.Provisions {
			if p.Provision.ID != i.Provisions[n].ID || p.Cover == rapporteur.CoverUncovered && p.Reason == "" {
				t.Fatalf("%s is told as %+v", i.Provisions[n].ID, p)
			}
		}
	})
}

func TestEveryProvisionOfTheReleaseIsAccountedFor(t *testing.T) {
	catalogue, err := theCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range catalogue.Instruments() {
		var missing []string
		for _, p := range i.Coverage().Provisions {
			if p.Cover == rapporteur.CoverUncovered {
				missing = append(missing, p.Provision.ID)
			}
			if p.Cover == rapporteur.CoverDeclared && p.Provision.Class != rapporteur.ClassDeclare {
				t.Errorf("%s %s asks for something and is told as a declaration", i.ID, p.Provision.ID)
			}
		}
		if len(missing) > 0 {
			t.Errorf("%s: not accounted for: %s", i.ID, missing)
		}
	}
}
