package schemas

import (
	"errors"

	"golang.org/x/text/currency"
	"golang.org/x/text/language"
)

// codeFormats are formats of our own for codes of international standards.
// Free-text countries are unusable for aggregation, so only codes pass.
var codeFormats = map[string]func(string) bool{
	"country": func(s string) bool { // ISO 3166-1 alpha-3
		region, err := language.ParseRegion(s)
		return err == nil && len(s) == 3 && region.IsCountry() && region.ISO3() == s
	},
	"currency": func(s string) bool { // ISO 4217
		unit, err := currency.ParseISO(s)
		return err == nil && unit.String() == s
	},
	"language": func(s string) bool { // ISO 639-1 or 639-3
		_, err := language.ParseBase(s)
		return err == nil
	},
}

var errCode = errors.New("not a code of the standard")

// codeFormat adapts a test of a code to the schema library; what is no text is
// left to the keyword type.
func codeFormat(known func(string) bool) func(any) error {
	return func(v any) error {
		if s, ok := v.(string); ok && !known(s) {
			return errCode
		}
		return nil
	}
}
