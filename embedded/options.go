package embedded

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"time"

	"github.com/rs/zerolog"
	"go.temporal.io/api/enums/v1"
)

const (
	// DefaultNamespace is the Temporal namespace the product's workflows live in.
	DefaultNamespace = "rapporteur"

	// DefaultRetention keeps closed executions readable for ten years: a mandate's history outlasts several cycles.
	DefaultRetention = 10 * 365 * 24 * time.Hour

	// NoUI as Options.UIPort leaves Temporal's web UI out.
	NoUI = -1

	databaseFile = "temporal.db"
	loopback     = "127.0.0.1"
)

// Options says what server to start. The zero value is a server in memory, on free ports, with the web UI, on which
// time runs at its usual pace.
type Options struct {
	// Dir is the folder of the database file temporal.db; it is created when missing. Empty keeps everything in memory,
	// gone when the process ends. Only one process at a time can use a folder.
	Dir string

	// Namespace is created when missing; empty means DefaultNamespace.
	Namespace string

	// FrontendPort is where clients connect; 0 takes a free port.
	FrontendPort int

	// UIPort is where the web UI answers; 0 takes a free port, NoUI leaves it out.
	UIPort int

	// Codec is the codec server that the web UI asks for what is sealed (its address without /decode), empty for none.
	// Browsers ask it with their cookies.
	Codec string

	// Retention is how long closed executions stay readable; 0 means DefaultRetention. A file that exists takes over
	// the new value.
	Retention time.Duration

	// TimeSkipping lets a Clock move executions through time. For demonstrations and tests, never for real cycles.
	TimeSkipping bool

	// Logger receives the server's warnings and errors; its debug and info records are dropped.
	Logger zerolog.Logger

	// SearchAttributes are registered in the namespace before the server starts, so they work from the first request.
	// SQLite offers a fixed number of each type (10 keywords, 3 of each other type). An attribute that a file already
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
	return errors.Join(errs...)
}

func (o Options) inMemory() bool { return o.Dir == "" }

// database is the file as the path of a URI, which is how SQLite takes it.
func (o Options) database() string {
	u := url.URL{Path: filepath.ToSlash(filepath.Join(o.Dir, databaseFile))}
	return u.EscapedPath()
}
