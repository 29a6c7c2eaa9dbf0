package app

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// BenchmarkDirectorsPage is the director's page from the request to the last
// byte. Promise: under 100 ms from stored figures.
func BenchmarkDirectorsPage(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			h := testHouse(b, engine)
			if err := h.fill(b.Context(), benchSize()); err != nil {
				b.Fatal(err)
			}
			h.ready.Store(true)
			pages, err := h.routes()
			if err != nil {
				b.Fatal(err)
			}
			mark, _ := h.demoMark()
			who := ""
			for _, a := range mark.Accounts {
				if a.Role.En == "Director" {
					who = a.Person.String()
				}
			}
			in := httptest.NewRequest(http.MethodPost, "/signin/demo", strings.NewReader(url.Values{"person": {who}}.Encode()))
			in.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			signed := httptest.NewRecorder()
			pages.ServeHTTP(signed, in)
			ask := func() int {
				r := httptest.NewRequest(http.MethodGet, "/director", nil)
				for _, c := range signed.Result().Cookies() {
					r.AddCookie(c)
				}
				w := httptest.NewRecorder()
				pages.ServeHTTP(w, r)
				return w.Code
			}
			if code := ask(); code != http.StatusOK {
				b.Fatal(code)
			}
			for b.Loop() {
				if code := ask(); code != http.StatusOK {
					b.Fatal(code)
				}
			}
		})
	}
}
