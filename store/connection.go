package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
)

// connection is one SQLite connection with its prepared statements: preparing
// takes longer than most statements run. It is opened when it is first needed
// and again after an error that leaves its state in doubt.
type connection struct {
	db         *sql.DB
	conn       *sql.Conn
	statements map[string]*sql.Stmt
}

// maxStatements bounds the prepared statements of a connection; queries with
// lists of varying length would otherwise add up.
const maxStatements = 200

// begin opens a transaction.
func (c *connection) begin(ctx context.Context, statement string) error {
	if err := c.open(ctx); err != nil {
		return err
	}
	if _, err := c.ExecContext(ctx, statement); err != nil {
		c.discard()
		return fmt.Errorf("cannot begin transaction: %w", err)
	}
	return nil
}

// open opens the connection where it is not.
func (c *connection) open(ctx context.Context) error {
	if c.conn != nil {
		return nil
	}
	conn, err := c.db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("cannot open connection: %w", err)
	}
	c.conn, c.statements = conn, map[string]*sql.Stmt{}
	return nil
}

// commit makes the transaction durable, or undoes it and says why.
func (c *connection) commit() error {
	if _, err := c.ExecContext(context.Background(), "COMMIT"); err != nil {
		c.discard()
		return err
	}
	return nil
}

// rollback undoes the transaction. Where even that fails, closing the
// connection does it.
func (c *connection) rollback() {
	if _, err := c.ExecContext(context.Background(), "ROLLBACK"); err != nil {
		c.discard()
	}
}

// discard closes the connection, and with it what it has not committed.
func (c *connection) discard() {
	if c.conn == nil {
		return
	}
	for _, statement := range c.statements {
		_ = statement.Close()
	}
	_ = c.conn.Raw(func(any) error { return driver.ErrBadConn }) // not back to the pool
	_ = c.conn.Close()
	c.conn, c.statements = nil, nil
}

func (c *connection) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if statement, ok := c.statements[query]; ok || len(c.statements) >= maxStatements {
		return statement, nil
	}
	statement, err := c.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	c.statements[query] = statement
	return statement, nil
}

// ExecContext runs a statement that gives no rows.
func (c *connection) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	statement, err := c.prepared(ctx, query) //nolint:sqlclosecheck // kept for the next time; discard closes it
	switch {
	case err != nil:
		return nil, err
	case statement == nil:
		return c.conn.ExecContext(ctx, query, args...)
	}
	return statement.ExecContext(ctx, args...)
}

// QueryContext runs a statement that gives rows.
func (c *connection) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	statement, err := c.prepared(ctx, query) //nolint:sqlclosecheck // kept for the next time; discard closes it
	switch {
	case err != nil:
		return nil, err
	case statement == nil:
		return c.conn.QueryContext(ctx, query, args...)
	}
	return statement.QueryContext(ctx, args...)
}
