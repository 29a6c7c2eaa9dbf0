package app

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"kilter/internal/practice/access"
)

// Whatever is too large, too deep, too much or too slow is refused with the
// status that says so, and the server lives on.
func TestLimits(t *testing.T) {
	engines(t, func(t *testing.T, engine string) {
		w := settle(t, engine)
		n := serve(t, w.db)
		agent := w.token[access.DeskAgent]
		large := strings.Repeat("x", 2<<20)
		for name, c := range map[string]struct {
			method, path, body, header string
			want                       []int
		}{
			"a header of 100 kB":              {"GET", "/api/v1/incidents", "", "X-Large: " + large[:100<<10], []int{431}},
			"a cookie of 100 kB":              {"GET", "/signin", "", "Cookie: a=" + large[:100<<10], []int{431}},
			"a form of 2 MB":                  {"POST", "/signin", "code=" + large, "Content-Type: application/x-www-form-urlencoded", []int{413}},
			"a body of 2 MB":                  {"POST", "/api/v1/incidents", `{"title":"` + large + `"}`, "", []int{413}},
			"a title of 500 kB":               {"POST", "/api/v1/incidents", `{"title":"` + large[:500<<10] + `"}`, "", []int{422}},
			"a list 100,000 deep":             {"POST", "/api/v1/incidents", `{"title":` + strings.Repeat("[", 100_000) + `}`, "", []int{400, 422}},
			"an object with 50,000 members":   {"POST", "/api/v1/incidents", `{"title":"x"` + strings.Repeat(`,"y":1`, 50_000) + `}`, "", []int{422}},
			"5,000 parameters":                {"GET", "/api/v1/incidents?" + strings.Repeat("a=1&", 5000), "", "", []int{422}},
			"a parameter 2,000 times":         {"GET", "/api/v1/incidents?" + strings.Repeat("limit=1&", 2000), "", "", []int{422}},
			"a query nested 5,000 deep":       {"GET", "/api/v1/incidents?q=" + strings.Repeat("(", 5000), "", "", []int{422}},
			"a query with 5,000 negations":    {"GET", "/api/v1/incidents?q=" + strings.Repeat("not%20", 5000) + "priority%3D1", "", "", []int{422}},
			"a query of 3,000 conditions":     {"GET", "/api/v1/incidents?q=priority%3D1" + strings.Repeat("%20or%20priority%3D1", 3000), "", "", []int{422}},
			"a page of a million":             {"GET", "/api/v1/incidents?limit=1000000", "", "", []int{200, 422}},
			"an address of 60 kB":             {"GET", "/api/v1/incidents/" + large[:60<<10], "", "", []int{404}},
			"no JSON":                         {"POST", "/api/v1/incidents", `{"title":`, "", []int{400}},
			"a name that leads out":           {"GET", "/static/..%2f..%2f..%2fetc/passwd", "", "", []int{404}},
			"a path that leads out":           {"GET", "/api/v1/incidents/..%2f..%2fetc", "", "", []int{404}},
			"a body where none belongs":       {"GET", "/api/v1/me", "{}", "", []int{200, 413, 415}},
			"a method that nobody knows":      {"BREW", "/api/v1/incidents", "", "", []int{405}},
			"a number that no number can be":  {"GET", "/api/v1/incidents/INC-99999999999999999999-1", "", "", []int{404}},
			"a file given as what it is not":  {"POST", "/api/v1/files", "x", "Content-Type: text/html", []int{415}},
			"a line longer than its limit":    {"POST", "/api/v1/incidents/bulk", large, "Content-Type: application/x-ndjson", []int{200, 403, 413, 422}},
			"bytes that are no text":          {"POST", "/api/v1/incidents", "{\"title\":\"\xff\xfe\x00\"}", "", []int{201, 400, 422}},
			"a NUL in a title":                {"POST", "/api/v1/incidents", `{"title":"a\u0000b"}`, "", []int{201, 422}},
			"a line break in a header's name": {"GET", "/api/v1/me", "", "Accept-Language: en\tzh", []int{200}},
		} {
			t.Run(name, func(t *testing.T) {
				var headers []string
				if c.header != "" {
					headers = []string{c.header}
				}
				r, err := n.ask(agent, c.method, c.path, c.body, headers...)
				if err != nil {
					t.Fatal(err)
				}
				for _, s := range c.want {
					if r.status == s {
						return
					}
				}
				t.Errorf("status %d, want %v: %.300s", r.status, c.want, r.body)
			})
		}
		t.Run("a header that never ends", func(t *testing.T) {
			r := dial(t, n)
			began := time.Now()
			r.send("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")
			if _, err := r.in.ReadString('\n'); err != nil && time.Since(began) < time.Second {
				t.Fatal(err)
			}
			if took := time.Since(began); took > headerTime+30*time.Second {
				t.Errorf("it was waited for %v", took)
			}
		})
		n.want(http.StatusOK, "", "GET", "/healthz", "")
		n.want(http.StatusCreated, agent, "POST", "/api/v1/incidents", incidentBody("life goes on"))
	})
}
