package answer

import (
	"errors"
	"strconv"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

// complaint is something in a form that has to be mended before it is taken.
type complaint struct {
	At   string // id of the field, empty where it is none in particular
	Text string
}

// mendable is the problem of an error that whoever sent a form can mend in it;
// false where a page of its own has to say what is wrong.
func mendable(err error) (*rapporteur.Problem, bool) {
	problem, ok := errors.AsType[*rapporteur.Problem](err)
	if !ok || problem.Kind != rapporteur.ProblemInvalid && problem.Kind != rapporteur.ProblemRejected {
		return nil, false
	}
	return problem, true
}

// blocking are the findings of a problem that stop it, as complaints on one
// field; or what else it is, by the key of a text.
func blocking(v *frame.Visit, problem *rapporteur.Problem, at, key string) []complaint {
	var all []complaint
	for _, f := range problem.Findings {
		if f.Blocks() {
			all = append(all, complaint{At: at, Text: f.Text(v.Language)})
		}
	}
	if len(all) == 0 {
		all = []complaint{{At: at, Text: words.In(v.Language).Say(key)}}
	}
	return all
}

func itoa(n int) string { return strconv.Itoa(n) }
