package schemas

import (
	"math/big"
	"reflect"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Schemas of which an acceptor does not know a keyword are left to the library.
var acceptedKeywords = []string{
	// what the library notes about a schema, and what it does not check
	"DraftVersion", "Location", "ID", "Title", "Description", "Comment",
	"Ref", "Types", "Enum", "Const", "If", "Then", "Else", "Format",
	"MaxProperties", "MinProperties", "Required", "PropertyNames", "Properties", "AdditionalProperties", "UnevaluatedProperties",
	"MinItems", "MaxItems", "UniqueItems", "Items2020",
	"MinLength", "MaxLength", "Pattern", "Maximum", "Minimum", "Extensions",
}

// newAcceptor makes the acceptor of a schema, or nil where it has a keyword that
// acceptors do not know.
func newAcceptor(schema *jsonschema.Schema) *acceptor {
	m := acceptorMaker{made: map[*jsonschema.Schema]*acceptor{}, ok: true}
	a := m.of(schema)
	if !m.ok {
		return nil
	}
	return a
}

// acceptorMaker makes one acceptor for each schema, however often it is used.
type acceptorMaker struct {
	made map[*jsonschema.Schema]*acceptor // nil while it is being made
	ok   bool
}

var nothing = &acceptor{types: noType}

func (m *acceptorMaker) of(s *jsonschema.Schema) *acceptor {
	switch {
	case s == nil:
		return nil
	case s.Bool != nil:
		if *s.Bool {
			return &acceptor{types: anyType}
		}
		return nothing
	}
	if a, known := m.made[s]; known || !knownOnly(s) {
		// A schema inside itself would take a stack of places; none has one.
		m.ok = m.ok && a != nil
		return a
	}
	m.made[s] = nil
	a := &acceptor{types: typesOf(s.Types), format: s.Format}
	m.values(a, s)
	m.texts(a, s)
	m.numbers(a, s)
	m.arrays(a, s)
	m.objects(a, s)
	if s.Ref != nil {
		a.all = append(a.all, m.of(s.Ref))
	}
	if s.If != nil {
		a.branches = &branches{when: m.of(s.If), then: m.of(s.Then), otherwise: m.of(s.Else)}
	}
	m.made[s] = a
	return a
}

// knownOnly reports whether a schema has no keyword but those we know. A field
// that a later version of the library adds is one we do not.
func knownOnly(s *jsonschema.Schema) bool {
	fields := reflect.ValueOf(s).Elem()
	for n := range fields.NumField() {
		field := fields.Type().Field(n)
		if field.IsExported() && !fields.Field(n).IsZero() && !slices.Contains(acceptedKeywords, field.Name) {
			return false
		}
	}
	return s.DraftVersion == 2020
}

// values takes over enum and const, which questionnaires use for texts.
func (m *acceptorMaker) values(a *acceptor, s *jsonschema.Schema) {
	if s.Enum != nil {
		a.enum = map[string]bool{}
		for _, value := range s.Enum.Values {
			code, isText := value.(string)
			m.ok = m.ok && isText
			a.enum[code] = true
		}
	}
	if s.Const != nil {
		code, isText := (*s.Const).(string)
		m.ok = m.ok && isText
		a.constant = &code
	}
}

func (m *acceptorMaker) texts(a *acceptor, s *jsonschema.Schema) {
	a.text = textLimits{least: s.MinLength, most: s.MaxLength}
	switch {
	case s.Pattern == nil:
	case s.Pattern.String() == `\S`:
		a.text.notBlank = true
	default:
		a.text.pattern = s.Pattern
	}
	for _, extension := range s.Extensions {
		limit, ok := extension.(wordLimit)
		m.ok = m.ok && ok
		a.text.words = int(limit)
	}
}

func (m *acceptorMaker) numbers(a *acceptor, s *jsonschema.Schema) {
	bound := func(limit *big.Rat) *int64 {
		if limit == nil {
			return nil
		}
		// Beyond 2^53 a float and a whole number no longer compare exactly.
		exact := limit.IsInt() && limit.Num().IsInt64() && limit.Num().BitLen() <= 53
		m.ok = m.ok && exact
		whole := limit.Num().Int64()
		return &whole
	}
	a.number = numberLimits{least: bound(s.Minimum), most: bound(s.Maximum)}
}

func (m *acceptorMaker) arrays(a *acceptor, s *jsonschema.Schema) {
	if s.MinItems != nil || s.MaxItems != nil || s.UniqueItems || s.Items2020 != nil {
		a.array = &arrayLimits{least: s.MinItems, most: s.MaxItems, unique: s.UniqueItems, each: m.of(s.Items2020)}
	}
}

func (m *acceptorMaker) objects(a *acceptor, s *jsonschema.Schema) {
	o := &objectLimits{
		least: s.MinProperties, most: s.MaxProperties, required: s.Required,
		names: m.of(s.PropertyNames), fields: map[string]*acceptor{}, other: m.additional(s.AdditionalProperties),
	}
	for name, field := range s.Properties {
		o.fields[name] = m.of(field)
	}
	if s.UnevaluatedProperties != nil {
		m.ok = m.ok && s.UnevaluatedProperties.Bool != nil && !*s.UnevaluatedProperties.Bool
		o.evaluated = m.evaluated(s)
	}
	o.close()
	if len(o.fields) > 0 || len(o.required) > 0 || o.least != nil || o.most != nil || o.names != nil || o.other != nil || o.evaluated != nil {
		a.object = o
	}
}

// close lists the fields of an object that can have no others, such as the cell
// of a table.
func (l *objectLimits) close() {
	for _, name := range l.required {
		if l.fields[name] == nil {
			return
		}
	}
	if l.other != nothing || l.least != nil || l.most != nil || l.names != nil || l.evaluated != nil {
		return
	}
	l.closed = []field{}
	for name, of := range l.fields {
		l.closed = append(l.closed, field{name, slices.Contains(l.required, name), of})
	}
}

func (m *acceptorMaker) additional(v any) *acceptor {
	switch v := v.(type) {
	case bool:
		if !v {
			return nothing
		}
	case *jsonschema.Schema:
		return m.of(v)
	}
	return nil
}

// evaluated are the fields that a schema and what it refers to know; no other
// may stand beside unevaluatedProperties: false. Where it cannot be told without
// looking at a value, the library decides.
func (m *acceptorMaker) evaluated(s *jsonschema.Schema) map[string]bool {
	known := map[string]bool{}
	for at := s; at != nil; at = at.Ref {
		m.ok = m.ok && at.AdditionalProperties == nil && (at == s || at.UnevaluatedProperties == nil)
		for name := range at.Properties {
			known[name] = true
		}
	}
	for at := s; at != nil; at = at.Ref {
		for _, branch := range []*jsonschema.Schema{at.If, at.Then, at.Else} {
			m.ok = m.ok && (branch == nil || plainFields(branch, known))
		}
	}
	return known
}

// plainFields reports whether a branch of a condition evaluates no field but
// known ones.
func plainFields(branch *jsonschema.Schema, known map[string]bool) bool {
	if branch.Ref != nil || branch.If != nil || branch.AdditionalProperties != nil || branch.UnevaluatedProperties != nil {
		return false
	}
	for name := range branch.Properties {
		if !known[name] {
			return false
		}
	}
	return true
}
