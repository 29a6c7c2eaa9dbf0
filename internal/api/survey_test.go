package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/survey/wave"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// surveys is a room in which waves are held, with whoever is in the directory.
func surveys(s *city) *wave.Room {
	db := s.db
	return &wave.Room{
		Sheets: db.SurveySheets(), Waves: db.SurveyWaves(), Invites: db.SurveyInvites(), Box: db.SurveyBox(), Pen: db, Now: s.clock, Seed: func() int64 { return 3 },
		People:     func(ctx context.Context) ([]people.Person, error) { return db.Persons(ctx, people.Query{Limit: 1000}) },
		Department: func(people.DepartmentID) (string, people.Text) { return "", people.Text{} },
		Tell:       func(context.Context, *wave.Wave, people.ID, int) error { return nil },
	}
}

// A wave through the API: planned, drawn, answered by a token and on paper,
// closed, analysed, published. Whoever may not is told so before what he typed.
func TestAWaveThroughTheAPI(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		s.person("lead", people.Actor{Staff: true, Grants: people.NewGrants("survey.*"), Scope: people.Everything(), Token: 21})
		s.person("director", people.Actor{Staff: true, Grants: people.NewGrants("survey.read"), Scope: people.Everything(), Token: 22})
		for i := range 8 {
			s.person(fmt.Sprint("user", i), people.Actor{Token: int64(30 + i)})
		}
		s.ask("director", "POST", "/api/v1/questionnaires", `nonsense`).want(403)
		s.ask("lead", "POST", "/api/v1/questionnaires", `{"name":{}}`).want(422, "record.required")
		s.ask("lead", "POST", "/api/v1/questionnaires", `{"name":{"en":"Yearly"}}`).want(200, `"number":1`, `"code":"R1"`, `"used":false`)
		sheets, err := db.SurveySheets().Versions(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		from, to := s.clock().Format(time.RFC3339), s.clock().AddDate(0, 0, 14).Format(time.RFC3339)
		plan := fmt.Sprintf(`{"name":{"en":"Autumn"},"questionnaire":%d,"from":%q,"to":%q,"everybody":true,"bootstrap_samples":200}`, sheets[0].ID, from, to)
		s.ask("director", "POST", "/api/v1/surveys", `nonsense`).want(403)
		s.ask("lead", "POST", "/api/v1/surveys", strings.Replace(plan, `"everybody":true`, `"least":1`, 1)).want(422, "wave.between", "#/least")
		s.ask("lead", "POST", "/api/v1/surveys", plan).want(200, `"state":"draft"`)
		at := "/api/v1/surveys/1"
		s.ask("lead", "POST", at+"/open", "").want(409, "wave.not_drawn")
		s.ask("lead", "POST", at+"/draw", "").want(200, `"seed":3`)
		s.ask("lead", "POST", at+"/open", "").want(200, `"state":"open"`)
		s.ask("lead", "PUT", at, plan).want(409)
		s.ask("lead", "PUT", "/api/v1/questionnaire-versions/"+strconv.FormatInt(sheets[0].ID, 10), `{"form":"classic"}`).want(422)
		s.answers(at)
		s.ask("director", "GET", at+"/response", "").want(200, `"answered":0`, `"warnings":["low"`) // not marked yet
		s.paper(at)
		s.ask("lead", "POST", at+"/analyse", "").want(409, "wave.not_in_state")
		s.ask("lead", "POST", at+"/close", "").want(200, `"state":"closed"`)
		s.ask("lead", "GET", at+"/response", "").want(200, `"answered":7`)
		s.ask("director", "GET", at+"/comments", "").want(403)
		s.ask("lead", "GET", at+"/comments", "").want(409, "wave.no_words_yet") // seven are too few
		s.ask("lead", "POST", at+"/analyse", "").want(200, `"state":"analysed"`)
		s.ask("director", "POST", at+"/publish", "").want(403)
		s.ask("lead", "POST", at+"/publish", "").want(200, `"state":"published"`)
		s.ask("lead", "POST", at+"/purge", "").want(200, `"purged":"2`)
		s.ask("director", "GET", "/api/v1/surveys", "").want(200, `"state":"published"`)
		s.ask("reader", "GET", "/api/v1/surveys", "").want(403)
	})
}

// answers hands in what six users answer, without signing in beyond the token.
func (s *city) answers(at string) {
	s.t.Helper()
	paper := wave.Standard()
	values := map[string]string{}
	for i, d := range paper.Asked() {
		for _, item := range d.Items {
			values["E_"+item.Code], values["P_"+item.Code] = "6", fmt.Sprint(3+i%3)
		}
	}
	for i := range 6 {
		var got struct{ Token string }
		if err := json.Unmarshal([]byte(s.ask(fmt.Sprint("user", i), "POST", at+"/token", "").want(200).body), &got); err != nil {
			s.t.Fatal(err)
		}
		s.ask("", "POST", "/api/v1/survey-answers/questionnaire", `{"token":"x"}`).want(404, "wave.no_token")
		s.ask("", "POST", "/api/v1/survey-answers/questionnaire", `{"token":"`+got.Token+`"}`).want(200, `"R1":["E_R1","P_R1"]`)
		values["SAT1"] = fmt.Sprint(2 + i%5)
		body, err := json.Marshal(map[string]any{"token": got.Token, "values": values, "seconds": 300})
		if err != nil {
			s.t.Fatal(err)
		}
		s.ask("", "POST", "/api/v1/survey-answers", strings.Replace(string(body), `"E_R1":"6"`, `"E_R1":"8"`, 1)).want(422, "wave.off_scale", "E_R1")
		s.ask("", "POST", "/api/v1/survey-answers", string(body)).want(204)
		s.ask("", "POST", "/api/v1/survey-answers", string(body)).want(409, "wave.answered")
		s.ask(fmt.Sprint("user", i), "POST", at+"/token", "").want(409, "wave.answered")
	}
	s.ask("official", "POST", "/api/v1/surveys/99/token", "").want(404)
}

// paper takes one sheet with a code.
func (s *city) paper(at string) {
	s.t.Helper()
	s.ask("director", "POST", at+"/codes", "nonsense").want(403)
	var got struct{ Codes []string }
	if err := json.Unmarshal([]byte(s.ask("lead", "POST", at+"/codes", `{"department":0}`).want(200).body), &got); err != nil {
		s.t.Fatal(err)
	}
	csv := "code,E_R1,P_R1\n" + got.Codes[0] + ",7,na\n"
	post := func(query, table string) answer {
		return s.ask("lead", "POST", at+"/paper"+query, table, "Content-Type: text/csv")
	}
	post("", "code,E_R1\nAAAA-BBBB-CCCC,7\n").want(422, "wave.paper_code")
	post("", "code,X1\n,7\n").want(422, "wave.paper_column")
	post("", "code,E_R1\n,8\n").want(422, "wave.paper_cell")
	post("?trial=true", csv).want(200, `"rows":1`, `"with_code":1`, `"taken":false`)
	post("", csv).want(200, `"taken":true`)
	post("", csv).want(422, "wave.paper_answered")
}
