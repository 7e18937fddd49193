package wiring

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/agnivade/levenshtein"
	"github.com/alecthomas/kong"
)

// prefix begins every variable of the product.
const prefix = "RAPPORTEUR_"

// unreadable takes the variables of the selected command whose values cannot be
// read out of the parser's sight, so that it goes on to the next one, and tells
// them. No value is repeated: it may stand in the wrong variable.
func unreadable(parser *kong.Kong, args []string) []Fault {
	traced, err := kong.Trace(parser, args)
	forget(parser)
	if err != nil || traced.Error != nil {
		return nil // the parser will say the same
	}
	var faults []Fault
	for _, flag := range traced.Flags() {
		for _, env := range flag.Tag.Envs {
			text, set := os.LookupEnv(env)
			if !set || readable(flag, text) {
				continue
			}
			faults = append(faults, Fault{env, "cannot be read", wanted(flag)})
			flag.Tag.Envs = nil
			break
		}
	}
	return faults
}

// forget has the parser take every argument and flag as not set yet. The reader of
// files would take those that were set before for done, and leave them empty.
func forget(parser *kong.Kong) {
	_ = kong.Visit(parser.Model, func(node kong.Visitable, next kong.Next) error {
		switch node := node.(type) {
		case *kong.Flag:
			node.Set = false
		case *kong.Value:
			node.Set = false
		}
		return next(nil)
	})
}

func readable(flag *kong.Flag, text string) bool {
	value := reflect.New(flag.Target.Type()).Elem()
	defer func(set bool) { flag.Set = set }(flag.Set) // trying is not setting
	if err := flag.Parse(kong.ScanFromTokens(kong.Token{Type: kong.FlagValueToken, Value: text}), value); err != nil {
		return false
	}
	return flag.Enum == "" || slices.Contains(flag.EnumSlice(), text)
}

// wanted says what a variable takes.
func wanted(flag *kong.Flag) string {
	switch {
	case flag.Enum != "":
		return "give one of " + strings.Join(flag.EnumSlice(), ", ")
	case flag.Tag.Type == "existingfile":
		return "give a file that is there and can be read"
	case flag.Tag.Type == "existingdir":
		return "give a folder that is there and can be read"
	case flag.Target.Type() == reflect.TypeFor[time.Duration]():
		return "give a duration with its unit, such as 30s, 10m or 336h"
	}
	switch flag.Target.Kind() {
	case reflect.Bool:
		return "give true or false"
	case reflect.Int, reflect.Int64, reflect.Uint, reflect.Uint64, reflect.Float64:
		return "give a number"
	default:
		return "see " + flag.Help
	}
}

// serviceLink are the variables that Kubernetes sets for a service that is called
// rapporteur, or begins so; they are nobody's mistake.
var serviceLink = regexp.MustCompile(`_(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT|PORT_[0-9]+_(TCP|UDP|SCTP)(_.*)?)$`)

// unknown tells the variables that look like the product's and are not: a setting
// that is misspelt would silently keep its default.
func unknown(parser *kong.Kong, environment []string) []Fault {
	known := slices.Clone(Variables)
	_ = kong.Visit(parser.Model, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok {
			known = append(known, flag.Envs...)
		}
		return next(nil)
	})
	var faults []Fault
	for _, variable := range environment {
		name, _, _ := strings.Cut(variable, "=")
		if !strings.HasPrefix(name, prefix) || slices.Contains(known, name) || serviceLink.MatchString(name) {
			continue
		}
		faults = append(faults, Fault{name, "is no setting of this release", "take it away, or give it its name: " + nearest(name, known) + " is the nearest"})
	}
	return faults
}

// nearest is the name with the fewest letters to change.
func nearest(name string, known []string) string {
	return slices.MinFunc(known, func(a, b string) int {
		return levenshtein.ComputeDistance(name, a) - levenshtein.ComputeDistance(name, b)
	})
}
