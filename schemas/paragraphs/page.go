package paragraphs

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"text/template"

	"github.com/rapporteur/rapporteur"
)

// YAML is the draft as a file of instruments/, with a comment beside every
// field that a person has to look at.
func (d Draft) YAML() []byte { return []byte(d.render().b.String()) }

// Marks are the fields that a person has to look at, in the order of the file.
func (d Draft) Marks() []Mark { return d.render().marks }

// Fields counts the fields of the file, marked or not.
func (d Draft) Fields() int { return d.render().fields }

func (d Draft) render() *page {
	y := &page{}
	y.note("", "A draft, made from the machine-readable paragraphs. A person completes it: look at every field")
	y.note("", "beside which stands a mark, then remove the mark. `rapporteur instrument check` lists what is left.")
	if d.left > 0 {
		y.note("", fmt.Sprintf("Annexes are left out; they have %d of the file's paragraphs.", d.left))
	}
	y.field("", "id", scalar(d.id), "", d.doubts["id"])
	y.field("", "symbol", scalar(d.symbol), "", d.doubts["symbol"])
	y.field("", "title", scalar(d.title), "", d.doubts["title"])
	y.field("", "body", scalar(d.body), "", d.doubts["body"])
	adopted := d.adopted.String()
	if adopted == "" {
		adopted = `""`
	}
	y.field("", "adopted", adopted, "", d.doubts["adopted"])
	y.operatives(d)
	y.provisions(d)
	y.streams(d)
	return y
}

// list writes the key of a list; one that holds nothing is written as such.
func (y *page) list(key string, items int, doubt string) {
	y.b.WriteString("\n")
	if doubt != "" {
		y.marks = append(y.marks, Mark{Field: key, Doubt: doubt})
		y.note("", MarkPrefix+doubt)
	}
	if items == 0 {
		y.b.WriteString(key + ": []\n")
		return
	}
	y.b.WriteString(key + ":\n")
}

func (y *page) operatives(d Draft) {
	y.list("operatives", len(d.operatives), d.doubts["operatives"])
	for n, o := range d.operatives {
		path := fmt.Sprintf("operatives[%d].", n)
		y.field("  ", "- number", strconv.Itoa(o.Number), path, "")
		y.folded("    ", "text", o.Text, path, o.doubt)
	}
}

func (y *page) provisions(d Draft) {
	y.list("provisions", len(d.provisions), "")
	for n, p := range d.provisions {
		path := fmt.Sprintf("provisions[%d].", n)
		y.field("  ", "- id", p.ID, path, "")
		y.field("    ", "operative", strconv.Itoa(p.Operative), path, "")
		y.field("    ", "verb", scalar(p.Verb), path, p.doubts["verb"])
		y.field("    ", "strength", strconv.Itoa(p.Strength), path, p.doubts["strength"])
		if len(p.Qualifiers) > 0 {
			y.field("    ", "qualifiers", sequence(p.Qualifiers), path, "")
		}
		y.field("    ", "addressee", scalar(p.Addressee), path, p.doubts["addressee"])
		y.optional("    ", "destination", p.Destination, path, p.doubts["destination"])
		y.field("    ", "class", string(p.Class), path, p.doubts["class"])
		if p.Class == rapporteur.ClassMeasure || p.asksNobody() { // others have a stream, which has the deadline
			y.deadlines("    ", path, p.deadlines)
		}
		y.field("    ", "summary", scalar(p.Summary), path, p.doubts["summary"])
		y.optional("    ", "stream", p.Stream, path, p.doubts["stream"])
		y.optional("    ", "reason", p.Reason, path, p.doubts["reason"])
	}
}

// deadlines writes what the text says about dates, in the words of due-date
// rules.
func (y *page) deadlines(indent, path string, list []Deadline) {
	for _, d := range list {
		text := fmt.Sprintf("deadline %q: {%s}", d.Label, d.Words())
		if d.Doubt != "" {
			y.marks = append(y.marks, Mark{Field: path + "deadline", Doubt: d.Doubt})
			text = MarkPrefix + text + " " + d.Doubt
		}
		y.note(indent, text)
	}
}

func (y *page) streams(d Draft) {
	y.list("streams", len(d.streams), "")
	for n, s := range d.streams {
		path := fmt.Sprintf("streams[%d].", n)
		y.field("  ", "- id", s.ID, path, "")
		y.field("    ", "shape", string(s.Shape), path, s.doubts["shape"])
		y.field("    ", "title", scalar(s.Title), path, s.doubts["title"])
		y.deadlines("    ", path, s.deadlines)
		y.field("    ", "provisions", sequence(s.Provisions), path, s.doubts["provisions"])
		if !s.mandated.IsZero() && len(s.audience) > 0 {
			y.policy(d, s, path)
		}
	}
}

//go:embed policy.yaml.tmpl
var policyText string

var policyForm = template.Must(template.New("policy").Parse(policyText))

// policy writes how the cycles of a report could run: the mandated date from
// the text, the rest from practice.
func (y *page) policy(d Draft, s streamDraft, path string) {
	type asked struct{ Kind, Questionnaire string }
	fill := struct {
		Offset, Basis, Provision, Title, Provisions, Mark string
		Audience                                          []asked
	}{
		Offset: s.mandated.String(), Basis: scalar(s.basis), Provision: scalar(s.asks), Title: scalar(d.title + ": report of the Secretary-General"),
		Provisions: sequence(s.Provisions), Mark: MarkPrefix,
	}
	for _, kind := range s.audience {
		fill.Audience = append(fill.Audience, asked{string(kind), d.id + "-" + string(kind)})
	}
	before := strings.Count(y.b.String(), "# "+MarkPrefix)
	_ = policyForm.Execute(&y.b, fill) // a builder takes everything
	for range strings.Count(y.b.String(), "# "+MarkPrefix) - before {
		y.marks = append(y.marks, Mark{Field: path + "policy", Doubt: "practice, not the text"})
	}
	y.fields += strings.Count(policyText, "\n")
}
