package answer_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/wording"
	"github.com/rapporteur/rapporteur/web/webtest"
)

// form is what somebody writes into the page of each type.
func form(kind rapporteur.ReturnType) url.Values {
	switch kind {
	case rapporteur.ReturnCovered:
		return url.Values{"report": {"A/HRC/38/45"}}
	case rapporteur.ReturnNil:
		return url.Values{"reason": {""}}
	}
	return url.Values{"reason": {"The matter is with\r\nanother ministry."}}
}

// The pages as they were agreed, in all languages.
func TestReturnPagesGolden(t *testing.T) {
	h := newHouse(t)
	for _, kind := range rapporteur.ReturnLinkTypes {
		for _, language := range wording.Languages {
			page := h.get(address(link(kind), language))
			if page.Code != http.StatusOK {
				t.Fatalf("%s in %s: status %d", kind, language, page.Code)
			}
			golden := filepath.Join("testdata", "return."+string(kind)+"."+language+".html")
			if *update {
				h.must(os.WriteFile(golden, page.Body.Bytes(), 0o600))
			}
			want, err := os.ReadFile(golden)
			h.must(err)
			if diff := cmp.Diff(string(want), page.Body.String()); diff != "" {
				t.Errorf("%s has changed; read the difference, then write it with -update (-want +got):\n%s", golden, diff)
			}
		}
	}
}

var hrefOf = regexp.MustCompile(`href="data:application/json;base64,([A-Za-z0-9+/=&#;]+)"`)

// A page shows, changes nothing, and its button records exactly one answer,
// whose receipt the next page gives to keep.
func TestAPageAndItsButton(t *testing.T) {
	for _, kind := range rapporteur.ReturnLinkTypes {
		t.Run(string(kind), func(t *testing.T) {
			h := newHouse(t)
			at := address(link(kind), "en")
			_, before := h.submissions()
			for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodGet} {
				r := newRequest(t, method, at)
				if w := h.call(r); w.Code != http.StatusOK {
					t.Fatalf("%s: %d", method, w.Code)
				}
			}
			if versions, after := h.submissions(); len(versions) > 0 || after != before {
				t.Fatalf("showing the page recorded %d versions, %d records", len(versions), after-before)
			}
			page := h.press(at, form(kind))
			if page.Code != http.StatusOK || !strings.Contains(page.Body.String(), "The answer has been recorded") {
				t.Fatalf("the button is answered with %d\n%s", page.Code, page.Body)
			}
			versions, recorded := h.submissions()
			if len(versions) != 1 || versions[0].ReturnType != kind || versions[0].SubmittedBy != "mail-link:state-ken" {
				t.Fatalf("versions are %+v", versions)
			}
			receipt := download(t, page.Body.String())
			members, err := rapporteur.VerifyReceipt(receipt, h.signer.Keys())
			if err != nil || members["sha256"] != versions[0].Hash {
				t.Errorf("the receipt %s does not hold: %v", receipt, err)
			}
			again := h.press(at, form(kind))
			if again.Code != http.StatusOK || !bytes.Equal(download(t, again.Body.String()), receipt) {
				t.Errorf("pressing again is answered with %d and another receipt", again.Code)
			}
			if _, after := h.submissions(); after != recorded {
				t.Error("pressing again recorded something")
			}
			if used := h.get(at); used.Code != http.StatusGone || !strings.Contains(used.Body.String(), "An answer has been received") {
				t.Errorf("the used link is answered with %d\n%s", used.Code, used.Body)
			}
			other := rapporteur.ReturnDeclined
			if kind == other {
				other = rapporteur.ReturnNil
			}
			if used := h.press(address(link(other), "en"), form(other)); used.Code != http.StatusGone {
				t.Errorf("another link of the mail is answered with %d", used.Code)
			}
			if strings.Contains(h.log.String(), link(kind).Token) || strings.Contains(h.log.String(), "state-ken") {
				t.Errorf("the log says whose link it is, or the token:\n%s", h.log)
			}
		})
	}
}

func newRequest(t *testing.T, method, at string) *http.Request {
	t.Helper()
	return httptest.NewRequestWithContext(t.Context(), method, at, http.NoBody)
}

func download(t *testing.T, page string) []byte {
	t.Helper()
	found := hrefOf.FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("the page has nothing to download:\n%s", page)
	}
	document, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(found[1], "&#43;", "+"))
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func TestLinksOfNoUse(t *testing.T) {
	good := link(rapporteur.ReturnDeclined)
	expired := linkSecret.Seal(rapporteur.ReturnLink{RequestKey: good.RequestKey, Type: good.Type, Until: rapporteur.Date{Year: 2018, Month: 5, Day: 1}})
	nowhere := linkSecret.Seal(rapporteur.ReturnLink{RequestKey: rapporteur.RequestKey{Cycle: theCycle, Contributor: "state-fra"}, Type: good.Type, Until: good.Until})
	foreign := rapporteur.LinkSecret(strings.Repeat("t", 32)).Seal(good.ReturnLink)
	change := func(old, replacement string) string {
		t.Helper()
		at := address(good, "en")
		if !strings.Contains(at, old) {
			t.Fatalf("%s is not in %s", old, at)
		}
		return strings.Replace(at, old, replacement, 1)
	}
	for name, c := range map[string]struct {
		at     string
		status int
		says   string
	}{
		"expired":              {address(expired, "en"), http.StatusGone, "This link has expired"},
		"expired, in French":   {address(expired, "fr"), http.StatusGone, "Ce lien a expiré"},
		"of another house":     {address(foreign, "en"), http.StatusForbidden, "This link is not known"},
		"for another":          {change("state-ken", "entity-unodc"), http.StatusForbidden, "This link is not known"},
		"for another cycle":    {change("2018/", "2019/"), http.StatusForbidden, "This link is not known"},
		"of another type":      {change("/declined", "/nil"), http.StatusForbidden, "This link is not known"},
		"of no type":           {change("/declined", "/answered"), http.StatusForbidden, "This link is not known"},
		"longer":               {change("until=2018-10-14", "until=2019-10-14"), http.StatusForbidden, "This link is not known"},
		"without a day":        {change("until=2018-10-14", ""), http.StatusForbidden, "This link is not known"},
		"without a token":      {change("token=", "taken="), http.StatusForbidden, "This link is not known"},
		"cut short":            {change(good.Token, good.Token[:20]), http.StatusForbidden, "This link is not known"},
		"of whom nobody asks":  {address(nowhere, "en"), http.StatusNotFound, "Not found"},
		"the same, in French":  {address(nowhere, "fr"), http.StatusNotFound, "Page introuvable"},
		"an address of no one": {"/returns/x", http.StatusNotFound, "Not found"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			_, before := h.submissions()
			shown := h.get(c.at)
			if shown.Code != c.status || !strings.Contains(shown.Body.String(), c.says) {
				t.Errorf("it is shown with %d\n%s", shown.Code, shown.Body)
			}
			if pressed := h.press(c.at, form(good.Type)); pressed.Code != c.status && c.at != "/returns/x" {
				t.Errorf("it is pressed with %d\n%s", pressed.Code, pressed.Body)
			}
			if versions, after := h.submissions(); len(versions) > 0 || after != before {
				t.Errorf("%d versions, %d records were made", len(versions), after-before)
			}
		})
	}
	t.Run("withdrawn", func(t *testing.T) {
		h := newHouse(t)
		h.must(h.store.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
			r, err := tx.LockRequest(ctx, good.RequestKey)
			if err == nil {
				r, _, err = r.Next(rapporteur.RequestEvent{Withdraw: true}, *h.now.Load())
			}
			if err != nil {
				return err
			}
			return tx.UpdateRequest(ctx, r)
		}))
		if shown := h.get(address(good, "fr")); shown.Code != http.StatusGone || !strings.Contains(shown.Body.String(), "Plus rien n’est demandé") {
			t.Errorf("it is shown with %d\n%s", shown.Code, shown.Body)
		}
	})
}

// What cannot be accepted is shown again as it was written, with what to mend;
// nothing is recorded.
func TestAFormToMend(t *testing.T) {
	same := "http://example.com"
	for name, c := range map[string]struct {
		kind    rapporteur.ReturnType
		form    url.Values
		headers []string
		status  int
		says    string
	}{
		"no reason":              {rapporteur.ReturnDeclined, url.Values{}, nil, 422, "Say why no answer will be given."},
		"a reason of spaces":     {rapporteur.ReturnNotApplicable, url.Values{"reason": {" \r\n "}}, nil, 422, "Say why the request does not apply."},
		"no report":              {rapporteur.ReturnCovered, url.Values{"report": {""}}, nil, 422, "Name the report"},
		"a person":               {rapporteur.ReturnNil, url.Values{"reason": {"<b>Call</b> +254 20 1234567"}}, nil, 422, "&lt;b&gt;Call&lt;/b&gt; &#43;254 20 1234567"},
		"too many words":         {rapporteur.ReturnDeclined, url.Values{"reason": {strings.Repeat("no ", 300)}}, nil, 422, "Nothing has been recorded yet"},
		"too long":               {rapporteur.ReturnDeclined, url.Values{"reason": {strings.Repeat("x", 70_000)}}, nil, 400, "The form could not be read"},
		"from another site":      {rapporteur.ReturnNil, url.Values{}, []string{"Origin", "https://evil.example"}, 403, "Not from here"},
		"from a site beside it":  {rapporteur.ReturnNil, url.Values{}, []string{"Origin", same, "Sec-Fetch-Site", "cross-site"}, 403, "Not from here"},
		"from nowhere":           {rapporteur.ReturnNil, url.Values{}, []string{"Origin", "null"}, 403, "Not from here"},
		"not a form":             {rapporteur.ReturnDeclined, url.Values{"reason": {"x"}}, []string{"Content-Type", "application/json"}, 422, "Say why"},
		"a form that is no form": {rapporteur.ReturnDeclined, url.Values{"reason": {"x"}}, []string{"Content-Type", "multipart/form-data; boundary=x"}, 400, "The form could not be read"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			_, before := h.submissions()
			page := h.press(address(link(c.kind), "en"), c.form, c.headers...)
			if page.Code != c.status || !strings.Contains(page.Body.String(), c.says) {
				t.Errorf("it is answered with %d\n%s", page.Code, page.Body)
			}
			if versions, after := h.submissions(); len(versions) > 0 || after != before {
				t.Errorf("%d versions, %d records were made", len(versions), after-before)
			}
			if strings.Contains(h.log.String(), "Call") || strings.Contains(h.log.String(), "20 1234567") {
				t.Errorf("the log says what was written:\n%s", h.log)
			}
		})
	}
	h := newHouse(t)
	if page := h.press(address(link(rapporteur.ReturnNil), "en"), url.Values{}, "Origin", same, "Sec-Fetch-Site", "same-origin"); page.Code != http.StatusOK {
		t.Errorf("the house's own form is answered with %d", page.Code)
	}
}

func TestHeadersOfReturnPages(t *testing.T) {
	h := newHouse(t)
	at := address(link(rapporteur.ReturnNil), "en")
	for name, w := range map[string]interface{ Header() http.Header }{"shown": h.get(at), "pressed": h.press(at, nil), "used": h.get(at)} {
		for header, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
			"Referrer-Policy":         "strict-origin", "Cache-Control": "no-store", "X-Robots-Tag": "noindex", "X-Content-Type-Options": "nosniff",
		} {
			if got := w.Header().Get(header); got != want {
				t.Errorf("%s: %s is %q, want %q", name, header, got, want)
			}
		}
	}
}

// Without a language in the link, the browser's is taken.
func TestTheLanguageOfAPage(t *testing.T) {
	h := newHouse(t)
	at := strings.Replace(address(link(rapporteur.ReturnNil), "en"), "lang=en", "lang=tlh", 1)
	for accept, want := range map[string]string{"": `<html lang="en" dir="ltr">`, "fr-CA, en;q=0.5": `<html lang="fr" dir="ltr">`, "ar": `<html lang="ar" dir="rtl">`, "de": `<html lang="en" dir="ltr">`} {
		r := newRequest(t, http.MethodGet, at)
		r.Header.Set("Accept-Language", accept)
		if page := h.call(r).Body.String(); !strings.Contains(page, want) {
			t.Errorf("%q: the page is not %s", accept, want)
		}
	}
}

// Every word is there in every language.
func TestNoWordIsMissing(t *testing.T) {
	h := newHouse(t)
	for _, language := range wording.Languages {
		for _, kind := range rapporteur.ReturnLinkTypes {
			for _, page := range []string{h.get(address(link(kind), language)).Body.String(), h.press(address(link(kind), language), url.Values{"reason": {"+254 20 1234567"}}).Body.String()} {
				for _, e := range webtest.Elements(t, page) {
					switch e.Data {
					case "h1", "h2", "dt", "dd", "label", "button", "li", "a", "title":
						if strings.TrimSpace(webtest.Text(e)) == "" {
							t.Errorf("%s in %s: an empty %s:\n%s", kind, language, e.Data, page)
						}
					case "style":
						t.Errorf("%s is what the content policy forbids", e.Data)
					}
				}
			}
		}
	}
}
