package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// PostgreSQL's codes of what this package tells apart.
const (
	codeNoDatabase         = "3D000"
	codeDuplicateDatabase  = "42P04"
	codeUnique             = "23505"
	codeNotAllowed         = "42501"
	codeNotSupported       = "0A000"
	codeNoFile             = "58P01"
	codeStarting           = "57P03"
	codeShutDown           = "57P01"
	codeCrashed            = "57P02"
	codeTooManyConnections = "53300"
)

// between looks for a server that does not answer, and between lines about it in the log.
const (
	betweenTries = 250 * time.Millisecond
	betweenLines = 10 * time.Second
)

// reach connects, and waits for a server that is not there yet. Whatever waiting does not mend is an error at once: a
// wrong password, a missing database, a certificate that is not trusted.
func (p *postgres) reach(ctx context.Context, database string) (*pgx.Conn, error) {
	deadline := time.Now().Add(p.patience)
	var told time.Time
	for {
		conn, err := p.connect(ctx, database)
		if err == nil || !notYet(err) {
			return conn, err
		}
		if !time.Now().Before(deadline) {
			return nil, fmt.Errorf("cannot reach PostgreSQL in %s: %w", p.patience, err)
		}
		if time.Since(told) >= betweenLines {
			told = time.Now()
			p.log.Warn().Str("server", p.address()).Dur("patience", time.Until(deadline)).Err(err).Msg("PostgreSQL does not answer, waiting for it")
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%w (last: %w)", context.Cause(ctx), err)
		case <-time.After(betweenTries):
		}
	}
}

// notYet tells a server that is on its way, or a network, from one that has answered no.
func notYet(err error) bool {
	if _, answered := errors.AsType[*pgconn.PgError](err); answered {
		return hasCode(err, codeStarting, codeShutDown, codeCrashed, codeTooManyConnections)
	}
	var network net.Error
	return errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// hasCode tells whether PostgreSQL gave one of these codes.
func hasCode(err error, codes ...string) bool {
	answer, ok := errors.AsType[*pgconn.PgError](err)
	return ok && slices.Contains(codes, answer.Code)
}
