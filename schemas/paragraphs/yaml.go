package paragraphs

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// Mark is a field of a draft that a person has to look at, and why.
type Mark struct {
	Field string // provisions[3].addressee
	Doubt string
}

// MarkPrefix begins the comment beside a marked field. The loader of package
// schemas refuses a file that still has one.
const MarkPrefix = "CHECK: "

// page is a YAML file under construction.
type page struct {
	b      strings.Builder
	fields int
	marks  []Mark
}

// wide is how many characters a line of text has.
const wide = 100

// field writes a key with its value on one line, and the mark beside it. path
// is the field's place in the file.
func (y *page) field(indent, key, value, path, doubt string) {
	y.fields++
	comment := ""
	if doubt != "" {
		y.marks = append(y.marks, Mark{Field: path + strings.TrimLeft(key, "- "), Doubt: doubt})
		comment = " # " + MarkPrefix + oneLine(doubt)
	}
	fmt.Fprintf(&y.b, "%s%s: %s%s\n", indent, key, value, comment)
}

// optional writes a field unless it is empty and unmarked.
func (y *page) optional(indent, key, text, path, doubt string) {
	if text != "" || doubt != "" {
		y.field(indent, key, scalar(text), path, doubt)
	}
}

// note writes a comment on a line of its own.
func (y *page) note(indent, text string) { fmt.Fprintf(&y.b, "%s# %s\n", indent, oneLine(text)) }

// folded writes a long text as a block, in lines that fit a page; a mark stands
// on the line before it.
func (y *page) folded(indent, key, text, path, doubt string) {
	if doubt != "" {
		y.marks = append(y.marks, Mark{Field: path + key, Doubt: doubt})
		y.note(indent, MarkPrefix+doubt)
	}
	y.fields++
	if text == "" {
		fmt.Fprintf(&y.b, "%s%s: \"\"\n", indent, key)
		return
	}
	fmt.Fprintf(&y.b, "%s%s: >-\n", indent, key)
	line := ""
	for w := range strings.FieldsSeq(text) {
		if line != "" && len(line)+1+len(w) > wide {
			fmt.Fprintf(&y.b, "%s  %s\n", indent, line)
			line = ""
		}
		line = strings.TrimPrefix(line+" "+w, " ")
	}
	fmt.Fprintf(&y.b, "%s  %s\n", indent, line)
}

var (
	plainForm = regexp.MustCompile(`^[\p{L}(][\p{L}\p{N} .()/’“”–'-]*(?:[,;] [\p{L}\p{N} .()/’“”–'-]+)*$`)
	otherType = regexp.MustCompile(`(?i)^(?:true|false|yes|no|on|off|null|nan|inf|y|n)$`)
)

// scalar is a text as a YAML scalar: as it stands where no reader could take it
// for anything else, in quotes otherwise. JSON's quotes are YAML's.
func scalar(text string) string {
	if plainForm.MatchString(text) && !otherType.MatchString(text) && strings.TrimSpace(text) == text {
		return text
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a text can always be written
	return strings.TrimSpace(b.String())
}

// sequence is a list of texts on one line.
func sequence(texts []string) string {
	quoted := make([]string, 0, len(texts))
	for _, t := range texts {
		s := scalar(t)
		if strings.ContainsAny(s, ",") && !strings.HasPrefix(s, `"`) {
			s = `"` + s + `"`
		}
		quoted = append(quoted, s)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}
