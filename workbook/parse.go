package workbook

import (
	"strconv"
	"strings"
	"time"
)

// book is a workbook while it is read.
type book struct {
	*opened
	sheets  []sheetRef
	strings []string // shared
	epoch   time.Time
	count   struct{ rows, cells, text int } // of all sheets; bytes of all texts
}

// sheetRef is where a sheet stands.
type sheetRef struct{ name, part string }

func (o *opened) book() (*book, error) {
	b := &book{opened: o, epoch: epoch1900}
	relations, err := o.relations("xl/_rels/workbook.xml.rels")
	if err != nil {
		return nil, err
	}
	content, err := o.unpack("xl/workbook.xml")
	if err != nil {
		return nil, err
	}
	err = walk(content, func(e element) error {
		switch {
		case e.end:
		case e.name == "workbookPr" && truth(e.attribute("date1904")):
			b.epoch = epoch1904
		case e.name == "externalReference":
			return refused("links to other files", "Break the links (Data, Edit links) and put values in their place.")
		case e.name == "sheet":
			if len(b.sheets) == maxSheets {
				return tooLarge("It has more than %d sheets.", maxSheets)
			}
			b.sheets = append(b.sheets, sheetRef{name: e.attribute("name"), part: relations[e.namespaced("id")]})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = b.sharedStrings(relations["sharedStrings"])
	return b, err
}

func truth(v string) bool { return v == "1" || v == "true" }

// sharedStrings reads the texts that cells refer to by number.
func (b *book) sharedStrings(part string) error {
	if part == "" || b.parts[strings.ToLower(part)] == nil {
		return nil
	}
	content, err := b.unpack(part)
	if err != nil {
		return err
	}
	var text richText
	return walk(content, func(e element) error {
		text.visit(e)
		if e.name != "si" || !e.end {
			return nil
		}
		if len(b.strings) == maxStrings {
			return tooLarge("It has more than %d texts.", maxStrings)
		}
		one, err := b.counted(text.take())
		b.strings = append(b.strings, one)
		return err
	})
}

// counted is a text as it is meant, within the limit of all texts.
func (b *book) counted(text string) (string, error) {
	if b.count.text += len(text); b.count.text > maxText {
		return "", tooLarge("Its texts have more than %d bytes.", maxText)
	}
	return unescaped(text), nil
}

// richText puts together a text from its runs, without their pronunciation.
type richText struct {
	text     strings.Builder
	open     bool // in <t>
	phonetic bool // in <rPh>
}

func (r *richText) visit(e element) {
	switch {
	case e.name == "t":
		r.open = !e.end
	case e.name == "rPh":
		r.phonetic = !e.end
	case e.text != nil && r.open && !r.phonetic:
		r.text.Write(e.text)
	}
}

func (r *richText) take() string {
	text := r.text.String()
	r.text.Reset()
	return text
}

// sheetReader is where the reading of a sheet stands.
type sheetReader struct {
	*book
	name    string
	rows    []row
	now     row
	cell    cell
	kind    string // of the cell: s, inlineStr, str, b, e, n
	formula bool
	value   strings.Builder // of <v>
	open    bool            // in <v>
	inline  richText
}

// sheet reads the rows of a sheet in which something is.
func (b *book) sheet(ref sheetRef) ([]row, error) {
	content, err := b.unpack(ref.part)
	if err != nil {
		return nil, err
	}
	r := &sheetReader{book: b, name: ref.name}
	if err := walk(content, r.visit); err != nil {
		return nil, err
	}
	return r.rows, nil
}

func (r *sheetReader) visit(e element) error {
	switch e.name {
	case "row":
		return r.row(e)
	case "c":
		if e.end {
			return r.endCell()
		}
		return r.beginCell(e)
	case "f":
		r.formula = true
	case "v":
		r.open = !e.end
	case "oleObject", "control":
		return refused("embedded objects", "Remove the objects from the sheets.")
	case "":
		if r.open {
			r.value.Write(e.text)
		}
	}
	r.inline.visit(e)
	return nil
}

func (r *sheetReader) row(e element) error {
	if e.end {
		if len(r.now.cells) > 0 {
			r.rows = append(r.rows, r.now)
		}
		r.now.cells = nil
		return nil
	}
	r.count.rows++
	if r.count.rows > maxRows {
		return tooLarge("It has more than %d rows.", maxRows)
	}
	number := r.now.number + 1
	if given := e.attribute("r"); given != "" {
		n, err := strconv.Atoi(given)
		if err != nil || n < number || n > 1<<20 {
			return malformed("The rows of a sheet are not in order.")
		}
		number = n
	}
	r.now, r.cell = row{sheet: r.name, number: number}, cell{}
	return nil
}

func (r *sheetReader) beginCell(e element) error {
	r.count.cells++
	if r.count.cells > maxCells {
		return tooLarge("It has more than %d cells.", maxCells)
	}
	column := r.cell.column + 1
	if name := e.attribute("r"); name != "" {
		given, at := columnOf(name)
		if given < column || at != r.now.number {
			return malformed("The cells of a row are not in order.")
		}
		column = given
	}
	if column > columnSpare {
		return malformed("A row has more cells than a sheet can have.")
	}
	r.cell = cell{column: column}
	r.kind, r.formula, r.open = e.attribute("t"), false, false
	r.value.Reset()
	r.inline = richText{}
	return nil
}

// endCell keeps a cell in which something is.
func (r *sheetReader) endCell() error {
	value := r.value.String()
	c := cell{column: r.cell.column, content: contentText}
	var err error
	switch {
	case r.formula:
		c.content = contentFormula
	case r.kind == "e":
		c.content = contentError
	case r.kind == "s":
		n, badNumber := strconv.Atoi(strings.TrimSpace(value))
		if badNumber != nil || n < 0 || n >= len(r.strings) {
			if value == "" {
				return nil
			}
			return malformed("A cell refers to a text that is not there.")
		}
		c.text = r.strings[n]
	case r.kind == "inlineStr":
		c.text, err = r.counted(r.inline.take())
	case r.kind == "str", r.kind == "d":
		c.text, err = r.counted(value)
	case r.kind == "b":
		c.content, c.text = contentBool, strings.TrimSpace(value)
	default:
		c.content = contentNumber
		c.text, err = r.counted(strings.TrimSpace(value))
	}
	if err == nil && (c.text != "" || c.content == contentFormula || c.content == contentError) {
		r.now.cells = append(r.now.cells, c)
	}
	return err
}
