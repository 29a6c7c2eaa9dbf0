package rule_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"kilter/internal/base/fault"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/rule"
	"kilter/internal/practice/setting"
)

var noon = time.Date(2026, 11, 25, 4, 0, 0, 0, time.UTC)

// world is a small city: two teams, a tree of categories, one person.
func world() rule.World {
	all := setting.NewAll(1, []setting.Thing{
		{ID: 1, Kind: setting.Team, Code: "desk"},
		{ID: 2, Kind: setting.Team, Code: "network"},
		{ID: 20, Kind: setting.Category, Code: "hardware"},
		{ID: 21, Kind: setting.Category, Code: "printer", Parent: 20},
	})
	own := query.Field{Name: "x.floor", Type: query.Number}
	return rule.World{
		Fields: record.Conditions(incident.Flow, incident.Sheet(), own),
		Means:  query.Context{Settings: all, Now: noon, Business: func(t time.Time, n int) (time.Time, bool) { return t.AddDate(0, 0, n), true }},
		Code:   func(id people.ID) string { return map[people.ID]string{7: "anna", 8: "mayor"}[id] },
	}
}

func printer() rule.Case {
	i := &incident.Incident{Head: record.Head{ID: 5, Kind: record.Incident, Number: record.NewNumber(2026, 42), Title: "printer jams", State: "assigned", Priority: 2, Requester: 8, Team: 2, Owner: 7, Opened: noon.Add(-5 * time.Hour), Moved: noon.Add(-time.Hour)}, Category: 21, VIP: true}
	i.More = map[string]string{"floor": "3"}
	d := record.Desk[*incident.Incident]{Flow: incident.Flow, Sheet: incident.Sheet(), Own: func() []record.Own {
		return []record.Own{{Code: "floor", OwnField: record.OwnField{Type: record.Int}}}
	}}
	return rule.Case{Picture: d.Picture(i), Now: noon, Deed: record.Entry{Deed: "incident.assign", By: 7, To: "assigned", From: "classified", Changes: []record.Change{{Field: "team", Was: "1", Now: "2"}}}}
}

func TestConditions(t *testing.T) {
	t.Parallel()
	for _, k := range []struct {
		name  string
		lang  rule.Language
		text  string
		holds bool
		part  string // of the text, when it does not
	}{
		{"nothing said holds", rule.Query, "", true, ""},
		{"both hold", rule.Query, "priority:1,2 team:network", true, ""},
		{"in Chinese", rule.Query, "优先级:1,2 团队:network", true, ""},
		{"the part that fails is named", rule.Query, "vip:yes priority:1 team:network", false, "priority:1"},
		{"of alternatives all are", rule.Query, "(priority:1 or team:desk)", false, "priority:1 · team:desk"},
		{"a refusal is named whole", rule.Query, "-vip:yes", false, "-vip:yes"},
		{"what lies below a category counts", rule.Query, "category:hardware", true, ""},
		{"time is that of the evaluation", rule.Query, "opened:<now-4h", true, ""},
		{"and not so", rule.Query, "opened:<now-6h", false, "opened:<now-6h"},
		{"open and not overdue", rule.Query, "open:yes -overdue:yes", true, ""},
		{"a word of the title", rule.Query, "jams", true, ""},
		{"a field of the centre's own", rule.Query, "x.floor:3", true, ""},
		{"expr: fields and codes", rule.Expr, `priority <= 2 && team == "network" && requester == "mayor"`, true, ""},
		{"expr: the part that fails", rule.Expr, `vip && priority == 1`, false, "priority == 1"},
		{"expr: two fields against each other", rule.Expr, `owner != requester`, true, ""},
		{"expr: time in arithmetic", rule.Expr, `now - opened > duration("4h")`, true, ""},
		{"expr: below a category", rule.Expr, `within(category, "hardware")`, true, ""},
		{"expr: the deed", rule.Expr, `deed == "assign" && by == "anna" && changed("team") && was("team") == "1"`, true, ""},
		{"expr: a field of the centre's own", rule.Expr, `x.floor > 2`, true, ""},
		{"expr: a pattern", rule.Expr, `title matches "^print"`, true, ""},
	} {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			c, err := rule.Compile(k.lang, k.text, world())
			if err != nil {
				t.Fatal(err)
			}
			holds, part, err := c.Holds(printer())
			if err != nil || holds != k.holds || part != k.part {
				t.Errorf("got %v %q %v, want %v %q", holds, part, err, k.holds, k.part)
			}
		})
	}
}

func TestConditionsPointAtTheWord(t *testing.T) {
	t.Parallel()
	for _, k := range []struct {
		lang            rule.Language
		text, key, word string
		near            string
	}{
		{rule.Query, "priority:1 teem:network", "query.no_such_field", "teem", "team"},
		{rule.Query, "team:netwerk", "query.no_such_value", "netwerk", "network"},
		{rule.Query, "owner:me", "query.nobody", "me", ""},
		{rule.Query, "(priority:1", "query.ends_early", "", ""},
		{rule.Expr, `priorty == 1`, "rule.expr_unknown", "priorty", "priority"},
		{rule.Expr, `x.flor == 1`, "rule.expr_unknown", "flor", "floor"},
		{rule.Expr, `priority == "high"`, "rule.expr_types", "==", ""},
		{rule.Expr, `priority +`, "rule.expr_syntax", "+", ""},
		{rule.Expr, `priority`, "rule.expr_not_yes_no", "priority", ""},
		{rule.Expr, `all(1..1000000, true)`, "rule.expr_no_loops", "..", ""},
		{rule.Expr, `let a = title; a == a`, "rule.expr_no_loops", "a", ""},
		{rule.Expr, `title matches title`, "rule.expr_pattern", "matches", ""},
		{rule.Expr, `标题 == "x"`, "rule.expr_unknown", "标题", ""},
	} {
		_, err := rule.Compile(k.lang, k.text, world())
		all := fault.All(err)
		if len(all) != 1 || all[0].Key != k.key {
			t.Errorf("%s: got %v, want %s", k.text, err, k.key)
			continue
		}
		if word := all[0].Args["word"]; word != k.word {
			t.Errorf("%s: points at %q, want %q", k.text, word, k.word)
		}
		if near := all[0].Args["near"]; k.near != "" && near != k.near {
			t.Errorf("%s: proposes %q, want %q", k.text, near, k.near)
		}
	}
}

// Whatever is written, reading it ends in a condition or in a fault that lies
// within the text.
func TestAnyTextIsACondition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lang := rapid.SampledFrom([]rule.Language{rule.Query, rule.Expr}).Draw(t, "language")
		word := rapid.SampledFrom([]string{"priority", "title", "team", "==", ":", "1", `"x"`, "&&", "or", "(", ")", "not", "now", "-", ">", "let", "..", "标题", "within", "[", "{", "?", "|", "x.floor", "7d"})
		text := ""
		for _, w := range rapid.SliceOfN(word, 0, 12).Draw(t, "words") {
			text += w + " "
		}
		c, err := rule.Compile(lang, text, world())
		if err == nil {
			if _, _, err := c.Holds(printer()); err != nil && fault.All(err) == nil {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		for _, f := range fault.All(err) {
			pos, _ := f.Args["pos"].(int)
			end, _ := f.Args["end"].(int)
			if pos < 0 || end < pos || end > len(text) {
				t.Fatalf("%q: %v points beside the text", text, f)
			}
		}
		if fault.All(err) == nil {
			t.Fatalf("%q: %v is no fault", text, err)
		}
	})
}

func BenchmarkConditions(b *testing.B) {
	for _, k := range []struct {
		lang rule.Language
		text string
	}{
		{rule.Query, "priority:1,2 team:network category:hardware -vip:no opened:<now-4h"},
		{rule.Expr, `priority <= 2 && team == "network" && within(category, "hardware") && vip && now - opened > duration("4h")`},
	} {
		b.Run(string(k.lang), func(b *testing.B) {
			var all []*rule.Condition
			for range 100 {
				c, err := rule.Compile(k.lang, k.text, world())
				if err != nil {
					b.Fatal(err)
				}
				all = append(all, c)
			}
			on := printer()
			for b.Loop() {
				for _, c := range all {
					if holds, _, err := c.Holds(on); err != nil || !holds {
						b.Fatal(holds, err)
					}
				}
			}
		})
	}
}
