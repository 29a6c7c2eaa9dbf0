package app

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"kilter/internal/api"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/view"
)

// strays are the ids that no field of a kind may take: of a thing that is no
// longer in use, and of a thing of another kind.
func (w *twin) strays(t *testing.T) strange {
	t.Helper()
	s := strange{hidden: map[record.Type]string{}, absent: map[record.Type]string{}, stray: true}
	kinds := map[record.Type]setting.Kind{
		record.Team: setting.Team, record.Service: setting.Service, record.Department: setting.Department, record.Zone: setting.Zone,
		record.Category: setting.Category, record.Offering: setting.Offering, record.Cause: setting.Cause,
	}
	lot := &setting.Lot{}
	for _, k := range kinds {
		lot.Things = append(lot.Things, gone(k))
	}
	for _, k := range []setting.Kind{setting.Calendar, setting.Post, setting.Role, setting.Agreement, setting.Template} {
		lot.Things = append(lot.Things, gone(k))
	}
	if err := w.house.settings.Put(t.Context(), lot); err != nil {
		t.Fatal(err)
	}
	for typ, k := range kinds {
		other := setting.Team
		if k == setting.Team {
			other = setting.Category
		}
		s.hidden[typ], s.absent[typ] = w.goneID(k), w.goneID(other)
	}
	left := people.Person{Code: "left", Name: "Left the city", Retired: true, Changed: Now()}
	if err := w.house.db.SavePerson(t.Context(), &left); err != nil {
		t.Fatal(err)
	}
	s.hidden[record.Person], s.absent[record.Person] = left.ID.String(), "999999"
	return s
}

func gone(k setting.Kind) *setting.Thing {
	return &setting.Thing{Kind: k, Code: "gone", Name: people.Text{En: "Gone", Zh: "停用"}, Retired: true, Changed: Now()}
}

func (w *twin) goneID(k setting.Kind) string {
	return fmt.Sprint(w.house.settings.All().Coded(k, "gone").ID)
}

// pair are the ids of a kind of settings that nothing may take anew.
func (w *twin) pair(k setting.Kind, s strange) []string {
	if k == setting.Human {
		return []string{s.hidden[record.Person], s.absent[record.Person]}
	}
	other := setting.Template
	return []string{w.goneID(k), w.goneID(other), "999999"}
}

// arrangements names such things in every field of every kind of setting, those
// inside of tables too.
func (w *twin) arrangements(t *testing.T, s strange) {
	t.Helper()
	rooms := map[setting.Kind]string{
		setting.Department: "departments", setting.Post: "posts", setting.Human: "persons", setting.Team: "teams", setting.Zone: "zones", setting.Service: "services", setting.Category: "categories",
		setting.Cause: "causes", setting.Offering: "catalogue-items", setting.Calendar: "calendars", setting.Agreement: "agreements", setting.Routing: "routes", setting.Template: "templates", setting.Field: "fields",
	}
	tables := map[string]string{ // the table's path to an id, as somebody would send it
		"weekly.*.who.*": `{"weekly":[{"day":"mon","from":"08:00","to":"12:00","who":[%s]}]}`, "dated.*.who.*": `{"dated":[{"from":"2026-12-01T08:00:00Z","to":"2026-12-01T12:00:00Z","who":[%s]}]}`,
		"*.calendar": `[{"priority":1,"respond":30,"calendar":%s}]`, "*.who.*.person": `[{"rule":"any","who":[{"as":"person","person":%s}]}]`, "*.who.*.team": `[{"rule":"any","who":[{"as":"team","team":%s}]}]`,
		"*.team": `[{"name":"do","title":{"en":"Do it"},"team":%s}]`, "then.*.team": `[{"do":"task","text":{"en":"Do it"},"team":%s}]`, "then.*.person": `[{"do":"watch","person":%s}]`,
	}
	for _, name := range []string{"service", "category", "team", "zone", "department", "requester", "owner"} {
		tables[name] = `{"` + name + `":"%s"}`
	}
	walked := 0
	for _, sh := range w.house.settingsDesk().Sheets {
		room := rooms[sh.Kind]
		if room == "" || sh.Code != "" {
			continue
		}
		for _, f := range sh.Fields {
			for kind, form := range namings(sh, f, tables) {
				for _, id := range w.pair(kind, s) {
					walked++
					name := "name_en"
					if sh.Kind == setting.Human {
						name = "name"
					}
					body := fmt.Sprintf(`{"code":"x-%d",%q:"x",%q:%s}`, walked, name, f.Name, strings.ReplaceAll(form, "%s", id))
					a := w.ask(t, question{"POST", api.Prefix + "/" + room, body})
					if a.Code != http.StatusUnprocessableEntity || !blames(a, f.Name) {
						t.Errorf("%s takes a stray %s in %s: %s: %d %.600s", room, kind, f.Name, body, a.Code, a.Body)
					}
				}
			}
		}
	}
	if walked < 80 {
		t.Errorf("only %d fields of settings", walked)
	}
}

// namings are the kinds that a field names, with what is sent to name one.
func namings(sh setting.Sheet, f setting.Attribute, tables map[string]string) map[setting.Kind]string {
	out := map[setting.Kind]string{}
	switch f.Type {
	case setting.Ref:
		out[f.Kind] = "%s"
	case setting.Refs:
		out[f.Kind] = "[%s]"
	case setting.Person:
		out[setting.Human] = "%s"
	case setting.Persons:
		out[setting.Human] = "[%s]"
	}
	for _, in := range f.Inside {
		out[in.Kind] = cmp.Or(tables[f.Name+"."+in.Path], tables[in.Path])
	}
	return out
}

// blames reports whether an answer's fault is at the field.
func blames(a *httptest.ResponseRecorder, field string) bool {
	var doc struct {
		Errors []struct{ Pointer, Location, Field string }
	}
	if err := json.Unmarshal(a.Body.Bytes(), &doc); err != nil {
		return false
	}
	for _, e := range doc.Errors {
		if strings.HasSuffix(e.Pointer+e.Location+e.Field, field) {
			return true
		}
	}
	return false
}

// beside are references to persons, teams and files outside the sheets.
func (w *twin) beside(t *testing.T, s strange) {
	t.Helper()
	open := w.refs[0]
	task := w.ask(t, question{"POST", api.Prefix + "/incidents/" + open + "/tasks", `{"title":"Look"}`})
	var made []struct{ ID int64 }
	if err := json.Unmarshal(task.Body.Bytes(), &made); err != nil || len(made) != 1 {
		t.Fatalf("task: %d %s", task.Code, task.Body)
	}
	for _, o := range []struct {
		typ                  record.Type
		method, target, body string
	}{
		{record.Person, "POST", "/incidents/" + open + "/tasks", `{"title":"x","owner":%s}`},
		{record.Team, "POST", "/incidents/" + open + "/tasks", `{"title":"x","team":%s}`},
		{record.Person, "PATCH", fmt.Sprintf("/incidents/%s/tasks/%d", open, made[0].ID), `{"owner":%s}`},
		{record.Team, "PATCH", fmt.Sprintf("/incidents/%s/tasks/%d", open, made[0].ID), `{"team":%s}`},
		{record.Person, "PUT", "/incidents/" + open + "/watchers/%s", ``},
		{record.Person, "PUT", "/me/deputy", `{"deputy":%s,"from":"` + Now().AddDate(0, 0, 1).UTC().Format(time.RFC3339) + `","until":"` + Now().AddDate(0, 0, 2).UTC().Format(time.RFC3339) + `"}`},
		{record.Zone, "PUT", "/persons/" + w.id["reader"].String() + "/rights", `{"roles":[],"reach":"own","cleared":[%s]}`},
		{record.Team, "PUT", "/persons/" + w.id["reader"].String() + "/rights", `{"roles":[%s],"reach":"own"}`},
		{record.Team, "POST", "/views", `{"kind":"incident","name_en":"x","name":"x","reach":"team","team":%s}`},
		{record.Offering, "POST", "/requests", `{"offering":%s,"answers":{}}`},
		{record.Person, "POST", "/items", `{"class":"server","code":"X9","name_en":"x","name_zh":"x","owner":%s}`},
		{record.Team, "POST", "/items", `{"class":"server","code":"X9","name_en":"x","name_zh":"x","support":%s}`},
		{record.Team, "POST", "/items", `{"class":"server","code":"X9","name_en":"x","name_zh":"x","team":%s}`},
		{record.Department, "POST", "/items", `{"class":"server","code":"X9","name_en":"x","name_zh":"x","department":%s}`},
		{record.Service, "POST", "/items", `{"class":"server","code":"X9","name_en":"x","name_zh":"x","service":%s}`},
		{record.Zone, "POST", "/items", `{"class":"server","code":"X9","name_en":"x","name_zh":"x","zone":%s}`},
		{record.Person, "PATCH", "/items/" + fmt.Sprint(w.items["V1"]), `{"owner":%s}`},
		{record.Person, "POST", "/items/batches", `{"items":[` + fmt.Sprint(w.items["V1"]) + `],"fields":{"owner":"%s"}}`},
		{record.Person, "POST", "/items/" + fmt.Sprint(w.items["V1"]) + "/single/mend", `{"owner":%s,"note":"x"}`},
		{record.Zone, "PATCH", "/settings/item-impact", `{"zones":[%s]}`},
		{record.Team, "PATCH", "/settings/incident", `{"desk":%s}`},
		{record.Person, "PATCH", "/settings/changes", `{"board":[%s]}`},
	} {
		said := map[int]bool{}
		for _, id := range []string{s.hidden[o.typ], s.absent[o.typ]} {
			fill := func(text string) string { return strings.ReplaceAll(text, "%s", id) }
			a := w.ask(t, question{o.method, api.Prefix + fill(o.target), fill(o.body)})
			if a.Code < 400 && !strings.Contains(a.Body.String(), `"status":4`) && !strings.Contains(a.Body.String(), `"refused"`) {
				t.Errorf("%s %s %s: %d %.400s", o.method, fill(o.target), fill(o.body), a.Code, a.Body)
			}
			said[a.Code] = true
		}
		if len(said) != 1 {
			t.Errorf("%s %s %s: what is hidden and what is not there are told apart: %v", o.method, o.target, o.body, said)
		}
	}
}

// codes name things of the closed zone by their code instead of their id.
func (w *twin) codes(t *testing.T) {
	t.Helper()
	for _, at := range []string{"/incidents?q=service:", "/contacts?q=service:", "/items?q=service:"} {
		got, want := w.ask(t, question{"GET", api.Prefix + at + "secret", ""}), w.ask(t, question{"GET", api.Prefix + at + "secreu", ""})
		if g, w := strings.ReplaceAll(plain(got), "secret", "#"), strings.ReplaceAll(plain(want), "secreu", "#"); got.Code != want.Code || g != w {
			t.Errorf("%s: %s", at, parting(g, w))
		}
	}
	for _, o := range []struct{ method, target, body, hidden, absent string }{
		{"POST", "/incidents", `{"title":"x","service":"%s"}`, "secret", "secreu"},
		{"POST", "/incidents", `{"title":"x","zone":"%s"}`, "closed", "closee"},
		{"PATCH", "/incidents/" + w.refs[0], `{"service":"%s"}`, "secret", "secreu"},
		{"PATCH", "/items/" + fmt.Sprint(w.items["V1"]), `{"service":"%s"}`, "secret", "secreu"},
		{"PATCH", "/items/" + fmt.Sprint(w.items["V1"]), `{"zone":"%s"}`, "closed", "closee"},
	} {
		fill := func(code string) string {
			a := w.ask(t, question{o.method, api.Prefix + o.target, strings.ReplaceAll(o.body, "%s", code)})
			return fmt.Sprint(a.Code, strings.ReplaceAll(plain(a), code, "#"))
		}
		if got, want := fill(o.hidden), fill(o.absent); got != want || strings.HasPrefix(got, "2") {
			t.Errorf("%s %s %s: of the closed zone %s\nof nothing %s", o.method, o.target, o.body, got, want)
		}
	}
}

// files attaches what somebody else brought.
func (w *twin) files(t *testing.T) {
	t.Helper()
	other := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), "POST", api.Prefix+"/files", strings.NewReader("somebody else's"))
	r.Header.Set("Authorization", "Bearer "+w.token["desk_agent"])
	r.Header.Set("Content-Type", "application/octet-stream")
	w.routes.ServeHTTP(other, r)
	var held struct{ File, ID int64 }
	if err := json.Unmarshal(other.Body.Bytes(), &held); err != nil || held.File+held.ID == 0 {
		t.Fatalf("store a file: %d %s", other.Code, other.Body)
	}
	for _, q := range []question{
		{"POST", "/incidents", `{"title":"x","files":[{"file":%d,"name":"a.txt"}]}`},
		{"POST", "/incidents/" + w.refs[0] + "/note", `{"text":"x","files":[{"file":%d,"name":"a.txt"}]}`},
		{"POST", "/incidents/" + w.refs[0] + "/assign", `{"files":[{"file":%d,"name":"a.txt"}]}`},
		{"POST", "/contacts", `{"title":"x","caller":"y","files":[{"file":%d,"name":"a.txt"}]}`},
		{"POST", "/problems", `{"title":"x","files":[{"file":%d,"name":"a.txt"}]}`},
	} {
		for _, id := range []int64{held.File + held.ID, 999999} {
			a := w.ask(t, question{q.method, api.Prefix + q.target, fmt.Sprintf(q.body, id)})
			if a.Code < 400 {
				t.Errorf("%s %s takes the file %d: %d %.300s", q.method, q.target, id, a.Code, a.Body)
			}
		}
	}
}

// hushed: whoever arranges nothing is told neither of a service in the closed
// zone, nor of the zone, nor of a view that names one.
func (w *twin) hushed(t *testing.T) {
	t.Helper()
	made := w.ask(t, question{"POST", api.Prefix + "/views", `{"kind":"incident","name_en":"Mail fails","reach":"everyone","query":"service:mail","pin":true}`})
	if made.Code != http.StatusCreated {
		t.Fatalf("save a view: %d %s", made.Code, made.Body)
	}
	named := &setting.Thing{Kind: setting.View, Code: "v-secret", Name: people.Text{En: canary + " view"}, Changed: Now()}
	if err := setting.Write(named, view.Doc{Kind: record.Incident, Reach: view.Everyone, Query: "service:secret", Pin: true}); err != nil {
		t.Fatal(err)
	}
	if err := w.house.settings.Put(t.Context(), &setting.Lot{Things: []*setting.Thing{named}}); err != nil {
		t.Fatal(err)
	}
	by := w.actor(t, "reader")
	var grants []string
	for g := range by.Grants {
		if !strings.HasSuffix(g, ".edit") || strings.HasPrefix(g, "incident.") {
			grants = append(grants, g)
		}
	}
	slices.Sort(grants)
	held := w.token["reader"]
	defer func() { w.token["reader"] = held }()
	var err error
	if w.token["reader"], _, err = w.house.who.door.NewToken(t.Context(), by, "narrow", grants, Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	secret := fmt.Sprint(w.house.settings.All().Coded(setting.Service, "secret").ID)
	for path, want := range map[string]string{
		"/api/v1/services": `"mail"`, "/api/v1/zones": `"open"`, "/api/v1/views?kind=incident": "Mail fails", "/incidents": "Mail fails", "/incidents/counts": "count-",
		"/api/v1/services/" + secret: "", "/api/v1/zones/" + fmt.Sprint(w.zones["closed"]): "",
	} {
		a := w.ask(t, question{"GET", path, ""})
		if want == "" && a.Code != http.StatusNotFound || want != "" && (a.Code != http.StatusOK || !strings.Contains(a.Body.String(), want)) {
			t.Errorf("%s: %d %.300s", path, a.Code, a.Body)
		}
		for _, word := range []string{canary, `"closed"`, "The closed zone"} {
			if strings.Contains(a.Body.String(), word) {
				t.Errorf("%s tells of %s:\n%s", path, word, around(a.Body.String(), word))
			}
		}
	}
}
