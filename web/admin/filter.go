package admin

import (
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/rapporteur/rapporteur"
)

// longestText is how much somebody can search for.
const longestText = 200

// clip is a text of an address as it is searched for: short, on one line.
func clip(s string) string {
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "")))
	for n := range s {
		if n >= longestText {
			return s[:n]
		}
	}
	return s
}

// number is a number in an address, 0 for none.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

func text(n int) string { return strconv.Itoa(n) }

// filter is what a history is narrowed by, as it was typed.
type filter struct {
	Text, Contributor, Actor, Group string
	From, Until                     string
	Order                           string
	Page                            string // where the page begins: an instant and a sequence
	Complaints                      map[string]string
}

// Narrow reports whether the filter leaves anything out.
func (f filter) Narrow() bool {
	return f.Text+f.Contributor+f.Actor+f.Group+f.From+f.Until != ""
}

func filterOf(query url.Values) filter {
	f := filter{
		Text: clip(query.Get("q")), Contributor: clip(query.Get("contributor")), Actor: clip(query.Get("actor")), Group: query.Get("group"),
		From: clip(query.Get("from")), Until: clip(query.Get("until")), Order: query.Get("order"), Page: query.Get("page"),
		Complaints: map[string]string{},
	}
	if rapporteur.AuditOrder(f.Order) != rapporteur.OldestFirst {
		f.Order = string(rapporteur.NewestFirst)
	}
	return f
}

// query is the address's part that says the same.
func (f filter) query(page string) string {
	q := url.Values{}
	for name, value := range map[string]string{
		"q": f.Text, "contributor": f.Contributor, "actor": f.Actor, "group": f.Group, "from": f.From, "until": f.Until, "page": page,
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if f.Order == string(rapporteur.OldestFirst) {
		q.Set("order", f.Order)
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// audit is the filter for the record; what cannot be read is complained of.
func (f filter) audit(id rapporteur.CycleID, named func(text string) []rapporteur.ContributorID) rapporteur.AuditFilter {
	out := rapporteur.AuditFilter{Cycle: id, Subjects: rapporteur.GroupSubjects(f.Group), Order: rapporteur.AuditOrder(f.Order), After: markOf(f.Page)}
	if f.Contributor != "" {
		if out.About = named(f.Contributor); len(out.About) == 0 {
			f.Complaints["contributor"] = "Nobody is called that. Write a part of the name, or the id (state-ken)."
			out.About = []rapporteur.ContributorID{"-"} // which nobody has
		}
	}
	if f.Actor != "" {
		out.Actors = []string{f.Actor}
	}
	day := func(name, text string) rapporteur.Date {
		d, err := rapporteur.ParseDate(text)
		if text != "" && err != nil {
			f.Complaints[name] = "This is not a date; write 2018-05-01."
		}
		return d
	}
	if d := day("from", f.From); !d.IsZero() {
		out.From = d.Start()
	}
	if d := day("until", f.Until); !d.IsZero() {
		out.Until = d.AddDays(1).Start().Add(-1)
	}
	if f.Text != "" {
		out.Text = rapporteur.AuditText{Words: f.Text}
		if len([]rune(f.Text)) > 1 { // a letter is in most names
			out.Text.About = named(f.Text)
		}
	}
	return out
}

// markText and markOf write a mark into an address and read it again.
func markText(m rapporteur.AuditMark) string {
	if m == (rapporteur.AuditMark{}) {
		return ""
	}
	return m.At.UTC().Format(time.RFC3339Nano) + "." + strconv.FormatInt(m.Seq, 10)
}

func markOf(s string) rapporteur.AuditMark {
	n := strings.LastIndexByte(s, '.')
	if n < 0 {
		return rapporteur.AuditMark{}
	}
	at, err := time.Parse(time.RFC3339Nano, s[:n])
	seq, wrong := strconv.ParseInt(s[n+1:], 10, 64)
	if err != nil || wrong != nil {
		return rapporteur.AuditMark{}
	}
	return rapporteur.AuditMark{At: at, Seq: seq}
}
