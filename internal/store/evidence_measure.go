package store

import (
	"strings"

	"kilter/internal/practice/maturity"
	"kilter/internal/practice/record"
	"kilter/internal/report/evidence"
)

// measure is how a metric is asked of the tables: r is what is counted, with the
// columns that a scope asks for. {from}, {now} and {month} (thirty days ago) are moments, {param} stands
// for a kind.
type measure struct {
	from   string
	among  string // of all that is there, what the metric is about
	counts string // of that, what counts
	value  string // of an age or a median
	ident  string // another id than r.id
}

const day = "86400000"

// The tables of a practice, with its head as r and its body as b.
func body(kind record.Kind) string {
	table := string(kind)
	if kind == record.Knowledge {
		table = "article"
	}
	return "record AS r JOIN " + table + " AS b ON b.id = r.id"
}

// Windows: what was opened in it, and what ended in it.
func openedIn(kind record.Kind) string {
	return "r.kind = '" + string(kind) + "' AND r.opened >= {from} AND r.opened < {now}"
}

func inWindow(column string) string { return column + " >= {from} AND " + column + " < {now}" }

// tied says that a record is linked to one of a kind.
func tied(kind record.Kind, and string) string {
	one := func(here, there string) string {
		return "EXISTS (SELECT 1 FROM link AS l JOIN record AS o ON o.id = l." + there + " WHERE l." + here + " = r.id AND o.kind = '" + string(kind) + "'" + and + ")"
	}
	return "(" + one("source", "target") + " OR " + one("target", "source") + ")"
}

func became(state string) string {
	return "EXISTS (SELECT 1 FROM timeline AS t WHERE t.record = r.id AND t.became = '" + state + "' AND " + inWindow("t.at") + ")"
}

// brought are the records that users bring to the desk.
const brought = "record AS r LEFT JOIN incident AS i ON i.id = r.id LEFT JOIN contact AS c ON c.id = r.id LEFT JOIN request AS q ON q.id = r.id"

const broughtIn = "r.kind IN ('incident', 'contact', 'request') AND r.opened >= {from} AND r.opened < {now}"

func clocked(name string) string {
	return body(record.Incident) + " JOIN clock AS k ON k.record = r.id AND k.name = '" + name + "'"
}

var deskMeasures = map[string]measure{
	"contacts_with_owner": {
		from: body(record.Contact), among: "r.kind = 'contact' AND r.state = 'closed' AND " + inWindow("r.moved"),
		counts: "(r.owner IS NOT NULL OR r.team IS NOT NULL)",
	},
	"contacts_via_published_channels": {
		from: brought, among: broughtIn, counts: "coalesce(i.channel, c.channel, 'portal') IN ('phone', 'portal', 'chat', 'walk_in', 'mail', 'monitor')",
	},
	"contacts_complete_fields": {
		from: body(record.Incident), among: openedIn(record.Incident),
		counts: "r.requester IS NOT NULL AND r.department IS NOT NULL AND r.service IS NOT NULL AND b.impact > 0 AND b.urgency > 0 AND b.description <> ''",
	},
	"fcr_rate":                   {from: body(record.Incident), among: "b.ended_as <> 'duplicate' AND r.opened < {now} AND " + inWindow("b.resolved"), counts: "b.first_contact"},
	"reassigned_records_same_id": {from: body(record.Incident), among: openedIn(record.Incident) + " AND b.reassigned > 0", counts: "b.duplicate_of IS NULL AND b.merged_into IS NULL"},
	"tickets_stale_over_sla":     {from: clocked("update"), among: "r.kind = 'incident' AND r.live AND k.state IN ('running', 'paused')", counts: "k.state = 'running' AND k.due < {now}"},
	"contacts_with_kb_link": {
		from: brought, among: "r.kind IN ('incident', 'contact') AND r.opened >= {from} AND r.opened < {now}",
		counts: "(coalesce(c.article, '') <> '' OR " + tied(record.Knowledge, "") + " OR " + tied(record.Problem, "") + ")",
	},
	"contacts_logged_count": {from: brought, among: broughtIn},
	"pre_breach_escalations": {
		from: clocked("resolve"), among: openedIn(record.Incident) + " AND k.warned >= 80",
		counts: "EXISTS (SELECT 1 FROM timeline AS t WHERE t.record = r.id AND t.deed = 'incident.escalate' AND t.at < coalesce(k.broke, k.stopped, {now}))",
	},
	"tickets_with_ci": {
		from: brought, among: "r.kind IN ('incident', 'request') AND " + inWindow("coalesce(i.closed, q.closed)"),
		counts: "(i.item IS NOT NULL OR EXISTS (SELECT 1 FROM item AS x WHERE x.service = r.service AND x.state NOT IN ('retired', 'disposed')))",
	},
	"tickets_typed_rate": {from: brought, among: broughtIn, counts: "(r.kind <> 'contact' OR c.type <> '')"},
	"work_with_hours": {
		from: "record AS r", among: "r.kind IN ('incident', 'request', 'problem', 'change') AND NOT r.live AND " + inWindow("r.moved"),
		counts: "EXISTS (SELECT 1 FROM timeline AS t WHERE t.record = r.id AND t.deed = r.kind || '.spend')",
	},
	"workflow_rule_violations": {
		from: "record AS r", among: "r.kind = '{param}' AND NOT r.live AND " + inWindow("r.moved"),
		counts: "EXISTS (SELECT 1 FROM timeline AS t WHERE t.record = r.id AND t.irregular)",
	},
}

var incidentMeasures = map[string]measure{
	"inc_count":         {from: body(record.Incident), among: openedIn(record.Incident)},
	"inc_category_rate": {from: body(record.Incident), among: openedIn(record.Incident), counts: "b.category IS NOT NULL"},
	"inc_complete_rate": {
		from: body(record.Incident), among: inWindow("b.closed"),
		counts: "b.category IS NOT NULL AND b.impact > 0 AND b.urgency > 0 AND r.service IS NOT NULL AND b.solution <> ''",
	},
	"inc_with_sla_rate":        {from: body(record.Incident), among: openedIn(record.Incident), counts: "EXISTS (SELECT 1 FROM clock AS k WHERE k.record = r.id)"},
	"inc_priority_by_matrix":   {from: body(record.Incident), among: openedIn(record.Incident) + " AND r.priority > 0", counts: "(b.override = 0 OR b.why_priority <> '')"},
	"inc_assigned_in_target":   {from: clocked("respond"), among: openedIn(record.Incident) + " AND k.state IN ('met', 'missed')", counts: "k.state = 'met'"},
	"inc_update_interval_ok":   {from: clocked("update"), among: inWindow("b.closed"), counts: "k.misses = 0 AND k.state <> 'missed'"},
	"inc_closed_with_code":     {from: body(record.Incident), among: inWindow("b.closed"), counts: "(b.cause IS NOT NULL OR b.ended_as <> '') AND b.solution <> ''"},
	"inc_linked_problem_or_ke": {from: body(record.Incident), among: inWindow("b.closed"), counts: tied(record.Problem, "")},
	"major_inc_with_report":    {from: body(record.Incident), among: inWindow("b.closed") + " AND (b.major OR b.report_due IS NOT NULL OR b.report <> '')", counts: "b.report <> ''"},
	"inc_change_cause_flagged": {from: body(record.Incident), among: inWindow("b.closed") + " AND " + tied(record.Changes, "")},
	"incidents_detected_by_monitor": {
		from:   body(record.Incident) + " JOIN item AS x ON x.id = b.item AND x.class IN ('server', 'vm', 'storage', 'database', 'middleware', 'network_device', 'security_device', 'power_device', 'link')",
		among:  openedIn(record.Incident),
		counts: "b.channel = 'monitor'",
	},
	"ke_used_in_incidents": {
		from:  body(record.Incident),
		among: inWindow("b.closed") + " AND " + tied(record.Problem, " AND o.id IN (SELECT p.id FROM problem AS p WHERE p.root_cause <> '')"),
	},
	"kb_from_incidents": {from: body(record.Knowledge), among: "r.kind = 'knowledge' AND b.source LIKE 'INC-%' AND " + inWindow("b.published")},
}

var problemMeasures = map[string]measure{
	"prob_count":                 {from: body(record.Problem), among: "r.kind = 'problem' AND r.opened < {now} AND (r.live OR r.opened >= {from})"},
	"problem_from_tickets_count": {from: body(record.Problem), among: openedIn(record.Problem) + " AND " + tied(record.Incident, "")},
	"problems_with_incidents":    {from: body(record.Problem), among: openedIn(record.Problem) + " AND b.source NOT IN ('proactive', 'trend', 'supplier')", counts: tied(record.Incident, "")},
	"prob_from_trend_or_major":   {from: body(record.Problem), among: openedIn(record.Problem) + " AND b.source IN ('trend', 'major', 'recurrence')"},
	"prob_classified":            {from: body(record.Problem), among: openedIn(record.Problem) + " AND r.state <> 'rejected'", counts: "b.category IS NOT NULL AND b.impact > 0 AND r.priority > 0"},
	"prob_with_method":           {from: body(record.Problem), among: "r.kind = 'problem' AND " + became("known_error"), counts: "b.method <> '' AND b.root_cause <> ''"},
	"ke_with_workaround": {
		from: body(record.Problem), among: "r.kind = 'problem' AND r.live AND r.state IN ('known_error', 'solution_proposed', 'change_requested')", counts: "b.workaround <> ''",
	},
	"prob_closed_with_rfc_or_reason": {from: body(record.Problem), among: inWindow("b.closed"), counts: "(b.change <> '' OR b.no_change <> '')"},
	"ke_publish_delay_hours": {
		from:  body(record.Problem) + " JOIN timeline AS t ON t.record = r.id AND t.became = 'known_error'",
		among: inWindow("b.published"), value: "(b.published - t.at)",
	},
	"major_prob_reviewed": {from: body(record.Problem), among: "b.major AND " + inWindow("b.closed"), counts: "b.review <> ''"},
	"problem_review":      {from: body(record.Problem), among: "b.review <> '' AND " + inWindow("b.closed")},
	"prob_with_ci":        {from: body(record.Problem), among: openedIn(record.Problem), counts: "b.item IS NOT NULL"},
}

const held = "r.state NOT IN ('retired', 'disposed')"

const related = "EXISTS (SELECT 1 FROM relation AS e WHERE e.source = r.id AND e.until IS NULL) OR EXISTS (SELECT 1 FROM relation AS e WHERE e.target = r.id AND e.until IS NULL)"

var itemMeasures = map[string]measure{
	"ci_count":         {from: "item AS r", among: held},
	"ci_with_tag":      {from: "item AS r", among: held + " AND r.class IN ('server', 'storage', 'network_device', 'security_device', 'power_device', 'printer', 'terminal')", counts: "r.serial <> ''"},
	"ci_with_relation": {from: "item AS r", among: held, counts: "(" + related + ")"},
	"ci_status_set":    {from: "item AS r", among: held, counts: "r.state <> '' AND r.changed > 0"},
	"ci_changes_with_authority": {
		from: "item_history AS h JOIN item AS r ON r.id = h.item", among: "h.was <> '' AND " + inWindow("h.at"),
		counts: "(h.because <> '' OR h.origin <> '' OR h.import IS NOT NULL)", ident: "h.id",
	},
	"cmdb_audit_age_days": {from: "item AS r", among: "r.audited IS NOT NULL AND r.audited < {now}", value: "r.audited"},
	"cmdb_discrepancies_open": {
		from: "item AS r", among: held,
		counts: "EXISTS (SELECT 1 FROM discrepancy AS d WHERE d.item = r.id AND d.state IN ('found', 'assigned') AND d.at < {month})",
	},
	"spof_report_age_days": {from: "weak_point AS w JOIN item AS r ON r.id = w.item", among: "w.at < {now}", value: "w.at"},
	"maint_plan_done":      {from: "operation_run AS r", among: "r.state <> 'skipped' AND " + inWindow("r.due"), counts: "r.state = 'done' AND r.ended <= r.due"},
	"management_review":    {from: "management_review AS r", among: managementReview},
	"customer_review":      {from: "management_review AS r", among: reviewHeld + " AND r.kind = 'service'"},
	"cab": {
		from: "change_meeting AS r", among: "r.kind = 'board' AND r.state = 'held' AND " + inWindow("r.starts") + ` AND (r.minutes <> '' OR r.points LIKE '%"minutes":"%')`,
	},
	"sip_open_or_done": {
		from:  "roadmap_step AS r JOIN roadmap_programme AS p ON p.id = r.programme",
		among: "p.state = 'approved' AND r.state IN ('in_work', 'claimed', 'verified', 'regressed')",
	},
	"risk_review_age_days": {
		from:  body(record.Risk) + " JOIN timeline AS t ON t.record = r.id AND t.deed IN ('risk.analyse', 'risk.assess', 'risk.control', 'risk.track')",
		among: "r.kind = 'risk' AND b.process = 'CON' AND t.at < {now}", value: "t.at", ident: "t.id",
	},
	"wave_or_meeting": {from: "survey_wave AS r", among: "NOT r.pilot AND r.state <> 'cancelled' AND " + inWindow("r.closed")},
}

// managementReview are the reviews of a period that were held, with minutes and with
// figures of the desk that were taken then. What is written about a change is none:
// it is of that change's network. A quotation mark that somebody typed is written
// with a stroke before it, so that no text looks like a field.
const managementReview = reviewHeld + ` AND
	(r.doc LIKE '%"figure":"incidents","says":{%' OR r.doc LIKE '%"figure":"kept","says":{%' OR r.doc LIKE '%"figure":"satisfaction","says":{%')`

const reviewHeld = `r.state = 'held' AND r.change = 0 AND r.at >= {from} AND r.at < {now} AND r.doc LIKE '%"minutes":"%'`

// measureOf finds how a metric is asked.
func measureOf(q evidence.Query) (measure, bool) {
	for _, some := range []map[string]measure{deskMeasures, incidentMeasures, problemMeasures, changeMeasures, releaseMeasures, itemMeasures} {
		if m, ok := some[q.ID]; ok {
			return m.with(q), true
		}
	}
	return measure{}, false
}

// with puts the moments and the kind into the texts. They are numbers and words
// of our own.
func (m measure) with(q evidence.Query) measure {
	put := strings.NewReplacer("{from}", millis(q.From), "{now}", millis(q.Now), "{month}", millis(q.Now.AddDate(0, 0, -30)), "{param}", string(processKinds[maturity.Process(q.Param)]))
	m.from, m.among, m.counts, m.value = put.Replace(m.from), put.Replace(m.among), put.Replace(m.counts), put.Replace(m.value)
	if m.counts == "" {
		m.counts = "1 = 1"
	}
	if m.ident == "" {
		m.ident = "r.id"
	}
	return m
}

var processKinds = map[maturity.Process]record.Kind{
	maturity.ServiceDesk: record.Contact, maturity.Incident: record.Incident, maturity.Problem: record.Problem, maturity.Change: record.Changes, maturity.Release: record.Release,
}
