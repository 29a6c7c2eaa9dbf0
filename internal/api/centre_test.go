package api_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"kilter/internal/practice/people"
)

func TestContacts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		s.ask("agent", "POST", "/api/v1/contacts", `{"title":"Asks for a form","caller":"Mrs Li","type":"question"}`, "Idempotency-Key: c1").want(201, `"number":"CON-2026-00001"`, `"state":"typed"`)
		s.ask("agent", "POST", "/api/v1/contacts", `{"title":"Asks for a form","caller":"Mrs Li","type":"question"}`, "Idempotency-Key: c1").want(201, `"number":"CON-2026-00001"`)
		s.ask("agent", "POST", "/api/v1/contacts/CON-2026-00001/answer", `{}`).want(422, `"pointer":"#/answer"`)
		s.ask("agent", "POST", "/api/v1/contacts/CON-2026-00001/answer", `{"answer":"On the portal."}`, `If-Match: "9"`).want(412)
		s.ask("agent", "POST", "/api/v1/contacts/CON-2026-00001/answer", `{"answer":"On the portal."}`).want(200, `"state":"answered"`)
		s.ask("agent", "POST", "/api/v1/contacts/CON-2026-00001/close", `{}`).want(200, `"state":"closed"`, `"open":false`)
		number := s.register("Mail is down")
		s.ask("agent", "POST", "/api/v1/contacts", `{"title":"Asks again","caller":"Mr Wu","type":"follow_up","about":"`+number+`"}`).want(201, `"state":"merged"`, `"about":"`+number+`"`)
		s.ask("agent", "POST", "/api/v1/contacts", `{"title":"x","caller":"y","type":"follow_up","about":"INC-2026-09999"}`, "Accept-Language: zh").want(422, `"pointer":"#/about"`, "INC-2026-09999")
		s.ask("agent", "GET", "/api/v1/contacts?q=state:merged&count=true", "").want(200, `"count":1`, "Asks again", "!Asks for a form")
		s.ask("agent", "GET", "/api/v1/incidents/"+number+"/links", "").want(200, "CON-2026-00002")
		s.ask("reader", "GET", "/api/v1/contacts", "").want(403)
		s.ask("agent", "POST", "/api/v1/contacts/bulk", `{"deed":"open","title":"One","caller":"a"}`+"\n"+`{"deed":"note","number":"CON-2026-00002","text":"x"}`, "Content-Type: application/x-ndjson").want(200, `"line":1,"status":201`, `"line":2,"status":200`)
	})
}

func TestRolesAndAccounts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		s.ask("agent", "POST", "/api/v1/roles", `{"code":"x"}`).want(403)
		s.ask("security", "POST", "/api/v1/roles", `{"code":"clerk","name_en":"Clerk","grants":["incident.fly"]}`).want(422, `"pointer":"#/grants"`)
		made := s.ask("security", "POST", "/api/v1/roles", `{"code":"clerk","name_en":"Clerk","name_zh":"受理员","grants":["incident.open","incident.read"]}`).want(201, `"version":1`)
		at := made.head.Get("Location")
		s.ask("security", "PATCH", at, `{"grants":["incident.read"]}`, `If-Match: "7"`).want(412)
		s.ask("security", "PATCH", at, `{"grants":["incident.read"]}`, `If-Match: "1"`).want(200, `"grants":["incident.read"]`, `"name_zh":"受理员"`, `"version":2`)
		s.ask("security", "POST", "/api/v1/roles", `{"code":"engineer","name_en":"Engineer","grants":["incident.read"]}`).want(201, "!newer")
		s.ask("security", "POST", at+"/renew", "").want(409, "access.nothing_newer")
		s.ask("agent", "POST", at+"/renew", "").want(403)
		s.ask("security", "POST", "/api/v1/roles", `{"code":"both","name_en":"Both","grants":["audit.*","role.*"]}`).want(422)
		s.ask("security", "PUT", "/api/v1/settings/separation", `{"two":true}`).want(200, `"two":true`)
		s.ask("security", "GET", "/api/v1/deeds", "").want(200, "incident.resolve", "audit.read")
		id := s.people["agent"].ID
		account := func(rest string) string { return fmt.Sprintf("/api/v1/persons/%d/account%s", id, rest) }
		s.ask("security", "POST", account("/block"), `{"why":"left"}`).want(404)
		got := s.ask("security", "POST", account("/password"), "").want(200, `"password":"`)
		if pw, _ := got.get("password").(string); len(pw) < 12 {
			t.Errorf("password %q", pw)
		}
		s.ask("security", "PATCH", "/api/v1/settings/sign-in", `{"shortest":4}`).want(422, `"pointer":"#/shortest"`)
		s.ask("security", "PATCH", "/api/v1/settings/sign-in", `{"shortest":14}`).want(200, `"shortest":14`, `"tries":`)
		s.ask("agent", "POST", account("/block"), `{"why":"left"}`).want(403)
		s.ask("security", "POST", account("/block"), `{}`).want(422, `"pointer":"#/why"`)
		s.ask("security", "POST", account("/block"), `{"why":"left"}`).want(204)
		s.ask("security", "GET", account(""), "").want(200, `"blocked":true`, `"why":"left"`, `"change_due":true`, "!assword")
		s.ask("security", "GET", "/api/v1/accounts?limit=1", "").want(200, `"code":"agent"`, `"next":"`)
		s.ask("security", "POST", account("/unblock"), "").want(204)
		s.ask("security", "POST", account("/mask"), "").want(204)
		s.ask("security", "GET", account(""), "").want(200, `"code":"masked-`, "!Agent")
		s.ask("auditor", "GET", "/api/v1/audit?object=person:"+fmt.Sprint(int64(id)), "").want(200, "account.lock", "privacy.mask")
		s.ask("security", "GET", "/api/v1/audit.csv", "").want(403)
		s.ask("auditor", "GET", "/api/v1/audit.csv?deed=privacy.mask", "").want(200, "id,seq,at,actor", "privacy.mask", "!account.lock")
		s.ask("auditor", "POST", "/api/v1/audit/verify", `{"heads":"nonsense"}`).want(422, `"pointer":"#/heads"`)
		s.ask("auditor", "POST", "/api/v1/audit/verify", "").want(200, `"whole":true`)
	})
}

func TestPrivacyAndInspector(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		s.ask("security", "PUT", "/api/v1/settings/retention", `{"records":{"incident":-1},"persons":12}`).want(422, `"pointer":"#/records/incident"`)
		s.ask("security", "PUT", "/api/v1/settings/retention", `{"records":{"incident":36},"persons":12}`).want(200, `"incident":36`, `"contact":0`)
		s.ask("administrator", "GET", "/api/v1/settings/retention", "").want(403)
		number := s.register("Mail is down")
		s.ask("security", "GET", "/api/v1/inspect/"+number, "").want(200, `"number":"`+number+`"`)
		s.ask("security", "GET", fmt.Sprintf("/api/v1/inspect/%s?person=%d&deed=resolve", number, int64(s.people["stranger"].ID)), "").want(200, `"can":false`, `"deed":"incident.resolve"`)
		s.ask("security", "GET", "/api/v1/inspect/"+number+"?person=no-such", "").want(422, `"parameter":"person"`)
		s.ask("agent", "GET", "/api/v1/inspect/"+number, "").want(403)
		s.ask("security", "POST", "/api/v1/me/password", `{"old":"a","password":"b"}`).want(403, "api.session_needed")
		s.ask("", "POST", "/api/v1/me/password", `{"old":"a","password":"correct horse battery"}`, "Cookie: session=security").want(422, `"pointer":"#/old"`)
	})
}

func TestNoticesAndWishes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		number := s.register("Mail is down")
		s.ask("agent", "GET", "/api/v1/notices", "").want(200, `"items":[]`, `"unread":0`)
		s.ask("agent", "POST", "/api/v1/notices/seen", `{"number":"`+number+`"}`).want(204)
		s.ask("agent", "POST", "/api/v1/notices/seen", `{"number":"INC-2026-09999"}`).want(422, `"pointer":"#/number"`)
		tag := s.ask("agent", "GET", "/api/v1/me/notices", "").want(200, `"quiet":""`).head.Get("ETag")
		s.ask("agent", "PATCH", "/api/v1/me/notices", `{"quiet":"25:00"}`).want(422, `"pointer":"#/quiet"`)
		s.ask("agent", "PATCH", "/api/v1/me/notices", `{"mail":{"nothing":true}}`).want(422, `"pointer":"#/mail/nothing"`)
		s.ask("agent", "PATCH", "/api/v1/me/notices", `{"mail":{"replied":false},"quiet":"22:00-07:00"}`, "If-Match: "+tag).want(200, `"replied":false`, `"quiet":"22:00-07:00"`)
		s.ask("agent", "PATCH", "/api/v1/me/notices", `{"quiet":""}`, "If-Match: "+tag).want(412)
		s.ask("administrator", "GET", "/api/v1/mails", "").want(200, `"items":[]`)
		s.ask("agent", "GET", "/api/v1/mails", "").want(403)
		s.ask("administrator", "GET", "/api/v1/setup", "").want(200, `"step":"centre"`)
		s.ask("administrator", "PUT", "/api/v1/setup/mail", `{"standing":"skipped"}`).want(200, `"step":"mail","standing":"skipped"`)
		s.ask("administrator", "PUT", "/api/v1/setup/mail", `{"standing":"x"}`).want(422, `"pointer":"#/standing"`)
		s.ask("administrator", "POST", "/api/v1/demo/purge", "").want(409)
		s.ask("administrator", "POST", "/api/v1/templates/starter", "").want(200, `"added":6`)
		s.ask("agent", "GET", "/api/v1/incidents/"+number+"/texts?use=reply", "").want(200, "Mail is down", number, "The centre", "!{{number}}")
		s.ask("agent", "PUT", "/api/v1/board/"+number+"/follow", "").want(404)
	})
}

func TestViews(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		s.register("Mail is down")
		s.ask("agent", "POST", "/api/v1/views", `{"name_en":"Mine","query":"titel:x"}`).want(422, `"pointer":"#/query"`)
		s.ask("agent", "POST", "/api/v1/views", `{"query":"open:yes","density":"huge","alert":-1}`).want(422, `"pointer":"#/name"`, `"pointer":"#/density"`, `"pointer":"#/alert"`)
		s.ask("agent", "POST", "/api/v1/views", `{"name_en":"All","reach":"everyone"}`).want(403)
		made := s.ask("agent", "POST", "/api/v1/views", `{"name_en":"Open ones","query":"open:yes","pin":true,"alert":5}`).want(201, `"reach":"private"`, `"version":1`)
		at := fmt.Sprintf("/api/v1/views/%v", made.get("id"))
		s.ask("agent", "GET", "/api/v1/views?count=true", "").want(200, `"name_en":"Open ones"`, `"count":1`, `"code":"unassigned"`)
		s.ask("reader", "GET", "/api/v1/views", "").want(200, "!Open ones")
		s.ask("agent", "PUT", "/api/v1/views/rail", `{"kind":"incident","codes":["unassigned","-mine"]}`).want(200, `"codes":["unassigned","-mine"]`)
		s.ask("agent", "GET", "/api/v1/views/rail", "").want(200, `"codes":["unassigned","-mine"]`)
		s.ask("agent", "PUT", "/api/v1/views/rail", `{"kind":"incident","codes":["nobody-has-it"]}`).want(422, `"pointer":"#/codes"`)
		s.ask("agent", "POST", "/api/v1/views", `{"name_en":"Servers","kind":"item","query":"class:server","order":"priority"}`).want(422, `"pointer":"#/order"`)
		s.ask("agent", "POST", "/api/v1/views", `{"name_en":"Servers","kind":"item","query":"titel:x"}`).want(422, `"pointer":"#/query"`)
		s.later(time.Second)
		items := s.ask("agent", "POST", "/api/v1/views", `{"name_en":"Servers","kind":"item","query":"class:server","order":"code"}`).want(201, `"kind":"item"`)
		s.ask("agent", "GET", "/api/v1/views", "").want(200, "!Servers")
		s.ask("reader", "GET", "/api/v1/views?kind=item&count=true", "").want(200, "!Servers")
		s.ask("agent", "GET", "/api/v1/views?kind=item&count=true", "").want(200, "Servers", "!unassigned")
		s.ask("agent", "PATCH", fmt.Sprintf("/api/v1/views/%v", items.get("id")), `{"query":"state:live"}`).want(200, `"version":2`)
		s.ask("official", "PUT", "/api/v1/views/rail", `{"kind":"incident","codes":[]}`).want(403)
		s.ask("reader", "PATCH", at, `{"name_en":"Taken"}`).want(404)
		s.ask("agent", "PATCH", at, `{"name_en":"Still open"}`, `If-Match: "4"`).want(412)
		s.ask("agent", "PATCH", at, `{"name_en":"Still open"}`, `If-Match: "1"`).want(200, `"query":"open:yes"`, `"version":2`)
		s.ask("reader", "POST", at+"/retire", "").want(404)
		s.ask("agent", "POST", at+"/retire", "").want(204)
		s.ask("agent", "GET", "/api/v1/views", "").want(200, "!Still open")
		s.ask("agent", "GET", "/api/v1/me/day?limit=3", "").want(200, `"items":[`, `"query":"`)
		s.ask("official", "GET", "/api/v1/views", "").want(403)
	})
}

// All settings that somebody may change go out as one file, and in again with
// a dry run, whose faults name line, kind, code and field.
func TestSettingsAsOneFile(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		lines := func(more ...string) string {
			return strings.Join(append([]string{`{"kilter":"settings","form":1}`}, more...), "\n")
		}
		fin, zone := `{"kind":"department","code":"fin","fields":{"name_en":"Finance","head":"agent"}}`, `{"kind":"post","code":"clerk","fields":{"name_en":"Clerk","department":"fin"}}`
		up := func(file string) answer {
			return s.ask("administrator", "POST", "/api/v1/imports/plans?table=settings&name=city.ndjson", file, "Content-Type: application/x-ndjson")
		}
		s.ask("agent", "GET", "/api/v1/settings.ndjson", "").want(403)
		up("code,name\n").want(422)
		at := up(lines(fin, `{"kind":"post","code":"clerk","fields":{"department":"nowhere"}}`)).want(201, `"kind":"settings"`, `"fault":1`, `"line":3,"kind":"post","code":"clerk"`, `"pointer":"#/department"`, `"code":"transfer.unknown"`).head.Get("Location")
		s.ask("administrator", "POST", at+"/run", `{}`).want(422, "transfer.faulty")
		at = up(lines(zone, fin)).want(201, `"add":2`).head.Get("Location")
		ran := s.ask("administrator", "POST", at+"/run", `{}`).want(200, `"added":2`, `"kind":"settings"`)
		file := s.ask("administrator", "GET", "/api/v1/settings.ndjson", "").want(200, `{"kilter":"settings","form":1`, `"code":"clerk","retired":false,"fields":{"name_en":"Clerk","name_zh":"","department":"fin"`, `"head":"agent"`, "!cleared").body
		up(file).want(201, "!\"add\"", "!\"change\"", "!\"fault\"")
		s.ask("administrator", "POST", fmt.Sprintf("/api/v1/imports/tables/%v/undo", ran.get("id")), "").want(200, `"kept":[]`)
		s.ask("administrator", "GET", "/api/v1/departments?q=fin", "").want(200, `"items":[]`)
	})
}

func TestTablesAreBroughtIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		csv := "Code,Name (English),Dienst\nfinance,Finance,1\naudit-office,Audit office,2\n"
		s.ask("administrator", "POST", "/api/v1/imports/plans?table=department", csv, "Content-Type: text/csv").want(422, `"parameter":"name"`)
		s.ask("agent", "POST", "/api/v1/imports/plans?table=department&name=d.csv", csv, "Content-Type: text/csv").want(403)
		got := s.ask("administrator", "POST", "/api/v1/imports/plans?table=department&name=d.csv", csv, "Content-Type: text/csv").want(201, `"add":2`, `"heading":"Dienst"`)
		at := got.head.Get("Location")
		s.ask("stranger", "GET", at, "").want(403)
		s.ask("administrator", "POST", at+"/preview", `{"map":{"Code":"code","Name (English)":"nonsense","Dienst":""}}`).want(422)
		ran := s.ask("administrator", "POST", at+"/run", `{"map":{"Code":"code","Name (English)":"name_en","Dienst":""}}`).want(200, `"added":2`)
		s.ask("administrator", "GET", "/api/v1/departments?q=finance", "").want(200, `"name_en":"Finance"`)
		s.ask("administrator", "GET", "/api/v1/imports/tables", "").want(200, `"file":"d.csv"`)
		s.ask("administrator", "POST", fmt.Sprintf("/api/v1/imports/tables/%v/undo", ran.get("id")), "").want(200, `"kept":[]`)
		s.ask("administrator", "GET", "/api/v1/departments?q=finance", "").want(200, `"items":[]`)
		s.ask("administrator", "GET", at, "").want(404)
		made := s.ask("administrator", "POST", "/api/v1/calendars/starter", "").want(200)
		if n, _ := made.get("added").(float64); n < 1 {
			t.Errorf("added %v", n)
		}
		list := s.ask("administrator", "GET", "/api/v1/calendars", "").want(200)
		id := fmt.Sprint(list.get("items.0.id"))
		year := `{"year":2031,"days":[{"name":"New Year","date":"2031-01-01","isOffDay":true}]}`
		s.ask("administrator", "POST", "/api/v1/calendars/"+id+"/holidays?name=2031.json", year, `If-Match: "99"`).want(412)
		s.ask("administrator", "POST", "/api/v1/calendars/"+id+"/holidays?name=2031.json", year).want(200, `"entered":1`)
		s.ask("administrator", "GET", "/api/v1/calendars/"+id, "").want(200, "2031-01-01")
		s.ask("administrator", "POST", "/api/v1/calendars/"+id+"/holidays", `{"no":"file"}`).want(422)
	})
}

func TestHistoryIsBroughtIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		s.person("importer", people.Actor{Staff: true, Grants: people.NewGrants("import.*", "incident.read"), Scope: people.Everything(), Token: 30})
		log := "case;activity;time;group\nA1;registered;2024-03-01 08:00;desk\nA1;resolved;2024-03-01 09:30;desk\nA2;registered;2024-03-02 08:00;desk\nA2;resolved;no time;desk\n"
		s.ask("importer", "POST", "/api/v1/imports/uploads", log, "Content-Type: application/octet-stream").want(422, `"parameter":"name"`)
		got := s.ask("importer", "POST", "/api/v1/imports/uploads?name=old.csv", log, "Content-Type: application/octet-stream").want(201, `"columns":["case","activity","time","group"]`)
		at := got.head.Get("Location")
		m, err := json.Marshal(map[string]string{"map": "source: old\nshape: event_log\ntimes: {format: \"%Y-%m-%d %H:%M\", zone: Asia/Shanghai}\ncolumns: {case: case, time: time, activity: activity, team: group}\nstates: {registered: assigned, resolved: resolved}\n"})
		if err != nil {
			t.Fatal(err)
		}
		s.ask("importer", "PUT", at+"/map", `{"map":"nonsense: ["}`).want(422)
		s.ask("importer", "PUT", at+"/map", string(m)).want(200, `"cases":2`, `"rejected":1`)
		s.ask("importer", "POST", at+"/preview", "").want(200, `"case":"A1"`)
		s.ask("agent", "POST", at+"/run", "").want(403)
		s.ask("importer", "POST", at+"/run", "").want(202, `"running":true`)
		id := s.awaitImport(at)
		s.ask("importer", "GET", "/api/v1/imports/history", "").want(200, `"source":"old"`, `"outcome":"done"`)
		s.ask("importer", "GET", "/api/v1/imports/history/"+id+"/rejects?limit=1", "").want(200, `"line":5`)
		s.ask("importer", "GET", "/api/v1/incidents?count=true", "").want(200, `"count":2`)
		s.ask("importer", "POST", "/api/v1/imports/history/"+id+"/undo", "").want(200, `"removed":2`, `"kept":0`)
		s.ask("importer", "GET", "/api/v1/imports/history/"+id, "").want(200, `"outcome":"undone"`, `"map":"source: old`)
	})
}

// awaitImport waits until a log that is being brought in is there.
func (s *city) awaitImport(at string) string {
	s.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range 500 {
		got := s.ask("importer", "GET", at, "").want(200)
		if strings.Contains(got.body, `"running":false`) {
			if got.get("progress.problem") != nil {
				s.t.Fatalf("the import failed: %s", got.body)
			}
			return fmt.Sprint(got.get("progress.import"))
		}
		<-tick.C
	}
	s.t.Fatal("the import does not end")
	return ""
}
