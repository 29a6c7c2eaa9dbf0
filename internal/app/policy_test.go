package app

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"kilter/internal/practice/access"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/web"
)

// A page without a policy is shown to nobody, and fails here.
func TestEveryPageHasAPolicy(t *testing.T) {
	t.Parallel()
	w := settle(t, "sqlite")
	gate, border, err := w.house.pages()
	if err != nil {
		t.Fatal(err)
	}
	deeds := w.house.who.office.Catalogue.Deeds()
	words := append([]string{web.Anyone, web.Known, web.Staff}, deeds...)
	all := border.Patterns()
	if len(all) < 100 {
		t.Fatalf("only %d pages are mounted", len(all))
	}
	for address := range w.house.doors(gate) {
		all = append(all, "POST "+address)
	}
	for _, pattern := range all {
		policy := border.Policy(pattern)
		if policy == "" {
			t.Errorf("%s has no policy: give it one in internal/web/policy.go, or in its room", pattern)
		}
		for _, word := range strings.Fields(policy) {
			room, moves := strings.CutSuffix(word, ".{move}")
			if !contains(words, word) && !(moves && contains(words, room+".read")) {
				t.Errorf("%s: there is no deed %q", pattern, word)
			}
		}
	}
}

// reading are the pages that do something which whoever may read may do.
var reading = map[string]string{
	"POST /reviews/{id}/files":               "whoever has an action of a review to see to brings what shows that it is done",
	"POST /reviews/{id}/files/{file}/remove": "whoever brought it takes it back",
	"POST /reviews/{id}/{list}/{n}":          "whoever has something of a review to see to says himself that it is done",
	"POST /incidents/columns":                "the columns that somebody sees himself",
	"POST /contacts/columns":                 "the same",
	"POST /problems/columns":                 "the same",
	"POST /changes/columns":                  "the same",
	"POST /changes/{ref}/watch":              "the same",
	"POST /releases/columns":                 "the same",
	"POST /risks/columns":                    "the same",
	"POST /requests/columns":                 "the same",
	"POST /knowledge/columns":                "the same",
	"POST /configuration/columns":            "the same",
	"POST /configuration/views":              "his own view; one for others asks for view.team or view.everyone",
	"POST /configuration/views/{id}/retire":  "the same",
	"POST /incidents/{ref}/watch":            "whoever sees a record may follow it",
	"POST /contacts/{ref}/watch":             "the same",
	"POST /problems/{ref}/watch":             "the same",
	"POST /releases/{ref}/watch":             "the same",
	"POST /risks/{ref}/watch":                "the same",
	"POST /requests/{ref}/watch":             "the same",
	"POST /calendar/feeds":                   "a calendar shows its owner in another program what he may read, and no more",
	"POST /calendar/feeds/{id}/revoke":       "the same",
	"POST /cab/{id}/actions/{n}":             "whoever answers for an action of a meeting says himself that it is done",
	"POST /knowledge/{ref}/watch":            "the same",
}

// A page that changes something asks at the door for the very deed, and not
// only for the right to read.
func TestEveryDeedAsksForItself(t *testing.T) {
	t.Parallel()
	w := settle(t, "sqlite")
	_, border, err := w.house.pages()
	if err != nil {
		t.Fatal(err)
	}
	for _, pattern := range border.Patterns() {
		if strings.HasPrefix(pattern, "GET ") || reading[pattern] != "" || !strings.Contains(pattern, " ") {
			continue
		}
		for _, word := range strings.Fields(border.Policy(pattern)) {
			if strings.HasSuffix(word, ".read") {
				t.Errorf("%s: whoever holds %s may send it", pattern, word)
			}
		}
	}
}

func contains(all []string, one string) bool {
	for _, w := range all {
		if w == one {
			return true
		}
	}
	return false
}

var hole = regexp.MustCompile(`\{[a-z.$]+\}`)

// address fills a pattern with ids of things the caller has nothing to do with.
func address(path, ref string) string {
	return hole.ReplaceAllStringFunc(path, func(h string) string {
		switch h {
		case "{$}":
			return ""
		case "{ref}":
			return ref
		case "{move}":
			return moveOf(path)
		case "{field}":
			return "title"
		case "{clock}":
			return "resolve"
		}
		return "999999"
	})
}

// moveOf is a move of the practice that a page belongs to.
func moveOf(path string) string {
	switch {
	case strings.HasPrefix(path, "/contacts"):
		return "close"
	case strings.HasPrefix(path, "/configuration/items"):
		return "maintain"
	}
	return "assign"
}

// turned is the answer designed for whoever does not meet a policy: 403, or
// 404 where he is not to know that there is such a page.
func turned(policy, path string, staff bool) int {
	official := !staff && strings.HasPrefix(policy, "incident.") && !strings.HasPrefix(path, "/portal/")
	if policy == web.Staff || official {
		return http.StatusNotFound
	}
	return http.StatusForbidden
}

// TestEveryPageForEverybody asks for every page as every role, about a foreign
// record and things that do not exist: whoever does not meet the policy is
// turned away with the answer designed for it, whatever else is wrong with what
// he sent, and, at a deed, written down; whoever meets it gets an answer and
// never an outage; what nobody may see is missing, and nobody reads it.
func TestEveryPageForEverybody(t *testing.T) {
	t.Parallel()
	w := settle(t, "sqlite")
	h := w.house
	h.ready.Store(true)
	gate, border, err := h.pages()
	if err != nil {
		t.Fatal(err)
	}
	all := border.Patterns()
	for address := range h.doors(gate) {
		all = append(all, "POST "+address)
	}
	routes, err := h.routes()
	if err != nil {
		t.Fatal(err)
	}
	const secret = "the vault's door is open"
	agent := w.actor(t, access.DeskAgent)
	i, err := h.incidents.Register(t.Context(), agent, incident.Call{Input: record.Input{Fields: map[string]string{"title": secret}}, Channel: "phone"})
	if err != nil {
		t.Fatal(err)
	}
	for role, token := range w.token {
		by := w.actor(t, role)
		for _, pattern := range all {
			method, path, named := strings.Cut(pattern, " ")
			if !named {
				method, path = "GET", "/no/such/page"
			}
			policy := strings.ReplaceAll(border.Policy(pattern), "{move}", moveOf(path))
			meets := web.Meets(policy, by)
			if pattern == "GET /live" && meets || path == "/metrics" {
				continue // it goes on for ever; it is measured elsewhere
			}
			r := requested(t, routes, token, method, address(path, i.Ref()))
			switch {
			case r.Code >= http.StatusInternalServerError:
				t.Errorf("%s: %s: an outage: %d %.300s", role, pattern, r.Code, r.Body)
			case !meets && r.Code != turned(policy, path, by.Staff):
				t.Errorf("%s: %s without %q: %d, want %d", role, pattern, policy, r.Code, turned(policy, path, by.Staff))
			}
			sees := role != "stranger" && by.Can("incident.read") && by.Staff
			if !sees && strings.Contains(r.Body.String(), "vault") {
				t.Errorf("%s: %s tells of a foreign record", role, pattern)
			}
			if meets && !sees && strings.Contains(path, "{ref}") && r.Code != http.StatusNotFound && r.Code != http.StatusForbidden {
				t.Errorf("%s: %s about a foreign record: %d", role, pattern, r.Code)
			}
			code, _, _ := strings.Cut(strings.TrimPrefix(path, "/settings/"), "/")
			single := h.settingsDesk().Sheets.Single(code) // there is one; no id is looked at
			if none := strings.Contains(path, "{id}") && !strings.Contains(path, "{ref}") && !single; meets && none && r.Code != http.StatusNotFound && r.Code != http.StatusForbidden {
				t.Errorf("%s: %s about what is not there: %d", role, pattern, r.Code)
			}
		}
	}
	rows, err := h.db.Audit().Rows(t.Context(), audit.Filter{Result: audit.Refused, Object: "page:/security/accounts", Limit: 10})
	if err != nil || len(rows) == 0 {
		t.Errorf("nobody wrote down who was turned away: %v", err)
	}
	if now, err := h.incidents.Find(t.Context(), people.System(people.ViaJob), i.Number); err != nil || now.Title != secret || now.State != i.State {
		t.Errorf("the foreign record is now %q, %s: %v", now.Title, now.State, err)
	}
}

func (w *town) actor(t testing.TB, role string) people.Actor {
	t.Helper()
	a, err := w.house.who.roster.Actor(t.Context(), w.id[role], 0, Now())
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// request asks the house itself, within ten seconds.
func requested(t testing.TB, h http.Handler, token, method, path string) *httptest.ResponseRecorder {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	body := ""
	if method != http.MethodGet {
		body = "text=x&now=x&was="
	}
	r := httptest.NewRequestWithContext(ctx, method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}
