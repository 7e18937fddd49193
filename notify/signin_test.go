package notify_test

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/notify/smtpsink"
)

const token = "eyJhIjoiYiJ9.c2lnbmVk"

// signInLetter is a link to sign in by, to one person.
func signInLetter(language string, delegated bool) rapporteur.Letter {
	l := letterTo(rapporteur.KindMemberState, rapporteur.NoticeSignIn, language)
	return rapporteur.Letter{
		Notice: l.Notice, Contributor: l.Contributor, To: l.To[:1], Rung: "asked/0123456789abcdef", SentAt: l.SentAt, Delegated: delegated,
		SignIn: rapporteur.SealedSignIn{Token: token, Until: time.Date(2018, time.August, 1, 13, 5, 0, 0, time.UTC)},
	}
}

func signInCases() []goldenCase {
	var cases []goldenCase
	for _, language := range rapporteur.Languages {
		request := letterTo(rapporteur.KindMission, rapporteur.NoticeRequest, language)
		request.SignIn = signInLetter(language, false).SignIn
		cases = append(cases, goldenCase{"sign-in.asked." + language, signInLetter(language, false)},
			goldenCase{"sign-in.delegated." + language, signInLetter(language, true)},
			goldenCase{"sign-in.request." + language, request})
	}
	return cases
}

func TestLinksToSignInBy(t *testing.T) {
	sink := startSink(t, smtpsink.Config{})
	m := configured(t, sink.URL())
	hole := regexp.MustCompile(`<no value>|\{\{|%!|: ?\n\n`)
	for _, c := range signInCases() {
		t.Run(c.name, func(t *testing.T) {
			_, got := readable(t, sent(t, m, sink, c.letter).Raw)
			file := filepath.Join("testdata", "mails", c.name+".golden")
			if *update {
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
			_, bodies, _ := strings.Cut(got, "\n--- text/plain")
			text, _, _ := strings.Cut(bodies, "\n--- text/html")
			at := "https://rapporteur.un.example/sign-in/link?" + url.Values{"lang": {c.letter.To[0].Language}, "token": {token}}.Encode()
			if !strings.Contains(text, at) || strings.Contains(text, "/v1/") || hole.MatchString(text) || !strings.Contains(text, "13:05 UTC") || !strings.Contains(text, "2018") {
				t.Errorf("the text does not lead to %s, or has a hole:\n%s", at, text)
			}
			if head, _, _ := strings.Cut(got, "\n--- text/plain"); strings.Contains(head, token) {
				t.Error("the header tells the token")
			}
		})
	}
	first, second := signInLetter("en", false), signInLetter("en", false)
	second.Rung = "asked/fedcba9876543210"
	if m.MessageID(first) == m.MessageID(second) {
		t.Error("two links have one Message-ID")
	}
}
