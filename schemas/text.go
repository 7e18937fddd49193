package schemas

import "slices"

// text is a text by language. English and French must be there; the files have
// the other official languages beside them or in translations/.
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
// questionnaire, titles of instruments and what belongs to them, names of
// contributors and of codes, earlier ones too.
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
		keys = append(keys, texts{"title": list.Title}.missing(id+" ", language)...)
		for _, code := range list.Codes {
			for _, names := range code.Names {
				keys = append(keys, texts{names.From.String(): names.Names}.missing(id+" "+code.ID+" ", language)...)
			}
		}
	}
	for _, i := range c.instruments {
		all := texts{"title": i.Titles}
		for _, s := range i.Streams {
			all[s.ID] = s.Titles
			if s.Occasion.Title != "" {
				all[s.ID+" occasion"] = s.Occasion.Titles
			}
			for _, one := range s.Inclusion.Series {
				all[s.ID+" "+one.ID] = one.Titles
			}
		}
		keys = append(keys, all.missing(i.ID+" ", language)...)
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
