package app

import (
	"net/http"
	"net/url"
	"testing"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// The demo city is taken out by one click of the system administrator on the
// settings' page, which shows that nothing is left; nobody else has the button.
func TestPurgeByThePage(t *testing.T) {
	if testing.Short() {
		t.Skip("fills 12,000 incidents")
	}
	t.Parallel()
	h := demoCopy(t, "S")
	pages, err := h.routes()
	if err != nil {
		t.Fatal(err)
	}
	mark, _ := h.demoMark()
	enter := func(role string) *visitor {
		t.Helper()
		v := &visitor{t: t, pages: pages}
		for _, a := range mark.Accounts {
			if a.Role.En != role {
				continue
			}
			for _, c := range v.send("POST", "/signin/demo", url.Values{"person": {a.Person.String()}}).Result().Cookies() {
				v.cookie = c
			}
		}
		if v.cookie == nil {
			t.Fatalf("no demo account is a %s: %+v", role, mark.Accounts)
		}
		return v
	}
	enter("Desk agent").wants(http.StatusForbidden, "POST", "/settings/demo/purge", url.Values{})
	system := enter("System administrator")
	system.wants(http.StatusOK, "GET", "/settings", nil, "/settings/demo/purge")
	system.wants(http.StatusOK, "POST", "/settings/demo/purge", url.Values{}, "incident")
	if _, ok := h.demoMark(); ok {
		t.Error("the database still says that it is a demo")
	}
	if n, err := h.db.Ledger().Count(t.Context(), people.Everything(), record.Query{Kind: record.Incident}, 10); err != nil || n != 0 {
		t.Errorf("%d incidents are left, %v", n, err)
	}
	if r := system.send("GET", "/settings", nil); r.Code != http.StatusSeeOther {
		t.Errorf("the session of somebody who is gone: %d", r.Code)
	}
}
