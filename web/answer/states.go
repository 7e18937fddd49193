package answer

import (
	"strings"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/wording"
)

// states are the Member States, to choose from by name where a code of
// ISO 3166-1 is kept.
type states struct {
	Options []option          // in the order of the language
	names   map[string]string // by code, in the language
	codes   map[string]string // by name in whatever language, small letters
}

// statesOf are those of a date in a language.
func statesOf(catalogue rapporteur.Catalogue, on rapporteur.Date, language string) states {
	s := states{names: map[string]string{}, codes: map[string]string{}}
	for _, state := range catalogue.Contributors(on, rapporteur.KindMemberState) {
		name := state.Name(language)
		s.Options = append(s.Options, option{state.Alpha3, name})
		s.names[state.Alpha3] = name
		for _, known := range state.Names {
			s.codes[strings.ToLower(known)] = state.Alpha3
		}
	}
	wording.Sort(language, s.Options, func(o option) string { return o.Label })
	return s
}

// name is how a code is shown; what is none stays as it was typed.
func (s states) name(code string) string {
	if name, known := s.names[code]; known {
		return name
	}
	return code
}

// code is what a name stands for; what is none stays as it was typed.
func (s states) code(typed string) string {
	if code, known := s.codes[strings.ToLower(typed)]; known {
		return code
	}
	if upper := strings.ToUpper(typed); len(upper) == 3 {
		return upper
	}
	return typed
}
