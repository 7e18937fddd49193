package workbook

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rapporteur/rapporteur"
)

// Read reads a workbook back into the JSON that the questionnaire's schema
// wants. Findings are sorted by place and never say what is in a cell.
//
// It fails with a Problem: too-large over a limit, malformed for what is no
// workbook of this house, unsupported for one that holds more than values, stale
// for one that was made for another questionnaire or version.
func (Workbooks) Read(file []byte, q rapporteur.Questionnaire) (rapporteur.FilledWorkbook, error) {
	var filled rapporteur.FilledWorkbook
	archive, err := open(file)
	if err != nil {
		return filled, err
	}
	b, err := archive.book()
	if err != nil {
		return filled, err
	}
	sheets := make([][]row, 0, len(b.sheets))
	for _, ref := range b.sheets {
		rows, err := b.sheet(ref)
		if err != nil {
			return filled, err
		}
		sheets = append(sheets, rows)
	}
	if err := b.rest(); err != nil {
		return filled, err
	}
	about := aboutOf(sheets)
	if err := forQuestionnaire(about, q); err != nil {
		return filled, err
	}
	g := newPlan(q, about[aboutLanguage], nil).gathering(b.epoch)
	for _, rows := range sheets {
		g.sheet(rows)
	}
	return g.filled(q), nil
}

// filled is the answer, once every row has been gathered.
func (g *gathering) filled(q rapporteur.Questionnaire) rapporteur.FilledWorkbook {
	g.missing()
	entries := readKept(g.kept)
	g.finish(orders(entries))
	g.named(q)
	restore(g.tree, entries)
	slices.SortStableFunc(g.findings, func(a, b rapporteur.Finding) int {
		return cmp.Or(cmp.Compare(a.Pointer, b.Pointer), cmp.Compare(a.Rule, b.Rule))
	})
	cells := g.cells
	return rapporteur.FilledWorkbook{
		RequestKey: rapporteur.RequestKey{
			Cycle: rapporteur.CycleID(g.about[aboutCycle]), Contributor: rapporteur.ContributorID(g.about[aboutContributor]),
		},
		Body: canonical(g.tree), Findings: g.findings, Cell: func(pointer string) string { return nearest(cells, pointer) },
	}
}

// missing finds places of the questionnaire that have no row any more.
func (g *gathering) missing() {
	told := ""
	for _, page := range g.pages {
		for n := range page.lines {
			l := &page.lines[n]
			there := g.seen[l.key()]
			if l.role == roleNote || there || l.at == told {
				continue
			}
			g.wrong("workbook/row-missing", l.at, "")
			told = l.at
		}
	}
}

// aboutOf finds what a workbook says that it is for.
func aboutOf(sheets [][]row) map[string]string {
	about := map[string]string{}
	for _, rows := range sheets {
		for _, r := range rows {
			if verb, name, _ := strings.Cut(r.at(columnKey).text, " "); verb == string(roleAbout) {
				about[name] = strings.TrimSpace(r.at(columnNumber).text)
			}
		}
	}
	return about
}

func forQuestionnaire(about map[string]string, q rapporteur.Questionnaire) error {
	switch {
	case about[aboutFormat] == "":
		return malformed("It was not made here, or its hidden sheets are gone.")
	case about[aboutFormat] != format:
		return rapporteur.Problemf(rapporteur.ProblemStale, "Another form of workbook", "The workbook was made by another release. Fetch it again and fill in that one.")
	case about[aboutQuestionnaire] != q.ID || about[aboutVersion] != q.Version:
		return rapporteur.Problemf(rapporteur.ProblemStale, "Another questionnaire",
			"The request asks for answers to %s; the workbook was made for another questionnaire or version. Fetch the workbook again and fill in that one.", q.QuestionnaireRef)
	}
	return nil
}

// rest looks through the XML parts that nobody reads: what is refused is refused
// wherever it is.
func (b *book) rest() error {
	for name := range b.parts {
		if b.seen[name] || !strings.HasSuffix(name, ".xml") {
			continue
		}
		content, err := b.unpack(name)
		if err != nil {
			return err
		}
		if err := safeXML(content); err != nil {
			return err
		}
	}
	return nil
}
