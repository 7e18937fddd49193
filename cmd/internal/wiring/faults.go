package wiring

import (
	"cmp"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// Fault is a setting that cannot be worked with. None of its fields ever holds a
// secret, or a value that could hold one.
type Fault struct {
	Key    string // name of the environment variable, such as RAPPORTEUR_DATABASE
	What   string // what is wrong with it, to be read after the key: is not set
	Remedy string // what to do: give sqlite:PATH or postgres://…
}

// Faulty is a struct of settings, or a command, that knows what is wrong with
// itself. It finds out without starting, connecting or writing anything.
type Faulty interface{ Faults() []Fault }

// KeyRing is a struct of settings with files that each hold a secret of one kind.
// No secret may serve twice: Faults of the program compare them.
type KeyRing interface {
	// Ring is the environment variable that names the files, and the files.
	Ring() (key string, files []string)
}

// exitFaults is the exit code of a program whose settings cannot be worked with.
const exitFaults = 2

// faultsOf collects what is wrong with the settings of the selected command: each
// struct of them is asked, then the command itself, then what they have in common.
func faultsOf(parsed *kong.Context) []Fault {
	var settings []any
	for _, at := range parsed.Path {
		switch {
		case at.App != nil:
			settings = gather(settings, at.App.Target)
		case at.Command != nil:
			settings = gather(settings, at.Command.Target)
		}
	}
	var faults []Fault
	for _, s := range settings {
		if faulty, ok := s.(Faulty); ok {
			faults = append(faults, faulty.Faults()...)
		}
	}
	return append(faults, sharedKeys(settings)...)
}

// gather adds the embedded structs below a value, and then the value itself. A
// command among the fields is another command's business.
func gather(found []any, value reflect.Value) []any {
	if value.Kind() == reflect.Pointer {
		value = value.Elem()
	}
	if value.Kind() != reflect.Struct {
		return found
	}
	for n := range value.NumField() {
		field := value.Type().Field(n)
		if _, embedded := field.Tag.Lookup("embed"); embedded {
			found = gather(found, value.Field(n))
		}
	}
	// A struct whose type is not exported is reached by its address.
	if value.CanAddr() {
		value = reflect.NewAt(value.Type(), value.Addr().UnsafePointer()).Elem()
	}
	if value.CanInterface() {
		found = append(found, value.Interface())
	}
	return found
}

// TellFaults writes all faults, each with its key and a remedy, by key.
func TellFaults(w io.Writer, program string, faults []Fault, parsed *kong.Context) {
	flags := flagsOf(parsed)
	slices.SortStableFunc(faults, func(a, b Fault) int { return cmp.Compare(a.Key, b.Key) })
	faults = slices.Compact(faults)
	noun := "settings"
	if len(faults) == 1 {
		noun = "setting"
	}
	_, _ = fmt.Fprintf(w, "%s: %d %s to mend; nothing was started:\n", program, len(faults), noun)
	for _, f := range faults {
		key := f.Key
		if flag := flags[f.Key]; flag != "" {
			key += " (" + flag + ")"
		}
		_, _ = fmt.Fprintf(w, "  %s: %s\n      %s\n", key, oneLine(f.What), oneLine(f.Remedy))
	}
}

// oneLine keeps what others wrote, such as the system, from looking like a list.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// flagsOf are the command's flags by environment variable.
func flagsOf(parsed *kong.Context) map[string]string {
	flags := map[string]string{}
	for _, flag := range parsed.Flags() {
		for _, env := range flag.Envs {
			flags[env] = "--" + flag.Name
		}
	}
	return flags
}
