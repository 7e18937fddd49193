package attachments

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"regexp"
	"strings"
)

// mainType is the type of the main part of a Word document (ISO/IEC 29500-1,
// 11.3.10). That of a document with macros, or of a template, is another.
const mainType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"

// actingTypes are in the types of parts that act, in small letters.
var actingTypes = []string{"macroenabled", "vbaproject", "vbadata", "activex", "oleobject", "template.main", "ms-office.keymap"}

// checkXML looks at a part that is XML: never a document type, which a reader
// might expand, and by its name the list of contents, relationships, or texts with
// fields.
func (d *document) checkXML(name string, content []byte) error {
	if bytes.HasPrefix(content, []byte("\xfe\xff")) || bytes.HasPrefix(content, []byte("\xff\xfe")) || bytes.IndexByte(content, 0) >= 0 {
		return refused("The document is not as it should be", "A part of it is not in UTF-8. Save it anew.")
	}
	if bytes.Contains(content, []byte("<!DOCTYPE")) || bytes.Contains(content, []byte("<!ENTITY")) {
		return refused("The document is not as it should be", "A part of it defines a document type. Save it anew.")
	}
	switch {
	case name == "[content_types].xml":
		return elements(content, d.contentType)
	case strings.HasSuffix(name, ".rels"):
		return elements(content, relationship)
	case bytes.Contains(content, []byte("instrText")) || bytes.Contains(content, []byte("fldSimple")):
		return checkFields(content)
	}
	return nil
}

// elements gives the attributes of every element, by local name in small letters.
func elements(content []byte, look func(element string, attributes map[string]string) error) error {
	decoder := xml.NewDecoder(bytes.NewReader(content))
	for {
		token, err := decoder.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return damaged("A part of the document is not well-formed.")
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		attributes := make(map[string]string, len(start.Attr))
		for _, a := range start.Attr {
			attributes[strings.ToLower(a.Name.Local)] = a.Value
		}
		if err := look(strings.ToLower(start.Name.Local), attributes); err != nil {
			return err
		}
	}
}

// contentType looks at an entry of the list of contents.
func (d *document) contentType(element string, attributes map[string]string) error {
	is := strings.ToLower(attributes["contenttype"])
	for _, acting := range actingTypes {
		if strings.Contains(is, acting) {
			return refused("The document holds more than a document", "It has macros, controls, embedded objects or is a template. Save it as a PDF and send that.")
		}
	}
	d.isWord = d.isWord || element == "override" && is == mainType
	return nil
}

// actingRelationships are the last words of relationships that bring something in
// or act, in small letters.
var actingRelationships = map[string]string{
	"vbaproject": "macros", "wordvbadata": "macros", "control": "controls", "activexcontrol": "controls", "oleobject": "an embedded object",
	"package": "an embedded file", "afchunk": "a document of another format", "attachedtemplate": "a template of its own",
	"mailmergesource": "a source of data", "mailmergeheadersource": "a source of data", "recipientdata": "a source of data", "subdocument": "another document",
	"frame": "another document", "attachedtoolbars": "tool bars", "keymapcustomizations": "keys of its own",
}

// relationship looks at what a part is connected with. Outside the document only
// links lead, which do nothing until a person follows them.
func relationship(element string, attributes map[string]string) error {
	if element != "relationship" {
		return nil
	}
	is := strings.ToLower(path.Base(attributes["type"]))
	if what := actingRelationships[is]; what != "" {
		return refused("The document holds more than a document", "It has %s. Save it as a PDF and send that.", what)
	}
	if !strings.EqualFold(attributes["targetmode"], "external") {
		return nil
	}
	if is != "hyperlink" {
		return refused("The document fetches something from outside", "A picture or a part of it is elsewhere. Save it as a PDF and send that.")
	}
	return checkLink(attributes["target"])
}

// linkScheme is how a link begins that says by what it is opened (RFC 3986, 3.1).
var linkScheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)

// checkLink lets through links that a browser or a mail program opens.
func checkLink(target string) error {
	target = strings.Map(func(r rune) rune {
		if r <= ' ' {
			return -1 // browsers pass over these
		}
		return r
	}, target)
	outside := strings.HasPrefix(target, `\\`) || strings.HasPrefix(target, "//")
	scheme := strings.ToLower(linkScheme.FindString(target))
	if !outside && (scheme == "" || scheme == "http:" || scheme == "https:" || scheme == "mailto:") {
		return nil
	}
	return refused("A link of the document leads to a program or a file", "Only links to web pages and mail addresses are taken. Remove the link, or save the document as a PDF and send that.")
}

// actingFields are fields (ISO/IEC 29500-1, 17.16.5) that fetch or start
// something.
var actingFields = map[string]bool{
	"DDE": true, "DDEAUTO": true, "INCLUDETEXT": true, "INCLUDEPICTURE": true, "INCLUDE": true, "IMPORT": true, "LINK": true,
	"EMBED": true, "CONTROL": true, "DATABASE": true, "MACROBUTTON": true, "RD": true, "HTMLACTIVEX": true,
}

// checkFields looks at the first word of every field. A field's text can be cut in
// pieces and nested; the pieces are put together.
func checkFields(content []byte) error {
	decoder := xml.NewDecoder(bytes.NewReader(content))
	var text strings.Builder
	collecting := false
	for {
		token, err := decoder.RawToken()
		if errors.Is(err, io.EOF) {
			return checkField(text.String())
		}
		if err != nil {
			return damaged("A part of the document is not well-formed.")
		}
		switch t := token.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "instrText", "delInstrText":
				collecting = true
			case "fldSimple", "fldChar":
				if err := checkField(text.String()); err != nil {
					return err
				}
				text.Reset()
				for _, a := range t.Attr {
					if a.Name.Local == "instr" {
						if err := checkField(a.Value); err != nil {
							return err
						}
					}
				}
			}
		case xml.EndElement:
			collecting = collecting && t.Name.Local != "instrText" && t.Name.Local != "delInstrText"
		case xml.CharData:
			if collecting {
				text.Write(t)
			}
		}
	}
}

func checkField(text string) error {
	for word := range strings.FieldsSeq(strings.ToUpper(text)) {
		if actingFields[word] {
			return refused("The document fetches or starts something", "It has a field %s. Save it as a PDF and send that.", word)
		}
		return nil
	}
	return nil
}
