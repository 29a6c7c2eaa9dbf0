package desk_test

import (
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kilter/internal/practice/flow"
	"kilter/internal/practice/history"
	"kilter/internal/practice/incident"
	"kilter/internal/report/desk"
	"kilter/internal/testkit"
)

var shanghai = time.FixedZone("+08", 8*3600)

// at is a moment of 2026 in the zone of the centre, "03-02 09:00".
func at(s string) int64 {
	t, err := time.ParseInLocation("2006-01-02 15:04", "2026-"+s, shanghai)
	if err != nil {
		panic(err)
	}
	return t.UnixMilli()
}

func options(from, to string) desk.Options {
	return desk.Options{
		From: time.UnixMilli(at(from)), To: time.UnixMilli(at(to)), Zone: shanghai,
		Places: incident.Flow.Places, Closed: incident.Closed, Cancel: incident.Cancelled,
		// Half of every span is working time, so that the figures can be checked by eye.
		Business: func(_ *desk.Case, from, to int64) int64 { return (to - from) / 2 },
		Line:     func(team string) int { return map[string]int{"desk": 1, "network": 2, "supplier": 3}[team] },
	}
}

func step(when string, state flow.State, more ...string) desk.Step {
	s := desk.Step{At: at(when), State: state}
	if len(more) > 0 {
		s.Team = more[0]
	}
	if len(more) > 1 {
		s.Reason = more[1]
	}
	return s
}

// week is a small desk whose report is worked out by hand below.
var week = []desk.Case{
	// Solved at first contact, in 600 s.
	{Opened: at("03-02 09:00"), Priority: 3, Service: "mail", Agreement: "standard", Target: desk.Met, Steps: []desk.Step{
		step("03-02 09:00", "", "desk"), step("03-02 09:05", incident.InProgress), step("03-02 09:10", incident.Resolved), step("03-05 09:10", incident.Closed),
	}},
	// To and fro between two teams, waits for the supplier 3600 s; 9,600 s in all.
	{Opened: at("03-02 10:00"), Priority: 1, Service: "network", Agreement: "critical", Target: desk.Missed, Steps: []desk.Step{
		step("03-02 10:00", "", "desk"), step("03-02 10:10", incident.Assigned, "network"), step("03-02 10:20", incident.InProgress), step("03-02 10:30", incident.Pending, "", "supplier"),
		step("03-02 11:00", "", "supplier"), step("03-02 11:30", incident.InProgress, "network"), step("03-02 12:40", incident.Resolved),
	}},
	// Resolved in February, taken up again in March and not yet done; closed too soon, too.
	{Opened: at("02-20 09:00"), Priority: 3, Service: "mail", Target: desk.Met, Steps: []desk.Step{
		step("02-20 09:00", "", "desk"), step("02-20 10:00", incident.Resolved), step("02-23 10:00", incident.Closed), step("03-03 10:00", incident.InProgress, "network"),
	}},
	// Cancelled as a duplicate.
	{Opened: at("03-03 09:00"), Steps: []desk.Step{step("03-03 09:30", incident.Cancelled)}},
	// Waits for the user since before the period; nobody said what for at first.
	{Opened: at("02-27 09:00"), Priority: 4, Steps: []desk.Step{step("02-28 23:00", incident.Pending, "desk"), step("03-01 01:00", incident.Pending, "", "user")}},
	// Over before the period began.
	{Opened: at("02-01 09:00"), Steps: []desk.Step{step("02-01 10:00", incident.Resolved, "desk"), step("02-02 10:00", incident.Closed)}},
	// Opened in April: no part of the report.
	{Opened: at("04-01 00:00")},
}

func report(cases []desk.Case, opt desk.Options) desk.Report {
	t := desk.NewTally(opt)
	for i := range cases {
		t.Add(&cases[i])
	}
	return t.Report()
}

// TestReport works the figures of March out by hand; the golden file shows the
// whole report.
func TestReport(t *testing.T) {
	t.Parallel()
	got := report(week, options("03-01 00:00", "04-01 00:00"))
	text, err := json.MarshalIndent(got, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	testkit.Golden(t, "march.golden", append(text, '\n'))
	seconds := got.TimeToResolve
	for name, c := range map[string]struct{ got, want float64 }{
		"opened":    {float64(got.Opened), 3},
		"resolved":  {float64(got.Resolved), 2},
		"closed":    {float64(got.Closed), 1},
		"cancelled": {float64(got.Cancelled), 1},
		"backlog":   {float64(got.Backlog), 2},
		"n":         {float64(seconds.N), 2},
		"mean":      {*seconds.Mean, (600 + 9600) / 2},
		"median":    {*seconds.Median, (600 + 9600) / 2},
		"p90":       {*seconds.P90, 600 + 0.9*9000},
		"business":  {*seconds.Business.Mean, (300 + 4800) / 2},
		"first":     {*got.FirstContact, 0.5},
		"reopened":  {float64(got.Reopened), 1},
		"moved":     {float64(got.Reassigned), 2},
		"each time": {float64(got.Reassignments), 4},
		"ping pong": {float64(got.PingPong), 1},
		"in target": {*got.InTarget, 0.5},
	} {
		if math.Abs(c.got-c.want) > 1e-9 {
			t.Errorf("%s: got %v, want %v", name, c.got, c.want)
		}
	}
}

// TestAsItStood: the report of a period does not change by what happens after.
func TestAsItStood(t *testing.T) {
	t.Parallel()
	feb := options("02-01 00:00", "03-01 00:00")
	var early []desk.Case
	for _, c := range week {
		if c.Opened >= feb.To.UnixMilli() {
			continue
		}
		c.Steps = slices.DeleteFunc(slices.Clone(c.Steps), func(s desk.Step) bool { return s.At >= feb.To.UnixMilli() })
		early = append(early, c)
	}
	if diff := cmp.Diff(report(early, feb), report(week, feb)); diff != "" {
		t.Errorf("the report of February, made in February and in April:\n%s", diff)
	}
}

func drawCase(r *rapid.T) desk.Case {
	from, to := at("01-01 00:00"), at("06-01 00:00")
	c := desk.Case{
		Opened: rapid.Int64Range(from, to).Draw(r, "opened"), Priority: rapid.IntRange(0, 4).Draw(r, "priority"),
		Service: rapid.SampledFrom([]string{"", "mail", "network"}).Draw(r, "service"), Target: desk.Target(rapid.IntRange(0, 2).Draw(r, "target")),
	}
	when := c.Opened
	for range rapid.IntRange(0, 8).Draw(r, "steps") {
		when += rapid.Int64Range(0, 20*24*3600*1000).Draw(r, "later")
		c.Steps = append(c.Steps, desk.Step{
			At:     when,
			State:  rapid.SampledFrom([]flow.State{"", incident.Assigned, incident.InProgress, incident.Pending, incident.Resolved, incident.Closed, incident.Cancelled}).Draw(r, "state"),
			Reason: rapid.SampledFrom([]string{"", "user", "parts"}).Draw(r, "reason"),
			Team:   rapid.SampledFrom([]string{"", "desk", "network", "supplier"}).Draw(r, "team"),
		})
	}
	return c
}

// TestPartsAddUp: groups and months add up to the whole, the backlog carries
// over, and a naive count agrees.
func TestPartsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		cases := rapid.SliceOfN(rapid.Custom(drawCase), 0, 30).Draw(r, "cases")
		opt := options("02-11 13:00", "05-03 00:00")
		got := report(cases, opt)
		for name, groups := range map[string][]desk.Group{"team": got.ByTeam, "service": got.ByService, "category": got.ByCategory, "priority": got.ByPriority, "month": got.ByMonth} {
			var sum desk.Figures
			for _, g := range groups {
				sum.Opened += g.Opened
				sum.Resolved += g.Resolved
				sum.Closed += g.Closed
				sum.Cancelled += g.Cancelled
				sum.Backlog += g.Backlog
				sum.TimeToResolve.N += g.TimeToResolve.N
				sum.FirstOf += g.FirstOf
				sum.Reopened += g.Reopened
				sum.Reassigned += g.Reassigned
				sum.PingPong += g.PingPong
				sum.TargetOf += g.TargetOf
			}
			if name == "month" {
				sum.Backlog = groups[len(groups)-1].Backlog
			}
			want := got.Figures
			want.TimeToResolve, want.FirstContact, want.InTarget = sum.TimeToResolve, nil, nil
			if diff := cmp.Diff(want, sum); diff != "" || sum.TimeToResolve.N != got.Resolved {
				r.Errorf("by %s:\n%s", name, diff)
			}
		}
		before := options("01-01 00:00", "02-11 13:00")
		carried := report(cases, before).Backlog + got.Opened - got.Resolved - got.Cancelled
		// What was resolved before the period and taken up again in it comes back; what was then cancelled in it went before.
		from, to := opt.From.UnixMilli(), opt.To.UnixMilli()
		late := slices.ContainsFunc(cases, func(c desk.Case) bool {
			return c.Opened < from && !openAt(c, from) && slices.ContainsFunc(c.Steps, func(s desk.Step) bool { return s.State == "cancelled" && s.At >= from && s.At < to })
		})
		if got.Reopened == 0 && !late && carried != got.Backlog {
			r.Errorf("backlog %d, carried over %d", got.Backlog, carried)
		}
		naive := 0
		for _, c := range cases {
			if c.Opened < opt.To.UnixMilli() && openAt(c, opt.To.UnixMilli()) {
				naive++
			}
		}
		if naive != got.Backlog {
			r.Errorf("backlog %d, counted one by one %d", got.Backlog, naive)
		}
	})
}

func openAt(c desk.Case, when int64) bool {
	open := true
	for _, s := range c.Steps {
		if s.At < when && s.State != "" {
			open = !slices.Contains([]flow.State{incident.Resolved, incident.Closed, incident.Cancelled}, s.State)
		}
	}
	return open
}

func TestPercentile(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		values []int64
		p      float64
		want   float64
	}{
		{nil, .5, 0},
		{[]int64{7}, .9, 7},
		{[]int64{1, 2, 3, 4}, .5, 2.5},
		{[]int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, .9, 9.1}, // R: quantile(1:10, .9)
		{[]int64{10, 20, 40}, .25, 15},
		{[]int64{10, 20}, 1, 20},
		{[]int64{10, 20}, 0, 10},
	} {
		if got := desk.Percentile(c.values, c.p); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%v at %v: %v, want %v", c.values, c.p, got, c.want)
		}
	}
}

// fromStory is a case of another tool's log.
func fromStory(s *history.Story) desk.Case {
	c := desk.Case{Opened: s.Opened.UnixMilli(), Priority: s.Priority, Service: s.Service, Category: s.Category}
	for _, e := range s.Events {
		c.Steps = append(c.Steps, desk.Step{At: e.At.UnixMilli(), State: e.To, Reason: e.Reason, Team: e.Team})
	}
	return c
}

// TestReference reports on a real log whose cases all end by being closed:
// there the time to resolve is the duration of the case, and the play between
// groups was counted by another program.
func TestReference(t *testing.T) {
	t.Parallel()
	log := testkit.Shared(t, "logs/bpic2013_closed_problems.xes.gz")
	var ref struct {
		Cases    int
		Duration map[string]float64 `json:"duration_seconds"`
	}
	var itsm map[string]any
	for name, into := range map[string]any{"logs/ref_closed_problems.json": &ref, "logs/ref_itsm_closed.json": &itsm} {
		text, err := os.ReadFile(testkit.Shared(t, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, into); err != nil {
			t.Fatal(err)
		}
	}
	life := history.NewLife(incident.Flow, []string{"user", "supplier", "change", "parts", "province"}, incident.Resolved, incident.Closed)
	rules, err := os.ReadFile(filepath.Join(testkit.Root(t), "examples/history/bpic2013_closed_problems.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	m, err := history.ParseMap(rules, life)
	if err != nil {
		t.Fatal(err)
	}
	opt := options("01-01 00:00", "01-02 00:00")
	opt.From, opt.To = time.Date(2006, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2013, 1, 1, 0, 0, 0, 0, time.UTC)
	tally := desk.NewTally(opt)
	reading := history.Reading{Open: func() (io.ReadCloser, error) { return os.Open(log) }, Map: m, Life: life}
	if _, err := reading.Read(history.Sink{Case: func(s *history.Story) error {
		c := fromStory(s)
		tally.Add(&c)
		return nil
	}}); err != nil {
		t.Fatal(err)
	}
	got := tally.Report()
	for name, c := range map[string]struct{ got, want float64 }{
		"opened":    {float64(got.Opened), float64(ref.Cases)},
		"resolved":  {float64(got.Resolved), float64(ref.Cases)},
		"closed":    {float64(got.Closed), float64(ref.Cases)},
		"backlog":   {float64(got.Backlog), 0},
		"mean":      {*got.TimeToResolve.Mean, ref.Duration["mean"]},
		"median":    {*got.TimeToResolve.Median, ref.Duration["median"]},
		"ping pong": {float64(got.PingPong), itsm["group_pingpong_cases(A,B,A on collapsed organization involved)"].(float64)},
		"handovers": {float64(got.Reassignments), itsm["group_handovers_total"].(float64)},
	} {
		if math.Abs(c.got-c.want) > 0.001 {
			t.Errorf("%s: got %v, reference %v", name, c.got, c.want)
		}
	}
}

// BenchmarkMillion: the report over a million records takes a few seconds and
// a hundred megabytes at most.
func BenchmarkMillion(b *testing.B) {
	opt := options("01-01 00:00", "12-31 00:00")
	for b.Loop() {
		t := desk.NewTally(opt)
		for i := range 1_000_000 {
			open := at("01-01 00:00") + int64(i)*31_000
			c := desk.Case{Opened: open, Priority: i%4 + 1, Service: week[i%5].Service, Target: desk.Target(i % 3), Steps: []desk.Step{
				{At: open, Team: "desk"},
				{At: open + 60_000, State: incident.Assigned, Team: "network"},
				{At: open + 600_000, State: incident.InProgress},
				{At: open + 900_000, State: incident.Pending, Reason: "user"},
				{At: open + 1_800_000, State: incident.InProgress},
				{At: open + int64(i%5000)*10_000 + 2_000_000, State: incident.Resolved},
			}}
			t.Add(&c)
		}
		if r := t.Report(); r.Opened != 1_000_000 {
			b.Fatal(r.Opened)
		}
	}
}
