package attachments

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

func inspect(name, declared string, content []byte) (string, string, error) {
	return Inspector{}.Inspect(rapporteur.IncomingFile{Name: name, Declared: declared, Content: content})
}

func TestWhatIsTaken(t *testing.T) {
	media := map[string]string{".pdf": rapporteur.MediaPDF, ".docx": rapporteur.MediaDOCX, ".png": rapporteur.MediaPNG, ".jpg": rapporteur.MediaJPEG, ".jpeg": rapporteur.MediaJPEG}
	for name, content := range whole() {
		ending := name[strings.IndexByte(name, '.'):]
		for _, declared := range []string{"", "application/octet-stream", media[ending], strings.ToUpper(media[ending]) + "; charset=binary"} {
			kept, found, err := inspect(name, declared, content)
			if err != nil || kept != name || found != media[ending] {
				t.Errorf("%s declared as %q: kept as %q, found %q, %v", name, declared, kept, found, err)
			}
		}
	}
}

func TestHonestFilesOfOtherPrograms(t *testing.T) {
	packed := deflated("12 0 13 40 <</Type/Catalog>> [1 2 3]")
	page := deflated("1 0 0 1 72 720 cm /JavaScript Do") // a name in a page acts on nothing
	for name, content := range map[string][]byte{
		"object streams.pdf": pdfOf(stream("/Type/ObjStm/N 2/First 10/Filter/FlateDecode", packed), stream("/Filter/FlateDecode", page)),
		"two ends.pdf":       append(pdfOf(), bytes.TrimPrefix(pdfOf(), []byte("%PDF-1.7\n"))...), // changed and saved behind
		"zeros at end.pdf":   append(pdfOf(), 0, 0, 0, '\r', '\n'),
		"opens at page.pdf":  pdfOf("<</OpenAction[3 0 R/Fit]/AA<<>>/URI(https://www.un.org/)>>"),
		"links.docx":         docxOf(relating("hyperlink", "https://undocs.org/S/RES/2388(2017)", `TargetMode="External"`)),
		"mail.docx":          docxOf(relating("hyperlink", "mailto:mission@example.org", `TargetMode="External"`)),
		"anchor.docx":        docxOf(relating("hyperlink", "#_Toc1", `TargetMode="External"`)),
		"picture.docx":       docxOf(map[string]string{"word/media/image1.png": string(pngOf(9, 9)), "word/fonts/font1.odttf": "font", "docProps/thumbnail.jpeg": string(jpegOf(2, 2))}),
		"fields.docx": docxOf(map[string]string{"word/document.xml": wordHead + `<w:fldSimple w:instr=" PAGE "/><w:instrText> HYPERLINK "https://un.org" </w:instrText>` +
			`<w:instrText xml:space="preserve"> ADDIN ZOTERO_ITEM </w:instrText><w:t>DDE</w:t>` + wordFoot}),
		"repetitive.docx": docxOf(map[string]string{"word/document.xml": wordHead + repeated(`<w:p><w:r><w:t>x</w:t></w:r></w:p>`, 7000) + wordFoot}),
		"oriented.jpg":    jpegOf(3, 2, segmentOf(0xe1, exifOf())),
		"no place.jpg":    jpegOf(3, 2, segmentOf(0xe1, exifOf(0, 29)), segmentOf(0xfe, "scanned <2018>")),
		"padded.jpg":      append(jpegOf(3, 2), 0, 0),
		"titled.png":      pngOf(3, 2, chunkOf("tEXt", "Title\x00Seal of the Mission"), chunkOf("zTXt", "Comment\x00\x00"+deflated("made by a scanner"))),
		"oriented.png":    pngOf(3, 2, chunkOf("eXIf", tiffOf(binary.BigEndian))),
	} {
		if _, _, err := inspect(name, "", content); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// refusal is a file that must not be taken, and what the problem says.
type refusal struct {
	name     string
	declared string
	content  []byte
	kind     rapporteur.ProblemKind
	says     string
}

const invalid = rapporteur.ProblemInvalid

func checkRefusals(t *testing.T, cases []refusal) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := inspect(c.name, c.declared, c.content)
			if !rapporteur.IsProblem(err, c.kind) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want a problem of kind %s that says %q", err, c.kind, c.says)
			}
			if err != nil && strings.Contains(err.Error(), c.name) {
				t.Errorf("the problem repeats the name: %v", err)
			}
		})
	}
}

func TestWhatIsNotWhatItSeems(t *testing.T) {
	checkRefusals(t, []refusal{
		{"empty.pdf", "", nil, invalid, "empty"},
		{"large.pdf", "", make([]byte, rapporteur.MaxAttachedFile+1), rapporteur.ProblemTooLarge, "10 MiB"},
		{"text.pdf", "", []byte("Dear Sir,"), rapporteur.ProblemUnsupported, "By its content"},
		{"page.html", "", []byte("<!DOCTYPE html><html><script>alert(1)</script>"), rapporteur.ProblemUnsupported, "By its content"},
		{"program.pdf", "", []byte("MZ\x90\x00\x03"), rapporteur.ProblemUnsupported, "By its content"},
		{"old.docx", "", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 Word 97"), rapporteur.ProblemUnsupported, "By its content"},
		{"picture.gif", "", []byte("GIF89a\x01\x00\x01\x00"), rapporteur.ProblemUnsupported, "By its content"},
		{"drawing.png", "", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), rapporteur.ProblemUnsupported, "By its content"},
		{"files.docx", "", archiveOf(map[string]string{"a.txt": "a"}), rapporteur.ProblemInvalid, "no text, picture or font"},
		{"xml.docx", "", archiveOf(map[string]string{"a.xml": "<a/>"}), rapporteur.ProblemUnsupported, "no Word document"},
		{"picture.pdf", "", pngOf(1, 1), invalid, "The content is a PNG image"},
		{"law.jpg", "", pdfOf(), invalid, "The content is a PDF"},
		{"law.pdf.exe", "", pdfOf(), invalid, "another ending"},
		{"law.docm", "", docxOf(nil), invalid, "another ending"},
		{"picture.png", rapporteur.MediaJPEG, pngOf(1, 1), invalid, "another media type"},
		{"law.pdf", "text/html", pdfOf(), invalid, "another media type"},
		{"not UTF-8 \xff.pdf", "", pdfOf(), rapporteur.ProblemMalformed, "UTF-8"},
	})
}

func TestPDFsThatAreRefused(t *testing.T) {
	hidden := deflated("12 0 13 5 null <</S/JavaScript/JS(app.alert)>>")
	checkRefusals(t, []refusal{
		{"script.pdf", "", pdfOf("<</S/JavaScript/JS(app.alert\\(1\\))>>"), invalid, "a script"},
		{"escaped script.pdf", "", pdfOf("<</S/Java#53cript/JS(x)>>"), invalid, "a script"},
		{"launch.pdf", "", pdfOf("<</S /Launch/F(cmd.exe)>>"), invalid, "starts a program"},
		{"files.pdf", "", pdfOf("<</Names<</EmbeddedFiles 4 0 R>>>>"), invalid, "other files"},
		{"file.pdf", "", pdfOf("<</Type/EmbeddedFile>>"), invalid, "another file"},
		{"player.pdf", "", pdfOf("<</Subtype/RichMedia>>"), invalid, "a player"},
		{"form.pdf", "", pdfOf("<</AcroForm<</XFA[]>>>>"), invalid, "a form"},
		{"sends.pdf", "", pdfOf("<</S/SubmitForm>>"), invalid, "sends itself"},
		{"into another.pdf", "", pdfOf("<</S/GoToE>>"), invalid, "into another file"},
		{"encrypted.pdf", "", pdfOf("<</Encrypt 9 0 R>>"), invalid, "protected"},
		{"packed script.pdf", "", pdfOf(stream("/Type/ObjStm/N 2/First 10/Filter/FlateDecode", hidden)), invalid, "a script"},
		{"packed, escaped.pdf", "", pdfOf(stream("/Type/Obj#53tm/N 2/First 10/Filter/FlateDecode", hidden)), invalid, "a script"},
		{"behind a decoy.pdf", "", pdfOf(stream("/Type/ObjStm/X(stream\nx endstream endobj)/Filter/FlateDecode", hidden)), invalid, "a script"},
		{"bomb.pdf", "", pdfOf(stream("/Type/ObjStm/Filter/FlateDecode", deflated("1 0 "+repeated(" ", maxObjectStream+1)))), invalid, "unpacks to too much"},
		{"bombs.pdf", "", pdfOf("/ObjStm", repeated(stream("/Filter/FlateDecode", deflated("1 0 "+repeated(" ", maxObjectStream-100))), 7)), invalid, "unpacks to too much"},
		{"many.pdf", "", pdfOf("/ObjStm", repeated("stream ", maxStreams+1)), invalid, "too many parts"},
		{"cut.pdf", "", truncated(pdfOf()), invalid, "damaged"},
		{"head only.pdf", "", []byte("%PDF-1.7\n"), invalid, "damaged"},
		{"and page.pdf", "", append(pdfOf(), "<html>"...), invalid, "two files"},
		{"and archive.pdf", "", append(pdfOf(), archiveOf(map[string]string{"a": "a"})...), invalid, "two files"},
		{"and archive within.pdf", "", append(append(pdfOf(), archiveOf(map[string]string{"a": "a"})...), "\n%%EOF"...), invalid, "two files"},
		{"late head.pdf", "", append([]byte("\n\n"), pdfOf()...), invalid, "does not begin"},
		{"photograph.pdf", "", pdfOf(stream("/Subtype/Image/Filter/DCTDecode", string(jpegOf(2, 2, segmentOf(0xe1, exifOf(1, 2, 3, 4)))))), invalid, "where it was taken"},
	})
}

func TestPicturesThatAreRefused(t *testing.T) {
	broken := pngOf(3, 2)
	broken[len(pngHead)+26]++ // in the checksum of the head
	raw := "Raw profile type exif\x00\x00" + deflated(fmt.Sprintf("\nexif\n%8d\n%s\n", 1, hex.EncodeToString([]byte(exifOf(2, 4)))))
	wide := jpegOf(1, 1)
	copy(wide[bytes.Index(wide, []byte{0xff, 0xc0})+5:], []byte{0x75, 0x30, 0x00, 0x02}) // 2 by 30,000
	checkRefusals(t, []refusal{
		{"at home.jpg", "", jpegOf(3, 2, segmentOf(0xe1, exifOf(0, 1, 2, 3, 4))), invalid, "where it was taken"},
		{"at home, other order.jpg", "", jpegOf(3, 2, segmentOf(0xe1, string(exifMark)+tiffOf(binary.BigEndian, 2))), invalid, "where it was taken"},
		{"in words.jpg", "", jpegOf(3, 2, segmentOf(0xe1, `http://ns.adobe.com/xap/1.0/`+"\x00"+`<x exif:GPSLatitude="46,12N"/>`)), invalid, "where it was taken"},
		{"at home.png", "", pngOf(3, 2, chunkOf("eXIf", tiffOf(binary.LittleEndian, 4))), invalid, "where it was taken"},
		{"in words.png", "", pngOf(3, 2, chunkOf("iTXt", "XML:com.adobe.xmp\x00\x00\x00\x00\x00<exif:GPSLongitude>")), invalid, "where it was taken"},
		{"in packed words.png", "", pngOf(3, 2, chunkOf("iTXt", "XML:com.adobe.xmp\x00\x01\x00\x00\x00"+deflated("<exif:GPSLongitude>"))), invalid, "where it was taken"},
		{"in digits.png", "", pngOf(3, 2, chunkOf("zTXt", raw)), invalid, "where it was taken"},
		{"by key.png", "", pngOf(3, 2, chunkOf("tEXt", "exif:GPSInfo\x00123")), invalid, "where it was taken"},
		{"and archive.jpg", "", append(jpegOf(3, 2), archiveOf(map[string]string{"a": "a"})...), invalid, "two files"},
		{"and page.png", "", append(pngOf(3, 2), "<html>"...), invalid, "two files"},
		{"page in a note.jpg", "", jpegOf(3, 2, segmentOf(0xfe, "--><SCRIPT>alert(1)</SCRIPT>")), invalid, "web page"},
		{"archive in a note.jpg", "", append(jpegOf(3, 2, segmentOf(0xfe, string(archiveOf(map[string]string{"a": "a"})))), 0), invalid, ""},
		{"cut.jpg", "", truncated(jpegOf(300, 200)), invalid, "no end"},
		{"cut.png", "", truncated(pngOf(300, 200)), invalid, "no end"},
		{"head only.png", "", []byte(pngHead), invalid, "damaged"},
		{"head only.jpg", "", []byte("\xff\xd8\xff\xe0"), invalid, "damaged"},
		{"broken.png", "", broken, invalid, "damaged"},
		{"no picture.png", "", slices.Concat(pngOf(3, 2)[:len(pngHead)+25], chunkOf("IEND", "")), invalid, "no end"},
		{"wide.jpg", "", wide, invalid, "too large"},
		{"high.png", "", pngOf(1, maxSide+1), invalid, "too large"},
		{"many pixels.png", "", pngOf(maxSide, maxPixels/maxSide+1), invalid, "too large"},
		{"many chunks.png", "", pngOf(1, 1, []byte(repeated(string(chunkOf("tIME", "")), maxChunks+1))), invalid, "too many parts"},
		{"endless Exif.jpg", "", jpegOf(1, 1, []byte(repeated(string(segmentOf(0xe1, repeated(string(exifMark), 10_000))), 25))), invalid, "where it was taken"},
	})
}
