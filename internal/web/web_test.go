package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"

	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

func TestErrorsAreTold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		err      error
		htmx     bool
		status   int
		want     string
		notWant  string
		location string
	}{
		{"missing", fault.New(fault.Missing, "trouble.missing"), false, 404, "no such page", "", ""},
		{"somebody unknown goes to sign-in", fault.New(fault.Unknown, "trouble.401"), false, 303, "", "", "/signin?next=%2Fx%3Fq%3D1"},
		{"an unknown piece sends the page to sign-in", fault.New(fault.Unknown, "trouble.401"), true, 401, "", "", ""},
		{"an outage keeps its secret", errors.New("dial 10.0.0.3: refused"), false, 500, "Reference", "10.0.0.3", ""},
		{"a piece gets a notice", fault.New(fault.Conflict, "flow.no_move"), true, 409, `class="toast"`, "<html", ""},
		{"a fault's values are escaped", fault.New(fault.Invalid, "trouble.too_large").With("limit", "<script>"), false, 422, "&lt;script&gt;", "<script>.", ""},
		{"too much", &http.MaxBytesError{Limit: 1 << 20}, false, 413, "1 MB", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := shell(t)
			s.SignIn = "/signin"
			r := httptest.NewRequest("GET", "/x?q=1", nil)
			if c.htmx {
				r.Header.Set("HX-Request", "true")
			}
			w := httptest.NewRecorder()
			s.Handle(func(http.ResponseWriter, *http.Request) error { return c.err }).ServeHTTP(w, r)
			body := w.Body.String()
			if w.Code != c.status || !strings.Contains(body, c.want) || c.notWant != "" && strings.Contains(body, c.notWant) {
				t.Errorf("status %d, body %s", w.Code, body)
			}
			if got := w.Header().Get("Location"); got != c.location {
				t.Errorf("sent to %q, want %q", got, c.location)
			}
			if c.htmx && c.status != 401 && w.Header().Get("HX-Retarget") != "#toasts" {
				t.Error("the notice does not go to the notices")
			}
		})
	}
}

func TestPanicBecomesAnOutage(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	shell(t).Handle(func(http.ResponseWriter, *http.Request) error { panic("at the disco") }).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != 500 || strings.Contains(w.Body.String(), "disco") {
		t.Errorf("status %d, body %s", w.Code, w.Body)
	}
}

func TestHeadersAndCrossOrigin(t *testing.T) {
	t.Parallel()
	h := web.Harden(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }), true)
	for _, c := range []struct {
		name, method, site string
		want               int
	}{
		{"own form", "POST", "same-origin", 204},
		{"typed address", "GET", "none", 204},
		{"foreign form (CSRF)", "POST", "cross-site", 403},
		{"link from elsewhere", "GET", "cross-site", 204},
		{"a program without a browser", "POST", "", 204},
	} {
		r := httptest.NewRequest(c.method, "/", nil)
		if c.site != "" {
			r.Header.Set("Sec-Fetch-Site", c.site)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s: status %d, want %d", c.name, w.Code, c.want)
		}
		csp := w.Header().Get("Content-Security-Policy")
		if strings.Contains(csp, "unsafe") || !strings.Contains(csp, "script-src 'self'") || !strings.Contains(csp, "frame-ancestors 'none'") {
			t.Errorf("%s: policy %q", c.name, csp)
		}
	}
}

func TestBodyLimit(t *testing.T) {
	t.Parallel()
	s := shell(t)
	h := web.Limit(s.Handle(func(w http.ResponseWriter, r *http.Request) error {
		_, err := web.ReadForm(r)
		return err
	}), 1000, time.Second)
	r := httptest.NewRequest("POST", "/", strings.NewReader("a="+strings.Repeat("x", 2000)))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("status %d, want 413", w.Code)
	}
}

// Whoever still waits when a request was given up must not see a success.
func TestNobodyIsToldOfSuccess(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	h := shell(t).Handle(func(_ http.ResponseWriter, r *http.Request) error {
		cancel()
		return r.Context().Err()
	})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/", nil))
	if w.Code != 499 || w.Body.Len() > 0 {
		t.Errorf("status %d, %q", w.Code, w.Body)
	}
}

func TestPreferStaysHere(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	s := shell(t)
	s.Mount(mux)
	for _, c := range []struct{ next, want string }{
		{"/incidents?q=1", "/incidents?q=1"},
		{"https://evil.example/", "/"},
		{"//evil.example/", "/"},
		{"/\\evil.example", "/"},
		{"", "/"},
	} {
		r := httptest.NewRequest("POST", web.PreferPath, strings.NewReader(url.Values{"lang": {"zh"}, "theme": {"pink"}, "next": {c.next}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		if got := w.Header().Get("Location"); w.Code != 303 || got != c.want {
			t.Errorf("next %q: status %d, sent to %q, want %q", c.next, w.Code, got, c.want)
		}
		if got := strings.Join(w.Header().Values("Set-Cookie"), "; "); !strings.Contains(got, "kilter_lang=zh") || strings.Contains(got, "pink") {
			t.Errorf("cookies %q", got)
		}
	}
}

func TestFormKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	w := lang.For(lang.Chinese)
	form := &web.Form{Values: url.Values{"title": {"邮件"}, "zones": {"1", "2"}}}
	wrong := fault.Many{fault.At("title", "trouble.missing"), fault.At("hidden", "flow.no_move"), fault.New(fault.Conflict, "trouble.bad_form")}
	if err := form.Blame(w, wrong); err != nil {
		t.Fatalf("Blame gave %v back", err)
	}
	fields := form.Fields(part.Field{Name: "title", Value: "old"}, part.Field{Name: "zones", Kind: part.Several})
	if fields[0].Value != "邮件" || len(fields[0].Faults) != 1 {
		t.Errorf("title is %+v", fields[0])
	}
	if diff := cmp.Diff([]string{"1", "2"}, fields[1].Values); diff != "" {
		t.Error(diff)
	}
	want := []string{w.T("trouble.bad_form"), w.T("flow.no_move")}
	if diff := cmp.Diff(want, form.Whole(fields)); diff != "" {
		t.Errorf("faults of the whole form (-want +got):\n%s", diff)
	}
	outage := errors.New("disk full")
	if err := form.Blame(w, outage); !errors.Is(err, outage) {
		t.Errorf("an outage came back as %v", err)
	}
	if err := form.Blame(w, fault.New(fault.Denied, "trouble.403")); err == nil {
		t.Error("a denial was taken for a form's fault")
	}
}

func TestBannerStandsOnEveryPage(t *testing.T) {
	t.Parallel()
	s, mux := shell(t), http.NewServeMux()
	s.Rail = func(_ *http.Request, f *web.Frame) { f.Banner = templ.Raw("<p>demo city</p>") }
	s.Mount(mux)
	web.Styleguide(mux, s)
	for _, path := range []string{"/styleguide", "/styleguide/portal", "/styleguide/bare", "/nowhere"} {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if !strings.Contains(w.Body.String(), "demo city") {
			t.Errorf("%s has no banner", path)
		}
	}
}
