package rule_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kilter/internal/base/fault"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/rule"
	"kilter/internal/practice/setting"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// city is a centre with rules, and a clock that the test moves.
type city struct {
	t       testing.TB
	db      *store.DB
	now     time.Time
	keeper  *setting.Keeper
	desk    *incident.Desk
	engine  *rule.Engine
	network people.TeamID
	anna    people.Actor
}

func newCity(t testing.TB, db *store.DB) *city {
	t.Helper()
	c := &city{t: t, db: db, now: time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC), keeper: &setting.Keeper{Store: db.Settings()}}
	p := people.Person{Code: "anna", Name: "Anna", Staff: true, Changed: c.now}
	if err := db.SavePerson(t.Context(), &p); err != nil {
		t.Fatal(err)
	}
	c.anna = people.Actor{ID: p.ID, Name: "Anna", Staff: true, Grants: people.NewGrants("incident.*", "rule.*"), Scope: people.Everything()}
	team := setting.Thing{Kind: setting.Team, Code: "network", Name: people.Text{En: "Network"}, Changed: c.now}
	if err := c.keeper.Save(t.Context(), &team); err != nil {
		t.Fatal(err)
	}
	c.network = people.TeamID(team.ID)
	clock := func() time.Time { return c.now }
	c.desk = incident.NewDesk(record.Desk[*incident.Incident]{Store: db.Incidents(), Now: clock}, incident.City{}, db.Ledger(), db.IncidentShelf())
	c.engine = c.node()
	return c
}

// node is one more node on the same database.
func (c *city) node() *rule.Engine {
	return &rule.Engine{
		Settings: c.keeper.All, Desks: map[record.Kind]rule.Desk{record.Incident: c.desk.Desk}, Ledger: c.db.Ledger(), Traces: c.db.Rules(), Together: c.db.Together,
		World: func(people.Actor, record.Kind) rule.World {
			return rule.World{Fields: record.Conditions(incident.Flow, incident.Sheet()), Means: query.Context{Settings: c.keeper.All(), Now: c.now}}
		},
		Members: func(people.TeamID) []people.ID { return []people.ID{c.anna.ID} },
		Place:   func() *time.Location { return time.UTC }, Now: func() time.Time { return c.now }, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
}

// rule saves a rule and gives its id.
func (c *city) rule(code string, r rule.Rule) int64 {
	c.t.Helper()
	r.Practice, r.On = record.Incident, true
	t := setting.Thing{Kind: setting.Rule, Code: code, Name: people.Text{En: code}, Changed: c.now}
	if held := c.keeper.All().Coded(setting.Rule, code); held != nil {
		t = *held
	}
	if err := setting.Write(&t, r); err != nil {
		c.t.Fatal(err)
	}
	if err := c.keeper.Save(context.Background(), &t); err != nil {
		c.t.Fatal(err)
	}
	return t.ID
}

func (c *city) open(title string) *incident.Incident {
	c.t.Helper()
	i := &incident.Incident{}
	if err := c.desk.Open(context.Background(), c.anna, i, record.Input{Fields: map[string]string{"title": title}}); err != nil {
		c.t.Fatal(err)
	}
	return i
}

// relay carries all news, as the duty does, until there are no more; rounds is
// how often it had to.
func (c *city) relay(engines ...*rule.Engine) (rounds, entries int) {
	c.t.Helper()
	if len(engines) == 0 {
		engines = []*rule.Engine{c.engine}
	}
	for {
		news, err := c.db.Waiting(context.Background(), 500)
		if err != nil {
			c.t.Fatal(err)
		}
		if len(news) == 0 {
			return rounds, entries
		}
		if rounds++; rounds > 200 {
			c.t.Fatalf("the rules have not come to an end after %d rounds and %d entries", rounds, entries)
		}
		entries += len(news)
		for _, n := range news {
			for _, e := range engines {
				if err := e.Carry(context.Background(), n); err != nil {
					c.t.Fatal(err)
				}
			}
		}
		if err := c.db.Carried(context.Background(), news); err != nil {
			c.t.Fatal(err)
		}
	}
}

func (c *city) past(i *incident.Incident) []record.Entry {
	c.t.Helper()
	all, err := c.db.Ledger().Timeline(context.Background(), i.ID, false)
	if err != nil {
		c.t.Fatal(err)
	}
	return all
}

func (c *city) trace(i *incident.Incident) ([]rule.Run, []rule.Missed) {
	c.t.Helper()
	runs, missed, err := c.db.Rules().Trace(context.Background(), i.ID, 100)
	if err != nil {
		c.t.Fatal(err)
	}
	return runs, missed
}

func note(text string) record.Action {
	return record.Action{Do: record.Jot, Text: people.Text{En: text}}
}

func set(field, value string) record.Action {
	return record.Action{Do: record.Set, Field: field, Value: value}
}

func onDeed(text string, then []record.Action, deeds ...string) rule.Rule {
	return rule.Rule{When: rule.OnDeed, Deeds: deeds, If: text, Then: then}
}

func TestARuleFiresOnceAndSaysSo(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := newCity(t, db)
		id := c.rule("province", onDeed("title:province", []record.Action{
			note("{{number}}: ask the province"), set("outside", "asked"),
			{Do: record.Notify, To: record.ToTeam, Team: c.network, Text: people.Text{En: "look"}},
			{Do: record.AddJob, Text: people.Text{En: "call back"}, Hours: 2},
			{Do: record.Follow, Person: c.anna.ID},
		}, "open"))
		c.rule("other", onDeed("priority:1 team:network", []record.Action{note("never")}, "open"))
		i := c.open("province down")
		news, err := db.Waiting(t.Context(), 10)
		if err != nil || len(news) != 1 {
			t.Fatal(len(news), err)
		}
		for _, e := range []*rule.Engine{c.engine, c.engine, c.node()} { // again after a kill, and another node
			if err := e.Carry(t.Context(), news[0]); err != nil {
				t.Fatal(err)
			}
		}
		c.relay()
		var deeds []string
		for _, e := range c.past(i) {
			if e.By == 0 {
				deeds = append(deeds, e.Deed)
				if a, ok := e.Author(); !ok || a.Code != "province" || a.Version != 1 || a.Depth != 1 {
					t.Errorf("%s: author %+v", e.Deed, a)
				}
			}
		}
		if want := []string{"incident.note", "incident.edit", "incident.tell", "incident.task_add", "incident.watch"}; !slices.Equal(deeds, want) {
			t.Errorf("got %v, want %v", deeds, want)
		}
		runs, missed := c.trace(i)
		if len(runs) != 1 || runs[0].Rule != id || runs[0].Outcome != rule.Fired || !slices.Contains(runs[0].Did, record.Change{Field: "outside", Now: "asked"}) {
			t.Errorf("runs: %+v", runs)
		}
		if len(missed) != 1 || len(missed[0].Misses) != 1 || missed[0].Misses[0].Part != "priority:1" || missed[0].Misses[0].Why != rule.NotSo {
			t.Errorf("missed: %+v", missed)
		}
	})
}

func TestWhatARuleAssigns(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := newCity(t, db)
		c.rule("assign", onDeed("", []record.Action{{Do: record.Assign, Team: c.network}}, "classify", "accept"))
		i := c.open("x")
		_, err := c.desk.Move(t.Context(), c.anna, i.Number, "classify", record.Input{Fields: map[string]string{"service": "3", "category": "4", "zone": "5", "impact": "3", "urgency": "3"}})
		if err != nil {
			t.Fatal(err)
		}
		c.relay()
		held, err := c.desk.Find(t.Context(), c.anna, i.Number)
		if err != nil || held.Team != c.network || held.State != incident.Assigned {
			t.Fatalf("team %d, state %s, %v", held.Team, held.State, err)
		}
		if _, err := c.desk.Move(t.Context(), c.anna, i.Number, "accept", record.Input{Fields: map[string]string{"owner": c.anna.ID.String()}}); err != nil {
			t.Fatal(err)
		}
		c.relay()
		if runs, _ := c.trace(i); len(runs) != 2 || runs[0].Outcome != rule.Idle {
			t.Errorf("who has the record already keeps it, and his owner: %+v", runs)
		}
	})
}

func TestARuleThatFailsIsSetAside(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := newCity(t, db)
		bad := onDeed("", []record.Action{note("half"), set("priority", "1")}, "open") // a fixed field
		id := c.rule("bad", bad)
		var last *incident.Incident
		for range rule.MostFailures + 2 {
			last = c.open("x")
			c.relay()
		}
		if slices.ContainsFunc(c.past(last), func(e record.Entry) bool { return e.Deed == "incident.note" }) {
			t.Error("a rule that fails leaves half of its work")
		}
		all, err := db.Rules().Standings(t.Context())
		if err != nil || all[id].Failures != rule.MostFailures || all[id].Aside.IsZero() || all[id].Why == nil {
			t.Fatalf("standing %+v, %v", all[id], err)
		}
		if _, missed := c.trace(last); len(missed) != 1 || missed[0].Misses[0].Why != rule.Aside {
			t.Errorf("the record does not say that the rule was set aside: %+v", missed)
		}
		if err := c.engine.Resume(t.Context(), people.Actor{ID: 9}, id); !fault.Is(err, fault.Denied) {
			t.Errorf("anybody takes it up again: %v", err)
		}
		if err := c.engine.Resume(t.Context(), c.anna, id); err != nil {
			t.Fatal(err)
		}
		bad.Then = []record.Action{note("well")}
		c.rule("bad", bad)
		i := c.open("y")
		c.relay()
		if runs, _ := c.trace(i); len(runs) != 1 || runs[0].Outcome != rule.Fired || runs[0].Version != 2 {
			t.Errorf("mended, it fires: %+v", runs)
		}
	})
}

func TestRulesOnTime(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := newCity(t, db)
		c.rule("after", rule.Rule{When: rule.After, Deeds: []string{"open"}, Hours: 4, If: "state:new", Then: []record.Action{note("four hours")}})
		c.rule("stay", rule.Rule{When: rule.InState, State: "new", Hours: 6, Then: []record.Action{note("six hours")}})
		c.rule("daily", rule.Rule{When: rule.Daily, At: "09:00", If: "moved:<now-1d", Then: []record.Action{note("silent")}})
		i, gone := c.open("x"), c.open("gone")
		c.relay()
		turn := func(later time.Duration) {
			c.now = c.now.Add(later)
			for _, e := range []*rule.Engine{c.engine, c.node()} {
				if _, err := e.Turn(t.Context(), c.now); err != nil {
					t.Fatal(err)
				}
			}
			c.relay()
		}
		said := func(i *incident.Incident) (out []string) {
			for _, e := range c.past(i) {
				if e.By == 0 && e.Text != "" {
					out = append(out, e.Text)
				}
			}
			return out
		}
		turn(3 * time.Hour)
		if got := said(i); len(got) != 0 {
			t.Errorf("after three hours: %v", got)
		}
		turn(time.Hour + time.Minute) // 05:01
		if got := said(i); !slices.Equal(got, []string{"four hours"}) {
			t.Errorf("after four hours: %v", got)
		}
		if _, err := c.desk.Move(t.Context(), c.anna, gone.Number, "cancel", record.Input{Fields: map[string]string{"ended_as": "no_fault"}}); err != nil {
			t.Fatal(err)
		}
		turn(2 * time.Hour)
		if got := said(i); !slices.Equal(got, []string{"four hours", "six hours"}) {
			t.Errorf("after six hours: %v", got)
		}
		if _, missed := c.trace(gone); !slices.ContainsFunc(missed, func(m rule.Missed) bool { return m.Misses[0].Why == rule.Gone }) {
			t.Errorf("who left the state has no trace of it: %+v", missed)
		}
		turn(26 * time.Hour) // the next day, 09:01
		turn(time.Minute)
		if got := said(i); !slices.Equal(got, []string{"four hours", "six hours", "silent"}) {
			t.Errorf("on the day after: %v", got)
		}
		turn(23*time.Hour + 58*time.Minute + 30*time.Second)
		if got := said(i); len(got) != 3 { // it is 09:00, and the note of 09:01 is not a day old
			t.Errorf("its own note counts as having moved the record: %v", got)
		}
	})
}

func TestATrialTellsWhatWouldHaveHappened(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := newCity(t, db)
		i, j := c.open("mail"), c.open("printer")
		edit := func(n record.Number, field, was, now string) {
			t.Helper()
			c.now = c.now.Add(time.Hour)
			if _, err := c.desk.Edit(t.Context(), c.anna, n, []record.Change{{Field: field, Was: was, Now: now}}, record.Input{}); err != nil {
				t.Fatal(err)
			}
		}
		edit(i.Number, "outside", "", "P-1")
		edit(i.Number, "outside", "P-1", "P-2")
		edit(j.Number, "outside", "", "P-2")
		c.now = c.now.Add(48 * time.Hour)
		try := func(r rule.Rule) rule.Trial {
			t.Helper()
			r.Practice = record.Incident
			out, err := c.engine.Try(t.Context(), c.anna, r, "en")
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		out := try(onDeed("outside:P-1", []record.Action{set("outside", "P-9"), note("x")}, "edit"))
		if out.Deeds != 3 || out.Held != 1 || len(out.Would) != 1 || out.Records != 2 || out.Cut != rule.Whole {
			t.Fatalf("%+v", out)
		}
		if w := out.Would[0]; w.Row.Number != i.Number || w.Changes[0] != (record.Change{Field: "outside", Was: "P-1", Now: "P-9"}) || w.Changes[1].Field != "note" {
			t.Errorf("%+v", w)
		}
		if out := try(onDeed("outside:none", nil, "open")); out.Held != 2 {
			t.Errorf("when they were opened neither had a number: %+v", out)
		}
		if out := try(rule.Rule{When: rule.InState, State: "new", Hours: 5}); out.Held != 2 {
			t.Errorf("both stayed new: %+v", out)
		}
		if out := try(rule.Rule{When: rule.Daily, At: "09:00", If: "moved:<now-1d", Then: []record.Action{note("x")}}); out.Held != 2 {
			t.Errorf("once a day, and the note moves the record: %+v", out)
		}
		if n := len(c.past(i)); n != 3 {
			t.Errorf("a trial left %d entries", n)
		}
		blind := c.anna
		blind.Scope = people.Scope{Own: 99, AllZones: true}
		seen, err := c.engine.Try(t.Context(), blind, rule.Rule{Practice: record.Incident, When: rule.OnDeed, Deeds: []string{"open"}}, "en")
		if err != nil || seen.Records != 0 {
			t.Errorf("who sees no record is told of %d, %v", seen.Records, err)
		}
		blind.Grants = people.NewGrants("incident.*")
		if _, err := c.engine.Try(t.Context(), blind, rule.Rule{Practice: record.Incident}, "en"); !fault.Is(err, fault.Denied) {
			t.Errorf("who makes no rules tries them out: %v", err)
		}
	})
}

// Whatever rules there are and whatever they set off in each other, a deed
// leads to an end, and no rule fires twice for one entry.
func TestRulesComeToAnEnd(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := newCity(t, db)
		checks := 12
		if testing.Short() {
			checks = 4
		}
		for seed := range checks {
			rules := rapid.Custom(func(t *rapid.T) []rule.Rule {
				action := rapid.Custom(func(t *rapid.T) record.Action {
					return rapid.SampledFrom([]record.Action{
						note("n"), set("outside", "a"), set("outside", "b"), set("room", "1"), set("room", ""),
						{Do: record.AddJob, Text: people.Text{En: "t"}},
						{Do: record.Notify, To: record.ToTeam, Team: c.network, Text: people.Text{En: "n"}},
						{Do: record.Assign, Team: c.network},
						set("priority", "1"),
					}).Draw(t, "action")
				})
				return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) rule.Rule {
					deeds := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"open", "edit", "note", "tell", "task_add", "assign"}), 1, 4, rapid.ID[string]).Draw(t, "deeds")
					text := rapid.SampledFrom([]string{"", "", "outside:a", "-outside:a", "room:none"}).Draw(t, "if")
					return onDeed(text, rapid.SliceOfN(action, 1, 2).Draw(t, "then"), deeds...)
				}), 1, 4).Draw(t, "rules")
			}).Example(seed)
			for n := range 4 {
				r := rule.Rule{When: rule.Daily, At: "23:59", Then: []record.Action{note("idle")}}
				if n < len(rules) {
					r = rules[n]
				}
				c.rule(fmt.Sprint("r", n), r)
			}
			i := c.open("x")
			_, entries := c.relay()
			// Four rules of two actions on each of the entries of a round, three rounds.
			if most := 1 + 8 + 8*8 + 8*8*8; entries > most {
				t.Errorf("seed %d: %d entries", seed, entries)
			}
			runs, _ := c.trace(i)
			once := map[string]bool{}
			for _, r := range runs {
				key := fmt.Sprint(r.Rule, r.Cause)
				if once[key] {
					t.Errorf("seed %d: rule %d fired twice for %s", seed, r.Rule, r.Cause)
				}
				once[key] = true
				if r.Depth > rule.MaxDepth {
					t.Errorf("seed %d: depth %d", seed, r.Depth)
				}
			}
		}
	})
}
