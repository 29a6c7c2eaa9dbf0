package api_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/grade"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// grades has incidents graded, and bad grades answered by the agent.
func (s *city) grades() {
	s.desk.Rules.Grades = func(i *incident.Incident) grade.Terms {
		return grade.Terms{
			Policy: grade.StandardPolicy(), Ended: i.Closed, Days: func(from time.Time, n int) time.Time { return from.AddDate(0, 0, n) },
			Duty: func() people.ID { return s.people["agent"].ID }, Known: func(int64) bool { return true },
		}
	}
	s.api.Grades(&record.GradeRoom{
		Book: s.db.Grades(), Desks: map[record.Kind]record.GradeDesk{record.Incident: record.AsGradeDesk(s.desk.Desk)},
		Policy: grade.StandardPolicy, Now: s.clock, Place: func(context.Context) *time.Location { return time.UTC },
	})
}

// A grade through the API: given once, with a reason when it is bad; listed,
// called back, answered; what it said is not everybody's to read.
func TestAGradeThroughTheAPI(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		at := s.closed()
		s.ask("agent", "POST", at+"/rate", `{"rating":2}`).want(422, `"pointer":"#/reason"`, `"pointer":"#/words"`)
		s.ask("agent", "POST", at+"/rate", `{"rating":9}`).want(422, `"pointer":"#/rating"`)
		s.ask("reader", "POST", at+"/rate", `{"rating":5}`).want(403)
		s.ask("stranger", "POST", at+"/rate", `{"rating":5}`).want(404)
		s.ask("reader", "GET", at+"/grade", "").want(404)
		s.ask("agent", "POST", at+"/rate", `{"rating":2,"reason":7,"words":"five calls"}`).want(200, `"open":true`, `"words":"five calls"`)
		s.ask("agent", "POST", at+"/rate", `{"rating":5}`).want(409)
		if body := s.ask("reader", "GET", at+"/grade", "").want(200, `"rating":2`).body; strings.Contains(body, "five calls") {
			t.Error("everybody reads what was said with a grade")
		}
		s.ask("agent", "GET", "/api/v1/grades", "").want(200, "five calls")
		if body := s.ask("stranger", "GET", "/api/v1/grades?show=all", "").want(200).body; strings.Contains(body, "INC-") {
			t.Error("the list tells of a foreign record")
		}
		s.ask("agent", "GET", "/api/v1/grades?show=some", "").want(422)
		s.ask("agent", "POST", at+"/grade/call", `{"note":""}`).want(422, `"pointer":"#/note"`)
		s.ask("agent", "POST", at+"/grade/call", `{"note":"is cross"}`).want(200, `"note":"is cross"`)
		s.ask("agent", "POST", at+"/grade/answer", `{"answer":"mended"}`).want(200, `"open":false`)
		s.ask("agent", "GET", "/api/v1/grades/figures", "").want(403)
		s.ask("grader", "GET", "/api/v1/grades/figures?dimension=month", "").want(200, `"n":1`, `"few":true`)
		s.ask("grader", "GET", "/api/v1/grades/figures?months=7", "").want(422, `"parameter":"months"`)
	})
}

// closed is an incident of the office that has ended; its address.
func (s *city) closed() string {
	s.t.Helper()
	i := &incident.Incident{}
	i.Zone, i.Team, i.State = people.ZoneID(s.zone), people.TeamID(s.team), incident.Closed
	i.Title, i.Opened, i.Moved, i.Closed, i.Requester = "no mail", monday.Add(-time.Hour), monday, monday, s.people["official"].ID
	w := &record.Whole[*incident.Incident]{Rec: i, Entries: []record.Entry{{Deed: "incident.open", To: incident.New, At: i.Opened, Public: true}, {Deed: "incident.close", From: incident.Resolved, To: incident.Closed, At: i.Closed}}}
	if err := s.db.LoadIncidents().Load(s.t.Context(), []*record.Whole[*incident.Incident]{w}, audit.Row{At: monday, Deed: "import.run"}); err != nil {
		s.t.Fatal(err)
	}
	return "/api/v1/incidents/" + i.Ref()
}
