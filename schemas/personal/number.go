package personal

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// number is one or several groups of digits that stand together: 27/2003,
// 2018-03-01, 1 234 567, +41 22 917 1234.
type number struct {
	text   string  // in which it stands
	groups []group // at least one
	date   bool    // it is a day
}

type group struct {
	start, end int
	before     byte // what divides it from the group before: one of . - / , ' ( or a space
}

func (g group) size() int { return g.end - g.start }

func (n number) start() int { return n.groups[0].start }

func (n number) end() int { return n.groups[len(n.groups)-1].end }

func (n number) digits(k int) string { return n.text[n.groups[k].start:n.groups[k].end] }

// all is the digits alone.
func (n number) all() string {
	if len(n.groups) == 1 {
		return n.digits(0)
	}
	var b strings.Builder
	for k := range n.groups {
		b.WriteString(n.digits(k))
	}
	return b.String()
}

func (n number) count() int {
	count := 0
	for _, g := range n.groups {
		count += g.size()
	}
	return count
}

// sized reports whether the groups have these sizes.
func (n number) sized(sizes ...int) bool {
	if len(sizes) != len(n.groups) {
		return false
	}
	for k, size := range sizes {
		if n.groups[k].size() != size {
			return false
		}
	}
	return true
}

// dividedBy reports whether nothing but these characters divides the groups.
func (n number) dividedBy(dividers string) bool {
	for _, g := range n.groups[1:] {
		if strings.IndexByte(dividers, g.before) < 0 {
			return false
		}
	}
	return true
}

// numbers finds the numbers of a text. Dates stand apart.
func numbers(text string) []number {
	var found []number
	for n := 0; n < len(text); {
		if !isASCIIDigit(text[n]) {
			n++
			continue
		}
		one := number{text: text}
		before := byte(0)
		for {
			start := n
			for n < len(text) && isASCIIDigit(text[n]) {
				n++
			}
			one.groups = append(one.groups, group{start, n, before})
			next, divider := divided(text, n)
			if divider == 0 {
				break
			}
			n, before = next, divider
		}
		found = one.dated(found)
	}
	return found
}

func isASCIIDigit(c byte) bool { return '0' <= c && c <= '9' }

// divided is where the next group of the same number begins, and what divides
// it; 0 where the number ends. ", " and ". " divide numbers from each other.
func divided(text string, end int) (int, byte) {
	divider := byte(0)
	for n := end; n < len(text) && n < end+4; n++ {
		c := text[n]
		switch {
		case isASCIIDigit(c):
			if n > end+1 && divider != 0 && text[end] == divider && (divider == ',' || divider == '.') {
				return 0, 0
			}
			return n, divider
		case c == ' ':
			if divider == 0 {
				divider = ' '
			}
		case strings.IndexByte("./,'()-", c) >= 0:
			if divider == 0 || divider == ' ' || divider == ')' {
				divider = c
			}
		default:
			return 0, 0
		}
	}
	return 0, 0
}

// dated adds a number to others, with the dates in it apart.
func (n number) dated(found []number) []number {
	for k := 0; k+3 <= len(n.groups); k++ {
		if !n.dateAt(k) {
			continue
		}
		if k > 0 {
			found = append(found, number{text: n.text, groups: n.groups[:k]})
		}
		found = append(found, number{text: n.text, groups: n.groups[k : k+3], date: true})
		if k+3 == len(n.groups) {
			return found
		}
		return number{text: n.text, groups: n.groups[k+3:]}.dated(found)
	}
	return append(found, n)
}

// dateAt reports whether three groups are a day: 2018-03-01, 1.3.2018, 01/03/18.
func (n number) dateAt(k int) bool {
	one, two, three := n.value(k), n.value(k+1), n.value(k+2)
	divider := n.groups[k+1].before
	if divider != n.groups[k+2].before || strings.IndexByte("-./", divider) < 0 || n.groups[k+1].size() > 2 {
		return false
	}
	if n.year(k) {
		return two >= 1 && two <= 12 && three >= 1 && three <= 31
	}
	short := n.groups[k+2].size() == 2 && divider == '/'
	return (n.year(k+2) || short) && one >= 1 && one <= 31 && two >= 1 && two <= 31 && (one <= 12 || two <= 12)
}

func (n number) value(k int) int {
	value, err := strconv.Atoi(n.digits(k))
	if err != nil {
		return -1
	}
	return value
}

// year reports whether a group can be a year.
func (n number) year(k int) bool {
	return n.groups[k].size() == 4 && n.value(k) >= 1800 && n.value(k) <= 2100
}

func (n number) hasYear() bool {
	for k := range n.groups {
		if n.year(k) {
			return true
		}
	}
	return false
}

// grouped reports whether the number is written with thousands apart: 1 234 567,
// 1,234,567.89, 1.234,5.
func (n number) grouped() bool {
	groups := n.groups
	if last := len(groups) - 1; last > 0 && groups[last].size() <= 2 && strings.IndexByte(".,", groups[last].before) >= 0 {
		groups = groups[:last] // cents
	}
	if groups[0].size() > 3 || len(groups) < 2 {
		return len(groups) == 1 && len(n.groups) == 2
	}
	for _, g := range groups[1:] {
		if g.size() != 3 || g.before != groups[1].before || strings.IndexByte(" ,.'", g.before) < 0 {
			return false
		}
	}
	return true
}

// alone reports whether a number stands by itself and not inside a symbol of a
// document, a time of day or a longer code.
func (n number) alone() bool {
	if start := n.start(); start > 0 {
		inside := start > 1 && n.text[start-2] != ' '
		switch n.text[start-1] {
		case '/', '_', '-', '.':
			if inside || start == 1 {
				return false
			}
		case ':':
			if inside && isASCIIDigit(n.text[start-2]) {
				return false
			}
		}
	}
	r, _ := utf8.DecodeRuneInString(n.text[n.end():])
	return r != '/' && r != '_' && !unicode.In(r, unicode.Latin, unicode.Cyrillic)
}
