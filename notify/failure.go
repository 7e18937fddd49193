package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"os"
	"regexp"

	"github.com/rapporteur/rapporteur"
)

// errStale says that a kept connection was closed by the server before a mail
// was begun on it.
var errStale = errors.New("the kept connection has ended")

// Servers repeat addresses in what they answer, so nothing of an answer is ever
// passed on but its numbers.
var enhancedCode = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}\b`)

// answer is a mail server's refusal in numbers: RFC 5321 reply code and RFC
// 3463 enhanced status code.
type answer struct {
	verb     string
	code     int
	enhanced string
}

// Error names the numbers and what they answer to.
func (a answer) Error() string {
	if a.enhanced == "" {
		return fmt.Sprintf("the mail server answered %d to %s", a.code, a.verb)
	}
	return fmt.Sprintf("the mail server answered %d %s to %s", a.code, a.enhanced, a.verb)
}

// permanent reports whether trying the same again cannot help. That a sender
// must authenticate first (530, 535) is a fault of ours: mended, it helps.
func (a answer) permanent() bool {
	return a.code >= 500 && a.code < 600 && a.code != 530 && a.code != 535
}

// explain turns an error of the connection into one that carries no name, no
// address and nothing that the server wrote.
func explain(ctx context.Context, verb string, err error) error {
	var reply *textproto.Error
	var protocol textproto.ProtocolError
	var network *net.OpError
	var lookup *net.DNSError
	var certificate *tls.CertificateVerificationError
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.As(err, &reply):
		return answer{verb: verb, code: reply.Code, enhanced: enhancedCode.FindString(reply.Msg)}
	case errors.As(err, &protocol):
		return fmt.Errorf("the mail server does not keep to the protocol after %s", verb)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Errorf("no answer to %s in time: %w", verb, context.DeadlineExceeded)
	case errors.Is(err, io.EOF), errors.Is(err, net.ErrClosed), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("the connection ended after %s", verb)
	case errors.As(err, &lookup), errors.As(err, &certificate), errors.As(err, &network):
		return err // of the server and the network only
	}
	return fmt.Errorf("the mail server cannot be used: %s failed (%T)", verb, err)
}

// undelivered is the error of Send: a Refusal where trying again is useless.
func undelivered(err error) error {
	var a answer
	if errors.As(err, &a) && a.permanent() {
		return &rapporteur.Refusal{Cause: a}
	}
	return fmt.Errorf("cannot deliver message: %w", err)
}
