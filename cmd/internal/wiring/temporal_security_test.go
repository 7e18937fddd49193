package wiring

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
)

// authority signs certificates for tests.
type authority struct {
	t    *testing.T
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t, dir: t.TempDir()}
	a.cert, a.key = a.sign("authority")
	return a
}

func (a *authority) sign(name string) (*x509.Certificate, *ecdsa.PrivateKey) {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	wanted := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	by, byKey := a.cert, a.key
	if by == nil {
		wanted.IsCA, wanted.BasicConstraintsValid, wanted.KeyUsage = true, true, x509.KeyUsageCertSign
		by, byKey = wanted, key
	}
	der, err := x509.CreateCertificate(rand.Reader, wanted, by, &key.PublicKey, byKey)
	if err != nil {
		a.t.Fatal(err)
	}
	made, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return made, key
}

// files writes a certificate for a name and its key, over those of before.
func (a *authority) files(name string) (cert, key string) {
	a.t.Helper()
	made, private := a.sign(name)
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		a.t.Fatal(err)
	}
	return a.write("own.pem", "CERTIFICATE", made.Raw), a.write("own-key.pem", "PRIVATE KEY", der)
}

func (a *authority) write(name, kind string, der []byte) string {
	a.t.Helper()
	file := filepath.Join(a.dir, name)
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		a.t.Fatal(err)
	}
	return file
}

// frontend is a server that answers the first question of every client of
// Temporal, and remembers who asked.
type frontend struct {
	workflowservice.UnimplementedWorkflowServiceServer
	mutex sync.Mutex
	names []string // of certificates
	keys  []string // in Authorization
}

func (f *frontend) GetSystemInfo(ctx context.Context, _ *workflowservice.GetSystemInfoRequest) (*workflowservice.GetSystemInfoResponse, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if p, ok := peer.FromContext(ctx); ok {
		if with, ok := p.AuthInfo.(credentials.TLSInfo); ok && len(with.State.PeerCertificates) > 0 {
			f.names = append(f.names, with.State.PeerCertificates[0].Subject.CommonName)
		}
	}
	asked, _ := metadata.FromIncomingContext(ctx)
	f.keys = append(f.keys, asked.Get("authorization")...)
	return &workflowservice.GetSystemInfoResponse{Capabilities: &workflowservice.GetSystemInfoResponse_Capabilities{}}, nil
}

// serve serves it by TLS, and asks clients for certificates of the authority's.
func (a *authority) serve(f *frontend, asks tls.ClientAuthType) (address, ca string) {
	a.t.Helper()
	cert, key := a.sign("temporal.internal")
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	server := grpc.NewServer(grpc.Creds(credentials.NewTLS(&tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{cert.Raw}, PrivateKey: key}},
		ClientAuth:   asks, ClientCAs: pool, MinVersion: tls.VersionTLS12,
	})))
	workflowservice.RegisterWorkflowServiceServer(server, f)
	listener, err := (&net.ListenConfig{}).Listen(a.t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		a.t.Fatal(err)
	}
	go func() { _ = server.Serve(listener) }()
	a.t.Cleanup(server.Stop)
	return listener.Addr().String(), a.write("ca.pem", "CERTIFICATE", a.cert.Raw)
}

// ask dials once, as the commands do.
func ask(t *testing.T, at Temporal) error {
	t.Helper()
	at.PlainPayloads, at.TemporalNamespace = true, "rapporteur"
	o, err := at.options(zerolog.Nop())
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	c, err := client.DialContext(ctx, o)
	if err != nil {
		return err
	}
	c.Close()
	return nil
}

func TestTemporalIsReachedByMutualTLS(t *testing.T) {
	a, f := newAuthority(t), &frontend{}
	address, ca := a.serve(f, tls.RequireAndVerifyClientCert)
	cert, key := a.files("rapporteur-1")
	good := TemporalSecurity{TemporalTLSCA: ca, TemporalTLSCert: cert, TemporalTLSKey: key, TemporalTLSName: "temporal.internal"}
	at := func(s TemporalSecurity) Temporal { return Temporal{TemporalAddress: address, TemporalSecurity: s} }
	if err := ask(t, at(good)); err != nil {
		t.Fatal(err)
	}
	for what, s := range map[string]TemporalSecurity{
		"no TLS":                        {},
		"no certificate":                {TemporalTLSCA: ca, TemporalTLSName: "temporal.internal"},
		"another name":                  {TemporalTLSCA: ca, TemporalTLSCert: cert, TemporalTLSKey: key, TemporalTLSName: "evil.internal"},
		"the address's name":            {TemporalTLSCA: ca, TemporalTLSCert: cert, TemporalTLSKey: key},
		"the machine's own authorities": {TemporalTLS: true, TemporalTLSCert: cert, TemporalTLSKey: key, TemporalTLSName: "temporal.internal"},
	} {
		if err := ask(t, at(s)); err == nil {
			t.Errorf("%s: connected", what)
		}
	}
	stranger := newAuthority(t)
	strangers := good
	strangers.TemporalTLSCert, strangers.TemporalTLSKey = stranger.files("rapporteur-1")
	if err := ask(t, at(strangers)); err == nil {
		t.Error("with a certificate of another authority: connected")
	}
	if got := strings.Join(f.names, " "); got != "rapporteur-1" {
		t.Errorf("%s came in", got)
	}
}

// A client that stays connects with the renewed certificate when it connects again.
func TestRenewedCertificatesAreUsed(t *testing.T) {
	a, f := newAuthority(t), &frontend{}
	address, ca := a.serve(f, tls.RequireAndVerifyClientCert)
	cert, key := a.files("before")
	o := client.Options{HostPort: address}
	s := TemporalSecurity{TemporalTLSCA: ca, TemporalTLSCert: cert, TemporalTLSKey: key, TemporalTLSName: "temporal.internal"}
	if err := s.Secure(&o); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"before", "after"} {
		if name == "after" {
			a.files(name)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		c, err := client.DialContext(ctx, o)
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		c.Close()
	}
	if got := strings.Join(f.names, " "); got != "before after" {
		t.Errorf("%s came in", got)
	}
}

func TestTemporalIsToldTheAPIKey(t *testing.T) {
	a, f := newAuthority(t), &frontend{}
	address, ca := a.serve(f, tls.NoClientCert)
	file := filepath.Join(a.dir, "api.key")
	at := Temporal{TemporalAddress: address, TemporalSecurity: TemporalSecurity{TemporalTLSCA: ca, TemporalTLSName: "temporal.internal", TemporalAPIKeyFile: file}}
	for _, key := range []string{"first", "second"} { // it is renewed in its file
		if err := os.WriteFile(file, []byte(key+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := ask(t, at); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Join(f.keys, ", "); got != "Bearer first, Bearer second" {
		t.Errorf("told %q", got)
	}
	// An API key is never sent in the open.
	var o client.Options
	if err := (TemporalSecurity{TemporalAPIKeyFile: file}).Secure(&o); err != nil || o.ConnectionOptions.TLS == nil {
		t.Errorf("%v, TLS %v", err, o.ConnectionOptions.TLS)
	}
}

func TestSettingsOfTemporalThatCannotBeUsed(t *testing.T) {
	a := newAuthority(t)
	cert, key := a.files("rapporteur")
	ca := a.write("ca.pem", "CERTIFICATE", a.cert.Raw)
	_, otherKey := newAuthority(t).files("rapporteur")
	empty, lines := filepath.Join(a.dir, "empty"), filepath.Join(a.dir, "lines")
	for file, text := range map[string]string{empty: "\n", lines: "topsecret one\ntopsecret two\n"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	absent := filepath.Join(a.dir, "absent")
	for names, s := range map[string]TemporalSecurity{
		"TLS_CERT and RAPPORTEUR_TEMPORAL_TLS_KEY": {TemporalTLSCert: cert},
		"TLS_KEY go together":                      {TemporalTLSKey: key},
		"TLS_CA): open":                            {TemporalTLSCA: absent},
		"RAPPORTEUR_TEMPORAL_TLS_CA to a file":     {TemporalTLSCA: key},
		"TLS_CERT, RAPPORTEUR":                     {TemporalTLSCA: ca, TemporalTLSCert: absent, TemporalTLSKey: key},
		"private key does not match":               {TemporalTLSCert: cert, TemporalTLSKey: otherKey},
		"API_KEY_FILE): open":                      {TemporalAPIKeyFile: absent},
		"API_KEY_FILE to a file":                   {TemporalAPIKeyFile: empty},
		"does not hold one line":                   {TemporalAPIKeyFile: lines},
	} {
		var o client.Options
		if err := s.Secure(&o); err == nil || !strings.Contains(err.Error(), names) || strings.Contains(err.Error(), "topsecret") {
			t.Errorf("want %q, got %v", names, err)
		}
	}
}
