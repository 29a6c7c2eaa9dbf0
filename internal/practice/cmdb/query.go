package cmdb

import (
	"slices"
	"strings"

	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/setting"
)

// stateNames are what people call the states in a condition.
var stateNames = map[State]people.Text{
	Planned: {En: "Planned", Zh: "已计划"}, Ordered: {En: "Ordered", Zh: "已订购"}, InStock: {En: "In stock", Zh: "在库"}, Building: {En: "Building", Zh: "建设中"},
	Live: {En: "Live", Zh: "运行中"}, Maintenance: {En: "In maintenance", Zh: "维护中"}, Retired: {En: "Retired", Zh: "已退役"}, Disposed: {En: "Disposed of", Zh: "已处置"},
}

func options[S ~string](names map[S]people.Text, codes ...S) []query.Option {
	out := make([]query.Option, len(codes))
	for i, c := range codes {
		out[i] = query.Option{Code: string(c), Name: names[c]}
	}
	return out
}

// Conditions are the fields that conditions on items can name: those of every
// item, and the attributes of all classes under "x.", their plain names and
// their labels.
func (m *Model) Conditions() query.Fields {
	classes := make([]query.Option, 0, len(m.order))
	for _, c := range m.Classes() {
		classes = append(classes, query.Option{Code: string(c.Code), Name: c.Name})
	}
	out := query.Fields{
		{Name: "code", Also: []string{"标签", "编号"}, Type: query.Text},
		{Name: "name", Also: []string{"名称"}, Type: query.Text},
		{Name: "class", Also: []string{"类别"}, Type: query.Choice, Choices: classes},
		{Name: "state", Also: []string{"状态"}, Type: query.Choice, Choices: options(stateNames, Life.States()...)},
		{Name: "zone", Also: []string{"网络区域", "区域"}, Type: query.Thing, Of: setting.Zone},
		{Name: "service", Also: []string{"服务"}, Type: query.Thing, Of: setting.Service},
		{Name: "department", Also: []string{"部门"}, Type: query.Thing, Of: setting.Department},
		{Name: "team", Also: []string{"团队", "组"}, Type: query.Thing, Of: setting.Team},
		{Name: "owner", Also: []string{"责任人", "负责人"}, Type: query.Person},
		{Name: "room", Also: []string{"地点", "房间"}, Type: query.Text},
		{Name: "serial", Also: []string{"序列号"}, Type: query.Text},
		{Name: "grade", Also: []string{"等保级别", "级别"}, Type: query.Number},
		{Name: "operator", Also: []string{"运维方"}, Type: query.Choice, Choices: options(map[Operator]people.Text{Own: {Zh: "本中心"}, Province: {Zh: "省级"}, City: {Zh: "市级"}, Department: {Zh: "部门"}, Cloud: {Zh: "云"}, Vendor: {Zh: "厂商"}}, Operators...)},
		{Name: "criticality", Also: []string{"关键程度"}, Type: query.Choice, Choices: options(map[Criticality]people.Text{Vital: {Zh: "关键"}, Important: {Zh: "重要"}, Other: {Zh: "一般"}}, Criticalities...)},
		{Name: "warranty", Also: []string{"质保到期"}, Type: query.Moment},
		{Name: "created", Also: []string{"创建时间"}, Type: query.Moment},
		{Name: "changed", Also: []string{"更新时间"}, Type: query.Moment},
		{Name: "seen", Also: []string{"最近发现"}, Type: query.Moment},
		{Name: "audited", Also: []string{"审计时间"}, Type: query.Moment},
		{Name: "missed", Also: []string{"缺失次数"}, Type: query.Number},
	}
	for _, c := range m.Classes() {
		for _, a := range c.All {
			name := "x." + a.Name
			if slices.ContainsFunc(out, func(f query.Field) bool { return f.Name == name }) {
				continue
			}
			f := query.Field{Name: name, Also: []string{strings.ToLower(a.Zh), a.Name, strings.ToLower(strings.ReplaceAll(a.En, " ", "_"))}, Type: query.Text}
			switch a.Type {
			case Number:
				f.Type = query.Decimal
			case Date:
				f.Type = query.Day
			case Person:
				f.Type = query.Person
			case Reference:
				f.Type = query.Item
			case Choice:
				f.Type = query.Choice
				for _, o := range a.Choices {
					f.Choices = append(f.Choices, query.Option{Code: o.Code, Name: people.Text{En: o.En, Zh: o.Zh}})
				}
			}
			out = append(out, f)
		}
	}
	return out
}

// Widen lets conditions on a class hold for all classes below it.
func (m *Model) Widen(n query.Node) query.Node {
	if n.Joins() {
		kids := make([]query.Node, len(n.Kids))
		for i, k := range n.Kids {
			kids[i] = m.Widen(k)
		}
		n.Kids = kids
		return n
	}
	if n.Field != "class" {
		return n
	}
	var values []string
	for _, v := range n.Values {
		values = append(values, v)
		if c := m.Class(Class(v)); c != nil {
			values = append(values, texts(c.Below)...)
		}
	}
	slices.Sort(values)
	n.Values = slices.Compact(values)
	return n
}

// Read reads a condition on items.
func (m *Model) Read(text string, k query.Context) (query.Node, error) {
	n, err := m.Conditions().Read(text, k)
	return m.Widen(n), err
}
