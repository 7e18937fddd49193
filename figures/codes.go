package figures

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/rapporteur/rapporteur"
)

// Codes turns the texts of GLOTIP's layout into the codes of code lists, and
// back.
type Codes struct {
	lists rapporteur.CodeLists
	texts map[listed]rapporteur.Code // by text of the layout
	codes map[listed]rapporteur.Code // by id
	areas map[string]string          // code by folded name, in every language and of every time
}

// listed is a text or a code of a list.
type listed struct{ list, text string }

// NewCodes prepares code lists for use. It fails where one that is needed is
// missing.
func NewCodes(lists rapporteur.CodeLists) (Codes, error) {
	for _, id := range []string{
		rapporteur.ListArea, rapporteur.ListIndicator, rapporteur.ListExploitation, rapporteur.ListSex, rapporteur.ListAge,
		rapporteur.ListUnit, rapporteur.ListUnitMult, rapporteur.ListObsStatus, rapporteur.ListConfStatus,
	} {
		if len(lists.List(id).Codes) == 0 {
			return Codes{}, fmt.Errorf("cannot use code lists: %s is missing", id)
		}
	}
	c := Codes{lists: lists, texts: map[listed]rapporteur.Code{}, codes: map[listed]rapporteur.Code{}, areas: map[string]string{}}
	for _, list := range lists {
		for _, code := range list.Codes {
			c.codes[listed{list.ID, code.ID}] = code
			if text := code.Same[rapporteur.SystemGLOTIP]; text != "" {
				c.texts[listed{list.ID, text}], _ = list.From(rapporteur.SystemGLOTIP, text)
			}
		}
	}
	for _, code := range lists.List(rapporteur.ListArea).Codes {
		for _, names := range code.Names {
			for _, name := range names.Names {
				c.name(fold(name), code.ID)
			}
		}
	}
	return c, nil
}

// name notes whose a name is. One that several areas have is nobody's.
func (c Codes) name(folded, code string) {
	if there, taken := c.areas[folded]; taken && there != code {
		code = ""
	}
	c.areas[folded] = code
}

// Lists are the code lists.
func (c Codes) Lists() rapporteur.CodeLists { return c.lists }

// fold makes names comparable: without accents, case and whatever is neither a
// letter nor a digit.
func fold(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFD.String(text))
}

// Codes that SDMX has for what is no code.
const (
	codeTotal     = "_T"
	codeUnstated  = "_X"
	freeText      = "X_" // begins the code of an area that only a text names
	longestFreeID = 60
)

// counterpart is the code of an area that contributors name by text. Texts that
// no list has keep a code of their own, made from their letters: the public data
// set has 403 spellings of citizenship, and guessing would be wrong.
func (c Codes) counterpart(text string) string {
	if code := c.areas[fold(text)]; code != "" {
		return code
	}
	slug := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			return unicode.ToUpper(r)
		}
		return '_'
	}, norm.NFD.String(text))
	slug = strings.Join(strings.FieldsFunc(slug, func(r rune) bool { return r == '_' }), "_")
	if slug == "" {
		return codeUnstated
	}
	return freeText + slug[:min(len(slug), longestFreeID)]
}

// The dimensions of GLOTIP's layout by which a figure may be broken down beside
// sex and age; notBrokenDown is the one of those that are not.
const (
	byForm        = "by form of exploitation"
	byCitizenship = "by citizenship"
	byRepatriated = "by country of repatriation"
)

// place describes an area by its list: name, region and subregion on the last
// date that is known, as the public data set has them.
func (c Codes) place(code rapporteur.Code) (name, region, subregion string) {
	if code.Same[rapporteur.SystemISO3] == "" {
		return "", "", "" // a sum over a region has no name in the data set
	}
	var above []string
	up := func(from rapporteur.Code) rapporteur.Code { return c.codes[listed{rapporteur.ListArea, from.Parent}] }
	for parent := up(code); parent.Parent != ""; parent = up(parent) {
		above = append(above, parent.Name("en", rapporteur.Date{}))
	}
	name = code.Name("en", rapporteur.Date{})
	if n := len(above); n > 1 {
		return name, above[n-1], above[n-2]
	} else if n == 1 {
		return name, above[0], above[0]
	}
	return name, "", ""
}

// Described fills in what the lists know of each row's area: country, region and
// subregion.
func (c Codes) Described(rows []Row) []Row {
	described := slices.Clone(rows)
	for n, r := range described {
		if code, ok := c.texts[listed{rapporteur.ListArea, r.Area}]; ok {
			described[n].Country, described[n].Region, described[n].Subregion = c.place(code)
		}
	}
	return described
}
