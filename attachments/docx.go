package attachments

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/rapporteur/rapporteur"
)

// Limits of a Word document: a long report with its pictures stays far below.
const (
	maxParts    = 2_000
	maxUnpacked = 96 << 20 // bytes of all parts
	maxPart     = 32 << 20 // bytes of one part
	maxRatio    = 200      // unpacked to packed, of a part of some size
	ratioFrom   = 256 << 10
)

// partEnds are the endings of parts that a document for reading has: texts,
// pictures, fonts. Everything else is a file within the file.
var partEnds = map[string]bool{
	".xml": true, ".rels": true, ".png": true, ".jpg": true, ".jpeg": true, ".gif": true, ".bmp": true, ".tif": true, ".tiff": true,
	".emf": true, ".wmf": true, ".svg": true, ".wdp": true, ".vml": true, ".odttf": true, ".ttf": true,
}

// checkDOCX makes sure that an archive is a Word document (ISO/IEC 29500) without
// macros, controls, embedded objects and files, external templates and fields that
// fetch or start something; that it is whole by its checksums; and that it does
// not unpack to much more than it is.
func checkDOCX(content []byte) error {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return damaged("The archive of the document cannot be read.")
	}
	if !beginsAsArchive(content, archive.File) || !endsAsArchive(content) {
		return refused("The file is two files in one", "Something stands before or behind the document. Save it anew.")
	}
	d := document{names: map[string]bool{}, left: maxUnpacked}
	if err := d.checkParts(archive.File); err != nil {
		return err
	}
	if !d.names["word/document.xml"] && !d.isWord || !d.names["[content_types].xml"] {
		return rapporteur.Problemf(rapporteur.ProblemUnsupported, "No file of this kind is taken",
			"It is an archive, and no Word document (.docx). Nothing was stored; send a PDF, a Word document, a PNG or a JPEG image.")
	}
	if !d.isWord {
		return refused("The document is of another kind", "By its own list of contents it is a template or something else than a Word document. Save it as .docx.")
	}
	return nil
}

// beginsAsArchive reports whether a part of the archive is the first thing in the
// file.
func beginsAsArchive(content []byte, parts []*zip.File) bool {
	const head = 30
	if len(content) < head || !bytes.HasPrefix(content, []byte("PK\x03\x04")) {
		return false
	}
	first := head + int64(binary.LittleEndian.Uint16(content[26:])) + int64(binary.LittleEndian.Uint16(content[28:]))
	return slices.ContainsFunc(parts, func(part *zip.File) bool {
		at, err := part.DataOffset()
		return err == nil && at == first
	})
}

// endsAsArchive reports whether the record that ends an archive ends the file: no
// comment, nothing behind.
func endsAsArchive(content []byte) bool {
	const record = 22
	return len(content) >= record && bytes.HasPrefix(content[len(content)-record:], []byte("PK\x05\x06")) && bytes.HasSuffix(content, []byte{0, 0})
}

// document is a Word document while its parts are looked at.
type document struct {
	names  map[string]bool // of its parts, in small letters
	isWord bool            // its list of contents says so
	left   int64           // how much may still be unpacked
}

func (d *document) checkParts(parts []*zip.File) error {
	if len(parts) > maxParts {
		return refused("The document has too many parts", "It has more than %d.", maxParts)
	}
	for _, part := range parts {
		name := strings.ToLower(part.Name)
		switch {
		case d.names[name] || strings.ContainsAny(part.Name, "\\:\x00") || strings.HasPrefix(part.Name, "/") || name != path.Clean(strings.TrimSuffix(name, "/"))+directoryEnd(name):
			return refused("The document is not as it should be", "The names of its parts are ambiguous. Save it anew.")
		case part.Flags&1 != 0:
			return refused("The document is protected", "It is encrypted, so that nobody can look at what is in it. Save it without a password.")
		case part.Method != zip.Store && part.Method != zip.Deflate:
			return refused("The document is not as it should be", "It is packed in an unusual way. Save it anew.")
		}
		d.names[name] = true
		if directoryEnd(name) != "" {
			continue
		}
		if what := embedded(name); what != "" {
			return refused("The document holds more than a document", "It holds %s. Save it as a PDF and send that.", what)
		}
		if err := d.checkPart(part, name); err != nil {
			return err
		}
	}
	return nil
}

func directoryEnd(name string) string {
	if strings.HasSuffix(name, "/") {
		return "/"
	}
	return ""
}

// embedded says what a part is that a document for reading does not have.
func embedded(name string) string {
	switch base := path.Base(name); {
	case strings.Contains(base, "vbaproject") || strings.Contains(base, "vbadata"):
		return "macros"
	case strings.Contains(name, "/activex/"):
		return "controls"
	case strings.Contains(name, "/embeddings/"):
		return "embedded objects or files"
	case !partEnds[path.Ext(base)]:
		return "a part that is no text, picture or font"
	}
	return ""
}

// checkPart unpacks a part, within limits and to its checksum, and looks at what
// it is.
func (d *document) checkPart(part *zip.File, name string) error {
	isXML := !strings.HasPrefix(name, "word/media/") && (strings.HasSuffix(name, ".xml") || strings.HasSuffix(name, ".rels") || strings.HasSuffix(name, ".vml"))
	content, err := d.unpack(part)
	if err != nil {
		return err
	}
	if !isXML {
		if showsPosition(content) || strings.HasSuffix(name, ".png") && pngShowsPosition(content) {
			return positionFound()
		}
		return nil
	}
	return d.checkXML(name, content)
}

// unpack reads a part. Sizes that it says of itself are not believed.
func (d *document) unpack(part *zip.File) ([]byte, error) {
	reader, err := part.Open()
	if err != nil {
		return nil, damaged("A part of the document cannot be read.")
	}
	defer func() { _ = reader.Close() }()
	packed := min(part.CompressedSize64, rapporteur.MaxAttachedFile)
	limit := min(d.left, maxPart, max(ratioFrom, maxRatio*int64(packed)))
	var out bytes.Buffer
	n, err := io.Copy(&out, io.LimitReader(reader, limit+1))
	switch {
	case n > limit:
		return nil, refused("The document unpacks to too much", "A part of it is far larger than the file.")
	case err != nil:
		return nil, damaged("A part of the document does not agree with its checksum.")
	}
	d.left -= n
	return out.Bytes(), nil
}
