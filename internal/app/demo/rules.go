package demo

import (
	"context"
	"strings"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/rule"
	"kilter/internal/practice/setting"
)

// rules plants what the city lets Kilter do by itself.
func (c *city) rules(ctx context.Context) error {
	var provincial, vital []string
	for _, s := range services {
		if s.operator == "province" {
			provincial = append(provincial, s.code)
		}
		if s.vital == 0 {
			vital = append(vital, s.code)
		}
	}
	say := func(en, zh string) people.Text { return people.Text{En: en, Zh: zh} }
	one := func(code string, name people.Text, r rule.Rule) *setting.Thing {
		r.Practice, r.On = record.Incident, true
		if r.Language == "" {
			r.Language = rule.Query
		}
		return thing(setting.Rule, code, name, r)
	}
	platform := people.TeamID(c.id(setting.Team, "platform"))
	province := one("province-fault", say("Faults of provincial platforms go to the liaison", "省级平台故障转联络组"), rule.Rule{
		Order: 10, When: rule.OnDeed, Deeds: []string{"assign"}, Then: []record.Action{
			{Do: record.Assign, Team: platform, Text: say("The platform team keeps in touch with the province.", "平台组负责与省中心联络。")},
			{Do: record.AddJob, Team: platform, Hours: 4, Text: say("Report {{number}} to the provincial centre and note its number", "将 {{number}} 报省信息中心并记录省级单号")},
		}, Language: rule.Expr, If: `service in ["` + strings.Join(provincial, `", "`) + `"] && priority <= 2 && outside == ""`,
	})
	return c.put(ctx, []*setting.Thing{
		province,
		one("priority-1", say("Priority 1 notifies the manager", "一级优先级通知事件经理"), rule.Rule{
			Order: 20, When: rule.OnDeed, Deeds: []string{"classify", "edit", "prioritise"}, If: "priority:1",
			Then: []record.Action{{Do: record.Notify, To: record.ToManager, Text: say("{{number}} has priority 1: {{title}}", "{{number}} 为一级优先级：{{title}}")}},
		}),
		one("vital-service", say("A vital service is hit: news for the board", "关键服务受影响：准备公告"), rule.Rule{
			Order: 30, When: rule.OnDeed, Deeds: []string{"classify"}, If: "priority:1,2 service:" + strings.Join(vital, ","),
			Then: []record.Action{{Do: record.AddJob, Hours: 1, Text: say("Decide whether the notice board tells of {{number}}", "确认 {{number}} 是否需要发布公告")}},
		}),
		one("vip", say("A leader waits", "重要用户等待处理"), rule.Rule{
			Order: 40, When: rule.OnDeed, Deeds: []string{"assign"}, If: "vip:yes",
			Then: []record.Action{{Do: record.Notify, To: record.ToOwner, Text: say("{{number}} was reported by a leader. Call back within the hour.", "{{number}} 由重要用户报告，请一小时内回电。")}},
		}),
		one("silent", say("Nothing said for two working days", "两个工作日无进展"), rule.Rule{
			Order: 50, When: rule.Daily, At: "09:00", If: "state:assigned,in_progress moved:<now-2bd",
			Then: []record.Action{
				{Do: record.Jot, Text: say("Nothing has happened here for two working days. Tell the requester how far it is.", "已连续两个工作日没有进展，请向申请人说明处理情况。")},
				{Do: record.Notify, To: record.ToOwner, Text: say("{{number}} has been silent for two working days.", "{{number}} 已连续两个工作日没有进展。")},
			},
		}),
		one("province-waits", say("The province has not answered for a day", "省级一天未答复"), rule.Rule{
			Order: 60, When: rule.InState, State: "pending", Hours: 24, If: "waiting:province",
			Then: []record.Action{{Do: record.Notify, To: record.ToOwner, Text: say("{{number}} has waited for the province for a day. Ask there.", "{{number}} 等待省级答复已满一天，请主动询问。")}},
		}),
		one("reopened-twice", say("Reopened a second time", "再次重新打开"), rule.Rule{
			Order: 70, When: rule.OnDeed, Deeds: []string{"reopen"}, If: "reopened:>1",
			Then: []record.Action{
				{Do: record.Notify, To: record.ToManager, Text: say("{{number}} was reopened a second time.", "{{number}} 已第二次重新打开。")},
				{Do: record.Jot, Text: say("Reopened a second time: look for the cause before it is called solved again.", "已第二次重新打开：再次标记解决前请先查明原因。")},
			},
		}),
	})
}
