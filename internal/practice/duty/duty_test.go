package duty_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/duty"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// post is a centre with one team that keeps watch by day and by night.
type post struct {
	*duty.Room
	t              *testing.T
	now            time.Time
	team           people.TeamID
	ann, bo, other people.Actor
}

var grants = people.NewGrants("duty.read", "duty.work", "duty.export")

func open(t *testing.T, db *store.DB) *post {
	t.Helper()
	p := &post{t: t, now: time.Date(2026, 11, 27, 2, 0, 0, 0, time.UTC)} // Friday, 10 in the morning in Shanghai
	person := func(name string) people.Actor {
		one := people.Person{Code: strings.ToLower(name), Name: name, Staff: true, Changed: p.now}
		if err := db.SavePerson(t.Context(), &one); err != nil {
			t.Fatal(err)
		}
		return people.Actor{ID: one.ID, Name: name, Staff: true, Lang: "en", Grants: grants}
	}
	p.ann, p.bo, p.other = person("Ann"), person("Bo"), person("Other")
	keeper := &setting.Keeper{Store: db.Settings()}
	if err := keeper.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	team := setting.Thing{Kind: setting.Team, Code: "net", Name: people.Text{En: "Network"}, Changed: p.now.AddDate(0, -1, 0)}
	doc := people.Team{Members: []people.ID{p.ann.ID, p.bo.ID}, Rota: people.Rota{Weekly: []people.Shift{
		{From: "08:30", To: "18:00", Who: []people.ID{p.ann.ID}}, {From: "18:00", To: "08:30", Who: []people.ID{p.bo.ID}},
	}}}
	if err := setting.Write(&team, doc); err != nil {
		t.Fatal(err)
	}
	if err := keeper.Save(t.Context(), &team); err != nil {
		t.Fatal(err)
	}
	p.team = people.TeamID(team.ID)
	p.ann.Teams, p.bo.Teams = []people.TeamID{p.team}, []people.TeamID{p.team}
	p.other.Scope = people.Everything()
	p.Room = &duty.Room{Store: db.Duty(), Settings: keeper.All, Ledger: db.Ledger(), Operations: db.Operations(), Now: func() time.Time { return p.now }}
	p.make()
	return p
}

func (p *post) make() {
	p.t.Helper()
	if err := p.Make(p.t.Context(), p.now); err != nil {
		p.t.Fatal(err)
	}
}

// running is the shift that runs now.
func (p *post) running() *duty.Shift {
	p.t.Helper()
	all, err := p.List(p.t.Context(), p.ann, duty.Query{From: p.now, To: p.now, Limit: 5})
	if err != nil || len(all) != 1 {
		p.t.Fatalf("%d shifts run: %v", len(all), err)
	}
	return &all[0]
}

func (p *post) book(by people.Actor, id int64) *duty.Book {
	p.t.Helper()
	b, err := p.Read(p.t.Context(), by, id)
	if err != nil {
		p.t.Fatal(err)
	}
	return b
}

func (p *post) write(by people.Actor, id int64, in duty.Typed) *duty.Entry {
	p.t.Helper()
	e, err := p.Write(p.t.Context(), by, id, in)
	if err != nil {
		p.t.Fatal(err)
	}
	return e
}

func key(err error) string {
	var out []string
	for _, f := range fault.All(err) {
		out = append(out, strings.TrimSpace(f.Field+" "+f.Key))
	}
	return strings.Join(out, "; ")
}

func (p *post) refused(err error, want string) {
	p.t.Helper()
	if got := key(err); got != want {
		p.t.Errorf("refused with %q (%v), want %q", got, err, want)
	}
}

// Shifts come from the team's duty calendar, each once, the next one an hour
// before it begins.
func TestShiftsComeFromTheCalendar(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := open(t, db)
		p.make()
		p.now = p.now.Add(7*time.Hour + 30*time.Minute) // half past five
		p.make()
		all, err := p.List(t.Context(), p.ann, duty.Query{Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range all {
			got = append(got, fmt.Sprintf("%s-%s %d %s", s.From.Format("02T15:04"), s.To.Format("02T15:04"), s.Who[0], s.State))
		}
		want := fmt.Sprintf("[27T10:00-28T00:30 %d running 27T00:30-27T10:00 %d running]", p.bo.ID, p.ann.ID)
		if fmt.Sprint(got) != want {
			t.Errorf("shifts: %v, want %s", got, want)
		}
	})
}

// A correction takes the place of an entry; the first text stays. An open
// matter goes from hand-over to hand-over until it is closed with a result.
func TestAShiftIsWrittenAndHandedOver(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p, ctx := open(t, db), t.Context()
		day := p.running()
		first := p.write(p.ann, day.ID, duty.Typed{Kind: duty.Observation, Text: "备用链路丢包", Stay: true})
		fixed, err := p.Correct(ctx, p.ann, day.ID, first.ID, "备用链路丢包 0.3%")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Correct(ctx, p.ann, day.ID, first.ID, "备用链路丢包 0.4%"); err != nil { // by the id of the first text
			t.Fatal(err)
		}
		b := p.book(p.ann, day.ID)
		if len(b.Told) != 1 || b.Told[0].Text != "备用链路丢包 0.4%" || len(b.Told[0].Before) != 2 || b.Told[0].Before[0].Text != "备用链路丢包" || b.Told[0].Before[1].ID != fixed.ID {
			t.Errorf("told: %+v", b.Told)
		}
		if len(b.Open) != 1 || b.Open[0].Text != "备用链路丢包 0.4%" {
			t.Errorf("open: %+v", b.Open)
		}
		p.now = p.now.Add(7*time.Hour + 50*time.Minute)
		p.make()
		if _, err := p.Give(ctx, p.ann, day.ID, "One thing is open."); err != nil {
			t.Fatal(err)
		}
		_, err = p.Accept(ctx, p.ann, day.ID, p.book(p.ann, day.ID).Version, "")
		p.refused(err, "watch.not_from_yourself")
		_, err = p.Accept(ctx, p.bo, day.ID, day.Version, "")
		p.refused(err, "watch.read_again")
		_, err = p.Decline(ctx, p.bo, day.ID, " ")
		p.refused(err, "why record.required")
		if _, err := p.Decline(ctx, p.bo, day.ID, "Which link?"); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Give(ctx, p.ann, day.ID, "The link to the hall is lossy."); err != nil {
			t.Fatal(err)
		}
		p.write(p.ann, day.ID, duty.Typed{Kind: duty.Call, Text: "The carrier called back."}) // until it is accepted
		if _, err := p.Accept(ctx, p.bo, day.ID, p.book(p.bo, day.ID).Version, "Read."); err != nil {
			t.Fatal(err)
		}
		b = p.book(p.bo, day.ID)
		if b.State != duty.Closed || len(b.Handovers) != 2 || b.Handovers[0].Verdict != duty.Refused || b.Handovers[0].Answer != "Which link?" || b.Handovers[1].AnsweredBy != p.bo.ID || b.Handovers[1].GivenBy != p.ann.ID {
			t.Errorf("handed over: %+v", b)
		}
		if n := len(b.Handovers[1].Lines); n != 1 || b.Handovers[1].Lines[0].What != duty.IsMatter {
			t.Errorf("lines: %+v", b.Handovers[1].Lines)
		}
		for name, do := range map[string]func() error{
			"write": func() error {
				_, err := p.Write(ctx, p.ann, day.ID, duty.Typed{Kind: duty.Call, Text: "late"})
				return err
			},
			"correct": func() error { _, err := p.Correct(ctx, p.ann, day.ID, first.ID, "late"); return err },
			"settle":  func() error { _, err := p.Settle(ctx, p.ann, day.ID, b.Open[0].ID, "late"); return err },
			"give":    func() error { _, err := p.Give(ctx, p.ann, day.ID, "late"); return err },
		} {
			if got := key(do()); got != "watch.frozen" {
				t.Errorf("%s in a frozen shift: %q", name, got)
			}
		}
		p.nightSettles(b)
	})
}

// nightSettles closes in the night what came up by day.
func (p *post) nightSettles(day *duty.Book) {
	p.t.Helper()
	ctx := p.t.Context()
	p.now = p.now.Add(time.Hour)
	night := p.running()
	b := p.book(p.bo, night.ID)
	if night.Who[0] != p.bo.ID || len(b.Open) != 1 || b.Open[0].Carried != 1 {
		p.t.Fatalf("the night: %+v", b)
	}
	_, err := p.Settle(ctx, p.bo, night.ID, b.Open[0].ID, "")
	p.refused(err, "result record.required")
	if _, err := p.Settle(ctx, p.bo, night.ID, b.Open[0].ID, "The module was changed."); err != nil {
		p.t.Fatal(err)
	}
	_, err = p.Settle(ctx, p.bo, night.ID, b.Open[0].ID, "Again.")
	p.refused(err, "watch.settled")
	if b = p.book(p.bo, night.ID); len(b.Open) != 0 || len(b.Settled) != 1 || b.Settled[0].Shift != day.ID || b.Told[0].Kind != duty.Result {
		p.t.Errorf("settled: %+v", b)
	}
}

// Who is not of the team reads nothing without the grant to oversee the watch,
// and writes nothing with it.
func TestALogIsOfItsTeam(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p, ctx := open(t, db), t.Context()
		day := p.running()
		p.write(p.ann, day.ID, duty.Typed{Kind: duty.Call, Text: "Inside"})
		_, err := p.Read(ctx, p.other, day.ID)
		p.refused(err, "watch.no_such_shift")
		for name, got := range map[string]func() (int, error){
			"shifts":  func() (int, error) { all, err := p.List(ctx, p.other, duty.Query{Limit: 9}); return len(all), err },
			"entries": func() (int, error) { all, err := p.Search(ctx, p.other, duty.Search{Limit: 9}); return len(all), err },
			"matters": func() (int, error) { all, err := p.OpenMatters(ctx, p.other); return len(all), err },
		} {
			if n, err := got(); n != 0 || err != nil {
				t.Errorf("%d %s of another team: %v", n, name, err)
			}
		}
		p.other.Grants = people.NewGrants("duty.*")
		if b := p.book(p.other, day.ID); len(b.Told) != 1 {
			t.Errorf("overseen: %+v", b)
		}
		_, err = p.Write(ctx, p.other, day.ID, duty.Typed{Kind: duty.Call, Text: "x"})
		p.refused(err, "watch.not_your_team")
		p.ann.Grants = people.NewGrants("duty.read")
		_, err = p.Write(ctx, p.ann, day.ID, duty.Typed{Kind: duty.Call, Text: "x"})
		p.refused(err, "people.not_granted")
	})
}

// What is typed is checked at its field; words are found in either language.
func TestEntriesAreCheckedAndFound(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p, ctx := open(t, db), t.Context()
		day := p.running()
		for want, in := range map[string]duty.Typed{
			"text record.required":     {Kind: duty.Call},
			"kind record.not_a_choice": {Kind: duty.Accept, Text: "x"},
			"at watch.in_future":       {Kind: duty.Call, Text: "x", At: p.now.Add(time.Hour)},
			"at watch.not_in_shift":    {Kind: duty.Call, Text: "x", At: p.now.AddDate(0, 0, -3)},
			"text record.too_long":     {Kind: duty.Call, Text: strings.Repeat("长", duty.MostText+1)},
			"refs watch.no_such_ref":   {Kind: duty.Call, Text: "x", Refs: "INC-2026-00001"},
		} {
			_, err := p.Write(ctx, p.ann, day.ID, in)
			p.refused(err, want)
		}
		p.write(p.ann, day.ID, duty.Typed{Kind: duty.Observation, Text: "核心交换机 SW-3 告警 100%_x"})
		for words, want := range map[string]int{"交换机": 1, "sw-3 告警": 1, "路由器": 0, "100%_": 1, "1__%": 0} {
			all, err := p.Search(ctx, p.ann, duty.Search{Words: strings.Fields(words), From: p.now.Add(-time.Hour), To: p.now.Add(time.Hour), Limit: 9})
			if err != nil || len(all) != want {
				t.Errorf("%q finds %d, want %d (%v)", words, len(all), want, err)
			}
		}
		if _, err := p.Open(ctx, p.ann, duty.Plan{Team: p.team, From: day.From, To: day.To}); key(err) != "watch.there_already" {
			t.Errorf("opened twice: %v", err)
		}
		_, err := p.Open(ctx, p.ann, duty.Plan{Team: p.team + 1, From: p.now, To: p.now.Add(time.Hour)})
		p.refused(err, "team watch.team_of_yours")
		_, err = p.Open(ctx, p.ann, duty.Plan{Team: p.team, From: p.now, To: p.now.Add(50 * time.Hour), Who: []people.ID{p.other.ID}})
		p.refused(err, "to watch.too_long; who watch.who_of_team")
		if _, err := p.Open(ctx, p.ann, duty.Plan{Team: p.team, From: p.now, To: p.now.Add(time.Hour)}); err != nil {
			t.Error(err)
		}
	})
}

// Of many who write at once nobody's entry is lost.
func TestNoEntryIsLost(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := open(t, db)
		day := p.running()
		var wg sync.WaitGroup
		for i := range 12 {
			wg.Go(func() {
				by := []people.Actor{p.ann, p.bo}[i%2]
				if _, err := p.Write(context.WithoutCancel(t.Context()), by, day.ID, duty.Typed{Kind: duty.Call, Text: fmt.Sprint("call ", i)}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if b := p.book(p.ann, day.ID); len(b.Told) != 12 {
			t.Errorf("%d entries of 12", len(b.Told))
		}
	})
}
