package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

func TestDatesAreShownWithTheirReasons(t *testing.T) {
	for name, c := range map[string]struct {
		command instrumentDatesCommand
		want    []string
		not     []string
	}{
		"one stream": {
			instrumentDatesCommand{Instrument: "s-res-2388-2017", Stream: "op33", From: "2018-09-11", To: "2018-09-13"},
			[]string{"2018-09-11 2018-09-11 unmiss regular H", "South Sudan"}, []string{"adoption", "op34"},
		},
		"explained": {
			instrumentDatesCommand{Instrument: "s-res-2388-2017", Stream: "op33", From: "2018-09-11", To: "2018-09-13", Explain: true},
			[]string{"adoption (S/RES/2406 (2018))", "adoption plus 2 × 90 days"}, nil,
		},
		"every stream": {
			instrumentDatesCommand{Instrument: "s-res-2388-2017", From: "2018-11-01", To: "2018-12-01", Explain: true},
			[]string{"2018-11-21 2018-11-21 op34", "Adoption plus 12 months (OP34)", "south-sudan"}, nil,
		},
		"what begins with an event": {
			instrumentDatesCommand{Instrument: "s-res-2388-2017", Stream: "op12"}, []string{"awaited - assessment - - end of the visit to the State"}, nil,
		},
		"what is waited for": {
			instrumentDatesCommand{Instrument: "s-res-2388-2017", Stream: "op33", From: "2019-01-01", To: "2030-12-31"},
			[]string{"awaited", "the mandate after"}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			var table bytes.Buffer
			if err := c.command.Run(&table); err != nil {
				t.Fatal(err)
			}
			out := strings.Join(strings.Fields(table.String()), " ") // however wide its columns are
			for _, want := range c.want {
				if !strings.Contains(out, want) {
					t.Errorf("%q is missing in:\n%s", want, table.String())
				}
			}
			for _, not := range c.not {
				if strings.Contains(out, not) {
					t.Errorf("%q is in:\n%s", not, table.String())
				}
			}
		})
	}
}

func TestDatesOfWhatIsNotThere(t *testing.T) {
	for name, command := range map[string]instrumentDatesCommand{
		"instrument": {Instrument: "s-res-1-1946"},
		"stream":     {Instrument: "s-res-2388-2017", Stream: "op99"},
	} {
		if err := command.Run(&bytes.Buffer{}); !rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, command := range []instrumentDatesCommand{
		{Instrument: "s-res-2388-2017", From: "yesterday"}, {Instrument: "s-res-2388-2017", To: "2018-13-01"},
		{Instrument: "s-res-2388-2017", Stream: "op33", To: "2918-01-01"},
	} {
		if err := command.Run(&bytes.Buffer{}); err == nil {
			t.Errorf("%+v was reckoned", command)
		}
	}
}
