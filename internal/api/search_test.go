package api_test

import "testing"

func TestSearchAndDashboard(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		number := s.register("Mail is down")
		s.register("Printer is jammed")
		s.ask("agent", "POST", "/api/v1/incidents/"+number+"/note", `{"text":"sabotage suspected"}`).want(200)
		s.ask("agent", "GET", "/api/v1/search?text=mail", "").want(200, number, `"total":1`, `"where":"title"`, "!Printer")
		s.ask("agent", "GET", "/api/v1/search?text=sabotage", "").want(200, number)
		s.ask("stranger", "GET", "/api/v1/search?text=mail", "").want(200, `"total":0`, "!"+number)
		s.ask("official", "GET", "/api/v1/search?text=sabotage", "").want(200, `"items":[]`)
		s.ask("agent", "GET", "/api/v1/search", "").want(422, `"parameter":"text"`)
		s.ask("agent", "GET", "/api/v1/search?text=mail&limit=101", "").want(422)
		s.ask("agent", "GET", "/api/v1/dashboard", "").want(200, `"open":2`)
		s.ask("stranger", "GET", "/api/v1/dashboard", "").want(200, `"open":0`)
	})
}
