package schemas

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/schemas/personal"
)

// maxFindings is how many findings of the schema are listed; whoever has more
// needs another look at the questionnaire, not a longer list.
const maxFindings = 500

// schemaFindings validates a body against the schema. Each leaf of the
// library's tree of errors is one finding, with the rule id schema/<keyword>.
// The library is only asked about what the acceptor does not accept.
func (q *questionnaire) schemaFindings(tree any) []rapporteur.Finding {
	if q.acceptor != nil && q.acceptor.accepts(tree) {
		return nil
	}
	var broken *jsonschema.ValidationError
	if err := q.schema.Validate(tree); !errors.As(err, &broken) {
		return nil
	}
	var findings []rapporteur.Finding
	collect(broken, func(leaf *jsonschema.ValidationError) {
		findings = append(findings, q.schemaFinding(leaf)...)
	})
	findings = slices.DeleteFunc(findings, func(f rapporteur.Finding) bool { return q.echo(f, findings) })
	return findings[:min(len(findings), maxFindings)]
}

func collect(e *jsonschema.ValidationError, visit func(*jsonschema.ValidationError)) {
	if len(e.Causes) == 0 {
		visit(e)
	}
	for _, cause := range e.Causes {
		collect(cause, visit)
	}
}

// echo reports whether a finding only repeats another: when a shared part of an
// object fails, the library takes the fields of that part for unknown ones.
func (q *questionnaire) echo(f rapporteur.Finding, all []rapporteur.Finding) bool {
	if f.Rule != unknownField {
		return false
	}
	parent := f.Pointer[:strings.LastIndex(f.Pointer, "/")]
	name := f.Pointer[len(parent)+1:]
	if !q.shared[name] {
		return false
	}
	return slices.ContainsFunc(all, func(other rapporteur.Finding) bool {
		return other.Rule != unknownField && (other.Pointer == parent || strings.HasPrefix(other.Pointer, parent+"/"))
	})
}

const unknownField = "schema/additionalProperties"

// schemaFinding words one error of the library. Its words may name what the
// schema wants, never what was submitted.
func (q *questionnaire) schemaFinding(e *jsonschema.ValidationError) []rapporteur.Finding {
	at := pointerTo(e.InstanceLocation)
	switch k := e.ErrorKind.(type) {
	case *kind.Required:
		return each(k.Missing, func(name string) rapporteur.Finding {
			return q.worded("required", at+"/"+escape(name), "")
		})
	case *kind.AdditionalProperties:
		return each(k.Properties, func(name string) rapporteur.Finding {
			return q.worded("additionalProperties", at+"/"+escape(cut(name)), "")
		})
	case *kind.FalseSchema:
		if strings.HasSuffix(e.SchemaURL, "/unevaluatedProperties") {
			return []rapporteur.Finding{q.worded("additionalProperties", at, "")}
		}
		return []rapporteur.Finding{q.worded("false", at, "")}
	case *kind.UniqueItems:
		return []rapporteur.Finding{q.worded("uniqueItems", at, "")}
	}
	keyword, want := wanted(e.ErrorKind)
	return []rapporteur.Finding{q.worded(keyword, at, want)}
}

// wanted is the keyword of an error and what it asks for.
func wanted(k jsonschema.ErrorKind) (keyword, want string) {
	switch k := k.(type) {
	case *kind.Type:
		return "type", strings.Join(k.Want, ", ")
	case *kind.Enum:
		return "enum", strings.Join(each(k.Want, func(v any) string { return fmt.Sprint(v) }), ", ")
	case *kind.Const:
		return "const", fmt.Sprint(k.Want)
	case *kind.Format:
		return "format", k.Want
	case *kind.Pattern:
		return "pattern", ""
	case *kind.Minimum:
		return "minimum", k.Want.RatString()
	case *kind.Maximum:
		return "maximum", k.Want.RatString()
	case *kind.MinLength:
		return "minLength", fmt.Sprint(k.Want)
	case *kind.MaxLength:
		return "maxLength", fmt.Sprint(k.Want)
	case *kind.MinItems:
		return "minItems", fmt.Sprint(k.Want)
	case *kind.MaxItems:
		return "maxItems", fmt.Sprint(k.Want)
	case *kind.MinProperties:
		return "minProperties", fmt.Sprint(k.Want)
	case *kind.MaxProperties:
		return "maxProperties", fmt.Sprint(k.Want)
	case tooManyWords:
		return "x-words", fmt.Sprint(int(k))
	}
	if path := k.KeywordPath(); len(path) > 0 {
		return path[len(path)-1], ""
	}
	return "other", ""
}

// worded makes a finding with the words that the definitions have for a
// keyword; {want} stands for what the schema asks for.
func (q *questionnaire) worded(keyword, at, want string) rapporteur.Finding {
	message := wordsFor(q.messages, "schema/"+keyword)
	for language, m := range message {
		message[language] = strings.ReplaceAll(m, "{want}", want)
	}
	return rapporteur.Finding{
		Severity: rapporteur.SeverityError, Rule: "schema/" + keyword, Pointer: at, Message: message,
	}
}

// wordsFor is a copy of the words for a rule; definitions that have none for it
// have some for whatever else is wrong.
func wordsFor(messages map[string]text, rule string) map[string]string {
	words := messages[rule]
	if words == nil {
		words = messages["schema/other"]
	}
	return maps.Clone(map[string]string(words))
}

func pointerTo(segments []string) string {
	var b strings.Builder
	for _, s := range segments {
		b.WriteString("/" + escape(cut(s)))
	}
	return b.String()
}

// cut shortens a submitted key, and leaves out one that is somebody's: a pointer
// leads to a place, it is not for carrying content out.
func cut(key string) string {
	if personal.In(key) != nil && !personal.Column(key) {
		return "…"
	}
	const longest = 64
	if runes := []rune(key); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return key
}
