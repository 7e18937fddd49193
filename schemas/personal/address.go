package personal

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// hasAddress reports whether a text has an e-mail address: maria@example.org,
// or with spaces around the signs.
func hasAddress(text string) bool {
	for at := strings.IndexByte(text, '@'); at >= 0; {
		local, domain := text[:at], text[at+1:]
		if strings.HasSuffix(local, " ") && strings.HasPrefix(domain, " ") {
			local, domain = local[:len(local)-1], domain[1:]
		}
		last, _ := utf8.DecodeLastRuneInString(local)
		if (inDomain(last) || strings.ContainsRune("._%+", last)) && isDomain(domain) {
			return true
		}
		next := strings.IndexByte(text[at+1:], '@')
		if next < 0 {
			return false
		}
		at += 1 + next
	}
	return false
}

func inDomain(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-')
}

// isDomain reports whether a text begins with two labels and a point between.
func isDomain(text string) bool {
	end := strings.IndexFunc(text, func(r rune) bool { return !inDomain(r) })
	if end <= 0 {
		return false
	}
	rest := text[end:]
	switch {
	case strings.HasPrefix(rest, "."):
		rest = rest[1:]
	case strings.HasPrefix(rest, " . "):
		rest = rest[3:]
	default:
		return false
	}
	first, _ := utf8.DecodeRuneInString(rest)
	return inDomain(first)
}

// spelt is an address that was written out so that machines do not find it. Bare
// words are one only together: “at noon, on the dot” is none.
var spelt = regexp.MustCompile(`[\pL\d._%+-]+(?: ?[[({<] ?(?:@|(?i:at|arroba|arobase|chez)) ?[\])}>] ?[\pL\d-]+ ?[[({<]? ?(?:\.|(?i:dot|punto|point|ponto)) ?[\])}>]? ?\pL{2,}|` +
	` (?i:at|arroba|arobase) [\pL\d-]+ (?i:dot|punto|point|ponto) \pL{2,})`)

func hasSpeltAddress(text string) bool { return spelt.MatchString(text) }
