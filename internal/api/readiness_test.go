package api_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// A process gets its roles and its holders theirs skills; five answer the pulse,
// once each, and only when it is over and five have answered is a mean told of.
func TestReadinessThroughTheAPI(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		s.person("lead", people.Actor{Staff: true, Grants: people.NewGrants("readiness.read", "readiness.edit"), Scope: people.Everything(), Token: 20})
		var holders []string
		for i := range 5 {
			name := fmt.Sprint("h", i)
			s.person(name, people.Actor{Staff: true, Grants: people.NewGrants(), Scope: people.Everything(), Token: int64(21 + i)})
			holders = append(holders, fmt.Sprint(int64(s.people[name].ID)))
		}
		const all = "/api/v1/readiness"
		process := `{"owner_role":"process_owner","owner":` + holders[0] + `,"owner_needs":[],"roles":[{"code":"agent","holders":[` + strings.Join(holders, ",") + `],"deputies":[],"needs":[{"skill":{"en":"Telephone"},"level":3}]}],"activities":[]`
		s.ask("h0", "GET", all, "").want(403)
		s.ask("h0", "PUT", all+"/processes/SD", process+`}`).want(403)
		s.ask("lead", "PUT", all+"/processes/XX", process+`}`).want(404)
		s.ask("lead", "PUT", all+"/processes/SD", strings.Replace(process, holders[4]+`]`, `4711]`, 1)+`}`).want(422)
		s.ask("lead", "PUT", all+"/processes/SD", process+`}`).want(200, `"version":1`)
		s.ask("lead", "PUT", all+"/processes/SD", process+`}`).want(412)
		s.ask("lead", "PUT", all+"/processes/SD", process+`,"version":1}`).want(200, `"version":2`)

		s.ask("lead", "PUT", all+"/people/"+holders[0], `{"skills":{"telephone":9}}`).want(422)
		s.ask("lead", "PUT", all+"/people/"+holders[0], `{"skills":{"telephone":4},"booked":300,"available":400,"training":[{"process":"SD","name":"Desk course","until":"2030-01-01"}]}`).want(200, `"version":1`, "Desk course")
		s.ask("h0", "GET", all+"/me", "").want(200, `"telephone":4`, `"processes":["SD"]`)
		s.ask("h0", "GET", all+"/people/"+holders[1], "").want(403)
		s.ask("lead", "GET", all+"/people/4711", "").want(404)

		answer := `{"process":"SD","answers":[4,4,4,4,4]}`
		s.ask("h0", "POST", all+"/pulse", answer).want(409, "readiness.pulse_over")
		s.ask("lead", "POST", all+"/pulses", `{"days":0}`).want(422, "days")
		s.ask("lead", "POST", all+"/pulses", `{"days":7}`).want(200)
		s.ask("lead", "POST", all+"/pulses", `{"days":7}`).want(409, "readiness.pulse_runs")
		s.ask("lead", "POST", all+"/pulse", answer).want(403, "readiness.no_part")
		s.ask("h0", "POST", all+"/pulse", `{"process":"SD","answers":[4,4,6,4,4]}`).want(422, "answers")
		s.ask("h0", "POST", all+"/pulse", `{"process":"SD","answers":[4,4]}`).want(422, "answers")
		for i := range 4 {
			s.ask(fmt.Sprint("h", i), "POST", all+"/pulse", answer).want(204)
		}
		s.ask("h0", "POST", all+"/pulse", answer).want(409, "readiness.given")
		s.ask("h0", "GET", all+"/me", "").want(200, "!pulse_waits")
		s.ask("h4", "GET", all+"/me", "").want(200, `"pulse_waits":["SD"]`)
		tallies, err := db.Readiness().Tallies(t.Context(), 1)
		if err != nil || len(tallies) != 1 || tallies[0].N != 4 || tallies[0].Sum != 80 {
			t.Fatalf("%+v, %v", tallies, err)
		}
		before := s.ask("lead", "GET", all+"/processes/SD", "").want(200).body
		s.ask("lead", "POST", all+"/pulses/1/close", "").want(200, `"closed":"`)
		s.ask("lead", "POST", all+"/pulses/1/close", "").want(409, "readiness.pulse_over")
		if four := s.ask("lead", "GET", all+"/processes/SD", "").want(200).body; four != before {
			t.Errorf("four answers are told of: %s, before %s", four, before)
		}
		s.later(24 * time.Hour)
		s.ask("lead", "POST", all+"/pulses", `{"days":7}`).want(200)
		for i := range 5 {
			s.ask(fmt.Sprint("h", i), "POST", all+"/pulse", answer).want(204)
		}
		s.ask("lead", "POST", all+"/pulses/2/close", "").want(200)
		s.ask("lead", "GET", all+"/processes/SD", "").want(200, `"culture":0.75`) // (4 - 1) of 4
		s.ask("lead", "GET", all, "").want(200, `"process":"IM"`)
	})
}
