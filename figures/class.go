package figures

import (
	"fmt"
	"strconv"
	"strings"
)

// Class is how sensitive figures are: it says from which count on one may be
// told.
type Class string

// The classes of data. National figures follow UNODC's practice; what is about a
// smaller area or a group of people (ethnic, religious, one displacement site)
// follows the k-anonymity of the Counter-Trafficking Data Collaborative, k = 11.
const (
	National    Class = "national"
	Subnational Class = "subnational"
	Group       Class = "group"
)

// ParseClass reads the name of a class.
func ParseClass(name string) (Class, error) {
	switch c := Class(name); c {
	case National, Subnational, Group:
		return c, nil
	}
	return "", fmt.Errorf("cannot read class of data %q: want %s, %s or %s", name, National, Subnational, Group)
}

// Threshold is the least count that may be told, zero included in what may not:
// nobody outside can tell none from few.
func (c Class) Threshold() int {
	if c == National {
		return 5
	}
	return 11
}

// Token is what stands for a withheld figure of the class, such as <5.
func (c Class) Token() string { return tokenBelow(c.Threshold()) }

// tokenBelow is the token of a figure that is withheld below a threshold.
func tokenBelow(threshold int) string { return "<" + strconv.Itoa(threshold) }

// below is the threshold that a token names.
func below(token string) (int, bool) {
	digits, marked := strings.CutPrefix(token, "<")
	n, err := strconv.Atoi(digits)
	return n, marked && err == nil && n > 0
}
