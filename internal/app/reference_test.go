package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kilter/internal/api"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// strange are the ids that a person names and should not: of things of a zone
// he is not cleared for, and of nothing at all.
type strange struct {
	hidden, absent map[record.Type]string
	stray          bool // of things that are out of use or of another kind: refused, in whatever words
}

// TestReferencedIDsOutsideTheScope lets somebody who may do everything, but is
// not cleared for one zone, name things of it wherever something can be named:
// in every field of every practice when a record is opened, corrected and moved,
// one by one and many at once, by the API and by the pages; in the address of
// everything that changes something; as the other end of links, relations and
// sandboxes. Nothing takes such an id, and the answer is the one that an id of
// nothing gets.
func TestReferencedIDsOutsideTheScope(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			w := newTwin(t, engine, true)
			s := w.strangers(t)
			walkFields(t, w, s, w.house.incidents.Desk)
			walkFields(t, w, s, w.house.contacts.Desk)
			walkFields(t, w, s, w.house.problems.Desk)
			walkFields(t, w, s, w.house.changes.Desk)
			walkFields(t, w, s, w.house.articles.Desk)
			w.others(t, s)
			w.codes(t)
			w.hushed(t)
			w.addresses(t, s)
			s = w.strays(t)
			walkFields(t, w, s, w.house.incidents.Desk)
			walkFields(t, w, s, w.house.contacts.Desk)
			walkFields(t, w, s, w.house.problems.Desk)
			walkFields(t, w, s, w.house.changes.Desk)
			walkFields(t, w, s, w.house.articles.Desk)
			w.arrangements(t, s)
			w.beside(t, s)
			w.files(t)
		})
	}
}

func (w *twin) strangers(t *testing.T) strange {
	t.Helper()
	service := &setting.Thing{Kind: setting.Service, Code: "secret", Name: people.Text{En: canary + " service", Zh: canary}, Changed: Now()}
	if err := setting.Write(service, catalogue.Service{Zone: w.zones["closed"]}); err != nil {
		t.Fatal(err)
	}
	if err := w.house.settings.Put(t.Context(), &setting.Lot{Things: []*setting.Thing{service}}); err != nil {
		t.Fatal(err)
	}
	rows, err := w.house.db.Ledger().List(t.Context(), people.Everything(), record.Query{Kind: record.Incident, Limit: 20, Now: Now()})
	if err != nil {
		t.Fatal(err)
	}
	closed := slices.IndexFunc(rows, func(r record.Row) bool { return r.Zone == w.zones["closed"] })
	s := strange{
		hidden: map[record.Type]string{
			record.Zone: fmt.Sprint(w.zones["closed"]), record.Item: fmt.Sprint(w.items["S1"]), record.Record: rows[closed].Ref(),
			record.Service: fmt.Sprint(w.house.settings.All().Coded(setting.Service, "secret").ID),
		},
		absent: map[record.Type]string{record.Zone: "999999", record.Item: "999999", record.Service: "999999", record.Record: rows[closed].Ref()[:len("INC-2026-")] + "99999"},
	}
	s.hidden[record.Items], s.absent[record.Items] = s.hidden[record.Item], s.absent[record.Item]
	return s
}

// typeOf says what kind of thing a field names; "" when it names none that
// lies in a zone.
func typeOf[R any](s strange, f record.Field[R]) record.Type {
	switch {
	case !s.stray && slices.Contains([]string{"duplicate_of", "merged_into", "parent"}, f.Name):
		return record.Record
	case s.hidden[f.Type] != "":
		return f.Type
	}
	return ""
}

// walkFields walks the fields of a practice.
func walkFields[R record.Body](t *testing.T, w *twin, s strange, d *record.Desk[R]) {
	t.Helper()
	seen := 0
	for _, f := range d.Sheet {
		typ := typeOf(s, f)
		if typ == "" {
			continue
		}
		at := api.Prefix + d.Kind.Path()
		if slices.Contains(d.Flow.Asks, f.Name) {
			seen++
			w.same(t, s, typ, f.Name, "POST", at, func(id string) string { return object(f.Name, id, typ, opening(d.Kind)) })
			w.sameForm(t, s, typ, f.Name, d.Kind.Path()+"/new", url.Values{"title": {"Reached across"}})
		}
		if !f.Fixed {
			seen++
			ref := standing(t, w, d, d.Flow.Start).Common().Ref()
			w.same(t, s, typ, f.Name, "PATCH", at+"/"+ref, func(id string) string { return object(f.Name, id, typ) })
			w.same(t, s, typ, f.Name, "POST", at+"/batches", func(id string) string {
				return fmt.Sprintf(`{"numbers":[%q],"edit":%s}`, ref, object(f.Name, id, typ))
			})
			w.sameForm(t, s, typ, f.Name, d.Kind.Path()+"/"+ref+"/edit", url.Values{f.Name + ".was": {""}})
			w.sameForm(t, s, typ, f.Name, d.Kind.Path()+"/bulk/run", url.Values{"deed": {"edit"}, "n": {ref}})
		}
		for _, m := range d.Flow.Moves {
			if m.Sys || !slices.Contains(m.Asks, f.Name) {
				continue
			}
			seen++
			from := d.Flow.Start
			if len(m.From) > 0 {
				from = m.From[0]
			}
			r := standing(t, w, d, from)
			ref := r.Common().Ref()
			more := `"ended_as":"duplicate"`
			if m.Name != "cancel" {
				more = ""
			}
			w.same(t, s, typ, f.Name, "POST", at+"/"+ref+"/"+m.Name, func(id string) string { return object(f.Name, id, typ, more) })
			w.same(t, s, typ, f.Name, "POST", at+"/batches", func(id string) string {
				return fmt.Sprintf(`{"numbers":[%q],"move":%q,"fields":%s}`, ref, m.Name, object(f.Name, id, typ, more))
			})
			w.same(t, s, typ, f.Name, "POST", at+"/batches", func(id string) string {
				return fmt.Sprintf(`{"numbers":[%q],"preview":true,"move":%q,"fields":%s}`, ref, m.Name, object(f.Name, id, typ, more))
			})
			w.same(t, s, typ, f.Name, "POST", at+"/bulk", func(id string) string {
				return object(f.Name, id, typ, more, fmt.Sprintf(`"deed":%q,"number":%q`, m.Name, ref)) + "\n"
			})
			w.sameForm(t, s, typ, f.Name, d.Kind.Path()+"/"+ref+"/move/"+m.Name, url.Values{"ended_as": {"duplicate"}})
			if now, err := d.Find(t.Context(), w.all, r.Common().Number); err != nil || f.Get(now) != f.Get(r) {
				t.Errorf("%s of %s: %s is now %q, %v", m.Name, ref, f.Name, f.Get(now), err)
			}
		}
	}
	if seen < 2 {
		t.Errorf("%s: only %d places where something can be named", d.Kind, seen)
	}
}

// opening is what a record of a practice opens with.
func opening(k record.Kind) string {
	if k == record.Knowledge {
		return `"title_en":"Reached across","text_en":"x"`
	}
	return `"title":"Reached across"`
}

// standing is a record of the open zone in a state.
func standing[R record.Body](t *testing.T, w *twin, d *record.Desk[R], state flow.State) R {
	t.Helper()
	var rows []record.Row
	rows, err := w.house.db.Ledger().List(t.Context(), people.Everything(), record.Query{Kind: d.Kind, Limit: 200, Order: record.Newest, Now: Now()})
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(rows, func(r record.Row) bool { return r.Title == "Stands here" })
	if at < 0 {
		body := object("zone", fmt.Sprint(w.zones["open"]), record.Zone, `"title":"Stands here"`)
		if d.Kind == record.Knowledge {
			body = `{"title_en":"Stands here","text_en":"x"}`
		}
		if a := w.ask(t, question{"POST", api.Prefix + d.Kind.Path(), body}); a.Code != http.StatusCreated {
			t.Fatalf("open a %s: %d %s", d.Kind, a.Code, a.Body)
		}
		return standing(t, w, d, state)
	}
	n := rows[at].Number
	if err := d.Sit(t.Context(), w.all, func(s *record.Sitting[R]) error {
		r, err := s.Lock(n)
		if err != nil || r.Common().State == state {
			return err
		}
		return s.Restore(r, "undo", state, nil, record.Entry{})
	}); err != nil {
		t.Fatalf("%s to %s: %v", d.Kind, state, err)
	}
	r, err := d.Find(t.Context(), w.all, n)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// object writes a member with an id, and others.
func object(name, id string, typ record.Type, more ...string) string {
	if typ == record.Record {
		b, _ := json.Marshal(id) // a text always has a form
		id = string(b)
	}
	if typ == record.Items {
		id = "[" + id + "]"
	}
	all := []string{fmt.Sprintf("%q:%s", name, id)}
	for _, m := range more {
		if m != "" {
			all = append(all, m)
		}
	}
	return "{" + strings.Join(all, ",") + "}"
}

// same asks with an id of the closed zone and with one of nothing: both are
// refused, in the same words.
func (w *twin) same(t *testing.T, s strange, typ record.Type, name, method, target string, body func(id string) string) {
	t.Helper()
	got := w.ask(t, question{method, target, body(s.hidden[typ])})
	want := w.ask(t, question{method, target, body(s.absent[typ])})
	w.alike(t, fmt.Sprintf("%s %s %s", method, target, body("…")), got, want, s, typ)
	refused := got.Code >= 400 || strings.Contains(got.Body.String(), `"refused"`) || strings.Contains(got.Body.String(), `"status":4`)
	if !refused {
		t.Errorf("%s %s takes a foreign %s: %d %.300s", method, target, name, got.Code, got.Body)
	}
}

// sameForm does it by a page's form; one that there is not is no matter.
func (w *twin) sameForm(t *testing.T, s strange, typ record.Type, name, target string, form url.Values) {
	t.Helper()
	send := func(id string) *httptest.ResponseRecorder {
		form.Set(name, id)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		r := httptest.NewRequestWithContext(ctx, "POST", target, strings.NewReader(form.Encode()))
		r.Header.Set("Authorization", "Bearer "+w.token["reader"])
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		rec := httptest.NewRecorder()
		w.routes.ServeHTTP(rec, r)
		return rec
	}
	got, want := send(s.hidden[typ]), send(s.absent[typ])
	w.alike(t, "the page "+target+" with "+name, got, want, s, typ)
	if got.Code < 400 && !strings.HasSuffix(target, "/bulk/run") && !w.ignores(t, got.Header().Get("Location"), name, s.hidden[typ]) {
		t.Errorf("the page %s takes a foreign %s: %d %s", target, name, got.Code, got.Header().Get("Location"))
	}
}

// ignores reports whether a page that does not ask for a field left it alone: the
// record at the address does not hold the id.
func (w *twin) ignores(t *testing.T, at, name, id string) bool {
	t.Helper()
	a := w.ask(t, question{"GET", api.Prefix + at, ""})
	var doc map[string]any
	if err := json.Unmarshal(a.Body.Bytes(), &doc); err != nil || a.Code != http.StatusOK {
		return false
	}
	held, known := doc[name]
	return known && fmt.Sprint(held) != id
}

// undone are the numbers of batches, which go up.
var undone = regexp.MustCompile(`"batch":\d+|/undo/[a-z/]*\d+|f-[a-z]+-\d+`)

func (w *twin) alike(t *testing.T, what string, got, want *httptest.ResponseRecorder, s strange, typ record.Type) {
	t.Helper()
	if s.stray {
		return
	}
	one := func(r *httptest.ResponseRecorder, id string) string {
		return regexp.MustCompile(`\b`+id+`\b`).ReplaceAllString(undone.ReplaceAllString(plain(r), "~"), "#") // a batch may have the number of the thing
	}
	if g, w := one(got, s.hidden[typ]), one(want, s.absent[typ]); got.Code != want.Code || g != w {
		t.Errorf("%s: %d for a thing of the closed zone, %d for nothing:\n%s", what, got.Code, want.Code, parting(g, w))
	}
	if strings.Contains(got.Body.String(), canary) {
		t.Errorf("%s tells a name of the closed zone:\n%s", what, around(got.Body.String(), canary))
	}
}

// others are the references outside the sheets of practices.
func (w *twin) others(t *testing.T, s strange) {
	t.Helper()
	open := w.refs[0]
	v := fmt.Sprint(w.items["V1"])
	for _, o := range []struct {
		typ                  record.Type
		method, target, body string
	}{
		{record.Record, "POST", "/incidents", `{"title":"x","parent":"%s"}`},
		{record.Record, "PUT", "/incidents/" + open + "/children/%s", ``},
		{record.Record, "PUT", "/incidents/%s/children/" + open, ``},
		{record.Record, "PUT", "/incidents/" + open + "/links/relates/%s", ``},
		{record.Record, "DELETE", "/incidents/" + open + "/links/relates/%s", ``},
		{record.Record, "POST", "/incidents/" + open + "/merge/preview", `{"merged_into":"%s"}`},
		{record.Record, "POST", "/incidents/" + open + "/merge", `{"merged_into":"%s"}`},
		{record.Record, "POST", "/incidents/gather", `{"title":"x","children":["%s"]}`},
		{record.Record, "POST", "/incidents/gather", `{"parent":"%s","children":["` + open + `"]}`},
		{record.Record, "POST", "/incidents/suspects", `{"incidents":["%s"]}`},
		{record.Record, "POST", "/problems", `{"title":"x","incident":"%s"}`},
		{record.Record, "POST", "/contacts", `{"title":"x","caller":"y","type":"follow_up","about":"%s"}`},
		{record.Item, "PATCH", "/items/%s", `{"room":"1"}`},
		{record.Item, "POST", "/relations", `{"source":%s,"target":` + v + `,"type":"depends_on"}`},
		{record.Item, "POST", "/relations", `{"source":` + v + `,"target":%s,"type":"depends_on"}`},
		{record.Item, "POST", "/relations/bulk", `{"source":` + v + `,"target":%s,"type":"depends_on"}` + "\n"},
		{record.Zone, "PATCH", "/items/" + v, `{"zone":%s}`},
		{record.Service, "PATCH", "/items/" + v, `{"service":%s}`},
		{record.Zone, "POST", "/items", `{"class":"server","code":"X1","name_en":"x","name_zh":"x","zone":%s}`},
		{record.Item, "POST", "/items/batches", `{"items":[%s],"fields":{"room":"1"}}`},
		{record.Item, "POST", "/baselines", `{"name":"x","roots":[%s]}`},
		{record.Item, "POST", "/sandboxes", `{"name":"x","fail":[%s]}`},
		{record.Item, "POST", "/items/impact", `{"items":[%s]}`},
		{record.Item, "POST", "/items/clashes", `{"items":[%s],"others":[{"items":[` + v + `]}]}`},
		{record.Item, "POST", "/items/clashes", `{"items":[` + v + `],"others":[{"items":[%s]}]}`},
		{record.Item, "POST", "/items/what-if", `{"fail":[%s]}`},
		{record.Item, "POST", "/items/suspects", `{"items":[` + v + `,%s]}`},
	} {
		fill := func(text, id string) string { return strings.ReplaceAll(text, "%s", id) }
		got := w.ask(t, question{o.method, api.Prefix + fill(o.target, s.hidden[o.typ]), fill(o.body, s.hidden[o.typ])})
		want := w.ask(t, question{o.method, api.Prefix + fill(o.target, s.absent[o.typ]), fill(o.body, s.absent[o.typ])})
		w.alike(t, o.method+" "+o.target+" "+o.body, got, want, s, o.typ)
		if got.Code < 400 && !strings.Contains(got.Body.String(), `"status":4`) && !strings.Contains(got.Body.String(), `"refused"`) {
			t.Errorf("%s %s %s: %d %.300s", o.method, o.target, o.body, got.Code, got.Body)
		}
	}
}

// addresses walks every address that changes something, with the id of
// something foreign in it.
func (w *twin) addresses(t *testing.T, s strange) {
	t.Helper()
	gate, border, err := w.house.pages()
	if err != nil {
		t.Fatal(err)
	}
	programs := w.house.programs(gate)
	programs.Mount(http.NewServeMux())
	paths := border.Patterns()
	for _, r := range programs.Routes() {
		paths = append(paths, r.Method+" "+r.Path)
	}
	problems, err := w.house.db.Ledger().List(t.Context(), people.Everything(), record.Query{Kind: record.Problem, Limit: 20, Now: Now()})
	if err != nil {
		t.Fatal(err)
	}
	foreign := problems[slices.IndexFunc(problems, func(r record.Row) bool { return r.Zone == w.zones["closed"] })].Ref()
	walked := 0
	for _, p := range paths {
		method, path, named := strings.Cut(p, " ")
		if !named || method == http.MethodGet || !strings.Contains(path, "{") {
			continue
		}
		ids := s
		typ := record.Item
		switch {
		case strings.Contains(path, "/problems/"):
			ids = strange{hidden: map[record.Type]string{record.Record: foreign}, absent: map[record.Type]string{record.Record: foreign[:len("PRB-2026-")] + "99999"}}
			typ = record.Record
		case strings.Contains(path, "/incidents/") && (strings.Contains(path, "{ref}") || strings.Contains(path, "{number}")):
			typ = record.Record
		case strings.Contains(path, "configuration/items/{id}"), strings.HasPrefix(path, api.Prefix+"/items/{id}"):
		default:
			continue
		}
		walked++
		fill := func(id string) string {
			return hole.ReplaceAllStringFunc(path, func(h string) string {
				switch h {
				case "{ref}", "{number}", "{id}":
					return id
				case "{other}":
					return w.refs[0]
				case "{move}":
					return "assign"
				case "{field}":
					return "title"
				case "{relation}":
					return "relates"
				}
				return "1"
			})
		}
		send := func(id string) *httptest.ResponseRecorder {
			if strings.HasPrefix(path, api.Prefix) {
				return w.ask(t, question{method, fill(id), `{"title":"x"}`})
			}
			return requested(t, w.routes, w.token["reader"], method, fill(id))
		}
		got, want := send(ids.hidden[typ]), send(ids.absent[typ])
		w.alike(t, p, got, want, ids, typ)
		if got.Code < 400 {
			t.Errorf("%s: %d for a thing of the closed zone", p, got.Code)
		}
	}
	if walked < 100 {
		t.Errorf("only %d addresses", walked)
	}
	if now, err := w.house.problems.Desk.Find(t.Context(), w.all, problems[0].Number); err != nil || now.State != problem.KnownError && now.Title == "" {
		t.Errorf("a foreign problem is now %+v, %v", now, err)
	}
}
