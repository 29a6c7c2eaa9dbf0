package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/change"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/contact"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/duty"
	"kilter/internal/practice/handbook"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/knowledge"
	"kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/operation"
	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
	"kilter/internal/practice/release"
	"kilter/internal/practice/request"
	"kilter/internal/practice/review"
	"kilter/internal/practice/risk"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/practice/roadmap/readiness"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/sla"
	"kilter/internal/practice/survey/wave"
)

// Size is how large a city is made.
type Size struct {
	Persons int
	Records int
	Items   int
}

// Sizes are the cities on offer: S to look at, M to try with, L to load.
var Sizes = map[string]Size{
	"S": {Persons: 2_000, Records: 12_000, Items: 600},
	"M": {Persons: 5_000, Records: 120_000, Items: 3_000},
	"L": {Persons: 10_000, Records: 1_000_000, Items: 10_000},
}

// Ground is what the city is built on.
type Ground struct {
	Settings *setting.Keeper
	Roles    []setting.Thing // the starter roles
	People   interface {
		AddPersons(ctx context.Context, persons []*people.Person, log ...audit.Row) error
	}
	Items       cmdb.Store
	Directory   *directory.Directory
	Desk        *record.Desk[*incident.Incident]
	Records     record.Loader[*incident.Incident]
	Problems    *problem.Desk
	Causes      record.Loader[*problem.Problem]
	Articles    *knowledge.Desk
	Shelf       record.Loader[*knowledge.Article]
	Contacts    *contact.Desk
	Calls       record.Loader[*contact.Contact]
	Requests    *request.Desk
	Approvals   record.Approvals
	Operations  operation.Store
	Watch       duty.Store
	Told        change.NoticeStore
	Changes     *change.Desk
	Plans       record.Loader[*change.Change]
	Meetings    change.MeetingStore
	Models      change.ModelStore
	Tells       *change.Announcements
	Opinions    *change.Opinions
	Releases    *release.Desk
	Library     *release.Library
	Risks       *risk.Desk
	Surveys     *wave.Room
	Assessments *assessment.Room
	Programmes  *programme.Room
	Readiness   *readiness.Room
	Handbook    *handbook.Room
	Reviews     *review.Room
	FiguresOn   func(ctx context.Context, by people.Actor, day time.Time) (map[review.Figure]people.Text, error)
	ToldOn      func(ctx context.Context, by people.Actor, r *review.Review, wanted []review.Figure, day time.Time) (map[review.Figure]review.Told, error)
	Count       func(context.Context) error // counts what was kept in time
	Checks      *cmdb.Checks
	Baselines   *cmdb.Records
	Sandboxes   *cmdb.Sandboxes
	Progress    func(done, of int)
}

// city is one that is being built.
type city struct {
	Ground
	size      Size
	now, from time.Time
	r         *rand.Rand
	names     *naming
	by        people.Actor

	all      *setting.All
	teams    map[string]crew
	citizens []*people.Person
	items    map[string][]record.ItemID // by service code
	coded    map[string]record.ItemID   // by their own
	causes   map[string]string          // the problem of a service
	waiting  map[people.ID]int          // open incidents by who asked and who works on them
	late     []*incident.Incident       // the incidents of the last days
	perils   map[string]int64           // risks of the register, by their service
	worth    *change.Change             // the change whose initiation review was held
	struck   *incident.Incident         // the outage that a change caused
	waits    []waited                   // what surveys tell of
	loose    int                        // incidents that did not go by the book
}

type crew struct {
	id      people.TeamID
	members []*people.Person
}

// months is how far back the city's history goes.
const months = 24

// seed makes the same city every time.
const seed = 20261122

// Fill builds a city of a size in an empty database. Its history ends at now.
func Fill(ctx context.Context, g Ground, size string, now time.Time) error {
	s, ok := Sizes[size]
	if !ok {
		return fault.At("size", "demo.no_such_size").With("size", size)
	}
	now = now.UTC().Truncate(time.Minute)
	r := rand.New(rand.NewPCG(seed, 1))
	c := &city{
		Ground: g, size: s, now: now, from: now.AddDate(0, -months, 0), r: r, names: &naming{r, map[string]int{}},
		by: people.System(people.ViaImport), teams: map[string]crew{}, items: map[string][]record.ItemID{}, coded: map[string]record.ItemID{}, perils: map[string]int64{},
	}
	for _, step := range []func(context.Context) error{c.settings, c.staff, c.catalogue, c.officials, c.heads, c.changePolicy, c.offers, c.things, c.history, c.problems, c.recorded, c.analyses, c.knowledge, c.contacts, c.requests, c.operations, c.duty, c.notices, c.freezes, c.models, c.risks, c.changeYear, c.releases, c.rules, c.macros, c.surveys, c.assessments, c.readiness, c.handbook, c.roadmap, c.drifted, c.reviews} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return c.mark(ctx)
}

// heads gives every department somebody who leads it.
func (c *city) heads(ctx context.Context) error {
	first := map[people.DepartmentID]people.ID{}
	for _, p := range c.citizens {
		if first[p.Department] == 0 {
			first[p.Department] = p.ID
		}
	}
	first[c.department("information-centre")] = c.teams["offices"].members[0].ID // the director
	var things []*setting.Thing
	for _, t := range c.all.Of(setting.Department) {
		doc, err := setting.Read[people.Department](*t)
		if err != nil {
			return err
		}
		led := *t
		doc.Head = first[people.DepartmentID(t.ID)]
		if err := setting.Write(&led, doc); err != nil {
			return err
		}
		things = append(things, &led)
	}
	return c.put(ctx, things)
}

// MarkCode is the centre setting by which a database is known to hold the demo
// city, and nothing else.
const MarkCode = "demo"

// Mark is its document: whom a visitor may enter as.
type Mark struct {
	Accounts []Account `json:"accounts"`
}

// mark makes the database known as the demo's; it comes last.
func (c *city) mark(ctx context.Context) error {
	return c.put(ctx, []*setting.Thing{thing(setting.Centre, MarkCode, people.Text{En: "Demo city", Zh: "演示城市"}, Mark{c.accounts()})})
}

// settings plants the starters and the city's departments.
func (c *city) settings(ctx context.Context) error {
	for _, kind := range directory.StarterKinds() {
		if kind == setting.Service || kind == setting.Offering {
			continue // the city has services of its own, and what can be ordered is theirs
		}
		if _, err := directory.Starter(ctx, c.Settings, c.by, c.from, kind); err != nil {
			return err
		}
	}
	var things []*setting.Thing
	for i := range c.Roles {
		things = append(things, &c.Roles[i])
	}
	for i, d := range departments {
		doc := people.Department{Side: people.City, Hall: d.code == "service-hall", Phone: fmt.Sprintf("8200%04d", 1000+i)}
		if i >= len(departments)-provincial {
			doc.Side = people.Province
		}
		things = append(things, thing(setting.Department, d.code, d.text(), doc))
	}
	return c.put(ctx, things)
}

func thing[D any](k setting.Kind, code string, name people.Text, doc D) *setting.Thing {
	t := &setting.Thing{Kind: k, Code: code, Name: name}
	if err := setting.Write(t, doc); err != nil {
		panic(err) // a document of ours that JSON cannot hold is a mistake in this file
	}
	return t
}

// put saves things in one go and takes the new snapshot.
func (c *city) put(ctx context.Context, things []*setting.Thing) error {
	for _, t := range things {
		t.Changed = c.from
	}
	if err := c.Settings.Put(ctx, &setting.Lot{Things: things, Audit: []audit.Row{audit.By(c.by, c.from, "demo.fill", "setting")}}); err != nil {
		return err
	}
	c.all = c.Settings.All()
	return nil
}

// staff hires the teams.
func (c *city) staff(ctx context.Context) error {
	var things []*setting.Thing
	for _, t := range teams {
		members := c.crew(t)
		for i, p := range members {
			p.Doc.Roles = c.roles(t, i)
		}
		if err := c.People.AddPersons(ctx, members); err != nil {
			return err
		}
		doc := people.Team{Line: people.Line(t.tier), Lead: members[0].ID, Phone: "8800"}
		for _, p := range members {
			doc.Members = append(doc.Members, p.ID)
		}
		doc.Department = c.department("information-centre")
		if slices.Contains(watchTeams, t.code) {
			doc.Rota = watched(members)
		}
		things = append(things, thing(setting.Team, t.code, t.text(), doc))
		c.teams[t.code] = crew{members: members}
	}
	if err := c.put(ctx, things); err != nil {
		return err
	}
	for _, t := range things {
		held := c.teams[t.Code]
		held.id = people.TeamID(t.ID)
		c.teams[t.Code] = held
	}
	return c.offices(ctx)
}

// catalogue offers the services, routes their calls and puts them under
// agreements.
func (c *city) catalogue(ctx context.Context) error {
	things := []*setting.Thing{thing(setting.Centre, directory.CentreCode, people.Text{En: "City information centre", Zh: "市信息中心"}, directory.Centre{Zone: "Asia/Shanghai", Calendar: c.id(setting.Calendar, "office")})}
	for _, s := range services {
		team := c.teams[s.team]
		things = append(things, thing(setting.Service, s.code, s.text(), catalogue.Service{
			State: catalogue.Published, Owner: team.members[0].ID, BusinessOwner: c.department(s.owner),
			Criticality: []catalogue.Criticality{catalogue.Vital, catalogue.Important, catalogue.Other}[s.vital],
			Zone:        people.ZoneID(c.id(setting.Zone, s.zone)), Hours: c.id(setting.Calendar, "office"), Support: team.id,
			OperatedBy: catalogue.Operator(s.operator), Audience: catalogue.Everybody,
		}))
	}
	return c.put(ctx, append(things, c.promised()))
}

// promised is what the application team owes the desk: an operational level
// agreement, tighter than what the centre owes its users.
func (c *city) promised() *setting.Thing {
	one := sla.Agreement{Kind: sla.OLA, NameEn: "OLA of the application team", NameZh: "应用支持组运行级别协议", Party: int64(c.teams["applications"].id)}
	for i, minutes := range []int{90, 180, 300, 900} {
		one.Targets = append(one.Targets, sla.Target{Priority: i + 1, Clock: sla.Resolve, Minutes: minutes, Calendar: c.id(setting.Calendar, "office")})
	}
	return thing(setting.Agreement, "ola-applications", people.Text{En: one.NameEn, Zh: one.NameZh}, one)
}

func (c *city) id(k setting.Kind, code string) int64 {
	t := c.all.Coded(k, code)
	if t == nil {
		panic(fmt.Sprintf("demo: the city's tables name a %s %q that there is not", k, code))
	}
	return t.ID
}

func (c *city) department(code string) people.DepartmentID {
	return people.DepartmentID(c.id(setting.Department, code))
}

// networks are the three networks; clearance for one holds for those below.
func (c *city) networks() []people.ZoneID {
	var out []people.ZoneID
	for _, code := range []string{"sharing", "business", "public"} {
		out = append(out, people.ZoneID(c.id(setting.Zone, code)))
	}
	return out
}

// officials settles the departments.
func (c *city) officials(ctx context.Context) error {
	for range c.size.Persons {
		c.citizens = append(c.citizens, c.official())
	}
	role := c.id(setting.Role, "requester")
	for _, p := range c.citizens {
		p.Doc.Roles = []int64{role}
	}
	return c.People.AddPersons(ctx, c.citizens, audit.By(c.by, c.from, "demo.fill", "person"))
}
