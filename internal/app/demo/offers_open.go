package demo

import (
	"context"

	"kilter/internal/practice/approval"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/form"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// opening are the items of the catalogue that lead to a record of another
// practice: one to an incident, one to the draft of a change.
func (c *city) opening(ctx context.Context) error {
	fault := catalogue.Offering{
		State: catalogue.Published, Group: "terminal", Icon: "device-laptop", Hours: 8, Opens: catalogue.OpenIncident,
		Service: c.id(setting.Service, "desktop"),
		Summary: people.Text{En: "A device of the office does not work", Zh: "办公设备无法正常使用"},
		Next:    people.Text{En: "The service desk registers an incident and tells you how it goes.", Zh: "服务台登记为事件，并向您反馈处理进展。"},
		Questions: form.Form{
			{Name: "what", Label: people.Text{En: "What does not work", Zh: "故障现象"}, Type: form.Text, Required: true, Max: 200},
			{Name: "device", Label: people.Text{En: "Device", Zh: "设备"}, Type: form.Item},
			{Name: "room", Label: people.Text{En: "Room", Zh: "房间"}, Type: form.Text, Required: true, Default: "{me.room}", Max: 60},
		},
		Plan: []catalogue.Step{{Name: "follow", Title: people.Text{En: "Follow the incident to its end", Zh: "跟进事件至解决"}, Order: 1, Hours: 8}},
	}
	alter := catalogue.Offering{
		State: catalogue.Published, Group: "application", Icon: "apps", Hours: 80, Opens: catalogue.OpenChange,
		Service: c.id(setting.Service, "approval"),
		Summary: people.Text{En: "A business system should work otherwise than it does", Zh: "提出业务系统功能或配置调整"},
		Next:    people.Text{En: "The owner of the service consents; then a change is drafted, assessed and planned.", Zh: "经服务负责人同意后形成变更草案，再行评估和安排。"},
		Questions: form.Form{
			{Name: "what", Label: people.Text{En: "What should change", Zh: "调整内容"}, Type: form.Long, Required: true, Max: 2000},
			{Name: "why", Label: people.Text{En: "Why", Zh: "调整原因"}, Type: form.Long, Required: true, Max: 2000},
			{Name: "system", Label: people.Text{En: "System", Zh: "所涉系统"}, Type: form.Item},
		},
		Stages: []catalogue.Stage{{Rule: approval.Any, Days: 3, Who: []catalogue.Decider{{As: catalogue.ServiceOwner}}}},
		Plan:   []catalogue.Step{{Name: "follow", Title: people.Text{En: "Lead the change to its end", Zh: "跟进变更至完成"}, Order: 1, Hours: 80}},
	}
	return c.put(ctx, []*setting.Thing{
		thing(setting.Offering, "device-fault", people.Text{En: "Report a broken device", Zh: "办公设备报修"}, fault),
		thing(setting.Offering, "system-change", people.Text{En: "Change of a business system", Zh: "业务系统变更申请"}, alter),
	})
}
