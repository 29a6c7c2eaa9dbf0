package app

import (
	"net/http"
	"strings"
	"testing"

	"kilter/internal/practice/access"
)

// Without a sign-in every address leads to it, whatever the method, but for
// the few that are for everybody; a wrong or empty token is no sign-in.
func TestNoPageForStrangers(t *testing.T) {
	t.Parallel()
	w := settle(t, "sqlite")
	n := serve(t, w.db)
	for _, path := range []string{
		"/", "/incidents", "/incidents/new", "/incidents/INC-2026-00001", "/my-day", "/settings", "/settings/team", "/account", "/audit", "/security",
		"/portal", "/reports/desk", "/reports/desk/export", "/setup", "/views", "/notices", "/import/history", "/no/such/page", "/live", "/find?q=x",
	} {
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
			for _, token := range []string{"", "wrong"} {
				r, err := n.ask(token, method, path, "")
				if err != nil {
					t.Fatal(err)
				}
				if r.status != http.StatusSeeOther || !strings.HasPrefix(r.head.Get("Location"), "/signin") {
					t.Errorf("%s %s with token %q: %d to %q", method, path, token, r.status, r.head.Get("Location"))
				}
			}
		}
	}
	for _, path := range []string{"/signin/first", "/healthz", "/readyz", "/api", "/api/openapi.json"} {
		if r := n.want(http.StatusOK, "", "GET", path, ""); r.head.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s may be sniffed", path)
		}
	}
}

// pagesOfRecord are the addresses about one incident.
var pagesOfRecord = strings.Fields(`
	GET: GET:/clock/response GET:/edit/title GET:/field/title GET:/file/1 GET:/fresh GET:/link GET:/move/assign GET:/move/cancel GET:/print GET:/task
	POST:/claim POST:/edit/title POST:/link POST:/mine POST:/move/assign POST:/move/cancel POST:/note POST:/publish POST:/reply POST:/task POST:/task/1
	POST:/unmerge POST:/watch`)

// Every page about a record, asked for by every starter role: whoever does not
// see the record is told the same as about one that does not exist, whatever
// he wanted to do with it; whoever lacks the grant gets nothing of what it says
// and changes nothing; nobody ever gets an outage.
func TestPagesForEveryRole(t *testing.T) {
	t.Parallel()
	w := settle(t, "sqlite")
	n := serve(t, w.db)
	const secret = "the vault's door is open"
	made := n.want(http.StatusCreated, w.token[access.DeskAgent], "POST", "/api/v1/incidents", incidentBody(secret))
	number := made.get("number").(string)
	none := strings.TrimSuffix(number, "1") + "9"
	const form = "Content-Type: application/x-www-form-urlencoded"
	for role, token := range w.token {
		by, err := w.house.who.roster.Actor(t.Context(), w.id[role], 0, Now())
		if err != nil {
			t.Fatal(err)
		}
		sees := role != "stranger" && by.Can("incident.read")
		for _, page := range pagesOfRecord {
			method, path, _ := strings.Cut(page, ":")
			body := ""
			if method == "POST" {
				body = "text=x&now=x&was="
			}
			ask := func(ref string) reply {
				r, err := n.ask(token, method, "/incidents/"+ref+path, body, form)
				if err != nil {
					t.Fatal(err)
				}
				if r.status >= http.StatusInternalServerError {
					t.Errorf("%s: %s %s: %d %.300s", role, method, path, r.status, r.body)
				}
				return r
			}
			missing := ask(none)
			if missing.status < http.StatusBadRequest {
				t.Errorf("%s: %s %s about no record: %d", role, method, path, missing.status)
			}
			if sees {
				continue
			}
			r := ask(number)
			if r.status < http.StatusBadRequest || strings.Contains(r.body, "vault") {
				t.Errorf("%s: %s %s without the grant: %d %.300s", role, method, path, r.status, r.body)
			}
			if role == "stranger" && r.status != missing.status {
				t.Errorf("%s: %s %s about a foreign record: %d, about none: %d", role, method, path, r.status, missing.status)
			}
		}
	}
	if held := w.incidents(t); len(held) != 1 || held[number] != secret {
		t.Errorf("left: %v", held)
	}
}
