package schemas

import (
	"bytes"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"

	"github.com/rapporteur/rapporteur/schemas/paragraphs"
)

// mark notes the fields that a draft marks for a person and that nobody has
// looked at yet: the comment stands beside the field or on a line before it.
func (d *document) mark(text []byte) {
	if !bytes.Contains(text, []byte(paragraphs.MarkPrefix)) {
		return
	}
	fields := d.lines()
	for _, t := range lexer.Tokenize(string(text)) {
		doubt, ok := strings.CutPrefix(strings.TrimSpace(t.Value), paragraphs.MarkPrefix)
		if t.Type == token.CommentType && ok {
			d.marks.add(&Fault{
				File: d.name, Line: t.Position.Line, Field: fields.from(t.Position.Line),
				Reason: "is still marked for a person: " + strings.TrimSpace(doubt),
			})
		}
	}
}

// fieldLines are the paths of fields by the line on which their keys stand.
type fieldLines map[int]string

// lines finds where every key of the document stands.
func (d *document) lines() fieldLines {
	found := fieldLines{}
	for _, body := range d.file.Docs {
		if body.Body != nil {
			ast.Walk(found, body.Body)
		}
	}
	return found
}

// Visit notes the first key of each line.
func (f fieldLines) Visit(node ast.Node) ast.Visitor {
	if entry, ok := node.(*ast.MappingValueNode); ok && entry.Key.GetToken() != nil {
		if line := entry.Key.GetToken().Position.Line; f[line] == "" {
			f[line] = strings.TrimPrefix(entry.Value.GetPath(), "$.")
		}
	}
	return f
}

// from is the field on a line, or the first one after it.
func (f fieldLines) from(line int) string {
	last := line
	for n := range f {
		last = max(last, n)
	}
	for ; line <= last; line++ {
		if f[line] != "" {
			return f[line]
		}
	}
	return ""
}
