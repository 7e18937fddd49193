package workbook

import (
	"archive/zip"
	"bytes"
	"cmp"
	"errors"
	"io"
	"path"
	"strings"

	"github.com/rapporteur/rapporteur"
)

// opened is the archive of a workbook, whose parts are read within one budget.
type opened struct {
	parts  map[string]*zip.File // by lower-case name
	seen   map[string]bool      // those that were unpacked
	budget int64                // bytes that may still be unpacked
}

const unreadable = "The workbook cannot be read"

func malformed(detail string) error {
	return rapporteur.Problemf(rapporteur.ProblemMalformed, unreadable, "%s Save the workbook that you fetched as .xlsx and send that.", detail)
}

func tooLarge(detail string, args ...any) error {
	return rapporteur.Problemf(rapporteur.ProblemTooLarge, "The workbook is too large", detail, args...)
}

// refused is a workbook with something that acts, or leads elsewhere.
func refused(what, remedy string) error {
	return rapporteur.Problemf(rapporteur.ProblemUnsupported, "The workbook holds more than values",
		"It has %s; nothing of it was kept. %s", what, remedy)
}

// open looks at the directory of an archive before anything in it is unpacked.
func open(file []byte) (*opened, error) {
	switch {
	case len(file) > maxPacked:
		return nil, tooLarge("It has %d bytes; at most %d are read.", len(file), maxPacked)
	case bytes.HasPrefix(file, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return nil, rapporteur.Problemf(rapporteur.ProblemUnsupported, "The workbook is encrypted or of an old form",
			"It is protected by a password, or an .xls. Save it without a password as .xlsx and send that; nothing of it was kept.")
	}
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, malformed("It is not an .xlsx file.")
	}
	if len(archive.File) > maxParts {
		return nil, tooLarge("It has %d parts; at most %d are read.", len(archive.File), maxParts)
	}
	o := &opened{parts: make(map[string]*zip.File, len(archive.File)), seen: map[string]bool{}, budget: maxUnpacked}
	for _, part := range archive.File {
		if err := o.admit(part); err != nil {
			return nil, err
		}
	}
	// Declared sizes may lie; what is in fact unpacked is bounded by the budget.
	ratio := max(int64(len(file))*maxRatio, freeRatio)
	if o.budget = min(o.budget, ratio); o.declared() > o.budget {
		return nil, tooLarge("Unpacked it has %d bytes or more, too many for its size.", o.budget)
	}
	if o.parts["[content_types].xml"] == nil || o.parts["xl/workbook.xml"] == nil {
		return nil, malformed("It is an archive, but no workbook.")
	}
	err = o.inspect()
	return o, err
}

// dangerous are parts that act or hold what is no sheet.
var dangerous = []struct{ in, what, remedy string }{
	{"vbaproject", "macros", "Save it as .xlsx, without macros."},
	{"vbadata", "macros", "Save it as .xlsx, without macros."},
	{"macrosheet", "macros", "Save it as .xlsx, without macros."},
	{"intlmacrosheet", "macros", "Save it as .xlsx, without macros."},
	{"macroenabled", "macros", "Save it as .xlsx, without macros."},
	{"dialogsheet", "dialogs", "Remove the dialog sheets."},
	{"externallink", "links to other files", "Break the links (Data, Edit links) and put values in their place."},
	{"connections", "connections to data", "Remove the connections (Data, Queries and connections)."},
	{"querytable", "connections to data", "Remove the queries (Data, Queries and connections)."},
	{"embeddings/", "embedded objects", "Remove the objects from the sheets."},
	{"oleobject", "embedded objects", "Remove the objects from the sheets."},
	{"package.embedded", "embedded objects", "Remove the objects from the sheets."},
	{"activex", "controls", "Remove the controls from the sheets."},
	{"ctrlprop", "controls", "Remove the controls from the sheets."},
	{"/control\"", "controls", "Remove the controls from the sheets."},
	{"sheet.binary", "sheets in a binary form", "Save it as .xlsx."},
}

func danger(text string) error {
	text = strings.ToLower(text)
	for _, d := range dangerous {
		if strings.Contains(text, d.in) {
			return refused(d.what, d.remedy)
		}
	}
	return nil
}

// admit lets a part in, by its name alone.
func (o *opened) admit(part *zip.File) error {
	name := strings.ToLower(part.Name)
	clean := path.Clean("/" + strings.ReplaceAll(name, `\`, "/"))
	switch {
	case part.Flags&1 != 0:
		return rapporteur.Problemf(rapporteur.ProblemUnsupported, "The workbook is encrypted or of an old form",
			"Its parts are encrypted. Save it without a password as .xlsx and send that; nothing of it was kept.")
	case strings.HasSuffix(name, "/"):
		return nil
	case clean != "/"+name, o.parts[name] != nil:
		return malformed("Its directory has a part under a name that is not allowed, or one twice.")
	}
	if err := danger(name); err != nil {
		return err
	}
	o.parts[name] = part
	return nil
}

func (o *opened) declared() int64 {
	var sum int64
	for _, part := range o.parts {
		if size := part.UncompressedSize64; size > maxUnpacked {
			return maxUnpacked + 1
		}
		sum += int64(part.UncompressedSize64)
	}
	return sum
}

// unpack gives one part, within the budget.
func (o *opened) unpack(name string) ([]byte, error) {
	name = strings.ToLower(name)
	part := o.parts[name]
	o.seen[name] = true
	if part == nil {
		return nil, malformed("A part is missing from it.")
	}
	stream, err := part.Open()
	if err != nil {
		return nil, malformed("One of its parts is packed in a way that is not read.")
	}
	defer func() { _ = stream.Close() }() // it holds memory only
	content, err := io.ReadAll(io.LimitReader(stream, o.budget+1))
	if o.budget -= int64(len(content)); o.budget < 0 {
		return nil, tooLarge("Unpacked it has more bytes than are read.")
	}
	// A part may be longer than its archive says: what it says is checked above.
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, malformed("One of its parts is damaged.")
	}
	return content, nil
}

// inspect looks through everything that says what the parts are and where they
// lead.
func (o *opened) inspect() error {
	if err := o.inspectTypes(); err != nil {
		return err
	}
	for name := range o.parts {
		if strings.HasSuffix(name, ".rels") {
			if _, err := o.relations(name); err != nil {
				return err
			}
		}
	}
	return nil
}

// inspectTypes looks at what each part says that it is. A type that no part has
// does no harm: some programs always name those of macros.
func (o *opened) inspectTypes() error {
	content, err := o.unpack("[content_types].xml")
	if err != nil {
		return err
	}
	types, defaults := map[string]string{}, map[string]string{}
	err = walk(content, func(e element) error {
		switch {
		case e.end:
		case e.name == "Default":
			defaults[strings.ToLower(e.attribute("Extension"))] = e.attribute("ContentType")
		case e.name == "Override":
			types[strings.TrimPrefix(strings.ToLower(e.attribute("PartName")), "/")] = e.attribute("ContentType")
		}
		return nil
	})
	if err != nil {
		return err
	}
	for name := range o.parts {
		if err := danger(cmp.Or(types[name], defaults[strings.TrimPrefix(path.Ext(name), ".")])); err != nil {
			return err
		}
	}
	if !strings.HasSuffix(types["xl/workbook.xml"], "spreadsheetml.sheet.main+xml") {
		return malformed("It is an archive, but no workbook.")
	}
	return nil
}

// safeXML refuses a document type: entities can grow without bound and lead to
// other files.
func safeXML(content []byte) error {
	for _, form := range []string{"<!DOCTYPE", "<!ENTITY"} {
		if bytes.Contains(content, []byte(form)) {
			return refused("a document type with entities", "Save it with a spreadsheet program as .xlsx.")
		}
	}
	return nil
}

// relations are what a part leads to: the target by id, and the first of each
// type.
func (o *opened) relations(name string) (map[string]string, error) {
	content, err := o.unpack(name)
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	err = walk(content, func(e element) error {
		if e.name != "Relationship" || e.end {
			return nil
		}
		kind := e.attribute("Type")
		if err := danger(kind + `"`); err != nil {
			return err
		}
		if strings.EqualFold(e.attribute("TargetMode"), "external") {
			// A web address that somebody wrote becomes a link by itself, and
			// nothing follows it.
			if !strings.HasSuffix(kind, "/hyperlink") {
				return refused("links to other files", "Break the links (Data, Edit links) and put values in their place.")
			}
			return nil
		}
		target := e.attribute("Target")
		if !strings.HasPrefix(target, "/") {
			target = path.Join(path.Dir(path.Dir(name)), target)
		}
		found[e.attribute("Id")] = strings.TrimPrefix(target, "/")
		found[path.Base(kind)] = strings.TrimPrefix(target, "/")
		return nil
	})
	return found, err
}
