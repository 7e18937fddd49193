package schemas

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"unicode/utf8"

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
// limits. Whole numbers are int64, others float64. It fails with a Problem that
// never quotes the body.
func readBody(body []byte) (any, error) {
	if len(body) > maxBytes {
		return nil, tooLarge("The body has %d bytes; at most %d are read.", len(body), maxBytes)
	}
	if !utf8.Valid(body) {
		return nil, malformed("The body is not valid UTF-8.")
	}
	r := bodyReader{decoder: json.NewDecoder(bytes.NewReader(body))}
	r.decoder.UseNumber()
	value, err := r.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := r.decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, malformed("There is something after the end of the document, at byte %d.", r.decoder.InputOffset())
	}
	return value, nil
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
	decoder *json.Decoder
	values  int
}

func (r *bodyReader) token() (json.Token, error) {
	token, err := r.decoder.Token()
	if err != nil {
		return nil, &rapporteur.Problem{
			Kind: rapporteur.ProblemMalformed, Title: "The body cannot be read",
			Detail: fmt.Sprintf("It is not JSON from byte %d on.", r.decoder.InputOffset()), Cause: err,
		}
	}
	return token, nil
}

func (r *bodyReader) value(depth int) (any, error) {
	token, err := r.token()
	if err != nil {
		return nil, err
	}
	r.values++
	if r.values > maxValues {
		return nil, tooLarge("It holds more than %d values.", maxValues)
	}
	switch token := token.(type) {
	case json.Delim:
		if depth == maxDepth {
			return nil, tooLarge("It is nested more than %d levels deep.", maxDepth)
		}
		if token == '{' {
			return r.object(depth + 1)
		}
		return r.array(depth + 1)
	case json.Number:
		return r.number(token)
	}
	return token, nil
}

func (r *bodyReader) object(depth int) (any, error) {
	object := map[string]any{}
	for r.decoder.More() {
		token, err := r.token()
		if err != nil {
			return nil, err
		}
		key, _ := token.(string)
		if _, twice := object[key]; twice {
			return nil, malformed("An object has the same key twice, before byte %d.", r.decoder.InputOffset())
		}
		if object[key], err = r.value(depth); err != nil {
			return nil, err
		}
	}
	_, err := r.token()
	return object, err
}

func (r *bodyReader) array(depth int) (any, error) {
	list := []any{}
	for r.decoder.More() {
		if len(list) == maxItems {
			return nil, tooLarge("A list has more than %d items.", maxItems)
		}
		item, err := r.value(depth)
		if err != nil {
			return nil, err
		}
		list = append(list, item)
	}
	_, err := r.token()
	return list, err
}

func (r *bodyReader) number(n json.Number) (any, error) {
	if i, err := strconv.ParseInt(n.String(), 10, 64); err == nil {
		return i, nil
	}
	f, err := n.Float64()
	if err != nil || math.IsInf(f, 0) {
		return nil, malformed("A number before byte %d is out of range.", r.decoder.InputOffset())
	}
	return f, nil
}
