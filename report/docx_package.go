package report

import (
	"archive/zip"
	"bytes"
	"embed"
	"fmt"
	"text/template"

	"github.com/gomutex/godocx/docx"
	"github.com/gomutex/godocx/packager"

	"github.com/rapporteur/rapporteur"
)

//go:embed parts
var parts embed.FS

// partNames is where each file of parts goes in the package (ISO/IEC 29500-2).
var partNames = []struct{ name, file string }{
	{"[Content_Types].xml", "content_types.xml"},
	{"_rels/.rels", "package_rels.xml"},
	{"docProps/core.xml", "core.xml"},
	{"word/_rels/document.xml.rels", "document_rels.xml"},
	{"word/document.xml", "document.xml"},
	{"word/footer1.xml", "footer.xml"},
	{"word/header1.xml", "header.xml"},
	{"word/settings.xml", "settings.xml"},
	{"word/styles.xml", "styles.xml"},
}

var partTexts = template.Must(template.New("parts").ParseFS(parts, "parts/*.xml"))

// partData is what the parts show of a report, escaped for XML.
type partData struct{ Title, Subject, Symbol, Created string }

// blank is an empty document with the styles, header and footer of a report.
func blank(r rapporteur.Report) (*docx.RootDoc, error) {
	data := partData{
		Title: template.HTMLEscapeString(r.Masthead.Title), Subject: template.HTMLEscapeString(r.Masthead.Instrument),
		Symbol: template.HTMLEscapeString(symbolOrDraft(r)), Created: r.CompiledAt.UTC().Format("2006-01-02T15:04:05Z"),
	}
	var b bytes.Buffer
	archive := zip.NewWriter(&b)
	for _, part := range partNames {
		file, err := archive.Create(part.name)
		if err != nil {
			return nil, fmt.Errorf("cannot begin part %s: %w", part.name, err)
		}
		if err := partTexts.ExecuteTemplate(file, part.file, data); err != nil {
			return nil, fmt.Errorf("cannot fill part %s: %w", part.name, err)
		}
	}
	if err := archive.Close(); err != nil {
		return nil, fmt.Errorf("cannot close package: %w", err)
	}
	content := b.Bytes()
	document, err := packager.Unpack(&content)
	if err != nil {
		return nil, fmt.Errorf("cannot open package: %w", err)
	}
	return document, nil
}
