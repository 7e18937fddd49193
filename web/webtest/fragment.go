package webtest

import (
	"net/http"
	"net/http/httptest"
)

// Fragment asks for a part of a page, as htmx does.
func (p Person) Fragment(at string) Reply {
	r := httptest.NewRequestWithContext(p.house.T.Context(), http.MethodGet, at, http.NoBody)
	r.Header.Set("Accept-Language", p.Language)
	r.Header.Set("HX-Request", "true")
	if p.Cookie != nil {
		r.AddCookie(p.Cookie)
	}
	return p.Do(r)
}
