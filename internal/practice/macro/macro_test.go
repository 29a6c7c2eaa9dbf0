package macro_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/macro"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// city is a centre with macros on its incidents.
type city struct {
	t       *testing.T
	db      *store.DB
	now     time.Time
	keeper  *setting.Keeper
	desk    *incident.Desk
	room    *macro.Room
	network people.TeamID
	anna    people.Actor
}

func newCity(t *testing.T, db *store.DB) *city {
	t.Helper()
	c := &city{t: t, db: db, now: time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC), keeper: &setting.Keeper{Store: db.Settings()}}
	p := people.Person{Code: "anna", Name: "Anna", Staff: true, Changed: c.now}
	if err := db.SavePerson(t.Context(), &p); err != nil {
		t.Fatal(err)
	}
	c.anna = people.Actor{ID: p.ID, Name: "Anna", Staff: true, Grants: people.NewGrants("incident.*"), Scope: people.Everything()}
	c.network = people.TeamID(c.thing(setting.Team, "network", nil))
	c.thing(setting.Cause, "software", nil)
	c.desk = incident.NewDesk(record.Desk[*incident.Incident]{Store: db.Incidents(), Now: func() time.Time { return c.now }}, incident.City{}, db.Ledger(), db.IncidentShelf())
	c.room = &macro.Room{
		Settings: c.keeper.All, Desks: map[record.Kind]macro.Desk{record.Incident: c.desk.Desk},
		Together: db.Together,
		World: func(people.Actor) record.Errand {
			link := func(ctx context.Context, by people.Actor, ref string) (record.Row, error) {
				return record.Lookup(ctx, db.Ledger(), by.Scope, ref)
			}
			return record.Errand{Lang: "en", All: c.keeper.All(), Link: link, Members: func(people.TeamID) []people.ID { return []people.ID{c.anna.ID} }}
		},
	}
	return c
}

func (c *city) thing(k setting.Kind, code string, doc any) int64 {
	c.t.Helper()
	th := setting.Thing{Kind: k, Code: code, Name: people.Text{En: code}, Changed: c.now}
	if err := setting.Write(&th, doc); err != nil {
		c.t.Fatal(err)
	}
	if err := c.keeper.Save(c.t.Context(), &th); err != nil {
		c.t.Fatal(err)
	}
	return th.ID
}

func (c *city) macro(code string, m macro.Macro) {
	c.t.Helper()
	m.Practice = record.Incident
	c.thing(setting.Macro, code, m)
}

func (c *city) open(title string) *incident.Incident {
	c.t.Helper()
	i := &incident.Incident{}
	in := record.Input{Fields: map[string]string{"title": title, "service": "3", "category": "4", "zone": "5", "impact": "3", "urgency": "3"}}
	if err := c.desk.Open(c.t.Context(), c.anna, i, in); err != nil {
		c.t.Fatal(err)
	}
	return i
}

func (c *city) find(n record.Number) *incident.Incident {
	c.t.Helper()
	i, err := c.desk.Find(c.t.Context(), c.anna, n)
	if err != nil {
		c.t.Fatal(err)
	}
	return i
}

func (c *city) past(i *incident.Incident) []record.Entry {
	c.t.Helper()
	all, err := c.db.Ledger().Timeline(c.t.Context(), i.ID, false)
	if err != nil {
		c.t.Fatal(err)
	}
	return all
}

func text(en string) people.Text { return people.Text{En: en} }

// take is a macro by which somebody takes a record and solves it.
var take = macro.Macro{Then: []record.Action{
	{Do: record.Step, Value: "classify"},
	{Do: record.Assign, Team: 1},
	{Do: record.Assign, Me: true},
	{Do: record.Step, Value: "accept"},
	{Do: record.Jot, Text: text("{{number}} is taken")},
	{Do: record.AddJob, Text: text("call back"), Me: true, Hours: 2},
	{Do: record.Follow, Me: true},
	{Do: record.Set, Field: "solution", Value: "restarted"},
	{Do: record.Set, Field: "cause", Value: "software"},
	{Do: record.Set, Field: "no_item", Value: "none"},
	{Do: record.Step, Value: "resolve"},
	{Do: record.Answer, Text: text("Solved: {{title}}")},
}}

func (c *city) take() macro.Macro {
	m := take
	m.Then = slices.Clone(m.Then)
	m.Then[1].Team = c.network
	return m
}

func TestAPersonRunsAMacro(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := newCity(t, db)
		c.macro("take", c.take())
		i := c.open("mail")
		ahead, err := c.room.Preview(t.Context(), c.anna, record.Incident, "take", i.Number)
		if err != nil || ahead[0].Refused != nil || ahead[0].To != incident.Resolved {
			t.Fatalf("%+v, %v", ahead, err)
		}
		for _, want := range []record.Change{{Field: "solution", Now: "restarted"}, {Field: "note", Now: i.Ref() + " is taken"}, {Field: "reply", Now: "Solved: mail"}, {Field: "task", Now: "call back"}} {
			if !slices.Contains(ahead[0].Changes, want) {
				t.Errorf("the preview lacks %+v: %+v", want, ahead[0].Changes)
			}
		}
		if n := len(c.past(i)); n != 1 || c.find(i.Number).State != incident.New {
			t.Errorf("a preview leaves %d entries", n)
		}
		batch, out, err := c.room.Run(t.Context(), c.anna, record.Incident, "take", i.Number)
		if err != nil || batch == 0 || !slices.Equal(out.Changes, ahead[0].Changes) {
			t.Fatalf("what was done differs from what was foretold: %+v, %v", out, err)
		}
		held := c.find(i.Number)
		if held.State != incident.Resolved || held.Owner != c.anna.ID || held.Team != c.network || held.Solution != "restarted" || held.Cause == 0 {
			t.Errorf("%+v", held)
		}
		var deeds []string
		for _, e := range c.past(i)[1:] {
			deeds = append(deeds, e.Deed[len("incident."):])
			if a, ok := e.Author(); !ok || a.By != record.MacroField || a.Code != "take" || a.Version != 1 || e.By != c.anna.ID || e.Batch != batch {
				t.Errorf("%s: by %d, author %+v, batch %d", e.Deed, e.By, a, e.Batch)
			}
		}
		// Whom he hands it to and what he solved it by come with the moves, not ahead of them.
		if want := []string{"classify", "assign", "accept", "note", "task_add", "watch", "resolve", "reply"}; !slices.Equal(deeds, want) {
			t.Errorf("got %v, want %v", deeds, want)
		}
		back, err := c.desk.Undo(t.Context(), c.anna, batch)
		if err != nil || back[0].Refused != nil || c.find(i.Number).State != incident.New || !slices.Equal(back[0].Left, []string{"record.undo_told"}) {
			t.Errorf("undone: %+v, %v", back, err)
		}
		around, err := db.Ledger().Around(t.Context(), people.Everything(), i.ID)
		if err != nil || slices.ContainsFunc(around.Watchers, func(n record.Named) bool { return n.ID == c.anna.ID }) {
			t.Errorf("still followed: %+v, %v", around.Watchers, err)
		}
		if tasks, err := db.Ledger().Tasks(t.Context(), i.ID); err != nil || len(tasks) != 1 || tasks[0].State != record.TaskDropped {
			t.Errorf("tasks %+v, %v", tasks, err)
		}
	})
}

// What a macro added goes with its undo: links are parted and tasks dropped,
// but not one that somebody has done since.
func TestAnUndoTakesBackWhatWasAdded(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := newCity(t, db)
		other, i := c.open("the line"), c.open("mail")
		c.macro("tie", macro.Macro{Then: []record.Action{{Do: record.Tie, Value: other.Ref()}, {Do: record.AddJob, Text: text("call back")}, {Do: record.AddJob, Text: text("look")}}})
		batch, _, err := c.room.Run(t.Context(), c.anna, record.Incident, "tie", i.Number)
		if err != nil {
			t.Fatal(err)
		}
		tasks, err := db.Ledger().Tasks(t.Context(), i.ID)
		if err != nil || len(tasks) != 2 {
			t.Fatalf("%+v, %v", tasks, err)
		}
		_, err = c.desk.One(t.Context(), c.anna, i.Number, record.Input{}, func(s *record.Sitting[*incident.Incident], r *incident.Incident) error {
			return s.Work(r, tasks[0].ID, func(t *record.Task) error {
				t.State = record.TaskDone
				return nil
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		back, err := c.desk.Undo(t.Context(), c.anna, batch)
		if err != nil || back[0].Refused != nil || !slices.Equal(back[0].Left, []string{"record.undo_stays"}) {
			t.Fatalf("%+v, %v", back, err)
		}
		around, err := db.Ledger().Around(t.Context(), people.Everything(), i.ID)
		if err != nil || len(around.Links) != 0 {
			t.Errorf("links %+v, %v", around.Links, err)
		}
		left, err := db.Ledger().Tasks(t.Context(), i.ID)
		if err != nil || left[0].State != record.TaskDone || left[1].State != record.TaskDropped {
			t.Errorf("tasks %+v, %+v, %v", left[0], left[1], err)
		}
	})
}

func TestEachActionNeedsItsRight(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := newCity(t, db)
		c.macro("take", c.take())
		i := c.open("mail")
		need := []string{"incident.classify", "incident.assign", "incident.accept", "incident.note", "incident.task_add", "incident.resolve", "incident.reply"}
		rows := []int{1, 2, 4, 5, 6, 11, 12}
		for at, lacks := range need {
			by := c.anna
			by.Grants = people.NewGrants(append(slices.DeleteFunc(slices.Clone(need), func(d string) bool { return d == lacks }), "incident.read", "incident.macro")...)
			_, _, err := c.room.Run(t.Context(), by, record.Incident, "take", i.Number)
			if all := fault.All(err); !fault.Is(err, fault.Denied) || all[0].Args["row"] != rows[at] || all[0].Args["deed"] != lacks {
				t.Errorf("without %s: %v", lacks, err)
			}
			if n := len(c.past(i)); n != 1 {
				t.Fatalf("without %s: half of it is done, %d entries", lacks, n)
			}
		}
		by := c.anna
		by.Grants = people.NewGrants(append(need, "incident.read")...)
		if _, _, err := c.room.Run(t.Context(), by, record.Incident, "take", i.Number); !fault.Is(err, fault.Denied) {
			t.Errorf("who may run no macros runs one: %v", err)
		}
		by.Grants = people.NewGrants(append(need, "incident.read", "incident.macro")...)
		if _, _, err := c.room.Run(t.Context(), by, record.Incident, "take", i.Number); err != nil {
			t.Errorf("with all of them: %v", err)
		}
		blind := c.anna
		blind.Scope = people.Scope{Own: 99, AllZones: true}
		if _, _, err := c.room.Run(t.Context(), blind, record.Incident, "take", i.Number); !fault.Is(err, fault.Missing) {
			t.Errorf("who does not see the record: %v", err)
		}
	})
}

func TestAllOfAMacroOrNothing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := newCity(t, db)
		c.macro("half", macro.Macro{Then: []record.Action{{Do: record.Jot, Text: text("one")}, {Do: record.Step, Value: "resolve"}}})
		c.macro("unsaid", macro.Macro{Then: []record.Action{{Do: record.Jot, Text: text("one")}, {Do: record.Answer, Text: text("{{owner.name}} calls you")}}})
		c.macro("waits", macro.Macro{Then: []record.Action{{Do: record.Assign, Team: c.network}, {Do: record.Step, Value: "accept"}}})
		i := c.open("mail")
		for code, row := range map[string]int{"half": 2, "unsaid": 2, "waits": 1} {
			_, _, err := c.room.Run(t.Context(), c.anna, record.Incident, code, i.Number)
			if all := fault.All(err); len(all) == 0 || all[0].Args["row"] != row {
				t.Errorf("%s: %v", code, err)
			}
		}
		if n := len(c.past(i)); n != 1 {
			t.Errorf("%d entries", n)
		}
	})
}

func TestWhereAMacroIsOffered(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := newCity(t, db)
		say := []record.Action{{Do: record.Jot, Text: text("x")}}
		c.macro("all", macro.Macro{Order: 3, Then: say})
		c.macro("new", macro.Macro{Order: 1, States: []flow.State{incident.New}, Then: say})
		c.macro("closed", macro.Macro{Order: 2, States: []flow.State{incident.Closed}, Then: say})
		c.macro("theirs", macro.Macro{Teams: []people.TeamID{c.network}, Then: say})
		i := c.open("mail")
		codes := func(by people.Actor) (out []string) {
			all, err := c.room.On(t.Context(), by, record.Incident, i.Number)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range all {
				out = append(out, m.Code)
			}
			return out
		}
		if got := codes(c.anna); !slices.Equal(got, []string{"new", "all"}) {
			t.Errorf("got %v", got)
		}
		if _, _, err := c.room.Run(t.Context(), c.anna, record.Incident, "theirs", i.Number); !fault.Is(err, fault.Missing) {
			t.Errorf("one of another team: %v", err)
		}
		if _, _, err := c.room.Run(t.Context(), c.anna, record.Incident, "closed", i.Number); !fault.Is(err, fault.Conflict) {
			t.Errorf("one of another state: %v", err)
		}
		of := c.anna
		of.Teams = []people.TeamID{c.network}
		if got := codes(of); !slices.Equal(got, []string{"theirs", "new", "all"}) {
			t.Errorf("of the team: %v", got)
		}
	})
}

func TestAMacroOnMany(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := newCity(t, db)
		c.macro("mark", macro.Macro{States: []flow.State{incident.New}, Then: []record.Action{{Do: record.Set, Field: "outside", Value: "P-1"}, {Do: record.Notify, To: record.ToTeam, Team: c.network, Text: text("look")}}})
		a, b, gone := c.open("a"), c.open("b"), c.open("c")
		if _, err := c.desk.Move(t.Context(), c.anna, gone.Number, "cancel", record.Input{Fields: map[string]string{"ended_as": "no_fault"}}); err != nil {
			t.Fatal(err)
		}
		act, err := c.room.Act(c.anna, record.Incident, "mark")
		if err != nil || !act.Loud {
			t.Fatalf("whom it notifies is not told: %+v, %v", act, err)
		}
		batch, out, err := c.desk.Bulk(t.Context(), c.anna, act, []record.Number{a.Number, b.Number, gone.Number})
		if err != nil || out[0].Refused != nil || out[1].Refused != nil || !fault.Is(out[2].Refused, fault.Conflict) {
			t.Fatalf("%+v, %v", out, err)
		}
		if c.find(a.Number).Outside != "P-1" || c.find(b.Number).Outside != "P-1" {
			t.Error("not all were marked")
		}
		if _, err := c.desk.Undo(t.Context(), c.anna, batch); err != nil || c.find(a.Number).Outside != "" || c.find(b.Number).Outside != "" {
			t.Errorf("undone: %v", err)
		}
	})
}

func TestWhatAMacroCannotSay(t *testing.T) {
	t.Parallel()
	c := newCity(t, storetest.Open(t, "sqlite"))
	c.thing(setting.Template, "ask", record.Template{Use: record.UseReply, Text: text("what?")})
	sheet := macro.Sheet(record.ActionChecks{Ground: func(record.Kind) (record.Ground, bool) { return c.desk.Ground(), true }})
	desk := &setting.Desk{Keeper: c.keeper, Sheets: setting.Sheets{sheet}, Now: func() time.Time { return c.now }}
	by := c.anna
	by.Grants = people.NewGrants("template.edit")
	for _, tc := range []struct {
		name, states string
		then         []record.Action
		want         string
	}{
		{"nothing", "", nil, "rule.no_action"},
		{"a state there is not", "gone", []record.Action{{Do: record.Jot, Text: text("x")}}, "macro.no_state"},
		{"a move of Kilter's own", "", []record.Action{{Do: record.Step, Value: "close"}}, "action.no_move"},
		{"a move with a page of its own", "", []record.Action{{Do: record.Step, Value: "merge"}}, "action.no_move"},
		{"a solution without its move", "", []record.Action{{Do: record.Set, Field: "waiting", Value: "user"}}, "action.only_by_move"},
		{"its move comes too soon", "", []record.Action{{Do: record.Step, Value: "wait"}, {Do: record.Set, Field: "waiting", Value: "user"}}, "action.only_by_move"},
		{"a canned text there is not", "", []record.Action{{Do: record.Answer, Value: "nix"}}, "action.no_canned"},
		{"nobody follows", "", []record.Action{{Do: record.Follow}}, "action.nobody"},
		{"all well", "new,pending", []record.Action{{Do: record.Set, Field: "waiting", Value: "user"}, {Do: record.Step, Value: "wait"}, {Do: record.Answer, Value: "ask"}, {Do: record.Follow, Me: true}}, ""},
	} {
		in := setting.Input{Kind: setting.Macro, Fields: map[string]string{"code": "m", "name_en": "M", "practice": "incident", "states": tc.states, "then": record.WriteActions(tc.then)}}
		_, err := desk.Save(t.Context(), by, in)
		got := ""
		if all := fault.All(err); len(all) > 0 {
			got = all[0].Key
		}
		if got != tc.want {
			t.Errorf("%s: got %q %v, want %q", tc.name, got, err, tc.want)
		}
	}
	by.Grants = people.NewGrants("setting.edit")
	if _, err := desk.Save(t.Context(), by, setting.Input{Kind: setting.Macro, Fields: map[string]string{"code": "n"}}); !fault.Is(err, fault.Denied) {
		t.Errorf("without template.edit: %v", err)
	}
}

// A template does what it says once the record is registered, under the rights
// of whoever registers; what is refused lets nothing be registered.
func TestATemplateActsAfterRegistering(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := newCity(t, db)
		c.thing(setting.Template, "floor", record.Template{For: record.Incident, Use: record.UseForm, Then: []record.Action{
			{Do: record.AddJob, Team: c.network, Text: text("look at {{number}}")}, {Do: record.Follow, Me: true}, {Do: record.Notify, To: record.ToTeam, Team: c.network, Text: text("floor down")},
		}})
		c.thing(setting.Template, "theirs", record.Template{Use: record.UseForm, Team: c.network})
		if _, _, err := c.room.Template(c.anna, record.Incident, "theirs"); !fault.Is(err, fault.Invalid) {
			t.Errorf("one of another team: %v", err)
		}
		register := func(by people.Actor) (*incident.Incident, error) {
			_, after, err := c.room.Template(by, record.Incident, "floor")
			if err != nil || after == nil {
				t.Fatal(after, err)
			}
			var i *incident.Incident
			err = c.room.Registering(t.Context(), by, record.Incident, after, func(ctx context.Context) (record.Number, error) {
				if i, err = c.desk.Register(ctx, by, incident.Call{Input: record.Input{Fields: map[string]string{"title": "floor 3"}}}); err != nil {
					return 0, err
				}
				return i.Number, nil
			})
			return i, err
		}
		i, err := register(c.anna)
		if err != nil {
			t.Fatal(err)
		}
		var deeds []string
		for _, e := range c.past(i) {
			if a, ok := e.Author(); ok && a.By == record.TemplateField && a.Code == "floor" && e.By == c.anna.ID {
				deeds = append(deeds, e.Deed)
			}
		}
		if want := []string{"incident.task_add", "incident.watch", "incident.note"}; !slices.Equal(deeds, want) {
			t.Errorf("got %v, want %v", deeds, want)
		}
		by := c.anna
		by.Grants = people.NewGrants("incident.open", "incident.read", "incident.task_add")
		if _, err := register(by); !fault.Is(err, fault.Denied) || fault.All(err)[0].Args["row"] != 3 {
			t.Errorf("without the right to write notes: %v", err)
		}
		if n, err := c.db.Ledger().Count(t.Context(), people.Everything(), record.Query{Kind: record.Incident}, 10); err != nil || n != 1 {
			t.Errorf("%d incidents are registered, %v", n, err)
		}
		// what was refused stands in the log although the incident does not, and without the number that the next one gets
		log, err := c.db.Audit().Rows(t.Context(), audit.Filter{Result: audit.Refused, Limit: 10})
		if err != nil || len(log) != 1 || log[0].Deed != "incident.note" || log[0].Object != "incident" || log[0].Actor != c.anna.ID {
			t.Errorf("refused: %+v, %v", log, err)
		}
	})
}
