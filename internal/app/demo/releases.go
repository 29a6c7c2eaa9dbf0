package demo

import (
	"kilter/internal/practice/people"
	"kilter/internal/practice/release"
)

// aim is a place that a release of the city goes to, with what becomes of it.
type aim struct {
	name people.Text
	kind release.Place
	wave int
	fate release.Fate // "" for done and verified
	note people.Text
}

// rollout is a release of the city: what it brings, and how far it comes.
type rollout struct {
	service, version string
	form             release.Form
	weight           release.Weight
	title, about     people.Text
	daysAgo          int // when it was planned
	until            string
	targets          []aim
	why              people.Text // of a no-go, or of what was backed out
	outcome          people.Text
}

// How far a release comes.
const (
	toReview  = "review"  // its readiness review is being held
	toNoGo    = "no_go"   // the review has stopped it
	toRollout = "rollout" // its pilot is done, and half of what follows
	toSupport = "support" // it is everywhere, and looked after
	toClosed  = "closed"
	toBackOut = "back_out"
)

// rollouts are the releases of the city, the oldest first.
var rollouts = []rollout{
	{
		service: "archives-system", version: "4.1.0", form: release.Full, weight: release.Minor, daysAgo: 150, until: toClosed,
		title:   t("Electronic archives 4.1", "电子档案系统 4.1"),
		about:   t("Full-text search in scanned documents; repairs of the export to the city archive.", "扫描件全文检索；修复向市档案馆移交数据时的错误。"),
		targets: []aim{{t("Archives", "档案馆"), release.Department, 0, "", t("", "")}, {t("General Office", "市政府办公室"), release.Department, 1, "", t("", "")}},
		outcome: t("As planned. The training of the archive's staff belongs into the plan from the beginning.", "按计划完成。档案馆人员培训今后应从计划阶段就列入。"),
	},
	{
		service: "hotline-system", version: "5.0.0", form: release.Package, weight: release.Major, daysAgo: 95, until: toBackOut,
		title: t("Hotline 12345 release 5.0", "12345 热线系统 5.0"),
		about: t("New routing of calls with the speech gateway.", "新的话务路由，配套语音网关升级。"),
		targets: []aim{
			{t("Hotline centre, hall 1", "热线中心一号座席区"), release.Site, 0, "", t("", "")},
			{t("Hotline centre, hall 2", "热线中心二号座席区"), release.Site, 1, release.RolledBack, t("The speech gateway did not register; 4.6 was put back in 35 minutes.", "语音网关注册失败，按回退方案恢复 4.6，用时 35 分钟。")},
			{t("Hotline centre, night seats", "热线中心夜班席"), release.Site, 1, release.RolledBack, t("On the same gateway as hall 2, taken back with it.", "与二号座席区使用同一网关，随之回退。")},
		},
		why:     t("The speech gateway refused the new numbering at two of three places.", "三处座席区中有两处的语音网关不接受新的号码方案。"),
		outcome: t("Given up in this form. The gateway's supplier repairs the numbering; the release is planned anew after that.", "本版本不再继续。待网关厂商修复号码方案后重新立项发布。"),
	},
	{
		service: "identity", version: "2.8.0", form: release.Delta, weight: release.Minor, daysAgo: 19, until: toSupport,
		title: t("Unified sign-in 2.8", "统一身份认证 2.8"),
		about: t("Longer passwords, and sign-in by the app of the province.", "口令最小长度调整为 12 位，支持省统一身份 App 扫码登录。"),
		targets: []aim{
			{t("Information Centre", "信息中心"), release.Department, 0, "", t("", "")}, {t("Administration centre", "行政中心"), release.Site, 1, "", t("", "")}, {t("Counties and districts", "各县区"), release.WholeCity, 2, "", t("Confirmed by the contacts of all counties and districts.", "各县区联络员均已确认。")},
		},
	},
	{
		service: "oa", version: "6.2.0", form: release.Delta, weight: release.Minor, daysAgo: 16, until: toRollout,
		title: t("Office automation 6.2", "协同办公平台 6.2"),
		about: t("Signing of documents on the phone; the new form of the weekly plan.", "支持手机端公文签批，启用新版周工作安排表。"),
		targets: []aim{
			{t("Information Centre", "信息中心"), release.Department, 0, "", t("", "")},
			{t("General Office", "市政府办公室"), release.Department, 1, "", t("", "")},
			{t("Finance Bureau", "财政局"), release.Department, 1, "", t("", "")},
			{t("Education Bureau", "教育局"), release.Department, 1, release.Failed, t("The signing control did not install silently; field support sees to each computer.", "签章控件未能静默安装，已请现场支持组逐台处理。")},
			{t("Health Commission", "卫生健康委员会"), release.Department, 1, release.Pending, t("", "")},
			{t("Counties and districts", "各县区"), release.WholeCity, 2, release.Pending, t("", "")},
		},
	},
	{
		service: "service-hall-system", version: "3.4.0", form: release.Full, weight: release.Major, daysAgo: 13, until: toNoGo,
		title: t("Public service platform 3.4", "政务服务一体化平台 3.4"),
		about: t("One form for everything about opening a company; queue tickets by phone.", "“企业开办一件事”一表申请，支持手机取号。"),
		targets: []aim{
			{t("Government service hall", "政务服务大厅"), release.Site, 0, release.Pending, t("", "")}, {t("Halls of counties and districts", "各县区大厅"), release.WholeCity, 1, release.Pending, t("", "")},
		},
		why: t("The penetration test found a way past the sign-in of the queue tickets. Without its repair and a new test the security cluster does not consent.", "渗透测试发现取号功能可绕过登录。未修复并复测前，安全职能群不同意上线。"),
	},
	{
		service: "exchange", version: "2.3.0", form: release.Delta, weight: release.Minor, daysAgo: 12, until: toReview,
		title: t("Data exchange platform 2.3", "数据共享交换平台 2.3"),
		about: t("Faster hand-over of large tables to the province; a page that shows what waits.", "提高向省平台交换大表的速度，新增待交换数据查看页面。"),
		targets: []aim{
			{t("Data Bureau", "数据局"), release.Department, 0, release.Pending, t("", "")}, {t("Market Regulation Bureau", "市场监督管理局"), release.Department, 1, release.Pending, t("", "")}, {t("Natural Resources and Planning Bureau", "自然资源和规划局"), release.Department, 1, release.Pending, t("", "")},
		},
	},
}

// The days of a release after it was planned.
const (
	dayBuilt    = 5
	dayTested   = 8
	dayReviewed = 11
	dayPilot    = 12
	dayRest     = 14
	dayEnds     = 27
)

// kept is software of the library beside what the releases bring.
type kept struct {
	name, version, licence, source string
	state                          release.Standard
	why                            string
}

var keptVersions = []kept{
	{"PostgreSQL", "16.4", "PostgreSQL License", "postgresql.org", release.Accepted, ""},
	{"OpenSSL", "3.0.13", "Apache-2.0", "openssl.org", release.Withdrawn, "存在已公布漏洞，统一改用 3.0.15。 / Known weakness; 3.0.15 takes its place."},
	{"OpenSSL", "3.0.15", "Apache-2.0", "openssl.org", release.Accepted, ""},
	{"政务终端安全客户端", "7.2.1", "商业许可（3000 点） / Commercial, 3000 seats", "瑞达办公", release.Accepted, ""},
	{"签章控件", "2.1.0", "商业许可 / Commercial", "华信系统", release.Refused, "校验值与厂商公布的不一致。 / The digest is not the one that the maker published."},
	{"政务终端安全客户端", "7.3.0", "商业许可（3000 点） / Commercial, 3000 seats", "瑞达办公", release.Entered, ""},
}

// spared is a kind of hardware of the city's store, with what came in and what
// went out.
type spared struct {
	name, model, place string
	least              int
	moves              []int // the first is the delivery
	why                []string
}

var stocked = []spared{
	{"接入交换机 / Access switch", "S5735-L24T4S-A", "A座地下一层备件库 1 架 / Building A, basement store, rack 1", 4, []int{12, -2, -1}, []string{"年度采购到货 / The year's purchase has come", "发改委弱电间更换 / Replaced at the development commission", "卫健委扩容 / More ports for the health commission"}},
	{"台式计算机 / Desktop computer", "文祥 E620", "A座地下一层备件库 3 架 / Building A, basement store, rack 3", 10, []int{30, -8, -6}, []string{"年度采购到货 / The year's purchase has come", "政务服务大厅更换 / Replaced in the service hall", "新入职人员配发 / For new staff"}},
	{"激光打印机 / Laser printer", "M7268W", "A座地下一层备件库 4 架 / Building A, basement store, rack 4", 3, []int{5, -3}, []string{"年度采购到货 / The year's purchase has come", "三号大厅更换 / Replaced in hall 3"}},
	{"光模块 / Optical module", "SFP-10G-LR", "B座机房备件柜 / Building B, cabinet of the machine room", 8, []int{24, -4}, []string{"年度采购到货 / The year's purchase has come", "备用链路更换 / Spare line renewed"}},
	{"UPS 电池 / UPS battery", "6-GFM-100", "B座机房备件柜 / Building B, cabinet of the machine room", 16, []int{32}, []string{"年度采购到货 / The year's purchase has come"}},
}
