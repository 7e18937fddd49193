package notify_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/notify"
	"github.com/rapporteur/rapporteur/notify/smtpsink"
)

// waiting bounds what a test waits for; it is never waited out when all is
// well.
const waiting = 20 * time.Second

func startSink(t testing.TB, c smtpsink.Config) *smtpsink.Server {
	t.Helper()
	sink, err := smtpsink.Start(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sink.Stop(); err != nil {
			t.Errorf("the sink stopped badly: %v", err)
		}
	})
	return sink
}

// configured is a sender to a mail server; change may adjust it.
func configured(t testing.TB, url string, change ...func(*notify.Config)) *notify.Mail {
	t.Helper()
	c := notify.Config{
		URL: url, From: `"Secretariat, reporting" <secretariat@un.example>`, ReplyTo: "questions@un.example",
		BaseURL: "https://rapporteur.un.example/", Timeout: waiting, ReuseConnection: true,
	}
	for _, f := range change {
		f(&c)
	}
	m, err := notify.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m
}

func quick(c *notify.Config) { c.Timeout = 300 * time.Millisecond }

var names = map[rapporteur.ContributorKind]rapporteur.Contributor{
	rapporteur.KindMemberState: {
		ID: "state-civ", Kind: rapporteur.KindMemberState,
		Names: map[string]string{
			"ar": "كوت ديفوار", "zh": "科特迪瓦", "en": "Côte d’Ivoire", "fr": "Côte d’Ivoire", "ru": "Кот-д’Ивуар", "es": "Côte d’Ivoire",
		},
	},
	rapporteur.KindEntity: {
		ID: "entity-unodc", Kind: rapporteur.KindEntity,
		Names: map[string]string{
			"en": "United Nations Office on Drugs and Crime",
			"fr": "Office des Nations Unies contre la drogue et le crime",
			"ar": "مكتب الأمم المتحدة المعني بالمخدرات والجريمة", "zh": "联合国毒品和犯罪问题办公室",
			"ru": "Управление Организации Объединенных Наций по наркотикам и преступности",
			"es": "Oficina de las Naciones Unidas contra la Droga y el Delito",
		},
	},
	rapporteur.KindMission: {
		ID: "mission-minusma", Kind: rapporteur.KindMission,
		Names: map[string]string{"en": "MINUSMA"},
	},
}

// linked are the notices by which a request can be answered.
var linked = []rapporteur.Notice{
	rapporteur.NoticeRequest, rapporteur.NoticeReminder, rapporteur.NoticeOverdue, rapporteur.NoticeFinal, rapporteur.NoticeEscalation,
}

// linksOf are links as the house makes them.
func linksOf(l rapporteur.Letter) []rapporteur.SealedLink {
	secret := rapporteur.LinkSecret(strings.Repeat("s", 32))
	var links []rapporteur.SealedLink
	for _, kind := range rapporteur.ReturnLinkTypes {
		links = append(links, secret.Seal(rapporteur.ReturnLink{
			RequestKey: rapporteur.RequestKey{Cycle: l.Cycle, Contributor: l.Contributor.ID}, Type: kind, Until: l.Due.AddDays(30),
		}))
	}
	return links
}

// letterTo is a complete letter; notices use of it what they need.
func letterTo(kind rapporteur.ContributorKind, notice rapporteur.Notice, language string) rapporteur.Letter {
	l := rapporteur.Letter{
		Notice: notice, Cycle: "s-res-2388-2017/op34/2018", Instrument: "S/RES/2388 (2017)",
		Subject:     "Trafficking in persons in armed conflict: twelve-month report",
		Titles:      rapporteur.Titles{Subject: reportTitles},
		Contributor: names[kind], Rung: string(notice) + "-1",
		To: []rapporteur.Contact{
			{Role: rapporteur.ContactFocalPoint, Name: "Aya Ouattara", Address: "aya@mission.example", Language: language},
			{Role: rapporteur.ContactFocalPoint, Name: "Permanent Mission", Address: "office@mission.example", Language: language},
		},
		Due:         rapporteur.Date{Year: 2018, Month: time.August, Day: 1},
		MandatedDue: rapporteur.Date{Year: 2018, Month: time.November, Day: 21},
		Provisions:  []string{"OP34"},
		SentAt:      time.Date(2018, time.March, 15, 13, 0, 0, 0, time.UTC),
	}
	if slices.Contains(linked, notice) {
		l.Links = linksOf(l)
	}
	switch notice {
	case rapporteur.NoticeReturned, rapporteur.NoticeExtension, rapporteur.NoticeRefusal,
		rapporteur.NoticeWithdrawn, rapporteur.NoticeMoved, rapporteur.NoticeEventMoved:
		l.Reason = "The figures of Q8.2 are lower than those published for 2016 <see table 3>."
	case rapporteur.NoticeClearance:
		l.Contributor = rapporteur.Contributor{ID: "office-ola", Names: map[string]string{"en": "OLA"}}
		l.Step, l.Draft = "Legal concurrence", 2
	case rapporteur.NoticeRequest, rapporteur.NoticeReminder, rapporteur.NoticeOverdue,
		rapporteur.NoticeFinal, rapporteur.NoticeEscalation, rapporteur.NoticeInvitation:
	case rapporteur.NoticeAcknowledged, rapporteur.NoticeRouted:
		l.Due, l.MandatedDue, l.Delivery, l.Hash = rapporteur.Date{}, rapporteur.Date{}, 7, strings.Repeat("5a", 32)
	}
	if notice == rapporteur.NoticeRouted {
		l.Attachments = []rapporteur.Attachment{{Name: "delivery-record-7.json", Media: "application/json", Content: []byte(`{"record":{},"signature":"…"}`)}}
	}
	return l
}

// sectionTo is a letter about a section for a host report.
func sectionTo(kind rapporteur.ContributorKind, notice rapporteur.Notice, language string) rapporteur.Letter {
	l := letterTo(kind, notice, language)
	l.Cycle, l.Provisions = "s-res-2388-2017/op33/unmiss-2018-09-11", []string{"OP33"}
	l.Subject = "Trafficking in persons in regular reports on peacekeeping operations and special political missions"
	l.Host = "Report of the Secretary-General: United Nations Mission in South Sudan (UNMISS)"
	l.Titles = sectionTitles
	l.MandatedDue = rapporteur.Date{Year: 2018, Month: time.September, Day: 11}
	if kind == rapporteur.KindPanel {
		l.Contributor = rapporteur.Contributor{ID: "panel-mali", Kind: kind, Names: map[string]string{
			"en": "Panel of Experts on Mali", "fr": "Groupe d’experts sur le Mali",
		}}
	}
	if len(l.Links) > 0 {
		l.Links = linksOf(l)
	}
	return l
}

// handedOver is the letter with a section for the drafter, or with the reason
// why there is none.
func handedOver(language string, text ...string) rapporteur.Letter {
	l := sectionTo("", rapporteur.NoticeHandedOver, language)
	l.Contributor = rapporteur.Contributor{ID: "office-dpo", Names: map[string]string{"en": "DPO"}}
	l.Text, l.Draft = text, 1
	if len(text) == 0 {
		l.Outcome, l.Draft = rapporteur.ReturnNil, 0
	}
	return l
}

// sent sends a letter to a sink and gives back what arrived.
func sent(t *testing.T, m *notify.Mail, sink *smtpsink.Server, l rapporteur.Letter) smtpsink.Message {
	t.Helper()
	before := sink.Count()
	if err := m.Send(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), waiting)
	defer cancel()
	messages, err := sink.Wait(ctx, before+1)
	if err != nil {
		t.Fatal(err)
	}
	return messages[before]
}

// readable is a mail as a person can compare it: decoded headers in order,
// then each part.
func readable(t *testing.T, raw []byte) (header mail.Header, whole string) {
	t.Helper()
	parsed, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	decoder := new(mime.WordDecoder)
	var lines []string
	for name, values := range parsed.Header {
		for _, v := range values {
			decoded, err := decoder.DecodeHeader(v)
			if err != nil {
				t.Fatalf("header %s: %v", name, err)
			}
			lines = append(lines, name+": "+decoded+"\n")
		}
	}
	slices.Sort(lines)
	b.WriteString(strings.Join(lines, ""))
	readParts(t, &b, parsed.Header.Get("Content-Type"), parsed.Body)
	return parsed.Header, b.String()
}

// readParts writes down the parts of a mail: the text and HTML, and what is
// attached.
func readParts(t *testing.T, b *strings.Builder, contentType string, content io.Reader) {
	t.Helper()
	mediaType, params, err := mime.ParseMediaType(contentType)
	if err != nil || mediaType != "multipart/alternative" && mediaType != "multipart/mixed" {
		t.Fatalf("content type is %q (%v), want multipart/alternative or multipart/mixed", mediaType, err)
	}
	parts := multipart.NewReader(content, params["boundary"])
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(part.Header.Get("Content-Type"), "multipart/") {
			readParts(t, b, part.Header.Get("Content-Type"), part)
			continue
		}
		body, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		head := part.Header.Get("Content-Type")
		if disposition := part.Header.Get("Content-Disposition"); disposition != "" {
			head += " " + disposition
			if body, err = base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(body)), "")); err != nil {
				t.Fatal(err)
			}
		}
		b.WriteString("\n--- " + head + "\n" + strings.ReplaceAll(string(body), "\r\n", "\n"))
	}
}
