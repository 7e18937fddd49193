// Package webhook posts messages to endpoints of other systems by the Standard
// Webhooks scheme: signed, without following redirects, and never to an address
// inside of the house's own network.
package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"code.dny.dev/ssrf"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/rapporteur/rapporteur"
)

// The bounds of a call.
const (
	callTimeout = 10 * time.Second
	// maxAnswer is how many bytes of an answer are read; none of them is kept.
	maxAnswer       = 1 << 10
	maxAnswerHeader = 16 << 10
)

// Sender posts messages. It is safe for concurrent use.
type Sender struct {
	client   *http.Client
	loopback bool
}

var _ rapporteur.HookSender = (*Sender)(nil)

// Config says what a sender may do.
type Config struct {
	// Loopback allows endpoints on the machine itself, also without TLS: for
	// trying things out.
	Loopback bool
	// Timeout is how long a call may take; ten seconds where zero.
	Timeout time.Duration
	// Transport changes how TLS is spoken, for tests; nil changes nothing.
	Transport func(*http.Transport)
}

var loopback4, loopback6 = netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")

// New makes a sender. Where a name leads is looked at when the connection is made,
// after the name was resolved: a name that leads elsewhere by then is refused too.
func New(c Config) *Sender {
	dialer := &net.Dialer{Timeout: callTimeout, Control: guard(c.Loopback).Safe}
	transport := &http.Transport{
		Proxy:       nil, // a proxy would be connected to in the endpoint's place, and resolve names by itself
		DialContext: dialer.DialContext, TLSHandshakeTimeout: callTimeout, ResponseHeaderTimeout: callTimeout,
		MaxResponseHeaderBytes: maxAnswerHeader, DisableCompression: true, ForceAttemptHTTP2: true,
		MaxIdleConns: 20, MaxIdleConnsPerHost: 1, IdleConnTimeout: time.Minute,
	}
	if c.Transport != nil {
		c.Transport(transport)
	}
	if c.Timeout == 0 {
		c.Timeout = callTimeout
	}
	return &Sender{
		loopback: c.Loopback,
		client: &http.Client{
			Transport: transport, Timeout: c.Timeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// guard refuses addresses of private networks and those of special purpose, among
// them the ones at which clouds give out credentials.
func guard(loopback bool) *ssrf.Guardian {
	options := []ssrf.Option{ssrf.WithAnyPort()}
	if loopback {
		options = append(options, ssrf.WithAllowedV4Prefixes(loopback4), ssrf.WithAllowedV6Prefixes(loopback6))
	}
	return ssrf.New(options...)
}

// CheckAddress takes https addresses without credentials and fragment, and where
// that is allowed http addresses of the machine itself. An address that is plainly
// inside of a network is refused at once; a name is looked at when it is called.
func (s *Sender) CheckAddress(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		return invalid("It cannot be read: want https://host/path.")
	case u.User != nil || u.Fragment != "":
		return invalid("Leave out user, password and fragment.")
	}
	ip, ipErr := netip.ParseAddr(u.Hostname())
	local := ipErr == nil && ip.Unmap().IsLoopback() || strings.EqualFold(u.Hostname(), "localhost")
	switch {
	case u.Scheme != "https" && (u.Scheme != "http" || !local || !s.loopback):
		return invalid("It must begin with https://.")
	case local && !s.loopback, ipErr == nil && !local && guard(false).Safe(network(ip), net.JoinHostPort(ip.String(), "443"), nil) != nil:
		return invalid("It is inside of a private network, or of no network at all.")
	}
	return nil
}

func network(ip netip.Addr) string {
	if ip.Is4() {
		return "tcp4"
	}
	return "tcp6"
}

func invalid(detail string) error {
	return rapporteur.Problemf(rapporteur.ProblemInvalid, "Not an address for messages", "%s", detail)
}

// Send posts one message, signed with each of the secrets. Of the answer only the
// status counts.
func (s *Sender) Send(ctx context.Context, c rapporteur.HookCall) rapporteur.HookAttempt {
	began := time.Now()
	status, err := s.post(ctx, c)
	attempt := rapporteur.HookAttempt{At: c.At, Status: status, Duration: time.Since(began)}
	switch {
	case err != nil:
		attempt.Failure = failureOf(err)
	case status == http.StatusGone:
		attempt.Failure = rapporteur.HookGone
	case status >= 300 && status < 400:
		attempt.Failure = rapporteur.HookRedirected
	case status < 200 || status > 299:
		attempt.Failure = rapporteur.HookRefused
	}
	return attempt
}

func (s *Sender) post(ctx context.Context, c rapporteur.HookCall) (int, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.Address, bytes.NewReader(c.Payload))
	if err != nil {
		return 0, fmt.Errorf("cannot make request: %w", err)
	}
	if err := sign(request.Header, c); err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "Rapporteur")
	response, err := s.client.Do(request)
	if err != nil {
		return 0, fmt.Errorf("cannot post message: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.CopyN(io.Discard, response.Body, maxAnswer) // what an answer says does not matter, nor whether it is whole
	return response.StatusCode, nil
}

// sign sets the headers of the scheme. Each secret gives a signature, so that the
// receiver can go from one to the next.
func sign(header http.Header, c rapporteur.HookCall) error {
	var signatures []string
	for _, secret := range c.Secrets {
		key, err := standardwebhooks.NewWebhook(secret)
		if err != nil {
			return errors.New("cannot read secret of webhook")
		}
		signature, err := key.Sign(c.ID, c.At, c.Payload)
		if err != nil {
			return errors.New("cannot sign message")
		}
		signatures = append(signatures, signature)
	}
	header.Set(standardwebhooks.HeaderWebhookID, c.ID)
	header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(c.At.Unix(), 10))
	header.Set(standardwebhooks.HeaderWebhookSignature, strings.Join(signatures, " "))
	return nil
}

// failureOf is an error in a word: its text may hold the address.
func failureOf(err error) rapporteur.HookFailure {
	var timeout net.Error
	switch {
	case errors.Is(err, ssrf.ErrProhibitedNetwork), errors.Is(err, ssrf.ErrProhibitedIP), errors.Is(err, ssrf.ErrProhibitedPort), errors.Is(err, ssrf.ErrInvalidHostPort):
		return rapporteur.HookForbidden
	case errors.As(err, &timeout) && timeout.Timeout():
		return rapporteur.HookTimeout
	}
	return rapporteur.HookUnreachable
}
