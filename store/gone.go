package store

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/rapporteur/rapporteur"
)

// gone reports whether a session with PostgreSQL broke: the server went away, was
// told to, or the line to it was cut. Classes 08 and 57P of SQLSTATE.
func gone(err error) bool {
	if err == nil {
		return false
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return strings.HasPrefix(e.Code, "08") || strings.HasPrefix(e.Code, "57P")
	}
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return true
	}
	for _, broken := range []error{driver.ErrBadConn, sql.ErrConnDone, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed} {
		if errors.Is(err, broken) {
			return true
		}
	}
	return pgconn.SafeToRetry(err)
}

// inDoubt is what whoever asks is told when the database went away while it was
// told to keep a transaction: it may have, or not.
func inDoubt(cause error) error {
	return &rapporteur.Problem{
		Kind: rapporteur.ProblemUnavailable, Title: "The record does not answer",
		Detail: "It went away at the end: what you asked for may be done or not. Send the same again with the same Idempotency-Key, or look.", Cause: cause,
	}
}
