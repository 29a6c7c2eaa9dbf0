package app

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// TestOnlyAModelMakesAStandardChange: a standard change names a model that is
// approved in the form it has, covers it and is for whoever submits it; what it
// leaves empty comes from the model. After two failures the model is demoted, and
// only an approval makes it usable again.
func TestOnlyAModelMakesAStandardChange(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			w := newWorks(t, engine)
			m := w.house.changes.Models
			plan := change.ModelPlan{Of: change.Of{Items: "H1"}, Procedure: "patch it", Test: "on the twin", BackOut: "snapshot back", BackOutTime: 20, Tasks: "Take a snapshot\n\n Patch \n", Impact: 2, Likelihood: 1}
			thing := keep(t, w.house, setting.ChangeModel, "patch", plan)
			id := fmt.Sprint(thing.ID)
			night := Now().UTC().Truncate(time.Hour).Add(72 * time.Hour)
			nth := 0
			draft := func(fields ...string) *change.Change {
				t.Helper()
				nth++
				in := map[string]string{"title": fmt.Sprintf("Patch %d", nth), "reason": "monthly", "starts": night.AddDate(0, 0, nth).Format(time.RFC3339), "ends": night.AddDate(0, 0, nth).Add(2 * time.Hour).Format(time.RFC3339)}
				for i := 0; i < len(fields); i += 2 {
					in[fields[i]] = fields[i+1]
				}
				c, err := w.house.changes.Raise(t.Context(), w.engineer, record.Input{Fields: in})
				if err != nil {
					t.Fatal(err)
				}
				return c
			}
			refused := func(what, key string, c *change.Change) {
				t.Helper()
				if _, err := w.try(t, w.engineer, c, "submit"); !strings.Contains(fmt.Sprint(err), key) {
					t.Errorf("%s: %v, want %s", what, err, key)
				}
			}
			refused("without a model", "change.model_needed", draft("type", "standard", "items", fmt.Sprint(w.items["H1"]), "back_out", "b", "back_out_time", "5"))
			refused("not approved", "change.model_unapproved", draft("model", id))
			decide := func(by people.Actor, withdraw bool) error {
				if _, err := m.Decide(t.Context(), w.manager, thing.ID, 0, withdraw, "not looked at"); !strings.Contains(fmt.Sprint(err), "record.required") {
					t.Errorf("a form that nobody named: %v", err)
				}
				one, err := m.Find(t.Context(), w.manager, thing.ID)
				if err != nil {
					return err
				}
				_, err = m.Decide(t.Context(), by, thing.ID, one.Version, withdraw, "looked at")
				return err
			}
			if err := decide(w.engineer, false); err == nil {
				t.Error("an engineer approved a model")
			}
			must(t, decide(w.manager, false))
			refused("what it does not cover", "change.model_not_for", draft("model", id, "items", fmt.Sprint(w.items["H2"])))
			refused("another procedure than was approved", "change.model_differs", draft("model", id, "procedure", "drop the tables"))
			refused("another way back", "change.model_differs", draft("model", id, "back_out_time", "1"))
			by := w.engineer
			w.engineer = w.manager
			refused("his own consent", "change.model_own_consent", draft("model", id))
			w.engineer = by
			fails := func() {
				t.Helper()
				c := draft("model", id)
				if c.Type != change.Standard || c.BackOut != "snapshot back" || len(c.Items) != 1 {
					t.Fatalf("prefilled: %+v", c)
				}
				c = w.move(t, w.engineer, c, "submit")
				if c.State != change.Scheduled || c.Class != change.Minor {
					t.Fatalf("submitted: %s %s", c.State, c.Class)
				}
				if page := w.ask(t, question{"GET", "/changes/" + c.Ref() + "/plan", ""}).Body.String(); !strings.Contains(page, "Authorised by its model") {
					t.Errorf("the plan does not say that its model was authorised: %.2000s", page)
				}
				w.staysModelled(t, c, plan)
				tasks, err := w.house.db.Ledger().Tasks(t.Context(), c.ID)
				if err != nil || len(tasks) != 2 || tasks[1].Title != "Patch" {
					t.Errorf("tasks: %d, %v", len(tasks), err)
				}
				w.brokenOff(t, c)
			}
			fails()
			if all, err := m.List(t.Context(), w.engineer); err != nil || len(all) != 1 || all[0].State != change.ModelUsable || all[0].Uses.Count != 1 || all[0].Since != 1 {
				t.Errorf("after a failure: %+v, %v", all, err)
			}
			fails()
			refused("demoted", "change.model_demoted", draft("model", id))
			w.modelPage(t, thing)
			m.Now = func() time.Time { return Now().AddDate(0, 1, 0) } // after what failed
			must(t, decide(w.manager, false))
			w.move(t, w.engineer, draft("model", id), "submit")
			must(t, decide(w.manager, true))
			refused("withdrawn", "change.model_withdrawn", draft("model", id))
			must(t, decide(w.manager, false))
			plan.Procedure, plan.Teams = "do something else", []people.TeamID{987}
			keep(t, w.house, setting.ChangeModel, "patch", plan)
			if all, err := m.List(t.Context(), w.manager); err != nil || all[0].State != change.ModelAltered || all[0].MayUse {
				t.Errorf("changed: %+v, %v", all, err)
			}
			if c, err := w.house.changes.Raise(t.Context(), w.engineer, record.Input{Fields: map[string]string{"title": "x", "model": id}}); !strings.Contains(fmt.Sprint(err), "change.model_not_yours") {
				t.Errorf("another team's: %v, %v", c, err)
			}
		})
	}
}

// brokenOff has a change carried out in vain, by the clock of the store: it is
// begun and failed as Kilter tells it.
func (w *works) brokenOff(t *testing.T, c *change.Change) {
	t.Helper()
	w.move(t, w.engineer, c, "prepare")
	desk := *w.house.changes.Desk
	desk.Now = func() time.Time { return c.Starts.Add(time.Minute) }
	err := desk.Sit(t.Context(), people.System(people.ViaJob), func(s *record.Sitting[*change.Change]) error {
		one, err := s.Lock(c.Number)
		if err != nil {
			return err
		}
		one.Owner = w.engineer.ID
		if err := s.Move(one, "implement", record.Input{}); err != nil {
			return err
		}
		return s.Move(one, "back_out", record.Input{Fields: map[string]string{"why_backed_out": "it did not start"}})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// modelPage is what the page and the API tell of a demoted model.
func (w *works) modelPage(t *testing.T, thing *setting.Thing) {
	t.Helper()
	send := func(method, at string, form url.Values) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), method, at, strings.NewReader(form.Encode()))
		r.Header.Set("Authorization", "Bearer "+w.token["reader"])
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		rec := httptest.NewRecorder()
		w.routes.ServeHTTP(rec, r)
		return rec
	}
	at := fmt.Sprintf("/change-models/%d/approve", thing.ID)
	if got := send("GET", "/change-models", nil); got.Code != 200 || !strings.Contains(got.Body.String(), "Demoted") || !strings.Contains(got.Body.String(), at) {
		t.Errorf("page: %d %.3000s", got.Code, got.Body)
	}
	if got := send("POST", at, url.Values{"reason": {" "}}); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", got.Code)
	}
	if got := w.ask(t, question{"GET", "/api/v1/change-model-standings", ""}); got.Code != 200 || !strings.Contains(got.Body.String(), `"demoted"`) {
		t.Errorf("standings: %d %s", got.Code, got.Body)
	}
}

// staysModelled: what needs nobody's consent any more does not leave what its
// model is for.
func (w *works) staysModelled(t *testing.T, c *change.Change, plan change.ModelPlan) {
	t.Helper()
	narrow := plan
	narrow.Networks = []people.ZoneID{w.zones["open"]}
	keep(t, w.house, setting.ChangeModel, "patch", narrow)
	defer keep(t, w.house, setting.ChangeModel, "patch", plan)
	into := func(zone string) error {
		was := ""
		if c.Zone != 0 {
			was = fmt.Sprint(c.Zone)
		}
		_, err := w.house.changes.Edit(t.Context(), w.all, c.Number, []record.Change{{Field: "zone", Was: was, Now: fmt.Sprint(w.zones[zone])}}, record.Input{})
		return err
	}
	if all := fault.All(into("closed")); len(all) != 1 || all[0].Key != "change.model_not_for" || all[0].Field != "zone" {
		t.Errorf("into a network of no model: %v", all)
	}
	if err := into("open"); err != nil {
		t.Errorf("into the network of the model: %v", err)
	}
}
