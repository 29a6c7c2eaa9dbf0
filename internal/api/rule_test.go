package api_test

import (
	"io"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"time"

	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/rule"
	"kilter/internal/practice/setting"
)

// engine considers rules about incidents.
func (s *city) engine(keeper *setting.Keeper) *rule.Engine {
	return &rule.Engine{
		Settings: keeper.All, Desks: map[record.Kind]rule.Desk{record.Incident: s.desk.Desk}, Ledger: s.db.Ledger(), Traces: s.db.Rules(), Together: s.db.Together,
		World: func(people.Actor, record.Kind) rule.World {
			return rule.World{Fields: record.Conditions(incident.Flow, incident.Sheet()), Means: query.Context{Settings: keeper.All(), Now: s.clock()}}
		},
		Place: func() *time.Location { return time.UTC }, Now: s.clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
}

// A rule is made, tried, fires, and tells what it did, all by the API.
func TestRules(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		maker := s.people["agent"]
		maker.Grants = people.NewGrants("incident.*", "rule.*")
		s.people["maker"] = maker
		body := `{"code":"slow-mail","name_en":"Slow mail","practice":"incident","on":true,"when":"deed","deeds":["open"],"if":"CONDITION","then":[{"do":"note","text":{"en":"look at {{number}}"}},{"do":"set","field":"outside","value":"P-1"}]}`
		with := func(text string) string { return strings.ReplaceAll(body, "CONDITION", text) }

		s.ask("reader", "POST", "/api/v1/automation-rules", with("")).want(403)
		s.ask("maker", "POST", "/api/v1/automation-rules", with("categry:slow")).want(422, `"pointer":"#/if"`, `"word":"categry"`)
		s.ask("maker", "POST", "/api/v1/automation-rules", strings.ReplaceAll(with(""), `"outside"`, `"priority"`)).want(422, `"pointer":"#/then"`)
		s.ask("maker", "POST", "/api/v1/automation-rules", strings.ReplaceAll(with(""), `"open"`, `"opn"`)).want(422, `"pointer":"#/deeds"`)

		before := s.ask("agent", "POST", "/api/v1/incidents", `{"title":"before","service":"mail","category":"slow","zone":"office","impact":2,"urgency":3}`).want(201)
		s.ask("reader", "POST", "/api/v1/automation-rules/try", with("")).want(403)
		s.ask("maker", "POST", "/api/v1/automation-rules/try", with("category:slow")).want(200, `"held":1`, `"title":"before"`, `{"field":"outside","was":"","now":"P-1"}`)
		s.ask("maker", "POST", "/api/v1/automation-rules/try", with("category:slow impact:4")).want(200, `"held":0`)
		if strings.Contains(s.ask("agent", "GET", "/api/v1/incidents/"+before.get("number").(string), "").want(200).body, "P-1") {
			t.Error("a trial changes records")
		}

		s.ask("maker", "POST", "/api/v1/automation-rules", with("category:slow")).want(201)
		made := s.ask("agent", "POST", "/api/v1/incidents", `{"title":"after","service":"mail","category":"slow","zone":"office","impact":2,"urgency":3}`).want(201)
		other := s.ask("agent", "POST", "/api/v1/incidents", `{"title":"other"}`).want(201)
		news, err := s.db.Waiting(t.Context(), 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range news {
			if err := s.rules.Carry(t.Context(), n); err != nil {
				t.Fatal(err)
			}
		}
		s.ask("agent", "GET", "/api/v1/incidents/"+made.get("number").(string), "").want(200, `"outside":"P-1"`)
		s.ask("agent", "GET", "/api/v1/incidents/"+made.get("number").(string)+"/rules", "").want(403)
		s.ask("maker", "GET", "/api/v1/incidents/"+made.get("number").(string)+"/rules", "").want(200, `"rule":"slow-mail"`, `"fired":true`, `"outcome":"fired"`)
		s.ask("maker", "GET", "/api/v1/incidents/"+other.get("number").(string)+"/rules", "").want(200, `"fired":false`, `"outcome":"condition"`, `"part":"category:slow"`)
		all := s.rules.Settings().Coded(setting.Rule, "slow-mail")
		s.ask("maker", "GET", "/api/v1/automation-rules/"+strconv.FormatInt(all.ID, 10)+"/runs", "").want(200, made.get("number").(string))
		s.ask("maker", "GET", "/api/v1/automation-rules/999999/runs", "").want(404)
		s.ask("maker", "POST", "/api/v1/automation-rules/"+strconv.FormatInt(all.ID, 10)+"/resume", "").want(204)

		blind := s.people["stranger"]
		blind.Grants = people.NewGrants("incident.*", "rule.*")
		s.people["blind"] = blind
		s.ask("blind", "GET", "/api/v1/incidents/"+made.get("number").(string)+"/rules", "").want(404)
		if got := s.ask("blind", "GET", "/api/v1/automation-rules/"+strconv.FormatInt(all.ID, 10)+"/runs", "").want(200).body; strings.Contains(got, made.get("number").(string)) {
			t.Error("the runs of a rule tell of records that one does not see")
		}
		s.ask("blind", "POST", "/api/v1/automation-rules/try", with("")).want(200, `"records":0`)
	})
}
