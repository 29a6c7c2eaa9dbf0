package web_test

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"kilter/internal/base/sheet"
	"kilter/internal/web"
)

// A table that breaks off while it is saved is not taken for the whole: the
// connection is cut.
func TestATableThatBreaksOffIsCut(t *testing.T) {
	t.Parallel()
	lost := errors.New("the database has gone")
	shell := &web.Shell{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: time.Now}
	server := httptest.NewServer(shell.Handle(func(w http.ResponseWriter, r *http.Request) error {
		return web.Saved{As: r.URL.Query().Get("as"), Name: "all", Title: "All"}.Write(w, func(out sheet.Writer) error {
			if err := out.Header("number"); err != nil {
				return err
			}
			for range 200_000 {
				if err := out.Row(sheet.Text("a row that is sent")); err != nil {
					return err
				}
			}
			return lost
		})
	}))
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/?as=csv", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }() // it was cut
	if n, err := io.Copy(io.Discard, res.Body); err == nil {
		t.Errorf("%d bytes, as if they were all", n)
	}
}
