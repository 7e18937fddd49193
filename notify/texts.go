package notify

import (
	"bytes"
	"embed"
	"fmt"
	htmltemplate "html/template"
	"slices"
	"strings"
	"sync"
	texttemplate "text/template"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/wording"
)

//go:embed templates
var templates embed.FS

// texts are the templates: the words by language, and the shape of the two
// parts of a mail. The words are written once and poured into both, so that
// they always say the same.
type texts struct {
	words map[string]*texttemplate.Template
	text  *texttemplate.Template
	html  *htmltemplate.Template
}

var loadTexts = sync.OnceValues(func() (texts, error) {
	t := texts{words: map[string]*texttemplate.Template{}}
	for language := range languages {
		set, err := texttemplate.New(language).Option("missingkey=error").
			ParseFS(templates, "templates/"+language+"/*.tmpl")
		if err != nil {
			return texts{}, fmt.Errorf("cannot read mail templates of language %q: %w", language, err)
		}
		t.words[language] = set
	}
	var err error
	if t.text, err = texttemplate.ParseFS(templates, "templates/layout.txt.tmpl"); err != nil {
		return texts{}, fmt.Errorf("cannot read text layout of mails: %w", err)
	}
	if t.html, err = htmltemplate.ParseFS(templates, "templates/layout.html.tmpl"); err != nil {
		return texts{}, fmt.Errorf("cannot read HTML layout of mails: %w", err)
	}
	return t, nil
})

// written is a letter in words.
type written struct {
	language, subject, text, html string
}

// fact is one line of the summary that every mail has.
type fact struct {
	Label, Value string
	Link         bool
}

// page is what the layouts arrange.
type page struct {
	Language   string
	Direction  string // ltr or rtl
	Start, End string // the sides on which a line begins and ends, for mail programs that only know these
	Subject    string
	Paragraphs []string
	Facts      []fact
	Colon      string // between label and value, as the language sets it
	Gap        string // after the colon
	Answers    []fact // links by which the request is answered
	Offer      []string
	Closing    []string
}

func (t texts) write(v view) (written, error) {
	set := t.words[v.Language]
	var failure error
	say := func(name string) string {
		var b strings.Builder
		if err := set.ExecuteTemplate(&b, name, v); err != nil && failure == nil {
			failure = err
		}
		return strings.TrimFunc(b.String(), breaks)
	}
	p := page{
		Language: v.Language, Direction: wording.Direction(v.Language), Start: "left", End: "right", Gap: " ", Subject: say(string(v.Notice) + ".subject"),
		Paragraphs: split(say(string(v.Notice) + ".body")), Closing: split(say("closing")), Colon: say("colon"),
	}
	if p.Direction == "rtl" {
		p.Start, p.End = p.End, p.Start
	}
	if languages[v.Language].tight {
		p.Gap = ""
	}
	for _, f := range []struct{ label, value string }{
		{"title", v.Title}, {"why", v.Why}, {"name", v.Name}, {"step", v.Step}, {"event", v.Event}, {"body", v.Body}, {"due", v.Due},
		{"hash", v.Hash}, {"link", v.Link},
	} {
		if f.value != "" && !slices.Contains(silent[v.Notice], f.label) {
			label := f.label
			if label == "link" && v.Notice == rapporteur.NoticeSignIn {
				label = "sign-in"
			}
			p.Facts = append(p.Facts, fact{Label: say("label." + label), Value: f.value, Link: f.label == "link"})
		}
	}
	if v.SignInUntil != "" {
		p.Closing = append(split(say("sign-in.once")), p.Closing...)
	}
	for _, answer := range v.Answers {
		v.Answer = answer.Type
		p.Answers = append(p.Answers, fact{Label: say("answer"), Value: answer.URL, Link: true})
	}
	if len(v.Answers) > 0 {
		p.Offer = split(say("offer"))
	}
	if failure != nil {
		return written{}, failure
	}
	var text, html bytes.Buffer
	if err := t.text.Execute(&text, p); err != nil {
		return written{}, err
	}
	if err := t.html.Execute(&html, p); err != nil {
		return written{}, err
	}
	return written{language: v.Language, subject: p.Subject, text: strings.TrimSpace(text.String()) + "\n", html: html.String()}, nil
}

// silent says which facts a notice leaves out: who is no longer asked needs no
// deadline and no link to answer at.
var silent = map[rapporteur.Notice][]string{
	rapporteur.NoticeWithdrawn: {"due", "link"},
}

// split cuts a text at its empty lines and makes each piece one line. The
// no-break spaces of French typography stay.
func split(text string) []string {
	var pieces []string
	for piece := range strings.SplitSeq(text, "\n\n") {
		if piece = strings.Join(strings.FieldsFunc(piece, breaks), " "); piece != "" {
			pieces = append(pieces, piece)
		}
	}
	return pieces
}

func breaks(r rune) bool { return r == ' ' || r == '\n' || r == '\r' || r == '\t' }
