package notify

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/rs/zerolog"
	gomail "github.com/wneessen/go-mail"
)

// DefaultTimeout is how long a letter may take, connecting included, when the
// configuration says nothing. RFC 5321, section 4.5.3.2, allows servers
// minutes; a letter that was not taken in this time is tried again later.
const DefaultTimeout = 30 * time.Second

// Config says where mail goes out and in whose name.
type Config struct {
	// URL is the mail server: smtp://user:password@host:port, or smtps:// for
	// TLS from the first byte. ?starttls= is required (the default), or
	// opportunistic (the default on the loopback), or never.
	URL string
	// From is the RFC 5322 address of the sender; Message-IDs are of its domain.
	From string
	// ReplyTo is where questions and answers by mail arrive; From when empty.
	ReplyTo string
	// BaseURL is where contributors and officers act; links in mails begin
	// with it.
	BaseURL string
	// Timeout is how long one letter may take; DefaultTimeout when zero.
	Timeout time.Duration
	// ReuseConnection keeps up to four connections for the next letters. A
	// batch goes out several times faster; without it each letter dials.
	ReuseConnection bool
	// TLS replaces the configuration for TLS, for a server with a certificate
	// of a private authority; nil for the system's.
	TLS *tls.Config
	// Log is told of mailboxes that were left out, by number, never by name.
	Log zerolog.Logger
}

// relay is the mail server as the URL describes it.
type relay struct {
	host, user, password string
	port                 int
	implicitTLS          bool
	policy               gomail.TLSPolicy
}

// readRelay reads the URL. Its errors never repeat it: it holds a password.
func readRelay(text string) (relay, error) {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return relay{}, errors.New("cannot read mail server: want smtp://user:password@host:port or smtps://…")
	}
	r := relay{host: u.Hostname(), user: u.User.Username(), implicitTLS: u.Scheme == "smtps"}
	r.password, _ = u.User.Password()
	port := u.Port()
	switch {
	case port == "" && r.implicitTLS:
		port = "465" // RFC 8314, section 3.3
	case port == "":
		port = "587" // RFC 6409, section 3.1
	}
	if r.port, err = strconv.Atoi(port); err != nil || r.port < 1 || r.port > 65535 {
		return relay{}, errors.New("cannot read mail server: the port is not between 1 and 65535")
	}
	if r.policy, err = policyOf(u.Query().Get("starttls"), r.host); err != nil {
		return relay{}, err
	}
	if r.implicitTLS {
		// The connection is encrypted already: go-mail only has to notice.
		r.policy = gomail.TLSOpportunistic
	}
	return r, nil
}

func policyOf(starttls, host string) (gomail.TLSPolicy, error) {
	switch starttls {
	case "required":
		return gomail.TLSMandatory, nil
	case "opportunistic":
		return gomail.TLSOpportunistic, nil
	case "never":
		return gomail.NoTLS, nil
	case "":
		if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
			return gomail.TLSOpportunistic, nil
		}
		return gomail.TLSMandatory, nil
	}
	return gomail.TLSMandatory, fmt.Errorf("cannot read mail server: starttls=%q is not required, opportunistic or never", starttls)
}

// readAddress reads an address of the configuration. The error does not repeat
// it.
func readAddress(what, text string) (*mail.Address, error) {
	if strings.ContainsAny(text, "\r\n") {
		return nil, fmt.Errorf("cannot read %s address: it holds a line break", what)
	}
	a, err := mail.ParseAddress(text)
	if err != nil {
		return nil, fmt.Errorf("cannot read %s address: want name <mailbox@domain>", what)
	}
	return a, nil
}

func readBase(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errors.New("cannot read base URL of links: want https://host/path")
	}
	return u, nil
}
