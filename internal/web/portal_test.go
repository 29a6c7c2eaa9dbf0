package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/calendar"
	"kilter/internal/practice/access"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/knowledge"
	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/view"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
	"kilter/internal/web"
)

// town is a small city with a portal: officials of two departments, an agent,
// a service for each network. Whoever asks is named in a header.
type town struct {
	t       testing.TB
	db      *store.DB
	now     time.Time
	desk    *incident.Desk
	causes  *problem.Desk
	shelf   *knowledge.Desk
	who     map[string]people.ID
	things  map[string]int64
	handler http.Handler
}

// asWho is the header that says in a test who is asking.
const asWho = "X-Test-Who"

func newTown(t testing.TB, engine string) *town {
	t.Helper()
	c := &town{t: t, db: storetest.Open(t, engine), now: noon, who: map[string]people.ID{}, things: map[string]int64{}}
	keeper := &setting.Keeper{Store: c.db.Settings()}
	c.settle(keeper)
	for _, p := range []people.Person{
		{Code: "wang", Name: "王晓明", Department: people.DepartmentID(c.things["FIN"]), Room: "B1203", Phone: "8812 3456"},
		{Code: "zhou", Name: "周敏", Department: people.DepartmentID(c.things["FIN"])},
		{Code: "li", Name: "Li Na", Department: people.DepartmentID(c.things["EDU"])},
		{Code: "chen", Name: "陈静（坐席）", Staff: true, Department: people.DepartmentID(c.things["CIC"])},
	} {
		p.Changed = c.now
		if err := c.db.SavePerson(t.Context(), &p); err != nil {
			t.Fatal(err)
		}
		c.who[p.Code] = p.ID
	}
	dir := &directory.Directory{Keeper: keeper, Roll: c.db.Roll()}
	if err := dir.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	city := incident.City{Person: c.db.Person, Zone: func(s record.ServiceID) people.ZoneID { return dir.View().Service(int64(s)).Zone }}
	inner := record.Desk[*incident.Incident]{Store: c.db.Incidents(), Now: func() time.Time { return c.now }, Files: c.db.Files()}
	inner.Rules.Refers = dir.Refers
	c.desk = incident.NewDesk(inner, city, c.db.Ledger(), c.db.IncidentShelf())
	c.causes = problem.NewDesk(record.Desk[*problem.Problem]{Store: c.db.Problems(), Now: inner.Now}, problem.City{}, c.db.Ledger(), c.db.ProblemShelf())
	c.shelf = knowledge.NewDesk(record.Desk[*knowledge.Article]{Store: c.db.Articles(), Now: inner.Now, Files: c.db.Files()}, c.db.Ledger(), c.db.KnowledgeShelf())
	s, mux := shell(t), http.NewServeMux()
	s.Now = inner.Now
	s.SignIn = "/signin"
	s.Mount(mux)
	portal := &web.PortalDesk{
		Shell: s, Incidents: c.desk, Ledger: c.db.Ledger(), Files: c.db.Files(), Drafts: c.db.Drafts(), Directory: dir, Person: c.db.Person, Board: c.db.BoardFollowers(), Advise: c.causes.Advise, Articles: c.shelf, Finder: c.db.Finder(),
		Actor: func(r *http.Request) (people.Actor, error) {
			code := r.Header.Get(asWho)
			if k, err := r.Cookie("test_who"); err == nil {
				code = k.Value
			}
			return c.actor(code), nil
		},
	}
	portal.Routes(mux)
	bell := &web.Bell{Shell: s, Notices: c.db.Notices(), Alerts: c.db.Alerts(), Views: &view.Views{Keeper: keeper}, Mails: c.db.Mails(), Pen: c.db, Persons: c.db, Actor: portal.Actor, Mailing: func() bool { return true }}
	s.Rail = bell.Ring
	bell.Routes(mux)
	c.handler = web.Harden(web.Limit(mux, web.BodyLimit, web.BodyTime), false)
	return c
}

// settle gives the city departments, a calendar, zones, services and a desk.
func (c *town) settle(k *setting.Keeper) {
	c.t.Helper()
	ctx := c.t.Context()
	add := func(kind setting.Kind, code, en, zh string, doc any) {
		th := &setting.Thing{Kind: kind, Code: code, Name: people.Text{En: en, Zh: zh}, ID: -1, Changed: c.now}
		raw, err := json.Marshal(doc)
		if err != nil {
			c.t.Fatal(err)
		}
		th.Doc = raw
		if err := c.db.Settings().Put(ctx, &setting.Lot{Things: []*setting.Thing{th}}); err != nil {
			c.t.Fatal(err)
		}
		c.things[code] = th.ID
	}
	add(setting.Zone, "EXT", "Government extranet", "政务外网", people.Zone{})
	add(setting.Zone, "INT", "Internal network", "政务内网", people.Zone{})
	for _, d := range [][3]string{{"FIN", "Finance bureau", "财政局"}, {"EDU", "Education bureau", "教育局"}, {"CIC", "Information centre", "信息中心"}} {
		add(setting.Department, d[0], d[1], d[2], people.Department{})
	}
	add(setting.Calendar, "office", "Office hours", "工作时间", calendar.Spec{Name: "office", Zone: "Asia/Shanghai", Week: calendar.EveryDay(calendar.Weekdays[:5], calendar.Interval{"08:30", "12:00"}, calendar.Interval{"14:00", "18:00"})})
	add(setting.Centre, directory.CentreCode, "Centre", "中心", directory.Centre{Phone: "0755-8800", Calendar: c.things["office"], NoSecrets: true})
	add(setting.View, "full", "Full", "已满", view.Doc{Reach: view.Everyone, Kind: record.Incident, Query: "open:yes", Alert: 2})
	service := func(code, en, zh, zone string, a catalogue.Audience) {
		add(setting.Service, code, en, zh, catalogue.Service{State: catalogue.Published, Zone: people.ZoneID(c.things[zone]), Audience: a, Support: 0})
	}
	service("mail", "E-mail", "电子邮件", "EXT", catalogue.Everybody)
	service("print", "Printing", "打印服务", "EXT", catalogue.Everybody)
	service("secret", "Secret archive", "机密档案系统", "INT", catalogue.Everybody)
	service("lab", "Test laboratory", "测试实验室", "EXT", catalogue.StaffOnly)
	if err := k.Refresh(ctx); err != nil {
		c.t.Fatal(err)
	}
}

// actor is a person as the roles make him: officials see their own reports,
// zhou, the head of the finance bureau, those of the bureau.
func (c *town) actor(code string) people.Actor {
	id, ok := c.who[code]
	if !ok {
		return people.Actor{}
	}
	a := people.Actor{ID: id, Name: code, Lang: "en", Via: people.ViaPage, Scope: people.Scope{Own: id, Cleared: []people.ZoneID{people.ZoneID(c.things["EXT"])}}}
	switch code {
	case "chen":
		a.Staff, a.Grants, a.Scope = true, people.NewGrants("incident.*"), people.Everything()
		a.Scope.Own = id
	default:
		for _, r := range access.StarterRoles() {
			if r.Code == access.Requester {
				a.Grants = people.NewGrants(r.Grants...)
			}
		}
	}
	if code == "zhou" {
		a.Scope.Departments = []people.DepartmentID{people.DepartmentID(c.things["FIN"])}
	}
	return a
}

// ask sends a request as somebody; a body is a form.
func (c *town) ask(who, method, path string, form url.Values) *httptest.ResponseRecorder {
	c.t.Helper()
	var r *http.Request
	if form == nil {
		r = httptest.NewRequest(method, path, nil)
	} else {
		r = httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return c.send(who, r)
}

func (c *town) send(who string, r *http.Request) *httptest.ResponseRecorder {
	r.Header.Set(asWho, who)
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	return w
}

// upload sends a form with files, each under the name its owner gives it.
func (c *town) upload(who, path string, form url.Values, files map[string]string) *httptest.ResponseRecorder {
	c.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name, values := range form {
		for _, v := range values {
			if err := m.WriteField(name, v); err != nil {
				c.t.Fatal(err)
			}
		}
	}
	for name, content := range files {
		h := textproto.MIMEHeader{"Content-Disposition": {`form-data; name="files"; filename="` + strings.NewReplacer("\r", "%0D", "\n", "%0A", `"`, "%22").Replace(name) + `"`}, "Content-Type": {"image/png"}}
		p, err := m.CreatePart(h)
		if err != nil {
			c.t.Fatal(err)
		}
		if _, err := p.Write([]byte(content)); err != nil {
			c.t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		c.t.Fatal(err)
	}
	r := httptest.NewRequest("POST", path, &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return c.send(who, r)
}

// report is a complete form.
func (c *town) report(more url.Values) url.Values {
	f := url.Values{"title": {"Mail does not open"}, "description": {"since Monday"}, "service": {c.id("mail")}, "impact": {"4"}, "urgency": {"2"}, "room": {"B1203"}, "callback": {"8812"}}
	for k, v := range more {
		f[k] = v
	}
	return f
}

func (c *town) id(code string) string { return strconv.FormatInt(c.things[code], 10) }

// reported registers a report and gives its number.
func (c *town) reported(who string, more url.Values) *incident.Incident {
	c.t.Helper()
	w := c.ask(who, "POST", "/portal/report", c.report(more))
	if w.Code != http.StatusSeeOther {
		c.t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	to, err := url.Parse(w.Header().Get("Location"))
	if err != nil {
		c.t.Fatal(err)
	}
	_, n, err := record.ParseRef(to.Path[strings.LastIndex(to.Path, "/")+1:])
	if err != nil {
		c.t.Fatal(err)
	}
	return c.read(n)
}

func (c *town) read(n record.Number) *incident.Incident {
	c.t.Helper()
	i, err := c.desk.Find(c.t.Context(), c.actor("chen"), n)
	if err != nil {
		c.t.Fatal(err)
	}
	return i
}

// work takes a report through moves as the agent does.
func (c *town) work(n record.Number, moves ...string) {
	c.t.Helper()
	in := map[string]record.Input{
		"classify": {Fields: map[string]string{"service": c.id("mail"), "category": c.id("mail"), "zone": c.id("EXT"), "impact": "4", "urgency": "2"}},
		"assign":   {Fields: map[string]string{"team": "1"}},
		"accept":   {Fields: map[string]string{"owner": c.who["chen"].String()}},
		"wait":     {Fields: map[string]string{"waiting": "user"}},
		"resolve":  {Fields: map[string]string{"solution": "The mailbox was full; it is larger now.", "cause": "1", "no_item": "no item"}},
		"declare":  {Text: "secret reason of the declaration"},
		"cancel":   {Fields: map[string]string{"ended_as": "no_fault"}},
	}
	for _, m := range moves {
		c.now = c.now.Add(time.Minute)
		inner := *c.desk
		base := *c.desk.Desk
		base.Rules.Refers = nil // the town has no teams, categories and causes
		inner.Desk = &base
		if _, err := inner.Move(context.Background(), c.actor("chen"), n, m, in[m]); err != nil {
			c.t.Fatalf("%s: %v", m, err)
		}
	}
}
