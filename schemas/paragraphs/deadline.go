package paragraphs

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rapporteur/rapporteur"
)

// Anchors of deadlines, in the words of due-date rules.
const (
	anchorAdoption   = "adoption"
	anchorDate       = "date"
	anchorEvent      = "event"
	anchorMandateEnd = "mandate-end"
	anchorHalfYear   = "half-year"
	anchorPrevious   = "previous"
)

// Deadline is a phrase of the text that says when something is due, in the
// words of due-date rules: days and months are kept apart, because ninety days
// are not three months.
type Deadline struct {
	Label    string            // the phrase, as the text has it
	Anchor   string            // adoption, date, event, mandate-end, half-year or previous
	Date     rapporteur.Date   // of adoption, or the calendar date that is named
	Event    string            // what it waits for, as the text has it
	Offset   rapporteur.Period // from the anchor to the first date
	Every    rapporteur.Period // from each date to the next; zero for once
	Expected bool              // no interval is fixed
	Doubt    string            // why a person should look
}

// doubts about deadlines.
const (
	doubtAnchor  = "from what date is it reckoned?"
	doubtEvent   = "when does this happen?"
	doubtMonth   = "the text names no day: the last of the month is taken"
	doubtWorking = "working days are taken for days"
	doubtEnd     = "before which end of which mandate?"
	doubtNever   = "the text fixes no interval: what is expected?"
)

const (
	amount = `(\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|fifteen|eighteen|twenty|thirty|forty-five|sixty|ninety)`
	unit   = `(?:\([\w-]+\) )?(calendar |working |business )?(day|week|month|quarter|year)s?\b`
	dated  = `(?:(\d{1,2})(?:st|nd|rd|th)? )?(January|February|March|April|May|June|July|August|September|October|November|December)(?: (\d{4}))?\b`
)

var (
	withinForm  = regexp.MustCompile(`(?i)\b(?:within|no later than|not later than|in no more than) (?:the next |a period of )?` + amount + ` ` + unit + `(?: ((?:of|from|after|following) [^,;:.]{1,90}))?`)
	everyForm   = regexp.MustCompile(`(?i)\b(?:every|each) (?:` + amount + ` )?` + unit)
	rhythmForm  = regexp.MustCompile(`(?i)\b(quarterly|three-monthly|monthly|bi-?monthly|weekly|annual(?:ly)?|yearly|semi-?annual(?:ly)?|bi-?annual(?:ly)?|six-monthly|twice a year|twice yearly|biennial(?:ly)?)\b`)
	byForm      = regexp.MustCompile(`\b(?:by|no later than|not later than|on or before|before) (?:the end of |end of |end )?` + dated)
	beginsForm  = regexp.MustCompile(`\b(?:beginning|starting|commencing|the first)(?: (?:on|from|in|by|with|no later than|to be submitted))* ` + dated)
	beforeForm  = regexp.MustCompile(`(?i)\b(?:` + amount + ` ` + unit + ` (?:before|prior to|in advance of)|before|prior to|(?:well )?in advance of|at) (?:the )?(?:expiry|expiration|end|conclusion) of (?:the |its |their |his |her )?(?:[\w’'-]+ ){0,4}?(?:mandate|period)\b`)
	ofAdoption  = regexp.MustCompile(`^\w+ (?:the )?(?:date of )?(?:the )?(?:adoption|this resolution|present resolution)\b`)
	afterEvent  = regexp.MustCompile(` (?:on|to|and|with|regarding|about|a|an) `)
	regularForm = regexp.MustCompile(`(?i)\b(regular(?:ly)?|periodic(?:ally)?|from time to time)\b|\bkeep\b[^;]{0,60}\binformed\b`)
)

var numberWords = map[string]int{
	"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"eleven": 11, "twelve": 12, "fourteen": 14, "fifteen": 15, "eighteen": 18, "twenty": 20, "thirty": 30, "forty-five": 45,
	"sixty": 60, "ninety": 90, "": 1,
}

var rhythms = []struct {
	word string
	rapporteur.Period
}{
	{"quarter", rapporteur.Period{Months: 3}}, {"three-month", rapporteur.Period{Months: 3}}, {"month", rapporteur.Period{Months: 1}},
	{"bimonth", rapporteur.Period{Months: 2}}, {"bi-month", rapporteur.Period{Months: 2}}, {"week", rapporteur.Period{Days: 7}},
	{"annual", rapporteur.Period{Months: 12}}, {"year", rapporteur.Period{Months: 12}}, {"semi", rapporteur.Period{Months: 6}},
	{"bi-annual", rapporteur.Period{Months: 6}}, {"biannual", rapporteur.Period{Months: 6}}, {"six-month", rapporteur.Period{Months: 6}},
	{"twice", rapporteur.Period{Months: 6}}, {"biennial", rapporteur.Period{Months: 24}},
}

// length is a number of units as a period, with days and months distinct.
func length(number, unit string) rapporteur.Period {
	n, known := numberWords[strings.ToLower(number)]
	if !known {
		n, _ = strconv.Atoi(number)
	}
	switch strings.ToLower(unit) {
	case "day":
		return rapporteur.Period{Days: n}
	case "week":
		return rapporteur.Period{Days: 7 * n}
	case "quarter":
		return rapporteur.Period{Months: 3 * n}
	case "year":
		return rapporteur.Period{Months: 12 * n}
	}
	return rapporteur.Period{Months: n}
}

// deadlines reads the phrases of a clause that say when something is due.
func deadlines(clause string, adopted rapporteur.Date) []Deadline {
	var list []Deadline
	for _, m := range withinForm.FindAllStringSubmatch(clause, -1) {
		list = append(list, within(m, adopted))
	}
	if d, ok := recurring(clause, adopted); ok {
		list = append(list, d)
	}
	for _, m := range byForm.FindAllStringSubmatch(clause, -1) {
		list = append(list, onDate(m[0], m[1:], adopted))
	}
	if m := beforeForm.FindStringSubmatch(clause); m != nil {
		d := Deadline{Label: m[0], Anchor: anchorMandateEnd, Doubt: doubtEnd}
		if m[1] != "" {
			before := length(m[1], m[3])
			d.Offset = rapporteur.Period{Months: -before.Months, Days: -before.Days}
		}
		list = append(list, d)
	}
	if m := regularForm.FindString(clause); m != "" && len(list) == 0 {
		list = append(list, Deadline{Label: m, Anchor: anchorPrevious, Expected: true, Doubt: doubtNever})
	}
	return list
}

// within is "within 12 months", of the adoption unless the text says of what.
func within(m []string, adopted rapporteur.Date) Deadline {
	d := Deadline{Label: m[0], Anchor: anchorAdoption, Date: adopted, Offset: length(m[1], m[3])}
	switch of := m[4]; {
	case of == "":
	case ofAdoption.MatchString(of):
	default:
		_, d.Event, _ = strings.Cut(of, " ")
		d.Event = afterEvent.Split(d.Event, 2)[0]
		d.Anchor, d.Date, d.Doubt = anchorEvent, rapporteur.Date{}, doubtEvent
	}
	if m[2] == "working " || m[2] == "business " {
		d.Doubt = doubtWorking
	}
	return d
}

// recurring is "every 90 days" or "quarterly", from the date that the text
// names; else a person has to say from when.
func recurring(clause string, adopted rapporteur.Date) (Deadline, bool) {
	d := Deadline{Anchor: anchorAdoption, Date: adopted, Doubt: doubtAnchor}
	if m := everyForm.FindStringSubmatch(clause); m != nil {
		d.Label, d.Every = m[0], length(m[1], m[3])
	} else if m := rhythmForm.FindString(clause); m != "" {
		d.Label = m
		for _, r := range rhythms {
			if strings.HasPrefix(strings.ToLower(m), r.word) {
				d.Every = r.Period
			}
		}
	}
	if d.Every.IsZero() {
		return Deadline{}, false
	}
	d.Offset = d.Every
	if m := beginsForm.FindStringSubmatch(clause); m != nil {
		from := onDate(m[0], m[1:], adopted)
		d.Label += ", " + m[0]
		d.Anchor, d.Date, d.Offset, d.Doubt = anchorDate, from.Date, rapporteur.Period{}, from.Doubt
	} else if strings.Contains(clause, "calendar half") {
		d.Anchor, d.Date, d.Offset = anchorHalfYear, rapporteur.Date{}, rapporteur.Period{}
	}
	return d, true
}

// onDate is a calendar date that the text names, in the year that it names or
// in the first one after adoption.
func onDate(label string, m []string, adopted rapporteur.Date) Deadline {
	d := Deadline{Label: label, Anchor: anchorDate}
	month, _ := time.Parse("January", m[1])
	year, _ := strconv.Atoi(m[2])
	day, _ := strconv.Atoi(m[0])
	if year == 0 {
		year = adopted.Year
		d.Doubt = doubtAnchor
	}
	last := rapporteur.Date{Year: year, Month: month.Month(), Day: 1}.AddMonths(1).AddDays(-1)
	if day == 0 || day > last.Day {
		day, d.Doubt = last.Day, doubtMonth
	}
	d.Date = rapporteur.Date{Year: year, Month: month.Month(), Day: day}
	if m[2] == "" && d.Date.Before(adopted) {
		d.Date = d.Date.AddMonths(12)
	}
	return d
}

// Words is the deadline as a due-date rule.
func (d Deadline) Words() string {
	var b strings.Builder
	fmt.Fprintf(&b, "anchor: %s", d.Anchor)
	if !d.Date.IsZero() {
		fmt.Fprintf(&b, ", date: %s", d.Date)
	}
	if d.Event != "" {
		fmt.Fprintf(&b, ", event: %s", d.Event)
	}
	fmt.Fprintf(&b, ", offset: %s", d.Offset)
	if !d.Every.IsZero() {
		fmt.Fprintf(&b, ", every: %s", d.Every)
	}
	if d.Expected {
		b.WriteString(", expected: true")
	}
	return b.String()
}
