package paragraphs

import (
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// Phrases as resolutions have them; days and months stay apart.
func TestDeadlinePhrases(t *testing.T) {
	adopted := rapporteur.Date{Year: 2018, Month: 3, Day: 15}
	for clause, want := range map[string]string{
		"to report back to the Security Council within 12 months":                                      "anchor: adoption, date: 2018-03-15, offset: P12M",
		"to report within ninety (90) days of the adoption of this resolution":                         "anchor: adoption, date: 2018-03-15, offset: P90D",
		"to report within one year":                                                                    "anchor: adoption, date: 2018-03-15, offset: P12M",
		"to submit, no later than six weeks after the start of operations, a plan":                     "anchor: event, event: the start of operations, offset: P42D",
		"to report within 30 days of the start of operations on the implementation of this resolution": "anchor: event, event: the start of operations, offset: P30D",
		"to report every 90 days":                                                                      "anchor: adoption, date: 2018-03-15, offset: P90D, every: P90D",
		"to report every three months":                                                                 "anchor: adoption, date: 2018-03-15, offset: P3M, every: P3M",
		"to report every month":                                                                        "anchor: adoption, date: 2018-03-15, offset: P1M, every: P1M",
		"to report on a quarterly basis":                                                               "anchor: adoption, date: 2018-03-15, offset: P3M, every: P3M",
		"to report annually":                                                                           "anchor: adoption, date: 2018-03-15, offset: P12M, every: P12M",
		"to report semi-annually":                                                                      "anchor: adoption, date: 2018-03-15, offset: P6M, every: P6M",
		"to report every 90 days beginning 1 June 2018":                                                "anchor: date, date: 2018-06-01, offset: P0D, every: P90D",
		"to report every six months, by calendar half":                                                 "anchor: half-year, offset: P0D, every: P6M",
		"to submit its report no later than 31 January 2019":                                           "anchor: date, date: 2019-01-31, offset: P0D",
		"to submit its report by 30 January":                                                           "anchor: date, date: 2019-01-30, offset: P0D",
		"to submit a report by November 2018":                                                          "anchor: date, date: 2018-11-30, offset: P0D",
		"to submit a report by 31 June 2018":                                                           "anchor: date, date: 2018-06-30, offset: P0D",
		"to report 45 days before the expiry of its current mandate":                                   "anchor: mandate-end, offset: -P45D",
		"to report before the end of the mandate period":                                               "anchor: mandate-end, offset: P0D",
		"to keep the Council regularly informed":                                                       "anchor: previous, offset: P0D, expected: true",
		"to report within 90 days, and every 180 days thereafter":                                      "anchor: adoption, date: 2018-03-15, offset: P90D; anchor: adoption, date: 2018-03-15, offset: P180D, every: P180D",
		"to explore the links between lighthouses and ships":                                           "",
		"to act in accordance with resolution 1701 (2006), within their mandates":                      "",
	} {
		var got []string
		for _, d := range deadlines(clause, adopted) {
			if !strings.Contains(clause, strings.Split(d.Label, ", ")[0]) {
				t.Errorf("%q: the label %q is not in the text", clause, d.Label)
			}
			got = append(got, d.Words())
		}
		if strings.Join(got, "; ") != want {
			t.Errorf("%q:\n got %s\nwant %s", clause, strings.Join(got, "; "), want)
		}
	}
}

// A person is asked wherever the words leave open from when, or until which day.
func TestWhatADeadlineLeavesOpen(t *testing.T) {
	adopted := rapporteur.Date{Year: 2018, Month: 3, Day: 15}
	for clause, want := range map[string]string{
		"within 12 months":                          "",
		"by 31 January 2019":                        "",
		"every 90 days beginning 1 June 2018":       "",
		"every 90 days":                             doubtAnchor,
		"by November 2018":                          doubtMonth,
		"by 30 January":                             doubtAnchor,
		"within ten working days":                   doubtWorking,
		"within 90 days of the start of operations": doubtEvent,
		"before the end of the mandate":             doubtEnd,
		"to inform the Council regularly":           doubtNever,
	} {
		list := deadlines(clause, adopted)
		if len(list) != 1 || list[0].Doubt != want {
			t.Errorf("%q: %+v, want the doubt %q", clause, list, want)
		}
	}
}
