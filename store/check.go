package store

import (
	"errors"

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
