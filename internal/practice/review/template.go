package review

import (
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Figure is something that an agenda shows in figures, filled in from what is
// kept.
type Figure string

// The figures.
const (
	Incidents    Figure = "incidents"
	Kept         Figure = "kept"
	Agreements   Figure = "agreements"
	Satisfaction Figure = "satisfaction"
	Maturity     Figure = "maturity"
	Readiness    Figure = "readiness"
	Roadmap      Figure = "roadmap"
	Money        Figure = "money"
	Risks        Figure = "risks"
	Due          Figure = "actions" // actions and conditions of earlier reviews
	Asked        Figure = "change"  // of a change initiation review: its change, how risky it is, and when
	Cost         Figure = "cost"    // and what that costs

	Inside    Figure = "ola"        // agreements between teams, and how they were kept
	Operated  Figure = "operations" // recurring operations: inspections, backups, reviews of accounts
	Monitored Figure = "monitoring" // incidents that monitoring found
	Causes    Figure = "causes"     // incidents by causes that lie with the centre itself
	Guides    Figure = "guides"     // the state of the operations guides
	Staffing  Figure = "staffing"   // booked and available hours, roles with nobody to stand in
	Results   Figure = "results"    // what was kept of each service
	Breaches  Figure = "breaches"   // promises that were broken, with their causes
	Grades    Figure = "grades"     // what users said of what was done for them
	Planned   Figure = "planned"    // changes that are to come
	Improve   Figure = "improve"    // steps of the improvement programme that are open
	Impact    Figure = "impact"     // of a change initiation review: what suffers, from the CMDB
	Weighed   Figure = "risk"       // and the risks of the change with what is done about them
)

// Figures lists them.
var Figures = []Figure{Incidents, Kept, Agreements, Satisfaction, Maturity, Readiness, Roadmap, Money, Risks, Due, Asked, Cost, Inside, Operated, Monitored, Causes, Guides, Staffing, Results, Breaches, Grades, Planned, Improve, Impact, Weighed}

// Template is what reviews of a kind begin with: a line for each point, as
// "English | 中文"; one of the agenda may begin with the figure it shows, as
// "kept = Results against targets | 目标达成".
type Template struct {
	Agenda string `json:"agenda"`
	Checks string `json:"checks"`
	Every  Rhythm `json:"every,omitempty"` // how often it comes again by itself; none of a change
	// Leads are the roles whose holders lead it; those that lead it usually when none is
	// named.
	Leads []int64 `json:"leads,omitempty"`
}

// Usual are the codes of the roles whose holders lead reviews of a kind until a
// centre decides otherwise (domain/mof 1.1). Whoever answers for all processes stands
// in for each of their managers.
func Usual(k Kind) []string {
	const all = "process_manager"
	switch k {
	case Initiation:
		return []string{"change_manager", all, "director"} // a major change is the director's, too
	case Operations:
		return []string{"desk_manager", "incident_manager", all}
	case Service:
		return []string{"service_owner", all}
	case Programme:
	}
	return []string{"director", all}
}

// Policy is the templates of a centre.
type Policy struct {
	Initiation Template `json:"initiation"`
	Operations Template `json:"operations"`
	Service    Template `json:"service"`
	Programme  Template `json:"programme"`
}

// PolicyCode is the code of the centre setting that holds them.
const PolicyCode = "reviews"

// Standard is what holds until a centre decides otherwise, after domain/mof 1.1.
func Standard() Policy {
	lines := func(all ...string) string { return strings.Join(all, "\n") }
	return Policy{
		Initiation: Template{
			Agenda: lines("change = What is asked for, and why | 变更的内容与理由", "impact = What it touches: items and services | 影响的配置项与服务", "risk = Risks, and what is done about them | 风险及应对", "cost = Cost, benefit and who pays | 成本、收益与经费来源", "Who builds it, who runs it | 由谁实施、由谁运行", "actions = Actions of earlier reviews | 以往评审的行动项"),
			Checks: lines("It is worth doing: the benefit is named | 值得做：收益明确", "It is feasible: skills and time are there | 可行：人员与时间具备", "It is affordable: the budget is named | 负担得起：经费落实", "It is operable: operation and support agree | 可运行：运维与支持同意", "The impact list from the CMDB was read | 已查看配置库的影响清单", "The risk was weighed and its mitigation planned | 风险已评估并有缓解措施"),
		},
		Operations: Template{
			Every:  Monthly,
			Agenda: lines("incidents = Incidents and what is late | 事件与超时情况", "kept = Resolved in time | 按时解决率", "ola = Inner agreements: what teams promised each other | 内部协议（OLA）执行情况", "monitoring = What monitoring found | 监控发现情况", "operations = Recurring operations, backups and their results | 例行操作、备份及结果", "causes = Incidents of inner causes | 内部原因造成的事件", "guides = Operations guides: what has to be written anew | 操作手册的修订", "staffing = People: hours and deputies | 人员：工时与替补", "risks = The top risks | 主要风险", "actions = Actions of earlier reviews | 以往评审的行动项"),
			Checks: lines("Missed operations were looked into | 未完成的例行操作已查明原因", "Backups were restored on trial | 备份已做恢复测试", "Incidents of inner causes have a problem | 内部原因造成的事件已建问题", "Operations guides are up to date | 操作手册为最新", "Duty and deputies are filled | 值班与替补安排到位"),
		},
		Service: Template{
			Every:  Quarterly,
			Agenda: lines("kept = Results against targets | 目标达成情况", "agreements = Agreements in force | 生效协议", "results = Results of each service | 各服务的达成情况", "breaches = Breaches and their causes | 违约及原因", "satisfaction = What users say | 用户满意度", "grades = Grades after closing | 办结后的评价", "planned = Planned changes that customers will notice | 客户将感受到的变更", "improve = Improvements under way | 进行中的改进事项", "Are the targets still right? | 目标是否仍然合适", "risks = The top risks | 主要风险", "actions = Actions of earlier reviews | 以往评审的行动项"),
			Checks: lines("Every breach has a cause | 每次违约均有原因", "The customer was heard | 已听取客户意见", "Targets that are not right are named | 不合适的目标已列明", "Improvements are entered as steps | 改进事项已列入计划"),
		},
		Programme: Template{
			Every:  Quarterly,
			Agenda: lines("roadmap = Steps verified and fallen back | 已验证与倒退的步骤", "maturity = Processes against their targets | 流程等级与目标", "readiness = Readiness of the people | 人员准备度", "satisfaction = What users say | 用户满意度", "money = Money | 经费", "risks = The top risks | 主要风险", "actions = Actions of earlier reviews | 以往评审的行动项"),
			Checks: lines("Every step that is late has an owner and a new day | 逾期步骤均有负责人和新期限", "Steps that fell back are explained | 倒退的步骤已说明原因", "Capacity of the next phase is there | 下一阶段的力量具备", "Targets still fit what users need | 目标仍符合用户需要"),
		},
	}
}

var document = setting.Document[Policy]{Code: PolicyCode, Usual: Standard}

// PolicyOf reads the templates.
func PolicyOf(all *setting.All) (Policy, error) { return document.Of(all) }

// Of is the template of a kind.
func (p *Policy) Of(k Kind) *Template {
	switch k {
	case Initiation:
		return &p.Initiation
	case Operations:
		return &p.Operations
	case Service:
		return &p.Service
	case Programme:
	}
	return &p.Programme
}

// text reads "English | 中文".
func text(line string) people.Text {
	en, zh, both := strings.Cut(line, "|")
	en, zh = strings.TrimSpace(en), strings.TrimSpace(zh)
	if !both {
		return people.Text{En: en, Zh: en}
	}
	return people.Text{En: en, Zh: zh}
}

func eachLine(all string, do func(string)) {
	for line := range strings.Lines(all) {
		if line = strings.TrimSpace(line); line != "" {
			do(line)
		}
	}
}

// Lay makes the agenda and the checklist that a review begins with.
func (t *Template) Lay() (agenda []Item, checks []Check) {
	eachLine(t.Agenda, func(line string) {
		one := Item{}
		if f, rest, ok := strings.Cut(line, "="); ok && slices.Contains(Figures, Figure(strings.TrimSpace(f))) {
			one.Figure, line = Figure(strings.TrimSpace(f)), rest
		}
		one.Text = text(line)
		agenda = append(agenda, one)
	})
	eachLine(t.Checks, func(line string) { checks = append(checks, Check{Text: text(line)}) })
	return agenda, checks
}

// check says what is wrong with a template.
func (t *Template) check(kind Kind) error {
	agenda, checks := t.Lay()
	switch {
	case len(agenda) == 0:
		return fault.At(string(kind)+"_agenda", "record.required")
	case len(checks) == 0:
		return fault.At(string(kind)+"_checks", "record.required")
	case len(agenda) > mostLines:
		return fault.At(string(kind)+"_agenda", "review.too_many_lines").With("max", mostLines)
	case len(checks) > mostLines:
		return fault.At(string(kind)+"_checks", "review.too_many_lines").With("max", mostLines)
	}
	return nil
}

// mostTemplate bounds the text of a template.
const mostTemplate = 8_000

// Sheet describes the templates as a setting. Until a centre decides otherwise
// they are filled in with what holds.
func Sheet() setting.Sheet {
	var fields []setting.Attribute
	for _, k := range Kinds {
		fields = append(fields,
			setting.TextOf(string(k)+"_agenda", mostTemplate, func(d *Policy) *string { return &d.Of(k).Agenda }).Must(),
			setting.TextOf(string(k)+"_checks", mostTemplate, func(d *Policy) *string { return &d.Of(k).Checks }).Must())
		fields = append(fields, setting.RefsOf(string(k)+"_leads", setting.Role, func(d *Policy) *[]int64 { return &d.Of(k).Leads }))
		if k != Initiation {
			fields = append(fields, setting.ChoiceOf(string(k)+"_every", Rhythms, func(d *Policy) *Rhythm { return &d.Of(k).Every }))
		}
	}
	return document.Sheet(func(_ *setting.All, p *Policy) error {
		var many fault.Many
		for _, k := range Kinds {
			if err := many.Add(p.Of(k).check(k)); err != nil {
				return err
			}
		}
		return many.Err()
	}, fields...)
}
