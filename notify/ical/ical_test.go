package ical

import (
	"bytes"
	"flag"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/wording"
)

var update = flag.Bool("update", false, "write the golden files anew")

var house = Writer{Base: &url.URL{Scheme: "https", Host: "rapporteur.un.example", Path: "/reports"}}

func day(month time.Month, d int) rapporteur.Date {
	return rapporteur.Date{Year: 2018, Month: month, Day: d}
}

// samples is an entry of each kind, with everything that a description can say.
func samples() []rapporteur.FeedEntry {
	about := rapporteur.FeedEntry{
		Cycle: "s-res-2388-2017/op34/2018", Shape: rapporteur.ShapeReport, Instrument: "S/RES/2388 (2017)", Stream: "Implementation of the resolution; all of it, in full",
		Provisions: []string{"OP34.a", "OP34.b"}, Stamp: day(time.March, 1).At(9), Page: "/cycles/s-res-2388-2017/op34/2018",
	}
	date, rung, step, decided, answer, gone := about, about, about, about, about, about
	date.UID, date.Kind, date.Key, date.Label, date.On, date.Sequence = "1@rapporteur", rapporteur.FeedDate, rapporteur.DateDue, "Contributors' deadline", day(time.September, 20), 1
	date.Why = []rapporteur.Step{
		{Rule: "mandated date minus 68 days", Basis: "practice, drafting takes ten weeks", Result: day(time.September, 14)},
		{Rule: "moved from 2018-09-14", Result: day(time.September, 20), Authority: "S/2018/400"},
	}
	rung.UID, rung.Kind, rung.Key, rung.Notice, rung.On = "2@rapporteur", rapporteur.FeedRung, "first", rapporteur.NoticeReminder, day(time.August, 15)
	step.UID, step.Kind, step.Key, step.On, step.Offices = "3@rapporteur", rapporteur.FeedStep, "concurrence", day(time.October, 26), []string{"OLA", "DPPA"}
	step.Notes = []rapporteur.FeedNote{rapporteur.FeedExpected}
	decided.UID, decided.Kind, decided.Key, decided.On, decided.Offices = "4@rapporteur", rapporteur.FeedStep, "legal", day(time.October, 20), []string{"OLA"}
	decided.Notes = []rapporteur.FeedNote{rapporteur.FeedDecided}
	answer.UID, answer.Kind, answer.On, answer.Notes = "5@rapporteur", rapporteur.FeedAnswer, day(time.September, 30), []rapporteur.FeedNote{rapporteur.FeedExtended, rapporteur.FeedReturned}
	gone.UID, gone.Kind, gone.Key, gone.On, gone.Cancelled, gone.Sequence = "6@rapporteur", rapporteur.FeedDate, rapporteur.DateMandated, day(time.May, 22), true, 2
	gone.Shape, gone.Subject, gone.Provisions = rapporteur.ShapeOccasion, "Open debate", nil
	return []rapporteur.FeedEntry{date, rung, step, decided, answer, gone}
}

func TestFeedsInSixLanguages(t *testing.T) {
	for _, language := range rapporteur.Languages {
		got, err := house.WriteFeed(rapporteur.Feed{Language: language}, samples())
		if err != nil {
			t.Fatal(err)
		}
		checkForm(t, got)
		file := filepath.Join("testdata", language+".ics")
		if *update {
			if err := os.WriteFile(file, got, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s; read the difference, then write it with -update (-want +got):\n%s", file, diff)
		}
	}
}

// checkForm checks what RFC 5545 asks of lines (section 3.1), and of events.
func checkForm(t interface{ Errorf(string, ...any) }, calendar []byte) {
	lines := strings.Split(string(calendar), "\r\n")
	for _, line := range lines {
		if len(line) > 75 || strings.ContainsAny(line, "\r\n") || !utf8.ValidString(line) {
			t.Errorf("a line of %d octets: %q", len(line), line)
		}
	}
	if lines[len(lines)-1] != "" || strings.Count(string(calendar), "BEGIN:VEVENT") != strings.Count(string(calendar), "DTSTAMP:") {
		t.Errorf("not the form of a calendar:\n%s", calendar)
	}
}

// The library that others read calendars with reads the same back.
func TestAFeedIsReadBackAsItWasMeant(t *testing.T) {
	written, err := house.WriteFeed(rapporteur.Feed{Language: "fr", Cycle: "i/s/2018"}, samples())
	if err != nil {
		t.Fatal(err)
	}
	calendar, err := ics.ParseCalendar(bytes.NewReader(written))
	if err != nil {
		t.Fatal(err)
	}
	events := calendar.Events()
	if len(events) != len(samples()) {
		t.Fatalf("%d events of %d", len(events), len(samples()))
	}
	words := book.In("fr")
	for n, want := range samples() {
		event := events[n]
		start, err := event.GetAllDayStartAt()
		end, err2 := event.GetAllDayEndAt()
		stamp, err3 := event.GetDtStampTime()
		if err != nil || err2 != nil || err3 != nil || rapporteur.DateOf(start) != want.On || end.Sub(start) != 24*time.Hour || !stamp.Equal(want.Stamp) {
			t.Errorf("%s is from %s to %s, stamped %s (%v, %v, %v)", event.Id(), start, end, stamp, err, err2, err3)
		}
		page := "https://rapporteur.un.example/reports/cycles/s-res-2388-2017/op34/2018"
		status := map[bool]string{false: "CONFIRMED", true: "CANCELLED"}[want.Cancelled]
		for property, value := range map[ics.ComponentProperty]string{
			ics.ComponentPropertyUniqueId: want.UID, ics.ComponentPropertyStatus: status, ics.ComponentPropertyUrl: page,
			ics.ComponentPropertySummary: summary(want, words), ics.ComponentPropertyDescription: description(want, words, page),
			ics.ComponentPropertySequence: map[int]string{0: "0", 1: "1", 2: "2"}[want.Sequence], ics.ComponentPropertyTransp: "TRANSPARENT",
		} {
			if got := event.GetProperty(property); got == nil || got.Value != value {
				t.Errorf("%s of %s: %+v, want %q", property, want.UID, got, value)
			}
		}
	}
}

// Whatever titles hold, lines keep their form, nothing is added to the calendar by
// them, and what is read back is what they hold.
func TestNoTextBreaksAFeed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		title := rapid.StringOfN(rapid.OneOf(rapid.Rune(), rapid.SampledFrom([]rune("\r\n;,\\:\u202eé中ع END:VEVENT"))), 0, 300, -1).Draw(t, "title")
		e := samples()[0]
		e.Stream = title
		written, err := house.WriteFeed(rapporteur.Feed{Language: "en"}, []rapporteur.FeedEntry{e})
		if err != nil {
			t.Fatal(err)
		}
		checkForm(t, written)
		calendar, err := ics.ParseCalendar(bytes.NewReader(written))
		if err != nil || len(calendar.Events()) != 1 {
			t.Fatalf("%v, %d events", err, len(calendar.Events()))
		}
		want := text(summary(e, book.In("en")))
		if got := calendar.Events()[0].GetProperty(ics.ComponentPropertySummary).Value; strings.TrimSpace(got) != strings.TrimSpace(want) {
			t.Fatalf("read back as %q, want %q", got, want)
		}
		if strings.Contains(string(written), "\u202e") {
			t.Fatal("a text turns the direction of what follows")
		}
	})
}

func TestEveryWordIsThereInSixLanguages(t *testing.T) {
	if missing := book.Missing(); len(missing) > 0 {
		t.Errorf("missing: %s", strings.Join(missing, "; "))
	}
	for _, language := range rapporteur.Languages {
		words := book.In(language)
		for _, e := range samples() {
			said := summary(e, words) + description(e, words, "page")
			if strings.ContainsAny(said, "[{") || strings.Contains(said, "<no value>") {
				t.Errorf("%s: %q", language, said)
			}
		}
	}
}

// A date of which only the instrument's data have words is told in those.
func TestUnknownDatesHaveTheDatasWords(t *testing.T) {
	e := rapporteur.FeedEntry{Kind: rapporteur.FeedDate, Key: "hearing", Label: "Hearing", Stream: "S"}
	for _, language := range []string{"fr", wording.English} {
		if got := what(e, book.In(language)); got != "Hearing" {
			t.Errorf("%s: %q", language, got)
		}
	}
}

func TestAddress(t *testing.T) {
	if got := house.Address("TOKEN"); got != "https://rapporteur.un.example/reports/feeds/TOKEN.ics" {
		t.Error(got)
	}
}
