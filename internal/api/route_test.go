package api_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kilter/internal/api"
	"kilter/internal/testkit"
	"kilter/internal/testkit/storetest"
)

func TestEveryRouteHasAPolicy(t *testing.T) {
	t.Parallel()
	s := open(t, storetest.Open(t, "sqlite"))
	deed := regexp.MustCompile(`^[a-z_]+\.[a-z_]+$`)
	open := []string{
		"/api", "/api/{$}", "/api/reference.css", "/api/openapi.json",
		"/api/v1/survey-answers/questionnaire", "/api/v1/survey-answers", // the token in the body opens them, and says of nobody who holds it
	}
	for _, r := range s.api.Routes() {
		switch {
		case r.Policy == api.Anyone:
			if !slices.Contains(open, r.Path) {
				t.Errorf("%s %s is open to anybody", r.Method, r.Path)
			}
		case r.Policy != api.Known && !deed.MatchString(r.Policy):
			t.Errorf("%s %s: policy %q is no deed", r.Method, r.Path, r.Policy)
		}
	}
}

// TestEveryRouteForEverybody asks every route as every role about a record
// that is not theirs: without a token 401; a foreign record is missing, exactly
// as one that does not exist; without the grant it is denied, before anything
// else is found wrong.
func TestEveryRouteForEverybody(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		incident := s.register("Mail is down")
		call := s.ask("agent", "POST", "/api/v1/contacts", `{"title":"Asks for a form"}`).want(201).get("number").(string)
		s.ask("agent", "POST", "/api/v1/contacts/"+call+"/note", `{"text":"secret"}`).want(200)
		s.ask("agent", "POST", "/api/v1/incidents/"+incident+"/note", `{"text":"secret"}`).want(200)
		cause := s.ask("agent", "POST", "/api/v1/problems", `{"title":"Mail stops at night"}`).want(201).get("number").(string)
		s.ask("agent", "POST", "/api/v1/problems/"+cause+"/note", `{"text":"secret"}`).want(200)
		article := s.ask("agent", "POST", "/api/v1/knowledge", `{"title_en":"Mail at night"}`).want(201).get("number").(string)
		s.ask("agent", "POST", "/api/v1/knowledge/"+article+"/note", `{"text":"secret"}`).want(200)
		for _, r := range s.api.Routes() {
			if r.Policy == api.Anyone || r.Path == "/api/v1/live" {
				continue
			}
			number, none, foreign := incident, "INC-2026-09999", "CON-2026-00001"
			if strings.HasPrefix(r.Path, "/api/v1/contacts") {
				number, none, foreign = call, "CON-2026-09999", "INC-2026-00001"
			}
			if strings.HasPrefix(r.Path, "/api/v1/problems") {
				number, none, foreign = cause, "PRB-2026-09999", "INC-2026-00001"
			}
			if strings.HasPrefix(r.Path, "/api/v1/knowledge") {
				number, none, foreign = article, "KB-2026-09999", "INC-2026-00001"
			}
			address := func(number string) string {
				return strings.NewReplacer("{number}", number, "{person}", "1", "{file}", "1", "{task}", "1", "{n}", "1", "{batch}", "1", "{place}", "x", "{relation}", "relates", "{other}", "INC-2026-00001", "{id}", "9999", "{session}", "x", "{ref}", number, "{token}", "x", "{step}", "mail", "{entry}", "1", "{matter}", "1", "{question}", "IM-1-1", "{set}", "1", "{code}", "IM", "{name}", "incident", "{figure}", "restore").Replace(r.Path)
			}
			kind, body := "application/json", "{}"
			switch {
			case strings.HasSuffix(r.Path, "/bulk"):
				kind, body = "application/x-ndjson", `{"deed":"note","number":"`+number+`","text":"x"}`
			case r.Path == "/api/v1/item-imports" && r.Method == "POST":
				kind, body = "application/x-ndjson", `{"class":"server","fields":{"code":"x"}}`
			case strings.HasSuffix(r.Path, "/batches"):
				body = `{"numbers":["` + number + `"],"say":true,"text":"x"}`
			case r.Path == "/api/v1/files", strings.HasSuffix(r.Path, "/imports/uploads"), strings.HasSuffix(r.Path, "/imports/plans"), strings.HasSuffix(r.Path, "/paper"):
				kind = "application/octet-stream"
			}
			if r.Method == "GET" || r.Method == "DELETE" || strings.HasSuffix(r.Path, "/undo") || r.Method == "PUT" && (strings.Contains(r.Path, "watchers") || strings.Contains(r.Path, "{other}")) {
				body = ""
			}
			ask := func(who, path string) answer {
				t.Helper()
				return s.ask(who, r.Method, path, body, "Content-Type: "+kind)
			}
			ask("", address(number)).want(401, `"code"`)
			ask("wrong", address(number)).want(401)
			if strings.Contains(r.Path, "{number}") {
				unseen := func(who string) int {
					if s.people[who].Can(r.Policy) {
						return 404
					}
					return 403 // without the grant nothing is looked for
				}
				hidden, missing := ask("stranger", address(number)), ask("stranger", address(none))
				if want := unseen("stranger"); hidden.status != want || missing.status != want || hidden.get("code") != missing.get("code") {
					t.Errorf("%s %s: a foreign record %d %s, none %d %s", r.Method, r.Path, hidden.status, hidden.body, missing.status, missing.body)
				}
				ask("agent", address(foreign)).want(unseen("agent"))
				ask("agent", address("nonsense")).want(unseen("agent"))
			}
			for who, by := range s.people {
				if r.Policy == api.Known || by.Can(r.Policy) {
					continue
				}
				if a := ask(who, address(number)); a.status != 403 && a.status != 404 {
					t.Errorf("%s %s: %s is without %s: %d %s", r.Method, r.Path, who, r.Policy, a.status, a.body)
				}
			}
			if r.Policy != api.Known {
				if a := ask("nobody", address(number)); a.status != 403 {
					t.Errorf("%s %s: without the grant %d %s", r.Method, r.Path, a.status, a.body)
				} else if strings.Contains(a.body, "secret") {
					t.Errorf("%s %s tells a secret: %s", r.Method, r.Path, a.body)
				}
			}
		}
		s.ask("agent", "GET", "/api/v1/incidents/"+incident, "").want(200, `"version":2`, `"state":"classified"`)
	})
}

func TestOpenAPIDocument(t *testing.T) {
	t.Parallel()
	s := open(t, storetest.Open(t, "sqlite"))
	doc := s.ask("", "GET", "/api/openapi.json", "").want(200, `"openapi": "3.1.0"`)
	testkit.Golden(t, "openapi.golden.json", []byte(doc.body))
	chinese := s.ask("", "GET", "/api/openapi.json?lang=zh", "").want(200, "登记：事件")
	for _, a := range []answer{doc, chinese} {
		if !json.Valid([]byte(a.body)) {
			t.Fatal("no JSON")
		}
		if key := regexp.MustCompile(`"(description|summary)": "([a-z]+\.[a-z_.]+)"`).FindStringSubmatch(a.body); key != nil {
			t.Errorf("a key without words: %s", key[2])
		}
		schemas, _ := a.get("components.schemas").(map[string]any)
		for _, ref := range regexp.MustCompile(`"\$ref": "#/components/schemas/([^"]+)"`).FindAllStringSubmatch(a.body, -1) {
			if schemas[ref[1]] == nil {
				t.Errorf("no schema %s", ref[1])
			}
		}
	}
	if regexp.MustCompile(`"(description|summary)": "[A-Z][a-z]+ [a-z]+ [a-z]+`).MatchString(chinese.body) {
		t.Errorf("English in the Chinese document: %s", regexp.MustCompile(`"(description|summary)": "[A-Z][a-z]+ [a-z]+ [a-z]+[^"]*`).FindString(chinese.body))
	}
	for _, r := range s.api.Routes() {
		path := strings.TrimSuffix(r.Path, "{$}")
		if hidden := path == "/api" || path == "/api/" || path == "/api/reference.css"; !hidden && !strings.Contains(doc.body, `"`+path+`"`) {
			t.Errorf("%s is not in the document", path)
		}
	}
}

func TestReferencePage(t *testing.T) {
	t.Parallel()
	s := open(t, storetest.Open(t, "sqlite"))
	page := s.ask("", "GET", "/api", "").want(200, "<h1>Kilter API</h1>", "Idempotency-Key", `id="problem-conflict"`, `curl -X POST`, "incident.resolve", "!<script", "! style=", "!http://", "!https://")
	s.ask("", "GET", "/api?lang=zh", "").want(200, `lang="zh-Hans"`, "Kilter 接口", "需要权限 incident.resolve", "!api.page.", "!api.op.")
	s.ask("", "GET", "/api/", "", "Accept-Language: zh-CN").want(200, "Kilter 接口")
	s.ask("", "GET", "/api/reference.css", "").want(200, "prefers-color-scheme")
	if policy := page.head.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
		t.Errorf("policy %q", policy)
	}
	for _, id := range regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(page.body, -1) {
		if !strings.Contains(page.body, `id="`+id[1]+`"`) {
			t.Errorf("a link to #%s, which is not there", id[1])
		}
	}
}
