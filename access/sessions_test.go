package access_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// served asks a handler with a cookie and gives the cookie that comes back.
func served(t *testing.T, m *scs.SessionManager, cookie *http.Cookie, handle http.HandlerFunc) *http.Cookie {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
	if cookie != nil {
		r.AddCookie(cookie)
	}
	w := httptest.NewRecorder()
	m.LoadAndSave(handle).ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("status %d", w.Code)
	}
	for _, c := range w.Result().Cookies() {
		return c
	}
	return cookie
}

func TestSessionsAreKeptInTheRecord(t *testing.T) {
	s := openStore(t)
	now := time.Now()
	sessions := access.Sessions{Store: s, Clock: func() time.Time { return now }, Person: func([]byte) string { return "p" }}
	m := scs.New()
	m.Store, m.HashTokenInStore, m.IdleTimeout = sessions, true, time.Hour
	put := func(_ http.ResponseWriter, r *http.Request) { m.Put(r.Context(), "who", "Ada") }
	var seen string
	get := func(_ http.ResponseWriter, r *http.Request) { seen = m.GetString(r.Context(), "who") }
	cookie := served(t, m, nil, put)
	served(t, m, cookie, get)
	if seen != "Ada" {
		t.Errorf("the session holds %q", seen)
	}
	// Another process with the same record knows it too.
	other := scs.New()
	other.Store, other.HashTokenInStore = sessions, true
	served(t, other, cookie, func(_ http.ResponseWriter, r *http.Request) { seen = other.GetString(r.Context(), "who") })
	if seen != "Ada" {
		t.Errorf("elsewhere the session holds %q", seen)
	}
	// The cookie's value is not in the record.
	if _, found, err := sessions.Find(cookie.Value); found || err != nil {
		t.Errorf("by the cookie's value: found %v, %v", found, err)
	}
	ended := 0
	err := s.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) (err error) {
		ended, err = tx.EndSessions(ctx, "p")
		return err
	})
	if err != nil || ended != 1 {
		t.Fatalf("%d sessions ended, %v", ended, err)
	}
	served(t, m, cookie, get)
	if seen != "" {
		t.Errorf("an ended session holds %q", seen)
	}
}

func TestSessionsExpire(t *testing.T) {
	now := time.Date(2018, time.March, 1, 9, 0, 0, 0, time.UTC)
	sessions := access.Sessions{Store: openStore(t), Clock: func() time.Time { return now }, Person: func([]byte) string { return "" }}
	if err := sessions.Commit("t", []byte("data"), now.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if data, found, err := sessions.Find("t"); string(data) != "data" || !found || err != nil {
		t.Errorf("%q, %v, %v", data, found, err)
	}
	now = now.Add(time.Minute)
	if _, found, err := sessions.Find("t"); found || err != nil {
		t.Errorf("expired: found %v, %v", found, err)
	}
	for range 2 {
		if err := sessions.Delete("t"); err != nil {
			t.Error(err)
		}
	}
}
