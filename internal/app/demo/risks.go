package demo

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/risk"
	"kilter/internal/practice/setting"
)

// hazard is a risk of the city, and how far it comes.
type hazard struct {
	service, process    string
	daysAgo             int
	title               people.Text
	condition           people.Text
	consequence         people.Text
	probability, impact int
	chance, loss        int // in percent and yuan, where they are known
	within              risk.Span
	response            risk.Response
	mitigation          people.Text
	trigger             people.Text
	contingency         people.Text
	team                string // whose first member answers for it
	until               string // "identified", "analysed", "planned", "tracked", "occurred", "closed"
	told                people.Text
}

// upgrading is the service under whose name the risk of upgrades is kept.
const upgrading = "cloud-platform"

// hazards are the risks of the city, the oldest first.
var hazards = []hazard{
	{
		service: upgrading, process: "chg", daysAgo: 400, probability: 3, impact: 3, within: risk.Near, response: risk.Reduce, team: "platform", until: "tracked",
		title:       t("An upgrade does otherwise in operation than in its rehearsal", "升级在生产环境的表现与演练不一致"),
		condition:   t("The test environment has half of the data and one of each pair of devices.", "测试环境只有一半数据，成对设备各只有一台。"),
		consequence: t("A change overruns its window or has to be taken back, and users find the service down in the morning.", "变更超出时间窗口或须回退，次日上班时服务不可用。"),
		mitigation:  t("The way back of every change is rehearsed; of a pair the second follows on another night.", "每项变更均先演练回退；成对设备分两晚进行。"),
		trigger:     t("Half of the window is over and less than half of the tasks are done.", "时间窗口过半而任务完成不足一半。"),
		contingency: t("Back out, and tell the desk before seven in the morning.", "立即回退，并于早上七点前通知服务台。"),
	},
	{
		service: "exchange", process: "con", daysAgo: 210, probability: 3, impact: 5, chance: 40, loss: 1_200_000, within: risk.Middle, response: risk.Reduce, team: "network", until: "occurred",
		title:       t("The line to the province platform is single", "通往省平台的线路只有一条"),
		condition:   t("All data exchange with the province runs over one leased line in one duct.", "与省平台的数据交换全部依赖一条专线，且走同一管道。"),
		consequence: t("When it is cut, no department exchanges data with the province until it is repaired.", "线路中断后，各部门与省平台的数据交换全部停止，直至抢修完成。"),
		mitigation:  t("A second line by another carrier and another duct is in the budget of next year.", "第二条线路（另一运营商、不同管道）已列入明年预算。"),
		trigger:     t("Loss of packets on the line above 1 % for ten minutes.", "线路丢包率超过 1% 并持续十分钟。"),
		contingency: t("Urgent tables are handed over on sealed media under two signatures.", "紧急数据以密封介质交换，双人签字。"),
		told:        t("Roadworks cut the duct; eleven hours until the splice was done.", "道路施工挖断管道，抢修历时十一小时。"),
	},
	{
		service: "service-hall-system", process: "cap", daysAgo: 120, probability: 4, impact: 4, chance: 70, loss: 600_000, within: risk.Near, response: risk.Reduce, team: "platform", until: "tracked",
		title:       t("The counter system is full at the end of the quarter", "季度末大厅业务系统容量不足"),
		condition:   t("The database server has run above 85 % of its memory at each quarter's end.", "数据库服务器在每个季度末内存使用率均超过 85%。"),
		consequence: t("Counters in the hall stand still at the busiest time.", "业务最繁忙时大厅窗口停办。"),
		mitigation:  t("Reports are moved to the night; memory is doubled before the end of the year.", "报表改在夜间运行；年底前内存扩容一倍。"),
		trigger:     t("Memory above 90 % before noon.", "上午内存使用率超过 90%。"),
		contingency: t("The statistics service is stopped; the hall hands out numbers by hand.", "停用统计服务，大厅改为人工叫号。"),
	},
	{
		service: "oa", process: "im", daysAgo: 90, probability: 2, impact: 3, within: risk.Middle, response: risk.Transfer, team: "applications", until: "planned",
		title:       t("The supplier of office automation has one person for the city", "协同办公厂商仅有一名驻场人员"),
		condition:   t("One engineer of the supplier knows the city's adaptations.", "仅一名厂商工程师熟悉本市定制内容。"),
		consequence: t("While he is away, faults of signing wait for days.", "其请假期间，公文签批故障可能等待数日。"),
		mitigation:  t("The next contract asks for two persons and a manual.", "下一期合同要求两人驻场并交付维护手册。"),
		trigger:     t("He gives notice, or is away for more than three days.", "该工程师离职或请假超过三天。"),
		contingency: t("The supplier's centre in the province capital helps from afar under escort.", "由厂商省会服务中心在专人陪同下远程支持。"),
	},
	{
		service: "identity", process: "chg", daysAgo: 45, probability: 2, impact: 5, within: risk.Far, response: risk.Accept, team: "platform", until: "analysed",
		title:       t("Certificates of unified sign-in end in the same week", "统一身份认证的证书集中在同一周到期"),
		condition:   t("All certificates were issued on one day.", "全部证书于同一天签发。"),
		consequence: t("One forgotten renewal closes the sign-in of all departments.", "漏换一张证书，全市各部门将无法登录。"),
	},
	{
		service: "archives-system", process: "con", daysAgo: 6, until: "identified",
		title:       t("Restoring the archive was never tried", "电子档案从未做过恢复演练"),
		condition:   t("Backups are written each night; nobody has restored one as a whole.", "每晚均有备份，但从未完整恢复过。"),
		consequence: t("Nobody can say how long a restore takes, or whether it works.", "恢复所需时间以及能否恢复均无把握。"),
	},
	{
		service: "hotline-system", process: "rel", daysAgo: 150, probability: 4, impact: 4, within: risk.Near, response: risk.Reduce, team: "applications", until: "closed",
		title:       t("The speech gateway is not among what is tested", "语音网关不在测试范围内"),
		condition:   t("The test environment of the hotline has no gateway.", "热线测试环境没有语音网关。"),
		consequence: t("Faults of numbering show in operation only.", "号码方案的错误只有上线后才会暴露。"),
		mitigation:  t("A gateway is borrowed from the supplier for each release.", "每次发布前向厂商借用网关。"),
		trigger:     t("A release that touches numbering or routing.", "发布内容涉及号码或话务路由。"),
		contingency: t("Back-out at the site within forty minutes.", "四十分钟内在现场回退。"),
		told:        t("A gateway of its own stands in the test environment now. Whatever a release touches belongs into the test environment.", "测试环境已配备专用网关。凡发布涉及的部件都应进入测试环境。"),
	},
}

// risks lets the city keep a risk register, in both languages.
func (c *city) risks(ctx context.Context) error {
	at := c.now
	inner := *c.Risks.Desk
	inner.Now = func() time.Time { return at }
	desk := risk.NewDesk(inner, c.Risks.Shelf)
	p := c.teams["offices"].members[slices.Index(offices, "process_manager")]
	lead := people.Actor{ID: p.ID, Name: p.Name, Lang: "zh-Hans", Via: people.ViaImport, Staff: true, Grants: people.NewGrants("risk.*"), Scope: people.Everything()}
	for _, h := range hazards {
		at = c.now.AddDate(0, 0, -h.daysAgo)
		r, err := desk.Identify(ctx, lead, record.Input{Fields: map[string]string{
			"title": bilingual(h.title), "condition": bilingual(h.condition), "consequence": bilingual(h.consequence), "process": h.process, "service": strconv.FormatInt(c.id(setting.Service, h.service), 10),
		}})
		for _, step := range h.steps(c) {
			if err != nil {
				break
			}
			at = at.AddDate(0, 0, step.days)
			_, err = desk.Move(ctx, lead, r.Number, step.name, record.Input{Text: step.text, Fields: step.fields})
		}
		if err != nil {
			return fmt.Errorf("risk %q: %w", h.title.En, err)
		}
		c.perils[h.service] = r.ID
	}
	return nil
}

// endangered links a change to the risk of the register that it brings with it:
// that of its service, else that of upgrades.
func (c *city) endangered(ctx context.Context, one *change.Change, service string) error {
	peril := cmp.Or(c.perils[service], c.perils[upgrading])
	link := record.Link{From: peril, To: one.ID, Type: "relates", At: one.Opened.Add(time.Hour), By: one.Requester}
	return c.Risks.Store.Write(ctx, func(t record.Tx[*risk.Risk]) error { return t.Link(link) })
}

// riskStep is a move of a risk's life, some days after the one before.
type riskStep struct {
	name, text string
	days       int
	fields     map[string]string
}

// steps are those that a risk of the city has made.
func (h hazard) steps(c *city) []riskStep {
	review := c.now.AddDate(0, 0, 20).UTC().Format(time.RFC3339)
	weighed := map[string]string{"probability": strconv.Itoa(h.probability), "impact": strconv.Itoa(h.impact), "within": string(h.within)}
	if h.chance > 0 {
		weighed["chance"], weighed["loss"] = strconv.Itoa(h.chance), strconv.Itoa(h.loss)
	}
	all := []riskStep{{name: "analyse", days: 2, fields: weighed}}
	if h.team != "" {
		all = append(all,
			riskStep{name: "plan", days: 5, fields: map[string]string{
				"response": string(h.response), "mitigation": bilingual(h.mitigation), "trigger": bilingual(h.trigger), "contingency": bilingual(h.contingency),
				"team": strconv.FormatInt(int64(c.teams[h.team].id), 10), "owner": c.teams[h.team].members[0].ID.String(), "review_on": review,
			}},
			riskStep{name: "track", days: 3})
	}
	switch h.until {
	case "identified":
		return nil
	case "analysed":
		return all[:1]
	case "planned":
		return all[:2]
	case "occurred":
		return append(all, riskStep{name: "occur", text: bilingual(h.told), days: 180})
	case "closed":
		return append(all, riskStep{name: "close", days: 60, fields: map[string]string{"lesson": bilingual(h.told)}})
	}
	return all
}
