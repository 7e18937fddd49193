package rapporteur

import (
	"strings"
	"testing"
)

// What this package finds in an answer it says in the six languages.
func TestFindingsSpeakSixLanguages(t *testing.T) {
	unknown := unknownFiles([]fileReference{{pointer: "/answers/Q8.5/document", hash: "a"}}, nil)
	if len(unknown) != 1 {
		t.Fatalf("an unknown file is %v", unknown)
	}
	for name, words := range map[string]map[string]string{
		"unconfirmed": unconfirmedWords[ruleUnconfirmed], "another period": unconfirmedWords[ruleSuggestion],
		"suspended": suspendedWords, "nothing to report": nothing, "an unknown file": unknown[0].Message,
	} {
		seen := map[string]bool{}
		for _, language := range Languages {
			text := words[language]
			if strings.TrimSpace(text) == "" || seen[text] {
				t.Errorf("%s is %q in %s", name, text, language)
			}
			seen[text] = true
		}
		if len(words) != len(Languages) {
			t.Errorf("%s is there in %d languages", name, len(words))
		}
	}
	for language, words := range suspendedWords {
		if language != "zh" && !strings.HasSuffix(words, " ") {
			t.Errorf("in %s the words for a suspended rule run into what follows", language)
		}
	}
}
