package notify

import (
	"testing"

	"github.com/rapporteur/rapporteur/notify/smtpsink"
)

func TestIdleConnectionsAreGivenBack(t *testing.T) {
	sink, err := smtpsink.Start(smtpsink.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sink.Stop() }()
	server, err := readRelay(sink.URL())
	if err != nil {
		t.Fatal(err)
	}
	sessions := make([]*session, 3)
	for n := range sessions {
		if sessions[n], err = (dialer{relay: server}).dial(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	p := &pool{keep: 2}
	for _, s := range sessions {
		p.settle(s, nil)
	}
	if sessions[2].client.HasConnection() || len(p.idle) != 2 {
		t.Errorf("%d connections are kept, want 2 and the third ended", len(p.idle))
	}
	taken := p.take()
	if taken != sessions[1] {
		t.Error("not the connection that was used last is taken")
	}
	p.expire(taken) // its time came while it was taken
	if !taken.client.HasConnection() {
		t.Error("a connection in use was ended because it had been idle")
	}
	p.expire(sessions[0])
	if sessions[0].client.HasConnection() || p.take() != nil {
		t.Error("a connection that nobody took stays open")
	}
	p.settle(taken, errStale)
	if p.take() != nil {
		t.Error("a connection that failed is kept")
	}
}
