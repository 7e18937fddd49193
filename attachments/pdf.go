package attachments

import (
	"bytes"
	"iter"
	"regexp"
	"strconv"
)

// pdfTail is how far from the end of a PDF its end mark may be: whitespace only.
const pdfTail = 1 << 10

// actingNames are names (ISO 32000-1, 7.3.5) of what acts, hides or asks for
// something in a PDF, and what a person calls it. But for XFA they are too long to
// turn up in compressed data by chance.
var actingNames = map[string]string{
	"JavaScript": "a script", "Launch": "an action that starts a program", "EmbeddedFile": "another file", "EmbeddedFiles": "other files",
	"RichMedia": "a player", "SubmitForm": "a form that sends itself", "ImportData": "a form that fetches data", "GoToE": "a link into another file",
	"XFA": "a form with scripts",
}

// checkPDF makes sure that a PDF (ISO 32000) begins and ends as one, is readable
// by everybody, and has no names of what acts: in the clear, wherever they stand,
// or in deflated object streams. Streams of pages, pictures and fonts are not
// unpacked; they cannot act.
func checkPDF(content []byte) error {
	if !bytes.HasPrefix(content, []byte("%PDF-")) {
		return damaged("The PDF does not begin as one.")
	}
	end := bytes.LastIndex(content, []byte("%%EOF"))
	if end < 0 || !bytes.Contains(content, []byte("startxref")) {
		return damaged("The PDF has no end.")
	}
	tail := content[end+len("%%EOF"):]
	if len(tail) > pdfTail || len(bytes.Trim(tail, "\x00\t\n\f\r ")) > 0 {
		return refused("The file is two files in one", "Something follows the end of the PDF. Save it anew.")
	}
	packed, err := checkNames(content)
	if err != nil || !packed {
		return err
	}
	return checkObjectStreams(content)
}

// checkNames looks for what acts among the names of some PDF syntax, and tells
// whether there are object streams.
func checkNames(syntax []byte) (packed bool, err error) {
	for name := range pdfNames(syntax) {
		switch string(name) {
		case "ObjStm":
			packed = true
		case "Encrypt":
			return false, refused("The PDF is protected", "It is encrypted, so that nobody can look at what is in it. Save it without a password and without restrictions.")
		}
		if what := actingNames[string(name)]; what != "" {
			return false, refused("The PDF holds more than a document", "It holds %s. Print it to a new PDF and send that.", what)
		}
	}
	return packed, nil
}

// pdfNames goes through what could be names, with their #xx escapes resolved. One
// that is longer than any that is looked for is cut. A name is good until the
// next.
func pdfNames(syntax []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		var name [20]byte
		for rest := syntax; ; {
			at := bytes.IndexByte(rest, '/')
			if at < 0 {
				return
			}
			rest = rest[at+1:]
			if !yield(readName(rest, name[:0:len(name)])) {
				return
			}
		}
	}
}

// pdfEnds are the characters that end a name: whitespace and delimiters.
var pdfEnds = func() (ends [256]bool) {
	for _, b := range []byte("\x00\t\n\f\r ()<>[]{}/%") {
		ends[b] = true
	}
	return ends
}()

// readName reads a name behind its slash into a buffer, as far as it fits.
func readName(rest, name []byte) []byte {
	for at := 0; at < len(rest) && len(name) < cap(name) && !pdfEnds[rest[at]]; at++ {
		b := rest[at]
		if b == '#' && at+2 < len(rest) {
			if escaped, err := strconv.ParseUint(string(rest[at+1:at+3]), 16, 8); err == nil {
				b = byte(escaped)
				at += 2
			}
		}
		name = append(name, b)
	}
	return name
}

// Limits of what is unpacked of a PDF.
const (
	maxStreams       = 50_000
	maxObjectStream  = 8 << 20
	maxObjectStreams = 48 << 20
)

// objectStart is how an object stream begins (ISO 32000-1, 7.5.7): numbers in
// pairs, and then an object. A page begins otherwise.
var objectStart = regexp.MustCompile(`^[\x00\t\n\f\r ]*[0-9]+[\x00\t\n\f\r ]+[0-9]+[\x00\t\n\f\r 0-9]*(?:$|[<(\[/%]|true|false|null)`)

// checkObjectStreams looks for names in object streams, in which most programs
// today put what is not a page. What a stream says of itself is not believed: all
// are tried, and those that begin as object streams are looked through. One that
// is packed otherwise than deflated is passed over.
func checkObjectStreams(content []byte) error {
	var unpack inflater
	left := maxObjectStreams
	seen := 0
	for rest := content; ; {
		at := bytes.Index(rest, []byte("stream"))
		if at < 0 {
			return nil
		}
		ends := bytes.HasSuffix(rest[:at], []byte("end"))
		rest = rest[at+len("stream"):]
		if ends {
			continue
		}
		seen++
		if seen > maxStreams {
			return refused("The PDF has too many parts", "It has more than %d.", maxStreams)
		}
		packed := bytes.TrimLeft(rest[:min(len(rest), 2)], "\r\n ")
		packed = rest[min(len(rest), 2)-len(packed):]
		if !objectStart.Match(unpack.some(packed, 1<<10)) {
			continue
		}
		objects := unpack.some(packed, min(left, maxObjectStream)+1)
		left -= len(objects)
		if left < 0 || len(objects) > maxObjectStream {
			return refused("The PDF unpacks to too much", "Its objects are far larger than the file.")
		}
		if _, err := checkNames(objects); err != nil {
			return err
		}
	}
}
