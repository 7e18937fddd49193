package steering

import (
	"context"
	"fmt"
	"strings"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

// media are the formats in which a draft can be taken along.
var media = map[string]string{
	"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "html": "text/html; charset=utf-8", "json": "application/json",
}

// sendReport gives the draft as a document.
func (p pages) sendReport(v *frame.Visit) error {
	format := v.Param("format")
	if media[format] == "" {
		return rapporteur.NotFound("format", format)
	}
	number, err := draftNumber(v)
	if err != nil {
		return err
	}
	id := frame.CycleOf(v.Request)
	var draft rapporteur.Draft
	err = p.Store.Read(v.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		var err error
		draft, err = r.Draft(ctx, id, number)
		return err
	})
	if err != nil {
		return err
	}
	document, err := p.Renderer.Render(v.Context(), draft.Report, format)
	if err != nil {
		return fmt.Errorf("cannot render report as %s: %w", format, err)
	}
	return v.Send(media[format], fmt.Sprintf("%s-draft-%d.%s", strings.ReplaceAll(string(id), "/", "-"), number, format), document)
}
