package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Check reports whether Open could make sense of a database URL, without opening
// anything. Its errors never repeat the URL, which may hold a password.
func Check(url string) error {
	at, err := locate(url)
	if err != nil {
		return err
	}
	if at.dialect != postgreSQL {
		return nil
	}
	if _, err := pgx.ParseConfig(at.target); err != nil {
		return errors.New("cannot read database URL: want postgres://user:password@host:port/database, with parameters that PostgreSQL knows and files that are there")
	}
	return nil
}

// ErrNotLetIn says that a database answers and does not let the program in: the
// user or the password is not the one it knows.
var ErrNotLetIn = errors.New("the database does not let this user in with this password")

// Reach reports whether the database at a URL answers, whatever schema it has. An
// SQLite file always does: it is made where it is missing.
func Reach(ctx context.Context, url string) error {
	at, err := locate(url)
	if err != nil || at.dialect != postgreSQL {
		return err
	}
	config, err := sessionConfig(at.target, Options{})
	if err != nil {
		return err
	}
	db := openSessions(config, Options{Connections: 1})
	err = db.PingContext(ctx)
	if hasCode(err, "28000", "28P01") {
		err = fmt.Errorf("%w: %w", ErrNotLetIn, err)
	}
	return errors.Join(err, db.Close())
}
