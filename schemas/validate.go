package schemas

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/go-playground/validator/v10"

	"github.com/rapporteur/rapporteur"
)

// validate knows the validate tags of all rows, with some of our own: date,
// period, provision (an id such as OP28.b) and key (a stable lower-case key).
var validate = newValidate()

var (
	provisionForm = regexp.MustCompile(`^OP[1-9]\d{0,2}(\.[a-z])?$`)
	keyForm       = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
)

func newValidate() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(field reflect.StructField) string {
		name, _, _ := strings.Cut(field.Tag.Get("yaml")+field.Tag.Get("json"), ",")
		return name
	})
	forms := map[string]func(string) bool{
		"date":      func(s string) bool { _, err := rapporteur.ParseDate(s); return err == nil },
		"period":    func(s string) bool { _, err := rapporteur.ParsePeriod(s); return err == nil },
		"provision": provisionForm.MatchString,
		"key":       keyForm.MatchString,
	}
	for tag, ok := range forms {
		// Only a clash of names can fail here, and a test loads with every tag.
		_ = v.RegisterValidation(tag, func(f validator.FieldLevel) bool { return ok(f.Field().String()) })
	}
	return v
}

// reason says in plain words what a field should be.
func reason(e validator.FieldError) string {
	switch e.Tag() {
	case "required", "required_with", "required_without":
		return "is missing"
	case "date":
		return "want a date as YYYY-MM-DD"
	case "period":
		return "want an ISO 8601 duration such as P12M, P90D or -P30D"
	case "provision":
		return "want a provision id such as OP34 or OP28.b"
	case "key":
		return "want a key of lower-case letters, digits and hyphens"
	case "oneof":
		return "want one of: " + strings.ReplaceAll(e.Param(), " ", ", ")
	case "unique":
		return "has the same entry twice"
	case "len":
		return "want length " + e.Param()
	case "min", "gte":
		return "want at least " + e.Param()
	case "max", "lte":
		return "want at most " + e.Param()
	}
	return strings.TrimSpace(fmt.Sprintf("breaks the rule %s %s", e.Tag(), e.Param()))
}

// date reads a field that the rules have checked; an empty one is the zero Date.
func date(text string) rapporteur.Date {
	d, _ := rapporteur.ParseDate(text)
	return d
}

// period reads a field that the rules have checked; an empty one is no length.
func period(text string) rapporteur.Period {
	p, _ := rapporteur.ParsePeriod(text)
	return p
}
