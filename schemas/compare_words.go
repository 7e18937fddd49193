package schemas

// The orders in which fields are told that are not parts of a question.
var (
	envelopeOrder = []string{"questionnaire", "version", "return_type", "reason", "language", "header", "answers", "justifications"}
	answerOrder   = []string{"reason", "text", "legal_reference", "source", "period", "classification", "may_be_quoted", "assistance_needed"}
	fieldOrder    = []string{
		"authority", "permanent_mission", "officer", "name", "title", "email", "telephone", "period", "from", "to",
		"assistance_needed", "needed", "kind", "may_be_quoted", "classification", "note_verbale",
	}
)

// comparedWords are the words of a difference, beside the labels that the
// questionnaires have: fields that every answer shares, what cells count, and a
// sentence for each kind of change.
var comparedWords = map[string]text{
	"questionnaire":     {"en": "Questionnaire", "fr": "Questionnaire"},
	"version":           {"en": "Version of the questionnaire", "fr": "Version du questionnaire"},
	"return_type":       {"en": "Kind of reply", "fr": "Type de réponse"},
	"reason":            {"en": "Reason", "fr": "Motif"},
	"language":          {"en": "Language", "fr": "Langue"},
	"header":            {"en": "Header", "fr": "En-tête"},
	"answers":           {"en": "Answers", "fr": "Réponses"},
	"justifications":    {"en": "Justifications", "fr": "Justifications"},
	"status":            {"en": "Answer", "fr": "Réponse"},
	"text":              {"en": "Text", "fr": "Texte"},
	"legal_reference":   {"en": "Legal references", "fr": "Références juridiques"},
	"source":            {"en": "Sources", "fr": "Sources"},
	"period":            {"en": "Period", "fr": "Période"},
	"from":              {"en": "from", "fr": "du"},
	"to":                {"en": "to", "fr": "au"},
	"classification":    {"en": "Classification", "fr": "Classification"},
	"may_be_quoted":     {"en": "May be quoted", "fr": "Peut être cité"},
	"assistance_needed": {"en": "Assistance needed", "fr": "Assistance nécessaire"},
	"needed":            {"en": "needed", "fr": "nécessaire"},
	"kind":              {"en": "kind", "fr": "nature"},
	"authority":         {"en": "Authority", "fr": "Autorité"},
	"permanent_mission": {"en": "Permanent Mission", "fr": "Mission permanente"},
	"officer":           {"en": "Officer", "fr": "Fonctionnaire"},
	"name":              {"en": "name", "fr": "nom"},
	"title":             {"en": "title", "fr": "titre"},
	"email":             {"en": "mail address", "fr": "adresse électronique"},
	"telephone":         {"en": "telephone", "fr": "téléphone"},
	"note_verbale":      {"en": "Note verbale", "fr": "Note verbale"},
	"bool/true":         {"en": "yes", "fr": "oui"},
	"bool/false":        {"en": "no", "fr": "non"},
	"sex/F":             {"en": "female", "fr": "sexe féminin"},
	"sex/M":             {"en": "male", "fr": "sexe masculin"},
	"sex/other":         {"en": "another sex", "fr": "autre sexe"},
	"sex/unknown":       {"en": "sex unknown", "fr": "sexe inconnu"},
	"sex/total":         {"en": "both sexes and all others", "fr": "tous sexes confondus"},
	"age/unknown":       {"en": "age unknown", "fr": "âge inconnu"},
	"age/total":         {"en": "all ages", "fr": "tous âges confondus"},
	"form/total":        {"en": "all forms of exploitation", "fr": "toutes formes d’exploitation"},
	"change/added":      {"en": "{place}: added, {after}", "fr": "{place} : ajout, {after}"},
	"change/removed":    {"en": "{place}: removed, was {before}", "fr": "{place} : suppression, était {before}"},
	"change/changed":    {"en": "{place}: changed from {before} to {after}", "fr": "{place} : modification, {before} devient {after}"},
	"change/reordered":  {"en": "{place}: in another order", "fr": "{place} : dans un autre ordre"},
}

// word is a word of a difference in its language; what has none stands for
// itself.
func (d *comparison) word(key string) string {
	if words, ok := comparedWords[key]; ok {
		return inLanguage(words, d.language)
	}
	return key
}

// inLanguage is a text in a language, or in English.
func inLanguage(texts map[string]string, language string) string {
	if t := texts[language]; t != "" {
		return t
	}
	return texts["en"]
}
