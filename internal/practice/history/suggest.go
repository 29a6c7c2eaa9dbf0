package history

import (
	"slices"
	"strings"

	"kilter/internal/practice/flow"
)

// usual are the names that columns of such logs have, by what they mean; those
// before come first. They are compared without capitals, spaces and signs.
var usual = map[Field][]string{
	Case:        {"case:concept:name", "case id", "caseid", "case", "number", "incident id", "incident number", "ticket id", "ticket", "ticket number", "sr number", "工单", "工单号", "工单编号", "事件编号", "编号", "id"},
	Time:        {"time:timestamp", "timestamp", "sys_updated_at", "complete timestamp", "datestamp", "change date+time", "event time", "updated", "updated at", "time", "date", "时间", "操作时间", "更新时间"},
	Order:       {"sys_mod_count", "sequence", "event id", "序号"},
	Activity:    {"concept:name", "activity", "incidentactivity_type", "action", "event", "动作", "操作", "活动", "环节"},
	Status:      {"incident_state", "state", "status", "状态"},
	Person:      {"org:resource", "resource", "sys_updated_by", "user", "agent", "updated by", "处理人", "操作人"},
	Owner:       {"assigned_to", "assignee", "owner", "负责人", "受理人"},
	Team:        {"assignment_group", "assignment group", "support team", "team", "group", "queue", "workgroup", "support_section", "org:group", "处理组", "组", "班组", "支持组"},
	Requester:   {"caller_id", "caller", "requester", "customer", "reported by", "申请人", "报告人", "用户"},
	Department:  {"department", "location", "部门", "单位"},
	Service:     {"service", "service component wbs (aff)", "product", "business service", "服务", "系统", "业务系统"},
	Category:    {"category", "service_type", "type", "分类", "类别", "事件分类"},
	Subcategory: {"subcategory", "sub category", "子分类", "子类"},
	Item:        {"cmdb_ci", "ci name (aff)", "configuration item", "item", "ci", "配置项", "资产"},
	Impact:      {"impact", "影响", "影响度", "影响范围"},
	Urgency:     {"urgency", "紧急度", "紧急程度"},
	Priority:    {"priority", "优先级", "级别"},
	Title:       {"short_description", "short description", "title", "subject", "summary", "标题", "主题", "摘要"},
	Description: {"description", "描述", "事件描述", "内容"},
	Opened:      {"opened_at", "open time", "opened", "created at", "created", "登记时间", "创建时间", "开始时间"},
	Resolved:    {"resolved_at", "resolved time", "resolved", "解决时间"},
	Closed:      {"closed_at", "close time", "closed", "关闭时间"},
	Reason:      {"pending reason", "waiting reason", "挂起原因", "等待原因"},
	Cause:       {"closed_code", "close code", "closure code", "cause", "原因", "关闭代码"},
	Solution:    {"close_notes", "resolution", "solution", "解决方案", "处理结果"},
	Reassigned:  {"reassignment_count", "# reassignments", "转派次数"},
	Reopened:    {"reopen_count", "重开次数"},
	InTarget:    {"made_sla", "in target", "是否达标"},
}

// Suggest makes a first map from the names of the columns. It is a start for a
// person to go on from: what a column means only he can know.
func Suggest(columns []string, name string) *Map {
	m := &Map{Source: name, Shape: EventLog, Columns: map[Field]Column{}, Missing: []string{"?", "NULL"}}
	taken := map[string]bool{}
	for _, f := range Fields {
		for _, word := range usual[f] {
			i := slices.IndexFunc(columns, func(c string) bool { return bare(c) == bare(word) && !taken[c] })
			if i >= 0 {
				m.Columns[f] = Column{From: words{columns[i]}}
				taken[columns[i]] = true
				break
			}
		}
	}
	_, activity := m.Columns[Activity]
	_, state := m.Columns[Status]
	if state && !activity {
		m.Shape = AuditLog
	}
	return m
}

// usualStates are the words that tools have for a state or for the activity
// that leads to it, as a map writes what they mean.
var usualStates = map[string][]string{
	"new":               {"new", "open", "opened", "created", "logged", "registered", "submitted", "insert ticket", "登记", "新建", "创建", "提交"},
	"assigned":          {"assigned", "assignment", "reassignment", "reassigned", "queued", "awaiting assignment", "派单", "转派", "分派", "指派"},
	"in_progress":       {"active", "in progress", "work in progress", "accepted", "started", "processing", "reopen", "reopened", "接单", "受理", "处理", "处理中", "重开"},
	"pending":           {"pending", "on hold", "hold", "wait", "waiting", "suspended", "挂起", "等待"},
	"pending(user)":     {"awaiting user info", "awaiting caller", "wait user", "wait customer", "waiting for customer", "pending customer", "pending user", "等待用户"},
	"pending(supplier)": {"awaiting vendor", "wait vendor", "waiting for vendor", "pending vendor", "pending supplier", "等待厂商", "等待供应商"},
	"pending(change)":   {"awaiting change", "awaiting problem", "wait implementation", "pending change", "等待变更"},
	"pending(parts)":    {"awaiting parts", "pending parts", "等配件", "等待配件", "等待备件"},
	"resolved":          {"resolved", "resolve", "resolve ticket", "solved", "fixed", "解决", "已解决"},
	"closed":            {"closed", "close", "closure", "关闭", "已关闭"},
	"cancelled":         {"cancelled", "canceled", "cancel", "取消", "作废"},
}

// SuggestStates adds what the words of a log usually mean, where the map says
// nothing of them.
func (m *Map) SuggestStates(labels map[string]Meaning) {
	for label, is := range labels {
		if is.Listed || m.Meaning(label) != "" {
			continue
		}
		for state, names := range usualStates {
			if slices.ContainsFunc(names, func(name string) bool { return bare(name) == bare(label) }) {
				if m.States == nil {
					m.States = map[string]State{}
				}
				name, reason, _ := strings.Cut(strings.TrimSuffix(state, ")"), "(")
				m.States[label] = State{Name: flow.State(name), Reason: reason}
			}
		}
	}
}

func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" _-.", r) {
			return -1
		}
		return r
	}, strings.ToLower(s))
}
