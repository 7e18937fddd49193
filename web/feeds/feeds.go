// Package feeds holds the page on which whoever is signed in keeps calendar feeds
// of their own: what they have, another one, and the end of one.
package feeds

import (
	"embed"
	"net/http"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/internal/wording"
	"github.com/rapporteur/rapporteur/web/frame"
)

//go:embed templates words
var files embed.FS

var words = wording.MustLoad(files, "words")

// Words are the pages' own, for tests of their translation.
func Words() *wording.Book { return words }

// pages is the pages at work.
type pages struct{ frame.Config }

// feedsAddress is where one's feeds are.
const feedsAddress = "/calendar-feed"

// Register adds the pages to the house.
func Register(f *frame.Frame) {
	p := pages{f.Config}
	add := func(id, method, at string, serve func(*frame.Visit) error) {
		f.Register(frame.Page{ID: id, Method: method, Pattern: at, Action: access.KeepFeeds, Languages: frame.AllLanguages, MaxForm: 16 << 10, Serve: serve})
	}
	add("feeds", http.MethodGet, feedsAddress, p.show)
	add("make-feed", http.MethodPost, feedsAddress, p.make)
	add("revoke-feed", http.MethodPost, feedsAddress+"/{feed}/revocation", p.revoke)
	f.Lead(frame.Nav{Address: feedsAddress, Key: "nav.feeds", Book: words, Order: 95, Roles: access.Roles})
}

func parse(name string) *frame.Template {
	return frame.Parse(words, files, "templates/"+name).Styled("admin.css")
}

// feedRow is one feed.
type feedRow struct {
	rapporteur.Feed
	Tongue  string // the language's name in itself
	About   string // the cycle in words; empty for all that concerns somebody
	Made    rapporteur.Date
	Revoked rapporteur.Date
}

func (p pages) row(f rapporteur.Feed, cycles []choice) feedRow {
	row := feedRow{Feed: f, Tongue: wording.Autonym(f.Language), Made: rapporteur.DateOf(f.CreatedAt)}
	if !f.RevokedAt.IsZero() {
		row.Revoked = rapporteur.DateOf(f.RevokedAt)
	}
	if f.Cycle != "" {
		row.About = p.about(f.Cycle, cycles)
	}
	return row
}
