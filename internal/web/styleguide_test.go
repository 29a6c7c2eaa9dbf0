package web_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"kilter/internal/testkit/browser"
	"kilter/internal/web"
)

func TestMain(m *testing.M) { os.Exit(browser.Main(m)) }

// noon is the moment the style guide is photographed at.
var noon = time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC)

func shell(t testing.TB) *web.Shell {
	return &web.Shell{
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		Now: func() time.Time { return noon },
		Who: func(*http.Request) web.Viewer { return web.Viewer{Zone: time.FixedZone("CST", 8*3600)} },
	}
}

// guideServer is the style guide alone, as a developer would run it.
func guideServer(t testing.TB) string {
	t.Helper()
	s, mux := shell(t), http.NewServeMux()
	s.Mount(mux)
	web.Styleguide(mux, s)
	server := httptest.NewServer(web.Harden(mux, false))
	t.Cleanup(server.Close)
	return server.URL
}

// looks are the ways a page is seen: language, theme, width.
var looks = []struct {
	lang, theme string
	width       int
}{{"en", "light", 1440}, {"zh", "dark", 390}, {"zh", "light", 1440}, {"zh", "dark", 1440}, {"en", "dark", 1440}, {"en", "light", 390}}

func TestStyleguideInTheBrowser(t *testing.T) {
	t.Parallel()
	base := guideServer(t)
	for _, page := range []string{"", "/list", "/record", "/portal", "/bare", "/trouble"} {
		name := "guide" + strings.ReplaceAll(page, "/", "-")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := browser.View(t, base+"/styleguide"+page)
			for i, look := range looks {
				if i > 1 && page != "" && os.Getenv("KILTER_PICTURES") == "" {
					break // the first two differ in everything; the rest is for the album
				}
				p.Size(look.width, 900)
				p.Prefer(look.lang, look.theme)
				full := name + "-" + look.lang + "-" + look.theme + map[bool]string{true: "-phone"}[look.width == 390]
				p.Axe(full)
				p.Fits(full)
				if page == "" || page == "/portal" {
					p.Picture(full)
				} else {
					p.Screen(full)
				}
			}
			for _, c := range p.Complaints() {
				if page != "/trouble" || !strings.Contains(c, "404") {
					t.Errorf("%s: the browser complains: %s", name, c)
				}
			}
		})
	}
}
