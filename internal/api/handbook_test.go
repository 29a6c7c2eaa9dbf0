package api_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"kilter/internal/practice/approval"
	"kilter/internal/practice/handbook"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

func (s *city) handbook() {
	book := &handbook.Book{
		Flows: []handbook.Cycle{handbook.Of("incident", "incident", "incident", incident.Flow, func() *incident.Incident { return &incident.Incident{} })},
		Holders: func() []handbook.Holder {
			return []handbook.Holder{{Name: people.Text{En: "Solver"}, Grants: people.NewGrants("incident.resolve")}}
		},
	}
	s.api.Handbook(&handbook.Room{
		Book: book, Store: s.db.Handbook(), Pen: s.db, Now: s.clock, Policy: handbook.StandardPolicy,
		Due: func(from time.Time, days int) time.Time { return from.AddDate(0, 0, days) },
		Approvers: func(context.Context) ([]approval.Seat, error) {
			return []approval.Seat{{Person: s.people["scribe"].ID}, {Person: s.people["abbot"].ID}}, nil
		},
		Deputies: func(context.Context, time.Time) ([]approval.Deputy, error) { return nil, nil },
		Tell:     func(context.Context, *handbook.Edition, []people.ID) error { return nil },
		Log:      s.db.FlowLog(), Kinds: map[string]record.Kind{"incident": record.Incident},
	}, &handbook.Figures{Measurer: s.db.Figures(func() *setting.All { return s.keeper.All() }), Now: s.clock, Days: func() int { return 90 }})
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
		const draft = "/api/v1/handbook/IM/draft"
		s.person("scribe", people.Actor{Staff: true, Grants: people.NewGrants("handbook.read", "handbook.edit"), Token: 13})
		s.person("abbot", people.Actor{Staff: true, Grants: people.NewGrants("handbook.read", "handbook.approve"), Token: 14})
		s.ask("bookworm", "PUT", draft, `{"version":0,"texts":{}}`).want(403)
		s.ask("scribe", "PUT", draft, `{"version":0,"texts":{"goal":{"en":"Fast"}}}`).want(422, "goal_zh")
		s.ask("scribe", "PUT", draft, `{"version":0,"texts":{"goal":{"en":"Fast","zh":"快"}}}`).want(200, `"edition":1`, `"state":"draft"`)
		s.ask("bookworm", "GET", "/api/v1/handbook/IM/editions", "").want(200, `"edition":0`)
		s.ask("scribe", "POST", draft+"/ask", `{"version":1}`).want(200, fmt.Sprintf(`"waiting":[%d]`, s.people["abbot"].ID))
		s.ask("scribe", "POST", draft+"/vote", `{"version":2,"answer":"yes"}`).want(403)
		s.ask("abbot", "POST", draft+"/vote", `{"version":2,"answer":"no"}`).want(422, "reason")
		s.ask("abbot", "POST", draft+"/vote", `{"version":2,"answer":"yes"}`).want(200, fmt.Sprintf(`"approved_by":[%d]`, s.people["abbot"].ID))
		s.ask("bookworm", "GET", "/api/v1/handbook/IM", "").want(200, `"goal":{"en":"Fast","zh":"快"}`, `"edition":1`)
		s.ask("scribe", "POST", draft+"/drop", `{"version":3}`).want(409)
		s.ask("bookworm", "GET", "/api/v1/handbook/IM/drift", "").want(200, `"differences":[]`, `"edition":1`)
		s.ask("bookworm", "GET", "/api/v1/handbook/IM/cases?flow=incident&kind=skipped&was=new&became=closed", "").want(403)
		s.ask("bookworm", "GET", "/api/v1/handbook/AVM", "").want(200, `"absent":"outage"`)
	})
}
