package figures

import (
	"slices"
	"strconv"

	"github.com/rapporteur/rapporteur"
)

// Published is the figures of a file as they belong in answers, by area and
// year. It implements rapporteur.Published and is safe for concurrent use.
type Published struct {
	crosswalk rapporteur.Crosswalk
	areas     map[string][]years // one for each place of the crosswalk
}

// years is the figures of one place by year.
type years map[int][]rapporteur.Figure

var _ rapporteur.Published = (*Published)(nil)

// masked is how UNODC writes a count of less than five; it stands for 0 to 4.
const (
	masked     = "<5"
	maskedHigh = 4
)

// notBrokenDown is the category of figures that are not broken down by anything
// but sex and age.
const notBrokenDown = "Total"

// NewPublished puts the rows of a file in their places. Rows of other
// indicators, dimensions or codes, and values that are neither a count nor <5,
// are left out; of a cell that is there twice the first counts.
func NewPublished(rows []Row, c rapporteur.Crosswalk) *Published {
	p := &Published{crosswalk: c, areas: map[string][]years{}}
	for _, row := range rows {
		for n, place := range c.Places {
			if row.Indicator == place.Indicator && slices.Contains(place.Dimensions, row.Dimension) {
				p.take(row, n, place)
			}
		}
	}
	return p
}

// take keeps a row for a place, if all its codes are known there.
func (p *Published) take(row Row, n int, place rapporteur.CrosswalkPlace) {
	year, err := strconv.Atoi(row.Year)
	cell, ok := answerCell(row, place, p.crosswalk)
	if err != nil || !ok {
		return
	}
	if p.areas[row.Area] == nil {
		p.areas[row.Area] = make([]years, len(p.crosswalk.Places))
	}
	if p.areas[row.Area][n] == nil {
		p.areas[row.Area][n] = years{}
	}
	cells := p.areas[row.Area][n][year]
	there := slices.ContainsFunc(cells, func(f rapporteur.Figure) bool { return f.Sex == cell.Sex && f.Age == cell.Age && f.Form == cell.Form })
	if !there {
		p.areas[row.Area][n][year] = append(cells, cell)
	}
}

func answerCell(row Row, place rapporteur.CrosswalkPlace, c rapporteur.Crosswalk) (rapporteur.Figure, bool) {
	cell := rapporteur.Figure{Sex: c.Sexes[row.Sex]}
	ok := cell.Sex != ""
	if place.ByAge {
		cell.Age = c.Ages[row.Age]
		ok = ok && cell.Age != ""
	} else {
		ok = ok && row.Age == notBrokenDown
	}
	if place.ByForm {
		cell.Form = c.Forms[row.Category]
		ok = ok && cell.Form != ""
	} else {
		ok = ok && row.Category == notBrokenDown
	}
	number, exact := row.Number()
	switch {
	case exact:
		cell.Low, cell.High = number, number
	case row.Value == masked:
		cell.High = maskedHigh
	default:
		ok = false
	}
	return cell, ok
}

// Tables lists the figures about an area, of the newest year up to the last for
// each place.
func (p *Published) Tables(area, questionnaire string, lastYear int) []rapporteur.PublishedTable {
	var tables []rapporteur.PublishedTable
	if questionnaire != p.crosswalk.Questionnaire {
		return nil
	}
	for n, by := range p.areas[area] {
		newest := 0
		for year := range by {
			if year <= lastYear {
				newest = max(newest, year)
			}
		}
		if newest == 0 {
			continue
		}
		place := p.crosswalk.Places[n]
		tables = append(tables, rapporteur.PublishedTable{
			Crosswalk: p.crosswalk.ID, Source: p.crosswalk.Source, Question: place.Question, Part: place.Part,
			Year: newest, Cells: slices.Clone(by[newest]),
		})
	}
	return tables
}
