package app

import (
	"io"
	"net/http"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"kilter/internal/web"
)

// health serves what an administrator's monitoring asks: is the process alive,
// may it be sent requests, how is it doing.
func (h *house) health(mux web.Mux) {
	mux.Handle("GET /healthz", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "alive") }))
	mux.Handle("GET /readyz", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !h.ready.Load():
			say(w, http.StatusServiceUnavailable, "not ready yet")
		case h.db.Ping(r.Context()) != nil:
			say(w, http.StatusServiceUnavailable, "the database does not answer")
		default:
			say(w, http.StatusOK, "ready")
		}
	}))
	mux.Handle("GET /metrics", promhttp.HandlerFor(h.metrics.registry, promhttp.HandlerOpts{}))
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text+"\n") // whoever asked may have hung up
}
