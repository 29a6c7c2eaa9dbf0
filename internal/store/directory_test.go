package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// arrange opens a settings desk on a fresh database.
func arrange(t *testing.T, db *store.DB) (*setting.Desk, people.Actor) {
	t.Helper()
	k := &setting.Keeper{Store: db.Settings()}
	if err := k.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	by := people.System(people.ViaShell)
	return &setting.Desk{Keeper: k, Sheets: directory.Sheets(), Now: func() time.Time { return monday }}, by
}

// save writes a thing of a kind, failing the test on a fault.
func save(t *testing.T, d *setting.Desk, by people.Actor, k setting.Kind, fields map[string]string) setting.Thing {
	t.Helper()
	got, err := d.Save(t.Context(), by, setting.Input{Kind: k, Fields: fields})
	if err != nil {
		t.Fatalf("save %s %v: %v", k, fields, err)
	}
	return got
}

// keysOf lists "field key" of the faults, sorted.
func keysOf(err error) string {
	var out []string
	for _, f := range fault.All(err) {
		out = append(out, strings.TrimSpace(f.Field+" "+f.Key))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func TestSettingsDeskChecks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d, by := arrange(t, db)
		finance := save(t, d, by, setting.Department, map[string]string{"code": "fin", "name_zh": "财政局"})
		budget := save(t, d, by, setting.Department, map[string]string{"code": "fin-b", "name_en": "Budget", "parent": fmt.Sprint(finance.ID)})
		wang := save(t, d, by, setting.Human, map[string]string{"code": "wang", "name": "王小明", "department": fmt.Sprint(budget.ID), "mail": "wang@city.gov.cn"})
		team := save(t, d, by, setting.Team, map[string]string{"code": "desk", "name_en": "Service desk", "lead": fmt.Sprint(wang.ID)})
		for _, c := range []struct {
			name string
			in   setting.Input
			want string
		}{
			{"nothing filled in", setting.Input{Kind: setting.Zone}, "code setting.required, name_en setting.required"},
			{"a code with spaces", setting.Input{Kind: setting.Zone, Fields: map[string]string{"code": "a b", "name_en": "x"}}, "code setting.bad_code"},
			{"a loop in the tree", setting.Input{Kind: setting.Department, ID: finance.ID, Fields: map[string]string{"parent": fmt.Sprint(budget.ID)}}, "parent setting.loop"},
			{"city below province", setting.Input{Kind: setting.Department, Fields: map[string]string{"code": "p", "name_en": "P", "side": "province", "parent": fmt.Sprint(finance.ID)}}, "side directory.other_side"},
			{"a field nobody knows", setting.Input{Kind: setting.Zone, Fields: map[string]string{"code": "z", "name_en": "Z", "colour": "red"}}, "colour setting.no_such_field"},
			{"a parent of another kind", setting.Input{Kind: setting.Department, Fields: map[string]string{"code": "q", "name_en": "Q", "parent": fmt.Sprint(team.ID)}}, "parent setting.no_such"},
			{"a lead who does not exist", setting.Input{Kind: setting.Team, Fields: map[string]string{"code": "t", "name_en": "T", "lead": "9999"}}, "lead setting.no_such"},
			{"a team of nobody", setting.Input{Kind: setting.Team, Fields: map[string]string{"code": "t", "name_en": "T"}}, "members directory.team_empty"},
			{"a service published half ready", setting.Input{Kind: setting.Service, Fields: map[string]string{"code": "s", "name_en": "S", "state": "published"}}, "hours directory.service_needs, owner directory.service_needs, support directory.service_needs, zone directory.service_needs"},
			{"a code twice", setting.Input{Kind: setting.Team, Fields: map[string]string{"code": "desk", "name_en": "T", "lead": fmt.Sprint(wang.ID)}}, "code setting.code_taken"},
			{"a calendar with a hole in its week", setting.Input{Kind: setting.Calendar, Fields: map[string]string{"code": "c", "name_en": "C", "spec": `{"zone":"Asia/Shanghai","week":{"mon":[["12:00","09:00"]]}}`}}, "week.mon[0] calendar.bad_interval"},
			{"an agreement on no calendar", setting.Input{Kind: setting.Agreement, Fields: map[string]string{"code": "a", "name_en": "A", "name_zh": "甲", "targets": `[{"priority":1,"clock":"respond","minutes":10,"calendar":77}]`}}, "targets directory.no_calendar"},
			{"a placeholder nobody knows", setting.Input{Kind: setting.Template, Fields: map[string]string{"code": "x", "name_en": "X", "body_en": "Dear {{boss}}"}}, "body_en catalogue.no_placeholder"},
			{"a catch-all in front", setting.Input{Kind: setting.Routing, Fields: map[string]string{"code": "r", "name_en": "R", "order": "1", "team": fmt.Sprint(team.ID)}}, "order directory.catch_all"},
			{"the matrix upside down", setting.Input{Kind: setting.Centre, Code: directory.MatrixCode, Fields: map[string]string{"grid": `[[4,4,4,4],[3,4,4,4],[4,4,4,4],[4,4,4,4]]`}}, "grid[1][0] catalogue.matrix_falls"},
			{"a bad mail address", setting.Input{Kind: setting.Human, ID: wang.ID, Fields: map[string]string{"mail": "wang at city"}}, "mail directory.bad_mail"},
		} {
			_, err := d.Save(t.Context(), by, c.in)
			if got := keysOf(err); got != c.want {
				t.Errorf("%s: %s, want %s (%v)", c.name, got, c.want, err)
			}
		}
		if _, err := d.Retire(t.Context(), by, setting.Department, finance.ID, 0); keysOf(err) != "setting.in_use" {
			t.Errorf("retired a department with sub-departments: %v", err)
		}
		if _, err := d.Retire(t.Context(), by, setting.Department, budget.ID, 0); keysOf(err) != "setting.staffed" {
			t.Errorf("retired a department with people: %v", err)
		}
		stale := setting.Input{Kind: setting.Team, ID: team.ID, Version: 99, Fields: map[string]string{"phone": "1"}}
		if _, err := d.Save(t.Context(), by, stale); !fault.Is(err, fault.Conflict) {
			t.Errorf("saved over a newer version: %v", err)
		}
		nobody := people.Actor{ID: people.ID(wang.ID), Name: "王小明", Grants: people.NewGrants("incident.read")}
		if _, err := d.Save(t.Context(), nobody, setting.Input{Kind: setting.Team, ID: team.ID}); !fault.Is(err, fault.Denied) {
			t.Errorf("anybody may change a team: %v", err)
		}
		clerk := people.Actor{Name: "clerk", Grants: people.NewGrants("directory.edit")}
		zone := save(t, d, by, setting.Zone, map[string]string{"code": "z", "name_en": "Z"})
		if _, err := d.Save(t.Context(), clerk, setting.Input{Kind: setting.Human, ID: wang.ID, Fields: map[string]string{"cleared": fmt.Sprint(zone.ID)}}); !fault.Is(err, fault.Denied) {
			t.Errorf("who keeps the directory also clears for zones: %v", err)
		}
		gone, err := d.Retire(t.Context(), by, setting.Zone, zone.ID, zone.Version)
		if err != nil || !gone.Retired {
			t.Fatalf("retire: %v", err)
		}
		if _, err := d.Save(t.Context(), by, setting.Input{Kind: setting.Human, ID: wang.ID, Fields: map[string]string{"cleared": fmt.Sprint(zone.ID)}}); keysOf(err) != "cleared setting.is_retired" {
			t.Errorf("cleared for a retired zone: %v", err)
		}
		if back, err := d.Restore(t.Context(), by, setting.Zone, zone.ID, 0); err != nil || back.Retired {
			t.Errorf("restore: %v", err)
		}
	})
}

func TestStarterGivesAWorkingCentre(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d, by := arrange(t, db)
		for _, k := range directory.StarterKinds() {
			if n, err := directory.Starter(t.Context(), d.Keeper, by, monday, k); err != nil || n == 0 {
				t.Fatalf("%s: %d, %v", k, n, err)
			}
			if n, err := directory.Starter(t.Context(), d.Keeper, by, monday, k); err != nil || n != 0 {
				t.Errorf("%s a second time: %d, %v", k, n, err)
			}
		}
		// Everything a starter gives must pass the desk's own checks.
		all := d.Keeper.All()
		for _, sh := range d.Sheets {
			for _, thing := range all.Of(sh.Kind) {
				if sh.Code != "" && sh.Code != thing.Code {
					continue
				}
				_, f, err := d.Open(t.Context(), thing.Kind, thing.ID, thing.Code)
				if err != nil {
					t.Fatal(err)
				}
				if err := d.Fit(t.Context(), all, sh, f, setting.Thing{}, make([]string, len(sh.Fields))); err != nil {
					t.Errorf("%s: %v", setting.Object(thing), err)
				}
			}
		}
		v := directory.NewView(all)
		if len(v.Problems) > 0 {
			t.Error(v.Problems)
		}
		terms, _ := v.Terms(0, 1, monday)
		if len(terms) != 3 || terms[0].Target != 10*time.Minute {
			t.Errorf("terms of priority 1: %+v", terms)
		}
		if p := v.Matrix().Assess(1, 2, false, false); p != 1 {
			t.Errorf("city-wide and seriously hindered: priority %d", p)
		}
		if p := v.Matrix().Assess(4, 4, true, false); p != 2 {
			t.Errorf("a very important person: priority %d", p)
		}
	})
}

// file reads CSV text as an import does.
func file(t *testing.T, text string) func() ([]string, int, error) {
	t.Helper()
	r, err := sheet.Open(strings.NewReader(text), "test.csv", sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return r.Read
}

func TestImportIsPlannedRunAndUndone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d, by := arrange(t, db)
		ctx := t.Context()
		// A child before its parent, headings in Chinese, the level by its label.
		plan := draft(t, d, by, setting.Department, "部门编码,部门名称,上级部门,级别\nfin-b,预算处,财政局,市级\nfin,财政局,,市级\nbad,坏,没有的局,\nfin,再一次,,\n")
		want := map[directory.Deed]int{directory.Add: 2, directory.Faulty: 2}
		for deed, n := range want {
			if plan.Counts[deed] != n {
				t.Fatalf("plan %v, want %v: %+v", plan.Counts, want, plan.Lines)
			}
		}
		if got := keysOf(fault.Many(plan.Lines[2].Faults)); plan.Lines[2].Line != 4 || got != "parent directory.import_unknown" {
			t.Errorf("line 4: %+v", plan.Lines[2])
		}
		if len(d.Keeper.All().Of(setting.Department)) != 0 {
			t.Error("the dry run wrote something")
		}
		if _, err := plan.Run(ctx, d, by, false); keysOf(err) != "directory.import_faulty" {
			t.Errorf("ran with faults: %v", err)
		}
		if _, err := plan.Run(ctx, d, by, true); err != nil {
			t.Fatal(err)
		}
		all := d.Keeper.All()
		if b := all.Coded(setting.Department, "fin-b"); b == nil || b.Parent != all.Coded(setting.Department, "fin").ID {
			t.Fatalf("tree: %+v", b)
		}
		people1 := draft(t, d, by, setting.Human, "工号;姓名;所属部门;联系电话;房间\nA1;王小明;预算处;0755-8812 3456;B1203\nA2;李雷;fin;0755-88123457;B1204\n")
		first, err := people1.Run(ctx, d, by, false)
		if err != nil || first.Added != 2 {
			t.Fatalf("%+v, %v", first, err)
		}
		// Again with one changed and one new: unchanged rows are left alone.
		second := draft(t, d, by, setting.Human, "code,name,phone\nA1,王小明,0755-8812 3456\nA2,李雷,110\nA3,韩梅梅,\n")
		if second.Counts[directory.Same] != 1 || second.Counts[directory.Change] != 1 || second.Counts[directory.Add] != 1 {
			t.Fatalf("second: %v", second.Counts)
		}
		b2, err := second.Run(ctx, d, by, false)
		if err != nil {
			t.Fatal(err)
		}
		teams := draft(t, d, by, setting.Team, "code,name,lead,members,line\nnet,网络组,A1,\"李雷、A3\",二线\n")
		if _, err := teams.Run(ctx, d, by, false); err != nil {
			t.Fatalf("%v: %+v", err, teams.Lines)
		}
		// Undo: what was changed since stays.
		if found, err := db.LookUp(ctx, "hmm", 10); err != nil || len(found) != 1 {
			t.Fatalf("%v, %v", found, err)
		} else if _, err := d.Save(ctx, by, setting.Input{Kind: setting.Human, ID: int64(found[0].ID), Fields: map[string]string{"room": "1"}}); err != nil {
			t.Fatal(err)
		}
		kept, err := d.Undo(ctx, by, b2.ID)
		if err != nil || len(kept) != 1 || kept[0].Code != "A3" {
			t.Fatalf("kept %+v, %v", kept, err)
		}
		if found, err := db.LookUp(ctx, "88123457", 10); err != nil || len(found) != 1 || found[0].Code != "A2" {
			t.Errorf("the old number is not back: %v, %v", found, err)
		}
		if _, err := d.Undo(ctx, by, b2.ID); keysOf(err) != "setting.import_undone" {
			t.Errorf("undone twice: %v", err)
		}
		list, err := d.Keeper.Store.Batches(ctx, 10)
		if err != nil || len(list) != 4 || list[1].ID != b2.ID || list[1].Undone.IsZero() || list[1].Name != "Kilter" {
			t.Errorf("imports %+v, %v", list, err)
		}
	})
}

func draft(t *testing.T, d *setting.Desk, by people.Actor, k setting.Kind, text string) *directory.Plan {
	t.Helper()
	plan, err := directory.Draft(t.Context(), d, by, directory.Table{Kind: k, File: "test.csv", Read: file(t, text)})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func TestPersonsAreLookedUp(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d, by := arrange(t, db)
		dep := save(t, d, by, setting.Department, map[string]string{"code": "fin", "name_en": "Finance"})
		for _, p := range []string{"A1 王小明 07558812001 B-1203", "A2 汪晓敏 07558812002 B-1204", "A3 Li_Ming 07558813003 C-1", "A4 王大伟 07558814004 C-2"} {
			f := strings.Fields(p)
			save(t, d, by, setting.Human, map[string]string{"code": f[0], "name": strings.ReplaceAll(f[1], "_", " "), "phone": f[2], "room": f[3], "department": fmt.Sprint(dep.ID)})
		}
		for typed, want := range map[string]string{
			"王": "A1 A4", "wxm": "A1 A2", "wangx": "A1 A2", "小明": "A1", "2002": "A2", "b-12": "A1 A2", "a3": "A3", "ming li": "A3",
			"wang 4004": "A4", "nobody": "", "": "", "0755 8813-003": "A3", "0755-8813003": "A3", "dawei": "A4", "%": "",
		} {
			found, err := db.LookUp(t.Context(), typed, 10)
			if err != nil {
				t.Fatal(typed, err)
			}
			var codes []string
			for _, p := range found {
				codes = append(codes, p.Code)
			}
			slices.Sort(codes)
			if got := strings.Join(codes, " "); got != want {
				t.Errorf("%q finds %q, want %q", typed, got, want)
			}
		}
		page, err := db.Persons(t.Context(), people.Query{After: "A1", Limit: 2, Departments: []people.DepartmentID{people.DepartmentID(dep.ID)}})
		if err != nil || len(page) != 2 || page[0].Code != "A2" {
			t.Errorf("page %v, %v", page, err)
		}
	})
}

func TestDirectoryAnswers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d, by := arrange(t, db)
		ctx := context.WithoutCancel(t.Context())
		for _, k := range directory.StarterKinds() {
			if _, err := directory.Starter(ctx, d.Keeper, by, monday, k); err != nil {
				t.Fatal(err)
			}
		}
		all := d.Keeper.All()
		id := func(k setting.Kind, code string) string { return fmt.Sprint(all.Coded(k, code).ID) }
		dep := save(t, d, by, setting.Department, map[string]string{"code": "hall", "name_zh": "政务大厅", "hall": "true"})
		wang := save(t, d, by, setting.Human, map[string]string{"code": "wang", "name": "王小明", "department": fmt.Sprint(dep.ID)})
		gone := save(t, d, by, setting.Human, map[string]string{"code": "gone", "name": "走了"})
		if _, err := d.Retire(ctx, by, setting.Human, gone.ID, 0); err != nil {
			t.Fatal(err)
		}
		desk := save(t, d, by, setting.Team, map[string]string{"code": "desk", "name_zh": "服务台", "lead": fmt.Sprint(wang.ID)})
		net := save(t, d, by, setting.Team, map[string]string{"code": "net", "name_zh": "网络组", "lead": fmt.Sprint(wang.ID)})
		save(t, d, by, setting.Routing, map[string]string{"code": "net", "name_zh": "网络", "order": "10", "category": id(setting.Category, "network"), "team": fmt.Sprint(net.ID)})
		save(t, d, by, setting.Field, map[string]string{"code": "asset", "name_zh": "资产编号", "practice": "incident", "must": "resolve", "max": "5"})
		oa := all.Coded(setting.Service, "mail-oa")
		if _, err := d.Save(ctx, by, setting.Input{Kind: setting.Service, ID: oa.ID, Fields: map[string]string{
			"state": "published", "owner": fmt.Sprint(wang.ID), "hours": id(setting.Calendar, "office"), "support": fmt.Sprint(desk.ID), "zone": id(setting.Zone, "business"),
		}}); err != nil {
			t.Fatal(err)
		}
		dir := &directory.Directory{Keeper: d.Keeper, Roll: db.Roll()}
		if err := dir.Refresh(ctx); err != nil {
			t.Fatal(err)
		}
		v := dir.View()
		cat := func(code string) int64 { return all.Coded(setting.Category, code).ID }
		if team, _ := v.Route(catalogue.Call{Category: cat("network-dns"), Service: oa.ID}); team != people.TeamID(net.ID) {
			t.Errorf("a name that does not resolve goes to team %d", team)
		}
		if team, _ := v.Route(catalogue.Call{Category: cat("data"), Service: oa.ID}); team != people.TeamID(desk.ID) {
			t.Errorf("a data error in OA goes to team %d", team)
		}
		if p := dir.Priority(4, 4, people.ID(wang.ID), people.DepartmentID(dep.ID)); p != 2 {
			t.Errorf("a public counter has priority %d", p)
		}
		clerk := people.Actor{ID: people.ID(wang.ID), Scope: people.Scope{Own: people.ID(wang.ID)}}
		agent := people.Actor{Staff: true, Scope: people.Scope{All: true, Cleared: []people.ZoneID{people.ZoneID(all.Coded(setting.Zone, "public").ID)}}}
		for _, c := range []struct {
			name  string
			by    people.Actor
			typ   record.Type
			value string
			want  string
		}{
			{"an agent names a person", agent, record.Person, fmt.Sprint(wang.ID), ""},
			{"an agent names nobody", agent, record.Person, "4711", "f setting.no_such"},
			{"an agent names somebody who left", agent, record.Person, fmt.Sprint(gone.ID), "f setting.is_retired"},
			{"an official names himself", clerk, record.Person, fmt.Sprint(wang.ID), ""},
			{"an official names his department", clerk, record.Department, fmt.Sprint(dep.ID), ""},
			{"a zone one is cleared for", agent, record.Zone, id(setting.Zone, "public"), ""},
			{"a zone one is not cleared for", agent, record.Zone, id(setting.Zone, "business"), "f setting.no_such"},
			{"a service in such a zone", agent, record.Service, fmt.Sprint(oa.ID), "f setting.no_such"},
			{"a service", by, record.Service, fmt.Sprint(oa.ID), ""},
			{"a draft on the portal", people.Actor{Scope: people.Everything()}, record.Service, id(setting.Service, "training"), "f setting.no_such"},
			{"a team as a service", by, record.Service, fmt.Sprint(desk.ID), "f setting.no_such"},
			{"a cause by its code", agent, record.Cause, "hardware", ""},
			{"no such cause", agent, record.Cause, "ghosts", "f setting.no_such"},
			{"no number", agent, record.Team, "desk", "f record.not_a_number"},
		} {
			if got := keysOf(dir.Refers(c.by, c.typ, "f", c.value)); got != c.want {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
		}
		for _, c := range []struct{ value, move, want string }{
			{"", "assign", ""}, {"", "resolve", "x.asset record.required"}, {"A-1", "resolve", ""}, {"toolong", "", "x.asset record.too_long"},
		} {
			if got := keysOf(dir.Extra("incident", map[string]string{"asset": c.value}, nil, c.move)); got != c.want {
				t.Errorf("asset %q on %q: %q, want %q", c.value, c.move, got, c.want)
			}
		}
		if got := keysOf(dir.Extra("incident", map[string]string{"ghost": "x"}, nil, "")); got != "x.ghost setting.no_such_field" {
			t.Errorf("an unknown field: %q", got)
		}
	})
}
