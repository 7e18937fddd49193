package schemas

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Fault says what is wrong in a file and where, so that whoever wrote the file
// finds the place without reading code. A load that fails joins all its faults.
type Fault struct {
	File   string // path inside the file system
	Line   int    // 1-based; 0 where the place cannot be told
	Field  string // path of the field inside the file: provisions[3].verb
	Reason string
}

// Error is the file, line, field and reason in one line.
func (f *Fault) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "cannot load %s: ", f.File)
	if f.Line > 0 {
		fmt.Fprintf(&b, "line %d: ", f.Line)
	}
	if f.Field != "" {
		b.WriteString(f.Field + ": ")
	}
	b.WriteString(f.Reason)
	return b.String()
}

// faults collects what is wrong with a file; joining no fault is no error.
type faults []error

func (f *faults) add(fault *Fault) { *f = append(*f, fault) }

func (f faults) err() error { return errors.Join(f...) }

// Faults takes the faults out of the error of a load, in the order of files
// and lines. What is no fault, such as a file that cannot be opened, is not
// among them.
func Faults(err error) []*Fault {
	all := faultsOf(err)
	slices.SortStableFunc(all, func(a, b *Fault) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return all
}

func faultsOf(err error) []*Fault {
	var fault *Fault
	var joined interface{ Unwrap() []error }
	switch {
	case err == nil:
	case errors.As(err, &joined):
		var all []*Fault
		for _, e := range joined.Unwrap() {
			all = append(all, faultsOf(e)...)
		}
		return all
	case errors.As(err, &fault):
		return []*Fault{fault}
	}
	return nil
}
