package web_test

import (
	"bytes"
	"flag"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/schemas"
	"github.com/rapporteur/rapporteur/web"
	"github.com/rapporteur/rapporteur/web/webtest"
)

var update = flag.Bool("update", false, "write the golden files anew")

var loadCatalogue = sync.OnceValues(func() (*schemas.Catalogue, error) { return schemas.Load(schemas.Embedded()) })

const coverageAt = "/instruments/s-res-2388-2017/coverage"

// one is a catalogue of one instrument, or of an error.
type one struct {
	rapporteur.Catalogue
	instrument rapporteur.Instrument
	err        error
}

func (o one) Instrument(string) (rapporteur.Instrument, error) { return o.instrument, o.err }

func get(t testing.TB, catalogue rapporteur.Catalogue, method, path string, log *bytes.Buffer) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	handler := web.New(web.Config{Catalogue: catalogue, Logger: zerolog.New(log)})
	handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, path, http.NoBody))
	return w
}

func shipped(t testing.TB) *schemas.Catalogue {
	t.Helper()
	catalogue, err := loadCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	return catalogue
}

// small has a provision of every sort, and text that must not become markup.
var small = rapporteur.Instrument{
	ID: "small", Symbol: "S/RES/1 (2020)", Title: "Lamps & <oil>", Body: "Security Council", Adopted: rapporteur.Date{Year: 2020, Month: 1, Day: 15},
	Operatives: []rapporteur.Operative{
		{Number: 1, Text: "Requests the Secretary-General to report, and stresses haste;"},
		{Number: 2, Text: "Encourages States to say <script>alert(1)</script>;"},
		{Number: 3, Text: "Decides to remain seized."},
	},
	Provisions: []rapporteur.Provision{
		{ID: "OP1.a", Operative: 1, Verb: "requests", Addressee: "Secretary-General", Class: rapporteur.ClassReport, Summary: "Report", Stream: "op1"},
		{ID: "OP1.b", Operative: 1, Verb: "stresses", Addressee: "All", Class: rapporteur.ClassMeasure, Summary: "Haste", Stream: "op1"},
		{ID: "OP2", Operative: 2, Verb: "encourages", Addressee: "States", Class: rapporteur.ClassStream, Summary: "Say <script>alert(1)</script>", Stream: "op2"},
		{ID: "OP3", Operative: 3, Verb: "decides", Addressee: "Security Council", Class: rapporteur.ClassDeclare, Summary: "Seized", Reason: "The Council speaks of itself."},
	},
	Streams: []rapporteur.Stream{
		{
			ID: "op1", Shape: rapporteur.ShapeReport, Title: "The report", Provisions: []string{"OP1.a", "OP1.b"},
			Policy: rapporteur.Policy{Audience: []rapporteur.Audience{{Kind: rapporteur.KindEntity, Questionnaire: "poll"}}},
		},
		{ID: "op2", Shape: rapporteur.ShapeIntake, Title: "What States say", Provisions: []string{"OP2"}},
	},
}

func TestCoveragePageGolden(t *testing.T) {
	var log bytes.Buffer
	got := get(t, one{instrument: small}, http.MethodGet, "/instruments/small/coverage", &log)
	if got.Code != http.StatusOK {
		t.Fatalf("status %d", got.Code)
	}
	golden := filepath.Join("testdata", "coverage.html")
	if *update {
		if err := os.WriteFile(golden, got.Body.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.Body.String()); diff != "" {
		t.Errorf("the page has changed; read the difference, then write it with -update (-want +got):\n%s", diff)
	}
	if strings.Count(got.Body.String(), "<script") != 1 { // the house's own
		t.Error("a text became a script")
	}
}

// The page of the release shows every paragraph and provision, without a key.
func TestCoveragePageShowsEverything(t *testing.T) {
	var log bytes.Buffer
	i, err := shipped(t).Instrument("s-res-2388-2017")
	if err != nil {
		t.Fatal(err)
	}
	page := get(t, shipped(t), http.MethodGet, coverageAt, &log)
	rows, paragraphs, ids := 0, 0, map[string]bool{}
	var whole strings.Builder
	for _, e := range webtest.Elements(t, page.Body.String()) {
		if id := webtest.Attribute(e, "id"); id != "" {
			if ids[id] {
				t.Errorf("the id %s is there twice", id)
			}
			ids[id] = true
		}
		switch {
		case e.Data == "th" && webtest.Attribute(e, "scope") == "row":
			rows++
		case e.Data == "details":
			paragraphs++
			whole.WriteString(webtest.Text(e))
		case e.Data == "th" && webtest.Attribute(e, "scope") == "":
			t.Errorf("the heading %q has no scope", webtest.Text(e))
		case e.Data == "html" && webtest.Attribute(e, "lang") != "en":
			t.Error("the page has no language")
		case e.Data == "p" && webtest.Attribute(e, "class") == "result" && webtest.Text(e) != i.Coverage().Words():
			t.Errorf("the page says %q, the account %q", webtest.Text(e), i.Coverage().Words())
		case e.Data == "script" && webtest.Attribute(e, "src") == "" || e.Data == "style" || webtest.Attribute(e, "style") != "" || webtest.Attribute(e, "onclick") != "":
			t.Errorf("%s is what the content policy forbids", e.Data)
		}
	}
	if rows != 48 || paragraphs != 35 {
		t.Errorf("%d provisions, %d paragraphs", rows, paragraphs)
	}
	for _, o := range i.Operatives {
		if !strings.Contains(whole.String(), o.Text) {
			t.Errorf("the text of paragraph %d is not there", o.Number)
		}
	}
	for _, e := range webtest.Elements(t, page.Body.String()) {
		if href := webtest.Attribute(e, "href"); strings.HasPrefix(href, "#") && !ids[href[1:]] {
			t.Errorf("the link %s leads nowhere", href)
		}
	}
}

func TestHeadersOfPages(t *testing.T) {
	var log bytes.Buffer
	for path, media := range map[string]string{coverageAt: "text/html; charset=utf-8", "/assets/house.css": "text/css; charset=utf-8"} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			w := get(t, shipped(t), method, path, &log)
			if w.Code != http.StatusOK || w.Header().Get("Content-Type") != media {
				t.Errorf("%s %s: %d %s", method, path, w.Code, w.Header().Get("Content-Type"))
			}
			for name, want := range map[string]string{
				"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
				"X-Content-Type-Options":  "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "public, max-age=300",
			} {
				if got := w.Header().Get(name); got != want {
					t.Errorf("%s %s: %s is %q, want %q", method, path, name, got, want)
				}
			}
		}
	}
}

func TestWhatIsNotThere(t *testing.T) {
	for _, path := range []string{"/instruments/none/coverage", "/instruments/", "/instruments/s-res-2388-2017", "/assets/none.css", "/assets/"} {
		var log bytes.Buffer
		w := get(t, shipped(t), http.MethodGet, path, &log)
		if w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "<h1>Not found</h1>") || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %s\n%s", path, w.Code, w.Header().Get("Cache-Control"), w.Body)
		}
		if !strings.Contains(log.String(), `"status":404`) {
			t.Errorf("%s: the log says %s", path, log.String())
		}
	}
	var log bytes.Buffer
	if w := get(t, shipped(t), http.MethodPost, coverageAt, &log); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", w.Code)
	}
}

// An error that is no problem of the client's is logged and not told.
func TestErrorsAreNotTold(t *testing.T) {
	var log bytes.Buffer
	w := get(t, one{err: fs.ErrPermission}, http.MethodGet, coverageAt, &log)
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "permission") || !strings.Contains(log.String(), "permission") {
		t.Errorf("%d\n%s\nlog: %s", w.Code, w.Body, log.String())
	}
}
