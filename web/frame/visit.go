package frame

import (
	"context"
	"crypto/rand"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/wording"
)

// Visit is one request for a page: who asks, in which language, and the ways to
// answer.
type Visit struct {
	Writer    http.ResponseWriter
	Request   *http.Request
	Principal rapporteur.Principal // the zero one where nobody is signed in
	Language  string               // of the page, one of those it is written in
	frame     *Frame
	page      Page
}

// Context is the request's.
func (v *Visit) Context() context.Context { return v.Request.Context() }

// Param is a part of the address.
func (v *Visit) Param(name string) string { return chi.URLParam(v.Request, name) }

// Now is the wall time.
func (v *Visit) Now() time.Time { return v.frame.Clock().UTC() }

// languageCookie keeps which language somebody has chosen. It is no secret.
const languageCookie = "language"

// chooseLanguage takes the address's, the one chosen before, or the browser's,
// of those that the page is written in.
func (v *Visit) chooseLanguage() {
	chosen := v.Request.URL.Query().Get("lang")
	if slices.Contains(wording.Languages, chosen) {
		http.SetCookie(v.Writer, &http.Cookie{ //nolint:gosec // Secure where the house is reached by https
			Name: languageCookie, Value: chosen, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, Secure: v.frame.tls(), SameSite: http.SameSiteLaxMode,
		})
	} else if c, err := v.Request.Cookie(languageCookie); err == nil {
		chosen = c.Value
	}
	if slices.Contains(v.page.Languages, chosen) {
		v.Language = chosen
		return
	}
	offered := slices.Clone(v.page.Languages)
	if n := slices.Index(offered, wording.English); n > 0 { // where nothing fits
		offered[0], offered[n] = offered[n], offered[0]
	}
	v.Language = wording.Match(v.Request.Header.Get("Accept-Language"), offered)
}

// memoryForm is how many bytes of a form with files are kept in memory: more than
// any page takes, for what people send must not lie on a disk unsealed meanwhile.
const memoryForm = 32 << 20

// parse reads a form, also one that comes with files.
func (v *Visit) parse() error {
	if media, _, err := mime.ParseMediaType(v.Request.Header.Get("Content-Type")); err == nil && media == "multipart/form-data" {
		return v.Request.ParseMultipartForm(memoryForm)
	}
	return v.Request.ParseForm()
}

// Form is what was sent, on lines as they are written everywhere, without space
// around; files that came with it are in the request's MultipartForm. A form that
// cannot be read or is too long is a Problem.
func (v *Visit) Form() (url.Values, error) {
	if err := v.parse(); err != nil {
		if _, long := errors.AsType[*http.MaxBytesError](err); long {
			return nil, rapporteur.Problemf(rapporteur.ProblemTooLarge, "Too long", "What was sent is too long.")
		}
		return nil, rapporteur.Problemf(rapporteur.ProblemMalformed, "Not readable", "What was sent cannot be read.")
	}
	form := url.Values{}
	for name, values := range v.Request.PostForm {
		for _, value := range values {
			form.Add(name, strings.TrimSpace(strings.ReplaceAll(value, "\r\n", "\n")))
		}
	}
	return form, nil
}

// once is the field by which a form that is sent twice acts once.
const once = "once"

// CommandID is the idempotency key of a form: sending the same page's form again,
// by the browser's back button or a second click, changes nothing.
func (v *Visit) CommandID() string {
	id := v.Request.PostFormValue(once)
	if len(id) < 16 || len(id) > 64 || strings.ContainsFunc(id, func(r rune) bool { return r < '0' || r > 'z' }) {
		return rand.Text()
	}
	return v.Principal.ID + "-" + id
}

// Live reports whether htmx asks for a part of the page.
func (v *Visit) Live() bool { return v.Request.Header.Get("HX-Request") == "true" }

// Redirect sends the browser to another page of the house with a GET.
func (v *Visit) Redirect(to string) error {
	v.Writer.Header().Set("Cache-Control", "no-store")
	if v.Live() {
		v.Writer.Header().Set("HX-Redirect", to)
		v.Writer.WriteHeader(http.StatusOK)
		return nil
	}
	http.Redirect(v.Writer, v.Request, to, http.StatusSeeOther)
	return nil
}

// Local is an address of the house that somebody else gave, or else home: what
// leads anywhere else is not followed.
func Local(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return next
}

// notice is the session's key of what the next page says first.
const notice = "notice"

// Note has the next page say, in words, what was done.
func (v *Visit) Note(text string) { v.frame.Sessions.Put(v.Context(), notice, text) }

// Send answers with a document. Disposition is how the browser takes it: inline,
// or a file's name.
func (v *Visit) Send(media, file string, content []byte) error {
	h := v.Writer.Header()
	h.Set("Content-Type", media)
	h.Set("Cache-Control", "no-store")
	if file != "" {
		h.Set("Content-Disposition", `attachment; filename="`+strings.Map(plain, file)+`"`)
	}
	_, _ = v.Writer.Write(content) // only fails where the client is gone
	return nil
}

// plain keeps of a file's name what every system can have in one.
func plain(r rune) rune {
	if r < ' ' || r > '~' || strings.ContainsRune(`"\/:*?<>|;`, r) {
		return '-'
	}
	return r
}
