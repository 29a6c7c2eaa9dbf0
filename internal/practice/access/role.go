package access

import (
	"slices"

	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Role is the document of a role: what whoever holds it may do.
type Role struct {
	Grants []string `json:"grants"`
	// Asked says that the role was saved when it could be asked about every
	// deed there was, Left which ones of its starter were left out then. See
	// Catalogue.Newer.
	Asked bool     `json:"asked,omitempty"`
	Left  []string `json:"left,omitempty"`
}

// Starter is a role a centre begins with.
type Starter struct {
	Code   string
	Name   people.Text
	Grants []string
}

// The codes of the roles that the first start hands out.
const (
	SystemAdministrator   = "system_administrator"
	SecurityAdministrator = "security_administrator"
	AuditAdministrator    = "audit_administrator"
	Requester             = "requester"
	DeskAgent             = "desk_agent"
	Engineer              = "engineer"
	SecurityOfficer       = "security_officer"
)

// handling is what whoever works on incidents does.
var handling = []string{
	"incident.open", "incident.read", "incident.edit", "incident.reply", "incident.note", "incident.watch",
	"incident.task_add", "incident.task_work", "incident.spend", "incident.relate", "incident.export", "incident.macro",
	"incident.classify", "incident.assign", "incident.accept", "incident.reassign", "incident.wait", "incident.resume", "incident.resolve",
	"incident.escalate", "incident.raise", "incident.man", "incident.post", "incident.rate", "incident.grade_answer", "operation.read", "operation.work", "duty.read", "duty.work", "duty.export", "contact.read", "people.read", "item.read", "item.impact",
}

// looking is what everybody who handles incidents does about problems.
var looking = []string{"problem.open", "problem.read", "problem.note", "problem.watch"}

// analysing is what a specialist does to find a cause and have it removed.
var analysing = []string{
	"problem.edit", "problem.classify", "problem.investigate", "problem.establish", "problem.propose", "problem.request_change", "problem.publish", "problem.analyse",
	"problem.relate", "problem.task_add", "problem.task_work", "problem.spend", "problem.export", "problem.macro",
}

// leading is what is left to whoever answers for problems. Whether a risk is
// borne is for the owner of the service to say.
var leading = []string{
	"problem.accept", "problem.reject", "problem.fix", "problem.change_done", "problem.change_failed", "problem.recur", "problem.resolve", "problem.close", "problem.defer", "problem.reconsider",
	"problem.assign", "problem.withdraw", "problem.review", "problem.reply", "problem.bulk", "problem.undo", "problem.set_aside",
}

// writing is what everybody who handles incidents does for the knowledge base.
var writing = []string{
	"knowledge.open", "knowledge.read", "knowledge.edit", "knowledge.note", "knowledge.watch", "knowledge.rate", "knowledge.relate", "knowledge.export", "knowledge.macro",
	"knowledge.submit", "knowledge.recall", "knowledge.revise", "knowledge.discard", "knowledge.attach",
}

// curating is what is left to whoever answers for it: nobody reviews what he has
// written himself.
var curating = []string{
	"knowledge.approve", "knowledge.refuse", "knowledge.confirm", "knowledge.address", "knowledge.assign", "knowledge.retire", "knowledge.import",
	"knowledge.reply", "knowledge.task_add", "knowledge.task_work", "knowledge.spend", "knowledge.bulk", "knowledge.undo",
}

// fulfilling is what whoever works on requests does.
var fulfilling = []string{
	"request.open", "request.read", "request.edit", "request.amend", "request.reply", "request.note", "request.watch", "request.export", "request.macro",
	"request.submit", "request.assign", "request.accept", "request.wait", "request.resume", "request.fulfil", "request.task_add", "request.task_work", "request.spend", "request.relate", "request.grade_answer",
}

// ordering is what everybody may do about what he ordered himself, and about
// what he is asked to decide.
var ordering = []string{
	"request.open", "request.read", "request.amend", "request.submit", "request.reply", "request.confirm", "request.dispute", "request.cancel", "request.stop", "request.rate", "request.watch",
	"request.approve", "request.refuse",
}

// keeping is what an engineer does with the items he works on.
var keeping = []string{
	"item.open", "item.edit", "item.relate", "item.export", "item.build", "item.receive", "item.go_live", "item.maintain", "item.resume", "item.take_back", "item.audit",
}

// asking is what whoever works on incidents does about changes.
var asking = []string{
	"change.open", "change.read", "change.edit", "change.note", "change.watch", "change.submit", "change.cancel", "change.reconsider", "change.relate",
}

// changing is what whoever carries changes out does.
var changing = []string{
	"change.announce", "change.opine", "change.build", "change.test", "change.prepare", "change.implement", "change.complete", "change.back_out", "change.fail", "change.document",
	"change.task_add", "change.task_work", "change.spend", "change.export", "change.macro", "cab.read",
}

// deciding is what whoever has a say on changes does.
var deciding = []string{"change.read", "change.note", "change.watch", "change.approve", "change.refuse", "change.opine", "cab.read"}

// steering is what is left to the change manager.
var steering = []string{
	"change.filter", "change.return", "change.reject", "change.assess", "change.assign", "change.propose", "change.ask_more", "change.reconsider", "change.record_emergency",
	"change.schedule", "change.reschedule", "change.drop", "change.review", "change.close", "cab.hold", "change_model.approve", "change.reply", "change.bulk", "change.undo",
}

// StarterRoles are the roles every centre begins with; it may change them and
// add its own.
func StarterRoles() []Starter {
	return withRisks(withRoadmaps(withReleases([]Starter{
		{DeskAgent, people.Text{En: "Desk agent", Zh: "服务台坐席"}, slices.Concat(handling, looking, asking, writing, fulfilling, ordering, []string{
			"request.bulk", "request.undo",
			"contact.*", "incident.cancel", "incident.confirm", "incident.reopen", "incident.merge", "incident.unmerge", "incident.bulk", "incident.undo", "incident.declare",
		})},
		{Engineer, people.Text{En: "Engineer", Zh: "工程师"}, slices.Concat(handling, keeping, looking, analysing, asking, changing, writing, fulfilling, ordering)},
		{"desk_manager", people.Text{En: "Desk manager", Zh: "服务台经理"}, slices.Concat(looking, asking, deciding, writing, curating, []string{
			"maturity.read", "maturity.assess", "incident.*", "contact.*", "request.*", "people.read", "grade.read", "operation.read", "operation.work", "duty.*", "survey.read", "report.*", "view.*", "template.edit", "routing.edit", "rule.edit", "rule.trace", "item.read", "item.impact",
		})},
		{"incident_manager", people.Text{En: "Incident manager", Zh: "事件经理"}, slices.Concat(looking, writing, ordering, []string{
			"maturity.read", "maturity.assess", "incident.*", "contact.read", "people.read", "grade.read", "operation.read", "duty.read", "duty.oversee", "duty.export", "report.*", "view.*", "template.edit", "rule.trace", "item.read", "item.impact",
		})},
		{"problem_manager", people.Text{En: "Problem manager", Zh: "问题经理"}, slices.Concat(looking, analysing, leading, asking, deciding, writing, ordering, []string{"knowledge.approve", "knowledge.refuse"}, []string{
			"maturity.read", "maturity.assess", "incident.read", "incident.note", "incident.watch", "incident.relate", "incident.export", "contact.read", "people.read", "report.*", "view.*", "item.read", "item.impact",
		})},
		{"change_manager", people.Text{En: "Change manager", Zh: "变更经理"}, slices.Concat(asking, changing, deciding, steering, ordering, []string{
			"incident.read", "problem.read", "knowledge.read", "contact.read", "people.read", "report.*", "view.*", "item.read", "item.impact", "duty.read", "operation.read",
		})},
		{"knowledge_manager", people.Text{En: "Knowledge manager", Zh: "知识经理"}, slices.Concat(looking, writing, curating, ordering, []string{
			"incident.read", "incident.note", "incident.watch", "incident.relate", "contact.read", "people.read", "report.*", "view.*", "template.edit", "item.read", "item.impact",
		})},
		{"configuration_manager", people.Text{En: "Configuration manager", Zh: "配置经理"}, slices.Concat(ordering, asking, deciding, []string{
			"maturity.read", "maturity.assess", "item.*", "incident.read", "problem.read", "people.read", "knowledge.read", "report.*", "view.*",
		})},
		{"service_owner", people.Text{En: "Service owner", Zh: "服务负责人"}, slices.Concat(ordering, deciding, []string{
			"maturity.read", "problem.read", "problem.note", "problem.watch", "problem.accept_risk", "incident.read", "incident.note", "incident.watch", "incident.export", "contact.read", "people.read", "knowledge.read", "grade.read", "operation.read", "survey.read", "report.*", "item.read", "item.impact",
		})},
		{SecurityOfficer, people.Text{En: "Security officer", Zh: "安全员"}, slices.Concat(ordering, deciding, []string{
			"incident.read", "incident.note", "incident.watch", "problem.read", "people.read", "knowledge.read", "item.read", "item.impact",
		})},
		{"process_manager", people.Text{En: "Process manager", Zh: "流程经理"}, slices.Concat(ordering, deciding, []string{
			"maturity.*", "problem.read", "problem.note", "problem.watch", "incident.read", "incident.note", "incident.watch", "incident.export", "contact.read", "people.read", "knowledge.read", "grade.read", "operation.read", "duty.read", "duty.oversee", "duty.export", "survey.*", "report.*", "view.*", "template.edit", "routing.edit", "rule.edit", "rule.trace", "item.read", "item.impact",
		})},
		{"director", people.Text{En: "Director", Zh: "中心主任"}, slices.Concat(ordering, deciding, []string{
			"maturity.read", "problem.read", "incident.read", "contact.read", "people.read", "knowledge.read", "grade.read", "operation.read", "duty.read", "duty.oversee", "survey.read", "survey.publish", "report.*", "item.read", "item.impact",
		})},
		{Requester, people.Text{En: "Official", Zh: "机关用户"}, slices.Concat(ordering, []string{
			"incident.open", "incident.read", "incident.reply", "incident.confirm", "incident.reopen", "incident.rate", "incident.watch", "contact.read", "knowledge.read", "knowledge.rate",
		})},
		{SystemAdministrator, people.Text{En: "System administrator", Zh: "系统管理员"}, []string{
			"setting.*", "directory.*", "import.*", "backup.*", "demo.*", "system.*", "people.read", "template.edit", "routing.edit", "rule.edit", "rule.trace", "operation.read",
		}},
		{SecurityAdministrator, people.Text{En: "Security administrator", Zh: "安全管理员"}, []string{
			"account.*", "role.*", "session.*", "token.*", "privacy.*", "inspect.*", "people.read",
		}},
		{AuditAdministrator, people.Text{En: "Audit administrator", Zh: "审计管理员"}, []string{"audit.*"}},
	})))
}

// Things are the starter roles as settings, for a database that has none.
func Things() ([]setting.Thing, error) {
	var out []setting.Thing
	for _, s := range StarterRoles() {
		t := setting.Thing{Kind: setting.Role, Code: s.Code, Name: s.Name}
		if err := setting.Write(&t, Role{Grants: s.Grants, Asked: true}); err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// Granted are the grants of a person's roles that are in use.
func Granted(all *setting.All, roles []int64) (people.Grants, error) {
	grants := people.Grants{}
	for _, id := range roles {
		t := all.Find(setting.Role, id)
		if t == nil || t.Retired {
			continue
		}
		doc, err := setting.Read[Role](*t)
		if err != nil {
			return nil, err
		}
		for _, g := range doc.Grants {
			if g != "*" { // a row tampered with does not make a super account
				grants[g] = struct{}{}
			}
		}
	}
	return grants, nil
}
