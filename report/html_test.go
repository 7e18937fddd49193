package report_test

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/rapporteur/rapporteur"
)

// walk visits all elements of a page.
func walk(n *html.Node, visit func(*html.Node)) {
	if n.Type == html.ElementNode {
		visit(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, visit)
	}
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func TestPageIsAccessibleAndStandsAlone(t *testing.T) {
	page, err := html.Parse(bytes.NewReader(render(t, compiledReport(t), "html")))
	if err != nil {
		t.Fatal(err)
	}
	ids, links := map[string]int{}, []string{}
	headings, titles, scopes := []string{}, 0, 0
	walk(page, func(n *html.Node) {
		if id := attribute(n, "id"); id != "" {
			ids[id]++
		}
		switch n.Data {
		case "script", "link", "img", "iframe":
			t.Errorf("the page has a %s element", n.Data)
		case "html":
			if attribute(n, "lang") != "en" {
				t.Error("the page does not say its language")
			}
		case "title":
			titles++
		case "h1", "h2", "h3", "h4":
			headings = append(headings, n.Data)
		case "a":
			links = append(links, attribute(n, "href"))
		case "th":
			if attribute(n, "scope") == "" {
				t.Error("a head of a table has no scope")
			}
			scopes++
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" {
				t.Errorf("%s has the attribute %s", n.Data, a.Key)
			}
		}
	})
	if titles != 1 || scopes == 0 || headings[0] != "h1" {
		t.Errorf("%d titles, %d heads of tables, headings %v", titles, scopes, headings)
	}
	for n := 1; n < len(headings); n++ {
		if headings[n] > headings[n-1] && headings[n][1]-headings[n-1][1] > 1 {
			t.Errorf("a heading %s follows %s", headings[n], headings[n-1])
		}
	}
	for id, n := range ids {
		if n != 1 {
			t.Errorf("the id %s is there %d times", id, n)
		}
	}
	for _, link := range links {
		if id, ok := strings.CutPrefix(link, "#"); !ok || ids[id] == 0 {
			t.Errorf("the link %s leads nowhere", link)
		}
	}
}

func TestPageAnchorsEveryParagraphWithItsSources(t *testing.T) {
	r := compiledReport(t)
	page := string(render(t, r, "html"))
	for _, p := range paragraphs(r.Sections) {
		_, rest, ok := strings.Cut(page, `id="para-`+itoa(p.Number)+`"`)
		if !ok {
			t.Errorf("paragraph %d has no anchor", p.Number)
			continue
		}
		shown, _, _ := strings.Cut(rest, "</details>")
		for _, s := range p.Sources {
			if !strings.Contains(shown, html.EscapeString(s.Pointer)) || !strings.Contains(shown, string(s.Contributor)) {
				t.Errorf("paragraph %d does not show its source %+v", p.Number, s)
			}
		}
	}
}

// TestPageNamesOtherCycles holds that what comes from another cycle is not taken
// for the report's own, and that deliveries are not called versions.
func TestPageNamesOtherCycles(t *testing.T) {
	r := smallReport()
	r.Sections[0].Blocks[0].Paragraph.Sources = []rapporteur.Source{
		{Contributor: "state-alb", Version: 7, Pointer: "/answers/Q9.4"},
		{Cycle: "s-res-2388-2017/op9/window-2018-H1", Contributor: "state-alb", Version: 7, Pointer: "/answers/Q9.4"},
		{Cycle: "s-res-2388-2017/op20/2018", Contributor: "mission-unmiss", Version: 1, Pointer: "/answers/Q20.1"},
	}
	for _, want := range []string{
		"<summary>Sources (3)</summary>", "<li>state-alb, version 7: <code>/answers/Q9.4</code></li>",
		"<li>state-alb, delivery 7 of <code>s-res-2388-2017/op9/window-2018-H1</code>: <code>/answers/Q9.4</code></li>",
		"<li>mission-unmiss, version 1 of <code>s-res-2388-2017/op20/2018</code>: <code>/answers/Q20.1</code></li>",
	} {
		if page := string(render(t, r, "html")); !strings.Contains(page, want) {
			t.Errorf("the page does not say %s", want)
		}
	}
	r.Cycle = "s-res-2388-2017/op9/window-2018-H2"
	if page := string(render(t, r, "html")); !strings.Contains(page, "<li>state-alb, delivery 7: <code>/answers/Q9.4</code></li>") {
		t.Error("the digest of a window calls its deliveries something else")
	}
}

func TestPageMarksDrafts(t *testing.T) {
	const mark = "DRAFT 3 – not for distribution"
	if !strings.Contains(string(render(t, smallReport(), "html")), mark) {
		t.Error("a report without symbol is not marked as a draft")
	}
	if page := string(render(t, transmitted(smallReport()), "html")); strings.Contains(page, mark) || !strings.Contains(page, "21 November 2018") {
		t.Error("a transmitted report is marked as a draft, or lacks its date")
	}
}
