package notify_test

import (
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur/notify"
	"github.com/rapporteur/rapporteur/notify/smtpsink"
)

func TestReachSendsNothing(t *testing.T) {
	sink := startSink(t, smtpsink.Config{})
	for url, works := range map[string]bool{sink.URL(): true, "smtp://127.0.0.1:1": false} {
		err := configured(t, url).Reach(t.Context())
		if (err == nil) != works {
			t.Errorf("works %t: %v", works, err)
		}
	}
	if sink.Count() != 0 || sink.Connections() != 1 {
		t.Errorf("%d mails were sent over %d connections", sink.Count(), sink.Connections())
	}
}

// Without the sign-in that the server asks for, mails would be refused.
func TestReachSignsIn(t *testing.T) {
	server, trusted := certificate(t)
	sink := startSink(t, smtpsink.Config{User: "rapporteur", Password: "hidden", TLS: server})
	for password, works := range map[string]bool{"hidden": true, "mistaken": false} {
		m := configured(t, "smtp://rapporteur:"+password+"@"+sink.Address()+"?starttls=required", func(c *notify.Config) { c.TLS = trusted })
		err := m.Reach(t.Context())
		if (err == nil) != works || (err != nil && strings.Contains(err.Error(), password)) {
			t.Errorf("works %t: %v", works, err)
		}
	}
}
