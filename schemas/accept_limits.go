package schemas

import (
	"math"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// typeSet is the keyword type: a bit for each of JSON's types.
type typeSet uint8

const (
	nullType typeSet = 1 << iota
	booleanType
	numberType
	integerType
	stringType
	arrayType
	objectType

	noType  typeSet = 0
	anyType typeSet = 0xff
)

var typeNames = map[string]typeSet{
	"null": nullType, "boolean": booleanType, "number": numberType, "integer": integerType, "string": stringType,
	"array": arrayType, "object": objectType,
}

func typesOf(types *jsonschema.Types) typeSet {
	if types == nil {
		return anyType
	}
	set := noType
	for _, name := range types.ToStrings() {
		set |= typeNames[name]
	}
	return set
}

// has reports whether a value is of one of the types. A float without a
// fraction is an integer too.
func (t typeSet) has(v any) bool {
	switch v := v.(type) {
	case nil:
		return t&nullType != 0
	case bool:
		return t&booleanType != 0
	case int64:
		return t&(numberType|integerType) != 0
	case float64:
		return t&numberType != 0 || t&integerType != 0 && v == math.Trunc(v)
	case string:
		return t&stringType != 0
	case []any:
		return t&arrayType != 0
	case map[string]any:
		return t&objectType != 0
	}
	return false
}

type textLimits struct {
	least, most *int // characters
	notBlank    bool
	pattern     jsonschema.Regexp
	words       int // at most; 0 for any number
}

func (l textLimits) accepts(s string) bool {
	// A text has no more characters than bytes, and no more words.
	if l.least != nil && utf8.RuneCountInString(s) < *l.least ||
		l.most != nil && len(s) > *l.most && utf8.RuneCountInString(s) > *l.most {
		return false
	}
	return (!l.notBlank || notBlank(s)) && (l.pattern == nil || l.pattern.MatchString(s)) &&
		(l.words == 0 || len(s) <= l.words || countWords(s) <= l.words)
}

type numberLimits struct{ least, most *int64 }

func (l numberLimits) accepts(v any) bool {
	if n, whole := v.(int64); whole {
		return (l.least == nil || n >= *l.least) && (l.most == nil || n <= *l.most)
	}
	n, _ := v.(float64)
	return (l.least == nil || n >= float64(*l.least)) && (l.most == nil || n <= float64(*l.most))
}

type arrayLimits struct {
	least, most *int
	unique      bool
	each        *acceptor
}

func (l arrayLimits) accepts(list []any) bool {
	if l.least != nil && len(list) < *l.least || l.most != nil && len(list) > *l.most {
		return false
	}
	for _, item := range list {
		if !l.each.accepts(item) {
			return false
		}
	}
	return !l.unique || len(list) < 2 || allDifferent(list)
}

// allDifferent reports whether a list has only texts and none twice; of other
// values, which no questionnaire wants different, the library decides.
func allDifferent(list []any) bool {
	seen := make(map[string]bool, len(list))
	for _, item := range list {
		s, isText := item.(string)
		if !isText || seen[s] {
			return false
		}
		seen[s] = true
	}
	return true
}

type objectLimits struct {
	least, most *int
	required    []string
	names       *acceptor // propertyNames
	fields      map[string]*acceptor
	other       *acceptor       // additionalProperties; nil for anything
	evaluated   map[string]bool // the only fields, of unevaluatedProperties; nil for any
	closed      []field         // the fields, where there can be no others and nothing else is asked of their names
}

type field struct {
	name     string
	required bool
	of       *acceptor
}

func (l *objectLimits) accepts(object map[string]any) bool {
	if l.closed != nil {
		return l.acceptsClosed(object)
	}
	if l.least != nil && len(object) < *l.least || l.most != nil && len(object) > *l.most {
		return false
	}
	for _, name := range l.required {
		if _, there := object[name]; !there {
			return false
		}
	}
	for name, value := range object {
		field, known := l.fields[name]
		if !known {
			field = l.other
		}
		if l.evaluated != nil && !l.evaluated[name] || !field.accepts(value) || l.names != nil && !l.names.accepts(name) {
			return false
		}
	}
	return true
}

// acceptsClosed asks for each field that there can be, which is quicker than to
// go through a map; it has seen all fields of the object where it has found as
// many.
func (l *objectLimits) acceptsClosed(object map[string]any) bool {
	seen := 0
	for _, f := range l.closed {
		value, there := object[f.name]
		if there {
			seen++
		}
		if there && !f.of.accepts(value) || f.required && !there {
			return false
		}
	}
	return seen == len(object)
}
