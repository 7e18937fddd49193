package rapporteur_test

import (
	"io"
	"mime"
	"mime/multipart"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// Whoever reads another language than English gets the whole letter in it: the
// title of the stream and of the host report, names and dates.
func TestALetterIsInTheLanguageOfItsReader(t *testing.T) {
	h := calendarHouse(t)
	must(t, h.secretariat.PutContacts(t.Context(), staff, unmiss, []rapporteur.Contact{
		{Role: rapporteur.ContactFocalPoint, Name: "Focal point", Address: address(unmiss, rapporteur.ContactFocalPoint), Language: "ru"},
	}))
	cycle := h.theSection()
	message, err := h.sink.Messages()[0].Parse()
	must(t, err)
	_, parameters, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	must(t, err)
	part, err := multipart.NewReader(message.Body, parameters["boundary"]).NextPart()
	must(t, err)
	text, err := io.ReadAll(part)
	must(t, err)
	for _, want := range []string{
		"Торговля людьми в регулярных докладах об операциях по поддержанию мира и специальных политических миссиях",
		"Доклад Генерального секретаря: Миссия Организации Объединенных Наций в Южном Судане (МООНЮС)",
		"пункта 33 резолюции 2388 (2017) Совета Безопасности", cycle.Plan.Date(rapporteur.DateDue).WordsIn("ru"),
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the letter does not say %q:\n%s", want, text)
		}
	}
	if strings.Contains(string(text), "Report of the Secretary-General") {
		t.Errorf("a title is in English:\n%s", text)
	}
	if got := h.cycle(cycle.ID).Title; got != "Report of the Secretary-General: United Nations Mission in South Sudan (UNMISS)" {
		t.Errorf("the record holds the title %q", got)
	}
}
