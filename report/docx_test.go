package report_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur/internal/needs"
)

func itoa(n int) string { return strconv.Itoa(n) }

// unzipped is the parts of a package.
func unzipped(t *testing.T, document []byte) map[string][]byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(document), int64(len(document)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range archive.File {
		file, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(file); err != nil {
			t.Fatal(err)
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// wordText is the text of a part, a line for each paragraph.
func wordText(t *testing.T, part []byte) string {
	t.Helper()
	var b strings.Builder
	decoder, inText := xml.NewDecoder(bytes.NewReader(part)), false
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			inText = e.Name.Local == "t"
			if e.Name.Local == "tab" && len(e.Attr) == 0 {
				b.WriteString("\t")
			}
		case xml.EndElement:
			inText = false
			if e.Name.Local == "p" {
				b.WriteString("\n")
			}
		case xml.CharData:
			if inText {
				b.Write(e)
			}
		}
	}
}

func TestDocumentPartsAreWellFormed(t *testing.T) {
	files := unzipped(t, render(t, smallReport(), "docx"))
	for _, name := range []string{
		"[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "word/document.xml", "word/_rels/document.xml.rels",
		"word/styles.xml", "word/settings.xml", "word/header1.xml", "word/footer1.xml",
	} {
		content, ok := files[name]
		if !ok {
			t.Errorf("there is no %s", name)
			continue
		}
		if text := wordText(t, content); name == "word/header1.xml" && text != "DRAFT 3\n" {
			t.Errorf("the header says %q", text)
		}
		delete(files, name)
	}
	for name := range files {
		t.Errorf("the document has a part %s that nothing needs", name)
	}
}

func TestDocumentHasEverythingInOrder(t *testing.T) {
	r := compiledReport(t)
	text := wordText(t, unzipped(t, render(t, transmitted(r), "docx"))["word/document.xml"])
	wanted := []string{"United Nations", "S/2018/1042", "Security Council", "Distr.: General", "21 November 2018", "Original: English", r.Masthead.Title}
	for _, p := range paragraphs(r.Sections) {
		wanted = append(wanted, numbered(p))
	}
	for _, a := range r.Annexes {
		wanted = append(wanted, "Annex "+a.Number, a.Heading)
		for _, item := range a.Items {
			wanted = append(wanted, item.Text)
		}
	}
	rest := text
	for _, want := range wanted {
		_, after, ok := strings.Cut(rest, want)
		if !ok {
			t.Fatalf("%q is missing or out of order in:\n%s", want, text)
		}
		rest = after
	}
	if strings.Contains(text, "DRAFT") {
		t.Error("a transmitted report is marked as a draft")
	}
}

func TestDocumentHeadingsAndTable(t *testing.T) {
	files := unzipped(t, render(t, smallReport(), "docx"))
	text := wordText(t, files["word/document.xml"])
	for _, want := range []string{
		"DRAFT 3 – not for distribution", "Report on <trafficking> & conflict", "\tII.\tAction by Member States", "\tB.\tFigures", "\t2.\tSecond",
		"Table 1\nVictims identified\nGroup\nPersons\nContributors\nTotal\nbetween 100 and 104\n2\n", "Withheld breakdowns",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in:\n%s", want, text)
		}
	}
	document := string(files["word/document.xml"])
	for _, want := range []string{"Heading1", "Heading2", "Heading3", "w:tblHeader", "w:headerReference", "w:footerReference", "w:titlePg"} {
		if !strings.Contains(document, want) {
			t.Errorf("the document has no %s", want)
		}
	}
}

func TestDocumentConvertsToPDF(t *testing.T) {
	office, pdftotext := needs.LibreOffice(t), needs.PDFToText(t)
	r := transmitted(compiledReport(t))
	dir := t.TempDir()
	source := filepath.Join(dir, "report.docx")
	if err := os.WriteFile(source, render(t, r, "docx"), 0o600); err != nil {
		t.Fatal(err)
	}
	convert := exec.CommandContext(t.Context(), office, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"),
		"--headless", "--convert-to", "pdf", "--outdir", dir, source)
	if out, err := convert.CombinedOutput(); err != nil {
		t.Fatalf("cannot convert document: %v\n%s", err, out)
	}
	out, err := exec.CommandContext(t.Context(), pdftotext, "-layout", filepath.Join(dir, "report.pdf"), "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	// Lines break differently in print: compare words.
	text := strings.Join(strings.Fields(string(out)), " ")
	for _, want := range []string{"United Nations S/2018/1042", "I. Introduction", "II. Action by Member States", "A. Ratification and legislation", "Annex I", "Table 1"} {
		if !strings.Contains(text, want) {
			t.Errorf("the PDF does not show %q", want)
		}
	}
	for _, p := range paragraphs(r.Sections) {
		if opening := itoa(p.Number) + ". " + strings.Join(strings.Fields(p.Text)[:4], " "); !strings.Contains(text, opening) {
			t.Errorf("the PDF does not show %q", opening)
		}
	}
	if !strings.Contains(text, "2/") {
		t.Error("pages have no numbers")
	}
}
