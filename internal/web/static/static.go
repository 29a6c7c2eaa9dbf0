// Package static serves the files a browser loads: style sheet, scripts,
// islands and icons. They are embedded, named by their content, and therefore
// cached by browsers for ever.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

//go:embed dist
var dist embed.FS

// Prefix is where the files are served.
const Prefix = "/static/"

// file is one of them. Its content is read of the binary for whoever asks:
// kept, it would be in memory twice.
type file struct {
	kind    string
	content func() []byte
	zipped  func() []byte
}

// shelf is every file by its address below Prefix, and the address by name.
type shelf struct {
	files map[string]file
	names map[string]string
}

var shelved = sync.OnceValue(func() shelf {
	s := shelf{files: map[string]file{}, names: map[string]string{}}
	entries, err := dist.ReadDir("dist")
	if err != nil {
		panic(err) // embedded: cannot fail in a binary that was built
	}
	for _, e := range entries {
		content := func() []byte {
			b, err := fs.ReadFile(dist, "dist/"+e.Name())
			if err != nil {
				panic(err)
			}
			return b
		}
		sum := sha256.Sum256(content())
		ext := path.Ext(e.Name())
		address := strings.TrimSuffix(e.Name(), ext) + "-" + hex.EncodeToString(sum[:5]) + ext
		s.files[address] = file{content: content, kind: kinds[ext], zipped: sync.OnceValue(func() []byte { return zip(content()) })}
		s.names[e.Name()] = Prefix + address
	}
	return s
})

var kinds = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// Path is the address of a file by its name, "kilter.css"; a name that is not
// there gives the empty string.
func Path(name string) string { return shelved().names[name] }

// Has reports whether the icon is in the sprite.
func Has(icon string) bool { return symbols()[icon] }

var symbols = sync.OnceValue(func() map[string]bool {
	found := map[string]bool{}
	sprite, err := fs.ReadFile(dist, "dist/icons.svg")
	if err != nil {
		panic(err)
	}
	for _, piece := range strings.Split(string(sprite), `<symbol id="`)[1:] {
		name, _, _ := strings.Cut(piece, `"`)
		found[name] = true
	}
	return found
})

// Handler serves the files below Prefix, zipped where the browser takes that.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := shelved().files[strings.TrimPrefix(r.URL.Path, Prefix)]
		if !ok {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", f.kind)
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("Vary", "Accept-Encoding")
		h.Set("X-Content-Type-Options", "nosniff")
		read := f.content
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			read = f.zipped
			h.Set("Content-Encoding", "gzip")
		}
		body := read()
		h.Set("Content-Length", strconv.Itoa(len(body)))
		if r.Method != http.MethodHead {
			_, _ = w.Write(body) // the browser went away: nobody is left to tell
		}
	})
}

// zip compresses once per process, on first demand.
func zip(content []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		panic(err) // only an unknown level fails
	}
	if _, err := w.Write(content); err != nil {
		panic(err) // a buffer takes everything
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}
