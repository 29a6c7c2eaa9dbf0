package directory

import (
	"context"
	"fmt"
	"strings"
	"time"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/grade"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/sla"
)

// seed is one line of a starter table: its code, the code it stands below, and
// its names.
type seed struct{ code, under, en, zh string }

// starterZones are the three networks of a city's centre and the logical zones
// of the government external network.
var starterZones = []seed{
	{"sharing", "", "Resource-sharing network", "资源共享网"},
	{"sharing-exchange", "sharing", "Data exchange area", "数据交换区"},
	{"sharing-base", "sharing", "Shared information base", "共享信息库区"},
	{"business", "", "Business resource network", "业务资源网"},
	{"business-province", "business", "Province business systems", "省级业务专区"},
	{"business-city", "business", "City business systems", "市级业务专区"},
	{"public", "", "Public service network", "公众服务网"},
	{"public-common", "public", "Common zone", "公用网络区"},
	{"public-special", "public", "Special zone (virtual private networks)", "专用网络区"},
	{"public-internet", "public", "Internet access zone", "互联网接入区"},
}

// isolated is the zone that is physically apart from the others.
const isolated = "business"

// starterCategories follow the public catalogues of government centres.
var starterCategories = []seed{
	{"network", "", "Network", "网络"},
	{"network-access", "network", "Network access", "网络接入"},
	{"network-line", "network", "Line", "线路"},
	{"network-wireless", "network", "Wireless", "无线网络"},
	{"network-dns", "network", "Domain names (DNS)", "域名解析"},
	{"network-exchange", "network", "Exchange between zones", "跨区交换"},
	{"terminal", "", "Terminal", "终端"},
	{"terminal-hardware", "terminal", "Terminal hardware", "终端硬件"},
	{"terminal-os", "terminal", "Operating system", "操作系统"},
	{"terminal-printer", "terminal", "Printer", "打印机"},
	{"terminal-office", "terminal", "Office software", "办公软件"},
	{"account", "", "Account and permission", "账号与权限"},
	{"account-login", "account", "Sign-in", "登录"},
	{"account-permission", "account", "Permission", "权限"},
	{"account-certificate", "account", "Certificate and UKey", "证书与UKey"},
	{"application", "", "Application", "应用系统"},
	{"application-oa", "application", "Office automation (OA)", "办公自动化（OA）"},
	{"application-mail", "application", "E-mail", "电子邮件"},
	{"application-portal", "application", "Portal", "门户网站"},
	{"application-business", "application", "Business system", "业务系统"},
	{"platform", "", "Platform", "基础平台"},
	{"platform-database", "platform", "Database and middleware", "数据库与中间件"},
	{"platform-server", "platform", "Server and virtual machine", "服务器与虚拟化"},
	{"platform-storage", "platform", "Storage and backup", "存储与备份"},
	{"security", "", "Security", "安全"},
	{"security-virus", "security", "Virus and malicious code", "病毒与恶意代码"},
	{"security-event", "security", "Security event", "安全事件"},
	{"facility", "", "Rooms and communication", "机房与通信"},
	{"facility-power", "facility", "Machine room power and air", "机房供电与空调"},
	{"facility-video", "facility", "Video conference", "视频会议"},
	{"facility-phone", "facility", "Telephone", "电话"},
	{"data", "", "Data", "数据"},
	{"data-error", "data", "Data error", "数据错误"},
	{"data-exchange", "data", "Data exchange", "数据交换"},
	{"other", "", "Other", "其他"},
}

var starterCauses = []seed{
	{"hardware", "", "Hardware failed", "硬件故障"},
	{"software", "", "Software defect", "软件缺陷"},
	{"configuration", "", "Wrong configuration", "配置错误"},
	{"capacity", "", "Capacity exhausted", "容量不足"},
	{"change", "", "Caused by a change", "变更引起"},
	{"line", "", "Line or carrier", "线路或运营商"},
	{"power", "", "Power or environment", "供电或环境"},
	{"security", "", "Virus or attack", "病毒或攻击"},
	{"account", "", "Account or permission", "账号或权限"},
	{"data", "", "Wrong data", "数据错误"},
	{"operation", "", "Operating error", "操作失误"},
	{"user", "", "Lack of knowledge", "使用不当"},
	{"province", "", "Province-level platform", "省级平台"},
	{"supplier", "", "Supplier", "供应商"},
	{"unknown", "", "Not found", "原因不明"},

	{"hardware-aged", "hardware", "Worn out or too old", "设备老化"},
	{"hardware-part", "hardware", "Part failed", "部件损坏"},
	{"software-own", "software", "Defect in software of the city", "自建系统缺陷"},
	{"software-bought", "software", "Defect in bought software", "商用软件缺陷"},
	{"configuration-drift", "configuration", "Drifted from the baseline", "偏离配置基线"},
	{"configuration-missed", "configuration", "Forgotten when something else changed", "关联配置未同步修改"},
	{"capacity-storage", "capacity", "Storage full", "存储空间不足"},
	{"capacity-load", "capacity", "More load than planned", "负载超出规划"},
	{"change-untested", "change", "Change not tested enough", "变更测试不充分"},
	{"change-unauthorised", "change", "Change that nobody authorised", "未经授权的变更"},
	{"operation-no-procedure", "operation", "No procedure, or an outdated one", "规程缺失或过期"},
	{"operation-not-followed", "operation", "Procedure not followed", "未按规程操作"},
}

// starterReasons are why officials are not content.
var starterReasons = []seed{
	{"too-slow", "", "It took too long", "处理时间过长"},
	{"not-solved", "", "It is not really solved", "问题未真正解决"},
	{"attitude", "", "How I was treated", "服务态度不好"},
	{"not-told", "", "Nobody told me how it stood", "进展未及时告知"},
	{"again-and-again", "", "It comes back again and again", "问题反复出现"},
	{"too-hard", "", "It was too hard to report or to order", "报修或申请手续繁琐"},
	{"other", "", "Something else", "其他"},
}

// starterServices are drafts: who owns and supports them is for the centre to
// say before it publishes them.
var starterServices = []seed{
	{"account", "", "Account and permission", "账号与权限"},
	{"mail-oa", "", "E-mail and OA", "邮件与办公自动化"},
	{"network-access", "", "Government network access", "政务网络接入"},
	{"terminal", "", "Terminal support", "终端支持"},
	{"software", "", "Software installation", "软件安装"},
	{"video", "", "Video conference support", "视频会议保障"},
	{"portal", "", "Portal content and domain", "门户内容与域名"},
	{"business-system", "", "Business system support", "业务系统支持"},
	{"data-maintenance", "", "Data maintenance", "数据维护"},
	{"data-exchange", "", "Data exchange", "数据交换"},
	{"cloud", "", "Cloud resources", "云资源"},
	{"backup", "", "Backup and restore", "备份与恢复"},
	{"security", "", "Security service", "安全服务"},
	{"machine-room", "", "Machine room entry", "机房出入"},
	{"training", "", "Training", "培训"},
	{"consulting", "", "Project consulting", "项目咨询"},
	{"event", "", "Event escort", "重大活动保障"},
}

// vital is the starter service that counts as vital.
const vital = "video"

// Starter writes the first settings of a kind for a new centre: those whose
// code is not there yet. It reports how many it added. Kinds without a starter
// add none; Centre is the priority matrix.
func Starter(ctx context.Context, k *setting.Keeper, by people.Actor, now time.Time, kind setting.Kind) (int, error) {
	if err := by.May(setting.Deed(kind)); err != nil {
		return 0, err
	}
	things, err := starter(k.All(), kind)
	if err != nil || len(things) == 0 {
		return 0, err
	}
	for _, t := range things {
		t.Changed = now
	}
	row := audit.By(by, now, "setting.starter", string(kind))
	row.Detail = fmt.Sprintf(`{"added":%d}`, len(things))
	return len(things), k.Put(ctx, &setting.Lot{Things: things, Audit: []audit.Row{row}})
}

func starter(all *setting.All, kind setting.Kind) ([]*setting.Thing, error) {
	switch kind {
	case setting.Zone:
		return plant(all, kind, starterZones, func(s seed) any { return people.Zone{Isolated: s.code == isolated || s.under == isolated} })
	case setting.Category:
		return plant(all, kind, starterCategories, func(seed) any { return catalogue.Category{} })
	case setting.Cause:
		return plant(all, kind, starterCauses, func(seed) any { return catalogue.Cause{} })
	case setting.GradeReason:
		return plant(all, kind, starterReasons, func(seed) any { return grade.Reason{} })
	case setting.Service:
		return plant(all, kind, starterServices, func(s seed) any {
			d := catalogue.Service{State: catalogue.Draft, Criticality: catalogue.Important}
			if s.code == vital {
				d.Criticality = catalogue.Vital
			}
			return d
		})
	case setting.Offering:
		return starterOfferings(all)
	case setting.Template:
		return plant(all, kind, starterTemplates, func(s seed) any { return templateBodies[s.code] })
	case setting.Calendar:
		return starterCalendars(all)
	case setting.Agreement:
		return starterAgreement(all)
	case setting.Centre:
		return plant(all, kind, []seed{{MatrixCode, "", "Priority matrix", "优先级矩阵"}}, func(seed) any { return catalogue.StandardMatrix() })
	}
	return nil, nil
}

// plant makes the things of a table that are not there yet.
func plant(all *setting.All, kind setting.Kind, seeds []seed, doc func(seed) any) ([]*setting.Thing, error) {
	var out []*setting.Thing
	ids := map[string]int64{}
	for i, s := range seeds {
		if held := all.Coded(kind, s.code); held != nil {
			ids[s.code] = held.ID
			continue
		}
		t := &setting.Thing{ID: int64(-1 - i), Kind: kind, Code: s.code, Name: people.Text{En: s.en, Zh: s.zh}, Parent: ids[s.under]}
		if err := setting.Write(t, doc(s)); err != nil {
			return nil, err
		}
		ids[s.code] = t.ID
		out = append(out, t)
	}
	return out, nil
}

func starterCalendars(all *setting.All) ([]*setting.Thing, error) {
	var seeds []seed
	specs := map[string]any{}
	for _, c := range sla.StandardCalendars() {
		seeds = append(seeds, seed{c.Code, "", c.NameEn, c.NameZh})
		spec := c.Spec
		spec.Name = c.NameEn
		specs[c.Code] = spec
	}
	return plant(all, setting.Calendar, seeds, func(s seed) any { return specs[s.code] })
}

// starterAgreement is the standard agreement on the starter calendars; without
// those there is none.
func starterAgreement(all *setting.All) ([]*setting.Thing, error) {
	ids := map[int64]int64{}
	for _, c := range sla.StandardCalendars() {
		held := all.Coded(setting.Calendar, c.Code)
		if held == nil {
			return nil, nil
		}
		ids[c.ID] = held.ID
	}
	a := sla.Standard().On(ids)
	return plant(all, setting.Agreement, []seed{{"standard", "", a.NameEn, a.NameZh}}, func(seed) any { return a })
}

var starterTemplates = []seed{
	{"received", "", "We are on it", "已受理"},
	{"ask", "", "Ask for details", "请补充信息"},
	{"visit", "", "Announce a visit", "预约上门"},
	{"resolved", "", "Resolved, please confirm", "已解决，请确认"},
	{"province", "", "Handed to the province", "已转省级处理"},
	{"handover", "", "Hand-over note", "交接说明"},
}

var templateBodies = map[string]catalogue.Template{
	"received": {Use: catalogue.AsReply, Body: people.Text{
		En: "Dear {{requester.name}},\n\nwe have received your report {{number}} ({{title}}) and are working on it. We expect to be done by {{due}}.\n\n{{me.name}}, {{centre.name}}",
		Zh: "{{requester.name}}：\n\n您好！您反映的“{{title}}”已受理，编号 {{number}}，预计于 {{due}} 前处理完毕。\n\n{{centre.name}} {{me.name}}",
	}},
	"ask": {Use: catalogue.AsReply, Body: people.Text{
		En: "Dear {{requester.name}},\n\nto go on with {{number}} we need to know: what exactly did you see, since when, and does it happen to colleagues, too? You can answer here or call {{centre.phone}}.",
		Zh: "{{requester.name}}：\n\n您好！为继续处理 {{number}}，请补充：具体现象、出现时间、同事是否也有同样情况。可直接在此回复，或致电 {{centre.phone}}。",
	}},
	"visit": {Use: catalogue.AsReply, Body: people.Text{
		En: "Dear {{requester.name}},\n\na colleague will come to room {{requester.room}} today about {{number}}. Please tell us when it does not suit you.",
		Zh: "{{requester.name}}：\n\n您好！我们将于今日到 {{requester.room}} 处理 {{number}}，如时间不便请告知。",
	}},
	"resolved": {Use: catalogue.AsReply, Body: people.Text{
		En: "Dear {{requester.name}},\n\n{{number}} is resolved: {{solution}}\n\nPlease confirm, or tell us if it is not; without an answer it closes after three working days.",
		Zh: "{{requester.name}}：\n\n您好！{{number}} 已解决：{{solution}}\n\n请您确认；如仍有问题请告知。三个工作日内未答复将自动关闭。",
	}},
	"province": {Use: catalogue.AsReply, Body: people.Text{
		En: "Dear {{requester.name}},\n\nthe cause of {{number}} lies with the platform of the province. We have passed it on and keep you informed.",
		Zh: "{{requester.name}}：\n\n您好！{{number}} 的原因在省级平台，我们已提交省中心处理，并将及时告知进展。",
	}},
	"handover": {Use: catalogue.AsNote, Body: people.Text{
		En: "State so far:\nTried:\nNext step:\nAgreed with the requester:",
		Zh: "目前情况：\n已尝试：\n下一步：\n与申请人的约定：",
	}},
}

// StarterKinds lists the kinds that have a starter, in the order they build on
// each other.
func StarterKinds() []setting.Kind {
	return []setting.Kind{setting.Zone, setting.Calendar, setting.Agreement, setting.Category, setting.Cause, setting.GradeReason, setting.Service, setting.Offering, setting.Template, setting.Centre}
}

// Slug makes a code of a name: what a table calls something becomes what
// addresses call it.
func Slug(name string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '/' || r == '\\' || r == '(' || r == ')' || r == '（' || r == '）':
			return '-'
		}
		return r
	}, strings.ToLower(strings.TrimSpace(name))), "-")
}
