package personal

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// plain writes a text so that what means the same looks the same: compatible
// forms composed (NFKC), digits of every script as ASCII's, one kind of space,
// of hyphen and of apostrophe, and no characters that nobody sees.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < 0x80:
			return r
		case unicode.Is(unicode.Cf, r): // zero-width, soft hyphen, directions
			return -1
		case unicode.Is(unicode.Zs, r):
			return ' '
		case unicode.Is(unicode.Pd, r) || r == '−':
			return '-'
		}
		switch r {
		case '\u2019', '\u02bc', '`':
			return '\''
		case '·', '•', '٫', '。':
			return '.'
		case '،', '٬', '、':
			return ','
		case '؛':
			return ';'
		}
		if value, ok := digitValue(r); ok {
			return '0' + value
		}
		return r
	}, norm.NFKC.String(text))
}

// isDigit reports whether a character is one of ten digits of some script, or
// becomes one when plain.
func isDigit(r rune) bool {
	if _, ok := digitValue(r); ok {
		return true
	}
	if !unicode.Is(unicode.No, r) {
		return false
	}
	composed := norm.NFKC.String(string(r))
	return composed != "" && composed[0] >= '0' && composed[0] <= '9'
}

// digitValue is the value of a decimal digit. Unicode gives each script ten of
// them in a row (The Unicode Standard, 4.6), so that ranges hold whole tens.
func digitValue(r rune) (rune, bool) {
	for _, in := range unicode.Nd.R16 {
		if rune(in.Lo) <= r && r <= rune(in.Hi) {
			return (r - rune(in.Lo)) % 10, true
		}
	}
	for _, in := range unicode.Nd.R32 {
		low, high := rune(in.Lo), rune(in.Hi) //nolint:gosec // the ranges are of runes
		if low <= r && r <= high {
			return (r - low) % 10, true
		}
	}
	return 0, false
}
