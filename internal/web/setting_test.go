package web_test

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/store"
	"kilter/internal/testkit/browser"
	"kilter/internal/testkit/storetest"
	"kilter/internal/web"
)

// office is a centre whose settings pages are served to one administrator.
type office struct {
	t    *testing.T
	db   *store.DB
	desk *setting.Desk
	by   people.Actor
	mux  *http.ServeMux

	limited bool // requests pass the server's ordinary limit
}

var settingsDay = time.Date(2026, 12, 3, 2, 0, 0, 0, time.UTC)

func newOffice(t *testing.T, db *store.DB) *office {
	t.Helper()
	k := &setting.Keeper{Store: db.Settings()}
	if err := k.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	admin := people.Person{Code: "admin", Name: "陈静", Phone: "8001", Staff: true, Changed: settingsDay}
	if err := db.SavePerson(t.Context(), &admin); err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, db: db, mux: http.NewServeMux(), by: people.Actor{
		ID: admin.ID, Name: admin.Name, Staff: true, Via: people.ViaPage,
		Grants: people.NewGrants("setting.edit", "directory.edit", "template.edit", "routing.edit", "import.run", "import.undo"), Scope: people.Everything(),
	}}
	o.desk = &setting.Desk{Keeper: k, Sheets: append(directory.Sheets(), cmdb.Sheets()...), Now: func() time.Time { return settingsDay }}
	shell := &web.Shell{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: func() time.Time { return settingsDay }}
	s := &web.Settings{
		Shell: shell, Desk: o.desk, Directory: &directory.Directory{Keeper: k, Roll: db.Roll()}, Persons: db, Uploads: db,
		Actor: func(*http.Request) (people.Actor, error) { return o.by, nil },
	}
	s.Mount(o.mux)
	shell.Mount(o.mux)
	return o
}

func (o *office) starters() {
	o.t.Helper()
	for _, k := range directory.StarterKinds() {
		if _, err := directory.Starter(o.t.Context(), o.desk.Keeper, o.by, settingsDay, k); err != nil {
			o.t.Fatal(err)
		}
	}
}

// get and post ask for a page and return its status and text.
func (o *office) get(path string) (int, string) {
	w := httptest.NewRecorder()
	o.mux.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w.Code, w.Body.String()
}

func (o *office) post(path string, form url.Values) (int, string) {
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	o.mux.ServeHTTP(w, r)
	return w.Code, w.Body.String() + w.Header().Get("Location")
}

// send posts a form with a file.
func (o *office) send(path, name, content string, fields map[string]string) (int, string) {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for k, v := range fields {
		if err := m.WriteField(k, v); err != nil {
			o.t.Fatal(err)
		}
	}
	part, err := m.CreateFormFile("file", name)
	if err != nil {
		o.t.Fatal(err)
	}
	if _, err := io.WriteString(part, content); err != nil {
		o.t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		o.t.Fatal(err)
	}
	r := httptest.NewRequest("POST", path, &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	w := httptest.NewRecorder()
	var h http.Handler = o.mux
	if o.limited {
		h = web.Limit(h, web.BodyLimit, web.BodyTime)
	}
	h.ServeHTTP(w, r)
	return w.Code, w.Body.String() + w.Header().Get("Location")
}

// filled is the form of a page as a browser would send it back unchanged.
func (o *office) filled(path string) url.Values {
	o.t.Helper()
	code, page := o.get(path)
	if code != 200 {
		o.t.Fatalf("%s: %d", path, code)
	}
	form := url.Values{}
	for _, m := range regexp.MustCompile(`<input[^>]*>`).FindAllString(page, -1) {
		name, kind := attribute(m, "name"), attribute(m, "type")
		if name == "" || (kind == "checkbox" || kind == "radio") && !strings.Contains(m, " checked") || kind == "search" || kind == "file" {
			continue
		}
		form.Add(name, attribute(m, "value"))
	}
	for _, m := range regexp.MustCompile(`(?s)<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>`).FindAllStringSubmatch(page, -1) {
		form.Add(m[1], html.UnescapeString(m[2]))
	}
	for _, m := range regexp.MustCompile(`(?s)<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>`).FindAllStringSubmatch(page, -1) {
		for _, option := range regexp.MustCompile(`<option[^>]*value="([^"]*)"[^>]* selected`).FindAllStringSubmatch(m[2], -1) {
			form.Add(m[1], option[1])
		}
	}
	return form
}

func attribute(tag, name string) string {
	m := regexp.MustCompile(` ` + name + `="([^"]*)"`).FindStringSubmatch(tag)
	if m == nil {
		return ""
	}
	return html.UnescapeString(m[1])
}

// Every form, sent back as it came, changes nothing: no editor loses anything.
func TestSettingsFormsAreFaithful(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		o.starters()
		team, err := o.desk.Save(t.Context(), o.by, setting.Input{Kind: setting.Team, Fields: map[string]string{
			"code": "net", "name_zh": "网络组", "lead": fmt.Sprint(int64(o.by.ID)),
			"rota": fmt.Sprintf(`{"weekly":[{"from":"18:00","to":"08:30","who":[%[1]d]}],"dated":[{"date":"2026-10-01","from":"00:00","to":"24:00","who":[%[1]d]}]}`, o.by.ID),
		}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.desk.Save(t.Context(), o.by, setting.Input{Kind: setting.Field, Fields: map[string]string{"code": "floor", "name_zh": "楼层", "practice": "incident", "type": "choice", "choices": `[{"code":"1","en":"First","zh":"一楼"}]`, "must": "open,resolve"}}); err != nil {
			t.Fatal(err)
		}
		if _, err := o.desk.Save(t.Context(), o.by, setting.Input{Kind: setting.Routing, Fields: map[string]string{"code": "all", "name_zh": "其余", "order": "9000", "team": fmt.Sprint(team.ID)}}); err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, sh := range o.desk.Sheets {
			for _, thing := range o.desk.Keeper.All().Of(sh.Kind) {
				path := fmt.Sprintf("/settings/%s/%d", sh.Kind, thing.ID)
				if sh.Code != "" {
					path = "/settings/" + sh.Code + "/one"
				}
				if sh.Kind == setting.Category && thing.Parent != 0 || sh.Code != "" && thing.Code != sh.Code {
					continue
				}
				n++
				if code, page := o.post(path, o.filled(path)); code != 303 {
					t.Errorf("%s comes back with %d: %s", path, code, summary(page))
				}
				if now := o.desk.Keeper.All().Find(thing.Kind, thing.ID); now.Version != thing.Version {
					t.Errorf("%s: saving unchanged changed it from %s to %s", path, thing.Doc, now.Doc)
				}
			}
		}
		if n < 40 {
			t.Errorf("only %d forms were tried", n)
		}
	})
}

func summary(page string) string {
	m := regexp.MustCompile(`(?s)class="summary".*?</div>`).FindString(page)
	return m
}

func TestSettingsPages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		want := func(path string, code int, words ...string) {
			t.Helper()
			got, page := o.get(path)
			if got != code {
				t.Errorf("%s: %d, want %d", path, got, code)
			}
			for _, w := range words {
				if !strings.Contains(page, w) {
					t.Errorf("%s does not say %q", path, w)
				}
			}
		}
		want("/settings/zone", 200, "Nothing here yet", "Begin with the usual ones")
		if code, to := o.post("/settings/zone/starter", nil); code != 303 {
			t.Fatalf("starter: %d %s", code, to)
		}
		want("/settings/zone?lang=zh", 200, "资源共享网", "物理隔离")
		o.starters()
		// In December the missing year is named.
		want("/settings", 200, "has no public holidays for 2027")
		want("/settings/ghost", 404)
		want("/settings/team/77", 404)
		want("/settings/person?q=cj", 200, "陈静", "8001")
		if _, page := o.get("/settings/find/person?q=chenj"); !strings.Contains(page, `"text":"陈静"`) {
			t.Errorf("look-up: %s", page)
		}
		office := o.desk.Keeper.All().Coded(setting.Calendar, "office")
		want(fmt.Sprintf("/settings/calendar/%d?month=2026-10&lang=zh", office.ID), 200, "国庆节 · 放假", "补班")
		notice := `{"year":2027,"days":[{"name":"元旦","date":"2027-01-01","isOffDay":true},{"name":"元旦","date":"2027-01-03","isOffDay":false}]}`
		if code, page := o.send(fmt.Sprintf("/settings/calendar/%d/holidays", office.ID), "2027.json", notice, nil); code != 200 || !strings.Contains(page, "2 days entered") {
			t.Errorf("holidays: %d %s", code, summary(page))
		}
		if code, page := o.send(fmt.Sprintf("/settings/calendar/%d/holidays", office.ID), "2028.json", `{"year":2028,"days":[]}`, nil); code != 422 || summary(page) == "" {
			t.Errorf("an empty notice: %d", code)
		}
		// What was typed comes back with the faults where they belong.
		form := o.filled("/settings/calendar/new")
		form.Set("code", "x")
		form.Set("name_en", "Mine <b>")
		form.Set("week.mon", "8:30-12:00，14:00到18:00")
		code, page := o.post("/settings/calendar/new", form)
		if code != 422 || !strings.Contains(page, "14:00到18:00") || !strings.Contains(page, "Mine &lt;b&gt;") || strings.Contains(page, "Mine <b>") {
			t.Errorf("bad hours: %d %s", code, summary(page))
		}
		// Two people at one setting: the second sees what the first did.
		path := fmt.Sprintf("/settings/calendar/%d", office.ID)
		slow := o.filled(path)
		quick := o.filled(path)
		quick.Set("name_en", "Office, new")
		if code, page := o.post(path, quick); code != 303 {
			t.Fatalf("quick: %d %s", code, summary(page))
		}
		slow.Set("name_zh", "办公")
		if code, page := o.post(path, slow); code != 422 || !strings.Contains(page, "Name (English): Office, new") || !strings.Contains(page, "办公") {
			t.Errorf("slow: %d %s", code, summary(page))
		}
		if code, _ := o.post(path+"/retire", url.Values{}); code != 422 {
			t.Errorf("retired a calendar that an agreement uses: %d", code)
		}
		o.by.Grants = people.NewGrants("incident.read")
		want("/settings", 403)
		want("/settings/find/person?q=a", 403)
		if code, _ := o.post(path, slow); code != 403 {
			t.Errorf("anybody may change a calendar: %d", code)
		}
	})
}

func TestImportPage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		code, to := o.send("/settings/import", "部门.csv", "部门编码,部门名称,上级,备注\nfin,财政局,,x\nbud,预算处,fin,y\nbad,坏,没有,z\n", map[string]string{"kind": "department"})
		if code != 303 {
			t.Fatalf("upload: %d %s", code, summary(to))
		}
		path := to
		if code, page := o.get(path); code != 200 || !strings.Contains(page, "2 to add, 0 to change, 0 the same, 1 with faults") || !strings.Contains(page, "nothing in use is called 没有") {
			t.Fatalf("plan: %d %s", code, page)
		}
		form := o.filled(path)
		form.Set("run", "all")
		if code, _ := o.post(path, form); code != 422 {
			t.Errorf("ran with faults: %d", code)
		}
		form.Set("run", "others")
		if code, page := o.post(path, form); code != 303 {
			t.Fatalf("run: %d %s", code, summary(page))
		}
		if o.desk.Keeper.All().Coded(setting.Department, "bud") == nil {
			t.Error("nothing came in")
		}
		if code, page := o.get("/settings/import"); code != 200 || !strings.Contains(page, "部门.csv") {
			t.Errorf("imports so far: %d", code)
		}
		if code, page := o.post("/settings/imports/1/undo", nil); code != 200 || !strings.Contains(page, "The import is undone") {
			t.Errorf("undo: %d %s", code, page)
		}
		if !o.desk.Keeper.All().Coded(setting.Department, "bud").Retired {
			t.Error("the import still stands")
		}
		// A table larger than an ordinary form comes through the ordinary limit.
		wide := "code,name,note\n" + strings.Repeat("x,y,"+strings.Repeat("z", 1000)+"\n", 1500)
		o.limited = true
		if code, page := o.send("/settings/import", "wide.csv", wide, map[string]string{"kind": "department"}); code != 303 {
			t.Errorf("a large table: %d %s", code, page)
		}
		o.limited = false
		other := o.by.ID
		o.by.ID = other + 1
		if code, _ := o.get(path); code != 404 {
			t.Errorf("somebody else sees the file: %d", code)
		}
		o.by.ID = other
		if code, page := o.send("/settings/import", "x.xls", "\xd0\xcf\x11\xe0", map[string]string{"kind": "person"}); code != 422 || !strings.Contains(page, "old Excel") {
			t.Errorf("old Excel: %d %s", code, summary(page))
		}
	})
}

func TestSetup(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		for _, step := range []struct {
			name string
			form url.Values
		}{
			{"centre", url.Values{"name_zh": {"滨海市信息中心"}, "time_zone": {"Asia/Shanghai"}, "lang": {"zh"}}},
			{"calendar", url.Values{"morning": {"9:00-12:00"}, "afternoon": {"13:30-17:30"}}},
			{"security", url.Values{"skip": {"1"}}},
			{"mail", url.Values{"skip": {"1"}}},
			{"networks", url.Values{}},
			{"catalogue", url.Values{}},
			{"people", url.Values{"team_zh": {"服务台"}, "phone": {"12345"}}},
		} {
			if code, to := o.post("/setup", nil); code != 405 && code != 404 {
				t.Errorf("POST /setup: %d %s", code, to)
			}
			w := httptest.NewRecorder()
			o.mux.ServeHTTP(w, httptest.NewRequest("GET", "/setup", nil))
			if at := w.Header().Get("Location"); at != "/setup/"+step.name {
				t.Fatalf("the next step is %s, want %s", at, step.name)
			}
			if code, _ := o.get("/setup/" + step.name); code != 200 {
				t.Fatalf("%s: %d", step.name, code)
			}
			if code, page := o.post("/setup/"+step.name, step.form); code != 303 {
				t.Fatalf("%s: %d %s", step.name, code, summary(page))
			}
		}
		if code, page := o.get("/setup"); code != 200 || !strings.Contains(page, "Take now: Mail") {
			t.Errorf("the end: %d %s", code, page)
		}
		v := directory.NewView(o.desk.Keeper.All())
		if len(v.Problems) > 0 {
			t.Error(v.Problems)
		}
		if terms, _ := v.Terms(0, 3, settingsDay); len(terms) != 2 {
			t.Errorf("terms %+v", terms)
		}
		spec := o.desk.Keeper.All().Coded(setting.Calendar, "office")
		if !strings.Contains(string(spec.Doc), `"mon":[["09:00","12:00"],["13:30","17:30"]]`) {
			t.Errorf("hours: %s", spec.Doc)
		}
		if team := o.desk.Keeper.All().Coded(setting.Team, "desk"); team == nil || v.Team(people.TeamID(team.ID)).Lead != o.by.ID {
			t.Error("no first team")
		}
		if code, _ := o.get("/setup/ghost"); code != 404 {
			t.Errorf("no such step: %d", code)
		}
	})
}

// TestSettingsLook opens the pages in a real browser: no script errors, no
// breach of the policy, nothing axe objects to; pictures when wanted.
func TestSettingsLook(t *testing.T) {
	t.Parallel()
	o := newOffice(t, storetest.Open(t, "sqlite"))
	o.starters()
	if _, err := o.desk.Save(t.Context(), o.by, setting.Input{Kind: setting.Team, Fields: map[string]string{
		"code": "net", "name_en": "Network", "name_zh": "网络组", "lead": fmt.Sprint(int64(o.by.ID)),
		"rota": fmt.Sprintf(`{"weekly":[{"from":"18:00","to":"08:30","who":[%d]}]}`, o.by.ID),
	}}); err != nil {
		t.Fatal(err)
	}
	all := o.desk.Keeper.All()
	_, to := o.send("/settings/import", "部门.csv", "部门编码,部门名称,上级,备注\nfin,财政局,,x\nbud,预算处,fin,y\nbad,坏,没有,z\n", map[string]string{"kind": "department"})
	server := httptest.NewServer(web.Harden(o.mux, false))
	t.Cleanup(server.Close)
	p := browser.View(t, server.URL+"/settings")
	for _, look := range []struct {
		lang, theme string
		width       int
	}{{"en", "light", 1440}, {"zh", "dark", 390}} {
		p.Prefer(look.lang, look.theme)
		p.Size(look.width, 900)
		for name, path := range map[string]string{
			"home": "/settings", "categories": "/settings/category", "zones": "/settings/zone", "persons": "/settings/person",
			"team":      fmt.Sprintf("/settings/team/%d", all.Coded(setting.Team, "net").ID),
			"calendar":  fmt.Sprintf("/settings/calendar/%d?month=2026-10", all.Coded(setting.Calendar, "office").ID),
			"agreement": fmt.Sprintf("/settings/agreement/%d", all.Coded(setting.Agreement, "standard").ID),
			"matrix":    "/settings/matrix", "service": "/settings/service/new", "empty": "/settings/routing",
			"import": "/settings/import", "plan": to, "setup": "/setup/calendar",
		} {
			p.Go(server.URL + path)
			what := fmt.Sprintf("setting-%s-%s-%s-%d", name, look.lang, look.theme, look.width)
			p.Axe(what)
			p.Picture(what)
			p.Fits(what)
		}
	}
	for _, c := range p.Complaints() {
		t.Error(c)
	}
}

// TestImpactArranged fills in what the centre arranges for the analysis of
// impact: before it decides, the form says what holds.
func TestImpactArranged(t *testing.T) {
	t.Parallel()
	o := newOffice(t, storetest.Open(t, "sqlite"))
	form := o.filled("/settings/item-impact")
	if got := form.Get("city"); got != "1000" {
		t.Errorf("the usual number of users of a city is %q, want 1000", got)
	}
	form.Set("group", "80")
	if code, page := o.post("/settings/item-impact/one", form); code != 422 || !strings.Contains(page, `id="f-group-fault"`) || !strings.Contains(page, "80") {
		t.Errorf("a group larger than a department: %d, fault at its field %v", code, strings.Contains(page, `id="f-group-fault"`))
	}
	form.Set("group", "10")
	form.Set("tell_hidden", "true")
	if code, page := o.post("/settings/item-impact/one", form); code != 303 {
		t.Fatalf("saving answers %d: %s", code, page)
	}
	p, err := cmdb.ImpactPolicyOf(o.desk.Keeper.All())
	if err != nil || p.Group != 10 || !p.TellHidden || p.City != 1000 {
		t.Errorf("arranged: %+v, %v", p, err)
	}
}
