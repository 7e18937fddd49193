package workbook

import (
	"fmt"
	"io"
	"slices"

	"github.com/xuri/excelize/v2"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/sortedzip"
)

// Workbooks implements rapporteur.Workbooks. It holds nothing and is safe for
// concurrent use.
type Workbooks struct{}

var _ rapporteur.Workbooks = Workbooks{}

// Names of the hidden sheets: the code lists, and what cells cannot show with
// what the workbook is for.
const (
	sheetLists = "Lists"
	sheetKept  = "Rapporteur"
)

// format is what a workbook says it is; another layout gets another.
const format = "rapporteur-workbook/1"

// Write gives a questionnaire as a workbook, with an answer filled in.
func (Workbooks) Write(q rapporteur.Questionnaire, body []byte, facts rapporteur.WorkbookFacts) ([]byte, error) {
	answer := map[string]any{}
	if body != nil {
		var err error
		if answer, err = decodeJSON(body); err != nil {
			return nil, fmt.Errorf("cannot write workbook: %w", err)
		}
	}
	p := newPlan(q, facts.Language, facts.States)
	pages := p.fill(answer)
	hidden := aboutRows(q, facts)
	if body != nil {
		text, err := keptText(p.unsaid(q, answer, pages))
		if err != nil {
			return nil, fmt.Errorf("cannot write workbook: %w", err)
		}
		for text != "" {
			n := min(len(text), cellText)
			hidden = append(hidden, [2]string{string(roleKept), text[:n]})
			text = text[n:]
		}
	}
	content, err := p.file(instructions(q, p, facts), pages, hidden)
	if err != nil {
		return nil, fmt.Errorf("cannot write workbook: %w", err)
	}
	return content, nil
}

// unsaid is what an answer has and the cells of its pages do not say.
func (p *plan) unsaid(q rapporteur.Questionnaire, answer map[string]any, pages []filledPage) []kept {
	said := p.gathering(epoch1900)
	for _, page := range pages {
		said.sheet(page.asRows())
	}
	said.finish(nil)
	said.named(q)
	return keep(answer, said)
}

// named gives an answer the name of its questionnaire, which no cell holds.
func (g *gathering) named(q rapporteur.Questionnaire) {
	g.tree["questionnaire"], g.tree["version"] = q.ID, q.Version
}

// The names of what a workbook is for.
const (
	aboutFormat        = "format"
	aboutQuestionnaire = "questionnaire"
	aboutVersion       = "version"
	aboutCycle         = "cycle"
	aboutContributor   = "contributor"
	aboutLanguage      = "language" // of the labels
)

func aboutRows(q rapporteur.Questionnaire, facts rapporteur.WorkbookFacts) [][2]string {
	rows := [][2]string{
		{aboutFormat, format}, {aboutQuestionnaire, q.ID}, {aboutVersion, q.Version},
		{aboutCycle, string(facts.Cycle)}, {aboutContributor, string(facts.Contributor)},
		{aboutLanguage, facts.Language},
	}
	for n := range rows {
		rows[n][0] = string(roleAbout) + " " + rows[n][0]
	}
	return rows
}

// file writes all sheets.
func (p *plan) file(front filledPage, pages []filledPage, hidden [][2]string) ([]byte, error) {
	file := excelize.NewFile().SetZipWriter(func(to io.Writer) excelize.ZipWriter { return sortedzip.New(to) })
	defer func() { _ = file.Close() }() // it holds memory only
	w := &writer{plan: p, file: file}
	if err := w.begin(append([]filledPage{front}, pages...)); err != nil {
		return nil, err
	}
	ranges, err := w.lists()
	if err != nil {
		return nil, err
	}
	w.ranges = ranges
	for n, page := range append([]filledPage{front}, pages...) {
		if err := w.page(page, n > 0); err != nil {
			return nil, err
		}
	}
	if err := w.hidden(hidden); err != nil {
		return nil, err
	}
	if err := file.ProtectWorkbook(&excelize.WorkbookProtectionOptions{LockStructure: true}); err != nil {
		return nil, err
	}
	buffer, err := file.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return buffer.Bytes(), nil
}

// writer writes one file.
type writer struct {
	*plan
	file   *excelize.File
	styles styles
	ranges map[*list]string // where each code list stands
}

func (w *writer) begin(pages []filledPage) error {
	var err error
	if w.styles, err = newStyles(w.file, w.language == "ar"); err != nil {
		return err
	}
	if err := w.file.SetSheetName(w.file.GetSheetName(0), pages[0].name); err != nil {
		return err
	}
	for _, page := range pages[1:] {
		if _, err := w.file.NewSheet(page.name); err != nil {
			return err
		}
	}
	for _, name := range []string{sheetLists, sheetKept} {
		if _, err := w.file.NewSheet(name); err != nil {
			return err
		}
		if err := w.file.SetSheetVisible(name, false, name == sheetKept); err != nil {
			return err
		}
	}
	w.file.SetActiveSheet(0)
	return nil
}

// lists writes the code lists, a column each, and says where each stands.
func (w *writer) lists() (map[*list]string, error) {
	ranges := map[*list]string{}
	stream, err := w.file.NewStreamWriter(sheetLists)
	if err != nil {
		return nil, err
	}
	all := slices.DeleteFunc(slices.Clone(w.plan.lists.all), func(l *list) bool { return len(l.options) == 0 })
	longest := 0
	for n, l := range all {
		longest = max(longest, len(l.options))
		name := columnName(columnNumber + 2*n)
		ranges[l] = fmt.Sprintf("%s!$%s$1:$%s$%d", sheetLists, name, name, len(l.options))
	}
	for n := range longest {
		values := make([]any, 1, 1+2*len(all))
		values[0] = string(roleNote)
		for _, l := range all {
			if n < len(l.options) {
				values = append(values, l.options[n].Label[""], l.options[n].Code)
			} else {
				values = append(values, nil, nil)
			}
		}
		if err := stream.SetRow(fmt.Sprintf("A%d", n+1), values); err != nil {
			return nil, err
		}
	}
	if err := w.protect(sheetLists); err != nil {
		return nil, err
	}
	return ranges, stream.Flush()
}

func (w *writer) hidden(rows [][2]string) error {
	stream, err := w.file.NewStreamWriter(sheetKept)
	if err != nil {
		return err
	}
	for n, r := range rows {
		if err := stream.SetRow(fmt.Sprintf("A%d", n+1), []any{r[0], r[1]}); err != nil {
			return err
		}
	}
	if err := w.protect(sheetKept); err != nil {
		return err
	}
	return stream.Flush()
}

// protect keeps people from changing what is not theirs by mistake. There is no
// password: it is no secret.
func (w *writer) protect(name string) error {
	return w.file.ProtectSheet(name, &excelize.SheetProtectionOptions{
		SelectLockedCells: true, SelectUnlockedCells: true, FormatRows: true, FormatColumns: true, InsertRows: true,
	})
}
