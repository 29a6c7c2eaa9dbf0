package api_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestSettingsThroughTheAPI(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		made := s.ask("administrator", "POST", "/api/v1/departments", `{"code":"finance","name_en":"Finance","name_zh":"财政局"}`).want(201, `"version":1`)
		one := made.head.Get("Location")
		s.ask("administrator", "POST", "/api/v1/departments", `{"code":"finance","name_en":"Again"}`).want(422, "#/code")
		s.ask("administrator", "POST", "/api/v1/departments", `{"code":"tax","name_en":"Tax","parent":"finance"}`).want(201, fmt.Sprintf(`"parent":%v`, made.get("id")))
		s.ask("administrator", "PATCH", one, `{"phone":"12345"}`, `If-Match: "1"`).want(200, `"phone":"12345"`, `"version":2`)
		s.ask("administrator", "PATCH", one, `{"phone":"1"}`, `If-Match: "1"`).want(412)
		s.ask("administrator", "PATCH", one, `{"version":9}`).want(422, "#/version")
		s.ask("administrator", "PATCH", one, `{"hall":"yes"}`).want(422, "#/hall")
		s.ask("administrator", "POST", one+"/retire", "").want(409, "setting.in_use")
		s.ask("reader", "PATCH", one, `{"phone":"1"}`).want(403, "directory.edit")
		s.ask("reader", "GET", "/api/v1/departments?limit=1", "").want(200, `"code":"finance"`, `"next"`)
		s.ask("reader", "GET", "/api/v1/departments?q=tax&fields=code", "").want(200, `"code":"tax"`, "!finance", "!phone")
		s.ask("official", "GET", "/api/v1/departments", "").want(403, "api.staff_only")
		s.ask("official", "GET", one, "").want(404)
		s.ask("administrator", "GET", one, "", "Accept-Language: zh").want(200, `"name_zh":"财政局"`)
		s.ask("reader", "GET", "/api/v1/settings/centre", "").want(403)
		s.ask("administrator", "GET", "/api/v1/settings/matrix", "").want(200)
		for _, room := range []string{"posts", "teams", "zones", "services", "categories", "causes", "calendars", "agreements", "routes", "templates", "fields", "roles"} {
			s.ask("reader", "GET", "/api/v1/"+room, "").want(200, `"items":[`)
		}
	})
}

func TestPersonsThroughTheAPI(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		made := s.ask("administrator", "POST", "/api/v1/persons", `{"code":"wxm","name":"王小明","phone":"8001"}`).want(201)
		one := made.head.Get("Location")
		s.ask("administrator", "GET", "/api/v1/persons?q=wxm", "").want(200, "王小明")
		s.ask("administrator", "GET", "/api/v1/persons?limit=2", "").want(200, `"next"`)
		s.ask("official", "GET", "/api/v1/persons?q=wxm", "").want(200, "!王小明", `"code":"official"`)
		s.ask("official", "GET", one, "").want(404)
		s.ask("administrator", "GET", one+"/rights", "").want(403)
		s.ask("security", "GET", one+"/rights", "").want(200, `"roles":[]`)
		s.ask("security", "PUT", one+"/rights", `{"roles":[],"reach":"everywhere","cleared":[]}`).want(422, "#/reach")
		s.ask("security", "PUT", one+"/rights", `{"roles":[],"reach":"team","cleared":[]}`).want(200, `"reach":"team"`)
		s.ask("administrator", "PUT", one+"/rights", `{"roles":[],"reach":"all","cleared":[]}`).want(403)
	})
}

func TestTokensAndTheAuditLog(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		ends := `"2026-12-24T00:00:00Z"`
		made := s.ask("security", "POST", "/api/v1/tokens", `{"name":"monitor","grants":["account.read"],"ends":`+ends+`}`).want(201, `"token":"kilter_`)
		s.ask("security", "POST", "/api/v1/tokens", `{"name":"too much","grants":["incident.read"],"ends":`+ends+`}`).want(422, "#/grants")
		s.ask("reader", "POST", "/api/v1/tokens", `{"name":"by a token","grants":["incident.read"],"ends":`+ends+`}`).want(403)
		list := s.ask("security", "GET", "/api/v1/tokens", "").want(200, `"name":"monitor"`)
		if strings.Contains(list.body, made.get("token").(string)) {
			t.Error("the token is shown again")
		}
		s.ask("reader", "GET", "/api/v1/tokens?all=true", "").want(403)
		mine := fmt.Sprintf("/api/v1/tokens/%v", made.get("id"))
		s.ask("reader", "DELETE", mine, "").want(403)
		s.ask("security", "DELETE", mine, "").want(204)
		s.ask("security", "GET", "/api/v1/sessions", "").want(200, `"items":[]`)
		s.ask("reader", "GET", "/api/v1/sessions?all=true", "").want(403)
		s.register("Mail is down")
		s.ask("reader", "GET", "/api/v1/audit", "").want(403)
		s.ask("administrator", "GET", "/api/v1/audit", "").want(403)
		s.ask("auditor", "GET", "/api/v1/audit?deed=incident.&limit=1", "").want(200, `"deed":"incident.`, `"next"`)
		s.ask("auditor", "GET", "/api/v1/audit?result=refused", "").want(200, `"result":"refused"`, "!incident.open")
		s.ask("auditor", "GET", "/api/v1/audit?from=yesterday", "").want(422, `"parameter":"from"`)
	})
}

func TestDeskReport(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		s.register("Mail is down")
		s.person("manager", staff("incident.read", "report.read"))
		s.ask("manager", "GET", "/api/v1/reports/desk?from=2026-11-01&to=2026-12-01", "").want(200, `"opened":1`, `"by_team"`)
		s.ask("manager", "GET", "/api/v1/reports/desk?from=someday", "").want(422, `"parameter":"from"`)
		s.ask("reader", "GET", "/api/v1/reports/desk", "").want(403, "report.read")
		s.ask("manager", "GET", "/api/v1/reports/changes", "").want(403, "change.read")
		s.ask("manager", "GET", "/api/v1/reports/releases", "").want(403, "release.read")
		s.person("director", staff("report.read", "report.export", "change.read", "release.read"))
		s.ask("director", "GET", "/api/v1/reports/changes?from=2026-11-01&to=2026-12-01", "").want(200, `"ended":0`, `"success":null`, `"name":"2026-11"`)
		s.ask("director", "GET", "/api/v1/reports/releases?from=2026-11-01&to=2026-12-01", "").want(200, `"rolled_out":0`, `"by_weight"`)
		s.ask("director", "GET", "/api/v1/reports/changes.csv?from=2026-11-01&to=2026-12-01", "").want(200, "Emergency share", "2026-11,0")
		s.ask("director", "GET", "/api/v1/reports/releases.xlsx", "").want(200, "PK")
		s.ask("director", "GET", "/api/v1/reports/changes?to=never", "").want(422, `"parameter":"to"`)
		s.ask("manager", "GET", "/api/v1/reports/changes.csv", "").want(403)
	})
}
