package rapporteur

import "slices"

// CodeList is a list of codes of a standard, or of our own where there is none,
// with the codes of other systems that stand for the same.
type CodeList struct {
	ID      string            // CL_SEX
	Title   map[string]string // by language
	Source  string            // SDMX cross-domain code list CL_SEX, 2.1
	Systems []string          // whose codes it knows, in the order in which they are shown: questionnaire, glotip, htcds
	Codes   []Code
}

// Code is one code of a list.
type Code struct {
	ID     string
	Parent string            // the code above it, which counts it too; empty at the top
	Names  []CodeName        // oldest first; at least one
	Same   map[string]string // what stands for it, by system; a system may use one code for several of the list
	Until  Date              // the last day of what no longer exists
}

// CodeName is the names of a code from a date on.
type CodeName struct {
	From  Date // zero for the first
	Names map[string]string
}

// Name is what a code was called on a date, in a language or else in English; on
// the zero date, what it is called last.
func (c Code) Name(language string, on Date) string {
	var current CodeName
	for n, name := range c.Names {
		if n == 0 || on.IsZero() || !name.From.After(on) {
			current = name
		}
	}
	if name := current.Names[language]; name != "" {
		return name
	}
	return current.Names["en"]
}

// Code is the code with this id.
func (l CodeList) Code(id string) (Code, bool) {
	n := slices.IndexFunc(l.Codes, func(c Code) bool { return c.ID == id })
	if n < 0 {
		return Code{}, false
	}
	return l.Codes[n], true
}

// From is the code that a code of another system stands for. Where that stands
// for several, it is the one above the others.
func (l CodeList) From(system, code string) (Code, bool) {
	for _, c := range l.Codes {
		if code == "" || c.Same[system] != code {
			continue
		}
		if above, ok := l.Code(c.Parent); !ok || above.Same[system] != code {
			return c, true
		}
	}
	return Code{}, false
}

// Translate is what a code of one system is in another; empty where either has
// none.
func (l CodeList) Translate(from, code, to string) string {
	c, _ := l.From(from, code)
	return c.Same[to]
}

// CodeLists are code lists that belong together.
type CodeLists []CodeList

// List is the list with an id; one without codes where there is none.
func (l CodeLists) List(id string) CodeList {
	n := slices.IndexFunc(l, func(list CodeList) bool { return list.ID == id })
	if n < 0 {
		return CodeList{ID: id}
	}
	return l[n]
}

// The code lists that statistics need, by id.
const (
	ListArea         = "CL_AREA"
	ListIndicator    = "CL_INDICATOR"
	ListExploitation = "CL_EXPLOITATION"
	ListSex          = "CL_SEX"
	ListAge          = "CL_AGE"
	ListUnit         = "CL_UNIT_MEASURE"
	ListUnitMult     = "CL_UNIT_MULT"
	ListObsStatus    = "CL_OBS_STATUS"
	ListConfStatus   = "CL_CONF_STATUS"
)

// Systems whose codes the lists know and that the programs themselves use.
const (
	SystemQuestionnaire = "questionnaire" // codes of answers
	SystemGLOTIP        = "glotip"        // texts of UNODC's public data set
	SystemISO3          = "alpha3"        // ISO 3166-1
)
