package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"kilter/internal/practice/access"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/signin"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
	"kilter/internal/web"
)

const good = "the bubble rests level"

// lobby is the gate before one page that says who came through.
type lobby struct {
	http.Handler
	gate *web.Gate
	db   *store.DB
	now  time.Time
}

func newLobby(t *testing.T) *lobby {
	t.Helper()
	db := storetest.Open(t, "sqlite")
	l := &lobby{db: db, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	now := func() time.Time { return l.now }
	settings := &setting.Keeper{Store: db.Settings()}
	if err := settings.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := access.Seed(t.Context(), settings, l.now); err != nil {
		t.Fatal(err)
	}
	shell := &web.Shell{Now: now, SignIn: "/signin"}
	l.gate = &web.Gate{
		Shell: shell, Roster: &access.Roster{Persons: db, Settings: settings}, Proxies: []netip.Prefix{netip.MustParsePrefix("10.9.0.0/16")},
		Door: &signin.Door{Store: db.Accounts(), Sessions: db.Sessions(), Tokens: db.Tokens(), Profiles: db, Pen: db, Settings: settings, Now: now},
	}
	shell.Who, shell.Prefer = l.gate.Viewer, l.gate.Keep
	mux := http.NewServeMux()
	shell.Mount(mux)
	l.gate.Mount(mux)
	said := func(w http.ResponseWriter, r *http.Request) {
		a := people.From(r.Context())
		_, _ = w.Write([]byte(a.Name + " via " + string(a.Via) + " from " + a.Address)) // a recorder
	}
	mux.HandleFunc("GET /secret", said)
	mux.HandleFunc("GET /api/v1/secret", said)
	l.Handler = web.Harden(l.gate.Guard(mux), false)
	p := people.Person{Code: "wang", Name: "Wang An", Staff: true, Changed: l.now, Doc: people.Profile{Roles: []int64{settings.All().Coded(setting.Role, access.DeskAgent).ID}}}
	if err := db.SavePerson(t.Context(), &p); err != nil {
		t.Fatal(err)
	}
	if err := l.gate.Door.SetPassword(t.Context(), people.System(people.ViaShell), p.ID, good, false); err != nil {
		t.Fatal(err)
	}
	return l
}

func (l *lobby) ask(method, path string, form url.Values, change func(*http.Request)) *http.Response {
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.RemoteAddr = "192.0.2.7:4711"
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	l.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	var b strings.Builder
	buf := make([]byte, 4096)
	for {
		n, err := r.Body.Read(buf)
		b.Write(buf[:n])
		if err != nil {
			return b.String()
		}
	}
}

func TestNobodyPassesTheGateUnknown(t *testing.T) {
	t.Parallel()
	l := newLobby(t)
	if r := l.ask("GET", "/secret?x=1", nil, nil); r.StatusCode != 303 || r.Header.Get("Location") != "/signin?next=%2Fsecret%3Fx%3D1" {
		t.Errorf("a page: %d to %q", r.StatusCode, r.Header.Get("Location"))
	}
	r := l.ask("GET", "/api/v1/secret", nil, nil)
	if r.StatusCode != 401 || r.Header.Get("Content-Type") != "application/problem+json" || r.Header.Get("WWW-Authenticate") == "" {
		t.Errorf("the API: %d %v", r.StatusCode, r.Header)
	}
	for _, bad := range []string{"Bearer kilter_x", "Bearer ", "Basic d2FuZzp4"} {
		if r := l.ask("GET", "/api/v1/secret", nil, func(r *http.Request) { r.Header.Set("Authorization", bad) }); r.StatusCode != 401 {
			t.Errorf("%q: %d", bad, r.StatusCode)
		}
	}
	for _, path := range []string{"/signinx", "/secret/../secret", "/staticx", "/no/such/page"} {
		if r := l.ask("GET", path, nil, nil); r.StatusCode == 200 || strings.Contains(body(t, r), "Wang") {
			t.Errorf("%s: %d", path, r.StatusCode)
		}
	}
}

func (l *lobby) signIn(t *testing.T, next string) *http.Cookie {
	t.Helper()
	r := l.ask("POST", "/signin", url.Values{"name": {"wang"}, "password": {good}, "next": {next}}, nil)
	if r.StatusCode != 303 || len(r.Cookies()) != 1 {
		t.Fatalf("sign-in: %d, %v", r.StatusCode, r.Cookies())
	}
	if to := r.Header.Get("Location"); strings.Contains(to, "evil") {
		t.Errorf("next %q leads to %q", next, to)
	}
	return r.Cookies()[0]
}

func TestSignInAtThePage(t *testing.T) {
	t.Parallel()
	l := newLobby(t)
	if r := l.ask("POST", "/signin", url.Values{"name": {"wang"}, "password": {"wrong horse battery"}}, nil); r.StatusCode != 422 || len(r.Cookies()) != 0 || strings.Contains(body(t, r), "wrong horse") {
		t.Errorf("a wrong password: %d, %v", r.StatusCode, r.Cookies())
	}
	c := l.signIn(t, "/secret")
	if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" {
		t.Errorf("cookie %+v", c)
	}
	with := func(r *http.Request) { r.AddCookie(c) }
	if got := body(t, l.ask("GET", "/secret", nil, with)); got != "Wang An via page from 192.0.2.7" {
		t.Errorf("inside: %q", got)
	}
	if r := l.ask("POST", "/signout", nil, with); r.StatusCode != 303 {
		t.Errorf("sign-out: %d", r.StatusCode)
	}
	if r := l.ask("GET", "/secret", nil, with); r.StatusCode != 303 {
		t.Errorf("after signing out: %d", r.StatusCode)
	}
	secure := l.ask("POST", "/signin", url.Values{"name": {"wang"}, "password": {good}}, func(r *http.Request) {
		r.RemoteAddr = "10.9.1.1:80"
		r.Header.Set("X-Forwarded-Proto", "https")
	})
	if c := secure.Cookies(); len(c) != 1 || !c[0].Secure || !strings.HasPrefix(c[0].Name, "__Host-") {
		t.Errorf("behind a proxy with HTTPS: %v", c)
	}
}

func TestHeaderInjection(t *testing.T) {
	t.Parallel()
	l := newLobby(t)
	for _, next := range []string{"//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nSet-Cookie: evil=1", "javascript:evil()"} {
		l.signIn(t, next)
	}
	c := l.signIn(t, "/")
	from := func(peer string, forwarded ...string) string {
		return body(t, l.ask("GET", "/secret", nil, func(r *http.Request) {
			r.AddCookie(c)
			r.RemoteAddr = peer
			for _, f := range forwarded {
				r.Header.Add("X-Forwarded-For", f)
			}
		}))
	}
	cases := []struct{ name, got, want string }{
		{"a stranger's header is not believed", from("192.0.2.7:1", "1.2.3.4"), "192.0.2.7"},
		{"a proxy's is", from("10.9.0.1:1", "1.2.3.4"), "1.2.3.4"},
		{"what the client wrote before the proxy is not", from("10.9.0.1:1", "6.6.6.6, 1.2.3.4"), "1.2.3.4"},
		{"a chain of proxies", from("10.9.0.1:1", "6.6.6.6, 1.2.3.4, 10.9.0.2"), "1.2.3.4"},
		{"what is no address ends the chain", from("10.9.0.1:1", "1.2.3.4\t<script>"), "10.9.0.1"},
	}
	for _, c := range cases {
		if !strings.HasSuffix(c.got, "from "+c.want) {
			t.Errorf("%s: %q, want %s", c.name, c.got, c.want)
		}
	}
}

func TestCSRFAtTheWayIn(t *testing.T) {
	t.Parallel()
	l := newLobby(t)
	for _, path := range []string{"/signin", "/signout", "/account/password", "/account/tokens"} {
		r := l.ask("POST", path, url.Values{"name": {"wang"}, "password": {good}}, func(r *http.Request) {
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			r.Header.Set("Origin", "https://evil.example")
		})
		if r.StatusCode != 403 || len(r.Cookies()) != 0 {
			t.Errorf("%s from another site: %d, %v", path, r.StatusCode, r.Cookies())
		}
	}
}

func TestATokenAtTheGate(t *testing.T) {
	t.Parallel()
	l := newLobby(t)
	a, err := l.gate.Roster.Actor(t.Context(), 1, 0, l.now)
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := l.gate.Door.NewToken(t.Context(), a, "test", []string{"incident.read"}, l.now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	with := func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }
	if got := body(t, l.ask("GET", "/api/v1/secret", nil, with)); got != "Wang An via api from 192.0.2.7" {
		t.Errorf("inside: %q", got)
	}
	if r := l.ask("GET", "/account", nil, with); r.StatusCode != 403 {
		t.Errorf("a token opens the account page: %d", r.StatusCode)
	}
	l.now = l.now.Add(2 * time.Hour)
	if r := l.ask("GET", "/api/v1/secret", nil, with); r.StatusCode != 401 {
		t.Errorf("an expired token: %d", r.StatusCode)
	}
}

// "As the browser asks" forgets the language that this browser kept before.
func TestAsTheBrowserAsks(t *testing.T) {
	t.Parallel()
	l := newLobby(t)
	in := l.signIn(t, "/secret")
	kept := map[string]*http.Cookie{in.Name: in}
	ask := func(method, path string, form url.Values) string {
		r := l.ask(method, path, form, func(r *http.Request) {
			for _, c := range kept {
				r.AddCookie(c)
			}
		})
		for _, c := range r.Cookies() {
			if kept[c.Name] = c; c.MaxAge < 0 {
				delete(kept, c.Name)
			}
		}
		return body(t, r)
	}
	ask("POST", "/prefer", url.Values{"lang": {"zh"}})
	if page := ask("GET", "/account", nil); !strings.Contains(page, `lang="zh-Hans"`) {
		t.Fatalf("chosen in the menu: %s", page[:200])
	}
	ask("POST", "/account/choices", url.Values{"lang": {""}, "theme": {""}, "time_zone": {""}, "keys": {"true"}})
	if page := ask("GET", "/account", nil); !strings.Contains(page, `lang="en"`) {
		t.Errorf("as the browser asks, but: %s", page[:200])
	}
}

// What a person chose on one device holds on the next: language, theme, row
// height and time zone, from the menu and from his own page.
func TestChoicesGoWithThePerson(t *testing.T) {
	t.Parallel()
	l := newLobby(t)
	l.gate.Shell.Place = func() *time.Location { return time.FixedZone("Asia/Shanghai", 8*3600) }
	first := l.signIn(t, "/secret")
	with := func(c *http.Cookie) func(*http.Request) { return func(r *http.Request) { r.AddCookie(c) } }
	look := func(c *http.Cookie) string { return body(t, l.ask("GET", "/account", nil, with(c))) }
	if page := look(first); !strings.Contains(page, `lang="en"`) || !strings.Contains(page, "23 Nov 2026 17:00") {
		t.Errorf("before a choice: not English in the centre's zone: %s", page[:300])
	}
	if r := l.ask("POST", "/prefer", url.Values{"lang": {"zh"}}, with(first)); r.StatusCode != 303 {
		t.Fatalf("the menu: %d", r.StatusCode)
	}
	bad := url.Values{"lang": {"zh"}, "theme": {"dark"}, "time_zone": {"Asia/Atlantis"}, "keys": {"true"}}
	if r := l.ask("POST", "/account/choices", bad, with(first)); r.StatusCode != 422 || !strings.Contains(body(t, r), "Asia/Atlantis") {
		t.Errorf("a zone that is none: %d", r.StatusCode)
	}
	bad.Set("time_zone", "Asia/Urumqi")
	bad.Set("density", "compact")
	if r := l.ask("POST", "/account/choices", bad, with(first)); r.StatusCode != 303 {
		t.Fatalf("his page: %d %s", r.StatusCode, body(t, r))
	}
	l.now = l.now.Add(time.Minute)
	page := look(l.signIn(t, "/secret")) // another device has no cookie but its own session
	for _, want := range []string{`lang="zh-Hans"`, `data-theme="dark"`, `data-density="compact"`, "2026年11月23日 15:01"} {
		if !strings.Contains(page, want) {
			t.Errorf("on another device the page lacks %q", want)
		}
	}
}
