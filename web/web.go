package web

import (
	"net/http"

	"github.com/rapporteur/rapporteur/web/admin"
	"github.com/rapporteur/rapporteur/web/answer"
	"github.com/rapporteur/rapporteur/web/feeds"
	"github.com/rapporteur/rapporteur/web/frame"
	"github.com/rapporteur/rapporteur/web/signin"
	"github.com/rapporteur/rapporteur/web/staff"
	"github.com/rapporteur/rapporteur/web/steering"
)

// Config is what the pages stand on.
type Config = frame.Config

// New makes the handler of every page and asset. It is safe for concurrent use.
func New(c Config) http.Handler { return build(c) }

// Pages lists every page, for documents and tests.
func Pages(c Config) []frame.Page { return build(c).Pages() }

func build(c Config) *frame.Frame {
	f := frame.New(c)
	f.Register(frame.Page{ID: "home", Method: http.MethodGet, Pattern: "/", Languages: frame.AllLanguages, Serve: home})
	f.Register(frame.Page{ID: "signed-in", Method: http.MethodGet, Pattern: "/signed-in", Languages: frame.AllLanguages, Serve: signedIn})
	f.Register(frame.Page{ID: "coverage", Method: http.MethodGet, Pattern: "/instruments/{instrument}/coverage", Serve: coverage(c.Catalogue)})
	answer.Register(f)
	signin.Register(f)
	staff.Register(f)
	steering.Register(f)
	admin.Register(f)
	feeds.Register(f)
	return f
}
