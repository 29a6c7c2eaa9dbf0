package static

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestFilesAreServedForEver(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"kilter.css", "workspace.js", "portal.js", "charts.js", "choose.js", "icons.svg", "mark.svg"} {
		address := Path(name)
		if address == "" {
			t.Errorf("%s has no address", name)
			continue
		}
		plain, zipped := httptest.NewRecorder(), httptest.NewRecorder()
		Handler().ServeHTTP(plain, httptest.NewRequest("GET", address, nil))
		r := httptest.NewRequest("GET", address, nil)
		r.Header.Set("Accept-Encoding", "br, gzip")
		Handler().ServeHTTP(zipped, r)
		if plain.Code != 200 || !strings.Contains(plain.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: status %d, caching %q", name, plain.Code, plain.Header().Get("Cache-Control"))
		}
		if plain.Header().Get("Content-Type") == "" {
			t.Errorf("%s has no content type", name)
		}
		z, err := gzip.NewReader(zipped.Body)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, err := io.ReadAll(z)
		if err != nil || !bytes.Equal(got, plain.Body.Bytes()) {
			t.Errorf("%s: zipped and plain differ (%v)", name, err)
		}
	}
}

func TestUnknownFilesAreMissing(t *testing.T) {
	t.Parallel()
	for _, p := range []string{"kilter.css", "../static.go", "kilter-0000000000.css", ""} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("GET", "/static/x", nil)
		r.URL.Path = Prefix + p
		Handler().ServeHTTP(w, r)
		if w.Code != 404 {
			t.Errorf("%q: got %d, want 404", p, w.Code)
		}
	}
}
