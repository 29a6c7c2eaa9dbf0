package evidence

// simplified are the metrics of which the records tell less than the specification
// asks for. What is left out is said beside each figure: evidence.simple.NAME of the
// texts.
var simplified = map[string]bool{
	"changes_in_calendar":             true,
	"changes_updated_cmdb":            true,
	"chg_approved_separately":         true,
	"chg_pir_done":                    true,
	"chg_stale":                       true,
	"chg_with_test":                   true,
	"ci_with_tag":                     true,
	"cmdb_audit_age_days":             true,
	"cmdb_discrepancies_open":         true,
	"contacts_complete_fields":        true,
	"contacts_via_published_channels": true,
	"contacts_with_kb_link":           true,
	"contacts_with_owner":             true,
	"critical_services_mapped":        true,
	"critical_with_rto_rpo":           true,
	"fcr_rate":                        true,
	"inc_assigned_in_target":          true,
	"inc_category_rate":               true,
	"inc_change_cause_flagged":        true,
	"inc_complete_rate":               true,
	"inc_linked_problem_or_ke":        true,
	"incidents_detected_by_monitor":   true,
	"ke_used_in_incidents":            true,
	"maint_plan_done":                 true,
	"major_inc_with_report":           true,
	"customer_review":                 true,
	"major_chg_with_opinions":         true,
	"prob_closed_with_rfc_or_reason":  true,
	"problem_review":                  true,
	"risk_review_age_days":            true,
	"sip_open_or_done":                true,
	"rel_deploy_verified":             true,
	"rel_items_in_dsl":                true,
	"rel_known_errors_published":      true,
	"rel_with_approved_chg":           true,
	"rel_with_backout":                true,
	"rel_with_comm_plan":              true,
	"rel_with_opinions":               true,
	"rel_with_test_passed":            true,
	"releases_updated_cmdb":           true,
	"services_with_attributes":        true,
	"services_with_customer":          true,
	"sla_targets_measured":            true,
	"spof_report_age_days":            true,
	"survey_actions_tracked":          true,
	"tickets_with_ci":                 true,
	"wave_or_meeting":                 true,
	"waves_compared":                  true,
}

// Simplified reports whether a metric is measured in a simpler way than it is
// defined.
func Simplified(metric string) bool { return simplified[metric] }
