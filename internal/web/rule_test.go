package web_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"kilter/internal/practice/directory"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/rule"
	"kilter/internal/practice/setting"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
	"kilter/internal/web"
)

// ruleOffice is an office whose administrator makes rules about incidents.
func ruleOffice(t *testing.T, db *store.DB) (*office, *incident.Desk) {
	t.Helper()
	o := newOffice(t, db)
	o.by.Grants = people.NewGrants("setting.edit", "rule.*", "incident.*")
	clock := func() time.Time { return settingsDay }
	desk := incident.NewDesk(record.Desk[*incident.Incident]{Store: db.Incidents(), Now: clock}, incident.City{}, db.Ledger(), db.IncidentShelf())
	e := &rule.Engine{
		Settings: o.desk.Keeper.All, Desks: map[record.Kind]rule.Desk{record.Incident: desk.Desk}, Ledger: db.Ledger(), Traces: db.Rules(), Together: db.Together,
		World: func(people.Actor, record.Kind) rule.World {
			return rule.World{Fields: record.Conditions(incident.Flow, incident.Sheet()), Means: query.Context{Settings: o.desk.Keeper.All(), Now: settingsDay}}
		},
		Place: func() *time.Location { return time.UTC }, Now: clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	o.desk.Sheets = append(o.desk.Sheets, rule.Sheet(rule.Checks{
		Desk: func(k record.Kind) rule.Desk { return e.Desks[k] }, Fields: e.Fields,
		World: func(*setting.All, record.Kind) rule.World { return e.World(people.Actor{}, record.Incident) },
	}))
	o.mux = http.NewServeMux()
	shell := &web.Shell{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: clock}
	(&web.Settings{
		Shell: shell, Desk: o.desk, Directory: &directory.Directory{Keeper: o.desk.Keeper, Roll: db.Roll()}, Persons: db, Uploads: db, Rules: e,
		Actor: func(*http.Request) (people.Actor, error) { return o.by, nil },
	}).Mount(o.mux)
	return o, desk
}

// A rule is written line by line, wrong at a word, tried, saved, and opened
// again as it was typed.
func TestTheEditorOfRules(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o, desk := ruleOffice(t, db)
		for _, title := range []string{"printer", "mail"} {
			if err := desk.Open(t.Context(), o.by, &incident.Incident{}, record.Input{Fields: map[string]string{"title": title}}); err != nil {
				t.Fatal(err)
			}
		}
		form := url.Values{
			"name_en": {"Printers"}, "code": {"printers"}, "practice": {"incident"}, "on": {"true"}, "when": {"deed"}, "deeds": {"open", "edit"}, "language": {"query"}, "if": {"titel:printer"},
			"a.rows": {"3"}, "a.0.do": {"set"}, "a.0.field": {"outside"}, "a.0.value": {"P-1"}, "a.1.do": {"note"}, "a.1.text_en": {"look at {{number}}"}, "a.2.do": {""},
		}
		with := func(name string, v ...string) url.Values {
			out := url.Values{}
			for k, held := range form {
				out[k] = held
			}
			out[name] = v
			return out
		}
		want := func(status int, text string, wantStatus int, holds ...string) {
			t.Helper()
			if status != wantStatus {
				t.Fatalf("status %d, want %d: %.300s", status, wantStatus, text)
			}
			for _, h := range holds {
				if !strings.Contains(text, h) {
					t.Errorf("lacks %q", h)
				}
			}
		}
		status, text := o.get("/settings/rule/new")
		want(status, text, 200, `value="task_add"`, `name="if"`, `name="a.0.do"`, "<code>priority</code>")
		status, text = o.post("/settings/rule/new", form)
		want(status, text, 422, "<mark>titel</mark>", "Did you mean", `value="P-1"`, `value="look at {{number}}"`)
		status, text = o.post("/settings/rule/new", with("a.0.field", "priority"))
		want(status, text, 422, "Action 1 sets", "titel")
		form.Set("if", "title:printer")
		status, text = o.post("/settings/rule/new/fields", with("a.2.do", "watch"))
		want(status, text, 200, `name="a.3.do"`)
		status, text = o.post("/settings/rule/new/try", form)
		want(status, text, 200, `id="trial"`, "INC-2026-00001", "P-1")
		if strings.Contains(text, "INC-2026-00002") {
			t.Error("the trial tells of a record for which the condition does not hold")
		}
		if n := len(o.desk.Keeper.All().Of(setting.Rule)); n != 0 {
			t.Fatalf("a trial saved %d rules", n)
		}
		status, text = o.post("/settings/rule/new", form)
		want(status, text, 303, "/settings/rule")
		held := o.desk.Keeper.All().Coded(setting.Rule, "printers")
		doc, err := setting.Read[rule.Rule](*held)
		if err != nil || !doc.On || len(doc.Then) != 2 || doc.If != "title:printer" || len(doc.Deeds) != 2 {
			t.Fatalf("%+v %v", doc, err)
		}
		status, text = o.get("/settings/rule/" + strconv.FormatInt(held.ID, 10))
		want(status, text, 200, `value="P-1"`, "title:printer")

		o.by.Grants = people.NewGrants("setting.edit")
		status, text = o.post("/settings/rule/new", form)
		want(status, text, 403)
		status, text = o.post("/settings/rule/new/try", form)
		want(status, text, 403)
	})
}

// The panel of a record tells which rules fired and what they did, which did
// not and why, to whoever may read it.
func TestTheTraceOfARecord(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	e := &rule.Engine{
		Settings: o.keeper.All, Desks: map[record.Kind]rule.Desk{record.Incident: o.desk.Desk}, Ledger: o.db.Ledger(), Traces: o.db.Rules(), Together: o.db.Together,
		World: func(people.Actor, record.Kind) rule.World {
			return rule.World{Fields: record.Conditions(incident.Flow, incident.Sheet()), Means: query.Context{Settings: o.keeper.All(), Now: noon}}
		},
		Place: func() *time.Location { return time.UTC }, Now: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler),
	}
	o.pages.Rules = e
	o.mux = http.NewServeMux()
	o.pages.Shell.Mount(o.mux)
	o.pages.Routes(o.mux)
	keep := func(code, zh string, r rule.Rule) {
		r.Practice, r.On, r.When, r.Deeds = record.Incident, true, rule.OnDeed, []string{"open"}
		th := setting.Thing{Kind: setting.Rule, Code: code, Name: people.Text{En: "Rule " + code, Zh: zh}, Changed: noon}
		if err := setting.Write(&th, r); err != nil {
			t.Fatal(err)
		}
		if err := o.keeper.Save(t.Context(), &th); err != nil {
			t.Fatal(err)
		}
	}
	keep("fires", "触发", rule.Rule{If: "title:mail", Then: []record.Action{{Do: record.Jot, Text: people.Text{En: "look at {{number}}"}}, {Do: record.Set, Field: "outside", Value: "P-1"}}})
	keep("idle", "", rule.Rule{Order: 1, Then: []record.Action{{Do: record.Set, Field: "outside", Value: "P-1"}}})
	keep("refused", "", rule.Rule{Order: 2, Then: []record.Action{{Do: record.Set, Field: "priority", Value: "1"}}})
	keep("not", "", rule.Rule{Order: 3, If: "title:mail state:closed"})
	one, quiet := o.call("mail", nil), o.call("printer", nil)
	news, err := o.db.Waiting(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range news {
		if n.Head.ID == one.ID {
			if err := e.Carry(t.Context(), n); err != nil {
				t.Fatal(err)
			}
		}
	}
	at := "/incidents/" + one.Ref()
	for _, a := range []deskAsk{
		{name: "the record offers it", as: "tracer", path: at, status: 200, want: []string{`hx-get="` + at + `/rules"`, "by rule", "Rule fires v1"}},
		{name: "not to everybody", path: at, status: 200, wantNot: []string{at + "/rules"}},
		{name: "what fired, what not and why", as: "tracer", path: at + "/rules", htmx: true, status: 200, want: []string{
			"registered", "Rule fires", "v1", "fired", "look at " + one.Ref(), "P-1", "Rule idle", "fired; all was so already", "Rule refused", "refused", "Rule not", "did not fire: this does not hold", "<code>state:closed</code>",
		}, wantNot: []string{`href="/settings/rule/`}},
		{name: "of a record on which none was considered", as: "tracer", path: "/incidents/" + quiet.Ref() + "/rules", htmx: true, status: 200, want: []string{"No rule has been considered"}},
		{name: "nobody else reads it", path: at + "/rules", htmx: true, status: 403},
		{name: "nor who does not see the record", as: "blind tracer", path: at + "/rules", htmx: true, status: 404},
	} {
		o.do(t, a)
	}
}
