package notify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur"
)

// Mail is the mailbox of the Secretariat: a rapporteur.Mailbox over SMTP. It is
// safe for several senders at once.
type Mail struct {
	relay   dialer
	pool    *pool
	from    *mail.Address
	replyTo *mail.Address
	base    *url.URL
	domain  string
	timeout time.Duration
	texts   texts
	log     zerolog.Logger
}

var _ rapporteur.Mailbox = (*Mail)(nil)

// New reads the configuration and the templates. It does not connect: a mail
// server that is down must not keep the rest from starting.
func New(c Config) (*Mail, error) {
	server, err := readRelay(c.URL)
	if err != nil {
		return nil, err
	}
	from, err := readAddress("sender", c.From)
	if err != nil {
		return nil, err
	}
	replyTo := from
	if c.ReplyTo != "" {
		if replyTo, err = readAddress("reply", c.ReplyTo); err != nil {
			return nil, err
		}
	}
	base, err := readBase(c.BaseURL)
	if err != nil {
		return nil, err
	}
	words, err := loadTexts()
	if err != nil {
		return nil, err
	}
	if c.Timeout <= 0 {
		c.Timeout = DefaultTimeout
	}
	keep := 0
	if c.ReuseConnection {
		keep = maxIdle
	}
	return &Mail{
		relay: dialer{relay: server, tls: c.TLS}, pool: &pool{keep: keep},
		from: from, replyTo: replyTo, base: base, domain: from.Address[strings.LastIndex(from.Address, "@")+1:],
		timeout: c.Timeout, texts: words, log: c.Log,
	}, nil
}

// MessageID is the RFC 5322 Message-ID of a letter, without the angle brackets
// that are not part of it (section 3.6.4). It depends on what the letter is
// about, not on whom it reaches or when, so that a letter that is sent twice
// can be recognized as one.
func (m *Mail) MessageID(l rapporteur.Letter) string {
	about := fmt.Sprintf("%q %q %q %q %q %q %d",
		l.Notice, l.Cycle, l.Contributor.ID, l.Rung, l.Due, l.Step, l.Draft)
	sum := sha256.Sum256([]byte(about))
	return hex.EncodeToString(sum[:]) + "@" + m.domain
}

// Send composes one mail to all of the letter's contacts and hands it to the
// mail server. It succeeds when the server takes it for at least one of them:
// one abandoned mailbox must not silence the others. When the server refuses
// all of them for good the error is a *rapporteur.Refusal; any other error is
// worth another attempt, which may deliver the same Message-ID twice.
func (m *Mail) Send(ctx context.Context, l rapporteur.Letter) error {
	p, err := m.compose(l)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, m.timeout)
	defer cancel()
	left, err := m.deliver(ctx, p)
	if err != nil {
		return err
	}
	if left += p.invalid; left > 0 {
		m.log.Warn().Str("cycle", string(l.Cycle)).Str("contributor", string(l.Contributor.ID)).
			Str("message_id", m.MessageID(l)).Int("left_out", left).Int("reached", len(p.to)+p.invalid-left).
			Msg("mail did not reach every mailbox of the contributor")
	}
	return nil
}

// deliver hands a mail over, on a kept connection where there is one. A kept
// connection that the server has closed meanwhile shows before anything was
// sent; then a new one is dialled, once.
func (m *Mail) deliver(ctx context.Context, p parcel) (leftOut int, err error) {
	s := m.pool.take()
	if s != nil {
		leftOut, err = s.deliver(ctx, p)
		m.pool.settle(s, err)
		if !errors.Is(err, errStale) {
			return leftOut, err
		}
	}
	if s, err = m.relay.dial(ctx); err != nil {
		return 0, err
	}
	leftOut, err = s.deliver(ctx, p)
	m.pool.settle(s, err)
	return leftOut, err
}

// Close ends the connections that are kept. Letters may still be sent; they
// dial.
func (m *Mail) Close() { m.pool.close() }
