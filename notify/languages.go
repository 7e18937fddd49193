package notify

// language is what a language needs beside its templates.
type language struct {
	code        string
	rightToLeft bool
	and         string // before the last of several paragraphs
	list        string // between those before it
	comma       string // between the date, the time and the place of an event
	tight       bool   // numbers stand without a space before a bracket: 2388(2017)
	// The forms of paragraphs of an instrument, by themselves and as the place
	// where something is asked; they take paragraphs and instrument.
	one, two, several    string
	inNone, inOne, inTwo string
	inSeveral            string
	letter               string            // form of a paragraph with its letter
	letters              map[string]string // where they are others than those of the English text
	council, assembly    string            // form of a resolution's name, by organ
}

// languages are the languages that mails are written in, by code.
var languages = map[string]language{
	"ar": {
		code: "ar", rightToLeft: true, and: " و ", list: " و ", comma: "، ", letter: "%s (%s)",
		letters: map[string]string{"a": "أ", "b": "ب", "c": "ج", "d": "د", "e": "هـ", "f": "و", "g": "ز", "h": "ح"},
		one:     "الفقرة %s من %s", two: "الفقرتين %s من %s", several: "الفقرات %s من %s",
		inNone: "في %s", inOne: "في الفقرة %s من %s", inTwo: "في الفقرتين %s من %s", inSeveral: "في الفقرات %s من %s",
		council: "قرار مجلس الأمن %s", assembly: "قرار الجمعية العامة %s",
	},
	"zh": {
		code: "zh", and: "和", list: "、", comma: "，", tight: true, letter: "%s(%s)",
		one: "%[2]s执行部分第%[1]s段", two: "%[2]s执行部分第%[1]s段", several: "%[2]s执行部分第%[1]s段",
		inNone: "%s", inOne: "%[2]s执行部分第%[1]s段", inTwo: "%[2]s执行部分第%[1]s段", inSeveral: "%[2]s执行部分第%[1]s段",
		council: "安全理事会第%s号决议", assembly: "大会第%s号决议",
	},
	"en": {
		code: "en", and: " and ", list: ", ", comma: ", ", letter: "%s (%s)",
		one: "operative paragraph %s of %s", two: "operative paragraphs %s of %s", several: "operative paragraphs %s of %s",
		inNone: "in %s", inOne: "in operative paragraph %s of %s", inTwo: "in operative paragraphs %s of %s", inSeveral: "in operative paragraphs %s of %s",
		council: "Security Council resolution %s", assembly: "General Assembly resolution %s",
	},
	"fr": {
		code: "fr", and: " et ", list: ", ", comma: ", ", letter: "%s (%s)",
		one: "paragraphe %s de %s", two: "paragraphes %s de %s", several: "paragraphes %s de %s", //nolint:misspell // French
		inNone: "dans %s", inOne: "au paragraphe %s de %s", inTwo: "aux paragraphes %s de %s", inSeveral: "aux paragraphes %s de %s", //nolint:misspell // French
		council: "la résolution %s du Conseil de sécurité", assembly: "la résolution %s de l’Assemblée générale",
	},
	"ru": { // in the genitive, for its templates set all of it after “во исполнение”
		code: "ru", and: " и ", list: ", ", comma: ", ", letter: "%s %s)",
		one: "пункта %s %s", two: "пунктов %s %s", several: "пунктов %s %s",
		inNone: "во исполнение %s", inOne: "во исполнение пункта %s %s", inTwo: "во исполнение пунктов %s %s", inSeveral: "во исполнение пунктов %s %s",
		council: "резолюции %s Совета Безопасности", assembly: "резолюции %s Генеральной Ассамблеи",
	},
	"es": {
		code: "es", and: " y ", list: ", ", comma: ", ", letter: "%s %s)",
		one: "párrafo %s de %s", two: "párrafos %s de %s", several: "párrafos %s de %s",
		inNone: "en %s", inOne: "en el párrafo %s de %s", inTwo: "en los párrafos %s de %s", inSeveral: "en los párrafos %s de %s",
		council: "la resolución %s del Consejo de Seguridad", assembly: "la resolución %s de la Asamblea General",
	},
}
