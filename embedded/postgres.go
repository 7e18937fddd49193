package embedded

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/iancoleman/strcase"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/jmoiron/sqlx"
	"github.com/rs/zerolog"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/postgresql"
	postgresschema "go.temporal.io/server/schema/postgresql/v12"
)

const (
	mainSuffix       = "_temporal"
	visibilitySuffix = "_temporal_visibility"

	// longestName is what PostgreSQL cuts names to, silently.
	longestName = 63

	// Each of the four services has a pool for each database. These are their bounds, so that a server with its usual
	// hundred connections has room for the record beside the engine.
	mainConnections       = 8
	visibilityConnections = 4

	connectTimeout = 10 * time.Second
)

// postgres is a PostgreSQL server with the engine's two databases. The URL is read by pgx and by nothing else, so
// passwords, TLS, several hosts and settings of sessions mean here what they mean for the record.
type postgres struct {
	server           *pgx.ConnConfig
	main, visibility string        // names of the databases
	patience         time.Duration // for a server that does not answer
	lockPatience     time.Duration // for another process that may be on its way out
	betweenLooks     time.Duration // whether the lock is still held
	log              zerolog.Logger
	lock             *engineLock

	mu     sync.Mutex
	pools  []*sqlx.DB
	closed bool
}

func newPostgres(o Options) (*postgres, error) {
	server, err := pgx.ParseConfig(o.Database)
	if err != nil {
		return nil, fmt.Errorf("cannot read database URL: %w", err)
	}
	name := server.Database
	if name == "" {
		name = server.User // which is what the server takes it for
	}
	if len(name)+len(visibilitySuffix) > longestName {
		return nil, fmt.Errorf("cannot use database %s: beside it the engine needs %s, and PostgreSQL's names have %d bytes at most",
			name, name+visibilitySuffix, longestName)
	}
	server.Database = name
	if server.ConnectTimeout == 0 {
		server.ConnectTimeout = connectTimeout
	}
	if server.RuntimeParams["application_name"] == "" {
		server.RuntimeParams["application_name"] = "rapporteur engine"
	}
	if o.Relaxed {
		server.RuntimeParams["synchronous_commit"] = "off"
	}
	return &postgres{
		server: server, main: name + mainSuffix, visibility: name + visibilitySuffix,
		patience: o.Patience, lockPatience: lockPatience, betweenLooks: betweenLooks, log: o.Logger,
	}, nil
}

// prepare brings both databases to what the server needs and keeps others from running an engine on them until close.
// The lock comes before everything that changes a table, so of several programs that start at once one does the work.
func (p *postgres) prepare(ctx context.Context) error {
	if err := p.create(ctx, p.main); err != nil {
		return err
	}
	var err error
	if p.lock, err = p.takeLock(ctx); err != nil {
		return err
	}
	if err := p.create(ctx, p.visibility); err != nil {
		return err
	}
	if err := p.upgrade(ctx, p.main, "postgresql/v12/temporal", postgresschema.Version); err != nil {
		return err
	}
	return p.upgrade(ctx, p.visibility, "postgresql/v12/visibility", postgresschema.VisibilityVersion)
}

func (p *postgres) sqlConfig(database string, connections int) *config.SQL {
	return &config.SQL{
		PluginName:   postgresql.PluginNamePGX,
		DatabaseName: database,
		Connect:      func(*config.SQL) (*sqlx.DB, error) { return p.pool(database, connections) },
	}
}

// connect opens one session.
func (p *postgres) connect(ctx context.Context, database string) (*pgx.Conn, error) {
	return pgx.ConnectConfig(ctx, p.to(database))
}

func (p *postgres) to(database string) *pgx.ConnConfig {
	c := p.server.Copy()
	c.Database = database
	return c
}

// pool opens sessions as Temporal's own plugin does, which cannot take a configuration that has been read.
func (p *postgres) pool(database string, connections int) (*sqlx.DB, error) {
	db := sqlx.NewDb(stdlib.OpenDB(*p.to(database), stdlib.OptionAfterConnect(durationsAreNumbers)), "pgx")
	db.MapperFunc(strcase.ToSnake)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	db.SetConnMaxIdleTime(time.Minute)
	ctx, cancel := context.WithTimeout(context.Background(), p.server.ConnectTimeout)
	defer cancel()
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, errors.Join(errors.New("the server has stopped"), db.Close())
	}
	p.pools = append(p.pools, db)
	return db, nil
}

// durationsAreNumbers has a duration written as the number of nanoseconds that Temporal's tables hold.
func durationsAreNumbers(_ context.Context, c *pgx.Conn) error {
	c.TypeMap().RegisterDefaultPgType(time.Duration(0), "int8")
	c.TypeMap().RegisterDefaultPgType((*time.Duration)(nil), "int8")
	return nil
}

// close ends every session, those that Temporal leaves open too, and then lets others run an engine.
func (p *postgres) close() {
	p.mu.Lock()
	p.closed = true
	for _, db := range p.pools {
		_ = db.Close()
	}
	p.pools = nil
	p.mu.Unlock()
	if p.lock != nil {
		p.lock.release()
	}
}

// address names the server in messages; a URL would carry the password.
func (p *postgres) address() string {
	return net.JoinHostPort(p.server.Host, strconv.Itoa(int(p.server.Port)))
}
