package embedded

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rapporteur/rapporteur/internal/needs"
	"github.com/rapporteur/rapporteur/internal/pgserver"
)

// certificate makes one for the loopback that signs itself, and its key.
func certificate(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}))
}

// offerTLS has a server speak TLS. It writes the files itself, for it reads a key only if that is its own.
func offerTLS(t *testing.T, admin *pgx.Conn, cert, key string) {
	t.Helper()
	dir := ask[string](t, admin, "SHOW data_directory")
	for name, text := range map[string]string{"server.crt": cert, "server.key": key} {
		execute(t, admin, "COPY (SELECT unnest(string_to_array('"+strings.TrimSpace(text)+"', E'\\n'))) TO PROGRAM 'umask 077; cat > "+filepath.Join(dir, name)+"'")
	}
	execute(t, admin, "ALTER SYSTEM SET ssl = on")
	execute(t, admin, "SELECT pg_reload_conf()")
}

func TestTLSParametersHoldForEverySession(t *testing.T) {
	server := needs.OwnPostgreSQL(t, pgserver.Options{})
	database, err := server.CreateDatabase(t.Context(), "sealed")
	if err != nil {
		t.Fatal(err)
	}
	admin, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = admin.Close(context.Background()) })
	cert, key := certificate(t)
	offerTLS(t, admin, cert, key)
	trusted := filepath.Join(t.TempDir(), "root.pem")
	if err := os.WriteFile(trusted, []byte(cert), 0o600); err != nil {
		t.Fatal(err)
	}
	at, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	at.RawQuery = url.Values{"sslmode": {"verify-full"}, "sslrootcert": {trusted}}.Encode()
	p := engineOn(t, at.String())
	t.Cleanup(p.close)
	// The reload has happened when a session gets in; until then the server refuses TLS.
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for err := errors.New("not tried"); err != nil; err = p.prepare(ctx) {
		if ctx.Err() != nil {
			t.Fatal(err)
		}
	}
	if _, err := p.pool(p.main, 1); err != nil {
		t.Fatal(err)
	}
	const plain = "SELECT count(*) FROM pg_stat_activity JOIN pg_stat_ssl USING (pid) WHERE datname LIKE 'sealed_temporal%' AND NOT ssl"
	const all = "SELECT count(*) FROM pg_stat_activity WHERE datname LIKE 'sealed_temporal%'"
	if n, of := ask[int](t, admin, plain), ask[int](t, admin, all); n > 0 || of < 2 {
		t.Errorf("%d of %d sessions are plain", n, of)
	}
	other, _ := certificate(t)
	if err := os.WriteFile(trusted, []byte(other), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := engineOn(t, at.String()).prepare(t.Context()); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("a server that is not trusted: %v", err)
	}
}
