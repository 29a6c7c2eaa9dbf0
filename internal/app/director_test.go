package app

import (
	"testing"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/report/director"
)

// TestDirectorsPage: the page comes from kept figures, shows nobody more than he
// may see, and says why where it has none.
func TestDirectorsPage(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			h := testHouse(t, engine)
			if err := h.fill(t.Context(), "XS"); err != nil {
				t.Fatal(err)
			}
			read := func(by people.Actor) *director.Page {
				t.Helper()
				p, err := h.director().Read(t.Context(), by)
				if err != nil {
					t.Fatal(err)
				}
				return p
			}
			ended := func(p *director.Page) (n int) {
				for _, m := range p.Service.Months {
					n += m.Met + m.Missed
				}
				return n
			}
			chief := people.System(people.ViaShell)
			all := read(chief)
			if all.Service.Lack != "" || all.Service.Kept != "" || ended(all) == 0 || all.Service.Board.Open == 0 || all.Service.Published == 0 {
				t.Errorf("services: %+v", all.Service)
			}
			if all.Roadmap.One == nil || all.Roadmap.Progress.Steps == 0 || all.Roadmap.Progress.Regressed == 0 || all.Roadmap.Progress.Money == 0 {
				t.Errorf("roadmap: %+v", all.Roadmap.Progress)
			}
			if len(all.Maturity.Processes) != 11 || len(all.Decisions) == 0 || all.Decisions[0].What != director.Fallen {
				t.Errorf("%d processes, decisions %+v", len(all.Maturity.Processes), all.Decisions)
			}
			if all.Satisfaction.Lack != "" || all.Satisfaction.Report == nil || len(all.Satisfaction.Waves) != 3 {
				t.Errorf("users: %q, %d waves", all.Satisfaction.Lack, len(all.Satisfaction.Waves))
			}
			if all.Readiness.Lack != "" || len(all.Readiness.Processes) != 11 || all.Readiness.Mean <= 0 || all.Readiness.Least == "" {
				t.Errorf("readiness: %+v", all.Readiness)
			}
			if all.Risks.Lack != "" || len(all.Risks.Top) == 0 || all.Risks.High == 0 || all.Risks.All < len(all.Risks.Top) || all.Risks.Top[0].Exposure < all.Risks.Top[len(all.Risks.Top)-1].Exposure {
				t.Errorf("risks: %+v", all.Risks)
			}
			team := chief
			team.Scope = people.Scope{Teams: []people.TeamID{people.TeamID(all.Service.Board.ByTeam[0].ID)}, AllZones: true}
			if n := ended(read(team)); n == 0 || n >= ended(all) {
				t.Errorf("a team sees %d of %d promises", n, ended(all))
			}
			blind := chief
			blind.Scope = people.Scope{All: true}
			if n := ended(read(blind)); n >= ended(all) {
				t.Errorf("who is cleared for no network sees %d of %d promises", n, ended(all))
			}
			bare := read(people.Actor{ID: 1, Staff: true, Grants: people.NewGrants(director.Grant), Scope: people.Everything()})
			for what, why := range map[string]director.Lack{"services": bare.Service.Lack, "users": bare.Satisfaction.Lack, "maturity": bare.Maturity.Lack, "readiness": bare.Readiness.Lack, "roadmap": bare.Roadmap.Lack, "risks": bare.Risks.Lack} {
				if why != director.NoRight {
					t.Errorf("%s: %q for whoever has no other right", what, why)
				}
			}
			if _, err := h.director().Read(t.Context(), people.Actor{ID: 1, Staff: true, Grants: people.NewGrants("incident.read"), Scope: people.Everything()}); !fault.Is(err, fault.Denied) {
				t.Errorf("without the right: %v", err)
			}
		})
	}
}
