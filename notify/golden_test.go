package notify_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/notify/smtpsink"
)

var update = flag.Bool("update", false, "write the golden mails anew")

// notices are all that contributors get; clearance goes to officers.
var notices = []rapporteur.Notice{
	rapporteur.NoticeRequest, rapporteur.NoticeReminder, rapporteur.NoticeOverdue, rapporteur.NoticeFinal,
	rapporteur.NoticeEscalation, rapporteur.NoticeReturned, rapporteur.NoticeExtension, rapporteur.NoticeRefusal,
	rapporteur.NoticeWithdrawn, rapporteur.NoticeMoved, rapporteur.NoticeAcknowledged,
}

type goldenCase struct {
	name   string
	letter rapporteur.Letter
}

func goldenCases() []goldenCase {
	var cases []goldenCase
	for _, language := range []string{"en", "fr"} {
		for _, notice := range notices {
			for kind := range names {
				name := string(notice) + "." + string(kind) + "." + language
				cases = append(cases, goldenCase{name, letterTo(kind, notice, language)})
			}
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
	for _, c := range goldenCases() {
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
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("the mail differs from %s (-want +got):\n%s", file, diff)
			}
		})
	}
}

// Whatever the wording, these must hold of every mail.
func TestEveryMailSaysWhatMatters(t *testing.T) {
	sink := startSink(t, smtpsink.Config{})
	m := configured(t, sink.URL())
	dates := map[string]string{"en": "1 August 2018", "fr": "1er août 2018"}
	hole := regexp.MustCompile(`<no value>|\{\{|%!|  |«[^\x{a0}]|[^\x{a0}]»| [:;!?]«| ,|\.\.|\(\)|“”`)
	for _, c := range goldenCases() {
		t.Run(c.name, func(t *testing.T) {
			header, whole := readable(t, sent(t, m, sink, c.letter).Raw)
			language := c.letter.To[0].Language
			_, bodies, _ := strings.Cut(whole, "\n--- text/plain")
			text, html, found := strings.Cut(bodies, "\n--- text/html")
			if !found {
				t.Fatal("there is no HTML part after the text part")
			}
			must := []string{
				map[string]string{"en": "operative paragraph %d of Security Council resolution 2388 (2017)", "fr": "paragraphe %d de la résolution 2388 (2017) du Conseil de sécurité"}[language],
				"questions@un.example", string(c.letter.Cycle), c.letter.Contributor.Name(language),
			}
			must[0] = fmt.Sprintf(must[0], map[bool]int{false: 34, true: 33}[c.letter.Host != ""])
			if !c.letter.Due.IsZero() && c.letter.Notice != rapporteur.NoticeWithdrawn {
				must = append(must, dates[language])
			}
			switch c.letter.Notice {
			case rapporteur.NoticeAcknowledged, rapporteur.NoticeRouted:
				must = append(must, "https://rapporteur.un.example/v1/intakes/s-res-2388-2017/op34/deliveries/2018/7", c.letter.Hash)
			case rapporteur.NoticeClearance:
				must = append(must, "https://rapporteur.un.example/v1/cycles/s-res-2388-2017/op34/2018/drafts/2")
			case rapporteur.NoticeHandedOver:
				if c.letter.Draft > 0 {
					must = append(must, fmt.Sprintf("https://rapporteur.un.example/v1/cycles/%s/drafts/%d", c.letter.Cycle, c.letter.Draft))
					must = append(must, c.letter.Text[1:]...) // the first has what HTML escapes
				}
			case rapporteur.NoticeWithdrawn:
			default:
				must = append(must, fmt.Sprintf("https://rapporteur.un.example/v1/cycles/%s/requests/%s", c.letter.Cycle, c.letter.Contributor.ID))
			}
			for _, want := range must {
				if !strings.Contains(text, want) || !strings.Contains(html, want) {
					t.Errorf("%q is missing in a part", want)
				}
			}
			if strings.Contains(html, "<see table 3>") {
				t.Error("the reason reached the HTML part unescaped")
			}
			if found := hole.FindString(text); found != "" {
				t.Errorf("the text has a hole or a slip: %q", found)
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
	thanks := map[string]string{"en": "grateful|thanks|no longer needs", "fr": "reconnaissant|remercie"}
	orders := regexp.MustCompile(`(?i)please (send|answer|see to)|is asked|was asked|has been asked|now due on|overdue|priée|merci de`)
	for _, language := range []string{"en", "fr"} {
		for _, notice := range notices {
			_, whole := readable(t, sent(t, m, sink, letterTo(rapporteur.KindMemberState, notice, language)).Raw)
			_, whole, _ = strings.Cut(whole, "\n---") // the names of notices are in headers
			if !regexp.MustCompile(thanks[language]).MatchString(whole) {
				t.Errorf("%s in %s does not ask a Government kindly", notice, language)
			}
			if found := orders.FindString(whole); found != "" {
				t.Errorf("%s in %s tells a Government: %q", notice, language, found)
			}
			_, whole = readable(t, sent(t, m, sink, letterTo(rapporteur.KindEntity, notice, language)).Raw)
			if strings.Contains(whole, "Government") || strings.Contains(whole, "Gouvernement") {
				t.Errorf("%s in %s takes an entity for a Government", notice, language)
			}
		}
	}
}
