package rapporteur

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Canonical JSON is the subset of RFC 8785 that documents of this house need:
// objects whose keys are lower-case ASCII, strings and whole numbers. Keys are
// sorted, there is no space, and of the characters in a string only those are
// escaped that JSON wants escaped.

// canonical writes an object in its canonical form.
func canonical(object map[string]any) []byte {
	var b bytes.Buffer
	writeCanonical(&b, object)
	return b.Bytes()
}

func writeCanonical(b *bytes.Buffer, v any) {
	switch v := v.(type) {
	case map[string]any:
		separator := "{"
		for _, key := range slices.Sorted(maps.Keys(v)) {
			b.WriteString(separator)
			writeCanonicalString(b, key)
			b.WriteByte(':')
			writeCanonical(b, v[key])
			separator = ","
		}
		if separator == "{" {
			b.WriteByte('{')
		}
		b.WriteByte('}')
	case string:
		writeCanonicalString(b, v)
	case int:
		b.WriteString(strconv.Itoa(v))
	default: // json.Number
		fmt.Fprint(b, v)
	}
}

var canonicalEscapes = strings.NewReplacer(
	`"`, `\"`, `\`, `\\`, "\b", `\b`, "\f", `\f`, "\n", `\n`, "\r", `\r`, "\t", `\t`,
)

func writeCanonicalString(b *bytes.Buffer, s string) {
	b.WriteByte('"')
	if plainASCII(s) {
		b.WriteString(s)
		b.WriteByte('"')
		return
	}
	for _, r := range strings.ToValidUTF8(s, "\ufffd") {
		text := canonicalEscapes.Replace(string(r))
		if r < ' ' && len(text) == 1 {
			text = fmt.Sprintf(`\u%04x`, r)
		}
		b.WriteString(text)
	}
	b.WriteByte('"')
}

// plainASCII reports whether a string stands for itself between quotes, as nearly
// all do: ids, hashes, times.
func plainASCII(s string) bool {
	for n := range len(s) {
		if c := s[n]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

var (
	canonicalKey    = regexp.MustCompile(`^[a-z][a-z0-9_]{0,59}$`)
	canonicalNumber = regexp.MustCompile(`^(0|-?[1-9]\d{0,15})$`)
	errNotCanonical = errors.New("want one JSON object of objects, strings and whole numbers with lower-case keys")
)

// maxCanonical is how long a document may be that is read.
const maxCanonical = 64 << 10

// readCanonical reads an object that has a canonical form, however it is
// written: indented, or with its keys in another order.
func readCanonical(document []byte) (map[string]any, error) {
	if len(document) > maxCanonical {
		return nil, errNotCanonical
	}
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	var object map[string]any
	if err := decoder.Decode(&object); err != nil || !hasCanonical(object) {
		return nil, errNotCanonical
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errNotCanonical
	}
	return object, nil
}

func hasCanonical(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			if !canonicalKey.MatchString(key) || !hasCanonical(value) {
				return false
			}
		}
		return v != nil
	case string:
		return true
	case json.Number:
		return canonicalNumber.MatchString(v.String())
	}
	return false
}
