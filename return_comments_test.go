package rapporteur_test

import (
	"testing"

	"github.com/rapporteur/rapporteur"
)

func TestReturnComments(t *testing.T) {
	for _, c := range []struct {
		general string
		fields  []rapporteur.FieldComment
		want    string
	}{
		{" \n", nil, ""},
		{"Thank you.\n\nSee below. ", nil, "Thank you.\n\nSee below."},
		{"", []rapporteur.FieldComment{{Question: "Q5.2", Text: "The total\r\n\n is not the sum."}, {Question: "Q6.1", Text: "  "}}, "Q5.2: The total\nQ5.2: is not the sum."},
		{"Two things.", []rapporteur.FieldComment{{Question: "Q5.2", Text: "One."}, {Question: "Q3.4", Text: "Other."}}, "Two things.\nQ5.2: One.\nQ3.4: Other."},
	} {
		if got := rapporteur.ReturnComments(c.general, c.fields); got != c.want {
			t.Errorf("%q and %v: %q, want %q", c.general, c.fields, got, c.want)
		}
	}
}
