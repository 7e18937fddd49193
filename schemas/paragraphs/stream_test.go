package paragraphs

import (
	"slices"
	"strings"
	"testing"
)

// drafted are the provisions and streams of a resolution of these paragraphs.
func drafted(texts ...string) ([]provisionDraft, []streamDraft) {
	var all []provisionDraft
	for n, text := range texts {
		all = append(all, provisions(operative{Operative: numberedText(n+1, text)}, date2018)...)
	}
	return all, streams(all, date2018)
}

func TestTheReportOnTheWholeTextCarriesTheMeasures(t *testing.T) {
	const (
		measure = "Urges Member States to act;"
		other   = "Requests the Secretary-General to report to the Council within three months on lamps;"
		whole   = "Requests the Secretary-General to report to the Security Council within 12 months on the implementation of this resolution;"
	)
	for name, c := range map[string]struct {
		texts          []string
		stream, reason string // of the measure, and what is doubted
	}{
		"the one on the whole text":      {[]string{measure, other, whole}, "op3", ""},
		"the first, for a person to see": {[]string{measure, other}, "op2", doubtCarriedBy},
		"none, for a person to say why":  {[]string{measure}, "", doubtNoStream},
	} {
		all, list := drafted(c.texts...)
		if got := all[0].doubts["stream"] + all[0].doubts["reason"]; all[0].Stream != c.stream || got != c.reason {
			t.Errorf("%s: stream %q, doubt %q", name, all[0].Stream, got)
		}
		for _, s := range list {
			if carries := slices.Contains(s.Provisions, "OP1"); carries != (s.ID == c.stream) {
				t.Errorf("%s: %s carries %v", name, s.ID, s.Provisions)
			}
		}
	}
}

// A calendar as cycles usually run needs its time; a shorter deadline is left
// to a person.
func TestWhichReportGetsACalendar(t *testing.T) {
	for when, want := range map[string]string{
		"within 12 months": "P12M", "within 180 days": "P180D", "by 15 March 2019": "P365D",
		"within 90 days": "P0D", "every 90 days": "P0D", "within 12 months of the start of operations": "P0D", "": "P0D",
	} {
		_, list := drafted("Requests the Secretary-General to report to the Security Council " + when + " on the implementation of this resolution;")
		if len(list) != 1 || list[0].mandated.String() != want {
			t.Errorf("%q: %+v, want %s", when, list, want)
		}
	}
}

func TestClassesByTheWords(t *testing.T) {
	for text, want := range map[string]string{
		"Requests the Secretary-General to report to the Security Council every 90 days;":          "report",
		"Requests the Secretary-General to keep the Council informed;":                             "report",
		"Requests the Panel of Experts to submit a final report by 30 June 2019;":                  "report ?",
		"Requests the Secretary-General to identify lamps and to report on them;":                  "report ?",
		"Requests the Secretary-General to include in his regular reports what he finds;":          "include ?",
		"Requests the Monitoring Team to report to the Security Council Committee on these talks;": "include ?",
		"Encourages Member States to provide to UNODC information on victims;":                     "stream ?",
		"Calls upon States to share with the Committee relevant data;":                             "stream ?",
		"Urges Member States to adopt laws;":                                                       "measure",
		"Requests the Secretary-General to appoint an envoy;":                                      "measure ?",
		"Decides that all States shall freeze the oil;":                                            "measure",
		"Decides to remain seized of the matter;":                                                  "declaratory",
		"Decides to extend the mandate;":                                                           "declaratory ?",
		"Welcomes the efforts of keepers;":                                                         "declaratory",
		"Welcomes further briefings by keepers;":                                                   "declaratory ?",
		"Recognizes the need to light lamps;":                                                      "declaratory ?",
		"Reiterates that all parties must respect keepers;":                                        "declaratory ?",
	} {
		all, _ := drafted(text)
		got := string(all[0].Class)
		if all[0].doubts["class"] != "" {
			got += " ?"
		}
		if got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
}

func TestToWhomItGoes(t *testing.T) {
	for text, want := range map[string]string{
		"Requests the Secretary-General to report to the Council on lamps;":                                 "Security Council",
		"Requests the Monitoring Team to report to the Lamp Committee on lamps;":                            "Lamp Committee",
		"Encourages States to provide, where applicable, the Counter-Lamp Office (CLO) with data on lamps;": "Counter-Lamp Office",
		"Encourages States to submit data to the Office for Lamps and Oil each year;":                       "Security Council ?",
		"Encourages States to share data on lamps;":                                                         "Security Council ?",
		"Welcomes lamps;": "",
		"Urges States to act; Requests the Secretary-General to report to the Council on this resolution;": "Security Council, through the report of OP1.b",
	} {
		all, _ := drafted(text)
		got := all[0].Destination
		if all[0].doubts["destination"] != "" {
			got += " ?"
		}
		if got != want {
			t.Errorf("%q goes to %q, want %q", text, got, want)
		}
	}
}

func TestQualifiersAndSummaries(t *testing.T) {
	all, _ := drafted("Requests UNLAMP, within its existing mandate and as appropriate, in this regard, to light lamps, as appropriate, upon request, and")
	p := all[0]
	if got := strings.Join(p.Qualifiers, "; "); got != "within its existing mandate; as appropriate; upon request" {
		t.Errorf("qualifiers are %q", got)
	}
	long, _ := drafted("Urges Member States to " + strings.Repeat("light the lamps and ", 30) + "rest;")
	if n := len(strings.Fields(long[0].Summary)); n > longestSummary || long[0].doubts["summary"] != doubtSummary {
		t.Errorf("a summary of %d words, the doubt %q", n, long[0].doubts["summary"])
	}
	short, _ := drafted("Further encourages all Member States, in this regard, to light lamps;")
	if short[0].Summary != "Light lamps" || short[0].doubts["summary"] != "" {
		t.Errorf("got %q, the doubt %q", short[0].Summary, short[0].doubts["summary"])
	}
}
