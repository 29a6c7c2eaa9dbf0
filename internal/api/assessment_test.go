package api_test

import (
	"strconv"
	"strings"
	"testing"

	"kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/people"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

func (s *city) assessments() {
	s.api.QuestionSets(s.questionSets())
	s.api.Assessments(&assessment.Room{Store: s.db.Assessments(), Sets: s.questionSets(), Pen: s.db, Now: s.clock, Works: func(people.ID) bool { return true }}, s.db.Files())
}

// Two assess on their own, with evidence; the lead decides one statement, signs
// what he has seen, and nothing changes any more.
func TestAnAssessmentThroughTheAPI(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		s.person("lead", people.Actor{Staff: true, Grants: people.NewGrants("maturity.*"), Scope: people.Everything(), Token: 12})
		s.person("ann", people.Actor{Staff: true, Grants: people.NewGrants("maturity.read", "maturity.assess"), Scope: people.Everything(), Token: 13})
		s.person("eve", people.Actor{Staff: true, Grants: people.NewGrants("maturity.read", "maturity.assess"), Scope: people.Everything(), Token: 14})
		s.person("uma", people.Actor{Staff: true, Grants: people.NewGrants("maturity.read", "maturity.assess"), Scope: people.Scope{All: true}, Token: 15})
		lead, ann := s.people["lead"].ID, s.people["ann"].ID
		n := func(id people.ID) string { return strconv.FormatInt(int64(id), 10) }
		all := "/api/v1/assessments"
		plan := `{"name_en":"Autumn","day":"2026-03-02","assessors":[` + n(lead) + `,` + n(ann) + `],"targets":{"SD":{"level":2.5,"reason":"decided"}}`
		s.ask("reader", "GET", all, "").want(403)
		s.ask("ann", "POST", all, plan+`}`).want(403)
		s.ask("lead", "POST", all, `{"name_en":"","day":"","assessors":[]}`).want(422, "name_en", "day", "assessment.assessors")
		s.ask("lead", "POST", all, `{"name_en":"A","day":"2026-13-02","assessors":[1]}`).want(422, "maturity.file.day")
		s.ask("lead", "POST", all, plan+`}`).want(201, `"state":"open"`, `"level":2.5`)
		list, err := db.Assessments().List(t.Context())
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		at := all + "/" + strconv.FormatInt(list[0].ID, 10)
		s.ask("lead", "POST", at+"/sign", `{"version":1,"answers":0}`).want(409, "assessment.nothing_answered")

		s.ask("eve", "PUT", at+"/marks", `[{"question":"SD-1-1","answer":"yes"}]`).want(403, "assessment.not_yours")
		s.ask("ann", "PUT", at+"/marks", `[{"question":"SD-9-1","answer":"yes"},{"question":"SD-1-1","answer":"perhaps"},{"question":"SD-1-2","answer":"na"}]`).
			want(422, "maturity.no_question", "SD-1-1.answer", "assessment.why_not_applicable")
		s.ask("ann", "PUT", at+"/marks", `[{"question":"SD-1-1","answer":"yes","comment":"seen","evidence":"visit 3"},{"question":"SD-1-2","answer":"no"},{"question":"SD-1-3","answer":"yes"}]`).want(200, "visit 3")
		s.ask("lead", "PUT", at+"/marks", `[{"question":"SD-1-1","answer":"yes"},{"question":"SD-1-2","answer":"yes"},{"question":"SD-1-3","answer":"yes"}]`).want(200)
		s.ask("ann", "GET", at+"/marks", "").want(200, "visit 3")
		s.ask("ann", "GET", at+"/result", "").want(403, "assessment.not_signed")

		file, _, err := db.Files().Store(t.Context(), s.clock(), ann, 1<<20, strings.NewReader("minutes of 3 March"))
		if err != nil {
			t.Fatal(err)
		}
		s.ask("ann", "POST", at+"/files", `{"question":"SD-1-1","file":`+strconv.FormatInt(file, 10)+`,"name":"../minutes.txt"}`).want(201, `"name":"minutes.txt"`)
		if _, err := db.Files().Sweep(t.Context(), s.clock().AddDate(1, 0, 0)); err != nil {
			t.Error(err)
		}
		s.ask("ann", "GET", at+"/files/1", "").want(200, "minutes of 3 March")
		s.ask("ann", "POST", at+"/files", `{"question":"SD-1-2","file":`+n(people.ID(file))+`,"name":"closed.txt","zone":7}`).want(201, `"zone":7`)
		s.ask("ann", "POST", at+"/files", `{"question":"SD-1-2","file":`+n(people.ID(file))+`,"name":"wrong.txt"}`).want(201)
		s.ask("eve", "DELETE", at+"/files/3", "").want(404)
		s.ask("lead", "GET", at+"/files", "").want(200, "closed.txt", "wrong.txt")
		s.ask("ann", "DELETE", at+"/files/3", "").want(204)
		s.ask("ann", "GET", at+"/files/3", "").want(404)
		s.ask("uma", "POST", at+"/files", `{"question":"SD-1-2","file":`+n(people.ID(file))+`,"name":"x.txt"}`).want(403)
		s.ask("eve", "GET", at+"/files/1", "").want(404)
		s.ask("lead", "POST", at+"/files", `{"question":"SD-1-1","file":4711,"name":"x.pdf"}`).want(422, "record.no_such_file")
		s.ask("lead", "GET", at+"/result", "").want(200, `"level":0`, `"SD-1-2"`, `"disputed":["SD-1-2"]`, `"band":"slight"`)
		s.ask("lead", "POST", at+"/override", `{"question":"SD-1-2","answer":"yes","reason":"","evidence":"signs at every door"}`).want(422, "maturity.override_reason")
		s.ask("lead", "POST", at+"/override", `{"question":"SD-1-2","answer":"yes","reason":"seen together","evidence":"signs at every door"}`).want(200, `"expires"`)
		s.ask("lead", "GET", at+"/result", "").want(200, `"level":1,`, `"target":2.5`)
		s.ask("lead", "POST", at+"/sign", `{"version":2,"answers":5}`).want(412)
		s.ask("ann", "POST", at+"/sign", `{"version":2,"answers":6}`).want(403)
		s.ask("lead", "POST", at+"/sign", `{"version":2,"answers":6}`).want(200, `"state":"signed"`, `"hash":"`)

		s.ask("ann", "GET", at+"/result", "").want(200, `"level":1,`, "visit 3")
		s.ask("eve", "GET", at+"/files/1", "").want(200, "minutes of 3 March")
		s.ask("eve", "GET", at+"/files", "").want(200, "minutes.txt", "closed.txt")
		s.ask("uma", "GET", at+"/files", "").want(200, "minutes.txt", "!closed")  // she is not cleared for its zone
		s.ask("uma", "GET", at+"/result", "").want(200, "minutes.txt", "!closed") // nor told by what was signed
		s.ask("uma", "GET", at+"/files/2", "").want(404)
		s.ask("ann", "DELETE", at+"/files/1", "").want(409, "assessment.not_open")
		s.ask("ann", "PUT", at+"/marks", `[{"question":"SD-1-2","answer":"yes"}]`).want(409, "assessment.not_open")
		s.ask("lead", "PUT", at, plan+`,"version":3}`).want(409)
		s.ask("lead", "POST", at+"/cancel", "").want(409)
		s.ask("ann", "GET", at+"/comparison?base=99", "").want(422, "assessment.none")
		s.ask("ann", "GET", at+"/comparison?base="+strconv.FormatInt(list[0].ID, 10), "").want(200, `"gained":[]`)
		s.ask("ann", "GET", "/api/v1/maturity/questions", "").want(200, "SD-1-1", "8.6.1")
		s.ask("ann", "GET", all+"/99999", "").want(404)
	})
}
