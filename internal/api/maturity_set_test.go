package api_test

import (
	"encoding/json"
	"strings"
	"testing"

	"kilter/internal/practice/maturity"
	"kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/maturity/questions"
	"kilter/internal/practice/people"
	"kilter/internal/report/evidence"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

func (s *city) questionSets() *questions.Room {
	return &questions.Room{Store: s.db.QuestionSets(), Pen: s.db, Now: s.clock, Metric: func(id string) (share, known bool) {
		m, known := evidence.Find(id)
		return m.Shape == evidence.Share, known
	}}
}

// A set is copied, edited, published and taken up; an assessment that runs keeps
// the one it was begun with, and the one that ships can be taken up again.
func TestQuestionSetsThroughTheAPI(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		sets := s.questionSets()
		room := &assessment.Room{Store: db.Assessments(), Sets: sets, Pen: db, Now: s.clock, Works: func(people.ID) bool { return true }}
		s.person("lead", people.Actor{Staff: true, Grants: people.NewGrants("maturity.*"), Scope: people.Everything(), Token: 12})
		lead := s.people["lead"]
		s.person("ann", people.Actor{Staff: true, Grants: people.NewGrants("maturity.read", "maturity.assess"), Scope: people.Everything(), Token: 13})
		all := "/api/v1/maturity/sets"

		s.ask("ann", "POST", all, `{"base":"1","name":{"en":"Ours"}}`).want(403)
		s.ask("lead", "POST", all, `{"base":"1","name":{}}`).want(422, "name_en")
		s.ask("lead", "POST", all, `{"base":"77","name":{"en":"Ours"}}`).want(422, "maturity.set.none")
		s.ask("lead", "POST", all, `{"base":"1","name":{"en":"Ours","zh":"本中心题集"}}`).want(201, `"set":"2"`, `"state":"draft"`, `"questions":405`)
		if a := s.ask("ann", "GET", all, "").want(200, `"set":"1"`); strings.Contains(a.body, `"set":"2"`) {
			t.Error("a draft is listed for whoever leads nothing")
		}
		s.ask("ann", "GET", all+"/2", "").want(404)
		s.ask("lead", "POST", all+"/2/take-up", `{}`).want(409, "maturity.set.not_published")
		s.ask("lead", "DELETE", all+"/1", "").want(409, "maturity.set.published")

		before := &assessment.Assessment{Name: people.Text{En: "Spring"}, Day: s.clock(), Assessors: []people.ID{lead.ID}}
		if err := room.Plan(t.Context(), lead, before); err != nil || before.Set != "1" {
			t.Fatal(before.Set, err)
		}
		next := maturity.Current().Copy()
		next.Remove("SD-1-3")
		next.Rule.At = map[maturity.Level]int{maturity.Bottom: 0}
		q := maturity.Question{ID: "SD-1-4", Level: 1, Topic: people.Text{Zh: "回访"}, Text: people.Text{En: "Callers are asked.", Zh: "对来电人回访。"}, Evidence: maturity.Evidence{Kind: maturity.Manual}}
		next.Put(q)
		doc, err := json.Marshal(next)
		if err != nil {
			t.Fatal(err)
		}
		s.ask("lead", "PUT", all+"/2", `{"name":{"en":"Ours"},"version":9,"doc":`+string(doc)+`}`).want(412)
		s.ask("lead", "PUT", all+"/2", `{"name":{"en":"Ours"},"doc":`+strings.Replace(string(doc), `"fcr_rate"`, `"unheard"`, 1)+`}`).want(422, "maturity.set.no_metric")
		s.ask("lead", "PUT", all+"/2", `{"name":{"en":"Ours"},"version":1,"doc":`+string(doc)+`}`).want(200, "SD-1-4", `"version":2`)
		s.ask("lead", "POST", all+"/2/publish", `{"version":1}`).want(412)
		s.ask("lead", "POST", all+"/2/publish", `{"version":2}`).want(200, `"state":"published"`)
		s.ask("lead", "PUT", all+"/2", `{"name":{"en":"Ours"}}`).want(409, "maturity.set.published")
		s.ask("lead", "DELETE", all+"/2", "").want(409)
		s.ask("lead", "POST", all+"/2/take-up", `{}`).want(200, `"in_use":true`)
		s.ask("ann", "GET", all+"/2", "").want(200, "对来电人回访。", `"in_use":true`)

		after := &assessment.Assessment{Name: people.Text{En: "Autumn"}, Day: s.clock(), Assessors: []people.ID{lead.ID}}
		if err := room.Plan(t.Context(), lead, after); err != nil || after.Set != "2" {
			t.Fatal(after.Set, err)
		}
		mark := func(id int64, question string) error {
			return room.Answer(t.Context(), lead, id, []assessment.Mark{{Question: question, Answer: maturity.Yes}})
		}
		for _, one := range []struct {
			id       int64
			question string
			asked    bool
		}{{before.ID, "SD-1-3", true}, {before.ID, "SD-1-4", false}, {after.ID, "SD-1-3", false}, {after.ID, "SD-1-4", true}, {before.ID, "SD-1-1", true}, {after.ID, "SD-1-1", true}, {after.ID, "SD-1-2", true}} {
			if err := mark(one.id, one.question); (err == nil) != one.asked {
				t.Errorf("assessment %d asks %s: %v", one.id, one.question, err)
			}
		}
		moves, err := room.Compare(t.Context(), lead, after.ID, before.ID)
		if err != nil || moves[0].From != 0 || moves[0].To != 1 || len(moves[0].Gained) != 1 || len(moves[0].Lost) != 0 {
			t.Errorf("%+v %v", moves, err)
		}
		s.ask("lead", "POST", all+"/1/take-up", `{}`).want(200, `"in_use":true`)
		if set, err := room.Set(t.Context()); err != nil || set.Version != "1" {
			t.Error(set.Version, err)
		}
		if again, err := room.Find(t.Context(), lead, after.ID); err != nil || again.Set != "2" {
			t.Error(again, err)
		}
		s.ask("lead", "POST", all, `{"base":"2","name":{"en":"Ours"}}`).want(201, `"set":"3"`)
		s.ask("lead", "PUT", all+"/3", `{"name":{"en":"Ours, anew"},"version":1}`).want(200)
		s.ask("lead", "DELETE", all+"/3", "", `If-Match: "1"`).want(412, "record.changed_meanwhile")
		s.ask("lead", "DELETE", all+"/3", "", `If-Match: "2"`).want(204)
		s.ask("lead", "GET", all+"/3", "").want(404)
	})
}

// A new question has an id that none of any edition has had, and editing one by
// one is held to the row that was seen.
func TestQuestionsAreEditedOneByOne(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		s.person("lead", people.Actor{Staff: true, Grants: people.NewGrants("maturity.*"), Scope: people.Everything(), Token: 12})
		lead := s.people["lead"]
		sets := s.questionSets()
		one, err := sets.Copy(t.Context(), lead, "1", people.Text{En: "Ours"})
		if err != nil {
			t.Fatal(err)
		}
		fresh := func() *maturity.Question {
			return &maturity.Question{ID: "SD-", Level: 1, Topic: people.Text{En: "t"}, Text: people.Text{En: "s"}, Evidence: maturity.Evidence{Kind: maturity.Manual}}
		}
		q := fresh()
		if one, err = sets.Put(t.Context(), lead, one.Version, one.Row, q); err != nil || q.ID != "SD-1-4" || one.Count != 406 {
			t.Fatal(q.ID, err)
		}
		other, err := sets.Copy(t.Context(), lead, "1", people.Text{En: "Another"})
		if err != nil {
			t.Fatal(err)
		}
		q = fresh()
		if _, err := sets.Put(t.Context(), lead, other.Version, 0, q); err != nil || q.ID != "SD-1-5" {
			t.Error(q.ID, err)
		}
		if _, err := sets.Remove(t.Context(), lead, one.Version, one.Row-1, "SD-1-4"); err == nil {
			t.Error("a row that was changed meanwhile is edited")
		}
		if one, err = sets.Remove(t.Context(), lead, one.Version, one.Row, "SD-1-4"); err != nil || one.Count != 405 {
			t.Error(err)
		}
		if _, err := sets.Put(t.Context(), lead, one.Version, 0, &maturity.Question{ID: "SD-1-77", Level: 1}); err == nil {
			t.Error("a question under an id of one's own choice")
		}
	})
}
