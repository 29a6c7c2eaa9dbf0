package demo

import (
	"fmt"
	"time"

	"kilter/internal/practice/incident"
	"kilter/internal/practice/record"
)

// outage is a day on which half the city called.
type outage struct {
	daysAgo      int
	hour         int
	service      string
	en, zh       string
	moreEn, more string
	doneEn, done string
	cause        string
	minutes      int // until the service was restored
	calls        int
	callEn, call string // what the callers said
}

var outages = []outage{
	{
		430, 9, "wan", "Core switch of the wide area network failed", "政务外网核心交换机故障", "Both uplinks of SW-CORE-1 dropped; all departments behind it are cut off.", "SW-CORE-1 两条上联全部中断，其下所有部门断网。",
		"Supervisor module replaced, traffic moved back at night.", "更换主控板，夜间切回流量。", "hardware", 135, 74, "No network in our office", "我们单位上不了网",
	},
	{
		96, 14, "approval", "Database of the approval system stopped", "审批系统数据库停止服务", "The storage volume went read-only after a controller failure; counters of the hall stand still.", "存储控制器故障后卷变为只读，大厅窗口停摆。",
		"Failed over to the second controller, database checked and opened.", "切换到备用控制器，校验并打开数据库。", "hardware", 210, 58, "Approval system cannot be opened", "审批系统打不开",
	},
	{
		3, 10, "video", "Video conference platform refuses new meetings", "视频会议平台无法新建会议", "Meetings that run go on; nobody can open a new one.", "进行中的会议不受影响，无法新建会议。",
		"Licence server restarted, its clock set right.", "重启许可服务器并校正时间。", "configuration", 65, 9, "Cannot open a video meeting", "视频会议开不了",
	},
}

// outage is one of the great ones: the major incident itself, or one of
// the many calls about it.
func (t *teller) outage(a arrival) {
	c, i, o := t.c, t.i, a.outage
	s := t.place(o.service, "")
	team := c.teams[s.team]
	lead := team.members[0]
	agent := c.teams["desk"].members[c.r.IntN(5)]
	tale := tale{doneEn: o.doneEn, doneZh: o.done, cause: o.cause, minutes: o.minutes}
	if a.head {
		if o.service == "approval" {
			c.struck = i
		}
		t.assess(1, 1)
		i.Title, i.Description, i.Channel, i.Requester = t.words(o.en, o.zh), t.words(o.moreEn, o.more), "monitor", agent.ID
		i.Department = c.department("information-centre")
		i.Major, i.Lead, i.Liaison, i.Scribe = true, lead.ID, agent.ID, team.members[1].ID
	} else {
		t.assess(3, 2)
		i.Title, i.Description = t.words(o.callEn, o.call), ""
	}
	t.say(0, record.Entry{By: agent.ID, Deed: "incident.open", To: incident.New, Public: true})
	t.say(30*time.Second, record.Entry{By: agent.ID, Deed: "incident.classify", To: incident.Classified})
	t.hand(s.team, 0)
	if t.say(2*time.Minute, record.Entry{By: lead.ID, Deed: "incident.accept", To: incident.InProgress, Public: true}) {
		i.Owner, i.Accepted = lead.ID, t.at.UTC()
	}
	if a.head {
		t.say(time.Minute, record.Entry{By: lead.ID, Deed: "incident.declare"})
		for n := range o.minutes / 30 {
			t.say(28*time.Minute, record.Entry{By: agent.ID, Deed: "incident.post", Public: true, Text: t.words(fmt.Sprintf("Update %d: the team is working on it; next word in half an hour.", n+1), fmt.Sprintf("进展通报%d：正在处理，半小时后再次通报。", n+1))})
		}
		t.resolve(5*time.Minute, lead, &tale)
		t.say(3*time.Minute, record.Entry{By: agent.ID, Deed: "incident.post", Public: true, Text: t.words("The service is back. Please report what still does not work.", "服务已恢复。如仍有问题，请报告服务台。")})
		t.say(20*time.Hour, record.Entry{By: lead.ID, Deed: "incident.stand_down"})
	} else {
		t.at = a.at.Add(time.Duration(o.minutes+10+c.r.IntN(60)) * time.Minute)
		t.resolve(0, lead, &tale)
	}
	t.end(&tale, lead)
}
