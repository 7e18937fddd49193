package answer

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/wording"
)

// groupView is a group as a form shows it.
type groupView struct {
	group
	Status   *fieldView
	Parts    []fieldView
	More     []fieldView
	Findings []findingView // on the whole of it
	Comments []comment
	Open     bool // its parts are shown at once
	MoreOpen bool
}

// fieldView is a field with what is in it.
type fieldView struct {
	field
	Value    string
	Choices  []choiceView
	Radio    bool // few choices, all to be seen
	Words    int
	Findings []findingView
	Invalid  bool
	Mark     string // where a prefilled value comes from that nobody has confirmed
	Marked   string // the pointer of that mark
	Rest     string // what cannot be shown here and is kept
	Table    []blockView
	Sexes    []option
	Columns  []columnView
	Rows     []rowView
	CanAdd   bool
}

type choiceView struct {
	option
	ID     string
	Chosen bool
}

type findingView struct {
	Severity rapporteur.Severity
	Text     string
	Where    string // in a table
}

// Describes are the ids of what is said about the field, for who hears the page.
func (f fieldView) Describes() string {
	var ids []string
	for id, there := range map[string]bool{
		"hint:": f.Hint != "" || f.MaxWords > 0, "mark:": f.Mark != "", "find:": len(f.Findings) > 0,
	} {
		if there {
			ids = append(ids, id+f.At)
		}
	}
	slices.Sort(ids)
	return strings.Join(ids, " ")
}

// viewer makes views of fields.
type viewer struct {
	values   url.Values
	findings []rapporteur.Finding
	marks    []rapporteur.Mark
	comments []comment
	states   states
	language string
	say      wording.Words
	blanks   string // the table that gets more empty rows
}

func (v viewer) groups(all []group) []groupView {
	views := make([]groupView, 0, len(all))
	var taken []string // pointers of findings that a field shows
	for _, g := range all {
		view := groupView{group: g}
		if g.Status != nil {
			status := v.field(*g.Status)
			view.Status = &status
			view.Open = status.Value == string(rapporteur.StatusYes) || status.Value == string(rapporteur.StatusInPart)
		}
		for _, f := range g.Parts {
			one := v.field(f)
			view.Parts = append(view.Parts, one)
			view.Open = view.Open || one.filled()
		}
		for _, f := range g.More {
			one := v.field(f)
			view.More = append(view.More, one)
			view.MoreOpen = view.MoreOpen || one.filled() || len(one.Findings) > 0
		}
		for _, f := range g.fields() {
			taken = append(taken, f.At)
		}
		view.Comments = slices.DeleteFunc(slices.Clone(v.comments), func(c comment) bool { return c.Question != g.ID })
		views = append(views, view)
	}
	for _, f := range v.findings {
		shown := slices.ContainsFunc(taken, func(at string) bool { return within(f.Pointer, at) })
		n := slices.IndexFunc(views, func(g groupView) bool { return within(f.Pointer, g.At) })
		if !shown && n >= 0 {
			views[n].Findings = append(views[n].Findings, v.finding(f, true))
		}
	}
	return views
}

// filled reports whether there is anything to be seen in the field.
func (f fieldView) filled() bool {
	chosen := slices.ContainsFunc(f.Choices, func(c choiceView) bool { return c.Chosen && c.Code != "" })
	full := slices.ContainsFunc(f.Rows, func(r rowView) bool { return r.Filled })
	return f.Value != "" || chosen || full || f.Rest != "" || f.Mark != "" || len(f.Findings) > 0 ||
		slices.ContainsFunc(f.Table, func(b blockView) bool { return b.Filled })
}

// within reports whether a pointer leads to a place or below it.
func within(pointer, place string) bool {
	return pointer == place || strings.HasPrefix(pointer, place+"/")
}

func (v viewer) finding(f rapporteur.Finding, place bool) findingView {
	view := findingView{Severity: f.Severity, Text: f.Text(v.language)}
	if place {
		view.Where = f.Where(v.language)
	}
	return view
}

func (v viewer) field(f field) fieldView {
	view := fieldView{field: f, Value: v.values.Get(f.At), Rest: v.values.Get(rest(f.At))}
	for _, found := range v.findings {
		if within(found.Pointer, f.At) {
			view.Findings = append(view.Findings, v.finding(found, found.Pointer != f.At))
			view.Invalid = view.Invalid || found.Severity != rapporteur.SeverityAdvice
		}
	}
	for _, m := range v.marks {
		if within(f.At, m.Pointer) || within(m.Pointer, f.At) {
			view.Mark, view.Marked = v.mark(m), m.Pointer
		}
	}
	switch f.Sort {
	case sortText, sortLine, sortLines, sortDocument:
		view.Words = countWords(view.Value)
	case sortDate:
		if _, err := rapporteur.ParseDate(view.Value); err == nil || view.Value == "" {
			view.Input = "date"
		}
	case sortChoice, sortChoices, sortTruth:
		view.Choices = f.choices(v.values[f.At], v.say)
		view.Radio = f.Sort == sortChoices || len(f.Options) <= 6
	case sortFigures:
		v.figures(&view)
	case sortRows:
		v.rows(&view)
	}
	return view
}

// choices are the options of a field, first that none is chosen; a code that is
// none of them is shown as it is, for it must not be lost.
func (f field) choices(chosen []string, say wording.Words) []choiceView {
	var all []choiceView
	if f.Sort != sortChoices {
		none := len(chosen) == 0 || chosen[0] == ""
		all = append(all, choiceView{option: option{"", say.Say("choice.open")}, ID: f.At + "=", Chosen: none})
	}
	options := slices.Clone(f.Options)
	for _, code := range chosen {
		if code != "" && !slices.ContainsFunc(options, func(o option) bool { return o.Code == code }) {
			options = append(options, option{code, code})
		}
	}
	for _, o := range options {
		all = append(all, choiceView{option: o, ID: f.At + "=" + o.Code, Chosen: slices.Contains(chosen, o.Code)})
	}
	return all
}

// mark says where a prefilled value comes from.
func (v viewer) mark(m rapporteur.Mark) string {
	key := "mark.earlier"
	if m.Source.Published != "" {
		key = "mark.published"
	}
	_, _, period, err := m.Source.Cycle.Parts()
	if err != nil {
		period = strconv.Itoa(m.Source.Year)
	}
	text := v.say.Say(key, "Period", period)
	if m.Suggestion {
		text += " " + v.say.Say("mark.other")
	}
	return text
}

// countWords counts as the questionnaires' limits do: runs of letters and digits
// between spaces, and a word to two characters of Chinese.
func countWords(s string) int {
	count, han, inside := 0, 0, false
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Han, r):
			han++
			inside = false
		case unicode.IsSpace(r):
			inside = false
		case !inside && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			count++
			inside = true
		}
	}
	return count + (han+1)/2
}
