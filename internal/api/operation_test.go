package api_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"kilter/internal/base/calendar"
	"kilter/internal/practice/operation"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// operations serves recurring operations, each day of which is worked.
func (s *city) operations(all func() *setting.All) {
	s.routines = &operation.Room{
		Store: s.db.Operations(), Settings: all, Now: s.clock, Together: s.db.Together,
		Calendar: func(int64) *calendar.Calendar { return nil },
		Raise:    func(context.Context, people.Actor, *operation.Run) (string, error) { return "INC-2026-00009", nil },
	}
	s.api.Operations(s.routines)
}

// A run through the API: listed, taken, finished line by line, reported.
func TestAnOperationThroughTheAPI(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		s.person("keeper", people.Actor{Staff: true, Grants: people.NewGrants("operation.*"), Scope: people.Everything(), Token: 12})
		plan := setting.Thing{Kind: setting.Operation, Code: "room", Name: people.Text{En: "Machine room"}, Changed: monday.AddDate(0, 0, -9)}
		p := operation.Plan{Rule: "FREQ=DAILY", From: "2026-01-01", Time: "09:00", Zone: "UTC", Target: 60, Team: people.TeamID(s.team), Lines: []operation.Line{{Text: people.Text{En: "Alarm"}}}}
		if err := setting.Write(&plan, p); err != nil {
			t.Fatal(err)
		}
		if err := s.keeper.Save(t.Context(), &plan); err != nil {
			t.Fatal(err)
		}
		if err := s.routines.Make(t.Context(), s.clock()); err != nil {
			t.Fatal(err)
		}
		runs, err := db.Operations().List(t.Context(), people.Everything(), operation.Query{Limit: 1})
		if err != nil || len(runs) != 1 || runs[0].At.Before(s.clock().Add(-time.Hour)) {
			t.Fatalf("runs: %v, %+v", err, runs)
		}
		at := "/api/v1/operations/" + strconv.FormatInt(runs[0].ID, 10)
		s.ask("reader", "GET", at, "").want(403)
		s.ask("keeper", "GET", "/api/v1/operations", "").want(200, "Machine room", `"state":"due"`)
		s.ask("keeper", "GET", "/api/v1/operations?show=some", "").want(422)
		s.ask("keeper", "GET", "/api/v1/operations/plans/"+strconv.FormatInt(plan.ID, 10)+"/dates", "").want(200, `"fate":"planned"`)
		s.ask("keeper", "POST", at+"/take", "").want(200, `"owner":`)
		s.ask("keeper", "POST", at+"/finish", `{"lines":[]}`).want(422, "operation.line_open")
		s.ask("keeper", "POST", at+"/finish", `{"lines":[{"verdict":"deviation","note":"it beeps"}]}`).want(200, `"state":"done"`, "it beeps")
		s.ask("keeper", "POST", at+"/skip", `{"why":"no"}`).want(409)
		s.ask("keeper", "POST", at+"/report", "").want(200, "INC-2026-00009")
		s.ask("keeper", "GET", "/api/v1/operations/99999", "").want(404)
	})
}

// A plan tells who does not arrange plans of no item that he does not see, and
// one that stands in a network he is not cleared for is not there for him.
func TestPlansTellNoItemOfAClosedZone(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		for name, grants := range map[string][]string{"keeper": {"operation.read", "item.read"}, "clerk": {"operation.read"}, "arranger": {"setting.edit"}} {
			s.person(name, people.Actor{Staff: true, Grants: people.NewGrants(grants...), Scope: people.Scope{All: true}, Token: 12})
		}
		zone := setting.Thing{Kind: setting.Zone, Code: "vault", Name: people.Text{En: "Vault"}, Changed: monday}
		if err := s.keeper.Save(t.Context(), &zone); err != nil {
			t.Fatal(err)
		}
		for code, network := range map[string]people.ZoneID{"open": 0, "closed": people.ZoneID(zone.ID)} {
			plan := setting.Thing{Kind: setting.Operation, Code: code, Name: people.Text{En: "Round " + code}, Changed: monday}
			if err := setting.Write(&plan, operation.Plan{Rule: "FREQ=DAILY", From: "2026-01-01", Time: "09:00", Zone: "UTC", Target: 60, Network: network, Items: "OPEN-1, SHUT-1"}); err != nil {
				t.Fatal(err)
			}
			if err := s.keeper.Save(t.Context(), &plan); err != nil {
				t.Fatal(err)
			}
			one := "/api/v1/operation-plans/" + strconv.FormatInt(plan.ID, 10)
			if network == 0 {
				s.ask("keeper", "GET", one, "").want(200, `"items":"OPEN-1"`)
				continue
			}
			s.ask("keeper", "GET", one, "").want(404)
			s.ask("keeper", "GET", "/api/v1/operations/plans/"+strconv.FormatInt(plan.ID, 10)+"/dates", "").want(404)
		}
		s.ask("keeper", "GET", "/api/v1/operation-plans", "").want(200, `"items":"OPEN-1"`, "!SHUT", "!Round closed")
		s.ask("clerk", "GET", "/api/v1/operation-plans", "").want(200, "Round open", `"items":""`, "!OPEN-1")
		s.ask("arranger", "GET", "/api/v1/operation-plans", "").want(200, "SHUT-1", "Round closed")
	})
}
