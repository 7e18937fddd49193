package answer

import (
	"encoding/json"
	"regexp"
	"strings"
)

var (
	grouped = regexp.MustCompile(`^\d{1,3}(?:[ ,.'’]\d{3})+$`)
	plainly = regexp.MustCompile(`^-?(?:0|[1-9]\d*)(?:\.\d+)?$`)
	comma   = regexp.MustCompile(`^\d+,\d+$`)
	zeros   = regexp.MustCompile(`^0+(\d)`)
)

// masked is how one to four persons are written so that nobody is known by it.
const masked = "<5"

// number reads what somebody typed where a number is asked: with the digits of
// Arabic or Persian, with spaces and marks between thousands, with a comma for the
// point. What is no number stays the text that it is, so that nothing typed is
// lost; the questionnaire then finds it.
func number(typed string, f field) any {
	text := strings.Map(plainDigit, typed)
	if f.Persons && strings.ReplaceAll(strings.ReplaceAll(text, "＜", "<"), " ", "") == masked {
		return masked
	}
	switch {
	case f.Whole && grouped.MatchString(text):
		text = strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, text)
	case !f.Whole && comma.MatchString(text):
		text = strings.Replace(text, ",", ".", 1)
	}
	text = zeros.ReplaceAllString(text, "$1")
	if plainly.MatchString(text) && len(text) < 20 {
		return json.Number(text)
	}
	return typed
}

// plainDigit writes a digit as English does, the decimal separator of Arabic as a
// point, and every kind of space as one.
func plainDigit(r rune) rune {
	switch {
	case r >= '٠' && r <= '٩':
		return r - '٠' + '0'
	case r >= '۰' && r <= '۹':
		return r - '۰' + '0'
	case r >= '０' && r <= '９':
		return r - '０' + '0'
	case r == '٫':
		return '.'
	case r == '٬':
		return ','
	case r == '\u00a0' || r == '\u2009' || r == '\u202f':
		return ' '
	}
	return r
}
