package web

import (
	"io"
	"net/http"
	"time"

	"kilter/internal/base/arrival"
)

// policy lets a page load what this server serves and nothing else: no inline
// script or style, no frames, no foreign images.
const policy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
	"font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// Harden puts the security headers on every answer and refuses cross-origin
// requests that change something (net/http's Sec-Fetch-Site check, so forms
// need no token). secure says that people come by HTTPS.
func Harden(next http.Handler, secure bool) http.Handler {
	guarded := http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(self), microphone=(), geolocation=(), payment=()")
		if secure {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		guarded.ServeHTTP(w, r)
	})
}

// The limits of an ordinary request.
const (
	BodyLimit = 1 << 20 // bytes of a form
	BodyTime  = 20 * time.Second
)

// Limit bounds a request's body in size and in the time it may take to
// arrive. Uploads take a Limit of their own, which stands in place of the one
// around it. What is left unread is thrown away by arrival.Watch.
func Limit(next http.Handler, size int64, within time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != nil && r.Body != http.NoBody {
			whole := r.Body
			if outer, ok := whole.(bounded); ok {
				whole = outer.whole
			}
			r.Body = bounded{http.MaxBytesReader(w, whole, size), whole}
			arrival.Within(r, within)
		}
		next.ServeHTTP(w, r)
	})
}

// bounded is a body under a limit, and the body without it.
type bounded struct {
	io.ReadCloser
	whole io.ReadCloser
}
