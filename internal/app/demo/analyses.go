package demo

import (
	"context"
	"slices"
	"strconv"
	"time"

	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
)

// study is an analysis that somebody has made of a matter of the city: an
// outline for trees, else what its document says.
type study struct {
	service   string // of the matter
	method    problem.Method
	outline   people.Text
	facts     []moment
	aspects   [][4]people.Text // is, is not, distinction, change; in the order of the aspects
	causes    []people.Text
	tests     [][]string
	concludes people.Text
}

// moment is a fact, so long after the problem was raised.
type moment struct {
	after time.Duration
	text  people.Text
}

var studies = []study{
	{
		service: "ukey", method: problem.FiveWhys,
		outline: people.Text{
			En: "The browser asks for the key although it is plugged in\n  The signing control is not loaded\n    The new browser allows no controls of the old interface\n      The update came with the monthly rollout\n        No test of the signing pages is part of the rollout\n    The supplier's new control was not distributed\n  Some computers have two versions of the driver",
			Zh: "UKey 已插入，浏览器仍提示插入\n  签名控件没有加载\n    新版浏览器不再支持旧接口的控件\n      升级随每月推送一并下发\n        推送前没有测试签名页面\n    供应商的新控件没有分发\n  部分终端装有两个版本的驱动",
		},
		concludes: people.Text{En: "Put the signing pages into the test of the monthly rollout, and distribute control 3.1.", Zh: "将签名页面纳入每月推送前的测试，并分发 3.1 版控件。"},
	},
	{
		service: "wireless", method: problem.Fishbone,
		outline: people.Text{
			En: "People\n  Visitors use the office network\nProcedures\n  Meetings are not announced to the network team\n  Channels were planned three years ago\nTechnology\n  Two access points for ninety seats\n  Old devices hold the band at 2.4 GHz\n    They cannot do 5 GHz\nEnvironment\n  Glass walls let neighbours in\nSuppliers\n  Firmware of the points is two versions behind",
			Zh: "人员\n  来访人员使用办公网络\n流程\n  会议安排未通知网络组\n  信道规划已有三年\n技术\n  九十个座位只有两个接入点\n  老旧终端占用 2.4 GHz\n    不支持 5 GHz\n环境\n  玻璃隔断，邻近信号干扰\n供应商\n  接入点固件落后两个版本",
		},
	},
	{
		service: "printing", method: problem.Kepner,
		aspects: [][4]people.Text{
			{{En: "Blank pages from shared printers", Zh: "共享打印机打出白纸"}, {En: "Copies and scans", Zh: "复印和扫描"}, {En: "Only what comes through the driver", Zh: "只涉及经驱动输出的内容"}, {En: "Driver 7.2 was rolled out", Zh: "推送了 7.2 版驱动"}},
			{{En: "Floors 2 to 6 of building A", Zh: "A 座二至六层"}, {En: "Building B", Zh: "B 座"}, {En: "Printers with firmware before 2023", Zh: "2023 年以前固件的打印机"}, {En: "Building B was renewed in spring", Zh: "B 座春季更新过设备"}},
			{{En: "Since the Monday of the update", Zh: "自更新后的周一起"}, {En: "Before", Zh: "此前"}, {En: "The day of the rollout", Zh: "推送当天"}, {En: "The rollout", Zh: "推送"}},
			{{En: "Every second document", Zh: "约半数文档"}, {En: "Plain text", Zh: "纯文本"}, {En: "Documents with pictures", Zh: "含图片的文档"}, {}},
		},
		causes: []people.Text{
			{En: "Page format of driver 7.2 and old firmware", Zh: "7.2 版驱动的页面格式与旧固件不兼容"},
			{En: "Toner of a bad batch", Zh: "一批不合格的墨粉"},
			{En: "The print server cuts long jobs off", Zh: "打印服务器截断大任务"},
		},
		tests:     [][]string{{"explains", "explains", "explains", "assumes"}, {"fails", "assumes", "assumes", "fails"}, {"explains", "fails", "explains", "assumes"}},
		concludes: people.Text{En: "The driver and the old firmware; confirmed with one printer whose firmware was renewed.", Zh: "驱动与旧固件不兼容；更新一台打印机的固件后得到证实。"},
	},
	{
		service: "approval", method: problem.Timeline,
		facts: []moment{
			{-5 * time.Hour, people.Text{En: "Controller A of the storage reports errors", Zh: "存储 A 控制器开始报错"}},
			{-4*time.Hour - 40*time.Minute, people.Text{En: "Controller A fails; the volume goes read-only", Zh: "A 控制器故障，卷变为只读"}},
			{-4*time.Hour - 25*time.Minute, people.Text{En: "First call from the service hall", Zh: "政务大厅首次来电"}},
			{-3*time.Hour - 30*time.Minute, people.Text{En: "No path to controller B found on the hosts", Zh: "发现主机上没有到 B 控制器的路径"}},
			{-2 * time.Hour, people.Text{En: "Paths added by hand, volume writable again", Zh: "手工添加路径，卷恢复可写"}},
		},
		concludes: people.Text{En: "Fifteen minutes to notice, two hours to find that the path was never enabled.", Zh: "发现故障用了十五分钟，查明路径从未启用用了两个小时。"},
	},
}

// analyses lets the city have analysed its matters and put incidents down to
// them.
func (c *city) analyses(ctx context.Context) error {
	for n, m := range matters {
		p, err := c.matterNow(ctx, m, n%2 == 1)
		if err != nil || p == nil {
			return err
		}
		for _, s := range studies {
			if s.service != m.service {
				continue
			}
			a := s.analysis(p, n%2 == 1)
			if err := c.Problems.Studies.KeepAnalysis(ctx, &a); err != nil {
				return err
			}
		}
		if m.state == problem.New {
			continue
		}
		if err := c.putDown(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// matterNow finds the problem that a matter became.
func (c *city) matterNow(ctx context.Context, m matter, zh bool) (*problem.Problem, error) {
	title := m.title.En
	if zh {
		title = m.title.Zh
	}
	rows, err := c.Problems.Ledger.List(ctx, people.Everything(), record.Query{Kind: record.Problem, Limit: 100, Now: c.now})
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(rows, func(r record.Row) bool { return r.Title == title })
	if i < 0 {
		return nil, nil
	}
	return c.Problems.Find(ctx, c.by, rows[i].Number)
}

// analysis writes a study down in the language of its matter.
func (s study) analysis(p *problem.Problem, zh bool) problem.Analysis {
	say := func(t people.Text) string {
		if zh {
			return t.Zh
		}
		return t.En
	}
	a := problem.Analysis{Record: p.ID, Method: s.method, Title: p.Title, At: p.Opened.Add(72 * time.Hour), By: p.Owner}
	a.Doc.Lines, a.Doc.Conclusion = problem.ReadOutline(say(s.outline)), say(s.concludes)
	for _, f := range s.facts {
		a.Doc.Facts = append(a.Doc.Facts, problem.Fact{At: p.Opened.Add(f.after), Text: say(f.text)})
	}
	for i, row := range s.aspects {
		a.Doc.Aspects = append(a.Doc.Aspects, problem.Aspect{Name: problem.AspectNames[i], Is: say(row[0]), IsNot: say(row[1]), Distinction: say(row[2]), Change: say(row[3])})
	}
	for i, cause := range s.causes {
		a.Doc.Causes = append(a.Doc.Causes, problem.Possible{Text: say(cause), Tests: s.tests[i]})
	}
	return a
}

// putDown puts some incidents of the problem's service down to it: of those
// before it was fixed, if it was.
func (c *city) putDown(ctx context.Context, p *problem.Problem) error {
	end := c.now
	if !p.Fixed.IsZero() {
		end = p.Fixed
	}
	same := query.All(query.Is("service", strconv.FormatInt(int64(p.Service), 10)), query.Is("category", strconv.FormatInt(int64(p.Category), 10)))
	rows, err := c.Problems.Ledger.List(ctx, people.Everything(), record.Query{Kind: record.Incident, Where: same, Order: record.Newest, Limit: 200, Now: c.now})
	if err != nil {
		return err
	}
	n := 0
	for _, row := range rows {
		if n == 4 || row.State == incident.Cancelled || row.Opened.After(end) || row.Opened.Before(p.Opened.AddDate(0, 0, -30)) {
			continue
		}
		n++
		link := record.Link{From: row.ID, To: p.ID, Type: "caused_by", At: row.Opened.Add(time.Hour), By: p.Owner}
		if err := c.Desk.Store.Write(ctx, func(t record.Tx[*incident.Incident]) error { return t.Link(link) }); err != nil {
			return err
		}
	}
	return nil
}
