package store_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/privacy"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// nameless are the columns of text that masking leaves alone, and why. A new
// column of text stands here with a reason, or among the shelves of veil.go.
var nameless = map[string]string{
	"audit":       "the law keeps it, and its chain allows no change (docs/adr/0014)",
	"file_chunk":  "attached files are not searched (docs/adr/0014)",
	"person_word": "written anew from the person", "item_word": "written anew from the item",
	"account.password": "digest", "account.secret": "key", "account.pending": "key", "account.recovery": "digests", "account.past": "digests",
	"answer.who": "an id", "answer.route": "a path with ids", "answer.key": "made up by a program", "answer.hash": "digest", "answer.did": "a number",
	"api_token.digest": "digest", "api_token.grants": "deeds",
	"audit_export": "digests", "audit_head": "digests",
	"batch": "kinds and deeds", "clock": "words of agreements", "link": "a type", "notice": "an occasion", "numbering": "a kind", "outbox": "a deed", "withdrawn": "a kind",
	"party": "a role", "feed": "deeds, states, ids", "graph_log": "ids", "history_made": "kinds", "tally": "states", "tally_delta": "states",
	"contact.channel": "a choice", "contact.type": "a choice",
	"analysis.method": "a choice", "candidate.key": "ids", "candidate.doc": "ids and numbers", "candidate_verdict.key": "ids", "candidate_verdict.doc": "ids and numbers", "incident_week.what": "a choice",
	"problem.source": "a choice", "problem.method": "a choice",
	"risk.process": "a choice", "risk.within": "a choice", "risk.response": "a choice", "release.form": "a choice", "release.weight": "a choice", "release.version": "a version", "library_entry.version": "a version", "library_entry.sha256": "digest", "library_entry.state": "a state", "spare.model": "a product", "spare_movement.ref": "a number",
	"change.type": "a choice", "change.class": "a choice", "change.result": "a choice", "change.items": "ids",
	"drift.kind":          "a choice",
	"change_meeting.kind": "a choice", "change_meeting.state": "a state", "change_meeting.members": "ids", "change_meeting.present": "ids",
	"change_feed.digest": "a hash", "change_opinion.role": "a choice", "change_opinion.stand": "a choice", "change_opinion.asked": "ids", "change_announcement.departments": "ids", "announcement_turn.fate": "a choice", "change_announcement.services": "ids", "change_model_consent.digest": "digest",
	"work_notice.source": "a choice", "work_notice.ref": "a reference", "work_notice.items": "ids", "work_notice.services": "ids",
	"request.pin": "a hash", "request.waiting": "a choice", "request.ended_as": "a choice", "pinned.hash": "a hash",
	"article.audience": "a choice", "article.stale": "a choice", "article.source": "a number", "article_tally": "counts", "article_origin": "digests",
	"discrepancy.kind": "a choice", "discrepancy.field": "a field's name", "discrepancy.state": "a state",
	"draft.place": "a form's name",
	"erase_fill":  "zeros", "erasing": "a stage", "veil": "goes when all was looked through",
	"file.sha256": "digest", "file.type": "a media type",
	"history_before.hash": "digest", "history_case": "the other tool's number of a case, by which it is known again",
	"incident.channel": "a choice", "incident.waiting": "a choice", "incident.ended_as": "a choice",
	"bundle_made": "the name of another system", "item_import.seal": "a digest and the name of a key", "item_sketch.place": "a page's name",
	"rule_run.cause": "an id", "rule_run.deed": "a deed", "rule_run.outcome": "a choice", "rule_miss.cause": "an id", "rule_miss.deed": "a deed", "rule_standing.day": "a day", "rule_wait": "a deed",
	"weak_point.state": "a state", "weak_point.services": "ids",
	"item.class": "a class", "item.state": "a state", "item.criticality": "a choice",
	"item_history.field": "a field's name", "item_batch.move": "a move", "item_batch.fields": "names of fields", "item_import.state": "a state",
	"leader": "a machine's name", "mail_password": "secret", "mail_secret": "secret",
	"mail.key": "ids", "mail.lang": "a language", "mail.what": "an occasion", "mail.about": "a kind", "mail.state": "a state", "mail.message": "made of ids",
	"person.code": "his own went, others have theirs", "person.name": "the same", "person.pinyin": "the same", "person.mail": "the same", "person.phone": "the same",
	"record.kind": "a kind", "record.state": "a state", "relation.type": "a type",
	"session.id": "digest", "session.stage": "a stage", "session.address": "an address of a network",
	"setting.kind": "a kind", "setting.code": "a code, by which others refer to it", "setting_import.kind": "a kind", "setup": "digest",
	"nudge.what": "a kind", "nudge.place": "an address", "duty_shift.who": "numbers", "duty_shift.state": "a state", "duty_entry.kind": "a kind", "duty_entry.refs": "numbers", "duty_handover.lines": "numbers", "duty_handover.state": "a state",
	"grade.kind": "a kind", "operation_run.kind": "a kind", "operation_run.state": "a state", "operation_run.incident": "a number", "task.state": "a state", "task.plan": "a word of a plan", "approval.verdict": "a verdict", "approval.barred": "numbers", "approval_link.hash": "a hash", "approval_link.subject": "a hash", "timeline.deed": "a deed", "timeline.was": "a state", "timeline.became": "a state",
	"survey_instrument": "names of questionnaires", "survey_sheet": "questions to everybody", "survey_wave": "names and numbers of waves", "survey_invite": "digests", "survey_result": "figures under a hash, which allows no change",
	"maturity_assessment.question_set": "a version", "maturity_assessment.state": "a state", "maturity_assessment.assessors": "ids", "maturity_assessment.hash": "digest", "maturity_set.base": "a version", "maturity_set.state": "a state", "maturity_mark.question": "a code", "maturity_mark.answer": "a choice", "maturity_file.question": "a code", "maturity_set_number": "numbers of questions", "maturity_evidence": "figures, and no words of anybody", "maturity_result": "what was signed, under a hash, which allows no change",
	"roadmap_programme.state": "a state", "handbook_edition.chapter": "a code", "handbook_edition.state": "a state", "handbook_figure.doc": "figures", "handbook_held.flow": "a code", "handbook_breach.flow": "a code", "handbook_breach.kind": "a code", "handbook_breach.was": "a state", "handbook_breach.became": "a state", "readiness_process.process": "a code", "readiness_tally.process": "a code", "readiness_given.process": "a code", "roadmap_step.kind": "a choice", "roadmap_step.process": "a code", "roadmap_step.state": "a state", "roadmap_weights.doc": "figures and codes", "management_review.kind": "a choice", "management_review.state": "a state", "management_review_file.part": "a choice", "promise_month": "figures by ids and months", "team_promise_counted.book": "a digest", "team_promise_counted.imports": "numbers",
	"survey_answer.id": "a digest", "survey_answer.side": "a choice", "survey_comment.id": "made up", "survey_comment.side": "a choice", "survey_comment.question": "a code", "survey_comment.category": "a code",
	"try":          "a sign-in name, forgotten by name", // TestMaskingIsThorough looks at it
	"upload.token": "made up", "upload.kind": "a kind",
}

const (
	goneName = "欧阳明远"
	goneMail = "ouyang.my@city.example"
	planted  = 900_001 // the id of every row that is planted
)

// packedText is a compressed document.
func packedText(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// plant writes a row into every table whose every column of text says what
// somebody is called, unless the column is nameless.
func plant(t *testing.T, db *store.DB, tables map[string][]store.ColumnForTest, other people.ID) {
	t.Helper()
	said := "ask " + goneName + " <" + goneMail + ">"
	texts := map[string]string{"numbering.kind": "planted", "setting_import.kind": "department", "record.kind": "incident", "mail.about": "incident", "draft.place": "incident.new", "try.name": "name:ouyang"}
	blobs := map[string][]byte{"item_import.plan": packedText(t, said), "baseline.doc": packedText(t, said), "history_upload_chunk.data": []byte("a;b\n" + said)}
	for _, col := range []string{"setting.doc", "person.doc", "item.extra", "record.extra", "timeline.changes", "task.checks", "task.answers", "approval.stages", "history_import.map", "history_import.result", "item_import.counts", "item_batch.origins", "baseline.reach", "item_sketch.doc", "item_sandbox.doc", "item.origin", "item_map.doc", "draft.doc", "answer.head", "analysis_version.doc", "roadmap_programme.doc", "roadmap_step.doc", "handbook_edition.doc", "handbook_edition.shot", "readiness_process.doc", "readiness_person.doc"} {
		texts[col] = `{"said":"` + said + `"}`
	}
	texts["setting_import.things"] = "[]"
	texts["setting_import.file"] = said
	err := db.FreeForTest(t.Context(), func(exec func(string, ...any) error) error {
		for _, table := range slices.Sorted(maps.Keys(tables)) {
			if slices.Contains([]string{"setting_version", "graph_version", "audit_head", "veil", "erasing", "erase_fill", "leader", "audit"}, table) {
				continue
			}
			var cols, marks []string
			var args []any
			for n, c := range tables[table] {
				name := table + "." + c.Name
				var v any = planted
				switch c.Type {
				case "bool":
					v = false
				case "bytes":
					if v = blobs[name]; blobs[name] == nil {
						v = []byte(said)
					}
				case "text":
					v = said
					if nameless[name] != "" || nameless[table] != "" {
						v = "x"
					}
					if w, ok := texts[name]; ok {
						v = w
					}
				case "int":
					if slices.Contains([]string{"person", "by_whom", "owner", "requester"}, c.Name) {
						v = int64(other)
					}
				}
				if table == "history_upload_chunk" && c.Name == "n" {
					v = 0
				}
				cols, marks, args = append(cols, c.Name), append(marks, fmt.Sprintf("$%d", n+1)), append(args, v)
			}
			if err := exec("INSERT INTO "+table+" ("+strings.Join(cols, ", ")+") VALUES ("+strings.Join(marks, ", ")+")", args...); err != nil {
				return fmt.Errorf("%s: %w", table, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// holding lists the columns that say a word.
func holding(t *testing.T, db *store.DB, tables map[string][]store.ColumnForTest, words ...string) (out []string) {
	t.Helper()
	for table, cols := range tables {
		for _, c := range cols {
			if c.Type != "text" && c.Type != "bytes" || nameless[table] != "" || nameless[table+"."+c.Name] != "" {
				continue
			}
			rows, err := db.BytesForTest(t.Context(), "SELECT "+c.Name+" FROM "+table+" WHERE "+c.Name+" IS NOT NULL")
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range rows {
				if zip, err := gzip.NewReader(bytes.NewReader(text)); err == nil {
					if text, err = io.ReadAll(zip); err != nil {
						t.Fatal(err)
					}
				}
				if slices.ContainsFunc(words, func(w string) bool { return bytes.Contains(text, []byte(w)) }) {
					out = append(out, table+"."+c.Name)
					break
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

// Somebody who is named in every column of text of the schema is named in none
// after he was masked and looked for.
func TestMaskingIsThorough(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		who := people.Person{Code: "ouyang", Name: goneName, Mail: goneMail, Phone: "5558674309", Changed: nine}
		other := people.Person{Code: "li", Name: "Li Fang", Changed: nine}
		for _, p := range []*people.Person{&who, &other} {
			if err := db.SavePerson(t.Context(), p); err != nil {
				t.Fatal(err)
			}
		}
		was, err := setting.OfPerson(who)
		if err != nil {
			t.Fatal(err)
		}
		kept := &setting.Lot{Batch: &setting.Batch{Kind: setting.Human, File: "people.csv", At: nine, By: other.ID, Name: other.Name, Rows: []setting.BatchRow{{ID: int64(who.ID), Was: was, Version: 1}, {ID: int64(other.ID), Version: 1}}}}
		if err := db.Settings().Put(t.Context(), kept); err != nil {
			t.Fatal(err)
		}
		tables, err := db.ColumnsForTest(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		plant(t, db, tables, other.ID)
		plantOwn(t, db, who, other)
		before := holding(t, db, tables, goneName, goneMail)
		for table, cols := range tables {
			for _, c := range cols {
				name := table + "." + c.Name
				if c.Type == "text" && nameless[table] == "" && nameless[name] == "" && !slices.Contains(before, name) {
					t.Errorf("nothing was planted in %s", name)
				}
			}
		}
		if err := db.Privacy().MaskPerson(t.Context(), who.ID, privacy.Alias(who.ID), nine.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		for n := 0; ; n++ {
			more, err := db.Privacy().Erase(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if !more {
				break
			}
			if n > 2000 {
				t.Fatal("looking comes to no end")
			}
		}
		if left := holding(t, db, tables, goneName, goneMail, `"ouyang"`); len(left) > 0 {
			t.Errorf("still named in %v", left)
		}
		for _, q := range []string{`SELECT name FROM try WHERE name LIKE '%ouyang%'`, `SELECT word FROM person_word WHERE word LIKE '%ouyang%'`, `SELECT word FROM item_word WHERE word LIKE '%ouyang%'`, `SELECT terms FROM veil`} {
			if got, err := db.TextsForTest(t.Context(), q); err != nil || len(got) > 0 {
				t.Errorf("%s: %v, %v", q, got, err)
			}
		}
		b, err := db.Settings().Batch(t.Context(), kept.Batch.ID)
		if err != nil || len(b.Rows) != 1 || b.Rows[0].ID != int64(other.ID) {
			t.Errorf("the import keeps %+v, %v", b.Rows, err)
		}
		docs, err := db.TextsForTest(t.Context(), `SELECT doc FROM setting WHERE code = 'his'`)
		if want := fmt.Sprintf(`{"query":"requester:masked-%d text:ouyangs"}`, who.ID); err != nil || len(docs) != 1 || docs[0] != want {
			t.Errorf("the view asks %v, want %s, %v", docs, want, err)
		}
		found, err := db.Ledger().List(t.Context(), people.Everything(), record.Query{Kind: record.Incident, Where: query.Words(goneName), Limit: 5})
		if err != nil || len(found) != 0 {
			t.Errorf("search finds %d by the name, %v", len(found), err)
		}
	})
}

// plantOwn writes what only his id or his sign-in name tells: a view that asks
// for him, and what he is called where he signed.
func plantOwn(t *testing.T, db *store.DB, who, other people.Person) {
	t.Helper()
	doc, err := json.Marshal(map[string]string{"query": "requester:ouyang text:ouyangs"})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Settings().Save(t.Context(), &setting.Thing{Kind: setting.View, Code: "his", Name: people.Text{En: "His"}, Doc: doc, Changed: nine})
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"item_history", "item_import", "setting_import"} {
		if err := db.FreeForTest(t.Context(), func(exec func(string, ...any) error) error {
			return exec("UPDATE "+table+" SET name = $1, by_whom = $2 WHERE by_whom = $3", who.Name, int64(who.ID), int64(other.ID))
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// A name of two characters is a word like any other: it goes from what is his
// and stays in what is not.
func TestShortNamesGoFromHisRecordsOnly(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := nine
		who := people.Person{Code: "gaof", Name: "高峰", Changed: now}
		if err := db.SavePerson(t.Context(), &who); err != nil {
			t.Fatal(err)
		}
		d, by := desk(db, &now), people.System(people.ViaJob)
		var list []*incident.Incident
		for title, requester := range map[string]people.ID{"高峰 cannot print": who.ID, "早高峰 is slow": 0} {
			i := &incident.Incident{}
			i.Requester = requester
			if err := d.Open(t.Context(), by, i, record.Input{Fields: map[string]string{"title": title}}); err != nil {
				t.Fatal(err)
			}
			list = append(list, i)
		}
		slices.SortFunc(list, func(a, b *incident.Incident) int { return int(b.Requester - a.Requester) })
		his, others := list[0], list[1]
		writer := people.Person{Code: "li", Name: "Li Fang", Changed: now}
		if err := db.SavePerson(t.Context(), &writer); err != nil {
			t.Fatal(err)
		}
		for place, doc := range map[string]string{his.Ref() + ".reply": `{"text":"Dear 高峰"}`, others.Ref() + ".reply": `{"text":"after the 早高峰"}`} {
			if err := db.Drafts().Save(t.Context(), &record.Draft{Person: writer.ID, Place: place, Doc: []byte(doc), At: now}); err != nil {
				t.Fatal(err)
			}
		}
		if err := db.Privacy().MaskPerson(t.Context(), who.ID, privacy.Alias(who.ID), now); err != nil {
			t.Fatal(err)
		}
		for more := true; more; {
			var err error
			if more, err = db.Privacy().Erase(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		alias := privacy.Alias(who.ID)
		got, err := db.TextsForTest(t.Context(), `SELECT title FROM record ORDER BY title`)
		if want := []string{alias + " cannot print", "早高峰 is slow"}; err != nil || !slices.Equal(got, want) {
			t.Errorf("titles %q, want %q, %v", got, want, err)
		}
		got, err = db.TextsForTest(t.Context(), `SELECT doc FROM draft ORDER BY doc`)
		if want := []string{`{"text":"Dear ` + alias + `"}`, `{"text":"after the 早高峰"}`}; err != nil || !slices.Equal(got, want) {
			t.Errorf("drafts %q, want %q, %v", got, want, err)
		}
	})
}
