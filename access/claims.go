package access

import (
	"cmp"
	"slices"
	"strings"
)

// claims are what a provider says of somebody.
type claims map[string]any

// text is a claim that is text, empty where it is none.
func (c claims) text(name string) string {
	text, _ := c[name].(string)
	return text
}

// label is how somebody is known to people, as the provider has it.
func (c claims) label() string {
	return cmp.Or(c.text("name"), c.text("preferred_username"), c.text("email"))
}

// values are those of a claim that is text or a list of texts: of that name, or
// where there is none, at that path with points.
func (c claims) values(name string) []string {
	value, found := c[name]
	if !found {
		value = map[string]any(c)
		for part := range strings.SplitSeq(name, ".") {
			object, isObject := value.(map[string]any)
			if !isObject {
				return nil
			}
			value = object[part]
		}
	}
	switch value := value.(type) {
	case string:
		return []string{value}
	case []any:
		var all []string
		for _, one := range value {
			if text, isText := one.(string); isText {
				all = append(all, text)
			}
		}
		return all
	}
	return nil
}

// grants are the roles that somebody's claims give, each once, in the order of
// the policy's roles and then by office.
func (o *OIDC) grants(c claims) []Grant {
	var all []Grant
	for _, value := range c.values(o.config.Claim) {
		if grant, mapped := o.config.Grants[value]; mapped && !slices.Contains(all, grant) {
			all = append(all, grant)
		}
	}
	slices.SortFunc(all, func(a, b Grant) int {
		return cmp.Or(cmp.Compare(slices.Index(Roles, a.Role), slices.Index(Roles, b.Role)), cmp.Compare(a.Office, b.Office))
	})
	return all
}
