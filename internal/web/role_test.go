package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kilter/internal/practice/access"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/web"
)

// A role from before an upgrade is shown with the rights it lacks, in words; one
// button gives them, and then the page no longer speaks of it.
func TestRolesLackingNewerRights(t *testing.T) {
	t.Parallel()
	l := newLobby(t)
	settings := l.gate.Door.Settings
	old := setting.Thing{Kind: setting.Role, Code: access.DeskAgent, Name: people.Text{En: "Desk agent", Zh: "服务台坐席"}, Changed: l.gate.Door.Now()}
	if held := settings.All().Coded(setting.Role, access.DeskAgent); held != nil {
		old = *held
	}
	old.Doc = []byte(`{"grants":["incident.read"]}`)
	if err := settings.Save(t.Context(), &old); err != nil {
		t.Fatal(err)
	}
	gate := *l.gate
	gate.Shell = &web.Shell{Now: l.gate.Door.Now}
	mux := http.NewServeMux()
	(&web.Security{Gate: &gate, Office: &access.Office{Staff: l.db, Settings: settings, Pen: l.db, Now: gate.Door.Now, Catalogue: access.NewCatalogue(access.Records("incident"), access.Records("problem"))}}).Mount(mux)
	ask := func(method, path, body string, grants ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r.WithContext(people.With(r.Context(), people.Actor{ID: 9999, Name: "S", Lang: "en", Staff: true, Grants: people.NewGrants(grants...), Scope: people.Everything()})))
		return w
	}
	renew := fmt.Sprintf("/security/roles/%d/renew", old.ID)
	w := ask("GET", "/security/roles?lang=zh", "", "role.edit")
	wants(t, w, http.StatusOK, "缺少新权限的角色", renew)
	w = ask("GET", "/security/roles", "", "role.edit")
	wants(t, w, http.StatusOK, "Roles that lack newer rights", "Give these rights to “Desk agent”")
	if text := plainText(w.Body.String()); !strings.Contains(text, "Problems: ") || strings.Contains(text, "Incidents: ") {
		t.Errorf("what it may not do yet is not in words: %s", text)
	}
	wants(t, ask("POST", renew, "version=1", "account.read"), http.StatusForbidden)
	wants(t, ask("POST", renew, "version=77", "role.edit"), http.StatusUnprocessableEntity, "Roles that lack newer rights")
	wants(t, ask("POST", renew, fmt.Sprintf("version=%d", old.Version), "role.edit"), http.StatusSeeOther)
	if w = ask("GET", "/security/roles", "", "role.edit"); strings.Contains(w.Body.String(), "newer rights") {
		t.Errorf("the page still speaks of it: %s", plainText(w.Body.String()))
	}
	g, err := access.Granted(settings.All(), []int64{old.ID})
	if err != nil || !g.Has("problem.open") || g.Has("incident.reply") {
		t.Errorf("it grants %v, %v", g, err)
	}
}
