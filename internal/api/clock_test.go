package api_test

import (
	"testing"
	"time"

	"kilter/internal/practice/incident"
	"kilter/internal/practice/sla"
)

// TestAClockNamesItsAgreement tells under which agreement a record was promised what.
func TestAClockNamesItsAgreement(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		s.desk.Rules.Terms = func(i *incident.Incident) []sla.Term {
			return []sla.Term{{Name: sla.Respond, Target: time.Hour}, {Name: sla.Resolve, Target: 8 * time.Hour, Agreement: 41}}
		}
		one := "/api/v1/incidents/" + s.register("Mail is down")
		s.ask("agent", "GET", one+"/clocks", "").want(200, `"name":"resolve"`, `"agreement":41`, `"target_seconds":28800`, `!"agreement":0`)
	})
}
