package operation_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"kilter/internal/base/calendar"
	"kilter/internal/base/fault"
	"kilter/internal/base/recur"
	"kilter/internal/practice/operation"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// hall is a centre with one daily inspection, at 9 in Shanghai on working days.
type hall struct {
	*operation.Room
	t    *testing.T
	now  time.Time
	plan setting.Thing
	ann  people.Actor
}

func keys(err error) []string {
	var out []string
	for _, f := range fault.All(err) {
		out = append(out, f.Field+" "+f.Key)
	}
	return out
}

var inspection = operation.Plan{
	Kind: operation.Inspection, Rule: "FREQ=DAILY", From: "2026-11-01", Time: "09:00", Shift: recur.Skip, Target: 60, Team: 1, Network: 5,
	Lines: []operation.Line{{Text: people.Text{En: "Temperature"}, Expect: people.Text{En: "18 to 27"}}, {Text: people.Text{En: "Fire alarm"}}},
}

func open(t *testing.T, db *store.DB) *hall {
	t.Helper()
	h := &hall{t: t, now: time.Date(2026, 11, 26, 23, 0, 0, 0, time.UTC)} // Friday 27 November, 7 in the morning
	h.plan = setting.Thing{Kind: setting.Operation, Code: "room", Name: people.Text{En: "Machine room", Zh: "机房"}, Changed: h.now.AddDate(0, -1, 0)}
	if err := setting.Write(&h.plan, inspection); err != nil {
		t.Fatal(err)
	}
	keeper := &setting.Keeper{Store: db.Settings()}
	if err := keeper.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := keeper.Save(t.Context(), &h.plan); err != nil {
		t.Fatal(err)
	}
	ann := people.Person{Code: "ann", Name: "Ann", Staff: true, Changed: h.now}
	if err := db.SavePerson(t.Context(), &ann); err != nil {
		t.Fatal(err)
	}
	week, err := calendar.New(calendar.Spec{Name: "office", Zone: "Asia/Shanghai", Week: calendar.EveryDay([]string{"mon", "tue", "wed", "thu", "fri"}, calendar.Interval{"09:00", "17:00"})})
	if err != nil {
		t.Fatal(err)
	}
	h.ann = people.Actor{ID: ann.ID, Name: "Ann", Staff: true, Lang: "en", Grants: people.NewGrants("operation.read", "operation.work"), Scope: people.Everything()}
	h.Room = &operation.Room{
		Store: db.Operations(), Settings: keeper.All, Calendar: func(int64) *calendar.Calendar { return week }, Now: func() time.Time { return h.now }, Together: db.Together,
		Raise: func(context.Context, people.Actor, *operation.Run) (string, error) { return "INC-2026-00001", nil },
	}
	return h
}

func (h *hall) runs(by people.Actor, q operation.Query) []operation.Run {
	h.t.Helper()
	q.Limit = 50
	all, err := h.List(h.t.Context(), by, q)
	if err != nil {
		h.t.Fatal(err)
	}
	return all
}

// Runs are made once whichever node makes them, and only for days that are
// worked on; one that nobody did is missed, and can still be done, late.
func TestRunsAreMadeOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := open(t, db)
		done := make(chan error, 4)
		for range 4 { // as many nodes
			go func() { done <- h.Make(t.Context(), h.now) }()
		}
		for range 4 {
			if err := <-done; err != nil {
				t.Fatal(err)
			}
		}
		all := h.runs(h.ann, operation.Query{})
		var days []string
		for _, r := range all {
			days = append(days, r.At.Format("01-02 15:04")+" "+string(r.State))
		}
		// Saturday is no working day; the three days before are made up for.
		if want := []string{"11-27 01:00 due", "11-26 01:00 missed", "11-25 01:00 missed", "11-24 01:00 missed"}; !slices.Equal(days, want) {
			t.Errorf("got %q, want %q", days, want)
		}
		if today := h.runs(h.ann, operation.Query{Open: true, Teams: []people.TeamID{1}, To: h.now.AddDate(0, 0, 1)}); len(today) != 4 {
			t.Errorf("%d runs of today and before", len(today))
		}
		if other := h.runs(h.ann, operation.Query{Open: true, Teams: []people.TeamID{2}}); len(other) != 0 {
			t.Errorf("%d runs of another team", len(other))
		}
		stranger := h.ann
		stranger.Scope = people.Scope{All: true, Cleared: []people.ZoneID{4}}
		if seen := h.runs(stranger, operation.Query{}); len(seen) != 0 {
			t.Errorf("runs of a network that he is not cleared for: %d", len(seen))
		}
		if _, err := h.Read(t.Context(), stranger, all[0].ID); !fault.Is(err, fault.Missing) {
			t.Errorf("a run of a foreign network: %v", err)
		}
		if _, _, _, err := h.Preview(t.Context(), stranger, h.plan.ID); !fault.Is(err, fault.Missing) {
			t.Errorf("a plan of a foreign network: %v", err)
		}
		h.now = h.now.Add(4 * time.Hour)
		if err := h.Make(t.Context(), h.now); err != nil {
			t.Fatal(err)
		}
		late, err := h.Finish(t.Context(), h.ann, all[0].ID, operation.Found{Verdicts: []operation.Verdict{"ok", "ok"}})
		if err != nil || late.State != operation.Done || !late.Late(h.now) {
			t.Errorf("done late: %v, %+v", err, late)
		}
	})
}

// A run is finished line by line; what deviates becomes an incident, once.
func TestARunIsCarriedOut(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := open(t, db)
		ctx := t.Context()
		if err := h.Make(ctx, h.now); err != nil {
			t.Fatal(err)
		}
		run := h.runs(h.ann, operation.Query{})[0]
		reader := h.ann
		reader.Grants = people.NewGrants("operation.read")
		if _, err := h.Take(ctx, reader, run.ID); !fault.Is(err, fault.Denied) {
			t.Errorf("taken by whoever may only read: %v", err)
		}
		if got, err := h.Take(ctx, h.ann, run.ID); err != nil || got.Owner != h.ann.ID {
			t.Fatalf("taken: %v, %+v", err, got)
		}
		_, err := h.Finish(ctx, h.ann, run.ID, operation.Found{Verdicts: []operation.Verdict{operation.Deviant}})
		if got := keys(err); !slices.Equal(got, []string{"note.0 operation.say_what", "line.1 operation.line_open"}) {
			t.Errorf("half done: %q", got)
		}
		if _, err := h.Finish(ctx, h.ann, run.ID, operation.Found{Version: 99}); !fault.Is(err, fault.Stale) {
			t.Errorf("of another version: %v", err)
		}
		if _, err := h.Report(ctx, h.ann, run.ID); !fault.Is(err, fault.Conflict) {
			t.Errorf("reported before anything was found: %v", err)
		}
		got, err := h.Finish(ctx, h.ann, run.ID, operation.Found{Verdicts: []operation.Verdict{operation.Deviant, operation.AsItIs}, Notes: []string{"31 degrees", ""}, Note: "fan"})
		if err != nil || got.State != operation.Done || got.Deviations() != 1 || got.EndedBy != h.ann.ID || got.Late(h.now) {
			t.Fatalf("finished: %v, %+v", err, got)
		}
		if _, err := h.Leave(ctx, h.ann, run.ID, "x"); !fault.Is(err, fault.Conflict) {
			t.Errorf("skipped after it was done: %v", err)
		}
		if got, err = h.Report(ctx, h.ann, run.ID); err != nil || got.Incident != "INC-2026-00001" || !slices.Equal(got.Texts("en"), []string{"Temperature: 31 degrees"}) {
			t.Errorf("reported: %v, %+v", err, got)
		}
		if _, err := h.Report(ctx, h.ann, run.ID); !fault.Is(err, fault.Conflict) {
			t.Errorf("reported twice: %v", err)
		}
		if kept, err := h.Read(ctx, h.ann, run.ID); err != nil || kept.Incident != "INC-2026-00001" || kept.Results[0].Note != "31 degrees" || kept.Note != "fan" {
			t.Errorf("kept: %v, %+v", err, kept)
		}
		other := h.runs(h.ann, operation.Query{})[1]
		if _, err := h.Leave(ctx, h.ann, other.ID, " "); !slices.Equal(keys(err), []string{"why record.required"}) {
			t.Errorf("skipped without a reason: %v", err)
		}
		if got, err := h.Leave(ctx, h.ann, other.ID, "power was off"); err != nil || got.State != operation.Skipped || got.Why != "power was off" {
			t.Errorf("skipped: %v, %+v", err, got)
		}
	})
}

func TestPlansThatAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		with func(*operation.Plan)
		want []string
	}{
		{"a good one", func(*operation.Plan) {}, nil},
		{"a rule that is none", func(p *operation.Plan) { p.Rule = "often" }, []string{"rule recur.bad_rule"}},
		{"every hour", func(p *operation.Plan) { p.Rule = "FREQ=HOURLY" }, []string{"rule recur.too_often"}},
		{"a time that is none", func(p *operation.Plan) { p.Time = "9" }, []string{"time operation.not_a_time"}},
		{"a day that is none", func(p *operation.Plan) { p.From = "soon" }, []string{"from operation.not_a_time"}},
		{"a place that is none", func(p *operation.Plan) { p.Zone = "Moon/Sea" }, []string{"time_zone calendar.bad_zone"}},
		{"a line without text", func(p *operation.Plan) { p.Lines = []operation.Line{{}} }, []string{"lines_en operation.line_without_text"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := inspection
			c.with(&p)
			if got := keys(p.Check()); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// A plan names items by their codes; one that its writer does not see is
// refused, what stood there before may stay.
func TestAPlanNamesItems(t *testing.T) {
	t.Parallel()
	plan := func(items string) *setting.Thing {
		thing := &setting.Thing{ID: 1, Kind: setting.Operation}
		p := inspection
		p.Items = items
		if err := setting.Write(thing, p); err != nil {
			t.Fatal(err)
		}
		return thing
	}
	r := &operation.Room{Find: func(_ context.Context, _ people.Actor, codes ...string) (out []operation.Item, _ error) {
		for _, code := range codes {
			if code == "UPS-1" {
				out = append(out, operation.Item{ID: 7, Code: code})
			}
		}
		return out, nil
	}}
	for _, c := range []struct {
		name     string
		now, was *setting.Thing
		want     []string
	}{
		{"none", plan(""), nil, nil},
		{"seen", plan("UPS-1, UPS-1"), nil, nil},
		{"unseen", plan("UPS-1，UPS-2 UPS-3"), nil, []string{"items operation.no_such_item", "items operation.no_such_item"}},
		{"was there before", plan("UPS-1 UPS-2"), plan("UPS-2"), nil},
		{"of another kind", &setting.Thing{Kind: setting.Team}, nil, nil},
	} {
		if got := keys(r.Vet(t.Context(), people.Actor{}, c.now, c.was)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// BenchmarkMake plans 300 operations of every rhythm a day and a half ahead,
// and keeps what is new: what the duty does every minute.
func BenchmarkMake(b *testing.B) {
	db := storetest.Open(b, "sqlite")
	keeper := &setting.Keeper{Store: db.Settings()}
	if err := keeper.Refresh(b.Context()); err != nil {
		b.Fatal(err)
	}
	now := time.Date(2026, 11, 26, 23, 0, 0, 0, time.UTC)
	rules := []string{"FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=MONTHLY;BYMONTHDAY=1", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=YEARLY"}
	for n := range 300 {
		t := setting.Thing{Kind: setting.Operation, Code: fmt.Sprint("plan-", n), Name: people.Text{En: fmt.Sprint("Plan ", n)}, Changed: now.AddDate(-1, 0, 0)}
		p := inspection
		p.Rule, p.From = rules[n%len(rules)], "2024-01-01"
		if err := setting.Write(&t, p); err != nil {
			b.Fatal(err)
		}
		if err := keeper.Save(b.Context(), &t); err != nil {
			b.Fatal(err)
		}
	}
	week, err := calendar.New(calendar.Spec{Name: "office", Zone: "Asia/Shanghai", Week: calendar.EveryDay([]string{"mon", "tue", "wed", "thu", "fri"}, calendar.Interval{"09:00", "17:00"})})
	if err != nil {
		b.Fatal(err)
	}
	r := &operation.Room{Store: db.Operations(), Settings: keeper.All, Calendar: func(int64) *calendar.Calendar { return week }, Now: func() time.Time { return now }, Together: db.Together}
	for b.Loop() {
		if err := r.Make(b.Context(), now); err != nil {
			b.Fatal(err)
		}
	}
}
