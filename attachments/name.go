package attachments

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/rapporteur/rapporteur"
)

// The longest name that is kept, with its ending: what every file system takes.
const (
	maxNameRunes = 120
	maxNameBytes = 240
)

// cleanName is a file's name as it can be kept and given back: no path, nothing
// that is invisible or turns the direction of reading, nothing that a file system
// or a shell takes for something else. A name whose ending is of another kind is
// a Problem, as is one that is no text.
func cleanName(name string, k kind) (string, error) {
	if !utf8.ValidString(name) {
		return "", rapporteur.Problemf(rapporteur.ProblemMalformed, "The file's name cannot be read", "Write it in UTF-8.")
	}
	if cut := strings.LastIndexAny(name, `/\`); cut >= 0 {
		name = name[cut+1:]
	}
	name = strings.Join(strings.Fields(strings.Map(kept, norm.NFC.String(name))), " ")
	name = strings.TrimRight(name, ". ")
	stem, ending := name, ""
	if dot := strings.LastIndexByte(name, '.'); dot >= 0 {
		stem, ending = name[:dot], strings.ToLower(name[dot:])
	}
	switch {
	case ending == "" || !isEnding(ending):
		stem, ending = name, k.ends[0]
	case !slices.Contains(k.ends, ending):
		return "", refused("The file is not what its name says", "The content is a %s; the name has another ending.", k.name)
	}
	stem = strings.Trim(shortened(strings.Trim(stem, ". "), len(ending)), ". ")
	if stem == "" || reserved[strings.ToLower(stem)] {
		stem = "file" + stem
	}
	return stem + ending, nil
}

// isEnding reports whether what follows the last dot of a name is an ending, and
// not the rest of a sentence such as "No. 5 of 2018".
func isEnding(ending string) bool {
	letters := false
	for _, r := range ending[1:] {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return false
		}
		letters = letters || unicode.IsLetter(r)
	}
	return letters && len(ending) <= 12
}

// kept is a character of a name, another in its stead, or -1 for none.
func kept(r rune) rune {
	switch {
	case unicode.Is(unicode.Zs, r) || r == '\t' || r == '\n' || r == '\r':
		return ' '
	case !unicode.IsGraphic(r):
		return -1 // control, format (with them what turns the direction), private, unassigned
	case strings.ContainsRune(`<>:"|?*%;`, r):
		return '_'
	}
	return r
}

// shortened cuts a name so that it fits with its ending, between characters.
func shortened(stem string, ending int) string {
	n := 0
	for at, r := range stem {
		n++
		if n > maxNameRunes-ending || at+utf8.RuneLen(r) > maxNameBytes-ending {
			return stem[:at]
		}
	}
	return stem
}

// reserved are names that some systems take for devices.
var reserved = map[string]bool{
	"con": true, "prn": true, "aux": true, "nul": true, "com1": true, "com2": true, "com3": true, "com4": true, "com5": true,
	"com6": true, "com7": true, "com8": true, "com9": true, "lpt1": true, "lpt2": true, "lpt3": true, "lpt4": true, "lpt5": true,
	"lpt6": true, "lpt7": true, "lpt8": true, "lpt9": true,
}
