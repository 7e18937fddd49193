package web

import (
	"io/fs"
	"net/http"
	"path"
)

// assets routes every file that the pages refer to, and nothing besides.
func (p *pages) assets() {
	names, err := fs.Glob(files, "assets/*")
	if err != nil {
		panic(err) // the pattern is the same in every run
	}
	for _, name := range names {
		p.router.Get("/assets/"+path.Base(name), func(w http.ResponseWriter, r *http.Request) {
			public(w)
			http.ServeFileFS(w, r, files, name)
		})
	}
}
