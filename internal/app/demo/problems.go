package demo

import (
	"context"
	"slices"
	"time"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// matter is a problem that the city has: what lies behind some of its tales.
type matter struct {
	daysAgo         int
	service         string
	source          problem.Source
	state           flow.State // how far it has come
	impact, urgency int
	major           bool
	title, symptom  people.Text
	root, around    people.Text
	proposal        people.Text
	method          problem.Method
	cause           string
	public          bool
}

var matters = []matter{
	{
		41, "printing", problem.Incidents, problem.KnownError, 3, 3, false,
		people.Text{En: "Prints come out blank after the driver update", Zh: "打印驱动更新后打印出白纸"},
		people.Text{En: "Prints come out blank; the document is fine on the screen", Zh: "打印出来是白纸，屏幕上显示正常"},
		people.Text{En: "Driver 7.2 sends pages in a format that printers with old firmware take for empty.", Zh: "7.2 版驱动使用的页面格式，旧固件的打印机会当作空白页处理。"},
		people.Text{En: "Choose “Print as image” in the print window, then print again.", Zh: "在打印窗口中勾选“以图像方式打印”，然后重新打印。"},
		people.Text{},
		problem.Kepner, "software", true,
	},
	{
		29, "ukey", problem.Trend, problem.Proposed, 3, 2, false,
		people.Text{En: "UKey is not recognised after the browser update", Zh: "浏览器升级后无法识别 UKey"},
		people.Text{En: "UKey is not recognised, the page asks for it again", Zh: "UKey 无法识别，页面一直提示插入"},
		people.Text{En: "The new browser does not start the signing control any more.", Zh: "新版浏览器不再加载签名控件。"},
		people.Text{En: "Open the page in compatible mode of the official browser.", Zh: "改用政务浏览器的兼容模式打开页面。"},
		people.Text{En: "Roll the supplier's control 3.1 out to all computers.", Zh: "向全部终端分发供应商的 3.1 版控件。"},
		problem.FiveWhys, "software", true,
	},
	{
		94, "approval", problem.MajorIncident, problem.Verifying, 1, 2, true,
		people.Text{En: "Storage volume goes read-only when a controller fails", Zh: "存储控制器故障导致卷变为只读"},
		people.Text{En: "Approval system cannot be opened", Zh: "审批系统打不开"},
		people.Text{En: "The path to the second controller was never enabled after the extension of last year.", Zh: "去年扩容之后，到第二控制器的路径一直没有启用。"},
		people.Text{En: "Fail over by hand, following the runbook of the platform team.", Zh: "按平台组操作手册手工切换。"},
		people.Text{En: "Enable multipath on all hosts and test the failover every quarter.", Zh: "在全部主机启用多路径，并每季度进行切换演练。"},
		problem.Timeline, "configuration", false,
	},
	{
		12, "wireless", problem.Incidents, problem.Investigating, 3, 3, false,
		people.Text{En: "Wireless is slow in the meeting rooms of building A", Zh: "A 座会议室无线网络缓慢"},
		people.Text{En: "Wireless is slow in the meeting room, video stutters", Zh: "会议室无线网络很慢，视频卡顿"},
		people.Text{},
		people.Text{},
		people.Text{},
		problem.Fishbone, "", false,
	},
	{
		3, "exchange", problem.Proactive, problem.New, 2, 3, false,
		people.Text{En: "Exchange jobs are late on the first day of each month", Zh: "每月首日数据交换任务延迟"},
		people.Text{En: "Province data arrive late", Zh: "省级下发数据延迟"},
		people.Text{},
		people.Text{},
		people.Text{},
		"", "", false,
	},
}

// lifeTo are the deeds that lead a problem on, each with the state after it.
var lifeTo = []struct {
	deed string
	to   flow.State
}{{"open", problem.New}, {"accept", problem.Accepted}, {"classify", problem.Classified}, {"investigate", problem.Investigating}, {"establish", problem.KnownError}, {"propose", problem.Proposed}, {"fix", problem.Verifying}}

// problems lets the city look for what lies behind its incidents.
func (c *city) problems(ctx context.Context) error {
	var whole []*record.Whole[*problem.Problem]
	for n, m := range matters {
		w := c.matter(m, n%2 == 1)
		if err := c.Problems.Settle(w, c.now); err != nil {
			return err
		}
		whole = append(whole, w)
	}
	if err := c.Causes.Load(ctx, whole, audit.By(c.by, c.now, "demo.fill", "problem")); err != nil {
		return err
	}
	c.causes = map[string]string{}
	for n, m := range matters {
		c.causes[m.service] = whole[n].Rec.Ref()
	}
	return nil
}

// matter tells a problem up to where it stands now.
func (c *city) matter(m matter, zh bool) *record.Whole[*problem.Problem] {
	say := func(t people.Text) string {
		if zh {
			return t.Zh
		}
		return t.En
	}
	s := services[slices.IndexFunc(services, func(s service) bool { return s.code == m.service })]
	team := c.teams[s.team]
	p := &problem.Problem{Source: m.source, Symptom: say(m.symptom), Impact: problem.Level(m.impact), Urgency: problem.Level(m.urgency), Major: m.major}
	p.Title, p.Opened = say(m.title), c.now.AddDate(0, 0, -m.daysAgo).Truncate(24*time.Hour).Add(2*time.Hour)
	p.Service, p.Zone, p.Category = record.ServiceID(c.id(setting.Service, m.service)), people.ZoneID(c.id(setting.Zone, s.zone)), record.CategoryID(c.id(setting.Category, s.category))
	p.Requester, p.Priority = c.teams["desk"].members[0].ID, c.Directory.View().Matrix().Assess(m.impact, m.urgency, false, false)
	w := &record.Whole[*problem.Problem]{Rec: p}
	lead, at := c.teams["applications"].members[0].ID, p.Opened
	for _, step := range lifeTo {
		by := lead
		switch step.to {
		case problem.New:
			by = p.Requester
		case problem.Investigating:
			p.Method, p.Team, p.Owner = m.method, team.id, team.members[len(team.members)-1].ID
		case problem.KnownError:
			by = p.Owner
			p.RootCause, p.Workaround, p.Public, p.Published = say(m.root), say(m.around), m.public, at
			if m.cause != "" {
				p.Cause = record.CauseID(c.id(setting.Cause, m.cause))
			}
		case problem.Proposed:
			by, p.Proposal = p.Owner, say(m.proposal)
		case problem.Verifying:
			at = c.now.AddDate(0, 0, -12)
			p.Fixed, p.WatchUntil, p.NoChange = at, at.Add(problem.WatchPeriod), say(people.Text{En: "The setting is part of the agreed build of the hosts.", Zh: "该配置属于主机标准配置范围。"})
		}
		w.Entries = append(w.Entries, record.Entry{At: at.UTC(), By: by, Deed: "problem." + step.deed, From: p.State, To: step.to, Public: step.deed == "open"})
		p.State = step.to
		if p.State == m.state {
			break
		}
		at = at.Add(27 * time.Hour)
	}
	if p.Major && p.State == problem.Verifying {
		reviewed(p, say)
		w.Entries = append(w.Entries, record.Entry{At: at.AddDate(0, 0, 4).UTC(), By: lead, Deed: "problem.review", Changes: []record.Change{
			{Field: "went_well", Now: p.WentWell},
			{Field: "went_wrong", Now: p.WentWrong},
			{Field: "review", Now: p.Review},
			{Field: "could_improve", Now: p.Improve},
			{Field: "prevention", Now: p.Prevention},
			{Field: "supplier_next", Now: p.SupplierNext},
		}})
	}
	return w
}

// reviewed answers the six questions of the review of the city's major problem.
func reviewed(p *problem.Problem, say func(people.Text) string) {
	p.WentWell = say(people.Text{
		En: "The desk recognised the major incident within nine minutes, and the notice board was kept up to date every half hour.",
		Zh: "服务台九分钟内识别出重大事件，公告板每半小时更新一次。",
	})
	p.WentWrong = say(people.Text{
		En: "The failover that everybody relied on had never been tried after the extension. Two hours went into looking for a fault in the database.",
		Zh: "大家依赖的自动切换在扩容后从未演练；误以为数据库故障，排查耗时两小时。",
	})
	p.Review = say(people.Text{
		En: "Redundancy that is not tested is not there: what an extension changes is tried before it is accepted.",
		Zh: "未经演练的冗余等于没有冗余：扩容改动的内容必须在验收前实测。",
	})
	p.Improve = say(people.Text{
		En: "Monitor the number of paths of each host and warn when there is one left; keep the runbook for the failover by hand beside the alarm.",
		Zh: "监控每台主机的存储路径数，仅剩一条时告警；手工切换手册与告警放在一起。",
	})
	p.Prevention = say(people.Text{
		En: "Multipath is part of the agreed build of all hosts; the failover is practised every quarter as a recurring operation.",
		Zh: "多路径纳入全部主机的标准配置；切换演练列为每季度的例行作业。",
	})
	p.SupplierNext = say(people.Text{
		En: "The supplier of the storage delivers a firmware note and takes part in the practice of the next quarter.",
		Zh: "存储供应商提供固件说明，并参加下季度的切换演练。",
	})
}
