package notify_test

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/wording"
	"github.com/rapporteur/rapporteur/notify/smtpsink"
)

var update = flag.Bool("update", false, "write the golden mails anew")

// notices are all that contributors get; clearance goes to officers.
var notices = []rapporteur.Notice{
	rapporteur.NoticeRequest, rapporteur.NoticeReminder, rapporteur.NoticeOverdue, rapporteur.NoticeFinal,
	rapporteur.NoticeEscalation, rapporteur.NoticeReturned, rapporteur.NoticeExtension, rapporteur.NoticeRefusal,
	rapporteur.NoticeWithdrawn, rapporteur.NoticeMoved,
}

type goldenCase struct {
	name   string
	letter rapporteur.Letter
}

// occasionNotices are those of an event: it has its own first message and may
// move.
var occasionNotices = append([]rapporteur.Notice{rapporteur.NoticeInvitation, rapporteur.NoticeEventMoved}, notices[1:]...)

// occasions are what an event may ask: to attend it, to report on it, or to
// attend one of which only receipts are kept.
var occasions = map[string]func(*rapporteur.Letter){
	"attend": func(*rapporteur.Letter) {},
	"report": func(l *rapporteur.Letter) {
		l.Reports, l.Event.Date = true, rapporteur.Date{Year: 2018, Month: time.March, Day: 1}
	},
	"receipt": func(l *rapporteur.Letter) { l.Event.ReceiptOnly = true },
}

// letterAbout is a letter of an occasion.
func letterAbout(asks string, kind rapporteur.ContributorKind, notice rapporteur.Notice, language string) rapporteur.Letter {
	l := letterTo(kind, notice, language)
	l.Cycle, l.Provisions = "s-res-2388-2017/op23a/occasion-1", []string{"OP23.a"}
	l.Subject, l.Titles.Subject = "Briefing to the Security Council on trafficking in persons in armed conflict", briefingTitles
	l.Event = rapporteur.Event{
		Kind: rapporteur.EventBriefing, Date: l.MandatedDue, Time: "10 a.m.", Place: "Security Council Chamber", Body: "Security Council, 8407th meeting",
	}
	l.Links = nil // events have none
	occasions[asks](&l)
	return l
}

// kept are the letters of occasions that are kept as golden files; the others
// say the same with other words from the same list.
func kept(asks string, kind rapporteur.ContributorKind, notice rapporteur.Notice) bool {
	few := []rapporteur.Notice{rapporteur.NoticeInvitation, rapporteur.NoticeReminder, rapporteur.NoticeFinal, rapporteur.NoticeWithdrawn, rapporteur.NoticeEventMoved}
	switch asks + " " + string(kind) {
	case "attend entity", "report mission":
		return true
	case "attend member-state":
		return slices.Contains(few, notice)
	case "receipt entity":
		return notice != rapporteur.NoticeFinal && slices.Contains(few, notice)
	}
	return false
}

func occasionCases(all bool) []goldenCase {
	var cases []goldenCase
	for asks := range occasions {
		for _, language := range rapporteur.Languages {
			for _, notice := range occasionNotices {
				for kind := range names {
					if name := "occasion-" + asks + "." + string(notice) + "." + string(kind) + "." + language; all || kept(asks, kind, notice) {
						cases = append(cases, goldenCase{name, letterAbout(asks, kind, notice, language)})
					}
				}
			}
		}
	}
	return cases
}

func goldenCases() []goldenCase {
	var cases []goldenCase
	for _, language := range rapporteur.Languages {
		for _, notice := range notices {
			for kind := range names {
				name := string(notice) + "." + string(kind) + "." + language
				cases = append(cases, goldenCase{name, letterTo(kind, notice, language)})
			}
		}
		for kind := range names {
			acknowledged := letterTo(kind, rapporteur.NoticeAcknowledged, language)
			cases = append(cases, goldenCase{"delivery-acknowledged." + string(kind) + "." + language, acknowledged})
		}
		clearance := letterTo("", rapporteur.NoticeClearance, language)
		cases = append(cases, goldenCase{"clearance.office." + language, clearance},
			goldenCase{"request.section-mission." + language, sectionTo(rapporteur.KindMission, rapporteur.NoticeRequest, language)},
			goldenCase{"overdue.section-panel." + language, sectionTo(rapporteur.KindPanel, rapporteur.NoticeOverdue, language)},
			goldenCase{"handed-over.office." + language, handedOver(language, "Efforts to protect victims. The mission trained <investigators>.", "Victims referred: 12.")},
			goldenCase{"handed-over.office-none." + language, handedOver(language)})
		routed := letterTo(rapporteur.KindEntity, rapporteur.NoticeRouted, language)
		cases = append(cases, goldenCase{"delivery-routed.entity." + language, routed})
		for _, notice := range []rapporteur.Notice{rapporteur.NoticeAcknowledged, rapporteur.NoticeRouted} {
			receipt := letterTo(rapporteur.KindEntity, notice, language)
			receipt.Receipt = true
			cases = append(cases, goldenCase{string(notice) + ".receipt." + language, receipt})
		}
	}
	return cases
}

func TestMailsReadAsAgreed(t *testing.T) {
	sink := startSink(t, smtpsink.Config{})
	m := configured(t, sink.URL())
	for _, c := range append(goldenCases(), occasionCases(false)...) {
		t.Run(c.name, func(t *testing.T) {
			message := sent(t, m, sink, c.letter)
			_, got := readable(t, message.Raw)
			file := filepath.Join("testdata", "mails", c.name+".golden")
			if *update {
				if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := gocmp.Diff(string(want), got); diff != "" {
				t.Errorf("the mail differs from %s (-want +got):\n%s", file, diff)
			}
		})
	}
}

// Whatever the wording, these must hold of every mail.
func TestEveryMailSaysWhatMatters(t *testing.T) {
	sink := startSink(t, smtpsink.Config{})
	m := configured(t, sink.URL())
	hole := regexp.MustCompile(`<no value>|\{\{|%!|  | ,|\.\.|\(\)|“”|«»| [。，、]|[。，、] |、，|。。`)
	french := regexp.MustCompile(`«[^\x{a0}]|[^\x{a0}]»| [:;!?]«`)
	paragraph := map[string]string{"s-res-2388-2017/op34/2018": "34", "s-res-2388-2017/op33/unmiss-2018-09-11": "33"}
	for _, c := range append(goldenCases(), occasionCases(true)...) {
		t.Run(c.name, func(t *testing.T) {
			header, whole := readable(t, sent(t, m, sink, c.letter).Raw)
			language := c.letter.To[0].Language
			_, bodies, _ := strings.Cut(whole, "\n--- text/plain")
			text, html, found := strings.Cut(bodies, "\n--- text/html")
			if !found {
				t.Fatal("there is no HTML part after the text part")
			}
			number, at := cmp.Or(paragraph[string(c.letter.Cycle)], lettered[language]), "https://rapporteur.un.example/v1/cycles/"+string(c.letter.Cycle)
			must := []string{
				fmt.Sprintf(paragraphOf[language], number),
				"questions@un.example", string(c.letter.Cycle), c.letter.Contributor.Name(language),
			}
			if c.letter.Event.Place != "" {
				must = append(must, c.letter.Event.Place, c.letter.Event.Body)
			}
			if !c.letter.Due.IsZero() && c.letter.Notice != rapporteur.NoticeWithdrawn {
				must = append(must, c.letter.Due.WordsIn(language))
			}
			switch c.letter.Notice {
			case rapporteur.NoticeAcknowledged, rapporteur.NoticeRouted:
				must = append(must, "https://rapporteur.un.example/v1/intakes/s-res-2388-2017/op34/deliveries/2018/7", c.letter.Hash)
			case rapporteur.NoticeClearance:
				must = append(must, at+"/drafts/2")
			case rapporteur.NoticeHandedOver:
				if c.letter.Draft > 0 {
					must = append(must, fmt.Sprintf("%s/drafts/%d", at, c.letter.Draft))
					must = append(must, c.letter.Text[1:]...) // the first has what HTML escapes
				}
			case rapporteur.NoticeWithdrawn:
			default:
				if c.letter.Event.ReceiptOnly {
					must = append(must, "https://rapporteur.un.example/v1/intakes/s-res-2388-2017/op23a")
					break
				}
				must = append(must, at+"/requests/"+string(c.letter.Contributor.ID))
			}
			for _, want := range must {
				if !strings.Contains(text, want) || !strings.Contains(html, want) {
					t.Errorf("%q is missing in a part", want)
				}
			}
			for _, link := range c.letter.Links {
				address := fmt.Sprintf("https://rapporteur.un.example/returns/%s/%s/%s?lang=%s&token=%s&until=2018-08-31",
					link.Cycle, link.Contributor, link.Type, language, link.Token)
				if !strings.Contains(text, "\n"+address+"\n") || strings.Count(html, `<a href="`+strings.ReplaceAll(address, "&", "&amp;")+`"`) != 1 {
					t.Errorf("a part has no link for %s", link.Type)
				}
			}
			if strings.Contains(html, "<see table 3>") {
				t.Error("the reason reached the HTML part unescaped")
			}
			if found := hole.FindString(text) + map[bool]string{true: french.FindString(text)}[language == "fr"]; found != "" {
				t.Errorf("the text has a hole or a slip: %q", found)
			}
			if want := fmt.Sprintf(`<html lang=%q dir=%q>`, language, wording.Direction(language)); !strings.Contains(html, want) {
				t.Errorf("the HTML part does not begin with %s", want)
			}
			if got := header.Get("Auto-Submitted"); got != "auto-generated" {
				t.Errorf("Auto-Submitted is %q", got)
			}
			if got := header.Get("Date"); got != "Thu, 15 Mar 2018 13:00:00 +0000" {
				t.Errorf("the date is %q, not the business time", got)
			}
			if got, want := header.Get("Message-Id"), "<"+m.MessageID(c.letter)+">"; got != want {
				t.Errorf("the Message-ID is %s, want %s", got, want)
			}
		})
	}
}

// Member States are invited; nobody tells a Government that it has to.
func TestMemberStatesAreInvited(t *testing.T) {
	sink := startSink(t, smtpsink.Config{})
	m := configured(t, sink.URL())
	orders := regexp.MustCompile(`(?i)please (send|answer|see to)|is asked|was asked|has been asked|now due on|overdue|priée|merci de`)
	for _, language := range rapporteur.Languages {
		letters := [][2]rapporteur.Letter{} // to a Government, and the same to an entity
		for _, notice := range notices {
			letters = append(letters, [2]rapporteur.Letter{letterTo(rapporteur.KindMemberState, notice, language), letterTo(rapporteur.KindEntity, notice, language)})
		}
		for asks := range occasions {
			for _, notice := range occasionNotices {
				letters = append(letters, [2]rapporteur.Letter{
					letterAbout(asks, rapporteur.KindMemberState, notice, language), letterAbout(asks, rapporteur.KindEntity, notice, language),
				})
			}
		}
		for _, pair := range letters {
			notice := pair[0].Notice
			_, whole := readable(t, sent(t, m, sink, pair[0]).Raw)
			_, whole, _ = strings.Cut(whole, "\n---") // the names of notices are in headers
			if !regexp.MustCompile(kindly[language]).MatchString(whole) {
				t.Errorf("%s in %s does not ask a Government kindly", notice, language)
			}
			if found := orders.FindString(whole); found != "" {
				t.Errorf("%s in %s tells a Government: %q", notice, language, found)
			}
			_, whole = readable(t, sent(t, m, sink, pair[1]).Raw)
			if strings.Contains(whole, governments[language]) {
				t.Errorf("%s in %s takes an entity for a Government", notice, language)
			}
		}
	}
}
