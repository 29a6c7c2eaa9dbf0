package api_test

import (
	"fmt"
	"testing"
)

func TestSignInRules(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		const path = "/api/v1/settings/sign-in"
		rules := func(shortest, tries int, factor string) string {
			return fmt.Sprintf(`{"shortest":%d,"history":3,"max_days":0,"tries":%d,"wait_secs":30,"max_secs":900,"idle_mins":60,"max_hours":12,"factor":%q}`, shortest, tries, factor)
		}
		s.ask("security", "GET", path, "").want(200, `"tries":5`)
		for _, who := range []string{"agent", "administrator", "auditor"} {
			s.ask(who, "GET", path, "").want(403)
			s.ask(who, "PATCH", path, rules(12, 4, "staff")).want(403)
		}
		s.ask("security", "PATCH", path, rules(4, 99, "cats")).want(422, `"pointer":"#/shortest"`, `"pointer":"#/tries"`, `"pointer":"#/factor"`)
		s.ask("security", "PATCH", path, `{"shortest":12,"secret":1}`).want(422, `"pointer":"#/secret"`)
		s.ask("security", "GET", path, "").want(200, `"tries":5`)
		s.ask("security", "PATCH", path, rules(12, 4, "staff")).want(200, `"tries":4`, `"factor":"staff"`)
		s.ask("security", "GET", path, "").want(200, `"shortest":12`)
		s.ask("auditor", "GET", "/api/v1/audit?deed=account.rules", "").want(200, `"centre:sign_in"`)
	})
}

func TestMailServer(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		const path = "/api/v1/settings/mail"
		good := `{"host":"mail.city.example","port":587,"protect":"starttls","user":"desk","password":"hush-hush","from":"desk@city.example","name":"Desk"}`
		s.ask("administrator", "GET", path, "").want(200, "!hush")
		for _, who := range []string{"agent", "security", "auditor"} {
			s.ask(who, "GET", path, "").want(403)
			s.ask(who, "PUT", path, good).want(403)
		}
		s.ask("administrator", "PUT", path, `{"host":"mail city","port":6379,"protect":"none","from":"desk"}`).want(422, `"pointer":"#/host"`, `"pointer":"#/port"`, `"pointer":"#/protect"`, `"pointer":"#/from"`)
		s.ask("administrator", "PUT", path, `{"host":"m.example","port":587,"protect":"tls","from":"a@b","user":"u","password":"a\r\nb"}`).want(422, `"pointer":"#/password"`)
		s.ask("administrator", "PUT", path, `{"host":"m.example","port":587,"protect":"tls","from":"a@b\r\nBcc: c@d"}`).want(422, `"pointer":"#/from"`)
		s.ask("administrator", "PUT", path, good).want(200, `"host":"mail.city.example"`, "!hush")
		s.ask("administrator", "GET", path, "").want(200, `"user":"desk"`, "!hush")
		s.ask("auditor", "GET", "/api/v1/audit?object=centre:mail", "").want(200, "setting.edit", "!hush")
	})
}
