package main

import (
	"io"
	"mime/quotedprintable"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
	"github.com/rapporteur/rapporteur/embedded"
	"github.com/rapporteur/rapporteur/web/webtest"
)

const (
	pathCycle   = "/cycles/s-res-2388-2017/op34/2018"
	pathRequest = "/requests/s-res-2388-2017/op34/2018/state-ken"

	kenyanAddress = "focal@kenya.example"
)

// path is a whole year of one report, walked in Chromium as new users do, on the
// real engine.
type path struct {
	*testing.T
	process *process
	tab     webtest.Tab
	mails   map[string]bool // that were read
}

// The main path: staff give a mailbox and start a cycle, a contributor answers
// from the link in the mail and explains a warning, staff return it, the
// contributor corrects, every office clears, the report downloads.
func TestTheMainPath(t *testing.T) {
	dir := t.TempDir()
	p, err := startProcess(t.Context(), settings{
		Dir: dir, Listen: "127.0.0.1:0", UIPort: embedded.NoUI, MailDir: filepath.Join(dir, "mail"), Moving: true, Logger: zerolog.Nop(),
		Start: rapporteur.Date{Year: 2018, Month: time.January, Day: 10}.At(9),
		Mail:  wiring.Mail{MailFrom: "Secretariat <secretariat@rapporteur.example>", SMTPTimeout: 30 * time.Second},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.stop)
	w := &path{T: t, process: p, tab: webtest.Visit(t, p.URL(), webtest.Window{}), mails: map[string]bool{}}
	w.start()
	w.answer()
	w.sendBack()
	w.correct()
	w.clear()
	w.transmit()
}

// as signs somebody in by a link that the process prints.
func (w *path) as(role rapporteur.Role, office string) {
	w.Helper()
	for _, who := range w.process.people() {
		if who.role != role || who.office != office {
			continue
		}
		link, err := w.process.house.LocalLink(w.Context(), w.process.URL(), who.role, who.contributor, who.office, day)
		w.must(err)
		w.enter(link)
		return
	}
	w.Fatalf("no link is printed for %s %s", role, office)
}

// enter follows a link by which somebody signs in, and presses its button.
func (w *path) enter(link string) {
	w.Helper()
	at, err := url.Parse(link)
	w.must(err)
	w.tab.Open(at.RequestURI())
	w.tab.Press(`form[action="/sign-in/link"] button`, ".house .who")
}

func (w *path) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// until lets time pass to a date's afternoon, and tells the engine what waits.
func (w *path) until(d rapporteur.Date) {
	w.Helper()
	w.must(w.process.settle(w.Context()))
	w.must(w.process.advance(w.Context(), d.At(18).Add(-w.process.house.ClockOffset)))
}

// mail is the link by which its reader in Kenya signs in, of a mail of a notice
// that was not read before. France stays silent, so that collection lasts.
func (w *path) mail(notice rapporteur.Notice) string {
	w.Helper()
	files, err := filepath.Glob(filepath.Join(w.process.mails, "*.eml"))
	w.must(err)
	for _, file := range files {
		if link := w.read(file, notice); link != "" {
			return link
		}
	}
	w.Fatalf("no mail of %s has come", notice)
	return ""
}

var signInForm = regexp.MustCompile(`http://\S+/sign-in/link\?\S+`)

func (w *path) read(file string, notice rapporteur.Notice) string {
	w.Helper()
	if w.mails[file] {
		return ""
	}
	content, err := os.Open(file)
	w.must(err)
	defer func() { _ = content.Close() }()
	parsed, err := mail.ReadMessage(content)
	if err != nil || parsed.Header.Get("X-Rapporteur-Notice") != string(notice) || !strings.Contains(parsed.Header.Get("To"), kenyanAddress) {
		return ""
	}
	body, err := io.ReadAll(quotedprintable.NewReader(parsed.Body))
	w.must(err)
	w.mails[file] = true
	return string(signInForm.Find(body))
}

// fill puts a value into a field, as typing does.
func fill(id, value string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](`(() => { const f = document.getElementById("` + id + `"); f.value = "` + value +
		`"; f.dispatchEvent(new Event("change", {bubbles: true})); })()`)
}

func by(id string) chromedp.CSS { return chromedp.CSS(`[id="` + id + `"]`) }

func (w *path) start() {
	w.as(rapporteur.RoleSecretariat, "")
	for id, address := range map[string]string{"state-ken": kenyanAddress, "state-fra": "focal@france.example"} {
		w.tab.Open("/contributors/" + id + "/contacts")
		w.tab.Do(fill("address-1", address), fill("name-1", "A. Person"))
		w.tab.Press(`main form button`, ".notice")
	}
	w.tab.Open("/streams")
	w.tab.Press(`a[href="/streams/s-res-2388-2017/op34/start"]`, "#period")
	w.tab.Press(`main form button`, "#unreachable")
	w.tab.Press(`form[action$="/preview"] button`, `form[action$="/start"]`)
	w.tab.Press(`form[action$="/start"] button`, ".notice")
	if at := w.tab.At(); at != pathCycle {
		w.Errorf("starting ends on %s", at)
	}
}

// the warning that the answer calls for, and its field.
const explained = "why:member-state/convention-deposit-without-party /answers/Q2.1/deposited"

func (w *path) answer() {
	w.until(rapporteur.Date{Year: 2018, Month: time.May, Day: 22})
	w.enter(w.mail(rapporteur.NoticeRequest))
	if at := w.tab.At(); at != pathRequest {
		w.Fatalf("the link in the mail leads to %s", at)
	}
	w.tab.Press(`.ways a.button`, ".sections")
	w.tab.Press(`.sections a[href$="/header"]`, "#section")
	w.tab.Press(`button[value="next"]`, `[id="/answers/Q2.1/status"]`)
	w.tab.Do(chromedp.Click(by("/answers/Q2.1/status=yes")), fill("/answers/Q2.1/deposited", "2004-06-16"), chromedp.Click(by("/answers/Q2.1/status=no")))
	w.tab.Press(`button[value="list"]`, ".sections li:nth-child(2) .findings")
	w.tab.Press(`a[href$="/check"]`, ".found")
	w.tab.Do(chromedp.SendKeys(by(explained), "Deposited before the parliament agreed."))
	w.tab.Press(`button[value="submit"]`, "pre")
}

func (w *path) sendBack() {
	w.as(rapporteur.RoleSecretariat, "")
	w.tab.Open(pathCycle + "?state=all")
	w.tab.Press(`[aria-labelledby="list"] a[href$="/requests/state-ken"]`, "#acts")
	w.tab.Press(`a[href="`+pathCycle+`/requests/state-ken/return"]`, "#comments")
	w.tab.Do(chromedp.Click(chromedp.CSS(`section[aria-labelledby="Q2.1"] summary`)), fill("on-Q2.1", "Is it yes or no?"))
	w.tab.Press(`main form > p > button`, ".notice")
	w.until(rapporteur.Date{Year: 2018, Month: time.May, Day: 23})
}

func (w *path) correct() {
	w.enter(w.mail(rapporteur.NoticeReturned))
	if said := webtest.See[string](w.tab, `document.querySelector("main").innerText`); !strings.Contains(said, "Is it yes or no?") {
		w.Errorf("the request does not show what is to be corrected:\n%s", said)
	}
	w.tab.Open(pathRequest + "/form/op2")
	if said := webtest.See[string](w.tab, `document.querySelector(".comment").innerText`); !strings.Contains(said, "Is it yes or no?") {
		w.Errorf("beside the field stands %q", said)
	}
	w.tab.Do(chromedp.Click(by("/answers/Q2.1/status=yes")))
	w.tab.Press(`button[value="list"]`, `a[href$="/check"]`)
	w.tab.Press(`a[href$="/check"]`, `button[value="submit"]`)
	w.tab.Press(`button[value="submit"]`, "pre")
}

func (w *path) clear() {
	w.until(rapporteur.Date{Year: 2018, Month: time.October, Day: 8})
	for _, who := range w.process.people() {
		if who.role != rapporteur.RoleClearance {
			continue
		}
		w.as(who.role, who.office)
		w.tab.Open("/clearance")
		w.tab.Press(`.cards a`, "#decide")
		w.tab.Press(`button[value="approve"]`, ".notice")
		w.must(w.process.settle(w.Context()))
	}
}

func (w *path) transmit() {
	w.as(rapporteur.RoleSecretariat, "")
	w.until(rapporteur.Date{Year: 2018, Month: time.October, Day: 9})
	w.tab.Open(pathCycle)
	w.tab.Press(`a[href="`+pathCycle+`/commands"]`, "main .cards")
	w.tab.Press(`a[href="`+pathCycle+`/commands/transmit"]`, "#symbol")
	w.tab.Do(fill("symbol", "S/2018/1042"), fill("date", "2018-10-09"), chromedp.Click(chromedp.CSS("#sure")))
	w.tab.Press(`main form button`, ".notice")
	w.tab.Open(pathCycle + "/drafts")
	w.tab.Press(`a[href="`+pathCycle+`/drafts/1"]`, "#clearance")
	begins := `fetch(document.querySelector('a[href$="/report/docx"]').href).then(r => r.text()).then(t => t.slice(0, 2))`
	got := webtest.Await[string](w.tab, begins)
	if got != "PK" {
		w.Errorf("the report begins with %q", got)
	}
}
