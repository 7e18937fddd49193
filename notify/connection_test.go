package notify_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/notify"
	"github.com/rapporteur/rapporteur/notify/smtpsink"
)

func TestABatchGoesOverOneConnection(t *testing.T) {
	sink := startSink(t, smtpsink.Config{})
	m := configured(t, sink.URL())
	for n := range 20 {
		l := request
		l.Contributor.ID = rapporteur.ContributorID(fmt.Sprintf("state-%d", n))
		sent(t, m, sink, l)
	}
	if got := sink.Connections(); got != 1 {
		t.Errorf("20 letters in a row took %d connections", got)
	}
	m.Close()
	sent(t, m, sink, request) // closing does not forbid sending
	if got := sink.Connections(); got != 2 {
		t.Errorf("after closing there were %d connections, want a second", got)
	}
}

func TestWithoutReuseEachLetterDials(t *testing.T) {
	sink := startSink(t, smtpsink.Config{})
	m := configured(t, sink.URL(), func(c *notify.Config) { c.ReuseConnection = false })
	for range 3 {
		sent(t, m, sink, request)
	}
	if got := sink.Connections(); got != 3 {
		t.Errorf("3 letters took %d connections", got)
	}
}

func TestAServerThatRestarts(t *testing.T) {
	sink := startSink(t, smtpsink.Config{})
	m := configured(t, sink.URL())
	sent(t, m, sink, request)
	sink.DropConnections()
	sent(t, m, sink, request)
	if got := sink.Count(); got != 2 {
		t.Errorf("the sink kept %d mails, want each of the two once", got)
	}
}

func TestFourSendersAtOnce(t *testing.T) {
	const senders, each = 4, 30
	sink := startSink(t, smtpsink.Config{})
	m := configured(t, sink.URL())
	var group sync.WaitGroup
	for s := range senders {
		group.Go(func() {
			for n := range each {
				l := request
				l.Contributor.ID = rapporteur.ContributorID(fmt.Sprintf("state-%d-%d", s, n))
				if err := m.Send(t.Context(), l); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	seen := map[string]bool{}
	for _, message := range sink.Messages() {
		parsed, err := message.Parse()
		if err != nil {
			t.Fatal(err)
		}
		id := parsed.Header.Get("X-Rapporteur-Contributor")
		if seen[id] {
			t.Errorf("%s got the letter twice", id)
		}
		seen[id] = true
	}
	if len(seen) != senders*each {
		t.Errorf("%d letters arrived, want %d", len(seen), senders*each)
	}
	if got := sink.Connections(); got > senders {
		t.Errorf("%d senders opened %d connections", senders, got)
	}
}

// certificate is one for the loopback, and the pool that trusts it.
func certificate(t *testing.T) (server, client *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	trusted := x509.NewCertPool()
	trusted.AddCert(leaf)
	server = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}
	return server, &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12}
}

func TestEncryptionAndPassword(t *testing.T) {
	server, client := certificate(t)
	for _, implicit := range []bool{false, true} {
		t.Run(fmt.Sprintf("implicit=%v", implicit), func(t *testing.T) {
			sink := startSink(t, smtpsink.Config{TLS: server, Implicit: implicit, User: "rapporteur", Password: "s3cret/@:"})
			scheme, query := "smtp", "?starttls=required"
			if implicit {
				scheme, query = "smtps", ""
			}
			url := func(password string) string {
				return scheme + "://rapporteur:" + password + "@" + sink.Address() + query
			}
			trusting := func(c *notify.Config) { c.TLS = client }
			sent(t, configured(t, url("s3cret%2F%40%3A"), trusting), sink, request)

			err := configured(t, url("wrong"), trusting).Send(t.Context(), request)
			retryable(t, err) // a wrong password is ours to mend, not the contributor's
			discreet(t, err)
			if !strings.Contains(err.Error(), "535") || strings.Contains(err.Error(), "rapporteur") {
				t.Errorf("the error is %v, want the code and not the user", err)
			}

			err = configured(t, url("s3cret%2F%40%3A")).Send(t.Context(), request)
			retryable(t, err)
			if !strings.Contains(err.Error(), "certificate") {
				t.Errorf("a certificate that nobody vouches for gives: %v", err)
			}
		})
	}
}

func TestEncryptionThatIsNotOffered(t *testing.T) {
	sink := startSink(t, smtpsink.Config{})
	err := configured(t, sink.URL()+"?starttls=required").Send(t.Context(), request)
	retryable(t, err)
	if sink.Count() != 0 {
		t.Error("the mail went out in clear")
	}
	sent(t, configured(t, sink.URL()+"?starttls=never"), sink, request)
}

// The password must not leave over a connection that others can read.
func TestPasswordInClear(t *testing.T) {
	sink := startSink(t, smtpsink.Config{User: "rapporteur", Password: "s3cret"})
	host := strings.Replace(sink.URL(), "smtp://", "smtp://rapporteur:s3cret@", 1)
	err := configured(t, host+"?starttls=never").Send(t.Context(), request)
	retryable(t, err)
	discreet(t, err)
	err = configured(t, sink.URL()).Send(t.Context(), request)
	retryable(t, err) // 530: we have to authenticate; the contributor's mailbox is not at fault
}

func BenchmarkSend(b *testing.B) {
	for _, reuse := range []bool{true, false} {
		for _, senders := range []int{1, 4} {
			b.Run(fmt.Sprintf("reuse=%v/senders=%d", reuse, senders), func(b *testing.B) {
				sink := startSink(b, smtpsink.Config{Directory: b.TempDir()})
				m := configured(b, sink.URL(), func(c *notify.Config) { c.ReuseConnection = reuse })
				work := make(chan int)
				var group sync.WaitGroup
				for range senders {
					group.Go(func() {
						for n := range work {
							l := request
							l.Contributor.ID = rapporteur.ContributorID(fmt.Sprintf("state-%d", n))
							if err := m.Send(b.Context(), l); err != nil {
								b.Error(err)
							}
						}
					})
				}
				n := 0
				for b.Loop() {
					work <- n
					n++
				}
				close(work)
				group.Wait()
				b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "mails/s")
			})
		}
	}
}
