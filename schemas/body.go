package schemas

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/rapporteur/rapporteur"
)

// What a submission's body may have at most. An honest answer to the longest
// questionnaire is below a tenth of each.
const (
	maxBytes  = 2 << 20
	maxDepth  = 32
	maxValues = 20_000
	maxItems  = 5_000
)

// readBody reads a body as JSON: one value, in UTF-8, no key twice, within the
// limits. Whole numbers are int64, others float64. Texts that are among the
// known words are not made anew. It fails with a Problem that never quotes the
// body.
func readBody(body []byte, known words) (any, error) {
	if len(body) > maxBytes {
		return nil, tooLarge("The body has %d bytes; at most %d are read.", len(body), maxBytes)
	}
	if !utf8.Valid(body) {
		return nil, malformed("The body is not valid UTF-8.")
	}
	// The reader looks for double keys itself, and for UTF-8 it has looked
	// already; half a surrogate pair in an escape is read as U+FFFD.
	r := bodyReader{known: known, decoder: jsontext.NewDecoder(
		bytes.NewBuffer(body), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))}
	value, err := r.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := r.decoder.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, malformed("There is something after the end of the document, at byte %d.", r.decoder.InputOffset())
	}
	return value, nil
}

// words are texts that bodies are full of, such as the names of fields and the
// codes of options, each with itself as a value.
type words map[string]any

// add takes up the fields and codes of a schema and of all that is in it.
func (w words) add(s *jsonschema.Schema) {
	w.addAll(s, map[*jsonschema.Schema]bool{})
}

func (w words) addAll(s *jsonschema.Schema, seen map[*jsonschema.Schema]bool) {
	if s == nil || seen[s] {
		return
	}
	seen[s] = true
	if s.Enum != nil {
		for _, value := range s.Enum.Values {
			if code, ok := value.(string); ok {
				w[code] = code
			}
		}
	}
	for name, field := range s.Properties {
		w[name] = name
		w.addAll(field, seen)
	}
	w.addAll(s.Ref, seen)
	w.addAll(s.Items2020, seen)
}

func malformed(detail string, args ...any) error {
	return rapporteur.Problemf(rapporteur.ProblemMalformed, "The body cannot be read", detail, args...)
}

func tooLarge(detail string, args ...any) error {
	return rapporteur.Problemf(rapporteur.ProblemTooLarge, "The body is too large", detail, args...)
}

// bodyReader reads values one by one, so that it stops at a limit before it has
// built what is over it.
type bodyReader struct {
	decoder *jsontext.Decoder
	known   words
	values  int
}

func (r *bodyReader) syntax(err error) error {
	return &rapporteur.Problem{
		Kind: rapporteur.ProblemMalformed, Title: "The body cannot be read",
		Detail: fmt.Sprintf("It is not JSON from byte %d on.", r.decoder.InputOffset()), Cause: err,
	}
}

func (r *bodyReader) value(depth int) (any, error) {
	kind := r.decoder.PeekKind()
	if kind == '{' || kind == '[' {
		return r.container(kind, depth)
	}
	raw, err := r.decoder.ReadValue()
	if err != nil {
		return nil, r.syntax(err)
	}
	if err := r.count(); err != nil {
		return nil, err
	}
	switch kind {
	case '"':
		return r.text(raw)
	case '0':
		return r.number(raw)
	case 't', 'f':
		return kind == 't', nil
	}
	return nil, nil //nolint:nilnil // what JSON calls null
}

func (r *bodyReader) count() error {
	r.values++
	if r.values > maxValues {
		return tooLarge("It holds more than %d values.", maxValues)
	}
	return nil
}

func (r *bodyReader) container(kind jsontext.Kind, depth int) (any, error) {
	if _, err := r.decoder.ReadToken(); err != nil {
		return nil, r.syntax(err)
	}
	if err := r.count(); err != nil {
		return nil, err
	}
	if depth == maxDepth {
		return nil, tooLarge("It is nested more than %d levels deep.", maxDepth)
	}
	var value any
	var err error
	if kind == '{' {
		value, err = r.object(depth + 1)
	} else {
		value, err = r.array(depth + 1)
	}
	if err != nil {
		return nil, err
	}
	if _, err := r.decoder.ReadToken(); err != nil {
		return nil, r.syntax(err)
	}
	return value, nil
}

func (r *bodyReader) object(depth int) (any, error) {
	object := map[string]any{}
	for r.decoder.PeekKind() == '"' {
		raw, err := r.decoder.ReadValue()
		if err != nil {
			return nil, r.syntax(err)
		}
		name, err := r.text(raw)
		if err != nil {
			return nil, err
		}
		key, _ := name.(string)
		value, err := r.value(depth)
		if err != nil {
			return nil, err
		}
		keys := len(object)
		if object[key] = value; len(object) == keys {
			return nil, malformed("An object has the same key twice, before byte %d.", r.decoder.InputOffset())
		}
	}
	return object, nil
}

func (r *bodyReader) array(depth int) (any, error) {
	list := []any{}
	for kind := r.decoder.PeekKind(); kind != ']' && kind != 0; kind = r.decoder.PeekKind() {
		if len(list) == maxItems {
			return nil, tooLarge("A list has more than %d items.", maxItems)
		}
		item, err := r.value(depth)
		if err != nil {
			return nil, err
		}
		list = append(list, item)
	}
	return list, nil
}

// text is a JSON string as a value.
func (r *bodyReader) text(raw jsontext.Value) (any, error) {
	inner := raw[1 : len(raw)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		if word, ok := r.known[string(inner)]; ok {
			return word, nil
		}
		return string(inner), nil
	}
	// The only error is half a surrogate pair, which was replaced.
	unquoted, _ := jsontext.AppendUnquote(make([]byte, 0, len(inner)), raw)
	return string(unquoted), nil
}

func (r *bodyReader) number(raw jsontext.Value) (any, error) {
	if i, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
		return i, nil
	}
	f, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || math.IsInf(f, 0) {
		return nil, malformed("A number before byte %d is out of range.", r.decoder.InputOffset())
	}
	return f, nil
}
