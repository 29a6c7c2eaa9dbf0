package web

import "kilter/internal/web/part"

// fields are one of each kind of question, two of them answered wrongly.
func (g *guide) fields() []part.Field {
	return []part.Field{
		{Name: "title", Label: g.Say("What happened", "发生了什么"), Required: true, Value: g.Say("Approval system unreachable", "审批系统无法访问"), Help: g.Say("One line the team understands at a glance", "用一句话说明，让处理人员一看就懂"), Max: 200},
		{Name: "service", Label: g.Say("Service", "服务"), Kind: part.Choice, Required: true, Faults: []string{g.Say("Choose the service that is hit, or Unknown.", "请选择受影响的服务；不清楚时选“未知”。")}, Options: []part.Option{{Value: "a", Label: g.Say("Online approval", "网上审批")}, {Value: "m", Label: g.Say("Mail", "电子邮件")}}},
		{Name: "person", Label: g.Say("Caller", "来电人"), Kind: part.Choose, Required: true, Options: []part.Option{{Value: "1", Label: g.Say("Zhou Min", "周敏")}, {Value: "2", Label: g.Say("Li Na", "李娜")}}},
		{Name: "text", Label: g.Say("More about it", "详细说明"), Kind: part.Long},
		{Name: "since", Label: g.Say("Since when", "开始时间"), Kind: part.DateTime, Narrow: true, Value: "2026-11-24T08:12"},
		{Name: "users", Label: g.Say("People affected", "受影响人数"), Kind: part.Number, Unit: g.Say("people", "人"), Value: g.Say("many", "很多"), Faults: []string{g.Say("Write a whole number, such as 40.", "请填写整数，例如 40。")}},
		{Name: "impact", Label: g.Say("Impact", "影响范围"), Kind: part.Radio, Required: true, Value: "wide", Options: []part.Option{{Value: "one", Label: g.Say("One person", "单人")}, {Value: "room", Label: g.Say("One department", "单个部门")}, {Value: "wide", Label: g.Say("Several departments", "多个部门")}}},
		{Name: "major", Label: g.Say("Propose as a major incident", "提请认定为重大事件"), Kind: part.Toggle, Value: "true", Help: g.Say("The incident manager decides", "由事件经理认定")},
		{Name: "files", Label: g.Say("Pictures or files", "图片或文件"), Kind: part.File, Many: true},
	}
}
