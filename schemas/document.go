package schemas

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/go-playground/validator/v10"
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// document is a YAML file that was read into rows and still knows on which line
// each field stands, so that a rule over several fields can point at one.
type document struct {
	name  string
	file  *ast.File
	marks faults // fields that a person has still to look at
}

// readDocument reads a file into rows. Unknown and doubled keys are faults, and
// so is every field that breaks a rule of the row's validate tags; all of the
// latter are reported together.
func readDocument(fsys fs.FS, name string, rows any) (*document, error) {
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", name, err)
	}
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return nil, syntaxFault(name, err)
	}
	d := &document{name: name, file: file}
	d.mark(text)
	if err := decode(text, rows); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, &Fault{File: name, Reason: "is empty"}
		}
		return nil, errors.Join(d.marks.err(), syntaxFault(name, err))
	}
	var broken validator.ValidationErrors
	switch err := validate.Struct(rows); {
	case err == nil:
		translateRows(fsys, rows)
		return d, nil
	case !errors.As(err, &broken):
		return nil, fmt.Errorf("cannot validate %s: %w", name, err)
	}
	all := slices.Clone(d.marks)
	for _, field := range broken {
		all.add(d.fault(fieldPath(field), "%s", reason(field)))
	}
	return nil, all.err()
}

// decode reads YAML into rows. The library panics on some tags ("! 0" where a
// list should be); to whoever wrote the file that is a mistake as any other.
func decode(text []byte, rows any) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("cannot be read as YAML: %v", r)
		}
	}()
	return yaml.NewDecoder(bytes.NewReader(text), yaml.Strict()).Decode(rows)
}

// fault makes a fault about a field of the document.
func (d *document) fault(field, format string, args ...any) *Fault {
	return &Fault{File: d.name, Line: d.line(field), Field: field, Reason: fmt.Sprintf(format, args...)}
}

// line is where a field stands or, when it is missing, what should hold it.
func (d *document) line(field string) int {
	for field != "" {
		if path, err := yaml.PathString("$." + field); err == nil {
			if node, err := path.FilterFile(d.file); err == nil && node != nil && node.GetToken() != nil {
				return node.GetToken().Position.Line
			}
		}
		field = field[:max(strings.LastIndexAny(field, ".["), 0)]
	}
	return 1
}

var mapKey = regexp.MustCompile(`\[([^\]\d][^\]]*)\]`)

// fieldPath is the path of a field as the file has it: the validator's
// namespace without the row's type, with keys of maps as fields.
func fieldPath(e validator.FieldError) string {
	_, path, _ := strings.Cut(e.Namespace(), ".")
	return mapKey.ReplaceAllString(path, ".$1")
}

// syntaxFault turns an error of the YAML library into a fault with its line.
func syntaxFault(name string, err error) error {
	var located yaml.Error
	if !errors.As(err, &located) {
		return &Fault{File: name, Reason: err.Error()}
	}
	f := &Fault{File: name, Reason: located.GetMessage()}
	if token := located.GetToken(); token != nil {
		f.Line, f.Field = token.Position.Line, token.Value
	}
	return f
}
