package notify

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// goodbye is how long QUIT may take.
const goodbye = 2 * time.Second

// dialer opens connections to the mail server.
type dialer struct {
	relay
	tls *tls.Config
}

// session is one connection to the mail server, greeted, encrypted and
// authenticated.
type session struct {
	conn   net.Conn
	client *smtp.Client
	kept   bool // it carried a mail before
	expiry *time.Timer
}

// guard closes the connection when the context ends, which ends every wait on
// it. The function it returns lifts the guard and reports whether it was still
// unused.
func (s *session) guard(ctx context.Context) func() bool {
	conn := s.conn
	return context.AfterFunc(ctx, func() { _ = conn.Close() })
}

// dial opens a session. Failures here are of the server or the configuration,
// never of a letter, so they are all worth another attempt.
func (d dialer) dial(ctx context.Context) (*session, error) {
	s := &session{}
	lift := func() bool { return true }
	connected := func(conn net.Conn) {
		s.conn = conn
		lift = s.guard(ctx)
	}
	client, err := d.client(ctx, connected)
	if err == nil {
		s.client, err = client.DialToSMTPClientWithContext(ctx)
	}
	if !lift() && err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		s.drop()
		return nil, fmt.Errorf("cannot deliver message: cannot connect to the mail server: %w", explain(ctx, "connecting", err))
	}
	return s, nil
}

// client is go-mail's description of the server. It is told how to dial so
// that the connection is known: go-mail leaves it open when the greeting or
// the authentication fails, and cannot be stopped while it waits.
func (d dialer) client(ctx context.Context, connected func(net.Conn)) (*gomail.Client, error) {
	connect := func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		connected(conn)
		if !d.implicitTLS {
			return conn, nil
		}
		encrypted := tls.Client(conn, d.tlsConfig())
		err = encrypted.HandshakeContext(ctx)
		return encrypted, err
	}
	options := []gomail.Option{
		gomail.WithPort(d.port), gomail.WithTLSPolicy(d.policy), gomail.WithTLSConfig(d.tlsConfig()),
		gomail.WithDialContextFunc(connect), gomail.WithTimeout(remaining(ctx)),
	}
	if d.user != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(d.user), gomail.WithPassword(d.password))
	}
	return gomail.NewClient(d.host, options...)
}

// remaining is the time that the context still gives.
func remaining(ctx context.Context) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return DefaultTimeout
	}
	return max(time.Until(deadline), time.Millisecond)
}

func (d dialer) tlsConfig() *tls.Config {
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if d.tls != nil {
		c = d.tls.Clone()
	}
	if c.ServerName == "" {
		c.ServerName = d.host
	}
	return c
}

// drop closes the connection without a word, for when words fail.
func (s *session) drop() {
	if s.conn != nil {
		_ = s.conn.Close()
	}
}

// quit takes leave as RFC 5321, section 4.1.1.10, asks.
func (s *session) quit() {
	_ = s.client.UpdateDeadline(goodbye)
	_ = s.client.Quit()
	s.drop()
}
