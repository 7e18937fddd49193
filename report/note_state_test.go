package report

import "testing"

func TestParagraphNumbers(t *testing.T) {
	if got := paragraphNumbers([]string{"OP34", "OP28.b", "OP3"}); got != "34, 28 (b), 3" {
		t.Errorf("paragraphs %s", got)
	}
}

func TestStatesAfterOf(t *testing.T) {
	for name, want := range map[string]string{
		"Kenya": "Kenya", "Sudan": "the Sudan", "South Sudan": "South Sudan", "Iran (Islamic Republic of)": "the Islamic Republic of Iran",
		"Venezuela (Bolivarian Republic of)": "the Bolivarian Republic of Venezuela", "Lao People’s Democratic Republic": "the Lao People's Democratic Republic",
		"Micronesia (Federated States of)": "the Federated States of Micronesia", "United States of America": "the United States of America",
	} {
		if got := ofState(name); got != want {
			t.Errorf("%s: of %s, want of %s", name, got, want)
		}
	}
}
