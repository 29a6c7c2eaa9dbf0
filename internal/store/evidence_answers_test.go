package store_test

// known is a metric, what it has to come to, and the rows that make it so.
type known struct {
	metric, want string
	build        func(h *plainHouse)
}

// of makes the same kind of record several times: those that count, those that do
// not, and what is not looked at.
func of(metric, want, kind string, all ...cols) known {
	return known{metric, want, func(h *plainHouse) {
		for _, one := range all {
			h.rec(kind, one)
		}
	}}
}

func with(base, more cols) cols {
	out := cols{}
	for k, v := range base {
		out[k] = v
	}
	for k, v := range more {
		out[k] = v
	}
	return out
}

var (
	early     = cols{"opened": outside}
	shut      = cols{"closed": inside, "live": false}
	shutEarly = cols{"closed": outside, "live": false}
	major     = cols{"type": "normal", "class": "major", "authorised": inside}
	deployed  = cols{"deployed": inside, "begun": inside}
)

func knownAnswers() []known {
	out := append(deskAnswers(), incidentAnswers()...)
	out = append(out, problemAnswers()...)
	out = append(append(out, changeAnswers()...), readAnswers()...)
	return append(append(out, releaseAnswers()...), otherAnswers()...)
}

// said is a deed in the timeline of a record.
func (h *plainHouse) said(record int64, deed string, more cols) int64 {
	return h.row("timeline", with(cols{"record": record, "at": inside, "deed": deed}, more))
}

func (h *plainHouse) tie(a, b int64) {
	h.row("link", cols{"source": a, "target": b, "type": "related", "at": inside})
}

func (h *plainHouse) clock(name string, record, more cols) {
	h.row("clock", with(cols{"record": h.rec("incident", record), "name": name}, more))
}

func deskAnswers() []known {
	closed := cols{"state": "closed", "live": false}
	full := cols{"description": "x", "impact": 2, "urgency": 2, "requester": nil}
	return []known{
		of("contacts_with_owner", "1/2", "contact", with(closed, cols{"team": 5}), closed, with(closed, cols{"moved": outside}), cols{"state": "new", "team": 5}),
		{"contacts_via_published_channels", "3/4", func(h *plainHouse) {
			h.rec("incident", cols{"channel": "phone"})
			h.rec("incident", cols{"channel": "private"})
			h.rec("contact", cols{"channel": "chat"})
			h.rec("request", nil)
			h.rec("incident", with(early, cols{"channel": "phone"}))
		}},
		{"contacts_complete_fields", "1/2", func(h *plainHouse) {
			who := h.row("person", cols{})
			h.rec("incident", with(full, cols{"requester": who, "department": 4, "service": 6}))
			h.rec("incident", with(full, cols{"requester": who, "department": 4}))
			h.rec("incident", early)
		}},
		of("fcr_rate", "1/2", "incident", cols{"resolved": inside, "first_contact": true}, cols{"resolved": inside}, cols{"resolved": inside, "ended_as": "duplicate"}, cols{"resolved": outside, "first_contact": true}),
		of("reassigned_records_same_id", "1/2", "incident", cols{"reassigned": 1}, cols{"reassigned": 2, "duplicate_of": 1}, nil, with(early, cols{"reassigned": 1})),
		{"tickets_stale_over_sla", "1/2", func(h *plainHouse) {
			h.clock("update", nil, cols{"state": "running", "due": inside})
			h.clock("update", nil, cols{"state": "paused", "due": inside})
			h.clock("update", cols{"live": false}, cols{"state": "running", "due": inside})
			h.clock("resolve", nil, cols{"state": "running", "due": inside})
		}},
		{"contacts_with_kb_link", "2/3", func(h *plainHouse) {
			h.tie(h.rec("incident", nil), h.rec("knowledge", nil))
			h.rec("contact", cols{"article": "KB-1"})
			h.rec("contact", nil)
			h.rec("contact", with(early, cols{"article": "KB-1"}))
		}},
		{"contacts_logged_count", "3/3", func(h *plainHouse) {
			h.rec("incident", nil)
			h.rec("contact", nil)
			h.rec("request", nil)
			h.rec("contact", early)
			h.rec("problem", nil)
		}},
		{"pre_breach_escalations", "1/3", func(h *plainHouse) {
			for n, at := range []int64{hoursAfter(inside, 1), hoursAfter(inside, 9), 0} {
				id := h.rec("incident", nil)
				h.row("clock", cols{"record": id, "name": "resolve", "state": "missed", "warned": 80 + n, "broke": hoursAfter(inside, 5)})
				if at != 0 {
					h.said(id, "incident.escalate", cols{"at": at})
				}
			}
			h.clock("resolve", nil, cols{"warned": 50})
		}},
		{"tickets_with_ci", "2/3", func(h *plainHouse) {
			h.rec("incident", with(shut, cols{"item": 3}))
			h.rec("incident", shut)
			h.rec("request", with(shut, cols{"service": h.service()}))
			h.row("item", cols{"code": "S1", "class": "server", "state": "live", "service": h.service()})
			h.rec("incident", with(shutEarly, cols{"item": 3}))
		}},
		{"tickets_typed_rate", "3/4", func(h *plainHouse) {
			h.rec("incident", nil)
			h.rec("request", nil)
			h.rec("contact", cols{"type": "question"})
			h.rec("contact", nil)
			h.rec("contact", early)
		}},
		{"work_with_hours", "1/2", func(h *plainHouse) {
			h.said(h.rec("problem", cols{"live": false}), "problem.spend", nil)
			h.said(h.rec("change", cols{"live": false}), "change.note", nil)
			h.said(h.rec("change", cols{"live": false, "moved": outside}), "change.spend", nil)
			h.said(h.rec("change", nil), "change.spend", nil)
		}},
		{"workflow_rule_violations:PM", "1/2", func(h *plainHouse) {
			h.said(h.rec("problem", cols{"live": false}), "problem.close", cols{"irregular": true})
			h.said(h.rec("problem", cols{"live": false}), "problem.close", nil)
			h.said(h.rec("change", cols{"live": false}), "change.close", cols{"irregular": true})
			h.said(h.rec("problem", nil), "problem.close", cols{"irregular": true})
		}},
	}
}

func incidentAnswers() []known {
	full := cols{"category": 2, "impact": 2, "urgency": 2, "service": 6, "solution": "x"}
	return []known{
		of("inc_count", "2/2", "incident", nil, nil, early, cols{"opened": knownNow.UnixMilli()}),
		of("inc_category_rate", "1/2", "incident", cols{"category": 2}, nil, with(early, cols{"category": 2})),
		of("inc_complete_rate", "1/3", "incident", with(shut, full), with(shut, with(full, cols{"solution": ""})), with(shut, with(full, cols{"service": nil})), with(shutEarly, full)),
		{"inc_with_sla_rate", "1/2", func(h *plainHouse) {
			h.clock("resolve", nil, nil)
			h.rec("incident", nil)
			h.clock("resolve", early, nil)
		}},
		of("inc_priority_by_matrix", "2/3", "incident", cols{"priority": 2}, cols{"priority": 1, "override": 1, "why_priority": "x"}, cols{"priority": 1, "override": 1}, nil, with(early, cols{"priority": 1})),
		{"inc_assigned_in_target", "1/2", func(h *plainHouse) {
			h.clock("respond", nil, cols{"state": "met"})
			h.clock("respond", nil, cols{"state": "missed"})
			h.clock("respond", nil, cols{"state": "running"})
			h.clock("resolve", nil, cols{"state": "met"})
			h.clock("respond", early, cols{"state": "met"})
		}},
		{"inc_update_interval_ok", "1/3", func(h *plainHouse) {
			h.clock("update", shut, cols{"state": "met"})
			h.clock("update", shut, cols{"state": "met", "misses": 1})
			h.clock("update", shut, cols{"state": "missed"})
			h.clock("update", shutEarly, cols{"state": "met"})
		}},
		of("inc_closed_with_code", "2/4", "incident", with(shut, cols{"cause": 3, "solution": "x"}), with(shut, cols{"ended_as": "solved", "solution": "x"}), with(shut, cols{"cause": 3}), with(shut, cols{"solution": "x"}), with(shutEarly, cols{"cause": 3, "solution": "x"})),
		{"inc_linked_problem_or_ke", "2/3", func(h *plainHouse) {
			h.tie(h.rec("incident", shut), h.rec("problem", nil))
			h.tie(h.rec("problem", nil), h.rec("incident", shut))
			h.tie(h.rec("incident", shut), h.rec("change", nil))
			h.tie(h.rec("incident", shutEarly), h.rec("problem", nil))
		}},
		of("major_inc_with_report", "2/3", "incident", with(shut, cols{"major": true, "report": "x"}), with(shut, cols{"report": "x"}), with(shut, cols{"report_due": inside}), shut, with(shutEarly, cols{"report": "x"})),
		{"inc_change_cause_flagged", "1/1", func(h *plainHouse) {
			h.tie(h.rec("incident", shut), h.rec("change", nil))
			h.rec("incident", shut)
			h.tie(h.rec("incident", shutEarly), h.rec("change", nil))
		}},
		{"incidents_detected_by_monitor", "1/2", func(h *plainHouse) {
			server := h.row("item", cols{"code": "S1", "class": "server"})
			desk := h.row("item", cols{"code": "D1", "class": "document"})
			h.rec("incident", cols{"item": server, "channel": "monitor"})
			h.rec("incident", cols{"item": server, "channel": "phone"})
			h.rec("incident", cols{"item": desk, "channel": "monitor"})
			h.rec("incident", with(early, cols{"item": server, "channel": "monitor"}))
		}},
		{"ke_used_in_incidents", "1/1", func(h *plainHouse) {
			h.tie(h.rec("incident", shut), h.rec("problem", cols{"root_cause": "x"}))
			h.tie(h.rec("incident", shut), h.rec("problem", nil))
			h.tie(h.rec("incident", shutEarly), h.rec("problem", cols{"root_cause": "x"}))
		}},
		of("kb_from_incidents", "1/1", "knowledge", cols{"source": "INC-2026-00001", "published": inside}, cols{"source": "PRB-2026-00001", "published": inside}, cols{"source": "INC-2026-00001", "published": outside}),
	}
}

func problemAnswers() []known {
	known3 := func(more cols) func(h *plainHouse) {
		return func(h *plainHouse) {
			h.said(h.rec("problem", with(cols{"method": "why", "root_cause": "x"}, more)), "problem.known", cols{"became": "known_error"})
			h.said(h.rec("problem", with(cols{"method": "why"}, more)), "problem.known", cols{"became": "known_error"})
			h.said(h.rec("problem", with(cols{"method": "why", "root_cause": "x"}, more)), "problem.known", cols{"became": "known_error", "at": outside})
		}
	}
	return []known{
		of("prob_count", "2/2", "problem", nil, early, with(early, cols{"live": false})),
		{"problem_from_tickets_count", "1/1", func(h *plainHouse) {
			h.tie(h.rec("problem", nil), h.rec("incident", nil))
			h.tie(h.rec("problem", early), h.rec("incident", nil))
			h.rec("problem", nil)
		}},
		{"problems_with_incidents", "1/2", func(h *plainHouse) {
			h.tie(h.rec("incident", nil), h.rec("problem", nil))
			h.rec("problem", nil)
			h.tie(h.rec("incident", nil), h.rec("problem", cols{"source": "trend"}))
		}},
		of("prob_from_trend_or_major", "3/3", "problem", cols{"source": "trend"}, cols{"source": "major"}, cols{"source": "recurrence"}, cols{"source": "incidents"}, with(early, cols{"source": "trend"})),
		of("prob_classified", "1/2", "problem", cols{"category": 2, "impact": 2, "priority": 2}, cols{"category": 2, "impact": 2}, cols{"state": "rejected"}, with(early, cols{"category": 2, "impact": 2, "priority": 2})),
		{"prob_with_method", "1/2", known3(nil)},
		of("ke_with_workaround", "1/2", "problem", cols{"state": "known_error", "workaround": "x"}, cols{"state": "solution_proposed"}, cols{"state": "investigating", "workaround": "x"}, cols{"state": "known_error", "live": false, "workaround": "x"}),
		of("prob_closed_with_rfc_or_reason", "2/3", "problem", with(shut, cols{"change": "CHG-1"}), with(shut, cols{"no_change": "x"}), shut, with(shutEarly, cols{"no_change": "x"})),
		{"ke_publish_delay_hours", "4", func(h *plainHouse) { // the median of 2, 4 and 30
			for _, hours := range []int{2, 30, 4} {
				h.said(h.rec("problem", cols{"published": hoursAfter(inside, hours)}), "problem.known", cols{"became": "known_error"})
			}
			h.said(h.rec("problem", cols{"published": outside}), "problem.known", cols{"became": "known_error", "at": outside})
		}},
		of("major_prob_reviewed", "1/2", "problem", with(shut, cols{"major": true, "review": "x"}), with(shut, cols{"major": true}), with(shut, cols{"review": "x"}), with(shutEarly, cols{"major": true, "review": "x"})),
		of("problem_review", "2/2", "problem", with(shut, cols{"review": "x"}), with(shut, cols{"review": "y", "major": true}), shut, with(shutEarly, cols{"review": "x"}), cols{"review": "x"}),
		of("prob_with_ci", "1/2", "problem", cols{"item": 3}, nil, with(early, cols{"item": 3})),
	}
}

func changeAnswers() []known {
	allowed := cols{"type": "normal", "authorised": inside}
	standard := cols{"type": "standard", "authorised": inside}
	ended := cols{"type": "normal", "ended": inside}
	return []known{
		of("chg_count", "2/2", "change", nil, nil, early),
		of("chg_via_form", "1/2", "change", nil, cols{"recorded": inside}, early),
		of("chg_typed", "1/2", "change", cols{"type": "normal"}, nil, with(early, cols{"type": "normal"})),
		of("chg_with_ci", "1/3", "change", cols{"items": ",5,12,"}, nil, cols{"items": "[]"}, with(early, cols{"items": ",5,"})),
		of("chg_risk_assessed", "1/2", "change", with(allowed, cols{"impact": 2, "likelihood": 2}), with(allowed, cols{"impact": 2}), with(standard, cols{"impact": 2, "likelihood": 2}), cols{"type": "normal", "impact": 2, "likelihood": 2, "authorised": outside}),
		of("chg_with_backout", "1/2", "change", with(allowed, cols{"back_out": "x"}), allowed, standard),
		of("chg_with_test", "1/2", "change", cols{"type": "normal", "begun": inside, "evidence": "x"}, cols{"type": "normal", "begun": inside}, cols{"type": "standard", "begun": inside}, cols{"type": "normal", "begun": outside, "evidence": "x"}),
		of("chg_stale", "1/2", "change", cols{"moved": inside}, cols{"moved": knownNow.UnixMilli() - 1000}, cols{"moved": inside, "live": false}),
		{"fix_rfc_reviewed", "1/2", func(h *plainHouse) {
			h.tie(h.rec("change", with(ended, cols{"review": "x"})), h.rec("problem", nil))
			h.tie(h.rec("problem", nil), h.rec("change", ended))
			h.rec("change", with(ended, cols{"review": "x"}))
		}},
		of("changes_in_calendar", "1/2", "change", with(ended, cols{"starts": inside, "ends": inside}), with(ended, cols{"starts": inside}), cols{"type": "standard", "ended": inside}, cols{"type": "normal", "ended": outside, "starts": inside, "ends": inside}),
		of("changes_updated_cmdb", "1/2", "change", with(ended, cols{"items": ",5,", "closed": inside, "updated": true}), with(ended, cols{"items": ",5,", "closed": inside}), with(ended, cols{"closed": inside, "updated": true}), with(ended, cols{"items": ",5,"})),
		{"chg_approved_separately", "1/3", func(h *plainHouse) {
			ann, bob := h.row("person", cols{"code": "a"}), h.row("person", cols{"code": "b"})
			h.said(h.rec("change", with(allowed, cols{"requester": ann})), "change.approve", cols{"by_whom": bob})
			h.said(h.rec("change", with(allowed, cols{"owner": bob})), "change.approve", cols{"by_whom": bob})
			h.rec("change", allowed)
			h.said(h.rec("change", standard), "change.approve", cols{"by_whom": bob})
		}},
		of("emergency_chg_documented_48h", "1/3", "change", cols{"type": "emergency", "ended": inside, "documented": hoursAfter(inside, 48)}, cols{"type": "emergency", "ended": inside, "documented": hoursAfter(inside, 49)}, cols{"type": "emergency", "ended": inside}, with(ended, cols{"documented": inside})),
		of("chg_pir_done", "1/3", "change", with(ended, cols{"review": "x", "closed": hoursAfter(inside, 24*14)}), with(ended, cols{"review": "x", "closed": hoursAfter(inside, 24*15)}), ended, cols{"type": "normal", "ended": knownNow.UnixMilli() - 1000}),
		{"major_chg_with_opinions", "1/3", func(h *plainHouse) {
			full, part := h.rec("change", major), h.rec("change", with(major, cols{"class": "significant"}))
			h.rec("change", major)
			h.rec("change", with(major, cols{"class": "minor"}))
			h.row("change_opinion", cols{"change": full, "stand": "for"})
			h.row("change_opinion", cols{"change": full, "stand": "", "dropped": inside}) // asked for no more
			h.row("change_opinion", cols{"change": part, "stand": "for"})
			h.row("change_opinion", cols{"change": part, "stand": ""})
			h.row("change_opinion", cols{"change": h.rec("change", with(major, cols{"authorised": outside})), "stand": "for"})
		}},
	}
}

func releaseAnswers() []known {
	late := cols{"deployed": outside, "begun": outside}
	one := func(metric string, counts cols) known {
		return of(metric, "1/2", "release", with(deployed, counts), deployed, counts, with(late, counts))
	}
	return []known{
		of("rel_count", "2/2", "release", nil, nil, early),
		of("rel_numbered", "1/2", "release", cols{"version": "2.1"}, nil, with(early, cols{"version": "2.1"})),
		one("rel_with_plan", cols{"approved": inside, "rollout": "x"}),
		one("rel_with_test_passed", cols{"tests": `[{"build":1,"test":"function","passed":true}]`}),
		one("rel_with_backout", cols{"back_out": "x"}),
		one("rel_with_acceptance", cols{"accepted": outside}),
		of("rel_deploy_verified", "1/2", "release", deployed, cols{"begun": inside}, late),
		of("rel_items_in_dsl", "1/3", "release", with(deployed, cols{"parts": `[{"entry":4}]`}), with(deployed, cols{"parts": `[{"entry":0}]`}), deployed, with(late, cols{"parts": `[{"entry":4}]`})),
		of("releases_updated_cmdb", "1/2", "release", with(deployed, cols{"closed": inside, "updated": true}), with(deployed, cols{"closed": inside}), cols{"closed": inside, "updated": true}, with(late, cols{"closed": outside, "updated": true})),
		of("release_readiness_review", "1/1", "release", cols{"approved": inside, "reviews": `[{"build":1}]`}, cols{"approved": inside}, cols{"approved": outside, "reviews": `[{"build":1}]`}),
	}
}

func (h *plainHouse) service() int64 {
	if h.of == 0 {
		h.of = h.row("setting", cols{"kind": "service", "code": "svc", "doc": "{}"})
	}
	return h.of
}

func (h *plainHouse) item(code string, more cols) int64 {
	return h.row("item", with(cols{"code": code, "class": "server", "state": "live"}, more))
}

func otherAnswers() []known {
	minutes := `{"minutes":"we spoke","agenda":[{"figure":"kept","says":{"en":"97 %"}}]}`
	held := cols{"kind": "operations", "state": "held", "at": inside, "doc": minutes}
	board := cols{"kind": "board", "state": "held", "starts": inside, "minutes": "x"}
	done := cols{"state": "done", "due": inside, "ended": inside}
	reviews := func(all ...cols) func(h *plainHouse) {
		return func(h *plainHouse) {
			for _, one := range all {
				h.row("management_review", one)
			}
		}
	}
	return append(itemAnswers(),
		known{"maint_plan_done", "1/3", func(h *plainHouse) {
			plan := h.row("setting", cols{"kind": "operation", "code": "op", "doc": "{}"})
			for n, one := range []cols{done, with(done, cols{"ended": hoursAfter(inside, 1)}), {"state": "missed", "due": inside}, {"state": "skipped", "due": inside}, with(done, cols{"due": outside})} {
				h.row("operation_run", with(one, cols{"plan": plan, "planned": n}))
			}
		}},
		known{"management_review", "1/1", reviews(held, with(held, cols{"doc": `{"minutes":"we spoke"}`}), with(held, cols{"doc": `{"agenda":[{"figure":"kept","says":{"en":"97 %"}}]}`}),
			with(held, cols{"change": 7}), with(held, cols{"state": "called"}), with(held, cols{"at": outside}), with(held, cols{"doc": `{"minutes":"\"figure\":\"kept\",\"says\":{"}`}))},
		known{"customer_review", "2/2", reviews(with(held, cols{"kind": "service"}), with(held, cols{"kind": "service", "doc": `{"minutes":"we spoke"}`}), held,
			with(held, cols{"kind": "service", "doc": `{}`}), with(held, cols{"kind": "service", "at": outside}), with(held, cols{"kind": "service", "state": "called_off"}))},
		known{"cab", "2/2", func(h *plainHouse) {
			for _, one := range []cols{
				board, with(board, cols{"minutes": "", "points": `[{"change":1,"minutes":"agreed"}]`}), with(board, cols{"minutes": "", "points": `[{"change":1}]`}),
				with(board, cols{"kind": "emergency"}), with(board, cols{"state": "convened"}), with(board, cols{"starts": outside}),
			} {
				h.row("change_meeting", one)
			}
		}},
		known{"sip_open_or_done", "2/2", func(h *plainHouse) {
			runs, drafted := h.row("roadmap_programme", cols{"state": "approved", "doc": "{}"}), h.row("roadmap_programme", cols{"state": "draft", "doc": "{}"})
			for _, one := range []cols{{"programme": runs, "state": "in_work"}, {"programme": runs, "state": "verified"}, {"programme": runs, "state": "planned"}, {"programme": drafted, "state": "in_work"}} {
				h.row("roadmap_step", one)
			}
		}},
		known{"risk_review_age_days", "50", func(h *plainHouse) {
			con := h.rec("risk", cols{"process": "CON"})
			h.said(con, "risk.assess", cols{"at": outside})
			h.said(con, "risk.track", nil)
			h.said(con, "risk.assign", cols{"at": hoursAfter(inside, 48)})
			h.said(h.rec("risk", cols{"process": "CHG"}), "risk.assess", cols{"at": hoursAfter(inside, 72)})
		}},
		known{"wave_or_meeting", "1/1", func(h *plainHouse) {
			for _, one := range []cols{{"state": "frozen", "closed": inside}, {"state": "frozen", "closed": inside, "pilot": true}, {"state": "cancelled", "closed": inside}, {"state": "frozen", "closed": outside}, {"state": "open"}} {
				h.row("survey_wave", one)
			}
		}},
	)
}

func itemAnswers() []known {
	return []known{
		{"ci_count", "1/1", func(h *plainHouse) {
			h.item("A", nil)
			h.item("B", cols{"state": "disposed"})
		}},
		{"ci_with_tag", "1/2", func(h *plainHouse) {
			h.item("A", cols{"serial": "9"})
			h.item("B", nil)
			h.item("C", cols{"class": "document", "serial": "9"})
		}},
		{"ci_with_relation", "2/3", func(h *plainHouse) {
			a, b, c := h.item("A", nil), h.item("B", nil), h.item("C", nil)
			h.row("relation", cols{"source": a, "target": b, "since": inside})
			h.row("relation", cols{"source": a, "target": c, "since": outside, "until": inside})
		}},
		{"ci_status_set", "1/2", func(h *plainHouse) {
			h.item("A", cols{"changed": inside})
			h.item("B", nil)
		}},
		{"ci_changes_with_authority", "2/3", func(h *plainHouse) {
			a := h.item("A", nil)
			h.row("item_history", cols{"item": a, "at": inside, "was": "x", "because": "CHG-1"})
			h.row("item_history", cols{"item": a, "at": inside, "was": "x", "origin": "scan"})
			h.row("item_history", cols{"item": a, "at": inside, "was": "x"})
			h.row("item_history", cols{"item": a, "at": inside, "because": "CHG-1"}) // the first value
			h.row("item_history", cols{"item": a, "at": outside, "was": "x", "because": "CHG-1"})
		}},
		{"cmdb_audit_age_days", "50", func(h *plainHouse) {
			h.item("A", cols{"audited": outside})
			h.item("B", cols{"audited": inside})
			h.item("C", nil)
		}},
		{"cmdb_discrepancies_open", "1/3", func(h *plainHouse) {
			h.row("discrepancy", cols{"item": h.item("A", nil), "state": "found", "at": inside})
			h.row("discrepancy", cols{"item": h.item("B", nil), "state": "corrected", "at": inside})
			h.row("discrepancy", cols{"item": h.item("C", nil), "state": "found", "at": knownNow.UnixMilli() - 1000})
		}},
		{"spof_report_age_days", "50", func(h *plainHouse) {
			h.row("weak_point", cols{"item": h.item("A", nil), "at": inside})
			h.row("weak_point", cols{"item": h.item("B", nil), "at": outside})
		}},
	}
}
