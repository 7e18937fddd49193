package rapporteur

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"
)

// Statistic is one figure about persons in one State and year, in the words of
// the public data set of UNODC's Global Report on Trafficking in Persons.
type Statistic struct {
	Area      string // ISO 3166-1 alpha-3
	Indicator string // Detected trafficking victims, …
	Dimension string // Total, by form of exploitation
	Category  string // within the dimension
	Sex       string
	Age       string
	Year      string
	Value     string // a whole number, or a token such as <5 where it is withheld or masked
	Source    string // cycle that it was given in
}

// Withheld reports whether there is a token in place of a count.
func (s Statistic) Withheld() bool {
	_, err := strconv.Atoi(s.Value)
	return err != nil
}

// Release is the statistics of a cycle as they were published at one time. It is
// never changed: whatever is published later is held against it.
type Release struct {
	Cycle      CycleID
	Number     int // in its cycle, from 1
	Sequence   int // among all releases of the stream, from 1
	At         time.Time
	By         string
	Sources    []ReleaseSource // by contributor
	Statistics []Statistic     // as published
}

// ReleaseSource is a submission whose figures are in a release.
type ReleaseSource struct {
	Contributor ContributorID
	Version     int
}

// Withheld counts the figures that have a token.
func (r Release) Withheld() int {
	n := 0
	for _, s := range r.Statistics {
		if s.Withheld() {
			n++
		}
	}
	return n
}

// Statistician withholds what may not be told of statistics, and writes what may.
type Statistician interface {
	// Disclose gives statistics in the same order, with a token in place of every
	// figure that is small or would give a small one away: to whoever has them
	// and everything that was published before. Doing it again changes nothing.
	Disclose(all []Statistic, published [][]Statistic) ([]Statistic, error)
	// Statistics writes disclosed statistics in a format: glotip (the layout of
	// the Global Report), sdmx-csv (ISO 17369) or csv (a ZIP archive of CSV with
	// code lists). The same statistics give the same bytes.
	Statistics(ctx context.Context, all []Statistic, format string) ([]byte, error)
}

// statisticsGatherer finds what answers tell of statistics.
type statisticsGatherer struct {
	crosswalk        Crosswalk
	sexes, ages      CodeList
	forms            CodeList
	year             string
	source           string
	sexRank, ageRank map[string]int
}

func newGatherer(cycle Cycle, walk Crosswalk, lists CodeLists) statisticsGatherer {
	g := statisticsGatherer{
		crosswalk: walk, sexes: lists.List(ListSex), ages: lists.List(ListAge), forms: lists.List(ListExploitation),
		year: statisticsYear(cycle), source: string(cycle.ID),
	}
	g.sexRank, g.ageRank = ranks(g.sexes), ranks(g.ages)
	return g
}

// ranks is where the texts of the layout stand in a list, the total before all.
func ranks(list CodeList) map[string]int {
	rank := map[string]int{}
	for n, c := range list.Codes {
		rank[c.Same[SystemGLOTIP]] = n + 1
	}
	rank[layoutTotal] = 0
	return rank
}

// statisticsYear is the year under which the figures of a cycle are told: the
// one that names its period, or that of its mandated date.
func statisticsYear(c Cycle) string {
	if _, _, period, err := c.ID.Parts(); err == nil && len(period) == 4 {
		if _, err := strconv.Atoi(period); err == nil {
			return period
		}
	}
	return strconv.Itoa(c.Plan.Date(DateMandated).Year)
}

// The words of the layout for what is not broken down, and for what is by form.
const (
	layoutTotal  = "Total"
	layoutByForm = "by form of exploitation"
)

// statisticCell is where a figure stands in the layout.
type statisticCell struct{ dimension, category, sex, age string }

// answer is the statistics of one answer: what its contributor lets be quoted
// and has not marked as confidential, at the places of the crosswalk.
func (g statisticsGatherer) answer(area string, doc AnswerDocument) []Statistic {
	var all []Statistic
	for _, place := range g.crosswalk.Places {
		answer, there := doc.Answers[place.Question]
		if !there || !quotable(doc, answer) {
			continue
		}
		for _, f := range g.table(place, answer.Values.Of(place.Part).Figures) {
			all = append(all, Statistic{
				Area: area, Indicator: place.Indicator, Dimension: f.at.dimension, Category: f.at.category, Sex: f.at.sex, Age: f.at.age,
				Year: g.year, Value: f.value.statistic(), Source: g.source,
			})
		}
	}
	return all
}

// statisticFigure is one figure of the layout and the forms that make it up.
type statisticFigure struct {
	at    statisticCell
	value interval
	forms []string
}

// table puts the figures of a part into the layout, which has fewer forms of
// exploitation than answers have: those of a heading are added up. A heading is
// told only in cells that each of its forms has, or the sum would be of others.
func (g statisticsGatherer) table(place CrosswalkPlace, figures []Figure) []statisticFigure {
	cells := map[statisticCell]*statisticFigure{}
	forms := map[string][]string{} // by heading, those with any figure
	for _, f := range figures {
		at, ok := g.cell(place, f)
		if !ok {
			continue
		}
		form := cmp.Or(f.Form, codeTotal)
		if !slices.Contains(forms[at.category], form) {
			forms[at.category] = append(forms[at.category], form)
		}
		if cells[at] == nil {
			cells[at] = &statisticFigure{at: at}
		}
		if slices.Contains(cells[at].forms, form) {
			continue // there twice: the first counts
		}
		cells[at].forms = append(cells[at].forms, form)
		cells[at].value = cells[at].value.plus(interval{f.Low, f.High})
	}
	var all []statisticFigure
	for _, c := range cells {
		if len(c.forms) == len(forms[c.at.category]) {
			all = append(all, *c)
		}
	}
	slices.SortFunc(all, func(a, b statisticFigure) int {
		return cmp.Or(
			cmp.Compare(a.at.dimension, b.at.dimension), cmp.Compare(a.at.category, b.at.category),
			cmp.Compare(g.sexRank[a.at.sex], g.sexRank[b.at.sex]), cmp.Compare(g.ageRank[a.at.age], g.ageRank[b.at.age]))
	})
	return all
}

// reported is the figures of an answer at each place, as a report adds them up:
// also what may not be quoted.
func (g statisticsGatherer) reported(parts []reportedPart, who ContributorID, area string, doc AnswerDocument) {
	for n, place := range g.crosswalk.Places {
		all := statements(doc.Answers[place.Question].Values.Of(place.Part))
		if total, ok := statedTotal(all); ok {
			parts[n].given = append(parts[n].given, contribution{questionReply{who: &replier{id: who}}, all, total})
			parts[n].areas[who] = area
		}
	}
}

// parts is the places of the crosswalk, empty.
func (g statisticsGatherer) parts() []reportedPart {
	var parts []reportedPart
	for _, place := range g.crosswalk.Places {
		parts = append(parts, reportedPart{
			indicator: place.Indicator, areas: map[ContributorID]string{},
			cells: func(f Figure) (statisticCell, bool) { return g.cell(place, f) },
		})
	}
	return parts
}

// cell is where a figure belongs in the layout; false where it has no place.
func (g statisticsGatherer) cell(place CrosswalkPlace, f Figure) (statisticCell, bool) {
	layout := func(list CodeList, code string) string {
		return list.Translate(SystemQuestionnaire, cmp.Or(code, codeTotal), SystemGLOTIP)
	}
	at := statisticCell{dimension: layoutTotal, category: layout(g.forms, f.Form), sex: layout(g.sexes, f.Sex), age: layout(g.ages, f.Age)}
	if at.category != layoutTotal {
		at.dimension = layoutByForm
	}
	ok := at.category != "" && at.sex != "" && at.age != "" && slices.Contains(place.Dimensions, at.dimension)
	return at, ok
}

// statistic is a count, or a token where it is masked. A sum that masked counts
// are in is known to lie below its most; the token names that in fives, so that
// it does not tell what was added to the mask.
func (i interval) statistic() string {
	if i.exact() {
		return strconv.Itoa(i.low)
	}
	return "<" + strconv.Itoa((i.high/smallCount+1)*smallCount)
}
