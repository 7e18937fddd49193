package rapporteur

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"
)

// plainly gives a value of the domain as JSON has it: structs as objects whose
// keys are the fields' names in lower case with underscores, what is embedded
// with the rest, dates and instants as ISO 8601 has them. Whatever a type gets
// in the future is in archives too, unless it is left out by name here.
func plainly(value any, without ...string) any {
	return plainValue(reflect.ValueOf(value), without)
}

func plainValue(v reflect.Value, without []string) any {
	if !v.IsValid() {
		return nil
	}
	switch value := v.Interface().(type) {
	case time.Time:
		return chainTime(value)
	case encoding.TextMarshaler:
		text, err := value.MarshalText()
		if err != nil {
			return fmt.Sprint(value)
		}
		return string(text)
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return plainValue(v.Elem(), without)
	case reflect.Struct:
		object := map[string]any{}
		plainFields(object, v, without)
		return object
	case reflect.Slice, reflect.Array:
		items := make([]any, v.Len())
		for n := range items {
			items[n] = plainValue(v.Index(n), without)
		}
		return items
	case reflect.Map:
		object := map[string]any{}
		for entries := v.MapRange(); entries.Next(); {
			object[entries.Key().String()] = plainValue(entries.Value(), without)
		}
		return object
	}
	return v.Interface()
}

func plainFields(object map[string]any, v reflect.Value, without []string) {
	for n := range v.NumField() {
		field := v.Type().Field(n)
		name := underscored(field.Name)
		switch {
		case !field.IsExported() || slices.Contains(without, name):
		case field.Anonymous && field.Type.Kind() == reflect.Struct:
			plainFields(object, v.Field(n), without)
		default:
			object[name] = plainValue(v.Field(n), without)
		}
	}
}

// underscored writes a field's name as keys are: MessageID is message_id.
func underscored(name string) string {
	letters := []rune(name)
	var b strings.Builder
	for n, r := range letters {
		begins := n > 0 && unicode.IsUpper(r) && (!unicode.IsUpper(letters[n-1]) || n+1 < len(letters) && unicode.IsLower(letters[n+1]))
		if begins {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// jsonLine is a value on one line; jsonText the same for people to read.
func jsonLine(value any) ([]byte, error) { return jsonOf(value, "") }
func jsonText(value any) ([]byte, error) { return jsonOf(value, "  ") }

func jsonOf(value any, indent string) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", indent)
	if err := encoder.Encode(value); err != nil {
		return nil, fmt.Errorf("cannot write archive: %w", err)
	}
	return b.Bytes(), nil
}

// jsonLines is values one a line.
func jsonLines[T any](values []T, without ...string) ([]byte, error) {
	var all []byte
	for _, value := range values {
		line, err := jsonLine(plainly(value, without...))
		if err != nil {
			return nil, err
		}
		all = append(all, line...)
	}
	return all, nil
}
