package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"kilter/internal/base/calendar"
	"kilter/internal/base/fault"
	"kilter/internal/job"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/contact"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/knowledge"
	"kilter/internal/practice/macro"
	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/sla"
	"kilter/internal/practice/view"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
	"kilter/internal/web"
)

// bureau is a small service desk: two teams, two zones, a few persons, and the
// pages of the workspace in front of it.
type bureau struct {
	t         testing.TB
	db        *store.DB
	keeper    *setting.Keeper
	desk      *incident.Desk
	calls     *contact.Desk
	problems  *problem.Desk
	articles  *knowledge.Desk
	pages     *web.Desk
	stock     *cmdb.Desk
	modeller  *cmdb.Modeller
	records   *cmdb.Records
	sandboxes *cmdb.Sandboxes
	mux       *http.ServeMux
	url       string

	team, second, service, category, zone, secret, cause int64
	zhou, chen, li                                       people.Person // a requester, an agent of the desk, one of the second line
	now                                                  time.Time
}

// actorHeader says in tests who is asking; the real gate reads the session.
const actorHeader = "Test-Actor"

func newBureau(t testing.TB) *bureau {
	t.Helper()
	o := &bureau{t: t, db: storetest.Open(t, "sqlite"), now: noon.Add(-3 * time.Hour)}
	o.keeper = &setting.Keeper{Store: o.db.Settings()}
	thing := func(k setting.Kind, code, en, zh string, parent int64) int64 {
		th := setting.Thing{Kind: k, Code: code, Name: people.Text{En: en, Zh: zh}, Parent: parent, Doc: []byte("{}"), Changed: noon}
		if err := o.keeper.Save(t.Context(), &th); err != nil {
			t.Fatal(err)
		}
		return th.ID
	}
	if err := o.keeper.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	department := thing(setting.Department, "finance", "Finance bureau", "财政局", 0)
	o.team, o.second = thing(setting.Team, "desk", "Service desk", "服务台", 0), thing(setting.Team, "network", "Network", "网络组", 0)
	o.service = thing(setting.Service, "approval", "Online approval", "网上审批", 0)
	group := thing(setting.Category, "net", "Network", "网络", 0)
	o.category = thing(setting.Category, "net.line", "Line down", "线路中断", group)
	o.zone, o.secret = thing(setting.Zone, "extranet", "Government extranet", "政务外网", 0), thing(setting.Zone, "closed", "Closed network", "内部专网", 0)
	o.cause = thing(setting.Cause, "line", "Carrier's line", "运营商线路", 0)
	person := func(code, name, pinyin, phone string, staff bool) people.Person {
		p := people.Person{Code: code, Name: name, Pinyin: pinyin, Phone: phone, Room: "B-512", Department: people.DepartmentID(department), Staff: staff, Changed: noon}
		if err := o.db.SavePerson(t.Context(), &p); err != nil {
			t.Fatal(err)
		}
		return p
	}
	o.zhou, o.chen, o.li = person("zhou", "周敏", "zhoumin zm", "8800-1234", false), person("chen", "陈静", "chenjing cj", "8800-1", true), person("li", "李娜", "lina ln", "8800-2", true)
	inner := record.Desk[*incident.Incident]{Store: o.db.Incidents(), Now: func() time.Time { return o.now }, Files: o.db.Files()}
	inner.Own = func() []record.Own {
		own, err := record.OwnFields(o.keeper.All(), record.Incident)
		if err != nil {
			t.Error(err)
		}
		return own
	}
	inner.Rules.Terms = func(i *incident.Incident) []sla.Term {
		hours := time.Duration(max(i.Priority, 1)) * 2 * time.Hour
		return []sla.Term{{Name: sla.Respond, Target: hours / 4, Calendar: nil}, {Name: sla.Resolve, Target: hours, Calendar: (*calendar.Calendar)(nil), Stops: []string{"user", "supplier"}}}
	}
	o.desk = incident.NewDesk(inner, incident.City{Policy: func() incident.Policy {
		p := incident.StandardPolicy()
		p.Desk = people.TeamID(o.team)
		return p
	}, Person: o.db.Person}, o.db.Ledger(), o.db.IncidentShelf())
	o.calls = contact.NewDesk(record.Desk[*contact.Contact]{Store: o.db.Contacts(), Now: inner.Now, Files: o.db.Files()}, o.db.Ledger())
	o.problems = problem.NewDesk(record.Desk[*problem.Problem]{Store: o.db.Problems(), Now: inner.Now, Files: o.db.Files()}, problem.City{}, o.db.Ledger(), o.db.ProblemShelf())
	o.problems.Studies, o.problems.Together = o.db.Analyses(), o.db.Together
	o.articles = knowledge.NewDesk(record.Desk[*knowledge.Article]{Store: o.db.Articles(), Now: inner.Now, Files: o.db.Files()}, o.db.Ledger(), o.db.KnowledgeShelf())
	o.serve()
	return o
}

func (o *bureau) serve() {
	s := shell(o.t)
	s.Who = func(r *http.Request) web.Viewer {
		a, err := o.actor(r)
		if err != nil {
			return web.Viewer{}
		}
		return web.Viewer{Name: a.Name, Initials: "陈静", Zone: time.FixedZone("CST", 8*3600)}
	}
	o.pages = &web.Desk{
		Shell: s, Incidents: o.desk, Contacts: o.calls, Problems: o.problems, Together: o.db.Together, Ledger: o.db.Ledger(), Finder: o.db.Finder(), Drafts: o.db.Drafts(), Settings: o.keeper.All, Actor: o.actor,
		Persons: o.db, Live: &job.Live{Feed: o.db.Feed()}, Feed: o.db.Feed(), Items: o.db.Items(), Boards: o.db.Boards(), Notices: o.db.Notices(), Approvals: o.db.Approvals(),
	}
	o.pages.Means = func(by people.Actor) query.Context {
		return query.Context{Me: by.ID, MyTeams: by.Teams, Now: o.now, Place: time.UTC, Settings: o.keeper.All()}
	}
	o.pages.Views = &view.Views{
		Keeper: o.keeper, Ledger: o.db.Ledger(), Means: o.pages.Means, People: o.db, Now: func() time.Time { return o.now },
		Fields: func(k record.Kind) query.Fields {
			if k == record.Contact {
				return record.Conditions(contact.Flow, contact.Sheet())
			}
			if k == record.Problem {
				return record.Conditions(problem.Flow, problem.Sheet())
			}
			if k == record.Knowledge {
				return record.Conditions(knowledge.Flow, knowledge.Sheet())
			}
			if k == view.Item {
				return o.stock.Model().Conditions()
			}
			return record.Conditions(incident.Flow, incident.Sheet())
		},
	}
	o.pages.Known = &handoff.KnownErrors{Incidents: o.desk, Problems: o.problems, Together: o.db.Together}
	o.pages.Lessons = &handoff.Lessons{Incidents: o.desk, Problems: o.problems, Articles: o.articles, Together: o.db.Together, Heading: func(_, of string) string { return of }}
	o.pages.Macros = &macro.Room{
		Settings: o.keeper.All, Together: o.db.Together, World: func(people.Actor) record.Errand { return record.Errand{Lang: "en", All: o.keeper.All()} },
		Desks: map[record.Kind]macro.Desk{record.Incident: o.desk.Desk, record.Contact: o.calls.Desk},
	}
	o.pages.OnDuty = func(people.TeamID, time.Time) []people.ID { return []people.ID{o.li.ID} }
	s.Rail = o.pages.Rail
	o.mux = http.NewServeMux()
	s.Mount(o.mux)
	o.pages.Routes(o.mux)
	o.stock = &cmdb.Desk{
		Items: o.db.Items(), Relations: o.db.Relations(), Book: o.db.ItemBook(), Files: o.db.ItemFiles(), Pen: o.db, Settings: o.keeper.All,
		Model: func() *cmdb.Model {
			m, err := cmdb.ModelOf(o.keeper.All())
			if err != nil {
				o.t.Fatal(err)
			}
			return m
		},
		Person: o.db.Person, Now: func() time.Time { return o.now },
	}
	o.records = &cmdb.Records{Desk: o.stock, Baselines: o.db.Baselines(), Discrepancies: o.db.Discrepancies(), Where: func(by people.Actor, text string) (query.Node, error) {
		return o.stock.Model().Read(text, o.pages.Means(by))
	}}
	analyst := &cmdb.Analyst{
		Past: o.records, Atlas: &cmdb.Atlas{Graph: o.db.Graph(), Model: o.stock.Model}, Items: o.db.Items(), Around: o.db.Surroundings(), Settings: o.keeper.All,
		Book: func() *sla.Book { return &sla.Book{} }, Now: func() time.Time { return o.now },
	}
	o.pages.Triage = &handoff.Triage{Incidents: o.desk, Analyst: analyst}
	o.modeller = &cmdb.Modeller{
		Desk: o.stock, Arranged: &setting.Desk{Keeper: o.keeper, Sheets: cmdb.Sheets(), Now: func() time.Time { return o.now }}, Graph: o.db.Graph(), Mappings: o.db.ItemMappings(), Log: o.db.Audit(),
	}
	o.sandboxes = &cmdb.Sandboxes{Store: o.db.ItemSandboxes(), Analyst: analyst, Ledger: o.db.Ledger()}
	(&web.Configuration{Desk: o.pages, CMDB: o.stock, Analyst: analyst, Records: o.records, Sketches: &cmdb.Sketches{Store: o.db.Sketches(), Analyst: analyst}, Sandboxes: o.sandboxes, Checks: &cmdb.Checks{Desk: o.stock, Discrepancies: o.db.Discrepancies(), Graph: o.db.Graph()}, Batches: &cmdb.Batches{Desk: o.stock, Store: o.db.ItemBatches()}, Modeller: o.modeller, Weak: &cmdb.WeakDesk{Analyst: analyst, Points: o.db.WeakPoints(), Pen: o.db, Person: o.db.Person}, Imports: o.imports(), Content: o.db.Files(), Address: "https://kilter.example"}).Routes(o.mux)
	server := httptest.NewServer(web.Harden(o.mux, false))
	o.t.Cleanup(server.Close)
	o.url = server.URL
}

// actor is who the test says asks: the agent unless another is named.
func (o *bureau) actor(r *http.Request) (people.Actor, error) {
	agent := people.Actor{
		ID: o.chen.ID, Name: o.chen.Name, Staff: true, Via: people.ViaPage, Teams: []people.TeamID{people.TeamID(o.team)},
		Grants: people.NewGrants("incident.*", "contact.*", "problem.*", "knowledge.*", "item.*"), Scope: people.Scope{All: true, Own: o.chen.ID, Cleared: []people.ZoneID{people.ZoneID(o.zone)}},
	}
	switch r.Header.Get(actorHeader) {
	case "":
		return agent, nil
	case "reader":
		agent.Grants = people.NewGrants("incident.read", "contact.read", "problem.read", "item.read")
		return agent, nil
	case "tracer", "blind tracer":
		agent.Grants = people.NewGrants("incident.read", "rule.trace")
		if r.Header.Get(actorHeader) != "tracer" {
			agent.Scope = people.Scope{Own: o.li.ID, Cleared: []people.ZoneID{people.ZoneID(o.zone)}}
		}
		return agent, nil
	case "other":
		agent.ID, agent.Name, agent.Teams = o.li.ID, o.li.Name, nil
		agent.Scope = people.Scope{Own: o.li.ID, Cleared: []people.ZoneID{people.ZoneID(o.zone)}}
		return agent, nil
	case "official":
		return people.Actor{ID: o.zhou.ID, Name: o.zhou.Name, Grants: people.NewGrants("incident.read"), Scope: people.Scope{Own: o.zhou.ID}}, nil
	}
	return people.Actor{}, fault.New(fault.Unknown, "trouble.401")
}

func (o *bureau) agent() people.Actor {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	a, err := o.actor(r)
	if err != nil {
		o.t.Fatal(err)
	}
	return a
}

// call registers an incident as somebody's call.
func (o *bureau) call(title string, fields map[string]string) *incident.Incident {
	o.t.Helper()
	all := map[string]string{"title": title, "requester": o.zhou.ID.String(), "service": fmt.Sprint(o.service), "category": fmt.Sprint(o.category), "zone": fmt.Sprint(o.zone), "impact": "3", "urgency": "2"}
	for k, v := range fields {
		all[k] = v
	}
	one, err := o.desk.Register(o.t.Context(), o.agent(), incident.Call{Input: record.Input{Fields: all}, Channel: "phone"})
	if err != nil {
		o.t.Fatal(err)
	}
	return one
}

// hidden registers an incident in a network that the agent is not cleared for.
func (o *bureau) hidden(title string) *incident.Incident {
	o.t.Helper()
	one, err := o.desk.Register(o.t.Context(), people.System(people.ViaJob), incident.Call{Input: record.Input{Fields: map[string]string{
		"title": title, "requester": o.zhou.ID.String(), "zone": fmt.Sprint(o.secret),
	}}})
	if err != nil {
		o.t.Fatal(err)
	}
	return one
}
