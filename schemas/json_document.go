package schemas

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/go-playground/validator/v10"
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/parser"
)

// jsonDocument is a JSON file and what it was read into. Places in it are JSON
// Pointers (RFC 6901).
type jsonDocument struct {
	name string
	body []byte
	tree any // as the schema library wants it
}

// readJSON reads a file into rows and checks their validate tags.
func readJSON(fsys fs.FS, name string, rows any) (*jsonDocument, error) {
	body, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", name, err)
	}
	d := &jsonDocument{name: name, body: body}
	if err := d.unmarshal(&d.tree); err != nil {
		return nil, err
	}
	if err := d.unmarshal(rows); err != nil {
		return nil, err
	}
	var all faults
	d.knownKeywords("", d.tree, &all)
	var broken validator.ValidationErrors
	if err := validate.Struct(rows); errors.As(err, &broken) {
		for _, field := range broken {
			all.add(d.fault(pointerOf(field.Namespace()), "%s", reason(field)))
		}
	} else if err != nil {
		return nil, fmt.Errorf("cannot validate %s: %w", name, err)
	}
	translateRows(fsys, rows)
	return d, all.err()
}

// unmarshal reads the body; a fault of form names the line it is on.
func (d *jsonDocument) unmarshal(into any) error {
	err := json.Unmarshal(d.body, into)
	if err == nil {
		return nil
	}
	f := &Fault{File: d.name, Reason: err.Error()}
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		f.Line = 1 + bytes.Count(d.body[:syntax.Offset], []byte("\n"))
	case errors.As(err, &mismatch):
		f.Line = 1 + bytes.Count(d.body[:min(int(mismatch.Offset), len(d.body))], []byte("\n"))
		f.Field = mismatch.Field
	}
	return f
}

// keywords are ours; another one that begins with x- is a slip of the pen.
var keywords = []string{
	"x-questionnaire", "x-version", "x-kind", "x-definitions", "x-title", "x-sections", "x-rules", "x-provision", "x-label",
	"x-words", "x-options", "x-persons", "x-by-age", "x-by-form", "x-messages",
	"x-consent", "x-places", "x-period",
}

func (d *jsonDocument) knownKeywords(at string, tree any, all *faults) {
	switch v := tree.(type) {
	case map[string]any:
		for key, value := range v {
			if strings.HasPrefix(key, "x-") && !slices.Contains(keywords, key) {
				all.add(d.fault(at+"/"+escape(key), "unknown field"))
			}
			d.knownKeywords(at+"/"+escape(key), value, all)
		}
	case []any:
		for n, value := range v {
			d.knownKeywords(at+"/"+strconv.Itoa(n), value, all)
		}
	}
}

func (d *jsonDocument) fault(pointer, format string, args ...any) *Fault {
	return &Fault{File: d.name, Line: d.line(pointer), Field: pointer, Reason: fmt.Sprintf(format, args...)}
}

// line is where a pointer leads or, when nothing is there, what should hold it.
// JSON is YAML, so the YAML parser, which keeps lines, can tell.
func (d *jsonDocument) line(pointer string) int {
	file, err := parser.ParseBytes(d.body, 0)
	if err != nil {
		return 1
	}
	for segments := segmentsOf(pointer); len(segments) > 0; segments = segments[:len(segments)-1] {
		path := (&yaml.PathBuilder{}).Root()
		for _, s := range segments {
			if n, err := strconv.ParseUint(s, 10, 32); err == nil {
				path = path.Index(uint(n))
			} else {
				path = path.Child(s)
			}
		}
		if node, err := path.Build().FilterFile(file); err == nil && node != nil && node.GetToken() != nil {
			return node.GetToken().Position.Line
		}
	}
	return 1
}

// pointerOf turns the validator's namespace into a JSON Pointer:
// row.properties.Of[Q2.1].x-label is /properties/Q2.1/x-label.
func pointerOf(namespace string) string {
	_, path, _ := strings.Cut(namespace, ".")
	var b strings.Builder
	for path != "" {
		end := strings.IndexAny(path, ".[")
		switch {
		case end < 0:
			b.WriteString("/" + escape(path))
			path = ""
		case end > 0:
			if path[:end] != "Of" {
				b.WriteString("/" + escape(path[:end]))
			}
			path = path[end:]
		case path[0] == '.':
			path = path[1:]
		default:
			key, rest, _ := strings.Cut(path[1:], "]")
			b.WriteString("/" + escape(key))
			path = rest
		}
	}
	return b.String()
}

var (
	escaper   = strings.NewReplacer("~", "~0", "/", "~1")
	unescaper = strings.NewReplacer("~1", "/", "~0", "~")
)

// escape makes a key a segment of a JSON Pointer.
func escape(key string) string { return escaper.Replace(key) }

func segmentsOf(pointer string) []string {
	if pointer == "" {
		return nil
	}
	return each(strings.Split(pointer[1:], "/"), unescaper.Replace)
}
