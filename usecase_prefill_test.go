package rapporteur_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/figures"
	"github.com/rapporteur/rapporteur/internal/needs"
)

// collectingLater is a cycle that opens days after the usual opening date.
func (h *house) collectingLater(days int, only ...rapporteur.ContributorID) rapporteur.Cycle {
	h.t.Helper()
	cycle := h.planned(fmt.Sprintf("later-%d", h.events.Add(1)), only...)
	h.set(opens.AddDays(days).At(rapporteur.SendHour))
	_, err := h.conduct.Open(h.t.Context(), cycle.ID, h.moment())
	must(h.t, err)
	return h.cycle(cycle.ID)
}

// prefill fills a working answer in and gives its values and their marks.
func (h *house) prefill(cycle rapporteur.Cycle, id rapporteur.ContributorID, sources ...string) []string {
	h.t.Helper()
	w, err := h.correspondence.Prefill(h.t.Context(), by(id), key(cycle, id), sources)
	must(h.t, err)
	return marksOf(w)
}

func marksOf(w rapporteur.WorkingAnswer) []string {
	lines := []string{}
	for _, s := range w.Sections {
		for _, m := range s.Marks {
			line := m.Pointer + " from "
			if line += fmt.Sprintf("%s/%d", m.Source.Cycle, m.Source.Version); m.Source.Published != "" {
				line = fmt.Sprintf("%s from %s %d", m.Pointer, m.Source.Published, m.Source.Year)
			}
			if m.Suggestion {
				line += ", suggestion"
			}
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	return lines
}

// facts is a whole answer of a Member State in an earlier cycle.
const facts = `"return_type":"answered","answers":{
	"Q2.1":{"status":"yes","deposited":"2005-01-05"},
	"Q3.4":{"status":"yes","identified":[{"sex":"total","age":"total","form":"total","value":31}]},
	"Q16.2":{"status":"yes","since":"2015-01-01"}}`

func TestPrefillFromTheLastAcceptedAnswer(t *testing.T) {
	h := newHouse(t)
	before := h.collecting(kenya)
	for _, body := range []string{`"return_type":"nil","reason":"None."`, facts} {
		_, err := h.correspondence.Submit(t.Context(), by(kenya), key(before, kenya), h.body(kenya, body, header))
		must(t, err)
	}
	cycle := h.collectingLater(1, kenya, france)
	source := fmt.Sprintf(" from %s/2", before.ID)
	want := []string{
		"/answers/Q16.2/since" + source, "/answers/Q16.2/status" + source,
		"/answers/Q2.1/deposited" + source, "/answers/Q2.1/status" + source,
		"/answers/Q3.4/identified" + source + ", suggestion", "/answers/Q3.4/status" + source + ", suggestion",
		"/header/authority" + source, "/header/classification" + source, "/header/may_be_quoted" + source, "/language" + source,
	}
	same(t, "marks", h.prefill(cycle, kenya), want)
	h.unchanged("prefilling twice", func() { h.prefill(cycle, kenya) })
	h.unchanged("prefilling where there is nothing to fill in", func() { same(t, "marks", h.prefill(cycle, france), []string{}) })
	h.unchanged("prefilling in the earlier cycle", func() { same(t, "marks", h.prefill(before, kenya), []string{}) })

	// Neither the submission nor its verdict passes over what nobody has confirmed.
	must(t, h.save(cycle, by(kenya), "header", `{"return_type":"answered","language":"en",`+header+`}`))
	h.unchanged("a submission with marks", func() {
		_, err := h.handIn(cycle, by(kenya))
		refused(t, err, rapporteur.ProblemRejected)
		var p *rapporteur.Problem
		if !errors.As(err, &p) || !slices.ContainsFunc(p.Findings, func(f rapporteur.Finding) bool {
			return f.Rule == "prefill/other-period" && f.Pointer == "/answers/Q3.4/identified" && f.Severity == rapporteur.SeverityError && strings.HasPrefix(f.Where("fr"), "Question Q3.4, ")
		}) {
			t.Errorf("the findings are %+v", p.Findings)
		}
	})
	for _, section := range h.working(cycle, kenya).Answer.Sections {
		_, err := h.correspondence.ConfirmSection(t.Context(), by(kenya), key(cycle, kenya), section.ID, nil, rapporteur.Seen{Revisions: []int{section.Revision}})
		must(t, err)
	}
	s, err := h.handIn(cycle, by(kenya))
	must(t, err)
	body := string(read(h, func(ctx context.Context, r rapporteur.Reader) ([]byte, error) { return r.Body(ctx, s.Hash) }))
	if !strings.Contains(body, `"deposited":"2005-01-05"`) || !strings.Contains(body, `"value":31`) {
		t.Errorf("the body is %s", body)
	}
}

func TestPrefillLooksForAnAnswerThatAnswersSomething(t *testing.T) {
	h := newHouse(t)
	first, second := h.collecting(kenya), h.collectingLater(1, kenya)
	h.set(opens.AddDays(2).At(9))
	_, err := h.correspondence.Submit(t.Context(), by(kenya), key(first, kenya), h.body(kenya, facts, header))
	must(t, err)
	h.answer(second, kenya, "Nothing this time.")
	third := h.collectingLater(3, kenya)
	if got := h.prefill(third, kenya); len(got) != 10 || !strings.Contains(got[0], string(first.ID)+"/1") {
		t.Errorf("marks are %v", got)
	}
	// Of an answer that says nothing the header holds.
	other := h.collectingLater(4, france)
	h.answer(other, france, "Nothing.")
	if got := h.prefill(h.collectingLater(5, france), france); len(got) != 4 || !strings.HasPrefix(got[0], "/header/authority") {
		t.Errorf("marks are %v", got)
	}
}

// What an earlier answer held and a newer rule forbids does not come back.
func TestPrefillBringsBackNothingThatIsForbidden(t *testing.T) {
	h := newHouse(t)
	before := h.collecting(kenya)
	_, err := h.correspondence.Submit(t.Context(), by(kenya), key(before, kenya), h.body(kenya, facts, header))
	must(t, err)
	cycle := h.collectingLater(1, kenya)
	h.correspondence.Catalogue = stricter{h.catalogue}
	for _, mark := range h.prefill(cycle, kenya) {
		if strings.Contains(mark, "Q2.1/deposited") {
			t.Errorf("it brings back %s", mark)
		}
	}
}

// stricter is a catalogue that takes a date for personal data.
type stricter struct{ rapporteur.Catalogue }

func (s stricter) Check(ctx context.Context, ref rapporteur.QuestionnaireRef, body []byte) (rapporteur.AnswerDocument, []rapporteur.Finding, error) {
	document, findings, err := s.Catalogue.Check(ctx, ref, body)
	return document, append(findings, rapporteur.Finding{Severity: rapporteur.SeverityPrivacy, Pointer: "/answers/Q2.1/deposited"}), err
}

// published is UNODC's public figures, as a server that is given them has them.
func (h *house) published(t *testing.T) rapporteur.Published {
	t.Helper()
	file, err := os.Open(needs.SharedFile(t, "unodc-glotip-2023-05-30.csv.gz"))
	must(t, err)
	defer func() { must(t, file.Close()) }()
	rows, err := figures.ReadGLOTIP(file)
	must(t, err)
	catalogue, err := theCatalogue()
	must(t, err)
	crosswalk, err := catalogue.Crosswalk("glotip")
	must(t, err)
	return figures.NewPublished(rows, crosswalk)
}

func TestPrefillFromPublishedFigures(t *testing.T) {
	h := newHouse(t)
	h.correspondence.Published = h.published(t)
	cycle := h.collecting(kenya, unodc)
	must(t, h.save(cycle, by(kenya), "op5", `{"Q5.2":{"status":"no"}}`))
	same(t, "marks", h.prefill(cycle, kenya, rapporteur.FromPublished), []string{
		"/answers/Q3.4/identified from glotip 2018, suggestion", "/answers/Q3.4/source from glotip 2018, suggestion", "/answers/Q3.4/status from glotip 2018, suggestion",
	})
	h.unchanged("prefilling twice", func() { h.prefill(cycle, kenya, rapporteur.FromPublished, rapporteur.FromEarlierAnswer) })
	h.unchanged("an entity's answer", func() { same(t, "marks", h.prefill(cycle, unodc), []string{}) })
	h.unchanged("a source that is none", func() {
		_, err := h.correspondence.Prefill(t.Context(), by(kenya), key(cycle, kenya), []string{"rumour"})
		refused(t, err, rapporteur.ProblemInvalid, "earlier-answer, published")
	})
}

// Every State of the public data set can begin with its figures, and what the
// figures say is accepted once it is confirmed and its warnings are justified.
func TestEveryStatesPublishedFiguresCanBeTheBeginning(t *testing.T) {
	h := newHouse(t)
	h.correspondence.Published = h.published(t)
	q, err := h.catalogue.Latest("member-state")
	must(t, err)
	filled := 0
	for _, c := range h.catalogue.Contributors(opens, rapporteur.KindMemberState) {
		tables := h.correspondence.Published.Tables(c.Alpha3, q.ID, 2018)
		if len(tables) == 0 {
			continue
		}
		filled++
		w, err := rapporteur.WorkingAnswer{}.Next(rapporteur.WorkingEvent{Prefill: rapporteur.PrefillPublished(q, tables)}, "key-1", h.clock())
		must(t, err)
		if w, err = saves("key-1", 0, "header", workHeader).on(w); err != nil {
			t.Fatal(err)
		}
		_, findings, err := h.catalogue.Check(t.Context(), q.QuestionnaireRef, w.Body(q.QuestionnaireRef))
		must(t, err)
		for _, f := range findings {
			if f.Severity == rapporteur.SeverityError || f.Severity == rapporteur.SeverityPrivacy {
				t.Errorf("%s: %s at %s", c.ID, f.Rule, f.Pointer)
			}
		}
	}
	if filled < 120 {
		t.Errorf("only %d States have published figures", filled)
	}
	t.Logf("%d States have published figures", filled)
}
