package api_test

import (
	"strings"
	"testing"

	"kilter/internal/api"
	"kilter/internal/testkit"
	"kilter/internal/testkit/storetest"
)

func TestProblemsInBothLanguages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		chinese := "Accept-Language: zh-CN,zh;q=0.9"
		body := `{"title":"","impact":9,"service":"nothing","colour":"red","text":5}`
		for name, headers := range map[string][]string{"en": nil, "zh": {chinese}} {
			a := s.ask("agent", "POST", "/api/v1/incidents", body, headers...).want(422)
			if a.head.Get("Content-Type") != "application/problem+json" || !strings.HasPrefix(a.head.Get("Content-Language"), name) || a.head.Get("Trace-Id") != a.get("trace_id") {
				t.Errorf("headers %v", a.head)
			}
			testkit.Golden(t, "problem."+name+".golden.json", a.golden())
		}
		s.ask("agent", "GET", "/api/v1/incidents/INC-2026-00099", "", chinese).want(404, `"title":"未找到"`, `"type":"/api#problem-missing"`)
		s.ask("agent", "GET", "/api/v1/nothing", "").want(404, "api.no_such_address")
		s.ask("", "GET", "/api/v1/me", "").want(401, `"status":401`)
		// The token's owner speaks Chinese, and asks for nothing else.
		owner := s.people["agent"]
		owner.Lang = "zh-Hans"
		s.people["agent"] = owner
		s.ask("agent", "GET", "/api/v1/incidents/INC-2026-00099", "").want(404, "未找到")
		s.ask("agent", "GET", "/api/v1/incidents/INC-2026-00099", "", "Accept-Language: en").want(404, "Not found")
		a := s.ask("agent", "GET", "/api/v1/me", "", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").want(200)
		if a.head.Get("Trace-Id") != "0af7651916cd43dd8448eb211c80319c" {
			t.Errorf("trace %q", a.head.Get("Trace-Id"))
		}
	})
}

func TestBodies(t *testing.T) {
	t.Parallel()
	s := open(t, storetest.Open(t, "sqlite"))
	post := func(body string, headers ...string) answer {
		t.Helper()
		return s.ask("agent", "POST", "/api/v1/incidents", body, headers...)
	}
	post(`{"title":"x"}`, "Content-Type: text/plain").want(415, "api.content_type")
	post(`title=x`, "Content-Type: application/x-www-form-urlencoded").want(415)
	post(`{"title":`).want(400, "api.not_json")
	post(`{"title":"x"} {}`).want(400, "api.not_json")
	post(`[1]`).want(422, "api.not_an_object")
	post(`{"title":5}`).want(422, `"pointer":"#/title"`, "api.not_a_string")
	post(`{"title":{"a":1}}`).want(422, "api.not_a_string")
	post(`{"title":"x","impact":1.5}`).want(422, `"pointer":"#/impact"`, "record.not_a_number")
	post(`{"title":"x","service":true}`).want(422, "api.not_a_number")
	post(`{"title":"x","files":"a"}`).want(422, `"pointer":"#/files"`, "api.not_a_list")
	post(`{"title":"`+strings.Repeat("x", 1<<20)+`"}`).want(413, "api.body_too_large")
	s.ask("agent", "GET", "/api/v1/incidents", "{}").want(200) // a body nobody asked for is not read
	if a := s.ask("agent", "DELETE", "/api/v1/incidents", "").want(405, "api.method"); a.head.Get("Allow") != "GET, POST" {
		t.Errorf("Allow %q", a.head.Get("Allow"))
	}
}

// TestCrossOriginRequests is about a page of another site that sends a
// request with the cookies of somebody who is signed in here (CSRF).
func TestCrossOriginRequests(t *testing.T) {
	t.Parallel()
	s := open(t, storetest.Open(t, "sqlite"))
	cookie := "Cookie: session=agent"
	for _, c := range []struct {
		name   string
		status int
		head   []string
	}{
		{"from our own page", 201, []string{"Sec-Fetch-Site: same-origin"}},
		{"from another site", 403, []string{"Sec-Fetch-Site: cross-site"}},
		{"from a neighbour", 403, []string{"Sec-Fetch-Site: same-site"}},
		{"from an old browser on another site", 403, []string{"Origin: https://evil.example"}},
		{"from a program", 201, nil},
	} {
		a := s.ask("", "POST", "/api/v1/incidents", `{"title":"x"}`, append(c.head, cookie)...)
		if a.status != c.status {
			t.Errorf("%s: %d %s", c.name, a.status, a.body)
		}
	}
	s.ask("", "GET", "/api/v1/incidents?count=true", "", cookie).want(200, `"count":2`)
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	s := open(t, storetest.Open(t, "sqlite"), func(a *api.API) { a.Rate = 3 })
	for left := range 3 {
		a := s.ask("reader", "GET", "/api/v1/me", "").want(200)
		if a.head.Get("RateLimit-Limit") != "3" || a.head.Get("RateLimit-Remaining") != string(rune('2'-left)) || a.head.Get("RateLimit-Reset") == "" {
			t.Errorf("headers %v", a.head)
		}
	}
	a := s.ask("reader", "GET", "/api/v1/me", "").want(429, "api.too_often")
	if a.head.Get("Retry-After") != "60" {
		t.Errorf("Retry-After %q", a.head.Get("Retry-After"))
	}
	s.ask("agent", "GET", "/api/v1/me", "").want(200) // everybody has his own
}
