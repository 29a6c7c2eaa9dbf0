package web_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kilter/internal/web"
)

// wrapped is a writer around another, as those that count are.
type wrapped struct{ http.ResponseWriter }

func (w wrapped) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// The server learns of a body that is too large, through writers around its own:
// it says that it closes the connection, and waits before it does.
func TestTooLargeABodyIsTheServersToKnow(t *testing.T) {
	t.Parallel()
	var after, before io.ReadCloser
	limited := web.Limit(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
		}
	}), 10, time.Minute)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		before = r.Body
		limited.ServeHTTP(wrapped{wrapped{w}}, r)
		after = r.Body
	}))
	t.Cleanup(s.Close)
	for _, c := range []struct {
		body   string
		status int
		closed bool
	}{{"ten bytes.", http.StatusOK, false}, {strings.Repeat("x", 11), http.StatusRequestEntityTooLarge, true}} {
		res, err := http.Post(s.URL, "text/plain", strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		if err := res.Body.Close(); err != nil {
			t.Error(err)
		}
		if res.StatusCode != c.status || res.Close != c.closed {
			t.Errorf("%d bytes: status %d, closed %v", len(c.body), res.StatusCode, res.Close)
		}
		if before == nil || before != after {
			t.Errorf("%d bytes: the body is not the server's own again", len(c.body))
		}
	}
}
