package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"path/filepath"
	"strings"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/rapporteur/rapporteur/engine/payload"
)

// guarded puts a proxy before Temporal that takes nobody without a certificate, and
// gives its address and the settings by which the program passes it.
func (p *production) guarded(behind string) (address string, settings []string) {
	p.t.Helper()
	ca, caKey := p.certificate("ca", nil, nil)
	server, serverKey := p.certificate("temporal.internal", ca, caKey)
	own, ownKey := p.certificate("rapporteur", ca, caKey)
	trusted := x509.NewCertPool()
	trusted.AddCert(ca)
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{server.Raw}, PrivateKey: serverKey}},
		ClientAuth:   tls.RequireAndVerifyClientCert, ClientCAs: trusted, NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS13,
	})
	p.must(err)
	p.t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			outside, err := listener.Accept()
			if err != nil {
				return
			}
			go pass(outside, behind)
		}
	}()
	key, err := x509.MarshalPKCS8PrivateKey(ownKey)
	p.must(err)
	file := func(name, kind string, der []byte) string {
		return p.write(name, string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})))
	}
	return listener.Addr().String(), []string{
		"RAPPORTEUR_TEMPORAL_TLS_CA=" + file("ca.pem", "CERTIFICATE", ca.Raw), "RAPPORTEUR_TEMPORAL_TLS_SERVER_NAME=temporal.internal",
		"RAPPORTEUR_TEMPORAL_TLS_CERT=" + file("own.pem", "CERTIFICATE", own.Raw), "RAPPORTEUR_TEMPORAL_TLS_KEY=" + file("own-key.pem", "PRIVATE KEY", key),
	}
}

// pass copies a connection until one side ends it.
func pass(outside net.Conn, behind string) {
	defer func() { _ = outside.Close() }()
	inside, err := net.Dial("tcp", behind)
	if err != nil {
		return
	}
	defer func() { _ = inside.Close() }()
	go func() { _, _ = io.Copy(inside, outside); _ = inside.Close() }()
	_, _ = io.Copy(outside, inside)
}

// certificate makes a certificate for a name, signed by an authority or, without
// one, by itself.
func (p *production) certificate(name string, ca *x509.Certificate, caKey *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
	p.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	p.must(err)
	wanted := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	if ca == nil {
		wanted.IsCA, wanted.BasicConstraintsValid, wanted.KeyUsage = true, true, x509.KeyUsageCertSign
		ca, caKey = wanted, key
	}
	der, err := x509.CreateCertificate(rand.Reader, wanted, ca, &key.PublicKey, caKey)
	p.must(err)
	made, err := x509.ParseCertificate(der)
	p.must(err)
	return made, key
}

// sealed looks at the cycle's history as whoever operates Temporal does, and asks
// the program which keys are needed.
func (p *production) sealed(temporal, key string) {
	p.t.Helper()
	operator, err := client.Dial(client.Options{HostPort: temporal, Namespace: reporting})
	p.must(err)
	defer operator.Close()
	uses := map[string]int{}
	events := operator.GetWorkflowHistory(p.ctx, "cycle/s-res-2388-2017/op34/test", "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		event, err := events.Next()
		p.must(err)
		p.must(payload.Use(p.ctx, event, uses))
	}
	keys, err := payload.LoadKeys(key)
	p.must(err)
	if len(uses) != 1 || uses[keys.Newest()] == 0 {
		p.t.Errorf("the history has payloads %v, want only those of key %s", uses, keys.Newest())
	}
	p.eventually("the key's use", func() bool {
		out := p.run("payload-key", "status")
		return strings.Contains(out, keys.Newest()) && strings.Contains(out, "seals") && !strings.Contains(out, "not sealed")
	})
	other := filepath.Join(p.dir, "other.key")
	p.run("key", "payload", other)
	if out, err := p.try("payload-key", "status", "--closed", "--payload-key="+other); err == nil || !strings.Contains(out, keys.Newest()) || !strings.Contains(out, "missing") {
		p.t.Errorf("without the key that open workflows need: %v\n%s", err, out)
	}
}
