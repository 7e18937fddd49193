package smtpsink_test

import (
	"context"
	"errors"
	"net/smtp"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur/notify/smtpsink"
)

func start(t *testing.T, c smtpsink.Config) *smtpsink.Server {
	t.Helper()
	s, err := smtpsink.Start(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Errorf("the sink stopped badly: %v", err)
		}
	})
	return s
}

const letter = "Date: Thu, 15 Mar 2018 13:00:00 +0000\r\nMessage-ID: <a/b:1@un.example>\r\nSubject: x\r\n\r\nbody\r\n.dot\r\n"

// The standard library's own client, so that the sink is not only tested by
// the sender that it tests.
func post(s *smtpsink.Server, content string) error {
	return smtp.SendMail(s.Address(), nil, "from@un.example", []string{"a@x.example", "b@x.example"}, []byte(content))
}

func TestMailIsKept(t *testing.T) {
	s := start(t, smtpsink.Config{})
	if err := post(s, letter); err != nil {
		t.Fatal(err)
	}
	got, err := s.Wait(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	m := got[0]
	if m.Number != 1 || m.From != "from@un.example" || len(m.To) != 2 || string(m.Raw) != letter {
		t.Errorf("the sink kept %+v", m)
	}
}

func TestMailIsWrittenInOrder(t *testing.T) {
	directory := filepath.Join(t.TempDir(), "out", "mail")
	s := start(t, smtpsink.Config{Directory: directory})
	later := strings.Replace(letter, "15 Mar", "16 Mar", 1)
	for _, content := range []string{later, letter, "no header at all\r\n", strings.Replace(letter, "a/b:1@un.example", "../../etc/passwd", 1)} {
		if err := post(s, content); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(directory)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	want := []string{
		"20180315T130000Z-00002-a_b_1@un.example.eml", "20180315T130000Z-00004-.._.._etc_passwd.eml",
		"20180316T130000Z-00001-a_b_1@un.example.eml", "undated-00003-without-id.eml",
	}
	if strings.Join(names, "\n") != strings.Join(want, "\n") {
		t.Errorf("the files are\n%s\nwant\n%s", strings.Join(names, "\n"), strings.Join(want, "\n"))
	}
	parsed, err := s.Messages()[0].Parse()
	if err != nil || parsed.Header.Get("Subject") != "x" {
		t.Errorf("the first mail reads %v (%v)", parsed, err)
	}
}

func TestMailThatCannotBeKeptIsNotAcknowledged(t *testing.T) {
	s := start(t, smtpsink.Config{Keep: func(m smtpsink.Message) error { return errors.New("disk full") }})
	if err := post(s, letter); err == nil || !strings.HasPrefix(err.Error(), "452") {
		t.Errorf("the sender was told %v, want 452", err)
	}
	if s.Count() != 0 {
		t.Error("the mail counts as kept")
	}
}

func TestBadDays(t *testing.T) {
	s := start(t, smtpsink.Config{})
	for mode, code := range map[smtpsink.Mode]string{smtpsink.Refuse: "550", smtpsink.Defer: "451"} {
		s.SetMode(mode)
		if err := post(s, letter); err == nil || !strings.HasPrefix(err.Error(), code) || !strings.Contains(err.Error(), "a@x.example") {
			t.Errorf("the sender was told %v, want %s with the address", err, code)
		}
	}
	s.SetMode(smtpsink.Forget)
	if err := post(s, letter); err == nil || s.Count() != 1 {
		t.Errorf("forgetting: the sender was told %v, %d kept", err, s.Count())
	}
}

func TestHangingEndsWithTheServer(t *testing.T) {
	s, err := smtpsink.Start(smtpsink.Config{})
	if err != nil {
		t.Fatal(err)
	}
	s.SetMode(smtpsink.Hang)
	result := make(chan error, 1)
	go func() { result <- post(s, letter) }()
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
	if err := <-result; err == nil {
		t.Error("a mail that hung was acknowledged")
	}
}

func TestWaitEndsWithItsContext(t *testing.T) {
	s := start(t, smtpsink.Config{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Wait(ctx, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}
