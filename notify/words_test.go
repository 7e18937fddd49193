package notify_test

import (
	"net/mail"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/notify"
	"github.com/rapporteur/rapporteur/notify/smtpsink"
)

const rightToLeft = "\u202e"

// Names come from people. Whatever they hold, they stay names.
func TestNamesCannotBecomeHeaders(t *testing.T) {
	sink := startSink(t, smtpsink.Config{})
	m := configured(t, sink.URL())
	for _, evil := range []string{
		"Aya\r\nBcc: everybody@evil.example", "Aya\nSubject: pay", "Aya\r\n\r\n<html>", "Aya\u2028Bcc: x@evil.example",
		`Aya" <x@evil.example>, "`, rightToLeft + "elpmaxe.live@x", "Aya\x00\x1b[31m", "Aya \xff\xfe", strings.Repeat("à", 900),
	} {
		l := request
		l.Contributor.Names = map[string]string{"en": evil}
		l.Subject, l.Reason, l.Step, l.Rung = evil, evil, evil, evil
		l.Instrument, l.Provisions = evil, []string{evil}
		l.To = []rapporteur.Contact{{Name: evil, Address: "aya@mission.example", Language: "en"}}
		for _, notice := range append(notices, rapporteur.NoticeClearance) {
			l.Notice = notice
			message := sent(t, m, sink, l)
			header, whole := readable(t, message.Raw)
			to, err := header.AddressList("To")
			if err != nil || len(to) != 1 || to[0].Address != "aya@mission.example" {
				t.Errorf("%q: the mail goes to %v (%v)", evil, to, err)
			}
			if len(message.To) != 1 || header.Get("Bcc") != "" || len(header["Subject"]) != 1 {
				t.Errorf("%q: the name became a header", evil)
			}
			if strings.ContainsAny(whole, rightToLeft+"\x00\x1b") {
				t.Errorf("%q: the reader sees what is not written", evil)
			}
			for line := range strings.SplitSeq(string(message.Raw), "\r\n") {
				if len(line) > 998 { // RFC 5322, section 2.1.1
					t.Errorf("%.20q: a line has %d characters", evil, len(line))
				}
			}
		}
	}
}

func TestAddressesThatAreNone(t *testing.T) {
	sink := startSink(t, smtpsink.Config{})
	m := configured(t, sink.URL())
	l := request
	for _, bad := range []string{"", "aya", "aya@", "@mission.example", "aya@mission.example\r\nRCPT TO:<x@evil.example>", "a@b, c@d"} {
		l.To = []rapporteur.Contact{{Name: "Aya", Address: bad, Language: "en"}}
		err := m.Send(t.Context(), l)
		refusal(t, err)
		discreet(t, err)
		l.To = append(l.To, request.To[1])
		if got := sent(t, m, sink, l).To; len(got) != 1 || got[0] != request.To[1].Address {
			t.Errorf("%q: the mail went to %v", bad, got)
		}
	}
	l.To = nil
	refusal(t, m.Send(t.Context(), l))
}

func TestAddressesInOtherScripts(t *testing.T) {
	sink := startSink(t, smtpsink.Config{})
	l := request
	l.To = []rapporteur.Contact{{Name: "外交部", Address: "联络@例子.example", Language: "zh"}}
	message := sent(t, configured(t, sink.URL()), sink, l)
	if len(message.To) != 1 || message.To[0] != "联络@例子.example" {
		t.Errorf("the mail went to %v", message.To)
	}
}

func TestLanguageOfTheContacts(t *testing.T) {
	sink := startSink(t, smtpsink.Config{})
	m := configured(t, sink.URL())
	for name, c := range map[string]struct {
		languages []string
		want      string
	}{
		"English":               {[]string{"en"}, "en"},
		"French":                {[]string{"fr", "fr"}, "fr"},
		"one of each":           {[]string{"fr", "en"}, "en"},
		"the other way round":   {[]string{"en", "fr"}, "en"},
		"Arabic":                {[]string{"ar"}, "ar"},
		"Chinese":               {[]string{"zh", "zh"}, "zh"},
		"Russian":               {[]string{"ru"}, "ru"},
		"Spanish":               {[]string{"es"}, "es"},
		"French and Spanish":    {[]string{"fr", "es"}, "en"},
		"not said":              {[]string{""}, "en"},
		"no language of theirs": {[]string{"../../secret"}, "en"},
	} {
		l := request
		l.To = nil
		for _, language := range c.languages {
			l.To = append(l.To, rapporteur.Contact{Name: "Aya", Address: "aya@mission.example", Language: language})
		}
		header, _ := readable(t, sent(t, m, sink, l).Raw)
		if got := header.Get("Content-Language"); got != c.want {
			t.Errorf("%s: the mail is in %q, want %q", name, got, c.want)
		}
	}
}

func TestWhyIsNamedAsTheUnitedNationsDo(t *testing.T) {
	sink := startSink(t, smtpsink.Config{})
	m := configured(t, sink.URL())
	for _, c := range []struct {
		language, instrument string
		provisions           []string
		want                 string
	}{
		{"en", "S/RES/2388 (2017)", []string{"OP34"}, "requested in operative paragraph 34 of Security Council resolution 2388 (2017) and"},
		{"en", "S/RES/2388 (2017)", []string{"OP28.b"}, "operative paragraph 28 (b) of Security"},
		{"en", "S/RES/2388 (2017)", []string{"OP11", "OP12", "OP33"}, "requested in operative paragraphs 11, 12 and 33 of Security"},
		{"en", "S/RES/2388 (2017)", []string{"OP1.a", "OP1.b", "OP2", "OP3", "OP4"}, "operative paragraphs 1, 2, 3 and 4 of Security"},
		{"en", "A/RES/72/1", nil, "requested in General Assembly resolution 72/1 and"},
		{"en", "S/PRST/2015/25", []string{"para 3"}, "operative paragraph para 3 of S/PRST/2015/25"},
		{"fr", "S/RES/2388 (2017)", []string{"OP34"}, "demandé au paragraphe 34 de la résolution 2388 (2017) du Conseil de sécurité et"},
		{"fr", "S/RES/2388 (2017)", []string{"OP11", "OP33"}, "demandé aux paragraphes 11 et 33 de la résolution"}, //nolint:misspell // French
		{"ar", "S/RES/2388 (2017)", []string{"OP28.b"}, "الفقرة 28 (ب) من قرار مجلس الأمن 2388 (2017)"},
		{"ar", "S/RES/2388 (2017)", []string{"OP11", "OP33"}, "في الفقرتين 11 و 33 من قرار مجلس الأمن"},
		{"ar", "S/RES/2388 (2017)", []string{"OP11", "OP12", "OP33"}, "في الفقرات 11 و 12 و 33 من قرار مجلس الأمن"},
		{"ar", "A/RES/72/1", nil, "في قرار الجمعية العامة 72/1"},
		{"ar", "S/PRST/2015/25", nil, "في \u2068S/PRST/2015/25\u2069"},
		{"zh", "S/RES/2388 (2017)", []string{"OP11", "OP12", "OP33"}, "安全理事会第2388(2017)号决议执行部分第11、12和33段要求"},
		{"zh", "S/RES/2388 (2017)", []string{"OP28.b"}, "执行部分第28(b)段"},
		{"ru", "S/RES/2388 (2017)", []string{"OP28.b", "OP33"}, "во исполнение пунктов 28 b) и 33 резолюции 2388 (2017) Совета Безопасности"},
		{"es", "S/RES/2388 (2017)", []string{"OP11", "OP12", "OP33"}, "en los párrafos 11, 12 y 33 de la resolución 2388 (2017) del Consejo de Seguridad"},
		{"es", "A/RES/72/1", nil, "en la resolución 72/1 de la Asamblea General"},
		{"fr", "A/RES/72/1", nil, "demandé dans la résolution 72/1 de l’Assemblée générale et"},
	} {
		l := letterTo(rapporteur.KindMemberState, rapporteur.NoticeRequest, c.language)
		l.Instrument, l.Provisions = c.instrument, c.provisions
		if _, whole := readable(t, sent(t, m, sink, l).Raw); !strings.Contains(whole, c.want) {
			t.Errorf("%s %s %v: %q is not in\n%s", c.language, c.instrument, c.provisions, c.want, whole)
		}
	}
}

// What is written in the other direction is kept apart from the words around it;
// addresses that mail programs make links of are not touched.
func TestTextsInTheOtherDirectionAreIsolated(t *testing.T) {
	sink := startSink(t, smtpsink.Config{})
	m := configured(t, sink.URL())
	for _, c := range []struct {
		language, reason string
		isolated         bool
	}{
		{"ar", "See Q8.2 (table 3).", true}, {"ar", "انظر الجدول 3.", false}, {"en", "انظر الجدول 3.", true},
		{"zh", "انظر الجدول 3.", true}, {"ru", "See Q8.2 (table 3).", false}, {"en", "Siehe Tabelle 3.", false},
	} {
		l := letterTo(rapporteur.KindEntity, rapporteur.NoticeReturned, c.language)
		l.Reason = c.reason
		_, whole := readable(t, sent(t, m, sink, l).Raw)
		if got := strings.Count(whole, "\u2068"+c.reason+"\u2069"); got != map[bool]int{true: 2}[c.isolated] {
			t.Errorf("%s in %s is isolated %d times", c.reason, c.language, got)
		}
		if strings.Count(whole, "\u2068") != strings.Count(whole, "\u2069") {
			t.Errorf("in %s an isolate is not closed", c.language)
		}
		for _, address := range []string{"questions@un.example", "https://rapporteur.un.example/v1/cycles/s-res-2388-2017/op34/2018/requests/entity-unodc"} {
			if !strings.Contains(whole, address) || strings.Contains(whole, address+"\u2069") {
				t.Errorf("in %s the address %s is not as it is", c.language, address)
			}
		}
	}
}

func TestUnknownNotice(t *testing.T) {
	sink := startSink(t, smtpsink.Config{})
	l := request
	l.Notice = "nonsense"
	retryable(t, configured(t, sink.URL()).Send(t.Context(), l))
	if sink.Count() != 0 {
		t.Error("an empty mail was sent")
	}
}

func TestConfigurationIsRead(t *testing.T) {
	good := notify.Config{URL: "smtp://localhost", From: "a@un.example", BaseURL: "https://un.example"}
	for name, c := range map[string]struct {
		change func(*notify.Config)
		fails  string
	}{
		"as it is":          {func(*notify.Config) {}, ""},
		"port":              {func(c *notify.Config) { c.URL = "smtps://mail.un.example:465" }, ""},
		"no server":         {func(c *notify.Config) { c.URL = "" }, "mail server"},
		"no host":           {func(c *notify.Config) { c.URL = "smtp://:25" }, "mail server"},
		"another scheme":    {func(c *notify.Config) { c.URL = "http://u:s3cret@mail.un.example" }, "mail server"},
		"port out of range": {func(c *notify.Config) { c.URL = "smtp://u:s3cret@mail.un.example:70000" }, "port"},
		"unreadable":        {func(c *notify.Config) { c.URL = "smtp://u:s3cret%zz@mail" }, "mail server"},
		"starttls":          {func(c *notify.Config) { c.URL = "smtp://u:s3cret@mail?starttls=maybe" }, "starttls"},
		"no sender":         {func(c *notify.Config) { c.From = "s3cret" }, "sender address"},
		"sender injects":    {func(c *notify.Config) { c.From = "a@un.example\r\nBcc: s3cret@x" }, "sender address"},
		"reply":             {func(c *notify.Config) { c.ReplyTo = "s3cret" }, "reply address"},
		"no base":           {func(c *notify.Config) { c.BaseURL = "" }, "base URL"},
		"base is no web":    {func(c *notify.Config) { c.BaseURL = "javascript:s3cret" }, "base URL"},
	} {
		config := good
		c.change(&config)
		_, err := notify.New(config)
		switch {
		case c.fails == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.fails != "" && (err == nil || !strings.Contains(err.Error(), c.fails)):
			t.Errorf("%s: the error is %v, want one about the %s", name, err, c.fails)
		case err != nil && strings.Contains(err.Error(), "s3cret"):
			t.Errorf("%s: the error repeats what it should not: %v", name, err)
		}
	}
}

func TestQuestionsGoToTheSenderUnlessSaidOtherwise(t *testing.T) {
	sink := startSink(t, smtpsink.Config{})
	m := configured(t, sink.URL(), func(c *notify.Config) { c.ReplyTo = "" })
	header, _ := readable(t, sent(t, m, sink, request).Raw)
	reply, err := mail.ParseAddress(header.Get("Reply-To"))
	if err != nil || reply.Address != "secretariat@un.example" {
		t.Errorf("Reply-To is %v (%v)", reply, err)
	}
}
