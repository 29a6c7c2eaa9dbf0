package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kilter/internal/api"
	"kilter/internal/base/fault"
	"kilter/internal/intake/history"
	"kilter/internal/job"
	"kilter/internal/practice/access"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/change"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/contact"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/duty"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/knowledge"
	"kilter/internal/practice/macro"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/operation"
	"kilter/internal/practice/people"
	"kilter/internal/practice/privacy"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/release"
	"kilter/internal/practice/roadmap/readiness"
	"kilter/internal/practice/rule"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/signin"
	"kilter/internal/practice/transfer"
	"kilter/internal/practice/view"
	"kilter/internal/report/desk"
	"kilter/internal/report/satisfaction"
	"kilter/internal/report/transition"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// city is a small centre with an API in front of it.
type city struct {
	keeper   *setting.Keeper
	routines *operation.Room
	t        *testing.T
	db       *store.DB
	api      *api.API
	server   *httptest.Server
	now      atomic.Pointer[time.Time]
	desk     *incident.Desk
	calls    *contact.Desk
	causes   *problem.Desk
	shelf    *knowledge.Desk
	people   map[string]people.Actor // by token
	team     int64
	zone     int64
	mail     int64 // a service
	slow     int64 // a category
	live     *job.Live
	works    *history.Works
	rules    *rule.Engine
	demo     bool
}

// look is a record as the inspector sees it.
func (s *city) look(ctx context.Context, ref string) (access.Case, error) {
	_, n, err := record.ParseRef(ref)
	if err != nil {
		return access.Case{}, err
	}
	i, err := s.desk.Find(ctx, people.System(people.ViaJob), n)
	if err != nil {
		return access.Case{}, err
	}
	return access.Case{Ref: i.Ref(), Kind: "incident", State: string(i.State), Seen: i.Seen(), Flow: incident.Flow.Names()}, nil
}

var monday = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

func (s *city) clock() time.Time { return *s.now.Load() }

func (s *city) later(d time.Duration) {
	now := s.clock().Add(d)
	s.now.Store(&now)
}

// each opens a city on both databases.
func each(t *testing.T, test func(*testing.T, *city)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) { test(t, open(t, db)) })
}

func open(t *testing.T, db *store.DB, set ...func(*api.API)) *city {
	t.Helper()
	s := &city{t: t, db: db, live: &job.Live{Feed: db.Feed()}}
	now := monday
	s.now.Store(&now)
	keeper := &setting.Keeper{Store: db.Settings()}
	if err := keeper.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, th := range []struct {
		kind setting.Kind
		code string
		into *int64
	}{{setting.Team, "network", &s.team}, {setting.Zone, "office", &s.zone}, {setting.Service, "mail", &s.mail}, {setting.Category, "slow", &s.slow}, {setting.Cause, "software", new(int64)}} {
		thing := setting.Thing{Kind: th.kind, Code: th.code, Name: people.Text{En: strings.ToUpper(th.code[:1]) + th.code[1:], Zh: "中" + th.code}, Changed: monday}
		if err := keeper.Save(t.Context(), &thing); err != nil {
			t.Fatal(err)
		}
		*th.into = thing.ID
	}
	s.desk = incident.NewDesk(record.Desk[*incident.Incident]{Store: db.Incidents(), Now: s.clock, Files: db.Files()}, incident.City{Person: db.Person}, db.Ledger(), db.IncidentShelf())
	s.calls = contact.NewDesk(record.Desk[*contact.Contact]{Store: db.Contacts(), Now: s.clock, Files: db.Files()}, db.Ledger())
	s.causes = problem.NewDesk(record.Desk[*problem.Problem]{Store: db.Problems(), Now: s.clock, Files: db.Files()}, problem.City{}, db.Ledger(), db.ProblemShelf())
	s.shelf = knowledge.NewDesk(record.Desk[*knowledge.Article]{Store: db.Articles(), Now: s.clock, Files: db.Files()}, db.Ledger(), db.KnowledgeShelf())
	s.people = map[string]people.Actor{}
	s.person("agent", people.Actor{Staff: true, Grants: people.NewGrants("incident.*", "contact.*", "problem.*", "knowledge.*", "item.*"), Scope: people.Everything(), Token: 1})
	s.person("editor", people.Actor{Staff: true, Grants: people.NewGrants("knowledge.*"), Scope: people.Everything(), Token: 9})
	s.person("reader", people.Actor{Staff: true, Grants: people.NewGrants("incident.read"), Scope: people.Everything(), Token: 2})
	s.person("grader", people.Actor{Staff: true, Grants: people.NewGrants("grade.read"), Scope: people.Everything(), Token: 11})
	s.person("stranger", people.Actor{Staff: true, Grants: people.NewGrants("incident.*", "contact.*", "problem.*", "knowledge.*"), Scope: people.Scope{AllZones: true}, Token: 3})
	s.person("official", people.Actor{Grants: people.NewGrants("incident.read", "incident.open", "incident.reply", "incident.confirm", "knowledge.read", "knowledge.rate"), Scope: people.Scope{AllZones: true, Teams: people.Circles(false)}, Token: 4})
	s.person("administrator", people.Actor{Staff: true, Grants: people.NewGrants("directory.*", "setting.*", "people.read", "import.*", "template.edit", "routing.edit", "rule.*", "system.read", "demo.purge"), Scope: people.Scope{AllZones: true}, Token: 6})
	s.person("security", people.Actor{Staff: true, Grants: people.NewGrants("account.*", "role.*", "session.*", "token.*", "privacy.*", "inspect.*"), Scope: people.Scope{AllZones: true}, Token: 0})
	s.person("auditor", people.Actor{Staff: true, Grants: people.NewGrants("audit.*"), Scope: people.Scope{AllZones: true}, Token: 8})
	s.person("nobody", people.Actor{Staff: true, Grants: people.NewGrants(), Scope: people.Everything(), Token: 5})
	s.api = &api.API{
		Who: func(r *http.Request) (people.Actor, error) {
			name := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
			if c, err := r.Cookie("session"); err == nil {
				name = c.Value
			}
			if by, ok := s.people[name]; ok {
				return by, nil
			}
			return people.Actor{}, fault.New(fault.Unknown, "people.not_granted").With("deed", "sign_in")
		},
		Now: s.clock, Settings: keeper, Ledger: db.Ledger(), Answers: db.Answers(), Feed: db.Feed(), Live: s.live, Version: "test",
		Where: func(by people.Actor, k record.Kind, text string) (query.Node, error) {
			if k == record.Contact {
				return record.Conditions(contact.Flow, contact.Sheet()).Read(text, query.Context{Me: by.ID, Now: s.clock(), Settings: keeper.All()})
			}
			if k == record.Problem {
				return record.Conditions(problem.Flow, problem.Sheet()).Read(text, query.Context{Me: by.ID, Now: s.clock(), Settings: keeper.All()})
			}
			if k == record.Knowledge {
				return record.Conditions(knowledge.Flow, knowledge.Sheet()).Read(text, query.Context{Me: by.ID, Now: s.clock(), Settings: keeper.All()})
			}
			return record.Conditions(incident.Flow, incident.Sheet()).Read(text, query.Context{Me: by.ID, Now: s.clock(), Settings: keeper.All()})
		},
	}
	for _, f := range set {
		f(s.api)
	}
	s.api.Incidents(s.desk)
	s.grades()
	s.keeper = keeper
	s.operations(keeper.All)
	room := surveys(s)
	s.api.Surveys(room)
	s.api.SurveyReports(room, &satisfaction.Maker{Waves: room})
	s.assessments()
	s.roadmaps()
	s.api.Readiness(&readiness.Room{Store: db.Readiness(), Pen: db, Now: s.clock, Works: func(id people.ID) bool { return id > 0 && id < 1000 }})
	s.handbook()
	s.api.Duty(&duty.Room{Store: s.db.Duty(), Settings: keeper.All, Ledger: s.db.Ledger(), Operations: s.db.Operations(), Now: s.clock})
	s.api.Contacts(s.calls)
	s.causes.Facts, s.causes.Proposals, s.causes.Pen, s.causes.Studies, s.causes.Together = db.ProblemFacts(), db.Proposals(), db, db.Analyses(), db.Together
	s.api.Problems(s.causes)
	s.api.Candidates(handoff.KnownErrors{Incidents: s.desk, Problems: s.causes, Together: db.Together})
	s.causes.Counts = db.IncidentCounts()
	s.api.Analyses(s.causes)
	s.api.Rankings(s.causes)
	s.api.KnownErrors(handoff.KnownErrors{Incidents: s.desk, Problems: s.causes, Together: db.Together})
	s.api.Knowledge(s.shelf, db.Approvals())
	s.api.ArticleImport(&knowledge.Import{Desk: s.shelf, Origins: db.ArticleOrigins(), Pen: db, Together: db.Together})
	s.api.Lessons(handoff.Lessons{Incidents: s.desk, Problems: s.causes, Articles: s.shelf, Together: db.Together, Heading: func(_, of string) string { return of }})
	s.api.Files(db.Files(), record.Limits{})
	s.api.Drafts(db.Drafts())
	s.api.Search(db.Finder())
	s.api.Dashboard(db.Boards(), s.desk.Flow.LiveStates(), func(people.Actor) *time.Location { return time.UTC })
	dir := &directory.Directory{Keeper: keeper, Roll: db.Roll()}
	if err := dir.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.rules = s.engine(keeper)
	checks := rule.Checks{
		Desk: func(k record.Kind) rule.Desk { return s.rules.Desks[k] }, Fields: s.rules.Fields,
		World: func(_ *setting.All, k record.Kind) rule.World { return s.rules.World(people.Actor{}, k) },
	}
	sheets := slices.Concat(directory.Sheets(), cmdb.Sheets(), change.Sheets(), release.Sheets(), setting.Sheets{rule.Sheet(checks), macro.Sheet(record.ActionChecks{Ground: func(k record.Kind) (record.Ground, bool) {
		return s.desk.Ground(), k == record.Incident
	}})})
	arranged := api.Directory{Desk: &setting.Desk{Keeper: keeper, Sheets: sheets, Now: s.clock}, Offered: dir.Catalogue, LookUp: db.LookUp, Persons: db.Persons, Seen: func(_ context.Context, by people.Actor, codes ...string) ([]string, error) {
		return slices.DeleteFunc(slices.Clone(codes), func(code string) bool { return !by.Scope.AllZones && strings.HasPrefix(code, "SHUT") }), nil
	}}
	s.api.Arrangements(arranged)
	s.api.Rules(s.rules, arranged)
	s.api.Macros(&macro.Room{
		Settings: keeper.All, Together: db.Together, World: func(people.Actor) record.Errand { return record.Errand{Lang: "en", All: keeper.All()} },
		Desks: map[record.Kind]macro.Desk{record.Incident: s.desk.Desk, record.Contact: s.calls.Desk, record.Problem: s.causes.Desk, record.Knowledge: s.shelf.Desk},
	})
	arrange := &setting.Desk{Keeper: keeper, Sheets: append(directory.Sheets(), cmdb.Sheets()...), Now: s.clock}
	s.api.Board(s.desk, db.BoardFollowers())
	s.api.CannedTexts(s.desk, api.Texts{Person: db.Person, Centre: func(string) (string, string) { return "The centre", "12345" }, Place: func(people.Actor) *time.Location { return time.UTC }})
	s.api.Configuration(configuration(db, keeper, s.clock))
	analyst := analystOf(t, db, keeper, dir)
	s.api.Impact(analyst)
	s.api.WeakPoints(&cmdb.WeakDesk{Analyst: analyst, Points: db.WeakPoints(), Pen: db, Person: db.Person})
	s.api.ItemMap(analyst)
	s.api.Sketches(&cmdb.Sketches{Store: db.Sketches(), Analyst: analyst})
	s.api.Sandboxes(&cmdb.Sandboxes{Store: db.ItemSandboxes(), Analyst: analyst})
	s.api.Triage(handoff.Triage{Incidents: s.desk, Analyst: analyst})
	s.api.Views(&view.Views{
		Keeper: keeper, Ledger: db.Ledger(), Now: s.clock, People: db,
		Means: func(by people.Actor) query.Context {
			return query.Context{Me: by.ID, MyTeams: by.Teams, Now: s.clock(), Settings: keeper.All()}
		},
		Fields: func(k record.Kind) query.Fields {
			if k == view.Item {
				m, err := cmdb.ModelOf(keeper.All())
				if err != nil {
					t.Error(err)
					return nil
				}
				return m.Conditions()
			}
			return record.Conditions(incident.Flow, incident.Sheet())
		},
		Items: func(ctx context.Context, by people.Actor, where query.Node, most int) (int, error) {
			return db.ItemBook().Count(ctx, by.Scope, cmdb.Query{Where: where}, most)
		},
	})
	s.api.Notices(api.Bell{Notices: db.Notices(), Nudges: db.Nudges(), Mails: db.Mails(), Pen: db, Persons: db, Post: &notice.Postmaster{Settings: keeper, Secrets: db, Pen: db, Now: s.clock}})
	s.works = &history.Works{Tray: db.Tray(), Stop: t.Context().Done(), Intake: &history.Intake{Desk: s.desk.Desk, Directory: dir, Archive: db.Archive(), Shelf: db.Shelf(), Now: s.clock}}
	s.api.History(api.Logs{Works: s.works, Tray: db.Tray(), Shelf: db.Shelf()})
	whole := &transfer.Removal{Desk: arrange, Persons: func(ctx context.Context, after string, limit int) ([]people.Person, error) {
		return db.Persons(ctx, people.Query{Retired: true, After: after, Limit: limit})
	}}
	for _, sh := range arrange.Sheets {
		whole.Shelves = append(whole.Shelves, transfer.Shelf{Sheet: sh, Deed: setting.Deed(sh.Kind)})
	}
	s.api.TableImports(api.Tables{Desk: arrange, Uploads: db, Whole: whole, Pen: db, Refresh: dir.Refresh})
	s.api.Centre(api.Centre{
		Directory: dir, Desk: arrange, InDemo: func() bool { return s.demo },
		Purge: func(context.Context) (map[string]int64, error) { return map[string]int64{"record": 0}, nil },
	})
	s.api.Security(api.Security{
		Door:      &signin.Door{Store: db.Accounts(), Sessions: db.Sessions(), Tokens: db.Tokens(), Profiles: db, Pen: db, Settings: keeper, Now: s.clock},
		Office:    &access.Office{Staff: db, Settings: keeper, Pen: db, Now: s.clock, Catalogue: access.NewCatalogue(access.Records("incident", incident.Flow.Names()))},
		Log:       &audit.Log{Store: db.Audit(), Now: s.clock},
		Inspector: &access.Inspector{Staff: db, Settings: keeper, Pen: db, Now: s.clock, Look: s.look},
		Privacy:   &privacy.Keeper{Store: db.Privacy(), Settings: keeper, Pen: db, Now: s.clock, Kinds: []string{"incident", "contact"}},
		Session: func(r *http.Request) (signin.Session, error) {
			if c, err := r.Cookie("session"); err == nil {
				return signin.Session{ID: "s1", Person: s.people[c.Value].ID, Stage: signin.Full}, nil
			}
			return signin.Session{}, fault.New(fault.Denied, "api.session_needed")
		},
	})
	reports := &desk.Maker{Source: db, View: dir.View, Now: s.clock}
	s.api.Reports(reports)
	s.api.Transitions(&transition.Maker{Source: db, Desk: reports})
	mux := http.NewServeMux()
	s.api.Mount(mux)
	s.server = httptest.NewServer(mux)
	t.Cleanup(s.server.Close)
	return s
}

func (s *city) person(name string, a people.Actor) {
	s.t.Helper()
	p := people.Person{Code: name, Name: strings.ToUpper(name[:1]) + name[1:], Staff: a.Staff, Changed: monday}
	if err := s.db.SavePerson(s.t.Context(), &p); err != nil {
		s.t.Fatal(err)
	}
	a.ID, a.Name, a.Via, a.Scope.Own = p.ID, p.Name, people.ViaAPI, p.ID
	s.people[name] = a
}

// answer is what came back.
type answer struct {
	t      *testing.T
	status int
	head   http.Header
	body   string
}

// ask sends a request as somebody. Headers are given as "Name: value".
func (s *city) ask(who, method, path, body string, headers ...string) answer {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.server.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if who != "" {
		req.Header.Set("Authorization", "Bearer "+who)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer{s.t, res.StatusCode, res.Header, string(out)}
}

// want fails unless the answer has the status and holds the texts; one that
// begins with ! must not be there.
func (a answer) want(status int, texts ...string) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	for _, text := range texts {
		if not, ok := strings.CutPrefix(text, "!"); ok && not != "" {
			if strings.Contains(a.body, not) {
				a.t.Errorf("holds %q: %s", not, a.body)
			}
		} else if !strings.Contains(a.body, text) {
			a.t.Errorf("lacks %q: %s", text, a.body)
		}
	}
	return a
}

// get reads a member of the answer: "errors.0.pointer".
func (a answer) get(path string) any {
	a.t.Helper()
	var v any
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		a.t.Fatalf("%v: %s", err, a.body)
	}
	for name := range strings.SplitSeq(path, ".") {
		switch held := v.(type) {
		case map[string]any:
			v = held[name]
		case []any:
			i := int(name[0] - '0')
			if i >= len(held) {
				return nil
			}
			v = held[i]
		default:
			return nil
		}
	}
	return v
}

// golden is the answer with two spaces of indent, and without what is another
// one each time.
func (a answer) golden() []byte {
	a.t.Helper()
	var v any
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		a.t.Fatalf("%v: %s", err, a.body)
	}
	if m, ok := v.(map[string]any); ok && m["trace_id"] != nil {
		m["trace_id"] = "…"
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		a.t.Fatal(err)
	}
	return b.Bytes()
}

// register opens an incident and returns its number.
func (s *city) register(title string) string {
	s.t.Helper()
	a := s.ask("agent", "POST", "/api/v1/incidents", `{"title":`+quote(title)+`,"service":"mail","category":"slow","zone":"office","impact":2,"urgency":3}`).want(201)
	return a.get("number").(string)
}

func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// net is a pipe that is closed when the test ends.
func net(t *testing.T) (*io.PipeReader, *io.PipeWriter) {
	t.Helper()
	in, out := io.Pipe()
	t.Cleanup(func() { out.Close() })
	return in, out
}

func errZone(field string) error { return fault.At(field, "record.no_such").With("ref", field) }

func staff(grants ...string) people.Actor {
	return people.Actor{Staff: true, Grants: people.NewGrants(grants...), Scope: people.Everything(), Token: 20}
}
