package schemas

import "cmp"

// The orders in which fields are told that are not parts of a question.
var (
	envelopeOrder = []string{"questionnaire", "version", "return_type", "reason", "language", "header", "answers", "justifications"}
	answerOrder   = []string{"reason", "text", "legal_reference", "source", "period", "classification", "may_be_quoted", "assistance_needed"}
	fieldOrder    = []string{
		"authority", "permanent_mission", "officer", "name", "title", "email", "telephone", "period", "from", "to",
		"assistance_needed", "needed", "kind", "may_be_quoted", "classification", "note_verbale",
	}
)

// comparedWords are the words of a difference by language, beside the labels that
// the questionnaires have: fields that every answer shares, what cells count, and
// a sentence for each kind of change.
var comparedWords = map[string]map[string]string{
	"ar": comparedArabic, "zh": comparedChinese, "en": comparedEnglish, "fr": comparedFrench, "ru": comparedRussian, "es": comparedSpanish,
}

// word is a word of a difference in its language; what has none stands for
// itself.
func (d *comparison) word(key string) string {
	return cmp.Or(comparedWords[d.language][key], comparedEnglish[key], key)
}

// inLanguage is a text in a language, or in English.
func inLanguage(texts map[string]string, language string) string {
	if t := texts[language]; t != "" {
		return t
	}
	return texts["en"]
}
