package web_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"kilter/internal/practice/access"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/testkit"
	"kilter/internal/testkit/browser"
	"kilter/internal/testkit/storetest"
	"kilter/internal/web"
)

// lookOver opens the pages in the two looks that differ most: axe objects to
// nothing, nothing is wider than the window, the browser complains of nothing.
func lookOver(t *testing.T, p *browser.Page, url string, pages map[string]string) {
	t.Helper()
	for _, look := range looks[:2] {
		for name, path := range pages {
			p.GoIn(url+path, look.lang, look.theme, look.width)
			full := name + "-" + look.lang + "-" + look.theme
			p.Axe(full)
			p.Picture(full)
			p.Fits(full)
		}
	}
	for _, c := range p.Complaints() {
		t.Error(c)
	}
}

// as serves pages to somebody who is signed in already.
func as(t *testing.T, by people.Actor, mux http.Handler) string {
	t.Helper()
	server := httptest.NewServer(web.Harden(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(w, r.WithContext(people.With(r.Context(), by)))
	}), false))
	t.Cleanup(server.Close)
	return server.URL
}

func TestSecurityInTheBrowser(t *testing.T) {
	t.Parallel()
	l := newLobby(t)
	settings := l.gate.Door.Settings
	shell := &web.Shell{Now: l.gate.Door.Now}
	gate := *l.gate
	gate.Shell = shell
	mux := http.NewServeMux()
	shell.Mount(mux)
	(&web.Security{Gate: &gate, Office: &access.Office{
		Staff: l.db, Settings: settings, Pen: l.db, Now: gate.Door.Now,
		Catalogue: access.NewCatalogue(access.Records("incident", incident.Flow.Names())),
	}}).Mount(mux)
	grants := people.NewGrants("account.read", "account.open", "account.lock", "account.reset", "account.roles", "account.clear", "account.rules", "role.edit", "session.revoke", "token.revoke", "people.read")
	url := as(t, people.Actor{ID: 9999, Name: "S", Staff: true, Grants: grants, Scope: people.Everything()}, mux)
	p := browser.View(t, url+"/security?theme=dark&lang=zh")
	p.Until(`location.pathname === '/security/accounts' && location.search === '?lang=zh&theme=dark'`)
	one := browser.Eval[string](p, `document.querySelector('main a[href^="/security/accounts/"]').getAttribute('href')`)
	p.Size(1440, 900)
	p.Go(url + "/security/accounts")
	browser.Eval[bool](p, `document.querySelector('main a[href^="/security/accounts/"]').focus(), true`)
	p.Keys(browser.Enter)
	p.Until(`location.pathname === '` + one + `'`)
	lookOver(t, p, url, map[string]string{"accounts": "/security/accounts", "account": one, "roles": "/security/roles", "tokens": "/security/tokens"})
}

func TestHistoryInTheBrowser(t *testing.T) {
	t.Parallel()
	by := people.Actor{Name: "M", Staff: true, Grants: people.NewGrants(setting.DeedImport, setting.DeedUndo), Scope: people.Everything()}
	mux, _ := historyOffice(t, storetest.Open(t, "sqlite"), by)
	(&web.Shell{}).Mount(mux)
	log, err := os.ReadFile(filepath.Join(testkit.Root(t), "examples", "history", "small_events.csv"))
	if err != nil {
		t.Fatal(err)
	}
	w := send(t, mux, "small_events.csv", log, "")
	wants(t, w, http.StatusSeeOther)
	url := as(t, by, mux)
	p := browser.View(t, url+"/imports/history")
	lookOver(t, p, url, map[string]string{"history": "/imports/history", "history-map": w.Header().Get("Location")})
}
