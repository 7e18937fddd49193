package schemas

import "slices"

// text is a text by language as the files have it. English and French must be
// there; the other official languages come when they are translated.
type text map[string]string

// languagesNow are the languages that every text must have for a file to load.
var languagesNow = []string{"en", "fr"}

// lacks lists the languages, of those that must be there, that a text has not.
func (t text) lacks() []string {
	var missing []string
	for _, language := range languagesNow {
		if t[language] == "" {
			missing = append(missing, language)
		}
	}
	return missing
}

// MissingLanguages lists the keys of all texts of the catalogue that have
// nothing in a language: labels, options, headings and findings of every
// questionnaire, names of contributors and of codes. Translators work it down to none.
func (c *Catalogue) MissingLanguages(language string) []string {
	var keys []string
	for _, q := range c.questionnaires {
		keys = append(keys, q.texts.missing(q.String()+" ", language)...)
	}
	for _, m := range c.registry.members {
		for _, names := range m.names {
			if names.value[language] == "" {
				keys = append(keys, string(m.base.ID)+" "+names.from.String())
			}
		}
	}
	for id, list := range c.codeLists {
		for _, code := range list.Codes {
			if code.Names[len(code.Names)-1].Names[language] == "" {
				keys = append(keys, id+" "+code.ID)
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// texts are the texts of a file by where they stand in it.
type texts map[string]text

func (t texts) missing(prefix, language string) []string {
	var keys []string
	for key, text := range t {
		if text[language] == "" {
			keys = append(keys, prefix+key)
		}
	}
	return keys
}
