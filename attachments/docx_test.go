package attachments

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// typed is a Word document with one more entry in its list of contents.
func typed(entry string) []byte {
	return docxOf(map[string]string{"[Content_Types].xml": strings.Replace(contentTypes, "</Types>", entry+"</Types>", 1)})
}

// field is a Word document with some text in its body.
func field(body string) []byte {
	return docxOf(map[string]string{"word/header1.xml": wordHead + body + wordFoot})
}

func TestWordDocumentsThatAreRefused(t *testing.T) {
	const external = `TargetMode="External"`
	checkRefusals(t, []refusal{
		{"macros.docx", "", docxOf(map[string]string{"word/vbaProject.bin": "x"}), invalid, "macros"},
		{"macros by another name.docx", "", docxOf(relating("vbaProject", "media/image1.png", "")), invalid, "macros"},
		{"macros by type.docx", "", typed(`<Override PartName="/word/x.xml" ContentType="application/vnd.ms-office.vbaProject"/>`), invalid, "macros"},
		{"docm.docx", "", docxOf(map[string]string{"[Content_Types].xml": strings.Replace(contentTypes, "vnd.openxmlformats-officedocument.wordprocessingml.document.main", "vnd.ms-word.document.macroEnabled.main", 1)}), invalid, "macros"},
		{"template.docx", "", docxOf(map[string]string{"[Content_Types].xml": strings.Replace(contentTypes, "document.main", "template.main", 1)}), invalid, "template"},
		{"workbook.docx", "", docxOf(map[string]string{"[Content_Types].xml": strings.Replace(contentTypes, "wordprocessingml.document", "spreadsheetml.sheet", 1)}), invalid, "of another kind"},
		{"object.docx", "", docxOf(map[string]string{"word/embeddings/oleObject1.bin": "x"}), invalid, "embedded objects"},
		{"chart.docx", "", docxOf(map[string]string{"word/embeddings/Microsoft_Excel_Sheet.xlsx": "x"}), invalid, "embedded objects"},
		{"control.docx", "", docxOf(map[string]string{"word/activeX/activeX1.xml": "<a/>"}), invalid, "controls"},
		{"program.docx", "", docxOf(map[string]string{"word/media/x.exe": "MZ"}), invalid, "no text, picture or font"},
		{"page.docx", "", docxOf(map[string]string{"word/x.html": "<html>"}), invalid, "no text, picture or font"},
		{"external template.docx", "", docxOf(relating("attachedTemplate", "https://example.org/t.dotm", external)), invalid, "a template of its own"},
		{"external picture.docx", "", docxOf(relating("image", "https://example.org/x.png", external)), invalid, "from outside"},
		{"external object.docx", "", docxOf(relating("oleObject", "https://example.org/x", external)), invalid, "an embedded object"},
		{"chunk.docx", "", docxOf(relating("aFChunk", "x.xml", "")), invalid, "another format"},
		{"strict frame.docx", "", docxOf(map[string]string{"word/_rels/w.rels": `<Relationships><Relationship Id="r" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/frame" Target="x"/></Relationships>`}), invalid, "another document"},
		{"link to file.docx", "", docxOf(relating("hyperlink", "file:///c:/windows/system32/cmd.exe", external)), invalid, "A link"},
		{"link to share.docx", "", docxOf(relating("hyperlink", `\\server\share\x`, external)), invalid, "A link"},
		{"link to host.docx", "", docxOf(relating("hyperlink", `//server/share`, external)), invalid, "A link"},
		{"link to script.docx", "", docxOf(relating("hyperlink", "java&#10;script:alert(1)", external)), invalid, "A link"},
		{"link to program.docx", "", docxOf(relating("hyperlink", "ms-msdt:/id", external)), invalid, "A link"},
		{"dde.docx", "", field(`<w:fldSimple w:instr=" DDEAUTO c:\\windows cmd "/>`), invalid, "a field DDEAUTO"},
		{"dde in pieces.docx", "", field(`<w:fldChar w:fldCharType="begin"/><w:instrText> DD</w:instrText><w:r/><w:instrText>EAUTO x</w:instrText><w:fldChar w:fldCharType="end"/>`), invalid, "a field DDEAUTO"},
		{"include.docx", "", field(`<w:instrText>PAGE</w:instrText><w:fldChar/><w:instrText>includepicture "https://example.org"</w:instrText>`), invalid, "a field INCLUDEPICTURE"},
		{"doctype.docx", "", field(`<!DOCTYPE x [<!ENTITY a "b">]>`), invalid, "document type"},
		{"utf-16.docx", "", docxOf(map[string]string{"word/styles.xml": "\xff\xfe<\x00a\x00/\x00>\x00"}), invalid, "not in UTF-8"},
		{"not well-formed.docx", "", docxOf(map[string]string{"_rels/.rels": "<a"}), invalid, "not well-formed"},
		{"photograph.docx", "", docxOf(map[string]string{"word/media/image1.jpeg": string(jpegOf(2, 2, segmentOf(0xe1, exifOf(2, 4))))}), invalid, "where it was taken"},
		{"picture.docx", "", docxOf(map[string]string{"word/media/image1.png": string(pngOf(2, 2, chunkOf("eXIf", exifOf(2)[len(exifMark):])))}), invalid, "where it was taken"},
		{"no text.docx", "", archiveOf(map[string]string{"word/document.xml": word}), rapporteur.ProblemUnsupported, "no Word document"},
	})
}

func TestArchivesThatAreRefused(t *testing.T) {
	// entered is a Word document with an entry that is written as it is told.
	entered := func(h *zip.FileHeader, content string) []byte {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for name, part := range wordParts(nil) {
			p, err := w.Create(name)
			must(t, err)
			_, err = p.Write([]byte(part))
			must(t, err)
		}
		p, err := w.CreateRaw(h)
		must(t, err)
		_, err = p.Write([]byte(content))
		must(t, err)
		must(t, w.Close())
		return b.Bytes()
	}
	commented := func() []byte {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		must(t, w.SetComment("a comment"))
		must(t, w.Close())
		return append(docxOf(nil)[:len(docxOf(nil))-22], b.Bytes()...)
	}
	many := map[string]string{}
	for n := range maxParts + 1 {
		many["word/"+repeated("x", n)+".xml"] = ""
	}
	broken := docxOf(nil)
	broken[bytes.Index(broken, []byte("word/document.xml"))+30] ^= 0xff
	stored := func(name, text string) *zip.FileHeader {
		return &zip.FileHeader{Name: name, Method: zip.Store, CompressedSize64: uint64(len(text)), UncompressedSize64: uint64(len(text))}
	}
	checked := func(h *zip.FileHeader) *zip.FileHeader {
		h.CRC32 = 1
		return h
	}
	checkRefusals(t, []refusal{
		{"bomb.docx", "", docxOf(map[string]string{"word/media/image1.emf": repeated("\x00", maxPart+1)}), invalid, "unpacks to too much"},
		{"small bomb.docx", "", docxOf(map[string]string{"word/styles.xml": "<a>" + repeated(" ", 3<<20) + "</a>"}), invalid, "unpacks to too much"},
		{"many bombs.docx", "", docxOf(map[string]string{"word/media/1.emf": noise(31 << 20), "word/media/2.emf": noise(31 << 20), "word/media/3.emf": noise(31 << 20), "word/media/4.emf": noise(31 << 20)}), invalid, "unpacks to too much"},
		{"many parts.docx", "", docxOf(many), invalid, "too many parts"},
		{"twice.docx", "", entered(stored("WORD/Document.xml", "<a/>"), "<a/>"), invalid, "ambiguous"},
		{"climbs.docx", "", entered(stored("word/../../x.xml", "<a/>"), "<a/>"), invalid, "ambiguous"},
		{"at root.docx", "", entered(stored("/etc/x.xml", "<a/>"), "<a/>"), invalid, "ambiguous"},
		{"other slashes.docx", "", entered(stored(`word\x.xml`, "<a/>"), "<a/>"), invalid, "ambiguous"},
		{"encrypted.docx", "", entered(&zip.FileHeader{Name: "x.xml", Flags: 1, CompressedSize64: 1, UncompressedSize64: 1}, "x"), invalid, "protected"},
		{"packed oddly.docx", "", entered(&zip.FileHeader{Name: "x.xml", Method: 12, CompressedSize64: 1, UncompressedSize64: 1}, "x"), invalid, "unusual"},
		{"wrong checksum.docx", "", entered(checked(stored("word/x.xml", "<a/>")), "<a/>"), invalid, "checksum"},
		{"wrong size.docx", "", entered(&zip.FileHeader{Name: "word/x.xml", Method: zip.Deflate, CompressedSize64: 4, UncompressedSize64: 1 << 60}, "\x03\x00\x00\x00"), invalid, ""},
		{"broken.docx", "", broken, invalid, "checksum"},
		{"cut.docx", "", truncated(docxOf(nil)), invalid, "cannot be read"},
		{"something before.docx", "", append([]byte("PK\x03\x04 nothing"), docxOf(nil)...), invalid, "two files"},
		{"something behind.docx", "", append(docxOf(nil), "<html>"...), invalid, "two files"},
		{"comment.docx", "", commented(), invalid, "two files"},
	})
}

// noise packs to about a twentieth: few enough to be no bomb by itself.
func noise(size int) string {
	var b strings.Builder
	for n := uint32(1); b.Len() < size; n = n*1664525 + 1013904223 {
		b.WriteString(repeated(string([]byte{byte(n >> 24), byte(n >> 16)}), 40))
	}
	return b.String()
}
