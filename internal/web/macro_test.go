package web_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"kilter/internal/practice/directory"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/macro"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/testkit/browser"
	"kilter/internal/web"
)

// arms gives the bureau macros.
func (o *bureau) arms(all map[string]macro.Macro) {
	o.t.Helper()
	for code, m := range all {
		if m.Practice == "" {
			m.Practice = record.Incident
		}
		doc, err := json.Marshal(m)
		if err != nil {
			o.t.Fatal(err)
		}
		th := setting.Thing{Kind: setting.Macro, Code: code, Name: people.Text{En: "Macro " + code, Zh: "宏" + code}, Doc: doc, Changed: noon}
		if err := o.keeper.Save(o.t.Context(), &th); err != nil {
			o.t.Fatal(err)
		}
	}
}

func said(en string) people.Text { return people.Text{En: en} }

// A macro is found on a record, foreseen, run, and taken back; on many likewise.
func TestMacrosOnARecord(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	o.arms(map[string]macro.Macro{
		"take":   {States: []flow.State{incident.Assigned}, Then: []record.Action{{Do: record.Assign, Me: true}, {Do: record.Step, Value: "accept"}, {Do: record.Jot, Text: said("{{number}} is mine")}}},
		"solve":  {States: []flow.State{incident.Assigned, incident.InProgress}, Then: []record.Action{{Do: record.Jot, Text: said("x")}, {Do: record.Step, Value: "resolve"}}},
		"theirs": {Teams: []people.TeamID{people.TeamID(o.second)}, Then: []record.Action{{Do: record.Jot, Text: said("x")}}},
		"late":   {States: []flow.State{incident.Closed}, Then: []record.Action{{Do: record.Jot, Text: said("x")}}},
		"called": {Practice: record.Contact, Then: []record.Action{{Do: record.Jot, Text: said("called back")}}},
	})
	one := o.call("mail", nil)
	at := "/incidents/" + one.Ref()
	for _, a := range []deskAsk{
		{name: "the record offers them", path: at, status: 200, want: []string{`hx-get="` + at + `/macros"`, `data-key="m"`, `data-palette="Macro: Macro take"`}, wantNot: []string{"Macro theirs", "Macro late"}},
		{name: "not to a reader", as: "reader", path: at, status: 200, wantNot: []string{at + "/macros", "Macro take"}},
		{name: "the list", path: at + "/macros", htmx: true, status: 200, want: []string{"Macro take", "Macro solve", "hand to a team or person, make a move", `data-filter="macro take 宏take take`}, wantNot: []string{"Macro theirs", "Macro late", "Macro called"}},
		{name: "a reader has none", as: "reader", path: at + "/macros", htmx: true, status: 403},
		{name: "what it will do", path: at + "/macros/take", htmx: true, status: 200, want: []string{"Nothing has been done yet", "In progress", one.Ref() + " is mine", "陈静", "Run the macro"}},
		{name: "why it will not", path: at + "/macros/solve", htmx: true, status: 200, want: []string{"Action 2 (make a move)"}, wantNot: []string{"Run the macro"}},
		{name: "one of another team is not there", path: at + "/macros/theirs", htmx: true, status: 404},
		{name: "who does not see the record", as: "other", path: at + "/macros/take", htmx: true, status: 404},
		{name: "refused, it says by what", method: "POST", path: at + "/macros/solve", htmx: true, form: url.Values{}, status: 422, want: []string{"Action 2 (make a move)"}},
		{name: "and without script", method: "POST", path: at + "/macros/solve", form: url.Values{}, status: 409, want: []string{"Action 2 (make a move)"}},
		{name: "done, with a way back", method: "POST", path: at + "/macros/take", htmx: true, form: url.Values{}, status: 200, want: []string{"“Macro take” has been run", "/undo/incidents/", "by macro", "Macro take v1"}},
		{name: "the timeline tells", path: at, status: 200, want: []string{"by macro", "Macro take v1", one.Ref() + " is mine"}, wantNot: []string{`data-palette="Macro: Macro take"`}},
		{name: "taken back", method: "POST", path: "/undo/incidents/3", htmx: true, form: url.Values{}, status: 200, want: []string{"1 incident"}},
	} {
		o.do(t, a)
	}

	two := o.call("printer", nil)
	both := url.Values{"n": {one.Ref(), two.Ref()}, "deed": {"macro"}, "macro": {"take"}}
	for _, a := range []deskAsk{
		{name: "many: the question", method: "POST", path: "/incidents/bulk", htmx: true, form: both, status: 200, want: []string{`name="macro"`, "Macro take"}, wantNot: []string{"Macro theirs"}},
		{name: "the bar offers it", path: "/incidents?view=all", status: 200, want: []string{`value="macro"`}},
		{name: "looked at first", method: "POST", path: "/incidents/bulk/preview", htmx: true, form: both, status: 200, want: []string{two.Ref() + " is mine", "Change 2 incidents"}},
		{name: "then done", method: "POST", path: "/incidents/bulk/run", htmx: true, form: both, status: 200, want: []string{"2 incidents changed", "/undo/"}},
		{name: "not again", method: "POST", path: "/incidents/bulk/preview", htmx: true, form: both, status: 200, want: []string{"not offered in the state"}},
		{name: "a reader does not", as: "reader", method: "POST", path: "/incidents/bulk/run", htmx: true, form: both, status: 403},
	} {
		o.do(t, a)
	}

	c := o.logged(map[string]string{"title": "a question", "type": "question", "requester": o.zhou.ID.String()})
	o.do(t, deskAsk{name: "a plain page", path: "/contacts/" + c.Ref(), status: 200, want: []string{"/contacts/" + c.Ref() + "/macros"}})
	o.do(t, deskAsk{name: "and there it is run", method: "POST", path: "/contacts/" + c.Ref() + "/macros/called", htmx: true, form: url.Values{}, status: 200, want: []string{"/undo/contacts/", "called back"}})
}

// The editor keeps what was typed, says which action is wrong, and saves.
func TestTheEditorOfMacros(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	o.arms(map[string]macro.Macro{})
	office := &setting.Desk{Keeper: o.keeper, Now: func() time.Time { return noon }, Sheets: append(directory.Sheets(), macro.Sheet(record.ActionChecks{Ground: func(k record.Kind) (record.Ground, bool) {
		d := o.pages.Macros.Desks[k]
		if d == nil {
			return record.Ground{}, false
		}
		return d.Ground(), true
	}}))}
	grants := people.NewGrants("template.edit")
	(&web.Settings{
		Shell: &web.Shell{Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return noon }}, Desk: office, Directory: &directory.Directory{Keeper: o.keeper, Roll: o.db.Roll()}, Persons: o.db, Uploads: o.db, Macros: o.pages.Macros,
		Actor: func(*http.Request) (people.Actor, error) {
			return people.Actor{ID: o.chen.ID, Staff: true, Grants: grants}, nil
		},
	}).Mount(o.mux)
	form := url.Values{
		"name_en": {"Ask and wait"}, "code": {"ask"}, "practice": {"incident"}, "states": {"in_progress", "assigned"}, "teams": {}, "a.rows": {"3"},
		"a.0.do": {"reply"}, "a.0.text_en": {"What do you see, {{requester.name}}?"}, "a.1.do": {"set"}, "a.1.field": {"waiting"}, "a.1.value": {"user"}, "a.2.do": {"note"}, "a.2.text_en": {"asked"},
	}
	for _, a := range []deskAsk{
		{name: "a new one", path: "/settings/macro/new", status: 200, want: []string{`value="reply"`, `value="in_progress"`, `name="a.0.me"`, `name="a.0.move"`, "{{requester.name}}", "Solution (with: "}},
		{name: "of another practice", method: "POST", path: "/settings/macro/new/fields", form: url.Values{"practice": {"contact"}, "a.rows": {"0"}}, status: 200, want: []string{`value="identify"`}, wantNot: []string{`value="merge"`}},
		{name: "wrong", method: "POST", path: "/settings/macro/new", form: form, status: 422, want: []string{"Action 2 sets “waiting”, which only a move takes", "What do you see", `value="user"`}},
	} {
		o.do(t, a)
	}
	form.Set("a.2.do", "move")
	form.Set("a.2.move", "wait")
	o.do(t, deskAsk{name: "right", method: "POST", path: "/settings/macro/new", form: form, status: 303})
	held := o.keeper.All().Coded(setting.Macro, "ask")
	doc, err := setting.Read[macro.Macro](*held)
	if err != nil || len(doc.Then) != 3 || doc.Then[2].Value != "wait" || len(doc.States) != 2 {
		t.Fatalf("%+v, %v", doc, err)
	}
	at := "/settings/macro/" + strconv.FormatInt(held.ID, 10)
	if text := o.do(t, deskAsk{name: "opened again", path: at, status: 200, want: []string{"Ask and wait", "What do you see"}}); strings.Count(text, `class="rule-act"`) != 4 {
		t.Error("not all actions are shown with room for one more")
	}
	grants = people.NewGrants("rule.edit")
	o.do(t, deskAsk{name: "not for others", method: "POST", path: at, form: form, status: 403})
}

// m opens the macros, typing narrows them, Enter shows what will change, Enter
// does it; the palette knows them by name.
func TestAMacroByKeyboard(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	take := macro.Macro{Then: []record.Action{{Do: record.Assign, Me: true}, {Do: record.Step, Value: "accept"}, {Do: record.Jot, Text: said("{{number}} is mine")}}}
	o.arms(map[string]macro.Macro{"take": take, "mark": {Then: []record.Action{{Do: record.Set, Field: "outside", Value: "P-77"}}}})
	one := o.call("mail", nil)
	p := browser.View(t, o.url+"/incidents/"+one.Ref())
	p.Keys("m")
	p.Until(`document.activeElement.matches('dialog[open] [data-filters]')`)
	p.Axe("the list of macros")
	p.Keys("n", "o", "n", "e")
	p.Until(`!document.querySelector('[data-filter-none]').hidden`)
	browser.Eval[bool](p, `(document.activeElement.select(), true)`)
	p.Keys("t", "a", "k", "e")
	p.Until(`document.querySelectorAll('#macro-list li:not([hidden])').length === 1`)
	p.Keys(browser.Enter)
	p.Until(`document.querySelector('dialog[open] .macro-effects')?.textContent.includes('is mine')`)
	p.Axe("what a macro will do")
	p.Until(`document.activeElement.matches('dialog[open] .btn-primary')`)
	p.Keys(browser.Enter)
	p.Until(`!document.querySelector('dialog[open]') && document.querySelector('#pane-timeline').textContent.includes('is mine')`)
	p.Until(`document.querySelector('.toast')?.textContent.includes('Macro take')`)
	p.Ctrl("k")
	p.Until(`document.activeElement.matches('#palette input')`)
	p.Keys("M", "a", "c", "r", "o", " ", "m", "a", "r", "k")
	p.Until(`document.querySelector('#palette-list [aria-selected=true]')?.textContent.includes('Macro mark')`)
	p.Keys(browser.Enter)
	p.Until(`document.querySelector('dialog[open] .macro-effects')?.textContent.includes('P-77')`)
	for _, c := range p.Complaints() {
		t.Error(c)
	}
}

// A template of the call form says what it does after registering; it is done,
// or left out.
func TestATemplateOfTheCallForm(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	keep := func(code string, then []record.Action) {
		th := setting.Thing{Kind: setting.Template, Code: code, Name: people.Text{En: "Template " + code}, Changed: noon}
		if err := setting.Write(&th, record.Template{For: record.Incident, Use: record.UseForm, Fields: map[string]string{"title": "Floor down"}, Then: then}); err != nil {
			t.Fatal(err)
		}
		if err := o.keeper.Save(t.Context(), &th); err != nil {
			t.Fatal(err)
		}
	}
	keep("floor", []record.Action{{Do: record.AddJob, Team: people.TeamID(o.second), Text: said("look at {{number}}")}, {Do: record.Follow, Me: true}})
	keep("wrong", []record.Action{{Do: record.Jot, Text: said("x")}, {Do: record.Step, Value: "resolve"}})
	form := url.Values{"title": {"Floor 3 down"}, "template": {"floor"}, "after": {"true"}}
	for _, a := range []deskAsk{
		{name: "it says what will be done", method: "POST", path: "/incidents/new/fields?template=floor", htmx: true, form: url.Values{}, status: 200, want: []string{`value="Floor down"`, `name="template" value="floor"`, "add a task: Network · look at", "let somebody follow: 陈静", "After registering, also do"}},
		{name: "and does it", method: "POST", path: "/incidents/new", form: form, status: 303},
		{name: "as the record tells", path: "/incidents/INC-2026-00001", status: 200, want: []string{"look at INC-2026-00001", "by template", "Template floor v1"}},
		{name: "unless it is left out", method: "POST", path: "/incidents/new", form: url.Values{"title": {"Floor 4 down"}, "template": {"floor"}}, status: 303},
		{name: "as the record tells", path: "/incidents/INC-2026-00002", status: 200, wantNot: []string{"by template"}},
		{name: "refused, it says by what and keeps what was typed", method: "POST", path: "/incidents/new", form: url.Values{"title": {"Floor 5 down"}, "template": {"wrong"}, "after": {"true"}}, status: 422, want: []string{"Action 2 (make a move)", `value="Floor 5 down"`, `name="template" value="wrong"`}},
		{name: "and nothing is registered", path: "/incidents/INC-2026-00003", status: 404},
	} {
		o.do(t, a)
	}
}
