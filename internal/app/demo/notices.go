package demo

import (
	"context"
	"time"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// tiding is work of others that the city was told of.
type tiding struct {
	source             change.Source
	who, ref           string
	title, impact      string
	days, hour, length int // from now, at which hour of China, for how many hours
	service, item      string
	withdrawn          bool
}

var tidings = []tiding{
	{change.FromProvince, "省大数据中心", "SJ-2026-118", "省级数据共享交换平台升级", "升级期间省市数据交换中断，交换任务于次日自动补传。", 5, 22, 6, "exchange", "", false},
	{change.FromProvince, "省大数据中心", "SJ-2026-121", "电子证照库主备切换演练", "切换时证照查询中断约十分钟。", 12, 21, 2, "certificates", "", false},
	{change.FromSupplier, "China Telecom", "CT-0093312", "Work on the fibre of the wide area network", "Short interruptions of the government wide area network, each under two minutes.", 3, 23, 4, "wan", "", false},
	{change.FromSupplier, "Huawei", "HW-RMA-5517", "Supervisor board of core switch P1 replaced", "The public service network runs on core switch P2 alone meanwhile.", 9, 22, 3, "", "CORE-P1", false},
	{change.FromSupplier, "China Unicom", "CU-2026-4410", "Internet line moved to another ring", "The second Internet line is down; the first carries all traffic.", 16, 23, 5, "internet", "", true},
	{change.FromProvince, "省大数据中心", "SJ-2026-102", "统一身份认证证书更换", "登录可能需要重新进行。", -8, 22, 1, "identity", "", false},
}

// notices are what the province and suppliers told of their work.
func (c *city) notices(ctx context.Context) error {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		return err
	}
	keeper := c.teams["network"].members[0]
	day := c.now.In(zone)
	for _, t := range tidings {
		from := time.Date(day.Year(), day.Month(), day.Day()+t.days, t.hour, 0, 0, 0, zone).UTC()
		n := change.Notice{Source: t.source, Who: t.who, Ref: t.ref, Title: t.title, Impact: t.impact, Span: change.Span{From: from, Until: from.Add(time.Duration(t.length) * time.Hour)}, Withdrawn: t.withdrawn, By: keeper.ID, At: from.AddDate(0, 0, -20)}
		if n.At.After(c.now) {
			n.At = c.now
		}
		if s := c.all.Coded(setting.Service, t.service); s != nil {
			n.Services = []record.ServiceID{record.ServiceID(s.ID)}
			n.Zone = c.Directory.View().Service(s.ID).Zone
		}
		if id := c.coded[t.item]; id != 0 {
			n.Items = []record.ItemID{id}
		}
		log := audit.Row{At: n.At, Actor: keeper.ID, Via: people.ViaImport, Deed: change.ScheduleKeep, Result: audit.Done, Detail: "demo"}
		if err := c.Told.KeepNotice(ctx, &n, log); err != nil {
			return err
		}
	}
	return nil
}
