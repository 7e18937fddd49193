package main

import (
	"cmp"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/rapporteur/rapporteur"
)

// outlook is what falls due in a stream, as the API tells it or as it is
// reckoned here.
type outlook struct {
	Dues    []dueReport    `json:"dues"`
	Awaited []awaitedEvent `json:"awaited"`
}

type dueReport struct {
	Series     string       `json:"series"`
	Title      string       `json:"title"`
	Rule       string       `json:"rule"`
	Mandated   string       `json:"mandated"`
	Planned    string       `json:"planned"`
	Expected   bool         `json:"expected"`
	Confidence string       `json:"confidence"`
	Derivation []derivation `json:"derivation"`
}

type derivation struct {
	Rule      string `json:"rule"`
	Basis     string `json:"basis"`
	Result    string `json:"result"`
	Authority string `json:"authority"`
}

type awaitedEvent struct {
	Series string `json:"series"`
	Label  string `json:"label"`
}

// add takes in what was reckoned here.
func (o *outlook) add(dues []rapporteur.SeriesDue, awaited []rapporteur.SeriesAwaited) {
	for _, d := range dues {
		o.Dues = append(o.Dues, dueReport{
			Series: d.Series.ID, Title: d.Series.Title, Rule: d.Due.Rule, Mandated: d.Due.Mandated.String(), Planned: d.Due.Planned.String(),
			Expected: d.Due.Expected, Confidence: d.Due.Confidence, Derivation: derived(d.Due.Derivation),
		})
	}
	for _, a := range awaited {
		o.Awaited = append(o.Awaited, awaitedEvent{Series: a.Series, Label: a.Label})
	}
}

func derived(steps []rapporteur.Step) []derivation {
	all := make([]derivation, 0, len(steps))
	for _, s := range steps {
		all = append(all, derivation{Rule: s.Rule, Basis: s.Basis, Result: s.Result.String(), Authority: s.Authority})
	}
	return all
}

// print writes a table with mandated and planned date side by side, and where
// asked for every step from the text to the date.
func (o outlook) print(out io.Writer, explain bool) error {
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "MANDATED\tPLANNED\tSERIES\tRULE\tCONFIDENCE\tREPORT")
	for _, d := range o.Dues {
		mandated := d.Mandated
		if d.Expected {
			mandated += " expected"
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", mandated, d.Planned, d.Series, d.Rule, cmp.Or(d.Confidence, "-"), d.Title)
		for _, step := range d.Derivation {
			if explain {
				_, _ = fmt.Fprintf(table, "\t%s\t\t\t\t%s\n", step.Result, step.words())
			}
		}
	}
	for _, a := range o.Awaited {
		_, _ = fmt.Fprintf(table, "awaited\t-\t%s\t-\t-\t%s\n", a.Series, a.Label)
	}
	return table.Flush()
}

func (d derivation) words() string {
	text := d.Rule
	if d.Basis != "" {
		text += " (" + d.Basis + ")"
	}
	if d.Authority != "" {
		text += ", on the authority of " + d.Authority
	}
	return text
}
