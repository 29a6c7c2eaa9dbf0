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
	_, border, err := w.house.pages()
	if err != nil {
		t.Fatal(err)
	}
	deeds := w.house.who.office.Catalogue.Deeds()
	words := append([]string{web.Anyone, web.Known, web.Staff}, deeds...)
	all := border.Patterns()
	if len(all) < 100 {
		t.Fatalf("only %d pages are mounted", len(all))
	}
	for _, pattern := range all {
		policy := web.Policy(pattern)
		if policy == "" {
			t.Errorf("%s has no policy: give it one in internal/web/policy.go", pattern)
		}
		for _, word := range strings.Fields(policy) {
			if !contains(words, word) {
				t.Errorf("%s: there is no deed %q", pattern, word)
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
			return "assign"
		case "{field}":
			return "title"
		case "{clock}":
			return "resolve"
		}
		return "999999"
	})
}

// TestEveryPageForEverybody asks for every page as every role, about a foreign
// record and things that do not exist: whoever does not meet the policy is
// turned away and, at a deed, written down; whoever meets it gets an answer
// and never an outage; nobody reads what is not his.
func TestEveryPageForEverybody(t *testing.T) {
	t.Parallel()
	w := settle(t, "sqlite")
	h := w.house
	h.ready.Store(true)
	_, border, err := h.pages()
	if err != nil {
		t.Fatal(err)
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
		for _, pattern := range border.Patterns() {
			method, path, named := strings.Cut(pattern, " ")
			if !named {
				method, path = "GET", "/no/such/page"
			}
			meets := web.Meets(web.Policy(pattern), by)
			if pattern == "GET /live" && meets || path == "/metrics" {
				continue // it goes on for ever; it is measured elsewhere
			}
			r := request(t, routes, token, method, address(path, i.Ref()))
			switch {
			case r.Code >= http.StatusInternalServerError:
				t.Errorf("%s: %s: an outage: %d %.300s", role, pattern, r.Code, r.Body)
			case !meets && r.Code < http.StatusBadRequest:
				t.Errorf("%s: %s without %q: %d", role, pattern, web.Policy(pattern), r.Code)
			}
			sees := role != "stranger" && by.Can("incident.read") && by.Staff
			if !sees && strings.Contains(r.Body.String(), "vault") {
				t.Errorf("%s: %s tells of a foreign record", role, pattern)
			}
			if !sees && strings.Contains(path, "{ref}") && r.Code < http.StatusBadRequest {
				t.Errorf("%s: %s about a foreign record: %d", role, pattern, r.Code)
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
func request(t testing.TB, h http.Handler, token, method, path string) *httptest.ResponseRecorder {
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
