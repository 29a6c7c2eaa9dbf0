package api_test

import (
	"fmt"
	"regexp"
	"testing"
)

func TestProblems(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		at := "/api/v1/problems"
		s.ask("reader", "POST", at, `{"title":"blank prints"}`).want(403)
		s.ask("agent", "POST", at, `{"symptom":"blank page"}`).want(422, `"pointer":"#/title"`)
		s.ask("agent", "POST", at, `{"title":"blank prints","cause":"software"}`).want(422, `"pointer":"#/cause"`)
		made := s.ask("agent", "POST", at, fmt.Sprintf(`{"title":"Blank prints","symptom":"Pages stay white","service":%d,"zone":%d}`, s.mail, s.zone)).want(201, `"state":"new"`, `"source":"proactive"`)
		one := at + "/" + regexp.MustCompile(`PRB-2026-\d+`).FindString(made.body)
		s.ask("stranger", "GET", one, "").want(404)
		s.ask("reader", "GET", one, "").want(403)
		s.ask("agent", "POST", one+"/classify", `{"impact":2}`).want(409)
		s.ask("agent", "POST", one+"/accept", `{}`).want(200, `"state":"accepted"`)
		s.ask("agent", "POST", one+"/classify", `{"impact":2}`).want(422, `"pointer":"#/category"`, `"pointer":"#/urgency"`)
		s.ask("agent", "POST", one+"/classify", fmt.Sprintf(`{"impact":2,"urgency":3,"category":%d}`, s.slow)).want(200, `"state":"classified"`)
		s.ask("agent", "POST", one+"/investigate", `{"method":"five_whys"}`).want(200, `"investigating"`)
		s.ask("agent", "POST", one+"/establish", `{"root_cause":"the driver","workaround":"print as an image"}`).want(200, `"published":"`)
		s.ask("agent", "GET", at+"?q=-published:none", "").want(200, "Blank prints")
		s.ask("agent", "GET", "/api/v1/search?text=image", "").want(200, "Blank prints", `"kind":"problem"`)
		s.ask("reader", "GET", "/api/v1/search?text=image", "").want(200, "!Blank prints")
		s.ask("reader", "GET", "/api/v1/search?text=image&kind=problem", "").want(403)
		s.ask("agent", "GET", at+".csv", "").want(200, "Blank prints")
		known := one[len(at)+1:]
		s.ask("agent", "GET", fmt.Sprintf("%s/known-errors?service=%d&category=%d", at, s.mail, s.slow), "").want(200, "print as an image", `"because":"kind"`)
		s.ask("agent", "GET", at+"/known-errors?text=the+pages+stay+white", "").want(200, known, `"because":"symptom"`)
		s.ask("agent", "GET", at+"/known-errors?text=coffee", "").want(200, `"items":[]`)
		s.ask("reader", "GET", at+"/known-errors?text=white", "").want(403)
		number := s.register("Pages stay white")
		s.ask("agent", "GET", "/api/v1/incidents/"+number+"/known-errors", "").want(200, known)
		s.ask("stranger", "GET", "/api/v1/incidents/"+number+"/known-errors", "").want(404)
		apply := "/api/v1/incidents/" + number + "/known-errors"
		s.ask("reader", "POST", apply, `{"problem":"`+known+`"}`).want(403)
		s.ask("agent", "POST", apply, `{"problem":"`+number+`"}`).want(422, `"pointer":"#/problem"`)
		s.ask("agent", "POST", apply, `{"problem":"PRB-2026-09999"}`).want(404)
		s.ask("agent", "POST", apply, `{"problem":"`+known+`"}`).want(200, `"number":"`+number)
		s.ask("agent", "GET", "/api/v1/incidents/"+number+"/links", "").want(200, known, "caused_by")
		s.ask("agent", "GET", one+"/timeline", "").want(200, "problem.establish")
	})
}
