package rapporteur

import (
	"cmp"
	"fmt"
)

// Words writes the date as United Nations documents do: 21 November 2018.
func (d Date) Words() string {
	if d.IsZero() {
		return ""
	}
	return d.Start().Format("2 January 2006")
}

// dateForm is how documents in a language write a date: the form takes day,
// month and year.
type dateForm struct {
	form   string
	first  string // of the first of a month, where it is another
	months [12]string
}

// dateForms are those of the official languages beside English, as the editorial
// manuals of the United Nations have them. Arabic documents name months in both
// usages.
var dateForms = map[string]dateForm{
	"ar": {form: "%[1]d %[2]s %[3]d", months: [12]string{
		"كانون الثاني/يناير", "شباط/فبراير", "آذار/مارس", "نيسان/أبريل", "أيار/مايو", "حزيران/يونيه",
		"تموز/يوليه", "آب/أغسطس", "أيلول/سبتمبر", "تشرين الأول/أكتوبر", "تشرين الثاني/نوفمبر", "كانون الأول/ديسمبر",
	}},
	"zh": {form: "%[3]d年%[2]s月%[1]d日", months: [12]string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"}},
	"fr": {form: "%[1]d %[2]s %[3]d", first: "1er %[2]s %[3]d", months: [12]string{
		"janvier", "février", "mars", "avril", "mai", "juin",
		"juillet", "août", "septembre", "octobre", "novembre", "décembre",
	}},
	"ru": {form: "%[1]d %[2]s %[3]d года", months: [12]string{
		"января", "февраля", "марта", "апреля", "мая", "июня",
		"июля", "августа", "сентября", "октября", "ноября", "декабря",
	}},
	"es": {form: "%[1]d de %[2]s de %[3]d", months: [12]string{
		"enero", "febrero", "marzo", "abril", "mayo", "junio",
		"julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
	}},
}

// WordsIn writes the date as documents in one of Languages do, or else as those
// in English: 3 de mayo de 2018, 1er août 2018, 2018年5月3日.
func (d Date) WordsIn(language string) string {
	f, ok := dateForms[language]
	if !ok || d.IsZero() {
		return d.Words()
	}
	form := f.form
	if d.Day == 1 {
		form = cmp.Or(f.first, form)
	}
	return fmt.Sprintf(form, d.Day, f.months[d.Month-1], d.Year)
}
