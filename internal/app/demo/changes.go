package demo

import (
	"context"

	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/release"
	"kilter/internal/practice/setting"
)

// changePolicy says who authorises changes in the city: a board of six, of whom
// three consent, and an emergency committee of four, two of whom own services.
func (c *city) changePolicy(ctx context.Context) error {
	p := change.StandardPolicy()
	p.Board = []people.ID{c.office("process_manager"), c.office("configuration_manager"), c.office("security_officer"), c.office("service_owner"), c.teams["applications"].members[0].ID, c.teams["desk"].members[0].ID}
	p.Committee = []people.ID{c.teams["applications"].members[0].ID, c.teams["platform"].members[0].ID, c.office("security_officer"), c.office("director")}
	for _, code := range []string{"exchange", "certificates"} {
		p.Exchange = append(p.Exchange, record.ServiceID(c.id(setting.Service, code)))
	}
	return c.put(ctx, []*setting.Thing{
		thing(setting.Centre, change.PolicyCode, people.Text{En: "Policy of changes", Zh: "变更策略"}, p),
		thing(setting.Centre, release.ChecklistCode, people.Text{En: "Readiness review", Zh: "发布就绪评审"}, checklist()),
	})
}

// checklist is what the city asks in a readiness review: what all do, and one
// point of its own.
func checklist() release.Checklist {
	l := release.StandardChecklist()
	l.OwnEn, l.OwnZh = "The service halls have the day in writing, and a way to work on paper until noon", "各政务大厅已收到书面通知，并备好半日纸质办理预案"
	return l
}

// office is the person who holds one of the offices of the centre.
func (c *city) office(code string) people.ID {
	for i, o := range offices {
		if o == code {
			return c.teams["offices"].members[i].ID
		}
	}
	panic("demo: the centre has no office " + code)
}
