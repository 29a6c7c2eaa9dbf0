package web

import (
	"net/http"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
	"kilter/internal/web/part"
)

// Styleguide adds the pages that show every token and part, in the reader's
// language and theme (?lang=zh&theme=dark), with sample data. They need
// nothing but the shell, and are what the browser tests photograph.
func Styleguide(mux Mux, s *Shell) {
	show := func(page func(*guide) Handler) http.Handler {
		return s.Handle(func(w http.ResponseWriter, r *http.Request) error {
			return page(newGuide(s, r))(w, r)
		})
	}
	mux.Handle("GET /styleguide", show(func(g *guide) Handler {
		g.Needs("charts")
		g.Needs("choose")
		return func(w http.ResponseWriter, r *http.Request) error { return Show(w, r, http.StatusOK, guidePage(g)) }
	}))
	mux.Handle("GET /styleguide/list", show(func(g *guide) Handler {
		return func(w http.ResponseWriter, r *http.Request) error { return Show(w, r, http.StatusOK, guideList(g)) }
	}))
	mux.Handle("GET /styleguide/record", show(func(g *guide) Handler {
		return func(w http.ResponseWriter, r *http.Request) error { return Show(w, r, http.StatusOK, guideRecord(g)) }
	}))
	mux.Handle("GET /styleguide/portal", show(func(g *guide) Handler {
		return func(w http.ResponseWriter, r *http.Request) error { return Show(w, r, http.StatusOK, guidePortal(g)) }
	}))
	mux.Handle("GET /styleguide/bare", show(func(g *guide) Handler {
		return func(w http.ResponseWriter, r *http.Request) error { return Show(w, r, http.StatusOK, guideBare(g)) }
	}))
	mux.Handle("PUT /styleguide/draft", s.Handle(func(w http.ResponseWriter, _ *http.Request) error {
		w.WriteHeader(http.StatusNoContent) // a sample composer saves its drafts here: nowhere
		return nil
	}))
	mux.Handle("GET /styleguide/trouble", s.Handle(func(http.ResponseWriter, *http.Request) error {
		return fault.New(fault.Missing, "trouble.missing")
	}))
}

// guide is the styleguide's page: a frame with sample modules and views.
type guide struct {
	*Frame
	Rows []sampleRow
}

type sampleRow struct {
	Number, Title, Team string
	Status              part.Status
	Priority            int
	Owner               part.Person
	Clock               part.SLA
	Opened              time.Time
}

// Say picks the sample text of the reader's language. Samples are data, as
// records are, and stand beside each other here rather than in a catalogue.
func (g *guide) Say(english, chinese string) string {
	if g.Lang() == lang.Chinese {
		return chinese
	}
	return english
}

func newGuide(s *Shell, r *http.Request) *guide {
	g := &guide{Frame: s.Frame(r)}
	if g.Viewer.Name == "" {
		g.Viewer.Name, g.Viewer.Initials, g.Viewer.Hue = g.Say("Chen Jing", "陈静"), g.Say("CJ", "静"), 1
		g.Viewer.SignOut, g.Viewer.Profile = "/styleguide", "/styleguide"
	}
	if g.Find == "" {
		g.Find = "/styleguide"
	}
	g.Title = g.Say("Style guide", "界面规范")
	g.Modules = []part.Link{
		{Label: g.Say("My day", "我的一天"), Href: "/styleguide", Icon: "inbox", Key: "g h"},
		{Label: g.Say("Incidents", "事件"), Href: "/styleguide/list", Icon: "bolt", Key: "g i", Count: "3"},
		{Label: g.Say("Service requests", "服务请求"), Href: "/styleguide/record", Icon: "clipboard-list", Key: "g r"},
		{Label: g.Say("Dashboard", "仪表板"), Href: "/styleguide/portal", Icon: "chart-bar", Key: "g d"},
		{Label: g.Say("Settings", "设置"), Href: "/styleguide/bare", Icon: "settings"},
	}
	g.Bell = part.Link{Href: "/styleguide/trouble", Count: "2"}
	g.Create = part.Link{Label: g.Say("Register an incident", "登记事件"), Href: "/styleguide/record"}
	g.Views = []Group{
		{Title: g.Say("Mine", "我的"), Views: []part.Link{
			{Label: g.Say("Assigned to me", "分派给我"), Href: "/styleguide/list", Icon: "user", Count: "12", ID: "count-mine"},
			{Label: g.Say("Breaching soon", "即将超时"), Href: "/styleguide/list?v=soon", Icon: "alarm", Count: "3", Alert: true},
			{Label: g.Say("I am watching", "我关注的"), Href: "/styleguide/list?v=watch", Icon: "eye", Count: "7"},
		}},
		{Title: g.Say("Network team", "网络组"), Views: []part.Link{
			{Label: g.Say("Open", "未关闭"), Href: "/styleguide/list?v=open", Icon: "list", Count: "48"},
			{Label: g.Say("Unassigned", "未分派"), Href: "/styleguide/list?v=none", Icon: "user-search", Count: "5"},
			{Label: g.Say("Waiting for supplier", "等待供应商"), Href: "/styleguide/list?v=wait", Icon: "player-pause", Count: "9"},
		}},
		{Title: g.Say("Style guide", "界面规范"), Views: []part.Link{
			{Label: g.Say("Tokens and parts", "变量与组件"), Href: "/styleguide", Icon: "puzzle"},
			{Label: g.Say("Record", "记录"), Href: "/styleguide/record", Icon: "file-text"},
			{Label: g.Say("Portal", "门户"), Href: "/styleguide/portal", Icon: "building-community"},
			{Label: g.Say("Sign-in", "登录"), Href: "/styleguide/bare", Icon: "login"},
		}},
	}
	mark(g.Modules, r.URL.Path)
	markViews(g.Views, r.URL.RequestURI())
	g.Portal = []part.Link{
		{Label: g.Say("Start", "首页"), Href: "/styleguide/portal", Active: true},
		{Label: g.Say("My cases", "我的工单"), Href: "/styleguide/portal?v=cases"},
		{Label: g.Say("Help", "帮助"), Href: "/styleguide/portal?v=help"},
	}
	g.Rows = g.samples()
	return g
}

func (g *guide) samples() []sampleRow {
	li, wang, none := part.Person{Name: g.Say("Li Na", "李娜"), Initials: g.Say("LN", "娜"), Hue: 2}, part.Person{Name: g.Say("Wang Lei", "王磊"), Initials: g.Say("WL", "磊"), Hue: 3}, part.Person{}
	network, desk, apps := g.Say("Network", "网络组"), g.Say("Service desk", "服务台"), g.Say("Applications", "应用组")
	work, wait := part.Status{Word: g.Say("In progress", "处理中"), Look: "work"}, part.Status{Word: g.Say("New", "新建"), Look: "wait"}
	pause, done := part.Status{Word: g.Say("Pending: supplier", "挂起：供应商"), Look: "pause"}, part.Status{Word: g.Say("Resolved", "已解决"), Look: "done"}
	run := func(left time.Duration) part.SLA {
		return part.SLA{State: part.SLARunning, Left: left, At: g.Now, Due: g.Now.Add(left)}
	}
	ago := func(d time.Duration) time.Time { return g.Now.Add(-d) }
	return []sampleRow{
		{"INC-2026-00418", g.Say("Government extranet: approval system unreachable from 6 districts", "政务外网：六个区县无法访问审批系统"), network, work, 1, li, run(-12 * time.Minute), ago(4 * time.Hour)},
		{"INC-2026-00417", g.Say("Mail attachments above 10 MB are refused", "邮件附件超过 10 MB 被拒收"), apps, work, 2, wang, run(24 * time.Minute), ago(5 * time.Hour)},
		{"INC-2026-00415", g.Say("Hall 3 queue screen stays dark after power cut", "三号大厅排队屏断电后黑屏"), desk, wait, 2, none, run(52 * time.Minute), ago(6 * time.Hour)},
		{"INC-2026-00411", g.Say("Digital certificate expired for the finance clerk", "财务人员数字证书过期"), desk, pause, 3, li, part.SLA{State: part.SLAPaused, Left: 3*time.Hour + 10*time.Minute, Why: g.Say("Paused 2 h 10 min: waiting for the supplier", "已暂停 2 小时 10 分钟：等待供应商")}, ago(26 * time.Hour)},
		{"INC-2026-00409", g.Say("Printer on floor 7 prints blank pages", "七楼打印机输出空白页"), desk, work, 3, wang, run(27 * time.Hour), ago(30 * time.Hour)},
		{"INC-2026-00402", g.Say("Video meeting room B: no sound", "B 视频会议室没有声音"), network, done, 3, li, part.SLA{State: part.SLAMet}, ago(50 * time.Hour)},
		{"INC-2026-00398", g.Say("Intranet search returns yesterday's index", "内网搜索结果停留在昨天"), apps, done, 4, wang, part.SLA{State: part.SLAMissed}, ago(74 * time.Hour)},
		{"INC-2026-00391", g.Say("New phone for room 512", "512 室更换电话机"), desk, part.Status{Word: g.Say("Closed", "已关闭"), Look: "closed"}, 4, none, part.SLA{State: part.SLAOff, Left: 6 * time.Hour}, ago(120 * time.Hour)},
	}
}
