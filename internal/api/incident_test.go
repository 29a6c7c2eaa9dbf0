package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"kilter/internal/testkit"
)

func TestAnIncidentThroughTheAPI(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		made := s.ask("agent", "POST", "/api/v1/incidents", `{"title":"Mail is down","description":"since nine","service":"mail","zone":`+fmt.Sprint(s.zone)+`,"impact":2}`).
			want(201, `"number":"INC-2026-00001"`, `"state":"new"`, `"moves":["classify","cancel","merge"`)
		if made.head.Get("Location") != "/api/v1/incidents/INC-2026-00001" || made.head.Get("ETag") != `"1"` {
			t.Errorf("headers %v", made.head)
		}
		one := "/api/v1/incidents/INC-2026-00001"
		s.ask("agent", "POST", one+"/classify", `{}`).want(422, `"pointer":"#/category"`, `"pointer":"#/urgency"`, `"code":"record.required"`)
		s.ask("agent", "POST", one+"/classify", `{"category":"slow","urgency":3}`).want(200, `"state":"classified"`)
		s.ask("agent", "POST", one+"/assign", `{"team":"network","text":"yours"}`).want(200, `"state":"assigned"`)
		s.ask("agent", "POST", one+"/accept", `{"owner":`+fmt.Sprint(s.people["agent"].ID)+`}`).want(200, `"state":"in_progress"`)
		s.later(time.Hour)
		s.ask("agent", "POST", one+"/resolve", `{"solution":"restarted","cause":"software","no_item":"none had failed"}`).want(200, `"state":"resolved"`, `"moved":"2026-11-23T02:00:00.000Z"`)
		s.ask("agent", "POST", one+"/resolve", `{"solution":"again","cause":"software","no_item":"x"}`).want(409, `"code":"flow.no_move"`)
		s.ask("agent", "GET", one+"/timeline", "").want(200, `"deed":"incident.assign"`, `"text":"yours"`, `"name":"Agent"`)
		testkit.Golden(t, "incident.golden.json", s.ask("agent", "GET", one+"?expand=team,service,zone,category", "").want(200).golden())
	})
}

func TestListsPage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		for i := range 7 {
			s.later(time.Minute)
			s.register(fmt.Sprintf("number %d", i))
		}
		for _, order := range []string{"-opened", "opened", "-moved", "due", "priority"} {
			seen := map[string]bool{}
			next := "/api/v1/incidents?limit=3&count=true&order=" + order
			for pages := 0; next != ""; pages++ {
				if pages > 4 {
					t.Fatal("the list does not end")
				}
				a := s.ask("agent", "GET", next, "").want(200, `"count":7`)
				for i := range 3 {
					if n, ok := a.get(fmt.Sprintf("items.%d.number", i)).(string); ok {
						if seen[n] {
							t.Errorf("%s: %s twice", order, n)
						}
						seen[n] = true
					}
				}
				next, _ = a.get("next").(string)
				if next != "" && !strings.Contains(a.head.Get("Link"), `rel="next"`) {
					t.Errorf("Link %q", a.head.Get("Link"))
				}
			}
			if len(seen) != 7 {
				t.Errorf("%s: seen %v", order, seen)
			}
		}
		a := s.ask("agent", "GET", "/api/v1/incidents?limit=1", "").want(200)
		cursor := a.get("next").(string)
		cursor = cursor[strings.Index(cursor, "cursor=")+7:]
		cursor, _, _ = strings.Cut(cursor, "&")
		s.ask("agent", "GET", "/api/v1/incidents?order=opened&cursor="+cursor, "").want(422, `"parameter":"cursor"`, "api.bad_cursor")
		s.ask("agent", "GET", "/api/v1/incidents?cursor=!!", "").want(422, "api.bad_cursor")
		s.ask("agent", "GET", "/api/v1/incidents?limit=0", "").want(422, `"parameter":"limit"`)
		s.ask("agent", "GET", "/api/v1/incidents?priorty=1", "").want(422, `"parameter":"priorty"`, "api.unknown_parameter")
		s.ask("agent", "GET", "/api/v1/incidents?order=title", "").want(422, `"parameter":"order"`)
		s.ask("agent", "GET", "/api/v1/incidents?fields=title&limit=1", "").want(200, `"title":"number 6"`, `"number":"INC-2026-00007"`, `!"state"`)
		s.ask("agent", "GET", "/api/v1/incidents?expand=service&limit=1", "").want(200, `"code":"mail","name":"Mail"`)
		s.ask("agent", "GET", "/api/v1/incidents?expand=service&limit=1", "", "Accept-Language: zh-CN").want(200, "中mail")
		s.ask("stranger", "GET", "/api/v1/incidents?count=true", "").want(200, `"items":[]`, `"count":0`)
		s.ask("nobody", "GET", "/api/v1/incidents", "").want(403, "incident.read")
	})
}

func TestVersions(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		one := "/api/v1/incidents/" + s.register("Mail is down")
		a := s.ask("agent", "GET", one, "").want(200)
		if a.head.Get("ETag") != `"1"` {
			t.Fatalf("ETag %s", a.head.Get("ETag"))
		}
		s.ask("agent", "GET", one, "", `If-None-Match: "1"`).want(304)
		merge := "Content-Type: application/merge-patch+json"
		s.ask("agent", "PATCH", one, `{"title":"Mail is slow"}`, merge).want(428, "api.match_needed")
		s.ask("agent", "PATCH", one, `{"title":"Mail is slow","outside":"SUP-1"}`, merge, `If-Match: "1"`).want(200, "Mail is slow", "SUP-1")
		s.ask("agent", "PATCH", one, `{"title":"No mail"}`, merge, `If-Match: "1"`).want(412, "record.stale")
		s.ask("agent", "PATCH", one, `{"title":"No mail"}`, merge, `If-Match: nonsense`).want(412, "api.match_form")
		s.ask("agent", "POST", one+"/note", `{"text":"looked"}`, `If-Match: "1"`).want(412)
		s.ask("agent", "PATCH", one, `{"outside":null}`, merge, `If-Match: "2"`).want(200, `"outside":""`)
		// Two editors of different fields both succeed; the same field shows both values.
		s.ask("agent", "PATCH", one, `{"changes":[{"field":"outside","was":"","now":"SUP-2"}]}`).want(200)
		s.ask("agent", "PATCH", one, `{"changes":[{"field":"urgency","was":3,"now":1}]}`).want(200, `"urgency":1`)
		clash := s.ask("agent", "PATCH", one, `{"changes":[{"field":"outside","was":"","now":"SUP-3"}]}`).want(409, "record.edited_meanwhile")
		if clash.get("errors.0.args.theirs") != "SUP-2" || clash.get("errors.0.pointer") != "#/outside" {
			t.Errorf("both values: %s", clash.body)
		}
		minimal := s.ask("agent", "POST", one+"/note", `{"text":"looked"}`, "Prefer: return=minimal").want(204)
		if minimal.body != "" || minimal.head.Get("ETag") == "" || minimal.head.Get("Preference-Applied") != "return=minimal" {
			t.Errorf("minimal: %q %v", minimal.body, minimal.head)
		}
	})
}

// TestMassAssignment smuggles fields into deeds that do not ask for them.
func TestMassAssignment(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		one := "/api/v1/incidents/" + s.register("Mail is down")
		for _, c := range []struct{ method, path, body, pointer string }{
			{"POST", "/api/v1/incidents", `{"title":"x","state":"closed"}`, "#/state"},
			{"POST", "/api/v1/incidents", `{"title":"x","priority":1}`, "#/priority"},
			{"POST", "/api/v1/incidents", `{"title":"x","solution":"y"}`, "#/solution"},
			{"POST", "/api/v1/incidents", `{"title":"x","id":5}`, "#/id"},
			{"POST", one + "/classify", `{"title":"smuggled"}`, "#/title"},
			{"POST", one + "/note", `{"text":"x","owner":1}`, "#/owner"},
			{"PATCH", one, `{"changes":[{"field":"solution","was":"","now":"x"}]}`, "#/changes/0/field"},
			{"PATCH", one, `{"changes":[{"field":"version","was":1,"now":9}]}`, "#/changes/0/field"},
			{"PATCH", one, `{"changes":[{"field":"title","was":"x","now":"y","by":1}]}`, "#/changes/0/by"},
			{"PATCH", one, `{"changes":[{"field":"x.none","was":"","now":"y"}]}`, "#/changes/0/field"},
		} {
			if got := s.ask("agent", c.method, c.path, c.body).want(422).get("errors.0.pointer"); got != c.pointer {
				t.Errorf("%s %s %s: pointer %v, want %s", c.method, c.path, c.body, got, c.pointer)
			}
		}
		s.ask("agent", "GET", one, "").want(200, `"version":1`, `"title":"Mail is down"`)
	})
}

func TestOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		post := func(who, body string, headers ...string) answer {
			t.Helper()
			return s.ask(who, "POST", "/api/v1/incidents", body, headers...)
		}
		key := "Idempotency-Key: 7f9c"
		first := post("agent", `{"title":"Mail is down"}`, key).want(201)
		again := post("agent", `{"title":"Mail is down"}`, key).want(201)
		if first.body != again.body || again.head.Get("Idempotency-Replayed") != "true" || again.head.Get("Location") != first.head.Get("Location") || again.head.Get("ETag") != `"1"` {
			t.Errorf("not the same answer:\n%s%s%v", first.body, again.body, again.head)
		}
		post("agent", `{"title":"Mail is slow"}`, key).want(422, "api.once_other_body")
		post("official", `{"title":"Mail is down"}`, key).want(201, "INC-2026-00002") // another person's key is another key
		post("agent", `{"title":""}`, "Idempotency-Key: again").want(422, "record.required")
		post("agent", `{"title":"mended"}`, "Idempotency-Key: again").want(201, "INC-2026-00003") // a refusal keeps no key
		post("agent", `{"title":"x"}`, "Idempotency-Key: "+strings.Repeat("x", 201)).want(422, "api.once_key")

		// At the same moment: one is done, the others are told so or get its answer.
		var group sync.WaitGroup
		answers := make([]answer, 8)
		for i := range answers {
			group.Go(func() { answers[i] = post("agent", `{"title":"at once"}`, "Idempotency-Key: race") })
		}
		group.Wait()
		for _, a := range answers {
			if a.status != http.StatusCreated && (a.status != http.StatusConflict || !strings.Contains(a.body, "api.once_under_way")) {
				t.Errorf("%d %s", a.status, a.body)
			}
		}
		s.ask("agent", "GET", "/api/v1/incidents?count=true", "").want(200, `"count":4`)

		s.later(25 * time.Hour)
		if err := s.db.Answers().TrimAnswers(t.Context(), s.clock().Add(-24*time.Hour)); err != nil {
			t.Fatal(err)
		}
		post("agent", `{"title":"Mail is slow"}`, key).want(201)
	})
}
