package workbook

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
)

// element is a start or an end tag, or the text before the next.
type element struct {
	name       string
	end        bool
	text       []byte // of neither a start nor an end
	attributes []xml.Attr
}

// attribute is the value of an attribute by its local name.
func (e element) attribute(name string) string {
	for _, a := range e.attributes {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// namespaced is the value of an attribute in a namespace: r:id is not id.
func (e element) namespaced(name string) string {
	for _, a := range e.attributes {
		if a.Name.Local == name && a.Name.Space != "" {
			return a.Value
		}
	}
	return ""
}

// walk reads XML tag by tag, without names of namespaces. A document type is
// refused; entities but those of XML itself are errors.
func walk(content []byte, visit func(element) error) error {
	if err := safeXML(content); err != nil {
		return err
	}
	d := xml.NewDecoder(bytes.NewReader(content))
	for {
		token, err := d.RawToken()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return malformed("A part of it is not XML.")
		}
		switch token := token.(type) {
		case xml.StartElement:
			err = visit(element{name: token.Name.Local, attributes: token.Attr})
		case xml.EndElement:
			err = visit(element{name: token.Name.Local, end: true})
		case xml.CharData:
			err = visit(element{text: token})
		case xml.Directive:
			err = refused("a document type", "Save it with a spreadsheet program as .xlsx.")
		}
		if err != nil {
			return err
		}
	}
}
