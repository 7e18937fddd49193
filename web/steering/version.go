package steering

import (
	"net/http"
	"strconv"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var versionPage = parse("version.html", "answer.html")

// showVersion is a version of an answer, beside the one before it, with findings
// and justifications at the questions that they are about.
func (p pages) showVersion(v *frame.Visit) error {
	key := frame.RequestOf(v.Request)
	version, err := strconv.Atoi(v.Param("version"))
	if err != nil || version < 1 {
		return rapporteur.NotFound("version", v.Param("version"))
	}
	answer, err := p.readAnswer(v, key, version)
	if err != nil {
		return err
	}
	cycle, found, err := p.readRequest(v.Context(), key)
	if err != nil {
		return err
	}
	return v.Render(http.StatusOK, versionPage, struct {
		Cycle    cycleView
		At, Name string
		Request  rapporteur.Request
		Answer   answerView
		Newest   int
	}{cycle, requestAt(key), p.name(cycle, key.Contributor), found.request, answer, found.request.Version})
}
