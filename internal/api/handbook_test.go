package api_test

import (
	"testing"

	"kilter/internal/practice/handbook"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
)

func (s *city) handbook() {
	s.api.Handbook(&handbook.Book{
		Flows: []handbook.Cycle{handbook.Of("incident", "incident", "incident", incident.Flow, func() *incident.Incident { return &incident.Incident{} })},
		Holders: func() []handbook.Holder {
			return []handbook.Holder{{Name: people.Text{En: "Solver"}, Grants: people.NewGrants("incident.resolve")}}
		},
	})
}

func TestTheHandbookThroughTheAPI(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		s.person("bookworm", people.Actor{Staff: true, Grants: people.NewGrants("handbook.read"), Token: 12})
		s.ask("agent", "GET", "/api/v1/handbook", "").want(403)
		s.ask("bookworm", "GET", "/api/v1/handbook", "").want(200, `"code":"FIN"`, `"runs":false`)
		s.ask("bookworm", "GET", "/api/v1/handbook/IM", "").want(200, "Solver", `"compulsory":["solution","cause"`)
		s.ask("bookworm", "GET", "/api/v1/handbook/XX", "").want(404)
		s.ask("bookworm", "GET", "/api/v1/handbook/IM/bpmn/incident", "").want(200, "BPMNShape", "In progress")
		s.ask("bookworm", "GET", "/api/v1/handbook/IM/bpmn/plan", "").want(404)
	})
}
