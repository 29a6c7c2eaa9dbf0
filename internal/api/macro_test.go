package api_test

import (
	"strconv"
	"strings"
	"testing"

	"kilter/internal/practice/people"
)

// A macro is made, offered, foreseen, run, taken back and run on many, all by
// the API.
func TestMacros(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		body := `{"code":"mark","name_en":"Mark it","practice":"incident","states":["new"],"then":[{"do":"set","field":"outside","value":"P-1"},{"do":"note","text":{"en":"look at {{number}}"}},{"do":"task","me":true,"text":{"en":"call"}}]}`
		maker := s.people["administrator"]
		s.ask("reader", "POST", "/api/v1/macros", body).want(403)
		s.ask("administrator", "POST", "/api/v1/macros", strings.Replace(body, `"new"`, `"nwe"`, 1)).want(422, `"pointer":"#/states"`)
		s.ask("administrator", "POST", "/api/v1/macros", strings.Replace(body, `"do":"set"`, `"do":"sit"`, 1)).want(422, `"pointer":"#/then"`, "reply")
		s.ask("administrator", "POST", "/api/v1/macros", body).want(201)
		if maker.ID == 0 {
			t.Fatal("nobody made it")
		}
		one := s.ask("agent", "POST", "/api/v1/incidents", `{"title":"one"}`).want(201).get("number").(string)
		two := s.ask("agent", "POST", "/api/v1/incidents", `{"title":"two"}`).want(201).get("number").(string)
		at := "/api/v1/incidents/" + one + "/macros"

		s.ask("reader", "GET", at, "").want(403)
		s.ask("stranger", "GET", at, "").want(404)
		s.ask("agent", "GET", at, "").want(200, `"code":"mark"`, `"name":"Mark it"`, `"do":"task"`)
		s.ask("agent", "POST", at+"/mark/preview", "").want(200, `{"field":"outside","was":"","now":"P-1"}`, "look at "+one)
		s.ask("agent", "POST", at+"/nix/preview", "").want(404)
		if strings.Contains(s.ask("agent", "GET", "/api/v1/incidents/"+one, "").want(200).body, "P-1") {
			t.Error("a preview changes the record")
		}

		half := s.people["agent"]
		half.Grants = people.NewGrants("incident.read", "incident.macro", "incident.edit", "incident.note")
		s.people["half"] = half
		s.ask("half", "POST", at+"/mark/preview", "").want(200, `"status":403`, "Action 3 (add a task)")
		s.ask("half", "POST", at+"/mark/run", "").want(403, "Action 3 (add a task)", "incident.task_add")
		if strings.Contains(s.ask("agent", "GET", "/api/v1/incidents/"+one, "").want(200).body, "P-1") {
			t.Error("half of a macro was carried out")
		}

		done := s.ask("agent", "POST", at+"/mark/run", "").want(200, `"batch":`, "P-1")
		s.ask("agent", "GET", "/api/v1/incidents/"+one+"/timeline", "").want(200, `{"field":"macro","was":"","now":"mark@1"}`)
		batch := done.get("batch").(float64)
		s.ask("agent", "POST", "/api/v1/incidents/batches/"+strconv.FormatInt(int64(batch), 10)+"/undo", "").want(200, "What people were told stays told")

		s.ask("agent", "POST", "/api/v1/incidents/batches", `{"numbers":["`+one+`","`+two+`"],"macro":"mark","preview":true}`).want(200, "look at "+two)
		s.ask("agent", "POST", "/api/v1/incidents/batches", `{"numbers":["`+one+`"],"macro":"mark","move":"cancel"}`).want(422, "api.one_deed")
		s.ask("agent", "POST", "/api/v1/incidents/batches", `{"numbers":["`+one+`"],"macro":"nix"}`).want(404)
		s.ask("agent", "POST", "/api/v1/incidents/"+one+"/cancel", `{"ended_as":"no_fault"}`).want(200)
		s.ask("agent", "POST", "/api/v1/incidents/batches", `{"numbers":["`+one+`","`+two+`"],"macro":"mark"}`).want(200, `"status":409`, "look at "+two)
		s.ask("agent", "POST", at+"/mark/run", "").want(409)
	})
}

// A template for new incidents fills in and acts, by the API too.
func TestATemplateOfTheAPI(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		body := `{"code":"floor","name_en":"Floor down","use":"record","practice":"incident","fields":{"title":"Floor without network","service":"mail","impact":"2"},"then":[{"do":"task","text":{"en":"look at {{number}}"}},{"do":"set","field":"outside","value":"P-9"}]}`
		s.ask("administrator", "POST", "/api/v1/templates", strings.Replace(body, `"use":"record"`, `"use":"reply","body_en":"x"`, 1)).want(422, `"pointer":"#/then"`)
		s.ask("administrator", "POST", "/api/v1/templates", strings.Replace(body, `"practice":"incident",`, "", 1)).want(422, `"pointer":"#/practice"`)
		s.ask("administrator", "POST", "/api/v1/templates", body).want(201)
		one := s.ask("agent", "POST", "/api/v1/incidents", `{"template":"floor","impact":3}`).want(201, `"title":"Floor without network"`, `"outside":"P-9"`, `"impact":3`).get("number").(string)
		s.ask("agent", "GET", "/api/v1/incidents/"+one+"/tasks", "").want(200, "look at "+one)
		s.ask("agent", "GET", "/api/v1/incidents/"+one+"/timeline", "").want(200, `{"field":"template","was":"","now":"floor@1"}`)
		s.ask("agent", "POST", "/api/v1/incidents", `{"template":"nix","title":"x"}`).want(422, `"pointer":"#/template"`)
		half := s.people["agent"]
		half.Grants = people.NewGrants("incident.read", "incident.open", "incident.edit")
		s.people["half"] = half
		s.ask("half", "POST", "/api/v1/incidents", `{"template":"floor"}`).want(403, "Action 1 (add a task)")
	})
}
