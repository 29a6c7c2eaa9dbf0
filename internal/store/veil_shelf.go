package store

// shelf is a table with texts that may say what somebody is called. A test
// compares the list with the schema: every column of text stands here, is dealt
// with by its own step, or is named there with the reason why it holds no name.
type shelf struct {
	table  string
	walk   string // a number by which the table is walked in parts; "" when it is small enough to be taken whole
	of     string // the condition that a row is of record ?; "" when rows are of none
	record string // the column with that record; "" when rows are looked at one by one
	signed string // the column with the name of whoever did it, beside by_whom
	cols   []string
}

var shelves = []shelf{
	{table: "record", walk: "id", of: "id = ?", record: "id", cols: []string{"title", "extra"}},
	{table: "timeline", walk: "id", of: "record = ?", record: "record", cols: []string{"text", "reason", "changes"}},
	{table: "incident", walk: "id", of: "id = ?", record: "id", cols: []string{"description", "solution", "report", "escalation", "no_item", "why_priority", "outside", "room", "callback"}},
	{table: "contact", walk: "id", of: "id = ?", record: "id", cols: []string{"description", "caller", "phone", "answer", "about", "article"}},
	{table: "problem", walk: "id", of: "id = ?", record: "id", cols: []string{"description", "symptom", "why_rejected", "root_cause", "workaround", "proposal", "change", "no_change", "risk", "review", "went_well", "went_wrong", "could_improve", "prevention", "supplier_next"}},
	{table: "change", walk: "id", of: "id = ?", record: "id", cols: []string{"reason", "description", "why_rejected", "why_dropped", "why_otherwise", "procedure", "test", "back_out", "communication", "evidence", "why_backed_out", "why_failed", "review"}},
	{table: "risk", walk: "id", of: "id = ?", record: "id", cols: []string{"condition", "consequence", "mitigation", "trigger", "contingency", "why_dropped", "lesson"}},
	{table: "release", walk: "id", of: "id = ?", record: "id", cols: []string{"description", "design", "rollout", "training", "support", "known", "risks", "back_out", "confirmed", "parts", "targets", "tests", "reviews", "carried", "why_dropped", "why_backed_out", "outcome"}},
	{table: "library_entry", walk: "id", cols: []string{"name", "licence", "source", "place", "note", "why"}},
	{table: "work_notice", walk: "id", cols: []string{"who", "title", "impact"}},
	{table: "change_feed", walk: "id", cols: []string{"name"}},
	{table: "change_meeting", walk: "id", cols: []string{"place", "points", "minutes", "actions"}},
	{table: "drift", walk: "id", cols: []string{"why"}},
	{table: "spare", walk: "id", cols: []string{"name", "place"}},
	{table: "spare_movement", walk: "id", cols: []string{"why"}},
	{table: "article", walk: "id", of: "id = ?", record: "id", cols: []string{"title_en", "title_zh", "text_en", "text_zh", "keywords", "shown_title_en", "shown_title_zh", "shown_text_en", "shown_text_zh"}},
	{table: "article_rating", walk: "record", of: "record = ?", record: "record", cols: []string{"reason"}},
	{table: "request", walk: "id", of: "id = ?", record: "id", cols: []string{"answers", "detail", "outside", "refusal", "outcome"}},
	{table: "grade", walk: "id", of: "id = ?", record: "id", cols: []string{"words", "note", "answer"}},
	{table: "operation_run", walk: "id", cols: []string{"name_en", "name_zh", "why", "results", "note"}},
	{table: "nudge", walk: "id", cols: []string{"name_en", "name_zh"}},
	{table: "duty_matter", walk: "id", cols: []string{"text", "result"}},
	{table: "duty_entry", walk: "id", cols: []string{"text"}},
	{table: "duty_handover", walk: "id", cols: []string{"summary", "answer"}},
	{table: "maturity_assessment", walk: "id", cols: []string{"name_en", "name_zh", "unit", "targets", "overrides"}},
	{table: "maturity_mark", walk: "id", cols: []string{"comment", "evidence"}},
	{table: "maturity_file", walk: "id", cols: []string{"name"}},
	{table: "roadmap_programme", walk: "id", cols: []string{"name_en", "name_zh", "doc"}},
	{table: "roadmap_step", walk: "id", cols: []string{"doc"}},
	{table: "handbook_edition", walk: "id", cols: []string{"doc", "shot"}},
	{table: "roadmap_weights", walk: "id", cols: []string{"why"}},
	{table: "readiness_process", walk: "id", cols: []string{"doc"}},
	{table: "readiness_person", walk: "person", cols: []string{"doc"}},
	{table: "survey_answer", cols: []string{"doc"}},
	{table: "survey_comment", cols: []string{"text"}},
	{table: "pinned", cols: []string{"doc"}},
	{table: "task", walk: "id", of: "record = ?", record: "record", cols: []string{"title", "checks", "answers"}},
	{table: "approval", walk: "id", of: "record = ?", record: "record", cols: []string{"stages"}},
	{table: "rule_run", walk: "id", of: "record = ?", record: "record", cols: []string{"did", "why"}},
	{table: "rule_miss", walk: "record", of: "record = ?", record: "record", cols: []string{"misses"}},
	{table: "rule_standing", cols: []string{"why"}},
	{table: "attachment", walk: "id", of: "record = ?", record: "record", cols: []string{"name"}},
	{table: "history_before", walk: "record", of: "record = ?", record: "record", cols: []string{"whole"}},
	{table: "mail", walk: "id", of: "(about, number) = (SELECT kind, number FROM record WHERE id = ?)", cols: []string{"title", "text", "address", "name", "reason", "view"}},
	{table: "setting", walk: "id", cols: []string{"name_en", "name_zh", "doc"}},
	{table: "person", walk: "id", cols: []string{"room", "doc"}},
	{table: "setting_import", walk: "id", signed: "name", cols: []string{"file", "things"}},
	{table: "api_token", walk: "id", cols: []string{"name"}},
	{table: "account", walk: "person", cols: []string{"why"}},
	{table: "session", cols: []string{"agent"}},
	{table: "draft", cols: []string{"doc"}},
	{table: "history_import", walk: "id", cols: []string{"source", "file", "map", "result"}},
	{table: "item", walk: "id", cols: []string{"code", "name_en", "name_zh", "room", "serial", "extra", "origin", "operator"}},
	{table: "item_history", walk: "id", signed: "name", cols: []string{"was", "became", "because", "origin"}},
	{table: "item_batch", walk: "id", signed: "name", cols: []string{"because", "origins"}},
	{table: "item_import", walk: "id", signed: "name", cols: []string{"source", "file", "counts", "trouble", "standing"}},
	{table: "item_map", cols: []string{"source", "doc"}},
	{table: "item_file", walk: "id", cols: []string{"name"}},
	{table: "relation", walk: "id", cols: []string{"gate", "note", "origin", "origins"}},
	{table: "redundancy", walk: "id", cols: []string{"name_en", "name_zh", "origin", "origins"}},
	{table: "baseline", walk: "id", signed: "by_name", cols: []string{"name", "about", "reach"}},
	{table: "weak_point", walk: "item", cols: []string{"note"}},
	{table: "analysis_version", walk: "id", of: "analysis IN (SELECT id FROM analysis WHERE record = ?)", cols: []string{"title", "doc"}},
	{table: "candidate_verdict", walk: "id", cols: []string{"reason"}},
	{table: "item_sandbox", walk: "id", cols: []string{"name", "doc"}},
	{table: "item_sketch", walk: "id", cols: []string{"name", "doc"}},
	{table: "discrepancy", walk: "id", cols: []string{"held", "found", "origin", "reason"}},
}
