package web

import (
	"embed"
	"html/template"
)

//go:embed templates assets
var files embed.FS

// templateOf is a page's template inside the layout. The templates are the
// same in every run; a mistake in one shows at once.
func templateOf(name string) *template.Template {
	return template.Must(template.ParseFS(files, "templates/layout.html", "templates/"+name))
}
