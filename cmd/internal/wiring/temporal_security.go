package wiring

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"

	"go.temporal.io/sdk/client"
)

// TemporalSecurity says how to reach Temporal so that both sides know each other.
// Certificates and keys are files: they are read anew for each connection, so that
// they can be renewed under a running program; the bundle of authorities is read
// at the start.
type TemporalSecurity struct {
	TemporalTLS        bool   `name:"temporal-tls" env:"RAPPORTEUR_TEMPORAL_TLS" help:"Reach Temporal by TLS, with the authorities of this machine. Any other setting of Temporal's certificates or an API key says so too."`
	TemporalTLSCA      string `name:"temporal-tls-ca" env:"RAPPORTEUR_TEMPORAL_TLS_CA" help:"File with the certificates (PEM) of the authorities that may vouch for Temporal; those of this machine where empty." placeholder:"FILE" type:"path"`
	TemporalTLSCert    string `name:"temporal-tls-cert" env:"RAPPORTEUR_TEMPORAL_TLS_CERT" help:"File with the certificate (PEM) by which Temporal knows this program." placeholder:"FILE" type:"path"`
	TemporalTLSKey     string `name:"temporal-tls-key" env:"RAPPORTEUR_TEMPORAL_TLS_KEY" secret:"file" help:"File with the private key (PEM) of that certificate." placeholder:"FILE" type:"path"`
	TemporalTLSName    string `name:"temporal-tls-server-name" env:"RAPPORTEUR_TEMPORAL_TLS_SERVER_NAME" help:"Name that Temporal's certificate must have; that of its address where empty." placeholder:"NAME"`
	TemporalAPIKeyFile string `name:"temporal-api-key-file" env:"RAPPORTEUR_TEMPORAL_API_KEY_FILE" secret:"file" help:"File with the API key by which Temporal knows this program, as Temporal Cloud gives them." placeholder:"FILE" type:"path"`
}

// Secure has a client of Temporal use them. What cannot be used is an error that
// names its setting.
func (s TemporalSecurity) Secure(o *client.Options) error {
	if (s.TemporalTLSCert == "") != (s.TemporalTLSKey == "") {
		return errors.New("cannot use Temporal's certificates: RAPPORTEUR_TEMPORAL_TLS_CERT and RAPPORTEUR_TEMPORAL_TLS_KEY go together: set both, or neither")
	}
	if s.TemporalAPIKeyFile != "" {
		if _, err := s.apiKey(context.Background()); err != nil {
			return err
		}
		o.Credentials = client.NewAPIKeyDynamicCredentials(s.apiKey)
	}
	if !s.tls() {
		return nil
	}
	with := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: s.TemporalTLSName}
	if s.TemporalTLSCA != "" {
		var err error
		if with.RootCAs, err = authorities(s.TemporalTLSCA); err != nil {
			return err
		}
	}
	if s.TemporalTLSCert != "" {
		if _, err := s.certificate(nil); err != nil {
			return err
		}
		with.GetClientCertificate = s.certificate
	}
	o.ConnectionOptions.TLS = with
	return nil
}

// tls reports whether anything says that Temporal is reached by TLS.
func (s TemporalSecurity) tls() bool {
	return s.TemporalTLS || s.TemporalTLSCA != "" || s.TemporalTLSCert != "" || s.TemporalTLSName != "" || s.TemporalAPIKeyFile != ""
}

func authorities(file string) (*x509.CertPool, error) {
	bundle, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("cannot read Temporal's authorities (RAPPORTEUR_TEMPORAL_TLS_CA): %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(bundle) {
		return nil, fmt.Errorf("cannot read Temporal's authorities: %s holds no certificate in PEM; set RAPPORTEUR_TEMPORAL_TLS_CA to a file that does", file)
	}
	return pool, nil
}

// certificate reads the certificate and its key, for one connection.
func (s TemporalSecurity) certificate(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
	pair, err := tls.LoadX509KeyPair(s.TemporalTLSCert, s.TemporalTLSKey)
	if err != nil {
		return nil, fmt.Errorf("cannot use Temporal's client certificate (RAPPORTEUR_TEMPORAL_TLS_CERT, RAPPORTEUR_TEMPORAL_TLS_KEY): %w", err)
	}
	return &pair, nil
}

// apiKey reads the API key, for one call.
func (s TemporalSecurity) apiKey(context.Context) (string, error) {
	content, err := os.ReadFile(s.TemporalAPIKeyFile)
	if err != nil {
		return "", fmt.Errorf("cannot read Temporal's API key (RAPPORTEUR_TEMPORAL_API_KEY_FILE): %w", err)
	}
	key := strings.TrimSpace(string(content))
	if key == "" || strings.ContainsAny(key, " \t\r\n") {
		return "", fmt.Errorf("cannot read Temporal's API key: %s does not hold one line with it; set RAPPORTEUR_TEMPORAL_API_KEY_FILE to a file that does", s.TemporalAPIKeyFile)
	}
	return key, nil
}
