package rapporteur_test

import (
	"testing"

	"github.com/rapporteur/rapporteur"
)

func TestDatesInWords(t *testing.T) {
	third, first := dated("2018-05-03"), dated("2018-08-01")
	for language, want := range map[string][2]string{
		"ar": {"3 أيار/مايو 2018", "1 آب/أغسطس 2018"},
		"zh": {"2018年5月3日", "2018年8月1日"},
		"en": {"3 May 2018", "1 August 2018"},
		"fr": {"3 mai 2018", "1er août 2018"},
		"ru": {"3 мая 2018 года", "1 августа 2018 года"},
		"es": {"3 de mayo de 2018", "1 de agosto de 2018"},
		"de": {"3 May 2018", "1 August 2018"},
	} {
		if got := third.WordsIn(language); got != want[0] {
			t.Errorf("%s: %q, want %q", language, got, want[0])
		}
		if got := first.WordsIn(language); got != want[1] {
			t.Errorf("%s: %q, want %q", language, got, want[1])
		}
		if got := (rapporteur.Date{}).WordsIn(language); got != "" {
			t.Errorf("%s: no date is %q", language, got)
		}
	}
	for _, language := range rapporteur.Languages {
		seen := map[string]bool{}
		for month := range 12 {
			words := rapporteur.Date{Year: 2018, Month: 1, Day: 9}.AddMonths(month).WordsIn(language)
			if seen[words] {
				t.Errorf("%s: two months are %q", language, words)
			}
			seen[words] = true
		}
	}
}
