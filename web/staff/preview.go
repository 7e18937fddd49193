package staff

import (
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

// previewView is a cycle as it would be, and what its year would bring.
type previewView struct {
	Cycle       cycleView
	Address     string // of the stream's pages
	Entries     []previewEntry
	Kinds       []kindCount
	Messages    int // at most, where nobody answers
	Unreachable []rapporteur.Contributor
	Nobody      bool        // of all asked none can be reached
	Fields      []formField // of the form, to be sent again
	Change      string      // the form as it was filled in
	May         mayDo
}

// previewEntry is a date, or a rung with how many it would go to at most.
type previewEntry struct {
	rapporteur.PlannedDate
	Rung       bool
	Kinds      []rapporteur.ContributorKind
	Messages   int
	Escalation bool
}

type kindCount struct {
	Kind  rapporteur.ContributorKind
	Count int
}

type formField struct{ Name, Value string }

// showPreview reckons the year of a cycle without starting it.
func (p pages) showPreview(v *frame.Visit) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	start, err := p.startOf(v, form)
	if err != nil {
		return p.mend(v, form, err)
	}
	preview, err := p.Secretariat.Preview(v.Context(), start)
	if err != nil {
		return p.mend(v, form, err)
	}
	return v.Render(http.StatusOK, previewPage, p.previewOf(v, form, preview))
}

func (p pages) previewOf(v *frame.Visit, form url.Values, preview rapporteur.Preview) previewView {
	c := preview.Cycle
	view := previewView{Cycle: p.described(c), Address: streamsAddress + "/" + streamKey(v).String(), Fields: fieldsOf(form), May: mayOf(v)}
	again := maps.Clone(form)
	again.Del("once")
	view.Change = view.Address + "/start?" + again.Encode()
	view.Nobody = len(preview.Unreachable) == len(c.Contributors)
	counts := map[rapporteur.ContributorKind]int{}
	opens := c.Plan.Date(rapporteur.DateOpens)
	for _, id := range c.Contributors {
		if contributor, err := p.Catalogue.Contributor(id, opens); err == nil {
			counts[contributor.Kind]++
		}
	}
	for _, kind := range kindsOf(c) {
		if counts[kind] > 0 {
			view.Kinds = append(view.Kinds, kindCount{kind, counts[kind]})
		}
	}
	for _, d := range c.Plan.Dates {
		entry := previewEntry{PlannedDate: d}
		if d.Key == rapporteur.DateOpens {
			entry.Messages = len(c.Contributors)
		}
		view.Entries = append(view.Entries, entry)
	}
	for _, e := range c.Plan.Rungs {
		n := 0
		for kind, count := range counts {
			if e.Rung.For(kind) {
				n += count
			}
		}
		planned := e.Planned(c.Plan)
		planned.Label = noticeName(e.Rung.Notice)
		view.Entries = append(view.Entries, previewEntry{PlannedDate: planned, Rung: true, Kinds: e.Rung.Kinds, Messages: n, Escalation: e.Rung.Escalates})
	}
	slices.SortStableFunc(view.Entries, func(a, b previewEntry) int { return a.Date.DaysSince(b.Date) })
	for _, e := range view.Entries {
		view.Messages += e.Messages
	}
	for _, id := range preview.Unreachable {
		if contributor, err := p.Catalogue.Contributor(id, opens); err == nil {
			view.Unreachable = append(view.Unreachable, contributor)
		}
	}
	return view
}

// fieldsOf are what a form held, but for what makes it act once.
func fieldsOf(form url.Values) []formField {
	var fields []formField
	for _, name := range slices.Sorted(maps.Keys(form)) {
		for _, value := range form[name] {
			if name != "once" && value != "" {
				fields = append(fields, formField{name, value})
			}
		}
	}
	return fields
}

// start starts a cycle as it was previewed. Sent twice, it leads to the cycle
// that it has started.
func (p pages) start(v *frame.Visit) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	start, err := p.startOf(v, form)
	if err != nil {
		return p.mend(v, form, err)
	}
	cycle, err := p.Secretariat.Start(v.Context(), v.Principal, start)
	if rapporteur.IsProblem(err, rapporteur.ProblemConflict) && start.Event == (rapporteur.Event{}) {
		if planned, again := p.Secretariat.Preview(v.Context(), start); again == nil {
			v.Note("The cycle was started before; here it is.")
			return v.Redirect("/cycles/" + string(planned.Cycle.ID))
		}
	}
	if err != nil {
		return p.mend(v, form, err)
	}
	v.Note("The cycle is planned. Its requests go out on " + cycle.Plan.Date(rapporteur.DateOpens).Words() + "; nothing is sent before.")
	return v.Redirect("/cycles/" + string(cycle.ID))
}

// startIntake opens an intake for good.
func (p pages) startIntake(v *frame.Visit) error {
	key := streamKey(v)
	window, err := p.Secretariat.StartIntake(v.Context(), v.Principal, key.Instrument, key.Stream)
	if err != nil {
		return p.mend(v, url.Values{}, err)
	}
	v.Note("The intake is open. Its window ends on " + window.Plan.Date(rapporteur.DateCloses).Words() + ", and the next one follows.")
	return v.Redirect("/cycles/" + string(window.ID))
}
