package notify_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/notify"
	"github.com/rapporteur/rapporteur/notify/smtpsink"
)

var request = letterTo(rapporteur.KindMemberState, rapporteur.NoticeRequest, "en")

func refusal(t *testing.T, err error) *rapporteur.Refusal {
	t.Helper()
	var r *rapporteur.Refusal
	if !errors.As(err, &r) {
		t.Fatalf("the error is %v, want a refusal", err)
	}
	return r
}

func retryable(t *testing.T, err error) {
	t.Helper()
	var r *rapporteur.Refusal
	if err == nil || errors.As(err, &r) {
		t.Fatalf("the error is %v, want one that another attempt may mend", err)
	}
}

// discreet fails if an error, or anything it wraps, names a person.
func discreet(t *testing.T, err error) {
	t.Helper()
	for ; err != nil; err = errors.Unwrap(err) {
		for _, secret := range []string{"aya", "Aya", "office", "mission.example", "Ouattara", "s3cret", "un.example"} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("the error tells %q: %v", secret, err)
			}
		}
	}
}

func TestARefusingServer(t *testing.T) {
	sink := startSink(t, smtpsink.Config{})
	sink.SetMode(smtpsink.Refuse)
	m := configured(t, sink.URL())
	err := m.Send(t.Context(), request)
	r := refusal(t, err)
	if want := "the mail server answered 550 5.1.1 to RCPT"; r.Cause.Error() != want {
		t.Errorf("the cause is %q, want %q", r.Cause, want)
	}
	discreet(t, err)
	if sink.Count() != 0 {
		t.Error("the sink kept a mail that it refused")
	}
	sink.SetMode(smtpsink.Accept)
	if err := m.Send(t.Context(), request); err != nil {
		t.Errorf("after the refusal nothing goes out any more: %v", err)
	}
}

func TestATemporaryFailure(t *testing.T) {
	sink := startSink(t, smtpsink.Config{})
	sink.SetMode(smtpsink.Defer)
	m := configured(t, sink.URL())
	err := m.Send(t.Context(), request)
	retryable(t, err)
	discreet(t, err)
	if !strings.Contains(err.Error(), "451 4.7.1") {
		t.Errorf("the error does not say what the server answered: %v", err)
	}
	sink.SetMode(smtpsink.Accept)
	sent(t, m, sink, request)
}

func TestOneMailboxMustNotSilenceTheOthers(t *testing.T) {
	for name, c := range map[string]struct {
		aya, office smtpsink.Mode
		reached     int
		refused     bool
	}{
		"both taken":             {smtpsink.Accept, smtpsink.Accept, 2, false},
		"one gone":               {smtpsink.Refuse, smtpsink.Accept, 1, false},
		"the other gone":         {smtpsink.Accept, smtpsink.Refuse, 1, false},
		"one put off":            {smtpsink.Accept, smtpsink.Defer, 1, false},
		"both gone":              {smtpsink.Refuse, smtpsink.Refuse, 0, true},
		"one gone, one put off":  {smtpsink.Refuse, smtpsink.Defer, 0, false},
		"one put off, one gone":  {smtpsink.Defer, smtpsink.Refuse, 0, false},
		"both put off for a day": {smtpsink.Defer, smtpsink.Defer, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			modes := map[string]smtpsink.Mode{"aya@mission.example": c.aya, "office@mission.example": c.office}
			sink := startSink(t, smtpsink.Config{Recipient: func(a string) smtpsink.Mode { return modes[a] }})
			var log bytes.Buffer
			m := configured(t, sink.URL(), func(c *notify.Config) { c.Log = zerolog.New(&log) })
			err := m.Send(t.Context(), request)
			switch {
			case c.reached > 0 && err != nil:
				t.Fatalf("nobody was reached: %v", err)
			case c.reached > 0:
				if got := sink.Messages(); len(got) != 1 || len(got[0].To) != c.reached {
					t.Errorf("the sink kept %d mails, want one to %d", len(got), c.reached)
				}
			case c.refused:
				refusal(t, err)
			default:
				retryable(t, err)
			}
			if partly := c.reached == 1; partly != strings.Contains(log.String(), `"left_out":1,"reached":1`) {
				t.Errorf("the log says %q", log.String())
			}
			discreet(t, err)
			discreet(t, errors.New(strings.ReplaceAll(log.String(), m.MessageID(request), "")))
		})
	}
}

func TestAHangingServer(t *testing.T) {
	t.Run("with the mail in its hands", func(t *testing.T) {
		sink := startSink(t, smtpsink.Config{})
		sink.SetMode(smtpsink.Hang)
		err := configured(t, sink.URL(), quick).Send(t.Context(), request)
		retryable(t, err)
		discreet(t, err)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the error does not say that time ran out: %v", err)
		}
	})
	t.Run("without a greeting", func(t *testing.T) {
		err := configured(t, "smtp://"+silentServer(t), quick).Send(t.Context(), request)
		retryable(t, err)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the error does not say that time ran out: %v", err)
		}
	})
	t.Run("until the caller gives up", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		accepted := make(chan struct{})
		address := silentServer(t, accepted)
		result := make(chan error, 1)
		go func() { result <- configured(t, "smtp://"+address).Send(ctx, request) }()
		<-accepted
		cancel()
		select {
		case err := <-result:
			if !errors.Is(err, context.Canceled) {
				t.Errorf("the error is %v, want the caller's", err)
			}
		case <-time.After(waiting / 2): // the sender's own time-out is longer
			t.Fatal("the sender does not notice that nobody waits for it")
		}
	})
}

// silentServer accepts connections and never says a word.
func silentServer(t *testing.T, accepted ...chan struct{}) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = conn.Close() })
			for _, c := range accepted {
				close(c)
			}
		}
	}()
	return listener.Addr().String()
}

func TestNobodyAtTheAddress(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	err = configured(t, "smtp://"+address).Send(t.Context(), request)
	retryable(t, err)
	if !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("the error does not say what is wrong: %v", err)
	}
}

// A server that speaks nonsense, with an address in it.
func TestAServerOutsideTheProtocol(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		_, _ = conn.Write([]byte("hello aya@mission.example, this is no SMTP\r\n"))
	}()
	err = configured(t, "smtp://"+listener.Addr().String()).Send(t.Context(), request)
	retryable(t, err)
	discreet(t, err)
}

// The server keeps the mail and breaks the connection before saying so. The
// sender cannot know, sends again, and the reader's mail program sees one.
func TestALetterSentTwiceIsOneLetter(t *testing.T) {
	sink := startSink(t, smtpsink.Config{})
	sink.SetMode(smtpsink.Forget)
	m := configured(t, sink.URL())
	retryable(t, m.Send(t.Context(), request))
	sink.SetMode(smtpsink.Accept)
	again := request
	again.SentAt = again.SentAt.Add(time.Hour)
	again.To = again.To[:1]
	if err := m.Send(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	got := sink.Messages()
	if len(got) != 2 {
		t.Fatalf("the sink kept %d mails, want 2", len(got))
	}
	var ids []string
	for _, message := range got {
		parsed, err := message.Parse()
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, parsed.Header.Get("Message-Id"))
	}
	if ids[0] != ids[1] || ids[0] != "<"+m.MessageID(request)+">" {
		t.Errorf("the Message-IDs are %v, want both %s", ids, m.MessageID(request))
	}
}

func TestTheSameLetterIsTheSameMail(t *testing.T) {
	sink := startSink(t, smtpsink.Config{})
	m := configured(t, sink.URL())
	first := sent(t, m, sink, request)
	second := sent(t, configured(t, sink.URL()), sink, request)
	if !bytes.Equal(first.Raw, second.Raw) {
		t.Errorf("two attempts differ:\n%s\n%s", first.Raw, second.Raw)
	}
}

func TestMessageIDsTellLettersApart(t *testing.T) {
	m := configured(t, "smtp://localhost:2525")
	id := m.MessageID(request)
	if !strings.HasSuffix(id, "@un.example") || strings.ContainsAny(id, "<> ") {
		t.Errorf("the Message-ID is %q", id)
	}
	if _, err := mail.ParseAddress(id); err != nil {
		t.Errorf("the Message-ID has not the form of one: %v", err)
	}
	seen := map[string]string{id: "the letter itself"}
	for name, change := range map[string]func(*rapporteur.Letter){
		"notice":      func(l *rapporteur.Letter) { l.Notice = rapporteur.NoticeReminder },
		"cycle":       func(l *rapporteur.Letter) { l.Cycle = "s-res-2388-2017/op34/2019" },
		"contributor": func(l *rapporteur.Letter) { l.Contributor.ID = "state-ken" },
		"rung":        func(l *rapporteur.Letter) { l.Rung = "request-2" },
		"due":         func(l *rapporteur.Letter) { l.Due = l.Due.AddDays(1) },
		"step":        func(l *rapporteur.Letter) { l.Step = "ola" },
		"draft":       func(l *rapporteur.Letter) { l.Draft = 1 },
		// Parts must not flow into each other.
		"shifted": func(l *rapporteur.Letter) { l.Cycle += "x"; l.Contributor.ID = "\" \"" + l.Contributor.ID },
	} {
		l := request
		change(&l)
		if other, taken := seen[m.MessageID(l)]; taken {
			t.Errorf("a letter with another %s has the Message-ID of %s", name, other)
		}
		seen[m.MessageID(l)] = name
	}
	for name, change := range map[string]func(*rapporteur.Letter){
		"contacts": func(l *rapporteur.Letter) { l.To = l.To[1:] },
		"time":     func(l *rapporteur.Letter) { l.SentAt = l.SentAt.Add(time.Hour) },
		"reason":   func(l *rapporteur.Letter) { l.Reason = "typing error mended" },
	} {
		l := request
		change(&l)
		if m.MessageID(l) != id {
			t.Errorf("another attempt with other %s gets another Message-ID", name)
		}
	}
}
