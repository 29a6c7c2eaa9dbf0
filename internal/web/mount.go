package web

import (
	"net/http"

	"kilter/internal/base/fault"
	"kilter/internal/web/static"
)

// Mount adds what every Kilter serves whatever its practices: the static
// files, the choice of look, and the page for addresses that are nothing.
func (s *Shell) Mount(mux Mux) {
	mux.Handle("GET "+static.Prefix, static.Handler())
	mux.Handle("GET /favicon.ico", http.RedirectHandler(static.Path("mark.svg"), http.StatusFound))
	mux.Handle("POST "+PreferPath, s.Handle(s.prefer))
	mux.Handle("/", s.Handle(func(http.ResponseWriter, *http.Request) error {
		return fault.New(fault.Missing, "trouble.missing")
	}))
}
