package sla

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kilter/internal/base/calendar"
	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
)

var china = func() *time.Location {
	z, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err)
	}
	return z
}()

// at reads "03-02 09:00" as a moment of 2026 in Shanghai. 2 March is a Monday.
func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", "2026-"+s, china)
	if err != nil {
		panic(err)
	}
	return t
}

func show(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.In(china).Format("01-02 15:04")
}

func book(tb testing.TB, agreements ...Agreement) *Book {
	tb.Helper()
	cals := map[int64]*calendar.Calendar{}
	for _, s := range StandardCalendars() {
		c, err := calendar.New(s.Spec)
		if err != nil {
			tb.Fatalf("%s: %v", s.Code, err)
		}
		cals[s.ID] = c
	}
	b, err := NewBook(cals, agreements)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// terms are those of the standard agreement.
func terms(tb testing.TB, priority int) []Term {
	tb.Helper()
	got, _ := book(tb, Standard()).Terms(1, priority, at("03-02 09:00"))
	if len(got) == 0 {
		tb.Fatalf("no terms for priority %d", priority)
	}
	return got
}

func fact(when string, p flow.Pace) Fact { return Fact{At: at(when), Pace: p} }
func wait(when, reason string) Fact      { return Fact{At: at(when), Pace: flow.Pause, Reason: reason} }
func told(when string, p flow.Pace) Fact { return Fact{At: at(when), Pace: p, Told: true} }

// line says what matters of a clock in one line.
func line(c Clock) string {
	s := fmt.Sprintf("%s %s spent %v due %s stopped %s", c.Name, c.State, c.Spent, show(c.Due), show(c.Stopped))
	if !c.Broke.IsZero() {
		s += " broke " + show(c.Broke)
	}
	if c.Misses > 0 {
		s += fmt.Sprintf(" misses %d", c.Misses)
	}
	return s
}

func TestClocksOfALife(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		name     string
		priority int
		facts    []Fact
		want     []string
	}{
		{"nobody has responded yet", 3, []Fact{fact("03-02 09:00", flow.Wait)}, []string{
			"respond running spent 0s due 03-02 09:30 stopped -", "resolve running spent 0s due 03-03 09:30 stopped -",
		}},
		{"opened at night, the clock waits for opening time", 3, []Fact{fact("03-01 22:00", flow.Wait)}, []string{
			"respond running spent 0s due 03-02 09:00 stopped -", "resolve running spent 0s due 03-03 09:00 stopped -",
		}},
		{"priority 1 does not wait for opening time", 1, []Fact{fact("03-01 22:00", flow.Wait)}, []string{
			"respond running spent 0s due 03-01 22:10 stopped -", "update running spent 0s due 03-01 22:30 stopped -", "resolve running spent 0s due 03-02 00:00 stopped -",
		}},
		{"assigned is not yet a response", 3, []Fact{fact("03-02 09:00", flow.Wait), fact("03-02 09:05", flow.Wait), fact("03-02 09:20", flow.Work)}, []string{
			"respond met spent 20m0s due - stopped 03-02 09:20", "resolve running spent 0s due 03-03 09:30 stopped -",
		}},
		{"response too late", 3, []Fact{fact("03-02 09:00", flow.Wait), fact("03-02 09:31", flow.Work)}, []string{
			"respond missed spent 31m0s due - stopped 03-02 09:31 broke 03-02 09:30", "resolve running spent 0s due 03-03 09:30 stopped -",
		}},
		{"response at the last moment is in time", 3, []Fact{fact("03-02 09:00", flow.Wait), fact("03-02 09:30", flow.Work)}, []string{
			"respond met spent 30m0s due - stopped 03-02 09:30", "resolve running spent 0s due 03-03 09:30 stopped -",
		}},
		{"waiting for the user stops the resolution clock", 3, []Fact{fact("03-02 09:00", flow.Work), wait("03-02 10:00", "user")}, []string{
			"respond met spent 0s due - stopped 03-02 09:00", "resolve paused spent 1h0m0s due - stopped -",
		}},
		{"and it goes on with what remained", 3, []Fact{fact("03-02 09:00", flow.Work), wait("03-02 10:00", "user"), fact("03-04 10:00", flow.Work)}, []string{
			"respond met spent 0s due - stopped 03-02 09:00", "resolve running spent 1h0m0s due 03-05 09:30 stopped -",
		}},
		{"waiting for a supplier does not", 3, []Fact{fact("03-02 09:00", flow.Work), wait("03-02 10:00", "supplier"), fact("03-04 10:00", flow.Work)}, []string{
			"respond met spent 0s due - stopped 03-02 09:00", "resolve running spent 0s due 03-03 09:30 stopped -",
		}},
		{"the reason changes from user to supplier: it goes on", 3, []Fact{fact("03-02 09:00", flow.Work), wait("03-02 10:00", "user"), wait("03-02 11:00", "supplier")}, []string{
			"respond met spent 0s due - stopped 03-02 09:00", "resolve running spent 1h0m0s due 03-03 10:30 stopped -",
		}},
		{"resolved in time", 3, []Fact{fact("03-02 09:00", flow.Work), fact("03-02 15:00", flow.Stop), fact("03-05 15:00", flow.Stop)}, []string{
			"respond met spent 0s due - stopped 03-02 09:00", "resolve met spent 4h0m0s due - stopped 03-02 15:00",
		}},
		{"resolved too late", 3, []Fact{fact("03-02 09:00", flow.Work), fact("03-03 10:00", flow.Stop)}, []string{
			"respond met spent 0s due - stopped 03-02 09:00", "resolve missed spent 8h30m0s due - stopped 03-03 10:00 broke 03-03 09:30",
		}},
		{"reopened: the remaining four hours", 3, []Fact{fact("03-02 09:00", flow.Work), fact("03-02 15:00", flow.Stop), fact("03-04 09:00", flow.Work)}, []string{
			"respond met spent 0s due - stopped 03-02 09:00", "resolve running spent 4h0m0s due 03-04 15:00 stopped -",
		}},
		{"reopened after a breach: due when it was", 3, []Fact{fact("03-02 09:00", flow.Work), fact("03-03 10:00", flow.Stop), fact("03-04 09:00", flow.Work)}, []string{
			"respond met spent 0s due - stopped 03-02 09:00", "resolve running spent 8h30m0s due 03-03 09:30 stopped - broke 03-03 09:30",
		}},
		{"cancelled before anybody came", 3, []Fact{fact("03-02 09:00", flow.Wait), fact("03-02 09:10", flow.Stop)}, []string{
			"respond met spent 10m0s due - stopped 03-02 09:10", "resolve met spent 10m0s due - stopped 03-02 09:10",
		}},
		{"imported when it was over", 3, []Fact{fact("03-02 09:00", flow.Stop)}, []string{
			"respond met spent 0s due - stopped 03-02 09:00", "resolve met spent 0s due - stopped 03-02 09:00",
		}},
		{"every word to the user restarts the update clock", 1, []Fact{fact("03-02 09:00", flow.Work), told("03-02 09:20", ""), told("03-02 09:45", "")}, []string{
			"respond met spent 0s due - stopped 03-02 09:00", "update running spent 0s due 03-02 10:15 stopped -", "resolve running spent 0s due 03-02 11:00 stopped -",
		}},
		{"one update too late is remembered", 1, []Fact{fact("03-02 09:00", flow.Work), told("03-02 09:40", ""), fact("03-02 09:50", flow.Stop)}, []string{
			"respond met spent 0s due - stopped 03-02 09:00", "update missed spent 10m0s due - stopped 03-02 09:50 misses 1", "resolve met spent 50m0s due - stopped 03-02 09:50",
		}},
		{"resolving is an update, too late as well", 1, []Fact{fact("03-02 09:00", flow.Work), told("03-02 09:40", flow.Stop)}, []string{
			"respond met spent 0s due - stopped 03-02 09:00", "update missed spent 40m0s due - stopped 03-02 09:40 broke 03-02 09:30 misses 1", "resolve met spent 40m0s due - stopped 03-02 09:40",
		}},
		{"reopened: a whole new update interval", 1, []Fact{fact("03-02 09:00", flow.Work), fact("03-02 09:20", flow.Stop), fact("03-02 10:00", flow.Work)}, []string{
			"respond met spent 0s due - stopped 03-02 09:00", "update running spent 0s due 03-02 10:30 stopped -", "resolve running spent 20m0s due 03-02 11:40 stopped -",
		}},
		{"told while waiting for the user: full interval, resting", 1, []Fact{fact("03-02 09:00", flow.Work), wait("03-02 09:20", "user"), told("03-02 09:30", "")}, []string{
			"respond met spent 0s due - stopped 03-02 09:00", "update paused spent 0s due - stopped -", "resolve paused spent 20m0s due - stopped -",
		}},
		{"over the Spring Festival with its make-up Saturday", 3, []Fact{fact("02-13 17:00", flow.Work)}, []string{
			"respond met spent 0s due - stopped 02-13 17:00", "resolve running spent 0s due 02-14 17:30 stopped -",
		}},
		{"in at the end of the make-up Saturday", 3, []Fact{fact("02-14 17:30", flow.Work)}, []string{
			"respond met spent 0s due - stopped 02-14 17:30", "resolve running spent 0s due 02-24 18:00 stopped -",
		}},
	} {
		clocks, err := Replay(x.facts, terms(t, x.priority))
		if err != nil {
			t.Errorf("%s: %v", x.name, err)
			continue
		}
		var got []string
		for _, c := range clocks {
			got = append(got, line(c))
		}
		if diff := cmp.Diff(x.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", x.name, diff)
		}
	}
}

func TestNewPriorityRecomputesFromTheFacts(t *testing.T) {
	t.Parallel()
	facts := []Fact{fact("03-02 09:00", flow.Wait), fact("03-02 09:12", flow.Work), wait("03-02 10:00", "user"), fact("03-02 11:00", flow.Work)}
	for priority, want := range map[int]string{
		1: "resolve running spent 1h0m0s due 03-02 12:00 stopped -",
		2: "resolve running spent 1h0m0s due 03-02 16:00 stopped -",
		3: "resolve running spent 1h0m0s due 03-03 10:30 stopped -",
	} {
		clocks, err := Replay(facts, terms(t, priority))
		if err != nil {
			t.Fatal(err)
		}
		if got := line(clocks[len(clocks)-1]); got != want {
			t.Errorf("priority %d: %s, want %s", priority, got, want)
		}
		if late := clocks[0].State == Missed; late != (priority == 1) {
			t.Errorf("priority %d: a response after 12 minutes is %s", priority, clocks[0].State)
		}
	}
}

func TestBreachedLeftAndWarnings(t *testing.T) {
	t.Parallel()
	term := terms(t, 3)[1] // 8 h, due Tuesday 09:30
	clocks, err := Replay([]Fact{fact("03-02 09:00", flow.Work)}, []Term{term})
	if err != nil {
		t.Fatal(err)
	}
	c := clocks[0]
	for _, x := range []struct {
		now      string
		left     time.Duration
		percent  int
		reached  int
		breached bool
	}{
		{"03-02 09:00", 8 * time.Hour, 0, 0, false},
		{"03-02 14:59", 4*time.Hour + time.Minute, 49, 0, false},
		{"03-02 15:00", 4 * time.Hour, 50, 50, false},
		{"03-02 20:00", time.Hour, 87, 80, false},
		{"03-03 09:30", 0, 100, 100, false},
		{"03-03 09:31", -time.Minute, 100, 100, true},
	} {
		now := at(x.now)
		if c.Left(now, term.Calendar) != x.left || c.Percent(now, term.Calendar) != x.percent || c.Reached(now, term) != x.reached || c.Breached(now) != x.breached {
			t.Errorf("%s: left %v, %d %%, warning %d, breached %v; want %+v", x.now, c.Left(now, term.Calendar), c.Percent(now, term.Calendar), c.Reached(now, term), c.Breached(now), x)
		}
	}
	for warned, want := range map[int]string{0: "50 03-02 15:00", 50: "80 03-02 17:24", 80: "100 03-03 09:30", 100: "0 -"} {
		c.Warned = warned
		p, when, err := c.NextWarn(term)
		if got := fmt.Sprintf("%d %s", p, show(when)); err != nil || got != want {
			t.Errorf("after %d %%: %s (%v), want %s", warned, got, err, want)
		}
	}
	c.Warned, c.State = 0, Paused
	if p, _, err := c.NextWarn(term); p != 0 || err != nil {
		t.Errorf("a paused clock warns of %d (%v)", p, err)
	}
}

func TestWarningsAreNotGivenTwice(t *testing.T) {
	t.Parallel()
	facts := []Fact{fact("03-02 09:00", flow.Work)}
	was, err := Replay(facts, terms(t, 3))
	if err != nil {
		t.Fatal(err)
	}
	was[1].Warned = 80
	paused, err := Replay(append(facts, wait("03-02 17:50", "user")), terms(t, 3))
	if err != nil {
		t.Fatal(err)
	}
	if got := Carry(was, paused); got[1].Warned != 80 {
		t.Errorf("after a pause it would warn again: %d", got[1].Warned)
	}
	higher, err := Replay(facts, terms(t, 2))
	if err != nil {
		t.Fatal(err)
	}
	if got := Carry(was, higher); got[2].Warned != 0 {
		t.Errorf("with another target it would stay silent: %d", got[2].Warned)
	}
}

func TestDueIsTheNextBreach(t *testing.T) {
	t.Parallel()
	clocks, err := Replay([]Fact{fact("03-02 09:00", flow.Wait)}, terms(t, 3))
	if err != nil {
		t.Fatal(err)
	}
	if got := show(Due(clocks)); got != "03-02 09:30" {
		t.Errorf("due %s", got)
	}
	if !Due(nil).IsZero() {
		t.Error("no clocks, but a due moment")
	}
}

func TestTermsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	facts := []Fact{fact("03-02 09:00", flow.Wait)}
	never := Term{Name: Resolve, Target: 1 << 62, Calendar: terms(t, 3)[0].Calendar}
	for name, x := range map[string][]Term{
		"no target":      {{Name: Respond}},
		"unknown clock":  {{Name: "lunch", Target: time.Hour}},
		"a clock twice":  {{Name: Respond, Target: time.Hour}, {Name: Respond, Target: time.Minute}},
		"never reached":  {never},
		"below no hours": {{Name: Respond, Target: -1}},
	} {
		if _, err := Replay(facts, x); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want a fault", name, err)
		}
	}
	if got, err := Replay(nil, terms(t, 3)); err != nil || len(got) != 0 {
		t.Errorf("no facts: %v, %v", got, err)
	}
	got, err := Replay(facts, []Term{{Name: Resolve, Target: time.Hour}})
	if err != nil || show(got[0].Due) != "03-02 10:00" {
		t.Errorf("no calendar is round the clock: %v, %v", got, err)
	}
}

func TestBookFindsTheMostParticularAgreement(t *testing.T) {
	t.Parallel()
	with := func(id int64, change func(*Agreement)) Agreement {
		a := Standard()
		a.ID = id
		change(&a)
		return a
	}
	critical := Critical(7, 8)
	critical.ID = 2
	b := book(t,
		with(1, func(*Agreement) {}), critical,
		with(3, func(a *Agreement) { a.From = at("06-01 00:00"); a.Targets[0].Minutes = 5 }),
		with(4, func(a *Agreement) { a.Services = []int64{9}; a.To = at("06-01 00:00") }),
		with(5, func(a *Agreement) { a.Services = []int64{7}; a.Targets = a.Targets[:3] }),
		with(6, func(a *Agreement) { a.Kind, a.Party = OLA, 40 }),
	)
	for _, x := range []struct {
		name     string
		service  int64
		priority int
		opened   string
		want     int64
	}{
		{"any service", 1, 2, "03-02 09:00", 1},
		{"a critical one", 8, 2, "03-02 09:00", 2},
		{"the newer version, for what is opened since", 1, 1, "06-01 00:00", 3},
		{"one that has ended", 9, 1, "06-01 00:00", 3},
		{"while it held", 9, 1, "05-31 23:59", 4},
		{"two name the service, one only priority 1", 7, 2, "03-02 09:00", 2},
		{"a priority that nobody promises", 1, 5, "03-02 09:00", 0},
	} {
		terms, id := b.Terms(x.service, x.priority, at(x.opened))
		if id != x.want || (len(terms) == 0) != (x.want == 0) {
			t.Errorf("%s: agreement %d with %d terms, want %d", x.name, id, len(terms), x.want)
		}
		clocks, err := Replay([]Fact{{At: at(x.opened), Pace: flow.Wait}}, terms)
		if err != nil || len(clocks) != len(terms) {
			t.Errorf("%s: %d clocks, %v", x.name, len(clocks), err)
		}
		for _, c := range clocks {
			if c.Agreement != x.want {
				t.Errorf("%s: the clock %s runs under %d", x.name, c.Name, c.Agreement)
			}
			if id := b.Ran(x.service, x.priority, at(x.opened), c.Name, c.Target); id != x.want {
				t.Errorf("%s: the clock %s ran under %d", x.name, c.Name, id)
			}
			if id := b.Ran(x.service, x.priority, at(x.opened), c.Name, c.Target+time.Minute); id != 0 {
				t.Errorf("%s: a clock %s with another time ran under %d", x.name, c.Name, id)
			}
		}
	}
	if _, id := b.Under(OLA, 40, 1, 1, at("03-02 09:00")); id != 6 {
		t.Errorf("the team's OLA is %d", id)
	}
	if _, id := b.Under(OLA, 41, 1, 1, at("03-02 09:00")); id != 0 {
		t.Errorf("another team owes under %d", id)
	}
	if a, ok := b.Agreement(2); !ok || a.NameZh != "关键服务级别协议" {
		t.Errorf("agreement 2 is %+v", a)
	}
	got, _ := b.Terms(8, 2, at("03-02 09:00"))
	if c, ok := b.Calendar(Always); !ok || got[0].Calendar != c {
		t.Error("a critical service's priority 2 is not on the round-the-clock calendar")
	}
	var none *Book
	if terms, id := none.Terms(1, 1, at("03-02 09:00")); terms != nil || id != 0 {
		t.Error("no book, but terms")
	}
	if diff := cmp.Diff([]Gap{{Office, "office", 2027}, {Hall, "hall", 2027}}, b.Gaps(at("12-01 00:00"))); diff != "" {
		t.Errorf("gaps in December: %s", diff)
	}
}

func TestAgreementFaultsNameTheField(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		spoil      func(*Agreement)
		field, key string
	}{
		"kind":              {func(a *Agreement) { a.Kind = "x" }, "kind", "sla.bad_kind"},
		"Chinese name":      {func(a *Agreement) { a.NameZh = "" }, "nameZh", "sla.no_name"},
		"no targets":        {func(a *Agreement) { a.Targets = nil }, "targets", "sla.no_targets"},
		"priority":          {func(a *Agreement) { a.Targets[0].Priority = 0 }, "targets[0].priority", "sla.bad_priority"},
		"minutes":           {func(a *Agreement) { a.Targets[1].Minutes = 0 }, "targets[1].minutes", "sla.bad_target"},
		"clock":             {func(a *Agreement) { a.Targets[1].Clock = "x" }, "targets[1].clock", "sla.bad_clock"},
		"clock twice":       {func(a *Agreement) { a.Targets[1].Clock = Respond }, "targets[1].clock", "sla.clock_twice"},
		"no calendar":       {func(a *Agreement) { a.Targets[1].Calendar = 0 }, "targets[1].calendar", "sla.no_calendar"},
		"response can wait": {func(a *Agreement) { a.Stops["user"] = []Name{Respond} }, "stops.user", "sla.respond_never_waits"},
		"stop of nothing":   {func(a *Agreement) { a.Stops["user"] = []Name{"x"} }, "stops.user", "sla.bad_clock"},
		"empty reason":      {func(a *Agreement) { a.Stops[" "] = nil }, "stops", "sla.no_reason"},
		"percent":           {func(a *Agreement) { a.Warn = []int{50, 0} }, "warn[1]", "sla.bad_percent"},
		"percent twice":     {func(a *Agreement) { a.Warn = []int{50, 50} }, "warn[1]", "sla.bad_percent"},
		"ends first":        {func(a *Agreement) { a.From, a.To = at("06-01 00:00"), at("05-01 00:00") }, "to", "sla.ends_first"},
	} {
		a := Standard()
		x.spoil(&a)
		all := fault.All(a.Validate())
		if len(all) != 1 || all[0].Field != x.field || all[0].Key != x.key {
			t.Errorf("%s: %v, want %s %s", name, all, x.field, x.key)
		}
	}
	if _, err := NewBook(nil, []Agreement{Standard()}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a calendar is missing: %v", err)
	}
	moved := Standard().On(map[int64]int64{Office: 31, Always: 33})
	for _, x := range moved.Targets {
		if x.Calendar != 31 && x.Calendar != 33 {
			t.Errorf("calendar %d was not moved", x.Calendar)
		}
	}
	if Standard().Targets[0].Calendar != Always {
		t.Error("On changed the agreement it was asked of")
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	facts := []Fact{fact("02-13 15:00", flow.Wait), fact("02-13 15:10", flow.Work), wait("02-13 17:00", "user"), fact("02-14 17:00", flow.Work)}
	now := at("02-14 17:30")
	got, err := Explain(facts, terms(t, 3), now, Alternative{Label: "P2", Terms: terms(t, 2)}, Alternative{Label: "none"})
	if err != nil || len(got) != 2 {
		t.Fatal(got, err)
	}
	e := got[1]
	if e.Calendar != "office" || e.Zone != "Asia/Shanghai" || e.Used != 150*time.Minute || e.Left != 330*time.Minute || e.Percent != 31 || e.Breached {
		t.Errorf("resolve: %+v", e)
	}
	var spans []string
	for _, s := range e.Spans {
		spans = append(spans, fmt.Sprintf("%s-%s running %v %s %s used %v", show(s.From), show(s.To), s.Running, s.Pace, s.Reason, s.Used))
	}
	if diff := cmp.Diff([]string{
		"02-13 15:00-02-13 15:10 running true wait  used 10m0s",
		"02-13 15:10-02-13 17:00 running true work  used 1h50m0s",
		"02-13 17:00-02-14 17:00 running false pause user used 0s",
		"02-14 17:00-- running true work  used 30m0s",
	}, spans); diff != "" {
		t.Errorf("spans: %s", diff)
	}
	// From the make-up Saturday over the festival to the due moment on the 24th.
	last := e.Spans[3]
	if show(e.Clock.Due) != "02-24 15:30" || len(last.Days) != 10 || last.Days[0].Kind != calendar.MakeUp || last.Days[1].Name != "春节" || last.More {
		t.Errorf("due %s, days %+v", show(e.Clock.Due), last.Days)
	}
	var ifs []string
	for _, w := range e.Pending {
		ifs = append(ifs, fmt.Sprintf("%s %s due %s left %v", w.Reason, w.State, show(w.Due), w.Left))
	}
	if diff := cmp.Diff([]string{
		"user paused due - left 5h30m0s", "supplier running due 02-24 15:30 left 5h30m0s", "change running due 02-24 15:30 left 5h30m0s",
		"parts running due 02-24 15:30 left 5h30m0s", "province paused due - left 5h30m0s",
	}, ifs); diff != "" {
		t.Errorf("what if: %s", diff)
	}
	if w := e.Others[0]; w.Label != "P2" || show(w.Due) != "02-24 09:30" || w.Left != 90*time.Minute {
		t.Errorf("at priority 2: %+v", w)
	}
	if w := e.Others[1]; w.State != "" {
		t.Errorf("without such a clock: %+v", w)
	}
	if r := got[0]; r.Clock.State != Met || r.Pending != nil || len(r.Spans) != 1 || r.Spans[0].Used != 10*time.Minute {
		t.Errorf("respond: %+v", r)
	}
}

func TestStandardIsValid(t *testing.T) {
	t.Parallel()
	for _, a := range []Agreement{Standard(), Critical(1)} {
		if err := a.Validate(); err != nil {
			t.Errorf("%s: %v", a.NameEn, err)
		}
	}
	hall, _ := book(t).Calendar(Hall)
	if !hall.Open(at("03-07 10:00")) || hall.Open(at("03-07 15:00")) {
		t.Error("the hall is not open on Saturday morning alone")
	}
}

// drawFacts gives a life: facts at whole minutes, never two at one moment.
func drawFacts(t *rapid.T) []Fact {
	now := at("02-12 08:00").Add(time.Duration(rapid.IntRange(0, 5*1440).Draw(t, "opened")) * time.Minute)
	facts := []Fact{{At: now, Pace: flow.Wait}}
	for range rapid.IntRange(0, 12).Draw(t, "facts") {
		now = now.Add(time.Duration(rapid.IntRange(1, 2000).Draw(t, "minutes")) * time.Minute)
		f := Fact{At: now, Pace: rapid.SampledFrom([]flow.Pace{flow.Wait, flow.Work, flow.Work, flow.Pause, flow.Pause, flow.Stop, ""}).Draw(t, "pace"), Told: rapid.Bool().Draw(t, "told")}
		if f.Pace == flow.Pause {
			f.Reason = rapid.SampledFrom(Reasons).Draw(t, "reason")
		}
		facts = append(facts, f)
	}
	return facts
}

func TestLawsOfClocks(t *testing.T) {
	t.Parallel()
	all := map[int][]Term{}
	for p := 1; p <= 4; p++ {
		all[p] = terms(t, p)
	}
	rapid.Check(t, func(t *rapid.T) {
		facts, terms := drawFacts(t), all[rapid.IntRange(1, 4).Draw(t, "priority")]
		replay := func(f []Fact) []Clock {
			clocks, err := Replay(f, terms)
			if err != nil {
				t.Fatal(err)
			}
			return clocks
		}
		want := replay(facts)

		// A fact that says nothing new changes nothing.
		i := rapid.IntRange(0, len(facts)-1).Draw(t, "where")
		repeat := Fact{At: facts[i].At.Add(30 * time.Second)}
		if diff := cmp.Diff(want, replay(slices.Insert(slices.Clone(facts), i+1, repeat))); diff != "" {
			t.Fatalf("a fact that says nothing changed the clocks: %s", diff)
		}
		// Facts of different moments may come in any order.
		mixed := slices.Clone(facts)
		rng := rand.New(rand.NewPCG(1, uint64(rapid.Int64().Draw(t, "seed"))))
		rng.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		if diff := cmp.Diff(want, replay(mixed)); diff != "" {
			t.Fatalf("the order of arrival changed the clocks: %s", diff)
		}
		// Pausing and resuming at once costs nothing and gives nothing.
		last := facts[len(facts)-1]
		now := last.At.Add(time.Duration(rapid.IntRange(1, 5000).Draw(t, "later")) * time.Minute)
		blink := replay(append(slices.Clone(facts), Fact{At: now, Pace: flow.Pause, Reason: "user"}, Fact{At: now, Pace: flow.Work}))
		plain := replay(append(slices.Clone(facts), Fact{At: now, Pace: flow.Work}))
		for i, c := range plain {
			if cal := terms[i].Calendar; c.Used(now, cal) != blink[i].Used(now, cal) || c.Breached(now) != blink[i].Breached(now) {
				t.Fatalf("a pause of no length changed %+v to %+v", c, blink[i])
			}
		}
		// The figures hold together.
		for i, c := range want {
			cal := terms[i].Calendar
			switch {
			case c.State == Running && c.Due.IsZero(), c.State != Running && !(c.Due.IsZero() && c.Since.IsZero()),
				c.Live() == !c.Stopped.IsZero(), c.Spent < 0, c.State == Met && c.Spent > c.Target:
				t.Fatalf("contradiction in %+v", c)
			case c.State == Running && c.Due.After(now) != (c.Left(now, cal) > 0) && c.Left(now, cal) != 0:
				t.Fatalf("due %v and %v left at %v", c.Due, c.Left(now, cal), now)
			}
		}
	})
}

func TestExplanationsAddUp(t *testing.T) {
	t.Parallel()
	all := map[int][]Term{}
	for p := 1; p <= 4; p++ {
		all[p] = terms(t, p)
	}
	rapid.Check(t, func(t *rapid.T) {
		facts := drawFacts(t)
		now := facts[len(facts)-1].At.Add(time.Hour)
		got, err := Explain(facts, all[rapid.IntRange(1, 4).Draw(t, "priority")], now)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range got {
			var sum time.Duration
			for i, s := range e.Spans {
				if s.Restart {
					sum = 0
				}
				sum += s.Used
				if i > 0 && s.From.Before(e.Spans[i-1].To) {
					t.Fatalf("%s: spans overlap: %+v", e.Clock.Name, e.Spans)
				}
			}
			if sum != e.Used {
				t.Fatalf("%s: the spans make %v, the clock says %v", e.Clock.Name, sum, e.Used)
			}
		}
	})
}

// BenchmarkReplay: a life of thirty entries under three clocks in some tens of
// microseconds, so that replaying on every move costs nothing beside the
// database, and a million records replay in under a minute.
func BenchmarkReplay(b *testing.B) {
	terms := terms(b, 2)
	facts := []Fact{fact("02-12 09:00", flow.Wait)}
	for i := range 29 {
		f := Fact{At: facts[i].At.Add(7 * time.Hour), Pace: flow.Work, Told: i%5 == 0}
		if i%3 == 0 {
			f.Pace, f.Reason = flow.Pause, Reasons[i%5]
		}
		facts = append(facts, f)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Replay(facts, terms); err != nil {
			b.Fatal(err)
		}
	}
}
