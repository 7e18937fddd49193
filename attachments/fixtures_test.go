package attachments

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"maps"
	"slices"
	"strings"
	"testing"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// pdfOf is a PDF with some objects beside its page.
func pdfOf(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	all := append([]string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"}, objects...)
	var offsets []int
	for n, object := range all {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", n+1, object)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(all)+1)
	for _, offset := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(all)+1, xref)
	return b.Bytes()
}

func deflated(text string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.String()
}

// stream is a PDF stream with a dictionary.
func stream(dictionary, packed string) string {
	return fmt.Sprintf("<<%s/Length %d>>\nstream\r\n%s\nendstream", dictionary, len(packed), packed)
}

const (
	contentTypes = `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="png" ContentType="image/png"/>` +
		`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`
	rootRelationships = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`
	wordHead = `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`
	wordFoot = `</w:body></w:document>`
	word     = wordHead + `<w:p><w:r><w:t>Note verbale</w:t></w:r></w:p>` + wordFoot
)

// wordParts are the parts of a Word document, with some of them other or more.
func wordParts(other map[string]string) map[string]string {
	parts := map[string]string{"[Content_Types].xml": contentTypes, "_rels/.rels": rootRelationships, "word/document.xml": word}
	maps.Copy(parts, other)
	return parts
}

func archiveOf(parts map[string]string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		part, err := w.Create(name)
		if err == nil {
			_, err = part.Write([]byte(parts[name]))
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// docxOf is a Word document with some parts other or more.
func docxOf(other map[string]string) []byte { return archiveOf(wordParts(other)) }

// relating is the relationships of a Word document's main part, one more.
func relating(kind, target, more string) map[string]string {
	return map[string]string{"word/_rels/document.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="r9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/` + kind + `" Target="` + target + `" ` + more + `/></Relationships>`}
}

func pngOf(width, height int, chunks ...[]byte) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		panic(err)
	}
	content := b.Bytes()
	head := len(pngHead) + 25 // IHDR comes first
	return slices.Concat(content[:head], slices.Concat(chunks...), content[head:])
}

func chunkOf(name, body string) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(b, name+body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

func jpegOf(width, height int, segments ...[]byte) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, width, height)), nil); err != nil {
		panic(err)
	}
	return slices.Concat(b.Bytes()[:2], slices.Concat(segments...), b.Bytes()[2:])
}

func segmentOf(marker byte, body string) []byte {
	b := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(body)+2))
	return append(b, body...)
}

// tiffOf is the head of a picture's Exif, with a directory of the position that
// has these tags.
func tiffOf(order binary.AppendByteOrder, position ...uint16) string {
	mark := "II"
	if order == binary.BigEndian {
		mark = "MM"
	}
	b := order.AppendUint16([]byte(mark), 42)
	b = order.AppendUint32(b, 8)
	entry := func(tag uint16, value uint32) {
		b = order.AppendUint16(b, tag)
		b = order.AppendUint16(b, 4)
		b = order.AppendUint32(b, 1)
		b = order.AppendUint32(b, value)
	}
	b = order.AppendUint16(b, 2)
	entry(0x0112, 1) // orientation
	entry(tagGPS, 8+2+2*12+4)
	b = order.AppendUint32(b, 0)
	b = order.AppendUint16(b, uint16(len(position)))
	for _, tag := range position {
		entry(tag, 0)
	}
	return string(order.AppendUint32(b, 0))
}

func exifOf(position ...uint16) string {
	return string(exifMark) + tiffOf(binary.LittleEndian, position...)
}

// whole are files of every kind that are taken.
func whole() map[string][]byte {
	return map[string][]byte{
		"law.pdf": pdfOf(), "note.docx": docxOf(nil), "seal.png": pngOf(3, 2), "page.jpg": jpegOf(30, 20), "page.jpeg": jpegOf(1, 1),
	}
}

// truncated is content without its end.
func truncated(content []byte) []byte { return content[:len(content)*2/3] }

func repeated(text string, n int) string { return strings.Repeat(text, n) }
