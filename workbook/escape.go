package workbook

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
)

var (
	pointerEscaper   = strings.NewReplacer("~", "~0", "/", "~1")
	pointerUnescaper = strings.NewReplacer("~1", "/", "~0", "~")
)

// escape makes a key a segment of a JSON Pointer (RFC 6901).
func escape(key string) string { return pointerEscaper.Replace(key) }

func segments(pointer string) []string {
	if pointer == "" {
		return nil
	}
	parts := strings.Split(pointer[1:], "/")
	for n, part := range parts {
		parts[n] = pointerUnescaper.Replace(part)
	}
	return parts
}

// escapeForm is how Office Open XML writes a character that XML does not have.
var escapeForm = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// unescaped is a text with such characters. Halves of a pair stay as they are.
func unescaped(text string) string {
	if !strings.Contains(text, "_x") {
		return text
	}
	return escapeForm.ReplaceAllStringFunc(text, func(form string) string {
		n, err := strconv.ParseUint(form[2:6], 16, 16)
		if err != nil || utf16.IsSurrogate(rune(n)) {
			return form
		}
		return string(rune(n))
	})
}
