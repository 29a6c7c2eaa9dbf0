package store

import "kilter/internal/practice/record"

const (
	hasItems    = "b.items NOT IN ('', '[]', 'null')"
	notStandard = "b.type <> 'standard'"
)

var changeMeasures = map[string]measure{
	"chg_count":         {from: body(record.Changes), among: openedIn(record.Changes)},
	"chg_via_form":      {from: body(record.Changes), among: openedIn(record.Changes), counts: "b.recorded IS NULL"},
	"chg_typed":         {from: body(record.Changes), among: openedIn(record.Changes), counts: "b.type <> ''"},
	"chg_with_ci":       {from: body(record.Changes), among: openedIn(record.Changes), counts: hasItems},
	"chg_risk_assessed": {from: body(record.Changes), among: notStandard + " AND " + inWindow("b.authorised"), counts: "b.impact > 0 AND b.likelihood > 0"},
	"chg_with_backout":  {from: body(record.Changes), among: notStandard + " AND " + inWindow("b.authorised"), counts: "b.back_out <> ''"},
	"chg_with_test":     {from: body(record.Changes), among: notStandard + " AND " + inWindow("b.begun"), counts: "b.evidence <> ''"},
	"chg_stale":         {from: body(record.Changes), among: "r.kind = 'change' AND r.live", counts: "r.moved < {month}"},
	"major_chg_with_opinions": {
		from: body(record.Changes), among: notStandard + " AND b.class IN ('significant', 'major') AND " + inWindow("b.authorised"),
		counts: opinion("o.stand <> ''") + " AND NOT " + opinion("o.stand = ''"),
	},
	"fix_rfc_reviewed": {from: body(record.Changes), among: inWindow("b.ended") + " AND " + tied(record.Problem, ""), counts: "b.review <> ''"},
	"changes_in_calendar": {
		from: body(record.Changes), among: notStandard + " AND " + inWindow("b.ended"), counts: "b.starts IS NOT NULL AND b.ends IS NOT NULL",
	},
	"changes_updated_cmdb": {
		from: body(record.Changes), among: hasItems + " AND b.closed IS NOT NULL AND " + inWindow("b.ended"), counts: "b.updated",
	},
	"chg_approved_separately": {
		from: body(record.Changes), among: "b.type = 'normal' AND " + inWindow("b.authorised"),
		counts: "EXISTS (SELECT 1 FROM timeline AS t WHERE t.record = r.id AND t.deed = 'change.approve') AND NOT EXISTS (SELECT 1 FROM timeline AS t WHERE t.record = r.id AND t.deed = 'change.approve' AND (t.by_whom = r.requester OR t.by_whom = r.owner))",
	},
	"emergency_chg_documented_48h": {
		from: body(record.Changes), among: "b.type = 'emergency' AND " + inWindow("b.ended"), counts: "b.documented IS NOT NULL AND b.documented - b.ended <= 2 * " + day,
	},
	// Ten working days are two weeks; a younger one is not late yet.
	"chg_pir_done": {
		from: body(record.Changes), among: notStandard + " AND " + inWindow("b.ended") + " AND (b.closed IS NOT NULL OR b.ended < {now} - 14 * " + day + ")",
		counts: "b.review <> '' AND b.closed IS NOT NULL AND b.closed - b.ended <= 14 * " + day,
	},
}

func opinion(and string) string {
	return "EXISTS (SELECT 1 FROM change_opinion AS o WHERE o.change = r.id AND o.dropped IS NULL AND " + and + ")"
}

var releaseMeasures = map[string]measure{
	"rel_count":                {from: body(record.Release), among: openedIn(record.Release)},
	"rel_numbered":             {from: body(record.Release), among: openedIn(record.Release), counts: "b.version <> ''"},
	"rel_with_plan":            {from: body(record.Release), among: inWindow("b.deployed"), counts: "b.approved IS NOT NULL AND b.rollout <> ''"},
	"rel_with_test_passed":     {from: body(record.Release), among: inWindow("b.deployed"), counts: `b.tests LIKE '%"passed":true%'`},
	"rel_with_backout":         {from: body(record.Release), among: inWindow("b.deployed"), counts: "b.back_out <> ''"},
	"rel_with_acceptance":      {from: body(record.Release), among: inWindow("b.deployed"), counts: "b.accepted IS NOT NULL AND b.accepted <= b.begun"},
	"rel_deploy_verified":      {from: body(record.Release), among: inWindow("b.begun"), counts: "b.deployed IS NOT NULL"},
	"rel_items_in_dsl":         {from: body(record.Release), among: inWindow("b.deployed"), counts: `b.parts NOT IN ('', '[]', 'null') AND b.parts NOT LIKE '%"entry":0%'`},
	"releases_updated_cmdb":    {from: body(record.Release), among: inWindow("b.closed") + " AND b.deployed IS NOT NULL", counts: "b.updated"},
	"release_readiness_review": {from: body(record.Release), among: inWindow("b.approved") + " AND b.reviews NOT IN ('', '[]', 'null')"},
}
