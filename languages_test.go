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

// The title of a host report or event is translated where the stream has it so;
// what staff wrote stays as it is.
func TestTitlesOfCycles(t *testing.T) {
	stream := Stream{
		Title: "Sections", Titles: map[string]string{"ru": "Разделы"},
		Inclusion: InclusionPolicy{Series: []Series{
			{ID: "unmiss", Title: "Report: UNMISS", Titles: map[string]string{"ru": "Доклад: МООНЮС"}},
			{ID: "visit", Title: "Visit", Titles: map[string]string{"ru": "Поездка"}, Each: "visit"},
		}},
	}
	occasion := Stream{Occasion: OccasionPolicy{Title: "Briefing", Titles: map[string]string{"ru": "Брифинг"}}}
	for _, c := range []struct {
		name, language, want string
		cycle                Cycle
		stream               Stream
	}{
		{"a host report", "ru", "Доклад: МООНЮС", Cycle{Series: "unmiss", Title: "Report: UNMISS"}, stream},
		{"in another language", "es", "Report: UNMISS", Cycle{Series: "unmiss", Title: "Report: UNMISS"}, stream},
		{"one that has another name since", "ru", "Report: UNMIS", Cycle{Series: "unmiss", Title: "Report: UNMIS"}, stream},
		{"one of many", "ru", "Поездка, ken", Cycle{Series: "visit-ken", Title: "Visit, ken"}, stream},
		{"an event", "ru", "Брифинг", Cycle{Title: "Briefing"}, occasion},
		{"an event with a title of its own", "ru", "Arria meeting", Cycle{Title: "Arria meeting"}, occasion},
		{"no title", "ru", "", Cycle{}, stream},
	} {
		if got := c.cycle.TitleIn(c.stream, c.language); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if stream.TitleIn("ru") != "Разделы" || stream.TitleIn("es") != "Sections" {
		t.Errorf("the stream is %q and %q", stream.TitleIn("ru"), stream.TitleIn("es"))
	}
}
