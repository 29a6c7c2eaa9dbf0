package demo

import (
	"context"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// modelled is a model of standard changes of the city.
type modelled struct {
	code, service, team string
	name                people.Text
	procedure, back     string
	tasks               string
	approved            bool
}

var modelledChanges = []modelled{
	{"office-patches", "oa", "applications", t("Monthly patches of office automation", "协同办公月度补丁"), "维护窗口内逐台打补丁并重启，每台确认登录与签批正常后再进行下一台。", "回退到打补丁前的快照。", "建立快照\n逐台打补丁\n确认登录与签批\n通知服务台", true},
	{"antivirus-engine", "antivirus", "security", t("Antivirus engine updated", "病毒防护引擎升级"), "先升级试点组，一小时无告警后全网推送。", "在控制台回退到上一引擎版本。", "试点组升级\n观察一小时\n全网推送", true},
	{"portal-certificate", "portal-site", "applications", t("Certificate of the portal renewed", "门户网站证书更换"), "导入新证书，重新加载前端服务，用外网终端核对证书链。", "恢复旧证书并重新加载。", "核对新证书有效期\n导入并重新加载\n外网核对", true},
	{"access-switches", "wireless", "network", t("Standard configuration of access switches", "接入交换机标准配置下发"), "按楼层分批下发，每批确认上联与无线正常。", "下发上一版配置。", "备份当前配置\n分批下发\n确认无线与上联", true},
	{"firewall-port", "internet", "security", t("A port opened for a known service", "已备案服务开通防火墙端口"), "按备案的地址与端口增加策略，核对日志。", "删除新增策略。", "核对备案\n增加策略\n核对日志", false},
}

// models are the city's models of standard changes: all but one approved, and
// one demoted by what became of it, see mishaps.
func (c *city) models(ctx context.Context) error {
	var things []*setting.Thing
	plans := map[string]change.ModelPlan{}
	for _, m := range modelledChanges {
		p := change.ModelPlan{
			Of:        change.Of{Services: []record.ServiceID{record.ServiceID(c.id(setting.Service, m.service))}},
			Procedure: m.procedure, Test: "已在测试环境按同样步骤演练。", BackOut: m.back, BackOutTime: 20, Communication: "提前一个工作日在门户公告。", Tasks: m.tasks, Impact: 1, Likelihood: 1,
		}
		if m.code == "firewall-port" {
			p.Teams = []people.TeamID{c.teams[m.team].id}
		}
		plans[m.code] = p
		things = append(things, thing(setting.ChangeModel, m.code, m.name, p))
	}
	if err := c.put(ctx, things); err != nil {
		return err
	}
	by := c.by
	by.ID = c.teams["platform"].members[0].ID
	for _, m := range modelledChanges {
		if !m.approved {
			continue
		}
		at := c.now.AddDate(0, 0, -yearOfChanges-20)
		one := &change.Consent{Model: c.id(setting.ChangeModel, m.code), At: at, By: by.ID, Digest: plans[m.code].Digest(), Reason: "经变更咨询委员会讨论，步骤成熟，风险可控。"}
		if err := c.Models.KeepConsent(ctx, one, audit.By(by, at, change.ModelApprove, "change_model:"+m.code)); err != nil {
			return err
		}
	}
	return nil
}

// modelOf is the model of the standard changes of a service.
func (c *city) modelOf(service string) int64 {
	for _, m := range modelledChanges {
		if m.service == service {
			return c.id(setting.ChangeModel, m.code)
		}
	}
	return 0
}
