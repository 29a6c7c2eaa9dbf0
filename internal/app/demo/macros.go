package demo

import (
	"context"

	"kilter/internal/practice/flow"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/macro"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// macros plants what the desk does with one press.
func (c *city) macros(ctx context.Context) error {
	say := func(en, zh string) people.Text { return people.Text{En: en, Zh: zh} }
	one := func(code string, name people.Text, m macro.Macro) *setting.Thing {
		if m.Practice == "" {
			m.Practice = record.Incident
		}
		return thing(setting.Macro, code, name, m)
	}
	floor := record.Template{
		For: record.Incident, Use: record.UseForm,
		Fields: map[string]string{"title": "整层网络中断", "service": "network", "impact": "2", "urgency": "2"},
		Text:   say("Which floor, since when, wired or wireless, telephones too:", "楼层、起始时间、有线还是无线、电话是否受影响："),
		Then: []record.Action{
			{Do: record.AddJob, Team: people.TeamID(c.id(setting.Team, "network")), Hours: 1, Text: say("Look at the switch of the floor ({{number}})", "检查楼层交换机（{{number}}）")},
			{Do: record.Follow, Me: true},
			{Do: record.Notify, To: record.ToTeam, Team: people.TeamID(c.id(setting.Team, "network")), Text: say("{{number}}: a whole floor is without network", "{{number}}：整层网络中断")},
		},
	}
	if c.all.Coded(setting.Service, floor.Fields["service"]) == nil {
		delete(floor.Fields, "service")
	}
	working := []flow.State{incident.InProgress, incident.Pending}
	return c.put(ctx, []*setting.Thing{
		thing(setting.Template, "floor-down", say("A whole floor is without network", "整层网络中断"), floor),
		one("take", say("I take it", "由我处理"), macro.Macro{
			Order: 10, States: []flow.State{incident.Classified, incident.Assigned},
			Then: []record.Action{{Do: record.Assign, Me: true}, {Do: record.Step, Value: "accept"}},
		}),
		one("ask-and-wait", say("Ask the requester and wait", "请申请人补充信息并等待"), macro.Macro{
			Order: 20, States: []flow.State{incident.InProgress},
			Then: []record.Action{{Do: record.Answer, Value: "ask"}, {Do: record.Set, Field: "waiting", Value: string(incident.ForUser)}, {Do: record.Step, Value: "wait"}},
		}),
		one("solved-on-phone", say("Solved by explaining it on the phone", "电话指导解决"), macro.Macro{
			Order: 30, States: working, Then: []record.Action{
				{Do: record.Set, Field: "solution", Value: "电话指导用户正确操作，问题解决 · Explained on the phone"},
				{Do: record.Set, Field: "cause", Value: "user"},
				{Do: record.Set, Field: "no_item", Value: "使用问题，不涉及配置项 · A question of use"},
				{Do: record.Step, Value: "resolve"},
			},
		}),
		one("restarted", say("Solved by a restart; look at it again tomorrow", "重启恢复，明日复查"), macro.Macro{
			Order: 40, States: working, Then: []record.Action{
				{Do: record.AddJob, Me: true, Hours: 24, Text: say("Look whether {{number}} has stayed well", "复查 {{number}} 是否仍然正常")},
				{Do: record.Follow, Me: true},
				{Do: record.Set, Field: "solution", Value: "重启后恢复正常，次日复查 · Well after a restart, looked at again the next day"},
				{Do: record.Set, Field: "cause", Value: "unknown"},
				{Do: record.Set, Field: "no_item", Value: "重启后恢复，原因待查 · Well after a restart, cause not found"},
				{Do: record.Step, Value: "resolve"},
			},
		}),
		one("to-network", say("Hand to the network team with a list of what to check", "转网络组并附检查任务"), macro.Macro{
			Order: 50, States: []flow.State{incident.Classified, incident.Assigned, incident.InProgress},
			Then: []record.Action{
				{Do: record.Jot, Text: say("Before handing on: cable, switch port, address and other seats in the room were asked about.", "转派前已询问：网线、交换机端口、IP 地址、同办公室其他工位情况。")},
				{Do: record.Assign, Team: people.TeamID(c.id(setting.Team, "network")), Text: say("Looks like the network.", "疑似网络问题。")},
				{Do: record.AddJob, Team: people.TeamID(c.id(setting.Team, "network")), Hours: 4, Text: say("Check port and line of {{number}}", "检查 {{number}} 的端口与线路")},
			},
		}),
		one("leader", say("A leader waits: tell the manager, I follow it", "重要用户：报告经理并跟踪"), macro.Macro{
			Order: 60, States: []flow.State{incident.New, incident.Classified, incident.Assigned, incident.InProgress, incident.Pending},
			Then: []record.Action{
				{Do: record.Notify, To: record.ToManager, Text: say("{{number}} was reported by a leader ({{requester.name}}): {{title}}. It is with {{team}}.", "{{number}} 由重要用户（{{requester.name}}）报告：{{title}}，现由{{team}}处理。")},
				{Do: record.Follow, Me: true},
				{Do: record.AddJob, Me: true, Hours: 1, Text: say("Call {{requester.name}} back about {{number}}", "就 {{number}} 回电 {{requester.name}}")},
			},
		}),
		one("request-papers", say("Ask for missing papers and wait", "缺材料：通知补交并等待"), macro.Macro{
			Practice: record.Request, Order: 10, States: []flow.State{"in_progress"},
			Then: []record.Action{
				{Do: record.Answer, Text: say("Dear {{requester.name}},\n\nfor {{number}} the signed form of your department is missing. Please send it here; we go on as soon as it is there.\n\n{{me.name}}, {{centre.name}}", "{{requester.name}}：\n\n您好！{{number}} 尚缺贵单位盖章的申请表，请在此上传，收到后立即办理。\n\n{{centre.name}} {{me.name}}")},
				{Do: record.Set, Field: "waiting", Value: "user"},
				{Do: record.Step, Value: "wait"},
			},
		}),
	})
}
