package embedded

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"go.temporal.io/api/enums/v1"
)

const (
	// DefaultNamespace is the Temporal namespace the product's workflows live in.
	DefaultNamespace = "rapporteur"

	// DefaultRetention keeps closed executions readable for ten years: a mandate's history outlasts several cycles.
	DefaultRetention = 10 * 365 * 24 * time.Hour

	// DefaultPatience is how long a PostgreSQL server that does not answer is waited for.
	DefaultPatience = time.Minute

	// NoUI as Options.UIPort leaves Temporal's web UI out.
	NoUI = -1

	databaseFile = "temporal.db"
	loopback     = "127.0.0.1"
)

// Options says what server to start. The zero value is a server in memory, on free ports, with the web UI, on which
// time runs at its usual pace.
type Options struct {
	// Dir is the folder of the database file temporal.db; it is created when missing. Empty, with Database empty too, keeps
	// everything in memory, gone when the process ends. Only one process at a time can use a folder.
	Dir string

	// Database is the URL of a database that is on a PostgreSQL server (postgres://…), version 12 or newer, for an engine that
	// outlives this machine; Dir must be empty then. The engine has two databases of its own beside it, NAME_temporal and
	// NAME_temporal_visibility, created when missing and brought to the server's schema at every start, also from an older
	// one. The role must be allowed to create databases, or own those two. Only one process at a time can use them. It
	// holds a session for that, so the URL must not lead through a pooler that shares sessions between transactions.
	Database string

	// Relaxed lets PostgreSQL acknowledge commits before they are on disk: its crash, not this process's, may lose the last
	// moment. For demonstrations.
	Relaxed bool

	// Patience is how long a PostgreSQL server that does not answer is waited for; 0 means DefaultPatience.
	Patience time.Duration

	// Namespace is created when missing; empty means DefaultNamespace.
	Namespace string

	// FrontendPort is where clients connect; 0 takes a free port.
	FrontendPort int

	// UIPort is where the web UI answers; 0 takes a free port, NoUI leaves it out.
	UIPort int

	// Codec is the codec server that the web UI asks for what is sealed (its address without /decode), empty for none.
	// Browsers ask it with their cookies.
	Codec string

	// Retention is how long closed executions stay readable; 0 means DefaultRetention. A store that exists takes
	// over the new value.
	Retention time.Duration

	// TimeSkipping lets a Clock move executions through time. For demonstrations and tests, never for real cycles.
	TimeSkipping bool

	// Logger receives the server's warnings and errors; its debug and info records are dropped.
	Logger zerolog.Logger

	// SearchAttributes are registered in the namespace before the server starts, so they work from the first request.
	// Both stores offer a fixed number of each type (10 keywords, 3 of each other type). An attribute that a store already
	// knows keeps its place; one that it knows with another type is an error.
	SearchAttributes map[string]enums.IndexedValueType
}

func (o Options) withDefaults() Options {
	if o.Namespace == "" {
		o.Namespace = DefaultNamespace
	}
	if o.Retention == 0 {
		o.Retention = DefaultRetention
	}
	if o.Patience == 0 {
		o.Patience = DefaultPatience
	}
	return o
}

func (o Options) validate() error {
	var errs []error
	if o.FrontendPort < 0 || o.FrontendPort > 65535 {
		errs = append(errs, fmt.Errorf("frontend port %d is not a port", o.FrontendPort))
	}
	if o.UIPort < NoUI || o.UIPort > 65535 {
		errs = append(errs, fmt.Errorf("UI port %d is not a port", o.UIPort))
	}
	if o.Retention < time.Hour {
		errs = append(errs, fmt.Errorf("retention %s is under Temporal's minimum of one hour", o.Retention))
	}
	if o.Database != "" && !OnPostgreSQL(o.Database) {
		errs = append(errs, errors.New("database is not a URL of PostgreSQL: want postgres://USER:PASSWORD@HOST/NAME"))
	}
	if o.Database != "" && o.Dir != "" {
		errs = append(errs, errors.New("both a folder and a database are given"))
	}
	return errors.Join(errs...)
}

// OnPostgreSQL tells whether a database's URL leads to PostgreSQL, where Options.Database can be.
func OnPostgreSQL(database string) bool {
	return strings.HasPrefix(database, "postgres://") || strings.HasPrefix(database, "postgresql://")
}

func (o Options) inMemory() bool { return o.Dir == "" }

// file is the database file as the path of a URI, which is how SQLite takes it.
func (o Options) file() string {
	u := url.URL{Path: filepath.ToSlash(filepath.Join(o.Dir, databaseFile))}
	return u.EscapedPath()
}
